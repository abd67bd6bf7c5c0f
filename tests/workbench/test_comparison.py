"""What became better, what became worse, whether it is chance, and what the gate says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.workbench.stand_ins import WHEN, compared, judged
from wegwijzer.errors import ModelError
from wegwijzer.workbench import comparison as comparing
from wegwijzer.workbench.comparison import as_text, compare, load, mcnemar, save
from wegwijzer.workbench.gate import FILE_MARGIN, MARGIN, judge


@pytest.mark.parametrize(
    ("better", "worse", "p"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (5, 5, 1.0),
        (6, 0, 2 / 64),
        (0, 6, 2 / 64),
        (8, 2, 0.109375),
        (1, 9, 22 / 1024),
    ],
)
def test_mcnemar_is_exact(better: int, worse: int, p: float) -> None:
    assert mcnemar(better, worse) == pytest.approx(p)


def test_questions_are_compared_one_by_one() -> None:
    comparison = compared(
        helder=([True, True, False, False], [True, False, True, False]), gevaar=([True, True], [True, False])
    )
    assert (comparison.all.total, comparison.all.old_right, comparison.all.new_right) == (6, 4, 3)
    assert (comparison.files["helder"].better, comparison.files["helder"].worse) == (1, 1)
    assert [(c.file, c.item.line) for c in comparison.worse] == [("gevaar", 2), ("helder", 2)]
    assert [(c.file, c.item.line, c.new.offers) for c in comparison.better] == [
        ("helder", 3, ("omo_preventie",))
    ]
    assert comparison.lost_emergencies == ("vraag 2",)
    text = as_text(comparison)
    assert "gevaar.tsv:2  vraag 2" in text
    assert text.index("Slechter: 2") < text.index("Beter: 1")


def test_a_difference_is_called_chance_or_not() -> None:
    assert "kan toeval zijn" in compared(helder=([True, False], [False, True])).all.note
    assert "geen toeval" in compared(helder=([False] * 8, [True] * 8)).all.note
    assert "precies even veel" in compared(helder=([True], [True])).all.note


def test_other_questions_cannot_be_compared() -> None:
    with pytest.raises(ModelError, match="niet dezelfde vragen"):
        compare("a", "b", judged("helder", [True]), judged("helder", [True, True]), WHEN)


def test_a_comparison_is_kept_whole(tmp_path: Path) -> None:
    comparison = compared(helder=([True, False], [False, True]), gevaar=([True], [False]))
    save(comparison, tmp_path / "v.json")
    assert load(tmp_path / "v.json") == comparison
    assert load(tmp_path / "geen.json") is None
    record = json.loads((tmp_path / "v.json").read_text())
    del record["questions"]
    (tmp_path / "v.json").write_text(json.dumps(record))
    earlier = load(tmp_path / "v.json")
    assert earlier is not None and earlier.questions == ""
    (tmp_path / "v.json").write_text('{"old": 1}')
    with pytest.raises(ModelError, match=r"v\.json.*beschadigd"):
        load(tmp_path / "v.json")


def test_the_gate_lets_a_better_candidate_through() -> None:
    verdict = judge(compared(helder=([False] * 5 + [True] * 95, [True] * 100), gevaar=([True], [True])))
    assert verdict.passed and not verdict.reasons


def test_the_gate_refuses_without_a_comparison() -> None:
    assert judge(None).reasons == ("het is niet vergeleken met het model dat nu in gebruik is",)


def test_one_emergency_is_too_many() -> None:
    verdict = judge(compared(helder=([False] * 99, [True] * 99), gevaar=([True, False], [False, True])))
    assert not verdict.passed
    assert verdict.reasons == ("het herkent een noodgeval niet meer: 'vraag 1'",)


@pytest.mark.parametrize(("lost", "passes"), [(4, True), (5, False)])
def test_the_margin_over_all_questions(lost: int, passes: bool) -> None:
    assert MARGIN == 0.01
    # Spread over the files so thinly that no file's own margin is passed.
    files = {f: ([True] * 100, [True] * 100) for f in ("helder", "indirect", "dubbelzinnig", "buiten_bereik")}
    for file, less in zip(files, [2, 2, lost - 4, 0]):
        files[file] = ([True] * 100, [False] * less + [True] * (100 - less))
    verdict = judge(compared(**files))
    assert verdict.passed == passes
    assert passes or "per saldo 5 van de 400 vragen slechter; 4 is het meeste" in verdict.reasons[0]


@pytest.mark.parametrize(("lost", "passes"), [(4, True), (5, False)])
def test_the_margin_of_one_file(lost: int, passes: bool) -> None:
    assert FILE_MARGIN == 0.04
    verdict = judge(
        compared(
            helder=([True] * 900 + [False] * 100, [True] * 1000),
            dubbelzinnig=([True] * 100, [False] * lost + [True] * (100 - lost)),
        )
    )
    assert verdict.passed == passes
    assert passes or "vragen in dubbelzinnig slechter" in verdict.reasons[0]


@pytest.mark.slow
def test_a_model_that_does_not_load_is_named(tmp_path: Path) -> None:
    from wegwijzer import paths
    from wegwijzer.workbench.model_files import ModelFiles

    with pytest.raises(ModelError, match="kapot: .*mislukte"):
        comparing.ask_models([("kapot", ModelFiles.in_folder(tmp_path))], paths.EVALUATION)
