"""The pure parts of the benchmark: no model is trained and nothing is started."""

from __future__ import annotations

import mmap
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from wegwijzer import benchmark
from wegwijzer.benchmark import (
    Machine,
    Sample,
    System,
    default_config,
    interleave,
    split_questions,
    subset,
    table_rows,
)
from wegwijzer.errors import ModelError, SetupError
from wegwijzer.evaluation import Item, Share

WEGWIJZER = System(
    "Wegwijzer", 1000, 60, None, 299.6, 20.04, 61.2, 151.0, Share(199, 200), 1_100_000_000, 2, 87_400_000
)
DEFAULT = System(
    "standaard", 300, 60, 20, 250.0, 30.0, 20.0, 40.0, Share(200, 200), 900_000_000, 1, 30_000_000
)
MACHINE = Machine("2026-11-24 12:00", 2, "een processor", 0.4, "3.10.1", "3.6.21", "blank")


def examples(**counts: int) -> list[Sample]:
    return [Sample(i, f"- {i} {n}") for i, count in counts.items() for n in range(count)]


def rows(*systems: System) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in table_rows(systems)}


def test_a_subset_takes_of_every_intent_and_is_always_the_same() -> None:
    whole = examples(veel=50, weinig=3)
    few = subset(whole, 10)
    assert [sum(s.intent == i for s in few) for i in ("veel", "weinig")] == [10, 3]
    assert few == subset(whole, 10)
    assert few == sorted(few, key=whole.index)
    assert few[:10] != whole[:10]
    assert subset(whole, None) == whole


def test_a_subset_of_an_intent_does_not_depend_on_the_others() -> None:
    assert subset(examples(veel=50), 5) == subset(examples(ander=9, veel=50), 5)[5:]


def test_annotations_and_metadata_stay_as_they_are(tmp_path: Path) -> None:
    text = """version: "3.1"
nlu:
- intent: a
  examples: |
    - een [cursus](soort_hulp) "x"
    - nog #een
- intent: a
  examples:
  - text: |
      twee
    metadata:
      ook: [b]
- synonym: ssv
  examples: |
    - expertise-unit
"""
    (tmp_path / "a.yml").write_text(text, encoding="utf-8")
    samples = benchmark.read_samples(tmp_path)
    assert len(samples) == 3
    document = benchmark.nlu_document(samples)
    assert document["nlu"] == [
        {"intent": "a", "examples": '- een [cursus](soort_hulp) "x"\n- nog #een\n'},
        {"intent": "a", "examples": [{"text": "twee\n", "metadata": {"ook": ["b"]}}]},
    ]
    benchmark.write_yaml(tmp_path / "b" / "b.yml", document)
    assert benchmark.read_samples(tmp_path / "b") == samples


def test_the_default_is_that_of_rasa_in_dutch() -> None:
    config = default_config(7)
    names = [part["name"] for part in config["pipeline"]]
    assert config["language"] == "nl"
    assert names[0] == "WhitespaceTokenizer"
    assert "DIETClassifier" in names
    assert {part["epochs"] for part in config["pipeline"] + config["policies"] if "epochs" in part} == {7}


def test_the_default_has_a_text_for_every_intent() -> None:
    domain, stories = benchmark.default_domain(["a"], ["e"]), benchmark.default_stories(["a"])
    answers = {step["action"] for rule in stories["rules"] for step in rule["steps"] if "action" in step}
    assert answers == domain["responses"].keys() == {"utter_a", "utter_nlu_fallback"}
    assert "actions" not in domain


def test_questions_come_from_all_files_in_turn() -> None:
    def items(*texts: str) -> list[Item]:
        return [Item(text, (), "", 1) for text in texts]

    assert interleave({"x": items("a", "b", "c"), "y": items("d")}) == ["a", "d", "b", "c"]


def test_warming_up_takes_other_questions_when_there_are() -> None:
    texts = [str(n) for n in range(30)]
    assert split_questions(texts, 20) == (texts[20:], texts[:20])
    assert split_questions(texts, 30) == (texts[:10], texts)


def test_memory_of_this_process_and_of_one_that_is_gone() -> None:
    own = benchmark.process_memory([os.getpid()])
    assert 10_000_000 < own < 20_000_000_000
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert benchmark.process_memory([os.getpid(), gone.pid]) > 0.5 * own


