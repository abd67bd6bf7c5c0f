"""Plays the dialogues of tests/dialogues over REST and checks every turn.

The files are Rasa test stories, so that `rasa test core --stories tests/dialogues` reads
them too. What Rasa cannot say, which answer is right, stands in a story's metadata:
`verwacht` has an item a user's turn, `bekend` says why a dialogue is known to fail.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Mapping, Sequence

from wegwijzer import paths
from wegwijzer.catalogue import Catalogue, read_yaml
from wegwijzer.contract import ANSWER_KINDS
from wegwijzer.errors import TrainingDataError

_KEYS = {"soort", "eerste", "niet", "organisatie", "bevat"}


@dataclass(frozen=True)
class Turn:
    """What the user says and what a good answer is.

    Attributes:
        text: what the user types.
        kinds: kinds of answer that are right.
        first: offers of which one comes first; empty when any will do.
        never: offers that may not come first.
        bodies: bodies that are explained or compared.
        contains: a piece of text that the answer holds, or ''.
    """

    text: str
    kinds: tuple[str, ...]
    first: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    contains: str = ""

    def fault(self, answer: Mapping[str, Any], catalogue: Catalogue) -> str:
        """Returns what is wrong with an answer of the contract, or ''."""
        custom = answer["custom"]
        offers = [str(offer["id"]) for offer in custom["offers"]]
        got = f"{custom['kind']} {','.join(offers[:3]) or '-'}"
        if custom["kind"] not in self.kinds:
            return f"verwacht {' of '.join(self.kinds)}, kreeg {got}"
        advised = custom["kind"] in {"advice", "emergency"} and offers
        if self.first and custom["kind"] == "advice" and offers[0] not in self.first:
            return f"verwacht {' of '.join(self.first)} voorop, kreeg {got}"
        if advised and offers[0] in self.never:
            return f"{offers[0]} mocht niet meer voorop"
        shown = {catalogue.offers[offer].body_id for offer in offers}
        if custom["kind"] in {"organisation", "comparison"} and not set(self.bodies) <= shown:
            return f"verwacht uitleg over {', '.join(self.bodies)}, kreeg {got}"
        if self.contains.casefold() not in str(answer["text"]).casefold():
            return f"'{self.contains}' staat niet in het antwoord"
        return ""


@dataclass(frozen=True)
class Dialogue:
    """One conversation; `known` says why it is known to fail, '' when it is not."""

    name: str
    path: Path
    turns: tuple[Turn, ...]
    known: str = ""


def _tuple(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),) if value else ()


def load_dialogues(catalogue: Catalogue, folder: Path = paths.DIALOGUES) -> list[Dialogue]:
    """Reads every dialogue.

    Raises:
        TrainingDataError: when a turn has no expectation, or one that names an unknown
            kind, offer, body or key.
    """
    dialogues = []
    for path in sorted(folder.glob("*.yml")):
        document = read_yaml(path)
        for place, story in enumerate(document["stories"]):
            line = document["stories"].lc.item(place)[0] + 1
            metadata = story.get("metadata") or {}
            said = [str(step["user"]).strip() for step in story["steps"] if "user" in step]
            expected = metadata.get("verwacht") or []
            if len(said) != len(expected):
                text = f"{len(said)} beurten en {len(expected)} verwachtingen; geef elke beurt er één"
                raise TrainingDataError(text, path, line, story["story"])
            turns = []
            for text, wanted in zip(said, expected):
                turn = Turn(
                    text,
                    _tuple(wanted.get("soort")),
                    _tuple(wanted.get("eerste")),
                    _tuple(wanted.get("niet")),
                    _tuple(wanted.get("organisatie")),
                    str(wanted.get("bevat") or ""),
                )
                unknown = [
                    *(set(wanted) - _KEYS),
                    *(set(turn.kinds) - set(ANSWER_KINDS)),
                    *(set(turn.first + turn.never) - set(catalogue.offers)),
                    *(set(turn.bodies) - set(catalogue.bodies)),
                ]
                if unknown or not turn.kinds:
                    wrong = f"onbekend: {', '.join(unknown)}" if unknown else "'soort' ontbreekt"
                    raise TrainingDataError(f"'{text}': {wrong}", path, line, story["story"])
                turns.append(turn)
            known = str(metadata.get("bekend") or "")
            dialogues.append(Dialogue(str(story["story"]), path, tuple(turns), known))
    return dialogues


def play(
    dialogue: Dialogue,
    put: Callable[[str, str], Sequence[Mapping[str, Any]]],
    catalogue: Catalogue,
) -> list[str]:
    """Plays a dialogue and returns what is wrong with each answer, '' when nothing is.

    Args:
        dialogue: the dialogue.
        put: sends (conversation, text) and returns the messages.
        catalogue: to know the body of an offer.
    """
    conversation = f"gesprek-{uuid.uuid4().hex}"
    return [turn.fault(put(conversation, turn.text)[0], catalogue) for turn in dialogue.turns]
