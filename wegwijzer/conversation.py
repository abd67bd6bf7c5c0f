"""What the conversation knows: the topic, what was shown, the options that are open."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Mapping, Optional

SLOT = "gesprek"
KEPT = 5
"""Most earlier topics that one can go back to."""


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
        advised: whether one of the offers was advised, and not only asked about.
        evidence: offer id → words of the question that speak most for it.
    """

    question: str
    probabilities: Mapping[str, float]
    answered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    advised: bool = False
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Conversation:
    """The state that a turn starts from and leaves behind; kept in a Rasa slot.

    Attributes:
        topic: what the conversation is about now.
        past: earlier topics, the oldest first, at most KEPT.
        options: options that are open.
        compared: ids of bodies that were compared last; 'de tweede' means one of them.
    """

    topic: Optional[Topic] = None
    past: tuple[Topic, ...] = ()
    options: tuple[Option, ...] = ()
    compared: tuple[str, ...] = ()

    @property
    def topics(self) -> tuple[Topic, ...]:
        """All topics, the oldest first and the present one last."""
        return (*self.past, *((self.topic,) if self.topic else ()))

    def with_topic(self, topic: Topic) -> Conversation:
        """Returns the conversation on a new topic; the present one becomes the latest of the past."""
        return Conversation(topic=topic, past=self.topics[-KEPT:])

    def back_to(self, place: int) -> Conversation:
        """Returns the conversation on an earlier topic again.

        What was answered on the present one was said of something else, and is taken back with it.
        What was turned down on the earlier one may be shown again: nobody goes back for what is far away.

        Args:
            place: its place in `topics`.
        """
        topics = self.topics
        rest = topics[:place] + topics[place + 1 :]
        answered = {} if place == len(self.past) else topics[place].answered
        topic = replace(topics[place], shown=(), rejected=(), answered=answered)
        return Conversation(topic=topic, past=rest)

    def on_topic(self, topic: Topic, options: tuple[Option, ...] = ()) -> Conversation:
        """Returns the conversation with its topic taken further."""
        return replace(self, topic=topic, options=options, compared=())

    def to_dict(self) -> dict[str, Any]:
        """Returns plain values for a Rasa slot."""
        return {
            "topic": _topic_to_dict(self.topic) if self.topic else None,
            "past": [_topic_to_dict(topic) for topic in self.past],
            "options": [[o.label, o.facet, o.value] for o in self.options],
            "compared": list(self.compared),
        }

    @classmethod
    def from_dict(cls, data: Optional[Mapping[str, Any]]) -> Conversation:
        """Reads what to_dict() wrote; None gives a new conversation."""
        if not data:
            return cls()
        return cls(
            topic=_topic_from_dict(data["topic"]) if data.get("topic") else None,
            past=tuple(map(_topic_from_dict, data.get("past", []))),
            options=tuple(Option(*option) for option in data.get("options", [])),
            compared=tuple(data.get("compared", [])),
        )


def _topic_to_dict(topic: Topic) -> dict[str, Any]:
    return {
        "question": topic.question,
        # In significant digits: how unlikely an offer is decides what comes when the first was wrong.
        "probabilities": {k: float(f"{v:.3g}") for k, v in topic.probabilities.items()},
        "answered": {facet: list(values) for facet, values in topic.answered.items()},
        "shown": list(topic.shown),
        "rejected": list(topic.rejected),
        "advised": topic.advised,
        "evidence": {offer: list(words) for offer, words in topic.evidence.items()},
    }


def _topic_from_dict(data: Mapping[str, Any]) -> Topic:
    return Topic(
        question=str(data["question"]),
        probabilities={str(k): float(v) for k, v in data["probabilities"].items()},
        answered={str(k): tuple(v) for k, v in data["answered"].items()},
        shown=tuple(data["shown"]),
        rejected=tuple(data["rejected"]),
        # A conversation kept by an earlier version does not say so.
        advised=bool(data.get("advised", False)),
        evidence={str(k): tuple(v) for k, v in data["evidence"].items()},
    )
