"""A candidate in the background: one at a time, it can be stopped, and its end is never a mystery.

That training and comparing really happen is told by test_switch.py; here other programs stand in for them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

import pytest

from wegwijzer import paths
from wegwijzer.errors import ModelError, SetupError, TrainingDataError
from wegwijzer.workbench import candidates as module
from wegwijzer.workbench import texts
from wegwijzer.workbench.candidates import COMPARING, FAILED, READY, STOPPED, TRAINING, Candidates, State
from wegwijzer.workbench.models import Archive

TRAINER = """\
import gzip, pathlib, sys
if sys.argv[1] == "calibrate":
    if "geenmaat" in pathlib.Path("data/nlu/aanbod/omo.yml").read_text():
        sys.exit("wegwijzer: geen vragen om op af te stellen")
    pathlib.Path("wegwijzer/thresholds.json").write_text(" ".join(sys.argv[2:]))
    sys.exit()
print("Trainen; dit duurt meestal 5 minuten.", flush=True)
if "kapot" in pathlib.Path("data/nlu/aanbod/omo.yml").read_text():
    print("wegwijzer: omo.yml:3: dit klopt niet", file=sys.stderr)
    sys.exit(1)
models = pathlib.Path("models")
(models / "gevaar").mkdir(parents=True)
gzip.open(models / "wegwijzer.tar.gz", "wb").write(b"nieuw")
(models / "gevaar" / "danger.json").write_text("nieuw")
print("De intents zijn getraind (1 s).", flush=True)
"""


@pytest.fixture
def candidates(archive: Archive) -> Candidates:
    """Candidates of a tree with a model, whose training is a small program."""
    tree = archive.root
    for name in ("config.yml", "endpoints.yml", "credentials.yml", "requirements.txt"):
        (tree / name).write_text("")
    for name in ("actions", "contract"):
        (tree / name).mkdir()
    (tree / "wegwijzer" / "__init__.py").write_text("")
    (tree / "wegwijzer" / "__main__.py").write_text(TRAINER)
    return Candidates(tree)


def launches(candidates: Candidates, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Lets start() launch this program instead."""

    def launch(lock: IO[Any]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", program]
        return subprocess.Popen(command, start_new_session=True, pass_fds=(lock.fileno(),))

    monkeypatch.setattr(candidates, "_launch", launch)


def state_of(candidates: Candidates) -> State:
    state = candidates.state()
    assert state is not None
    return state


def wait_until_ended(candidates: Candidates) -> State:
    end = time.monotonic() + 20
    while state_of(candidates).running:
        assert time.monotonic() < end
        time.sleep(0.05)
    return state_of(candidates)


def test_one_at_a_time_and_it_can_be_stopped(candidates: Candidates, monkeypatch: pytest.MonkeyPatch) -> None:
    assert candidates.state() is None
    launches(candidates, monkeypatch, "import time; time.sleep(60)")
    started = candidates.start("Tine", " nieuwe  vragen ")
    assert (started.phase, started.who, started.note) == (TRAINING, "Tine", "nieuwe vragen")
    # Another page, or another command, sees it as well.
    other = Candidates(candidates.root)
    assert state_of(other).running and 0 <= state_of(other).share < 0.75
    with pytest.raises(SetupError, match="al een kandidaat"):
        other.start("Bas")
    with pytest.raises(SetupError, match="al een kandidaat"):
        other.discard()
    other.stop()
    assert state_of(candidates).phase == STOPPED
    other.stop()
    candidates.discard()
    assert candidates.state() is None


def test_a_process_that_dies_is_a_failure(candidates: Candidates, monkeypatch: pytest.MonkeyPatch) -> None:
    launches(candidates, monkeypatch, f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})")
    candidates.start("Tine")
    state = wait_until_ended(candidates)
    assert state.phase == FAILED and "afgebroken" in state.error


def test_what_cannot_be_read_is_told_before_anything_starts(candidates: Candidates) -> None:
    omo = candidates.root / "data" / "nlu" / "aanbod" / "omo.yml"
    omo.write_text("nlu:\n- intent: [\n")
    with pytest.raises(TrainingDataError, match=r"omo\.yml:3"):
        candidates.start("Tine")
    assert candidates.state() is None


