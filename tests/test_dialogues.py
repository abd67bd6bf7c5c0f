"""Dialogues of several turns, written by somebody who knew neither the data nor the assistant."""

from __future__ import annotations

from pathlib import Path

import pytest

from wegwijzer.catalogue import Catalogue
from wegwijzer.dialogues import Dialogue, Turn, load_dialogues, play
from wegwijzer.errors import TrainingDataError
from wegwijzer.supervisor import Supervisor, ask

FLOOR = 0.75
"""Least share of turns that is right; docs/stand.md says how far it is from good."""

EVERY = 3
"""One in so many dialogues is played, beside all with danger in them; `wegwijzer dialogues` plays all."""


def played(catalogue: Catalogue) -> list[Dialogue]:
    return [
        dialogue
        for place, dialogue in enumerate(load_dialogues(catalogue))
        if place % EVERY == 0 or any(turn.kinds == ("emergency",) for turn in dialogue.turns)
    ]


@pytest.mark.slow
def test_turns_are_answered_as_a_colleague_would(running: Supervisor, catalogue: Catalogue) -> None:
    wrong, turns, silent = [], 0, []
    dialogues = played(catalogue)
    assert len(dialogues) >= 80
    for dialogue in dialogues:
        faults = play(dialogue, lambda sender, text: ask(running.url, sender, text), catalogue)  # type: ignore[arg-type, return-value]
        turns += len(faults)
        wrong += [f"{turn.text}: {fault}" for turn, fault in zip(dialogue.turns, faults) if fault]
        silent += [
            turn.text for turn, fault in zip(dialogue.turns, faults) if fault and turn.kinds == ("emergency",)
        ]
    assert turns >= 300
    assert not silent
    assert 1 - len(wrong) / turns >= FLOOR, "\n".join(wrong)


def answer(kind: str, *offers: str, text: str = "") -> dict[str, object]:
    return {"text": text, "custom": {"kind": kind, "offers": [{"id": offer} for offer in offers]}}


@pytest.mark.parametrize(
    ("turn", "given", "fault"),
    [
        (Turn("a", ("advice",), ("ssv_advies",)), answer("advice", "ssv_advies"), ""),
        (Turn("a", ("advice",), ("ssv_advies",)), answer("advice", "ess_kennis", "ssv_advies"), "voorop"),
        (Turn("a", ("advice",)), answer("clarification", "ssv_advies"), "verwacht advice"),
        (Turn("a", ("advice",), never=("ssv_advies",)), answer("advice", "ssv_advies"), "niet meer"),
        (Turn("a", ("organisation",), bodies=("ror",)), answer("organisation", "ssv_advies"), "uitleg"),
        (Turn("a", ("organisation",), bodies=("ror",)), answer("organisation", "ror_trainingen"), ""),
        (Turn("a", ("emergency",), contains="112"), answer("emergency", text="Bel 112"), ""),
        (Turn("a", ("emergency",), contains="112"), answer("emergency", text="Bel"), "112"),
    ],
)
def test_a_turn_knows_what_is_wrong(
    turn: Turn, given: dict[str, object], fault: str, catalogue: Catalogue
) -> None:
    found = turn.fault(given, catalogue)
    assert fault in found and bool(fault) == bool(found)


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("[]", "1 beurten en 0 verwachtingen"),
        ("[{soort: advies}]", "onbekend: advies"),
        ("[{soort: advice, eerste: [weg]}]", "onbekend: weg"),
        ("[{eerste: [ssv_advies]}]", "'soort' ontbreekt"),
    ],
)
def test_a_wrong_expectation_is_named(expected: str, said: str, tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "fout.yml").write_text(
        f"stories:\n- story: x\n  metadata:\n    verwacht: {expected}\n  steps:\n  - user: hallo\n"
    )
    with pytest.raises(TrainingDataError, match=said):
        load_dialogues(catalogue, tmp_path)
