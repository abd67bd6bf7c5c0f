"""What a user thinks of an answer: read from a request, and the form in which it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Optional, Union

from wegwijzer import sentences
from wegwijzer.idempotency import is_key
from wegwijzer.intake import Refusal, clean, read_sender

UP, DOWN = "up", "down"
LONGEST_REASON = 1000
"""Most characters of a reason."""
FIELD = "feedback"
"""Key in the data of the event that keeps it."""


@dataclass(frozen=True)
class Feedback:
    """A thumb.

    Attributes:
        sender: the conversation.
        answer: idempotency key of the turn that it is about.
        thumb: UP or DOWN.
        reason: why, as typed, or ''; lives only until redaction.
    """

    sender: str
    answer: str
    thumb: str
    reason: str = ""


def read_feedback(body: Any) -> Union[Feedback, Refusal]:
    """Reads the JSON body of a request.

    Args:
        body: the parsed JSON, or None when it was not JSON.
    """
    if not isinstance(body, Mapping):
        return Refusal(400, sentences.NOT_FEEDBACK)
    sender = read_sender(body.get("sender"))
    if isinstance(sender, Refusal):
        return sender
    answer, thumb, reason = body.get("answer"), body.get("thumb"), body.get("reason")
    key = answer.strip().lower() if isinstance(answer, str) else ""
    if not is_key(key) or thumb not in (UP, DOWN) or not isinstance(reason, (str, type(None))):
        return Refusal(400, sentences.NOT_FEEDBACK)
    if reason and len(reason) > LONGEST_REASON:
        return Refusal(400, sentences.REASON_TOO_LONG.format(length=len(reason), limit=LONGEST_REASON))
    return Feedback(sender, key, thumb, clean(reason or ""))


def as_data(feedback: Feedback, redacted_reason: str) -> dict[str, Any]:
    """Returns the data of the event that keeps it in the conversation."""
    return {FIELD: {"answer": feedback.answer, "thumb": feedback.thumb, "reason": redacted_reason}}


def from_data(data: Any) -> Optional[Mapping[str, str]]:
    """Returns {answer, thumb, reason} of an event's data, or None when it keeps no feedback."""
    found = data.get(FIELD) if isinstance(data, Mapping) else None
    return found if isinstance(found, Mapping) else None