def test_memory_that_a_process_asked_for_itself_grows_with_what_it_keeps() -> None:
    before = benchmark.process_memory([os.getpid()], "Anonymous")
    # Asked of the system itself: an object may get memory that an earlier test left to this process.
    with mmap.mmap(-1, 50_000_000, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as kept:
        kept.write(b"x" * 50_000_000)
        assert 40_000_000 < benchmark.process_memory([os.getpid()], "Anonymous") - before < 90_000_000


def test_memory_that_cannot_be_read_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(SetupError, match="meet op Linux"):
        benchmark.process_memory([1])


def test_process_groups_that_were_started_here() -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        assert child.stdout and child.stdout.readline() == b"1\n"
        assert child.pid in benchmark.groups_started_here()
        processes = benchmark.processes_of_groups({child.pid})
        assert child.pid in processes and len(processes) == 2
        assert os.getpid() not in benchmark.processes_of_groups(benchmark.groups_started_here())
    finally:
        child.communicate(b"\n")


def test_a_command_that_fails_names_its_log(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "x.log"
    with pytest.raises(ModelError, match="x.log"):
        benchmark.run_logged(
            [sys.executable, "-c", "print('ach'); raise SystemExit(3)"], tmp_path, os.environ, log
        )
    assert "ach" in log.read_text()
    assert benchmark.run_logged([sys.executable, "-c", ""], tmp_path, os.environ, log) > 0


def test_the_size_of_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "a").write_bytes(b"123")
    (tmp_path / "b").write_bytes(b"4567")
    assert benchmark.size_of(tmp_path / "map", tmp_path / "b") == 7


def test_targets_stand_beside_the_figures() -> None:
    table = rows(WEGWIJZER, DEFAULT)
    assert table["Trainen vanaf nul (s)"] == ["300", "250", "≤ 300: gehaald"]
    assert table["Antwoordtijd p95 (ms)"] == ["151", "40", "≤ 150: niet gehaald"]
    assert table["Geheugen (GB)"] == ["1.10", "0.90", "≤ 1.2: gehaald"]
    assert table["Klaar voor een vraag (s)"] == ["20.0", "30.0", "≤ 45: gehaald"]
    assert table["Vragen met antwoord"][0] == "199 van 200"


def test_what_was_not_measured_is_not_judged() -> None:
    assert rows(replace(WEGWIJZER, training_seconds=None))["Trainen vanaf nul (s)"] == [
        "niet gemeten",
        "≤ 300",
    ]


def test_the_text_table_has_columns_of_equal_width() -> None:
    assert benchmark.text_table([["", "aap"], ["noot", "1"]]) == "      aap\nnoot  1"


def test_the_report_says_on_how_little_the_default_was_trained() -> None:
    text = benchmark.markdown([WEGWIJZER, DEFAULT], MACHINE, "wegwijzer benchmark --epochs 20")
    assert "300 van de 1000 voorbeelden" in text
    assert "20 epochs; `rasa init` zelf schrijft 100 epochs voor" in text
    assert "niet gemeten en hier niet geschat" in text
    for part in ("wegwijzer benchmark --epochs 20", "2026-11-24 12:00", "2 kernen", "Python 3.10.1", "blank"):
        assert part in text
    assert "| Epochs | geen | 20 |  |" in text


def test_a_default_that_was_trained_in_full_is_not_excused() -> None:
    text = benchmark.markdown([WEGWIJZER, replace(DEFAULT, examples=1000, epochs=100)], MACHINE, "x")
    assert "niet geschat" not in text


def test_the_report_without_the_default() -> None:
    text = benchmark.markdown([WEGWIJZER], MACHINE, "x")
    assert "rasa init" not in text


def test_the_copied_tree_is_all_that_training_reads(tmp_path: Path) -> None:
    from wegwijzer.training import fingerprint

    benchmark.copy_tree(tmp_path)
    assert fingerprint(tmp_path) == fingerprint()
    assert not (tmp_path / "models").exists()


def test_the_report_names_its_command() -> None:
    whole = benchmark.command_line(20, True, 25, 200, True)
    assert whole == "wegwijzer benchmark --questions 200 --epochs 20 --limit 25"
    assert benchmark.command_line(20, False, 25, 9, False) == (
        "wegwijzer benchmark --questions 9 --no-default --no-training"
    )


def test_a_default_that_fails_leaves_the_report_of_wegwijzer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> System:
        raise ModelError("stuk")

    monkeypatch.setattr(benchmark, "WORK", tmp_path / "var")
    monkeypatch.setattr(benchmark, "measure_wegwijzer", lambda *_: WEGWIJZER)
    monkeypatch.setattr(benchmark, "measure_default", fail)
    report = tmp_path / "docs" / "benchmark.md"
    with pytest.raises(ModelError, match="stuk"):
        benchmark.run_benchmark(print, report_path=report)
    assert "| Intents | 60 |" in report.read_text(encoding="utf-8")
    monkeypatch.setattr(benchmark, "measure_default", lambda *_: DEFAULT)
    lines: list[str] = []
    assert benchmark.run_benchmark(lines.append, report_path=report) == [WEGWIJZER, DEFAULT]
    assert "| Intents | 60 | 60 |" in report.read_text(encoding="utf-8")
    assert any("doel van Wegwijzer" in line for line in lines)
