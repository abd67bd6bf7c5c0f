"""Lets a model answer in this process, the way of a question without HTTP: danger, redaction, NLU, decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from wegwijzer.evaluation import Reply
from wegwijzer.understanding import Understanding
from wegwijzer.workbench.models import ModelFiles


@dataclass(frozen=True)
class Preview:
    """What a model makes of a text.

    Attributes:
        kind: kind of answer (wegwijzer.answer/1).
        offers: ids of the offers shown, in order.
        confidence: of the answer, 0..1.
        text: the answer as an official would read it.
        ranking: the likeliest intents with their probabilities, at most ten.
        entities: (entity, value, words) found.
        acute: whether it counts as acute danger.
        redacted: the text without personal data.
    """

    kind: str
    offers: tuple[str, ...]
    confidence: float
    text: str
    ranking: tuple[tuple[str, float], ...]
    entities: tuple[tuple[str, str, str], ...]
    acute: bool
    redacted: str


class Answerer:
    """A loaded model. Loading takes about ten seconds and half a gigabyte; not for use in an event loop.

    Args:
        files: the model's parts.
    """

    def __init__(self, files: ModelFiles) -> None:
        raise NotImplementedError

    def understand(self, text: str) -> Understanding:
        """Returns what the model reads in a text, redacted first."""
        raise NotImplementedError

    def preview(self, text: str) -> Preview:
        """Returns what the model would do with a text as a first question."""
        raise NotImplementedError

    def __call__(self, text: str, conversation: Optional[str] = None) -> Reply:
        """Answers as wegwijzer.evaluation asks; a conversation that is named is remembered."""
        raise NotImplementedError
