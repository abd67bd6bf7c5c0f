"""What the NLU makes of a message, in Wegwijzer's own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

DANGER_INTENT = "gevaar"
OUT_OF_SCOPE = "buiten_"


@dataclass(frozen=True)
class Entity:
    """A word in the message that the vocabulary knows."""

    kind: str
    value: str
    text: str


@dataclass(frozen=True)
class Clause:
    """One part of a message with the probabilities of its first intents."""

    text: str
    intents: Mapping[str, float]


@dataclass(frozen=True)
class Understanding:
    """A message understood: probabilities of all intents, entities, clauses.

    Attributes:
        text: the redacted message.
        intents: probability of each intent; they sum to 1.
        entities: words that the vocabulary knows.
        clauses: two or more parts, or none.
    """

    text: str
    intents: Mapping[str, float]
    entities: tuple[Entity, ...] = ()
    clauses: tuple[Clause, ...] = ()

    @classmethod
    def from_rasa(cls, message: Mapping[str, Any]) -> Understanding:
        """Reads the tracker's latest message as Rasa's SDK gives it."""
        return cls(
            text=str(message.get("text") or ""),
            intents=_probabilities(message.get("intent_ranking") or []),
            entities=tuple(
                Entity(
                    str(e["entity"]), str(e["value"]), str(message.get("text") or "")[e["start"] : e["end"]]
                )
                for e in message.get("entities") or []
                if e.get("value") is not None
            ),
            clauses=tuple(
                Clause(str(c["text"]), _probabilities(c["ranking"])) for c in message.get("clauses") or []
            ),
        )


def _probabilities(ranking: list[Mapping[str, Any]]) -> dict[str, float]:
    return {str(i["name"]): float(i["confidence"]) for i in ranking if i.get("name")}
