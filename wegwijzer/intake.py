"""Turns what arrives over HTTP into a question, or says politely what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Any, Optional, Union

from wegwijzer import sentences
from wegwijzer.clauses import MOST_READ, both_ends

LONGEST = 4000
"""Most characters of a message that is read; a longer one is refused with 413."""
LONGEST_SENDER = 200


@dataclass(frozen=True)
class Question:
    """What an official typed, as typed; lives only until redaction.

    `explain` asks for the steps behind the answer.
    """

    sender: str
    text: str
    explain: bool = False


@dataclass(frozen=True)
class Refusal:
    """A message that is not answered by the assistant.

    Attributes:
        status: HTTP status.
        text: what to tell the user, in Dutch.
        typed: what was typed, for the danger decision, or ''.
        retry_after: seconds after which it may be sent again, when that is known.
    """

    status: int
    text: str
    typed: str = ""
    retry_after: Optional[int] = None


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""  # Invisible, as a soft hyphen or a mark of direction: it parts no words.
    return " " if category[0] == "C" and character not in "\n\t" else character


def clean(text: str) -> str:
    """Returns text without control characters; white space folded to one blank or line end."""
    kept = "".join(map(_kept, text))
    return re.sub(r"[ \t\u00a0]+", " ", kept).strip()


def _is_sender(name: str) -> bool:
    """Returns whether this can name a conversation: a line of text that can be stored."""
    fits = 0 < len(name) <= LONGEST_SENDER
    return fits and all(unicodedata.category(c) not in {"Cc", "Cs"} for c in name)


def read_sender(value: Any) -> Union[str, Refusal]:
    """Returns the name of a conversation, or a refusal when the value is none."""
    name = value.strip() if isinstance(value, str) else ""
    return name if _is_sender(name) else Refusal(400, sentences.BAD_SENDER.format(limit=LONGEST_SENDER))


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
    text = clean(both_ends(message, MOST_READ))
    name = read_sender(sender)
    if isinstance(name, Refusal):
        return replace(name, typed=text)
    if len(message) > LONGEST:
        too_long = sentences.TOO_LONG.format(length=len(message), limit=LONGEST)
        return Refusal(413, too_long, text)
    if not any(c.isalnum() for c in text):
        return Refusal(200, sentences.EMPTY)
    return Question(name, text, body.get("explain") is True)


def as_plain_text(text: str) -> str:
    """Returns text that Rasa cannot take for a command: no leading slash."""
    return re.sub(r"^[\s/\\]+", "", text) or "…"
