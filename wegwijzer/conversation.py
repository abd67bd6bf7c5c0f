"""What the conversation knows: the topic, what was shown, the options that are open."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Mapping, Optional

SLOT = "gesprek"


@dataclass(frozen=True)
class Option:
    """An option shown to the user; its label works as well when typed.

    Attributes:
        label: text of the button, also its payload.
        facet: facet it answers, or 'offer'.
        value: value id, or offer id.
    """

    label: str
    facet: str
    value: str


@dataclass(frozen=True)
class Topic:
    """One subject of the conversation.

    Attributes:
        question: the redacted question that opened it.
        probabilities: offer id → probability given that question.
        answered: facet → values the user gave in answer or as a correction.
        shown: ids of offers shown, in the order of rank.
        rejected: ids of offers the user turned down.
        evidence: offer id → words of the question that speak most for it.
    """

    question: str
    probabilities: Mapping[str, float]
    answered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Conversation:
    """The state that a turn starts from and leaves behind; kept in a Rasa slot."""

    topic: Optional[Topic] = None
    earlier: Optional[Topic] = None
    options: tuple[Option, ...] = ()

    def with_topic(self, topic: Topic) -> Conversation:
        """Returns the conversation on a new topic; the present one becomes the earlier."""
        return Conversation(topic=topic, earlier=self.topic or self.earlier)

    def on_topic(self, topic: Topic, options: tuple[Option, ...] = ()) -> Conversation:
        """Returns the conversation with its topic taken further."""
        return replace(self, topic=topic, options=options)

    def to_dict(self) -> dict[str, Any]:
        """Returns plain values for a Rasa slot."""
        return {
            "topic": _topic_to_dict(self.topic),
            "earlier": _topic_to_dict(self.earlier),
            "options": [[o.label, o.facet, o.value] for o in self.options],
        }

    @classmethod
    def from_dict(cls, data: Optional[Mapping[str, Any]]) -> Conversation:
        """Reads what to_dict() wrote; None gives a new conversation."""
        if not data:
            return cls()
        return cls(
            topic=_topic_from_dict(data.get("topic")),
            earlier=_topic_from_dict(data.get("earlier")),
            options=tuple(Option(*option) for option in data.get("options", [])),
        )


def _topic_to_dict(topic: Optional[Topic]) -> Optional[dict[str, Any]]:
    if topic is None:
        return None
    return {
        "question": topic.question,
        "probabilities": {k: round(v, 6) for k, v in topic.probabilities.items() if v >= 1e-6},
        "answered": {facet: list(values) for facet, values in topic.answered.items()},
        "shown": list(topic.shown),
        "rejected": list(topic.rejected),
        "evidence": {offer: list(words) for offer, words in topic.evidence.items()},
    }


def _topic_from_dict(data: Optional[Mapping[str, Any]]) -> Optional[Topic]:
    if not data:
        return None
    return Topic(
        question=str(data["question"]),
        probabilities={str(k): float(v) for k, v in data["probabilities"].items()},
        answered={str(k): tuple(v) for k, v in data["answered"].items()},
        shown=tuple(data["shown"]),
        rejected=tuple(data["rejected"]),
        evidence={str(k): tuple(v) for k, v in data["evidence"].items()},
    )
