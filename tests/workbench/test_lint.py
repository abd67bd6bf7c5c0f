"""What is wrong with an example, before it is saved and among all."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.workbench.trees import OMO
from wegwijzer.language import DutchLanguage
from wegwijzer.redaction import PERSON
from wegwijzer.workbench import lint as linting
from wegwijzer.workbench.example_files import (
    BROKEN_MARK,
    UNKNOWN_ENTITY,
    UNKNOWN_INTENT,
    Draft,
    ExampleFiles,
    Mark,
)
from wegwijzer.workbench.lint import (
    CONTRADICTION,
    DOUBLE,
    HELD_OUT,
    NEAR,
    PERSONAL,
    UNREADABLE,
    Linter,
    lint,
)

LONG = "volgende maand komt er een avond over het nieuwe azc in het dorpshuis"
ASKED = "onze wethouder krijgt al weken anonieme brieven thuis"


@pytest.fixture
def linter(tree: Path, files: ExampleFiles) -> Linter:
    (tree / "tests" / "evaluation").mkdir(parents=True)
    (tree / "tests" / "evaluation" / "helder.tsv").write_text(
        f"iets heel anders\tomo_preventie\tkort\n{ASKED}\tweerbaar_bestuur_ondersteuningsteam\tkort\n"
    )
    files.add(Draft(LONG, "omo_preventie"), "Tine")
    return Linter(files)


def kinds(linter: Linter, draft: Draft) -> list[str]:
    return [finding.kind for finding in linter.check(draft)]


def test_a_good_example_has_no_findings(linter: Linter) -> None:
    text = "hoe merk je op tijd dat een wijk zich van de gemeente afkeert"
    assert kinds(linter, Draft(text, "omo_preventie")) == []


@pytest.mark.parametrize(
    ("draft", "kind"),
    [
        (Draft("Oefenen met een boze zaal!", "omo_preventie"), DOUBLE),
        (Draft("oefenen met een boze zaal", "ess_kennis"), CONTRADICTION),
        (Draft("hulp bij boze inwoners", "omo_preventie"), CONTRADICTION),
        (Draft(LONG.replace("nieuwe", "kleine"), "omo_preventie"), NEAR),
        (Draft(LONG.replace("nieuwe", "kleine"), "ess_kennis"), CONTRADICTION),
        (Draft(ASKED.replace("weken", "maanden"), "weerbaar_bestuur_ondersteuningsteam"), HELD_OUT),
        (Draft("bel mij op 06 12345678 over de onrust", "omo_preventie"), PERSONAL),
        (Draft("een vraag", "omo_preventi"), UNKNOWN_INTENT),
        (Draft("een vraag", "omo_preventie", (Mark(0, 3, "ding"),)), UNKNOWN_ENTITY),
        (Draft("een [vraag](functie", "omo_preventie"), BROKEN_MARK),
    ],
)
def test_a_bad_example_is_told_before_it_is_saved(linter: Linter, draft: Draft, kind: str) -> None:
    found = linter.check(draft)
    assert [finding.kind for finding in found] == [kind]
    assert found[0].error
    assert str(found[0]).count(kind) == 1


def test_a_clash_says_with_what_and_where(linter: Linter, tree: Path) -> None:
    (finding,) = linter.check(Draft("oefenen met een boze zaal", "ess_kennis"))
    assert finding.other_path == tree / "data/nlu/aanbod/omo.yml"
    assert (finding.other_line, finding.other_intent) == (7, "omo_preventie")
    assert "omo.yml:7" in finding.text
    (finding,) = linter.check(Draft(ASKED, "omo_preventie"))
    assert (finding.other_path, finding.other_line) == (tree / "tests/evaluation/helder.tsv", 2)


def test_an_example_does_not_clash_with_the_one_it_replaces(linter: Linter, files: ExampleFiles) -> None:
    stored = next(e for e in files.read() if e.draft.text == LONG)
    assert linter.check(Draft(LONG.replace("nieuwe", "kleine"), "omo_preventie"), stored) == []


def test_names_are_a_hint(files: ExampleFiles) -> None:
    def nlp(text: str) -> SimpleNamespace:
        """Finds Pieter Jansen, as spaCy's Dutch model would."""
        start = text.find("Pieter Jansen")
        person = SimpleNamespace(label_=PERSON, start_char=start, end_char=start + 13)
        return SimpleNamespace(ents=[person] if start >= 0 else [])

    linter = Linter(files, DutchLanguage(cast(Any, nlp), "stand-in", True))
    found = linter.check(Draft("Gisteren zei Pieter Jansen dat het onrustig wordt", "omo_preventie"))
    assert [(finding.kind, finding.error) for finding in found] == [(PERSONAL, False)]
    assert "Gisteren zei [naam] dat" in found[0].text
    assert linter.check(Draft("Gisteren zei iemand dat het onrustig wordt", "omo_preventie")) == []


def test_all_examples_are_looked_at_and_a_broken_file_hides_no_other(tree: Path, linter: Linter) -> None:
    omo = tree / "data/nlu/aanbod/omo.yml"
    omo.write_text(
        OMO
        + "    - oefenen met een BOZE zaal\n    - mail jan@voorbeeld.nl hierover\n    - een [wijk](plek)\n"
        + f"    - {ASKED}\n"
    )
    (tree / "data/nlu/aanbod/ess.yml").write_text("nlu: [\n")
    found = [(finding.kind, finding.path.name, finding.line) for finding in linter.check_all()]
    assert found == [
        (UNREADABLE, "ess.yml", 2),
        (CONTRADICTION, "omo.yml", 13),
        (PERSONAL, "omo.yml", 14),
        (UNKNOWN_ENTITY, "omo.yml", 15),
        (HELD_OUT, "omo.yml", 16),
    ]


def test_looking_again_finds_the_same(tree: Path, linter: Linter, files: ExampleFiles) -> None:
    assert linter.check_all() == []
    files.add(Draft("oefenen met een boze zaal", "ess_kennis"), "Tine")
    files.add(Draft("boze zaal oefenen met een", "groet"), "Tine")
    files.add(Draft(LONG.replace("nieuwe", "kleine"), "omo_preventie"), "Tine")
    again = linter.check_all()
    kept = tree / "var" / "werkbank" / "nagekeken.json"
    good = json.loads(kept.read_text())["good"]
    kept.unlink()

    def pairs(found: list[linting.Finding]) -> set[tuple[str, frozenset[str]]]:
        return {(finding.kind, frozenset({finding.example, finding.other_text})) for finding in found}

    afresh = linter.check_all()
    assert pairs(again) == pairs(afresh) and len(again) == len(afresh) == 4
    assert json.loads(kept.read_text())["good"] == good
    assert linter.check_all() == again


def test_what_was_kept_counts_no_more_when_the_questions_change(tree: Path, linter: Linter) -> None:
    assert linter.check_all() == []
    (tree / "tests/evaluation/indirect.tsv").write_text(f"{LONG}\tomo_preventie\tkort\n")
    assert [finding.kind for finding in lint(tree)] == [HELD_OUT]


def test_looking_again_compares_only_what_is_new(linter: Linter, monkeypatch: pytest.MonkeyPatch) -> None:
    linter.check_all()
    monkeypatch.setattr(linting, "near_twins", None)
    sizes: list[int] = []

    def none(left: list[str], right: list[str], score: float) -> list[tuple[int, int, float]]:
        sizes.append(len(left))
        return []

    monkeypatch.setattr(linting, "near_pairs", none)
    linter.check_all()
    assert sizes == [0, 0]
