"""Turns what arrives over HTTP into a question, or says politely what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Union

from wegwijzer import sentences

LONGEST = 4000
"""Most characters of a message that is read; a longer one is refused with 413."""
LONGEST_SENDER = 200


@dataclass(frozen=True)
class Question:
    """What an official typed, as typed; lives only until redaction."""

    sender: str
    text: str


@dataclass(frozen=True)
class Refusal:
    """A message that is not answered by the assistant.

    Attributes:
        status: HTTP status.
        text: what to tell the user, in Dutch.
        typed: what was typed, for the danger decision, or ''.
    """

    status: int
    text: str
    typed: str = ""


def _clean(text: str) -> str:
    """Returns text without control characters; white space folded to one blank or line end."""
    kept = "".join(c if c in "\n\t" or unicodedata.category(c)[0] != "C" else " " for c in text)
    return re.sub(r"[ \t\u00a0]+", " ", kept).strip()


def read_question(body: Any) -> Union[Question, Refusal]:
    """Reads the JSON body of a request.

    Args:
        body: the parsed JSON, or None when it was not JSON.
    """
    if not isinstance(body, dict):
        return Refusal(400, sentences.NOT_A_MESSAGE)
    sender, message = body.get("sender"), body.get("message")
    if not isinstance(message, str):
        return Refusal(400, sentences.NOT_A_MESSAGE)
    text = _clean(message)
    if not isinstance(sender, str) or not 0 < len(sender.strip()) <= LONGEST_SENDER:
        return Refusal(400, sentences.NOT_A_MESSAGE, text[:LONGEST])
    if len(message) > LONGEST:
        too_long = sentences.TOO_LONG.format(length=len(message), limit=LONGEST)
        return Refusal(413, too_long, f"{text[: LONGEST // 2]}\n{text[-LONGEST // 2 :]}")
    if not any(c.isalnum() for c in text):
        return Refusal(200, sentences.EMPTY)
    return Question(sender.strip(), text)


def as_plain_text(text: str) -> str:
    """Returns text that Rasa cannot take for a command: no leading slash."""
    return re.sub(r"^[\s/\\]+", "", text) or "…"
