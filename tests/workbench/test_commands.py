"""The workbench from the command line, in a copy of the tree with few examples."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.test_new_body import refuses, small_copy, succeeds
from wegwijzer.workbench.example_files import ExampleFiles

OMO = Path("data") / "nlu" / "aanbod" / "omo.yml"
TEXT = "De weerwolvenclub van het dorp dreigt de burgervader met een hooivork"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project's own code beside a few examples."""
    return small_copy(tmp_path)


def bad(tree: Path, *arguments: str) -> str:
    done = refuses(tree, *arguments)
    return done.stdout + done.stderr


def test_add_lint_and_undo(copy: Path) -> None:
    before = (copy / OMO).read_bytes()
    arguments = ("--intent", "omo_preventie", "--who", "Tine")
    said = succeeds(
        copy, "examples", "add", TEXT.replace("burgervader", "[burgervader](functie)"), *arguments
    )
    assert "+    - De weerwolvenclub van het dorp dreigt de [burgervader](functie) met een hooivork" in said
    assert "voorbeelden nagekeken" in succeeds(copy, "examples", "lint")
    said = bad(copy, "examples", "add", TEXT.lower(), *arguments)
    assert "dubbel" in said and "Niet toegevoegd" in said
    succeeds(copy, "examples", "add", TEXT.lower(), *arguments, "--force")
    said = bad(copy, "examples", "lint")
    line = (copy / OMO).read_text().splitlines().index(f"    - {TEXT.lower()}") + 1
    assert f"{OMO}:{line}: dubbel:" in said
    for save in ExampleFiles(copy).saves():
        succeeds(copy, "examples", "undo", save.id, "--who", "Tine")
    assert (copy / OMO).read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("een vraag", "--intent", "omo_preventi"), "bedoelt u 'omo_preventie'"),
        (("een [vraag](plaats)", "--intent", "omo_preventie"), "'plaats' is geen entiteit"),
        (("een [vraag](functie", "--intent", "omo_preventie"), "niet af"),
        (("een vraag", "--intent", "omo_preventie", "--also", "groet"), "geen aanbod"),
    ],
)
def test_what_is_wrong_is_told(copy: Path, arguments: tuple[str, ...], message: str) -> None:
    before = (copy / OMO).read_bytes()
    assert message in bad(copy, "examples", "add", *arguments, "--who", "Tine")
    assert (copy / OMO).read_bytes() == before


def test_yaml_broken_by_hand_names_file_and_line(copy: Path) -> None:
    (copy / OMO).write_text('version: "3.1"\nnlu:\n- intent: omo_preventie\n   examples: |\n    - x\n')
    assert f"{OMO}:4: onleesbaar" in bad(copy, "examples", "lint")
    said = bad(copy, "examples", "add", "een vraag", "--intent", "omo_preventie", "--who", "Tine")
    assert "omo.yml:4:" in said and "YAML" in said
    assert "omo.yml:4:" in bad(copy, "model", "train", "--who", "Tine")


def test_counts_are_shown(copy: Path) -> None:
    said = succeeds(copy, "examples", "stats")
    assert "aanbod:" in said and "omo_preventie  te weinig" in said
    assert "phenomenon: onrust" in said


def test_the_name_is_that_of_git_when_none_is_given(copy: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=copy, check=True)
    subprocess.run(["git", "config", "user.name", "Tine uit Git"], cwd=copy, check=True)
    succeeds(copy, "examples", "add", TEXT, "--intent", "omo_preventie")
    assert '"who": "Tine uit Git"' in (copy / "var" / "werkbank" / "wijzigingen.jsonl").read_text()


def test_an_archive_that_is_empty(copy: Path) -> None:
    assert "leeg" in succeeds(copy, "model", "list")
    assert "geen model 'x'" in bad(copy, "model", "use", "x", "--who", "Tine")
    assert "geen eerder model" in bad(copy, "model", "rollback", "--who", "Tine")
    assert "geen model 'x'" in bad(copy, "evaluate", "--compare", "x", "y")
    assert "draai eerst 'wegwijzer train'" in bad(copy, "model", "train", "--who", "Tine")
