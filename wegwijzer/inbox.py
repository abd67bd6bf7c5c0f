"""What trainers should look at: kept questions that went badly, redacted as they were stored.

Reads Rasa's tracker store and writes nothing.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from typing import Any, Iterator, Mapping, Optional

import sqlalchemy
from sqlalchemy.engine import Engine

TURNED_DOWN = "klopt niet"
REFUSED = "geweigerd"
ASKED = "wedervraag"
UNSURE = "onzeker"
REASONS = (TURNED_DOWN, REFUSED, ASKED, UNSURE)
"""Why a question is here, what teaches most first."""
SURE = 0.7
"""Advice below this confidence counts as unsure."""
_REJECTING = "klopt_niet"
_KINDS = {"out_of_scope": REFUSED, "clarification": ASKED}
_EVENTS = sqlalchemy.text(
    "SELECT sender_id, type_name, timestamp, intent_name, data FROM events "
    "WHERE type_name IN ('user', 'bot') ORDER BY sender_id, id"
)


@dataclass(frozen=True)
class Kept:
    """A question that went badly.

    Attributes:
        reason: one of REASONS.
        question: the redacted question.
        kind: kind of answer it got.
        offers: ids of the offers in that answer, in order.
        confidence: of that answer, 0..1.
        when: time of the question, UTC.
    """

    reason: str
    question: str
    kind: str
    offers: tuple[str, ...]
    confidence: float
    when: datetime.datetime


def _kept(reason: str, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> Kept:
    return Kept(
        reason,
        str(asked["text"]),
        str(answer["kind"]),
        tuple(str(offer["id"]) for offer in answer["offers"]),
        float(answer["confidence"]),
        datetime.datetime.fromtimestamp(float(asked["timestamp"]), datetime.timezone.utc),
    )


def _turns(rows: Any) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Yields (conversation, user's message with its intent, contract record of its answer)."""
    asked: Optional[dict[str, Any]] = None
    for sender, kind, timestamp, intent, data in rows:
        event = json.loads(data)
        if kind == "user":
            asked = {
                "sender": sender,
                "text": event.get("text") or "",
                "timestamp": timestamp,
                "intent": intent,
            }
            continue
        custom = (event.get("data") or {}).get("custom")
        if asked is not None and asked["sender"] == sender and isinstance(custom, dict) and "kind" in custom:
            yield sender, asked, custom
            asked = None


def read_inbox(engine: Engine) -> list[Kept]:
    """Returns the questions that went badly, what teaches most first, then the newest.

    A question is listed once: that it was turned down counts more than how it was answered.

    Args:
        engine: the tracker store's database.
    """
    found: dict[tuple[str, float], Kept] = {}
    before: Optional[tuple[str, Mapping[str, Any], Mapping[str, Any]]] = None
    with engine.connect() as connection:
        for turn in _turns(connection.execute(_EVENTS)):
            sender, asked, answer = turn
            if asked["intent"] == _REJECTING:
                if before is not None and before[0] == sender and before[2]["offers"]:
                    found[sender, before[1]["timestamp"]] = _kept(TURNED_DOWN, before[1], before[2])
                continue
            before = turn
            reason = _KINDS.get(str(answer["kind"]))
            if answer["kind"] == "advice" and float(answer["confidence"]) < SURE:
                reason = UNSURE
            if reason:
                found[sender, asked["timestamp"]] = _kept(reason, asked, answer)
    return sorted(found.values(), key=lambda kept: (REASONS.index(kept.reason), -kept.when.timestamp()))
