"""One example is added, changed, moved or removed, and no other line."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
from pathlib import Path

import pytest

from tests.workbench.trees import AMBIGUOUS, ESS, OMO
from wegwijzer.errors import ChangedUnderneathError, SetupError, TrainingDataError
from wegwijzer.examples import read_examples
from wegwijzer.workbench import example_files, keeping
from wegwijzer.workbench.example_files import (
    Draft,
    ExampleFiles,
    Mark,
    Stored,
    one_line,
    read_marked,
    write_marked,
)

WHO = "Tine Trainer"


def changed(diff: str) -> list[str]:
    return [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def example(files: ExampleFiles, text: str) -> Stored:
    return next(e for e in files.read() if e.draft.text == text)


def omo(tree: Path) -> Path:
    return tree / "data" / "nlu" / "aanbod" / "omo.yml"


def test_the_real_examples_are_read_as_the_trainer_reads_them() -> None:
    ours = [(e.draft.text, e.draft.intent, e.draft.also, e.path, e.first) for e in ExampleFiles().read()]
    theirs = [(e.text, e.intent, e.also, e.path, e.line) for e in read_examples()]
    assert ours == theirs


def test_every_real_mark_survives_reading_and_writing() -> None:
    for stored in ExampleFiles().read():
        assert write_marked(stored.draft.text, stored.draft.marks) in stored.raw


def test_an_example_comes_at_the_end_of_its_block(tree: Path, files: ExampleFiles) -> None:
    save = files.add(Draft("hoe blijf je boosheid voor", "omo_preventie"), WHO)
    assert omo(tree).read_text() == OMO.replace(
        "boze zaal\n", "boze zaal\n    - hoe blijf je boosheid voor\n"
    )
    assert changed(save.diff) == ["+    - hoe blijf je boosheid voor"]
    assert save.files == ("data/nlu/aanbod/omo.yml",)
    assert save.who == WHO


def test_the_diff_is_one_that_git_takes(tree: Path, files: ExampleFiles) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
    for draft in (Draft("nieuw in een nieuw bestand", "afscheid"), Draft("en één erbij", "groet")):
        plan = files.plan_add(draft)
        subprocess.run(["git", "apply"], input=plan.diff, text=True, cwd=tree, check=True)
        assert [e.draft for e in files.read()].count(draft) == 1


def test_marks_are_written_and_read(files: ExampleFiles) -> None:
    text = "de schoolleider vraagt een cursus"
    marks = (Mark(3, 15, "functie"), Mark(27, 33, "soort_hulp", "training"))
    draft = Draft(text, "ess_trainingen", marks)
    files.add(draft, WHO)
    stored = example(files, text)
    assert stored.draft == draft
    assert '[cursus]{"entity": "soort_hulp", "value": "training"}' in stored.raw


def test_white_space_selected_along_with_a_word_stays_outside_the_mark() -> None:
    assert (
        write_marked("onrust in de wijk", (Mark(0, 7, "verschijnsel"),))
        == "[onrust](verschijnsel) in de wijk"
    )


def test_an_ambiguous_example_is_a_record(tree: Path, files: ExampleFiles) -> None:
    draft = Draft("boze mensen", "omo_preventie", also=("omo_ondersteuningsnetwerk", "ess_kennis"))
    save = files.add(draft, WHO)
    assert changed(save.diff) == [
        "+  - text: |",
        "+      boze mensen",
        "+    metadata:",
        "+      ook: [omo_ondersteuningsnetwerk, ess_kennis]",
    ]
    assert (tree / "data/nlu/dubbelzinnig/dubbelzinnig.yml").read_text().startswith(AMBIGUOUS)
    assert example(files, "boze mensen").draft == draft


def test_changing_a_text_changes_its_line(files: ExampleFiles) -> None:
    stored = example(files, "oefenen met een boze zaal")
    save = files.change(stored, Draft("oefenen met een woedende zaal", "omo_preventie"), WHO)
    assert changed(save.diff) == ["-    - oefenen met een boze zaal", "+    - oefenen met een woedende zaal"]


def test_changing_an_ambiguous_example_leaves_the_comment_before_the_next(files: ExampleFiles) -> None:
    stored = example(files, "hulp bij boze inwoners")
    draft = Draft("hulp bij boze inwoners", "omo_preventie", also=("omo_ondersteuningsnetwerk", "ess_kennis"))
    assert changed(files.change(stored, draft, WHO).diff) == [
        "-      ook: [omo_ondersteuningsnetwerk]",
        "+      ook: [omo_ondersteuningsnetwerk, ess_kennis]",
    ]


@pytest.mark.parametrize(
    ("intent", "also", "files_touched"),
    [
        ("omo_ondersteuningsnetwerk", (), 1),
        ("ess_kennis", (), 2),
        ("omo_preventie", ("ess_kennis",), 2),
        ("groet", (), 2),
        ("buiten_woo", (), 2),
    ],
)
def test_an_example_moves_to_another_intent(
    files: ExampleFiles, intent: str, also: tuple[str, ...], files_touched: int
) -> None:
    before = [e.draft for e in files.read()]
    stored = example(files, "oefenen met een boze zaal")
    draft = Draft(stored.draft.text, intent, (), also)
    save = files.change(stored, draft, WHO)
    after = [e.draft for e in files.read()]
    assert sorted(map(str, after)) == sorted(map(str, [*(d for d in before if d != stored.draft), draft]))
    assert len(save.files) == files_touched


def test_a_block_goes_with_its_only_example_when_the_intent_has_others(
    tree: Path, files: ExampleFiles
) -> None:
    other = tree / "data/nlu/aanbod/meer.yml"
    other.write_text('version: "3.1"\nnlu:\n- intent: ess_trainingen\n  examples: |\n    - nog een cursus\n')
    save = files.remove(example(files, "training bruggen bouwen"), WHO)
    assert (tree / "data/nlu/aanbod/ess.yml").read_text() == ESS[: ESS.index("- intent: ess_trainingen")]
    files.undo(save.id, WHO)
    assert (tree / "data/nlu/aanbod/ess.yml").read_text() == ESS


def test_the_last_example_of_an_intent_stays(files: ExampleFiles) -> None:
    with pytest.raises(TrainingDataError, match="laatste voorbeeld van 'ess_trainingen'"):
        files.remove(example(files, "training bruggen bouwen"), WHO)


def test_a_file_without_a_last_newline_keeps_none(tree: Path, files: ExampleFiles) -> None:
    omo(tree).write_text(OMO.rstrip("\n"))
    files.add(Draft("extra hulp gevraagd", "omo_ondersteuningsnetwerk"), WHO)
    assert omo(tree).read_text() == OMO + "    - extra hulp gevraagd"


def test_windows_line_ends_stay(tree: Path, files: ExampleFiles) -> None:
    omo(tree).write_bytes(OMO.replace("\n", "\r\n").encode())
    files.add(Draft("hoe blijf je boosheid voor", "omo_preventie"), WHO)
    files.change(
        example(files, "nu onrust bij het azc"),
        Draft("nu rellen bij het azc", "omo_ondersteuningsnetwerk"),
        WHO,
    )
    content = omo(tree).read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n") == OMO.count("\n") + 1


# --- what is refused


@pytest.mark.parametrize(
    ("draft", "message"),
    [
        (Draft("tekst", "omo_preventi"), r"bedoelt u 'omo_preventie'"),
        (Draft("tekst", "omo_preventie", (Mark(0, 5, "plaats"),)), r"'plaats' is geen entiteit"),
        (Draft("tekst", "omo_preventie", (Mark(3, 9, "functie"),)), r"ligt buiten de tekst \(5 tekens\)"),
        (Draft("tekst", "omo_preventie", (Mark(-2, 3, "functie"),)), r"ligt buiten de tekst"),
        (
            Draft("tekst", "omo_preventie", (Mark(0, 3, "functie"), Mark(2, 5, "moment"))),
            r"lopen over elkaar",
        ),
        (Draft("", "omo_preventie"), r"zonder tekst"),
        (Draft("twee\nregels", "omo_preventie"), r"op één regel"),
        (Draft("bel\x07", "omo_preventie"), r"onzichtbaar teken \(U\+0007\)"),
        (Draft("zie [bijlage](functie)", "omo_preventie"), r"gelezen als markering"),
        (Draft("tekst", "omo_preventie", also=("groet",)), r"'groet' is geen aanbod"),
        (Draft("tekst", "omo_preventie", also=("omo_preventie",)), r"twee keer"),
        (
            Draft("t", "omo_preventie", also=("ess_kennis", "ess_partners", "ess_trainingen", "jep_advies")),
            r"meer dan drie",
        ),
    ],
)
def test_what_cannot_be_an_example_is_refused(
    tree: Path, files: ExampleFiles, draft: Draft, message: str
) -> None:
    before = {path: path.read_bytes() for path in files.paths()}
    with pytest.raises(TrainingDataError, match=message):
        files.add(draft, WHO)
    assert {path: path.read_bytes() for path in files.paths()} == before
    assert not files.saves()


def test_a_change_without_a_name_is_refused(files: ExampleFiles) -> None:
    with pytest.raises(SetupError, match="wie u bent"):
        files.add(Draft("een vraag", "omo_preventie"), " <> ")


@pytest.mark.parametrize(
    ("broken", "line", "message"),
    [
        ("version: '3.1'\nnlu:\n- intent: a\n   examples: |\n    - x\n", 4, "YAML"),
        ("nlu:\n- intent: a\n  examples: |\n    - x\n    vergeten streepje\n", 5, "begint met '- '"),
        ("nlu:\n- intent: a\n  examples: een regel\n", 3, r"rechte streep \|"),
        ("nlu:\n- intent: a\n", 2, "'intent' en 'examples'"),
        ("nlu:\n- intent: a\n  examples:\n  - tekst: x\n", 4, "'text' nodig"),
        ("nlu:\n- intent: a\n  examples: |\n    - x\x00\n", 4, "YAML"),
    ],
)
def test_yaml_broken_by_hand_names_file_and_line(
    tree: Path, files: ExampleFiles, broken: str, line: int, message: str
) -> None:
    omo(tree).write_text(broken)
    with pytest.raises(TrainingDataError, match=message) as error:
        files.add(Draft("een vraag", "omo_preventie"), WHO)
    assert (error.value.path, error.value.line) == (omo(tree), line)
    assert omo(tree).read_text() == broken


def test_a_file_that_is_not_text_is_named(tree: Path, files: ExampleFiles) -> None:
    omo(tree).write_bytes(b"nlu: \xff\xfe")
    with pytest.raises(TrainingDataError, match=r"omo\.yml.*UTF-8"):
        files.read()


def test_no_file_changes_when_one_of_two_cannot_be_written(
    tree: Path, files: ExampleFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.read_bytes() for path in files.paths()}
    plan = files.plan_change(example(files, "hallo"), Draft("hallo", "ess_kennis"))
    replace_file, calls = keeping.replace_file, 0

    def full(path: Path, text: str) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError(28, "vol")
        replace_file(path, text)

    monkeypatch.setattr(example_files, "replace_file", full)
    with pytest.raises(OSError):
        files.apply(plan, WHO)
    assert {path: path.read_bytes() for path in files.paths()} == before


# --- two at once


def test_a_plan_on_a_file_that_changed_is_not_applied(tree: Path, files: ExampleFiles) -> None:
    plan = files.plan_add(Draft("een vraag", "omo_preventie"))
    ours = OMO.replace("waar begin ik", "waar begin je")
    omo(tree).write_text(ours)
    with pytest.raises(ChangedUnderneathError) as error:
        files.apply(plan, WHO)
    assert (error.value.path, error.value.line) == (omo(tree), 6)
    assert omo(tree).read_text() == ours


def test_an_example_that_somebody_changed_is_not_overwritten(tree: Path, files: ExampleFiles) -> None:
    read = example(files, "oefenen met een boze zaal")
    other = ExampleFiles(tree)
    other.change(read, Draft("oefenen met een lege zaal", "omo_preventie"), "Ander")
    with pytest.raises(ChangedUnderneathError, match=r"omo\.yml:7.*Er is niets opgeslagen"):
        files.change(read, Draft("oefenen met een volle zaal", "omo_preventie"), WHO)
    with pytest.raises(ChangedUnderneathError):
        files.remove(read, WHO)
    assert "lege zaal" in omo(tree).read_text()


def test_an_example_is_found_again_when_lines_came_before_it(tree: Path, files: ExampleFiles) -> None:
    read = example(files, "nu onrust bij het azc")
    ExampleFiles(tree).add(Draft("nog een vraag", "omo_preventie"), "Ander")
    files.change(read, Draft("nu rellen bij het azc", "omo_ondersteuningsnetwerk"), WHO)
    text = omo(tree).read_text()
    assert "nog een vraag" in text and "rellen" in text and "nu onrust" not in text
    assert files.by_key(example(files, "nog een vraag").key).draft.text == "nog een vraag"
    with pytest.raises(ChangedUnderneathError):
        files.by_key(read.key)


def add_many(tree: Path, name: str, count: int) -> None:
    files = ExampleFiles(tree)
    for number in range(count):
        files.add(Draft(f"vraag {number} van {name}", "omo_preventie"), name)


def test_trainers_at_once_lose_nothing(tree: Path, files: ExampleFiles) -> None:
    context = multiprocessing.get_context("spawn")
    trainers = [context.Process(target=add_many, args=(tree, name, 15)) for name in ("Tine", "Bas", "Noor")]
    for trainer in trainers:
        trainer.start()
    for trainer in trainers:
        trainer.join(60)
        assert trainer.exitcode == 0
    added = {e.draft.text for e in files.read() if e.draft.text.startswith("vraag")}
    assert added == {f"vraag {n} van {who}" for who in ("Tine", "Bas", "Noor") for n in range(15)}
    assert len(files.saves()) == 45
    for save in files.saves():
        files.undo(save.id, WHO)
    assert omo(tree).read_text() == OMO


# --- undo


def test_undo_gives_back_every_byte(tree: Path, files: ExampleFiles) -> None:
    before = {path: path.read_bytes() for path in files.paths()}
    saves = [
        files.add(Draft("een vraag", "omo_preventie"), WHO),
        files.add(Draft("dag", "afscheid"), WHO),
        files.change(example(files, "hallo"), Draft("hoi", "groet"), WHO),
        files.change(example(files, "goedemorgen"), Draft("goedemorgen", "ess_kennis"), WHO),
        files.remove(example(files, "nu onrust bij het azc"), WHO),
    ]
    for save in reversed(saves):
        files.undo(save.id, WHO)
    assert {path: path.read_bytes() for path in files.paths()} == before
    assert [s.undoes for s in files.saves()[:5]] == [s.id for s in saves]
    assert all(files.saves()[5 + i].undone_by for i in range(5))


def test_an_older_save_can_be_undone_by_itself(tree: Path, files: ExampleFiles) -> None:
    first = files.add(Draft("de eerste vraag", "omo_preventie"), WHO)
    files.add(Draft("de tweede vraag", "omo_preventie"), WHO)
    save = files.undo(first.id, WHO)
    assert changed(save.diff) == ["-    - de eerste vraag"]
    with pytest.raises(ChangedUnderneathError, match="al ongedaan"):
        files.undo(first.id, WHO)


def test_what_was_changed_afterwards_is_not_undone(tree: Path, files: ExampleFiles) -> None:
    first = files.add(Draft("de eerste vraag", "omo_preventie"), WHO)
    files.change(example(files, "de eerste vraag"), Draft("de betere vraag", "omo_preventie"), WHO)
    with pytest.raises(ChangedUnderneathError, match=r"omo\.yml.*niets teruggezet"):
        files.undo(first.id, WHO)
    assert "de betere vraag" in omo(tree).read_text()


def test_an_undo_can_be_undone(tree: Path, files: ExampleFiles) -> None:
    save = files.add(Draft("een vraag", "omo_preventie"), WHO)
    undone = files.undo(save.id, WHO)
    files.undo(undone.id, WHO)
    assert "een vraag" in omo(tree).read_text()


# --- text with marks


@pytest.mark.parametrize(
    "broken", ["[onrust](verschijnsel in de wijk", "[onrust]{entity: x}", "[onrust](", '[a]{"value": "x"}']
)
def test_a_broken_mark_is_told(broken: str) -> None:
    with pytest.raises(TrainingDataError, match="niet af"):
        read_marked(broken)


def test_brackets_that_are_no_mark_stay_text() -> None:
    assert read_marked("bel [telefoon] (dringend)") == ("bel [telefoon] (dringend)", ())


def test_one_line() -> None:
    assert one_line("  een\n\u2028vraag\u00a0 over\ttwee ") == "een vraag over twee"


def test_a_file_keeps_its_rights(tree: Path, files: ExampleFiles) -> None:
    os.chmod(omo(tree), 0o664)
    files.add(Draft("een vraag", "omo_preventie"), WHO)
    assert omo(tree).stat().st_mode & 0o777 == 0o664