def test_without_a_model_there_is_nothing_to_compare_with(candidates: Candidates) -> None:
    (candidates.root / "models" / "wegwijzer.tar.gz").unlink()
    with pytest.raises(ModelError, match="draai eerst 'wegwijzer train'"):
        candidates.start("Tine")


def test_a_name_is_needed(candidates: Candidates) -> None:
    with pytest.raises(SetupError, match="wie u bent"):
        candidates.start(" ")


def work(candidates: Candidates, monkeypatch: pytest.MonkeyPatch, calibrated: bool = False) -> State:
    """Does in this process what start() has another one do."""
    launches(candidates, monkeypatch, "pass")
    candidates.start("Tine", calibrated=calibrated)
    # Until its lock is free the state is that of a process that lives.
    wait_until_ended(candidates)
    candidates.work()
    return state_of(candidates)


def test_training_that_fails_says_why(candidates: Candidates, monkeypatch: pytest.MonkeyPatch) -> None:
    omo = candidates.root / "data" / "nlu" / "aanbod" / "omo.yml"
    omo.write_text(omo.read_text() + "    - kapot\n")
    state = work(candidates, monkeypatch)
    assert state.phase == FAILED
    assert state.error == "het trainen mislukte: wegwijzer: omo.yml:3: dit klopt niet"
    assert not (candidates.root / "var" / "werkbank" / "kandidaat" / "boom").exists()
    assert [card.who for card in Archive(candidates.root).cards()] == ["Wegwijzer"]


@pytest.mark.parametrize("calibrated", [False, True])
def test_thresholds_are_fitted_anew_when_asked(
    candidates: Candidates, monkeypatch: pytest.MonkeyPatch, calibrated: bool
) -> None:
    monkeypatch.setattr(module, "compare_models", lambda *given: None)
    own = candidates.root / "wegwijzer" / "thresholds.json"
    before = own.read_text()
    state = work(candidates, monkeypatch, calibrated)
    assert (state.phase, texts.CALIBRATING in state.lines) == (READY, calibrated)
    kept = Archive(candidates.root).files(state.id).thresholds.read_text()
    tests = candidates.root / "tests"
    assert kept.startswith(f"--folder {tests / 'validation'} {tests / 'batches'}/1 ") == calibrated
    assert (kept == before) != calibrated
    newest = max(int(folder.name) for folder in paths.BATCHES.iterdir() if folder.is_dir())
    assert f"batches/{newest}" not in kept
    assert own.read_text() == before


def test_fitting_that_fails_says_why(candidates: Candidates, monkeypatch: pytest.MonkeyPatch) -> None:
    omo = candidates.root / "data" / "nlu" / "aanbod" / "omo.yml"
    omo.write_text(omo.read_text() + "    - geenmaat\n")
    state = work(candidates, monkeypatch, calibrated=True)
    assert state.phase == FAILED
    reason = "wegwijzer: geen vragen om op af te stellen"
    assert state.error == f"het afstellen van de drempels mislukte: {reason}"


def test_a_trained_candidate_is_archived_and_compared(
    candidates: Candidates, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def compare(old: str, new: str, root: Path, folder: Path, say: Any) -> None:
        say("50 van 200 vragen gesteld")
        monkeypatch.setattr(candidates, "_alive", lambda: True)
        seen.append((old, new, root, folder, state_of(candidates)))
        monkeypatch.undo()

    monkeypatch.setattr(module, "compare_models", compare)
    state = work(candidates, monkeypatch)
    assert (state.phase, state.share) == (READY, 1.0)
    assert state.lines[-1] == "50 van 200 vragen gesteld"
    ((old, new, root, folder, during),) = seen
    assert (old, new, root) == ("in-gebruik", state.id, candidates.root)
    assert folder == root / "tests" / "evaluation"
    assert (during.phase, during.share) == (COMPARING, 0.75 + 0.25 / 4)
    archived = Archive(candidates.root)
    assert archived.card(state.id).who == "Tine"
    assert archived.files(state.id).rasa.exists()
    assert state.compared_with == archived.adopt() != state.id
    candidates.discard()
    assert state.id not in {card.id for card in archived.cards()}
    assert os.listdir(candidates.root / "models" / "archief") == [state.compared_with]
