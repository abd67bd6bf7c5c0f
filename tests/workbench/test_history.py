"""What changed, as a patch and as a commit in the trainer's name."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from wegwijzer.errors import SetupError
from wegwijzer.workbench.example_files import Draft, ExampleFiles
from wegwijzer.workbench.history import History

WHO = "Tine van der Trainer"


def git(tree: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Ander", "-c", "user.email=ander@localhost"]
    done = subprocess.run(["git", *identity, *arguments], cwd=tree, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def history(tree: Path) -> History:
    (tree / ".gitignore").write_text("var/\n")
    (tree / "notitie.txt").write_text("een\n")
    git(tree, "init", "-q")
    git(tree, "add", "-A")
    git(tree, "commit", "-qm", "begin")
    return History(tree)


def test_nothing_is_pending_at_first(history: History) -> None:
    assert history.available()
    assert history.pending() == [] and history.patch() == ""
    with pytest.raises(SetupError, match="niets veranderd"):
        history.commit(WHO, "niets")


def test_changes_and_new_files_are_pending(history: History, files: ExampleFiles, tree: Path) -> None:
    files.add(Draft("nog een vraag", "omo_preventie"), WHO)
    files.add(Draft("tot ziens", "afscheid"), WHO)
    (tree / "notitie.txt").write_text("twee\n")
    (tree / "notitie2.txt").write_text("twee\n")
    pending = history.pending()
    assert [(p.path, p.added, p.removed) for p in pending] == [
        ("data/nlu/aanbod/omo.yml", 1, 0),
        ("data/nlu/gesprek/afscheid.yml", 5, 0),
    ]
    assert "+    - nog een vraag" in pending[0].diff


def test_the_patch_can_be_applied_elsewhere(
    history: History, files: ExampleFiles, tree: Path, tmp_path: Path
) -> None:
    git(tree, "clone", "-q", ".", str(tmp_path / "elders"))
    files.add(Draft("één vraag met een ë", "omo_preventie"), WHO)
    files.add(Draft("tot ziens", "afscheid"), WHO)
    subprocess.run(["git", "apply"], input=history.patch(), text=True, cwd=tmp_path / "elders", check=True)
    drafts = [e.draft for e in ExampleFiles(tmp_path / "elders").read()]
    assert drafts == [e.draft for e in files.read()]


def test_a_commit_bears_the_trainers_name_and_nothing_else(
    history: History, files: ExampleFiles, tree: Path
) -> None:
    (tree / "notitie.txt").write_text("staat klaar\n")
    git(tree, "add", "notitie.txt")
    files.add(Draft("nog een vraag", "omo_preventie"), WHO)
    files.add(Draft("tot ziens", "afscheid"), WHO)
    commit = history.commit(WHO, "twee\nvragen erbij")
    assert (commit.who, commit.message) == (WHO, "twee vragen erbij")
    assert commit.files == ("data/nlu/aanbod/omo.yml", "data/nlu/gesprek/afscheid.yml")
    assert git(tree, "log", "-1", "--format=%an|%cn").strip() == f"{WHO}|{WHO}"
    assert git(tree, "diff", "--cached", "--name-only").strip() == "notitie.txt"
    assert history.pending() == []
    assert history.log()[0] == commit
    assert [c.message for c in history.log()] == ["twee vragen erbij", "begin"]


def test_a_removed_file_is_pending_and_recorded(history: History, tree: Path) -> None:
    (tree / "data/nlu/gesprek/groet.yml").unlink()
    (pending,) = history.pending()
    assert (pending.path, pending.added, pending.removed) == ("data/nlu/gesprek/groet.yml", 0, 6)
    assert history.commit(WHO, "weg").files == ("data/nlu/gesprek/groet.yml",)


@pytest.mark.parametrize(("who", "message", "match"), [("", "x", "wie u bent"), (WHO, " \n", "paar woorden")])
def test_a_name_and_a_message_are_needed(
    history: History, files: ExampleFiles, who: str, message: str, match: str
) -> None:
    files.add(Draft("nog een vraag", "omo_preventie"), WHO)
    with pytest.raises(SetupError, match=match):
        history.commit(who, message)


def test_what_git_refuses_is_told(history: History, files: ExampleFiles, tree: Path) -> None:
    hook = tree / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\necho 'omo.yml:8: dubbel' >&2\nexit 1\n")
    hook.chmod(0o755)
    files.add(Draft("nog een vraag", "omo_preventie"), WHO)
    with pytest.raises(SetupError, match="git weigert: omo.yml:8: dubbel"):
        history.commit(WHO, "een vraag")
    assert len(history.pending()) == 1


def test_without_git_it_says_so(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    history = History(tree)
    assert not history.available()
    with pytest.raises(SetupError, match="niet bijgehouden met git"):
        history.pending()
