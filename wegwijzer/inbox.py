"""What trainers should look at: kept questions that went badly or got a thumb, redacted as they were stored.

Each with what the assistant understood, as Rasa kept it, so that its steps can be shown again
without a model. Reads Rasa's tracker store and writes nothing.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field
from typing import Any, Iterator, Mapping, Optional, Union

import sqlalchemy
from sqlalchemy.engine import Engine

from wegwijzer.catalogue import Catalogue
from wegwijzer.conversation import SLOT, Conversation
from wegwijzer.danger import Danger
from wegwijzer.deciding import decide
from wegwijzer.explaining import explain
from wegwijzer.feedback import DOWN, UP, from_data
from wegwijzer.thresholds import thresholds
from wegwijzer.understanding import Understanding

THUMB_DOWN = "duim omlaag"
TURNED_DOWN = "klopt niet"
REFUSED = "geweigerd"
ASKED = "wedervraag"
UNSURE = "onzeker"
THUMB_UP = "duim omhoog"
REASONS = (THUMB_DOWN, TURNED_DOWN, REFUSED, ASKED, UNSURE, THUMB_UP)
"""Why a question is here, what teaches most first."""
_THUMBS = {UP: THUMB_UP, DOWN: THUMB_DOWN}
SURE = 0.7
"""Advice below this confidence counts as unsure."""
_REJECTING = "klopt_niet"
_KINDS = {"out_of_scope": REFUSED, "clarification": ASKED}
_EVENTS = sqlalchemy.text(
    "SELECT id, sender_id, type_name, timestamp, intent_name, data FROM events "
    f"WHERE type_name IN ('user', 'bot', 'agent') OR type_name = 'slot' AND data LIKE '%\"{SLOT}\"%' "
    "ORDER BY sender_id, id"
)


@dataclass(frozen=True)
class Kept:
    """A question that went badly or got a thumb.

    Attributes:
        reason: one of REASONS.
        question: the redacted question.
        kind: kind of answer it got.
        answer: text of that answer.
        offers: ids of the offers in that answer, in order.
        confidence: of that answer, 0..1.
        when: time of the question, UTC.
        remark: what the user wrote with a thumb, redacted, or ''.
        number: the event's in the store; stays the same.
        message: what Rasa made of the question, or {} when the store does not have it.
        danger: the decision about acute danger, as it was then.
        before: the conversation before the question, or None at its beginning.
    """

    reason: str
    question: str
    kind: str
    answer: str
    offers: tuple[str, ...]
    confidence: float
    when: datetime.datetime
    remark: str = ""
    number: int = 0
    message: Mapping[str, Any] = field(default_factory=dict)
    danger: Danger = Danger(False, 0.0, ())
    before: Optional[Mapping[str, Any]] = None

    @property
    def understood(self) -> Understanding:
        """The question as the model of then understood it."""
        return Understanding.from_rasa({**self.message, "text": self.question})


def steps(kept: Kept, catalogue: Catalogue) -> Optional[dict[str, Any]]:
    """Returns the steps behind an answer as wegwijzer.explaining gives them, or None when they were not kept.

    The understanding is that of then; what was decided from it is decided again with the thresholds of now.
    """
    understood = kept.understood
    if not understood.intents:
        return None
    decision, _ = decide(understood, kept.danger, Conversation.from_dict(kept.before), catalogue)
    return explain(understood, kept.danger, decision, thresholds())


def _kept(reason: str, asked: Mapping[str, Any], answer: Mapping[str, Any], remark: str = "") -> Kept:
    return Kept(
        reason,
        str(asked["text"]),
        str(answer["kind"]),
        str(answer["text"]),
        tuple(str(offer["id"]) for offer in answer["offers"]),
        float(answer["confidence"]),
        datetime.datetime.fromtimestamp(float(asked["timestamp"]), datetime.timezone.utc),
        remark,
        int(asked["id"]),
        asked["message"],
        asked["danger"],
        asked["before"],
    )


@dataclass(frozen=True)
class _Turn:
    """A user's message with its intent and key, and the contract record and text of its answer."""

    sender: str
    asked: Mapping[str, Any]
    answer: Mapping[str, Any]


@dataclass(frozen=True)
class _Thumb:
    """What a user thought of the turn with this key."""

    sender: str
    key: str
    reason: str
    remark: str


def _read(rows: Any) -> Iterator[Union[_Turn, _Thumb]]:
    """Yields turns and thumbs, conversation by conversation, in order of time."""
    asked: Optional[dict[str, Any]] = None
    before: dict[str, Any] = {}
    for number, sender, kind, timestamp, intent, data in rows:
        event = json.loads(data)
        if kind == "slot":
            if event.get("name") == SLOT:
                before = {sender: event.get("value")}
            continue
        if kind == "user":
            metadata = event.get("metadata") or {}
            asked = {
                "id": number,
                "sender": sender,
                "text": event.get("text") or "",
                "timestamp": timestamp,
                "intent": intent,
                "key": event.get("message_id"),
                "message": event.get("parse_data") or {},
                "danger": Danger(
                    bool(metadata.get("acute")), float(metadata.get("danger_score", 0.0)), signals=()
                ),
                "before": before.get(sender),
            }
            continue
        if kind == "agent":
            thumb = from_data(event.get("data"))
            if thumb is not None:
                yield _Thumb(sender, thumb["answer"], _THUMBS[thumb["thumb"]], thumb["reason"])
            continue
        custom = (event.get("data") or {}).get("custom")
        if asked is not None and asked["sender"] == sender and isinstance(custom, dict) and "kind" in custom:
            yield _Turn(sender, asked, {**custom, "text": event.get("text") or ""})
            asked = None


def read_inbox(engine: Engine) -> list[Kept]:
    """Returns the questions that went badly or got a thumb, what teaches most first, then the newest.

    A question is listed once: a thumb counts most, the last one given; then that it was
    turned down; then how it was answered.

    Args:
        engine: the tracker store's database.
    """
    found: dict[int, Kept] = {}
    thumbs: dict[int, Kept] = {}
    keyed: dict[tuple[str, str], _Turn] = {}
    before: Optional[_Turn] = None
    with engine.connect() as connection:
        for read in _read(connection.execute(_EVENTS)):
            if isinstance(read, _Thumb):
                judged = keyed.get((read.sender, read.key))
                if judged is not None:
                    thumbs[judged.asked["id"]] = _kept(read.reason, judged.asked, judged.answer, read.remark)
                continue
            asked, answer = read.asked, read.answer
            if asked["key"]:
                keyed[read.sender, asked["key"]] = read
            if asked["intent"] == _REJECTING:
                if before is not None and before.sender == read.sender and before.answer["offers"]:
                    found[before.asked["id"]] = _kept(TURNED_DOWN, before.asked, before.answer)
                continue
            before = read
            reason = _KINDS.get(str(answer["kind"]))
            if answer["kind"] == "advice" and float(answer["confidence"]) < SURE:
                reason = UNSURE
            if reason:
                found[asked["id"]] = _kept(reason, asked, answer)
    listed = {**found, **thumbs}.values()
    return sorted(listed, key=lambda kept: (REASONS.index(kept.reason), -kept.when.timestamp()))
