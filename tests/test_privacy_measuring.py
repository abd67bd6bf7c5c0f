"""The measurement of redaction counts what is left and what went without need."""

from __future__ import annotations

from pathlib import Path

import pytest

from wegwijzer import paths
from wegwijzer.catalogue import catalogue
from wegwijzer.errors import SetupError
from wegwijzer.language import BLANK, load_language
from wegwijzer.privacy_measuring import Marked, load_marked, measure, read_marked
from wegwijzer.redaction import KINDS, Redactor


def test_marks_are_read() -> None:
    assert read_marked("Bel [[naam|Jan]] of [[?naam|Rutte]].") == Marked(
        "Bel Jan of Rutte.", ((4, 7, "naam"),), ((11, 16),)
    )


def test_a_kind_that_is_none_is_said_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "x.tsv"
    file.write_text("bericht\ngoed\nfout [[kleur|rood]]\n", encoding="utf-8")
    with pytest.raises(SetupError, match="x.tsv:3: 'kleur'"):
        load_marked(file)
    file.write_text("tekst\n", encoding="utf-8")
    with pytest.raises(SetupError, match="first line"):
        load_marked(file)


def test_what_is_left_and_what_went_without_need_are_counted() -> None:
    redactor = Redactor(catalogue(), load_language(BLANK))
    lines = (
        "mail [[e-mail|jan@voorbeeld.nl]]",
        "mijn geheim is [[naam|xyzzy]]",
        "bel 0612345678",
        "niets aan de hand",
        "[[?naam|Karin de Vries]] mag",
    )
    measured = measure(redactor, [read_marked(line) for line in lines])
    assert (measured.found, measured.total) == ({"e-mail": 1}, {"e-mail": 1, "naam": 1})
    assert measured.missed == (("naam", "mijn geheim is xyzzy"),)
    assert (measured.false, measured.clean, measured.hurt) == ({"telefoon": 1}, 3, 1)
    assert measured.wrong == (("0612345678", "bel 0612345678"),)
    assert len(measured.milliseconds) == len(lines)


def test_the_sets_are_large_enough() -> None:
    messages = [m for file in (paths.ROOT / "tests" / "privacy").glob("*.tsv") for m in load_marked(file)]
    for kind in KINDS:
        assert sum(found == kind for m in messages for _, _, found in m.data) >= 25, kind
    assert sum(not m.data for m in messages) >= 150
