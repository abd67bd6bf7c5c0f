"""The report: figures, pictures and what goes wrong."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from tests.encoders import LetterEncoder
from wegwijzer import report as module
from wegwijzer.catalogue import Catalogue
from wegwijzer.evaluation import Item, Reply, Result, Share, evaluate
from wegwijzer.examples import Example
from wegwijzer.report import Target, fold_choices, learning_curve, targets, write_report

TODAY = datetime.date(2026, 11, 28)
MATTERS = {
    "riec_producten": ("witwassen in een kapperszaak", "drugslab in een loods", "stromannen in de horeca"),
    "ssv_advies": ("ruzie in de klas over gaza", "docent durft niet meer", "pesten op het schoolplein"),
}


@pytest.fixture
def examples(monkeypatch: pytest.MonkeyPatch) -> list[Example]:
    """A few examples of two offers and of one theme, with a stand-in encoder."""
    monkeypatch.setattr(module, "load_encoder", lambda name: LetterEncoder())
    monkeypatch.setattr(module, "encode_examples", lambda name, texts, kept: 0)
    own = [
        Example(f"{text} nummer {n}", offer, Path("x"), 1)
        for n in range(6)
        for offer, texts in MATTERS.items()
        for text in texts
    ]
    return own + [Example(f"paspoort kwijt {n}", "buiten_burgerzaken", Path("x"), 1) for n in range(6)]


def result(catalogue: Catalogue) -> Result:
    """An evaluation of two clear questions of which one goes wrong, and of a danger that is missed."""
    questions = {
        "helder": [
            Item("witwassen bij de bakker", ("riec_producten",), "kort", 1),
            Item("pesten in de klas", ("ssv_advies",), "kort", 2),
        ],
        "gevaar": [Item("hij staat voor de deur", (), "kort", 1)],
    }
    return evaluate(
        questions, lambda text, conversation=None: Reply("advice", ("riec_producten",), 0.9, 10.0), catalogue
    )


def test_a_target_is_reached_from_the_right_side() -> None:
    assert Target("goed", Share(96, 100), 0.96).reached
    assert not Target("goed", Share(95, 100), 0.96).reached
    assert Target("fout", Share(2, 100), 0.02, below=True).reached
    assert not Target("fout", Share(3, 100), 0.02, below=True).reached


def test_every_figure_of_the_report_has_a_target(catalogue: Catalogue) -> None:
    assert len({target.name for target in targets(result(catalogue))}) == 10


def test_the_report_shows_what_goes_wrong(
    examples: list[Example], catalogue: Catalogue, tmp_path: Path
) -> None:
    said: list[str] = []
    folds = fold_choices(examples, catalogue, 3, said.append)
    items = [Item("witwassen in de horeca", ("riec_producten",), "kort", 1)]
    curve = learning_curve(examples, items, catalogue, said.append)
    assert len(said) == len(folds) + len(curve)
    assert curve[-1].examples == len(examples)
    assert curve[-1].top1 == Share(1, 1)
    path = tmp_path / "rapport.md"
    write_report({"proef": result(catalogue)}, folds, curve, catalogue, path, TODAY)
    text = path.read_text(encoding="utf-8")
    assert "pesten in de klas — bedoeld: ssv_advies; gekregen: riec_producten" in text
    assert "- hij staat voor de deur" in text
    assert "50,0 % (1/2)" in text
    assert "| kort | 50,0 % (1/2) |" in text
    assert "**nee**" in text
    assert "Er is nog geen echte ambtenaar gevraagd" in text
    pictures = sorted(picture.name for picture in (tmp_path / "rapport").iterdir())
    assert pictures == ["dekking.svg", "leercurve.svg", "verwarring.svg", "zekerheid.svg"]
    assert all(f"rapport/{picture}" in text for picture in pictures)


def test_the_same_figures_give_the_same_pictures(
    examples: list[Example], catalogue: Catalogue, tmp_path: Path
) -> None:
    folds = fold_choices(examples, catalogue, 2, lambda line: None)
    for name in ("een", "twee"):
        write_report({"proef": result(catalogue)}, folds, folds, catalogue, tmp_path / f"{name}.md", TODAY)
    for picture in (tmp_path / "een").iterdir():
        assert picture.read_bytes() == (tmp_path / "twee" / picture.name).read_bytes()
