"""What the NLU makes of a message, in Wegwijzer's own words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Mapping, Optional

DANGER_INTENT = "gevaar"
OUT_OF_SCOPE = "buiten_"
BELIEF = 0.98
"""Probability that the intents of a known example have together."""


@dataclass(frozen=True)
class Entity:
    """A word in the message that the vocabulary knows."""

    kind: str
    value: str
    text: str


@dataclass(frozen=True)
class Part:
    """One of the two parts of a message with the probabilities of its first intents."""

    text: str
    intents: Mapping[str, float]


@dataclass(frozen=True)
class Understanding:
    """A message understood: probabilities of all intents, entities, parts, doubt, scope, evidence.

    Attributes:
        text: the redacted message.
        intents: probability of each intent; they sum to 1.
        entities: words that the vocabulary knows.
        parts: the two parts that most look like two problems, or none.
        doubt: judgements of the doubt classifier by name, above 0 when in doubt.
        scope: judgements of the scope classifier by name, above 0 when out of scope.
        evidence: intent → the words that speak most for it.
        known: the intents of the training example that is the same message, or none;
            more than one when the example is marked as one to ask back about.
    """

    text: str
    intents: Mapping[str, float]
    entities: tuple[Entity, ...] = ()
    parts: tuple[Part, ...] = ()
    doubt: Mapping[str, float] = field(default_factory=dict)
    scope: Mapping[str, float] = field(default_factory=dict)
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    known: tuple[str, ...] = ()

    @classmethod
    def from_rasa(cls, message: Mapping[str, Any]) -> Understanding:
        """Reads the tracker's latest message as Rasa's SDK gives it."""
        text = str(message.get("text") or "")
        return cls(
            text=text,
            intents=_probabilities(message.get("intent_ranking") or []),
            entities=tuple(
                Entity(str(e["entity"]), str(e["value"]), text[e["start"] : e["end"]])
                for e in message.get("entities") or []
                if e.get("value") is not None
            ),
            parts=tuple(
                Part(str(p["text"]), _probabilities(p["ranking"])) for p in message.get("parts") or []
            ),
            doubt=_judgements(message.get("doubt")),
            scope=_judgements(message.get("scope")),
            evidence={str(k): tuple(map(str, v)) for k, v in (message.get("evidence") or {}).items()},
            known=tuple(map(str, message.get("known") or ())),
        )

    def as_known(self) -> Understanding:
        """Returns the understanding with nearly all probability on the known intents, an equal part each.

        What is left keeps its order, for the alternatives; two problems are not looked for.
        """
        others = {intent: p for intent, p in self.intents.items() if intent not in self.known}
        total = sum(others.values()) or 1.0
        intents = {intent: BELIEF / len(self.known) for intent in self.known}
        intents.update((intent, p / total * (1.0 - BELIEF)) for intent, p in others.items())
        return replace(self, intents=intents, parts=())

    def tempered(self, temperature: float) -> Understanding:
        """Returns the understanding with the probabilities of its intents made surer or less sure.

        Args:
            temperature: divides the log probabilities; below 1 makes them surer.
        """
        powers = {intent: p ** (1.0 / temperature) for intent, p in self.intents.items()}
        total = sum(powers.values()) or 1.0
        return replace(self, intents={intent: power / total for intent, power in powers.items()})


def _judgements(given: Optional[Mapping[str, Any]]) -> dict[str, float]:
    return {str(name): float(value) for name, value in (given or {}).items()}


def _probabilities(ranking: list[Mapping[str, Any]]) -> dict[str, float]:
    return {str(i["name"]): float(i["confidence"]) for i in ranking if i.get("name")}
