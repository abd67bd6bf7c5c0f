"""The one action: answers the latest message with Wegwijzer's core."""

from __future__ import annotations

import datetime
import logging
import time
from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from wegwijzer import request_ids
from wegwijzer.answering import compose
from wegwijzer.catalogue import catalogue
from wegwijzer.conversation import SLOT, Conversation
from wegwijzer.danger import Danger
from wegwijzer.deciding import decide
from wegwijzer.explaining import explain
from wegwijzer.thresholds import thresholds
from wegwijzer.understanding import Understanding

logger = logging.getLogger("wegwijzer.actions")


class AnswerAction(Action):
    """Understanding and conversation in, answer and conversation out."""

    def name(self) -> str:
        """Returns the name that domain.yml uses."""
        return "action_antwoord"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[Dict[str, Any]]:
        """Answers the latest message and keeps what the conversation knows."""
        started = time.monotonic()
        metadata = tracker.latest_message.get("metadata") or {}
        request_id = metadata.get(request_ids.FIELD)
        danger = Danger(
            acute=bool(metadata.get("acute")), score=float(metadata.get("danger_score", 0.0)), signals=()
        )
        understanding = Understanding.from_rasa(tracker.latest_message)
        before = Conversation.from_dict(tracker.get_slot(SLOT))
        decision, conversation = decide(understanding, danger, before, catalogue())
        steps = explain(understanding, danger, decision, thresholds()) if metadata.get("explain") else None
        answer = compose(decision, catalogue(), datetime.date.today(), steps)
        dispatcher.utter_message(text=answer.text, buttons=answer.buttons, json_message=dict(answer.custom))
        logger.info(
            "answered",
            extra={
                request_ids.FIELD: request_id if request_ids.is_request_id(request_id) else "",
                "kind": str(answer.custom["kind"]),
                "milliseconds": round((time.monotonic() - started) * 1000),
            },
        )
        return [SlotSet(SLOT, conversation.to_dict())]
