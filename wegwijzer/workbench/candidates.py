"""Trains a candidate apart from the model in use, in the background, and compares it with that model.

It is trained in a copy of the tree, so that what trainers do meanwhile does not get mixed in. One at a
time; its state is kept in var/werkbank/kandidaat/ and outlives the page and the command that started it.
"""

from __future__ import annotations

import datetime
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any, Optional

from wegwijzer import paths
from wegwijzer.environment import quiet_environment
from wegwijzer.errors import ModelError, SetupError, WegwijzerError
from wegwijzer.training import USUAL_SECONDS, copy_tree
from wegwijzer.workbench import texts
from wegwijzer.workbench.comparison import compare_models
from wegwijzer.workbench.example_files import ExampleFiles
from wegwijzer.workbench.keeping import locked, name_of, now, replace_file
from wegwijzer.workbench.model_files import ModelFiles
from wegwijzer.workbench.models import IN_USE, Archive

TRAINING = "trainen"
COMPARING = "vergelijken"
READY = "klaar"
FAILED = "mislukt"
STOPPED = "gestopt"

_VECTORS = Path("models") / "vectoren.npz"
_PART_OF_TRAINING = 0.75
"""How much of the work training is; the rest is comparing."""
_ASKED = re.compile(r"(\d+) van (\d+) ")


@dataclass(frozen=True)
class State:
    """How far a candidate is.

    Attributes:
        id: of the candidate; when READY also its id in the archive.
        who: who started it.
        note: what for, or ''.
        started: UTC.
        phase: one of TRAINING, COMPARING, READY, FAILED, STOPPED.
        lines: progress in Dutch, oldest first.
        share: estimate of how much is done, 0..1.
        error: in Dutch, why it failed, or ''.
        compared_with: id of the model it is compared with.
        calibrated: whether its thresholds are fitted anew; otherwise it has those of the tree.
    """

    id: str
    who: str
    note: str
    started: datetime.datetime
    phase: str
    lines: tuple[str, ...]
    share: float
    error: str = ""
    compared_with: str = ""
    calibrated: bool = False

    @property
    def running(self) -> bool:
        """Whether it is at work."""
        return self.phase in (TRAINING, COMPARING)


class Candidates:
    """The candidate of one tree.

    Args:
        root: the project's folder.
    """

    def __init__(self, root: Path = paths.ROOT) -> None:
        self.root = root
        self._archive = Archive(root)
        self._folder = root / "var" / "werkbank" / "kandidaat"
        self._state = self._folder / "toestand.json"
        self._process: Optional[subprocess.Popen[bytes]] = None

    @property
    def log(self) -> Path:
        """What training and comparing wrote, for who wants to know more."""
        return self._folder / "kandidaat.log"

    def state(self) -> Optional[State]:
        """Returns the latest candidate's state, or None; one whose process died counts as FAILED."""
        # Asked before the state is read: who ends writes its state first.
        alive = self._alive()
        state = self._read()
        if state is None:
            return None
        if state.running and not alive:
            state = replace(state, phase=FAILED, error=texts.CANDIDATE_DIED.format(log=self.log))
        return replace(state, share=self._share(state))

    def _read(self) -> Optional[State]:
        try:
            record = json.loads(self._state.read_text(encoding="utf-8"))
            started = datetime.datetime.fromisoformat(record["started"])
            return State(**{**record, "started": started, "lines": tuple(record["lines"])})
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(texts.CARD_DAMAGED.format(path=self._state, reason=repr(error))) from error

    def _write(self, state: State) -> None:
        record = {**asdict(state), "started": state.started.isoformat()}
        replace_file(self._state, json.dumps(record, ensure_ascii=False) + "\n")

    def _share(self, state: State) -> float:
        if state.phase == READY:
            return 1.0
        if state.phase == TRAINING:
            usual = next((card.seconds for card in self._archive.cards() if card.seconds), USUAL_SECONDS)
            gone = (now() - state.started).total_seconds()
            return _PART_OF_TRAINING * min(gone / max(usual, 1.0), 0.99)
        asked = _ASKED.match(state.lines[-1]) if state.lines else None
        if state.phase == COMPARING and asked:
            return _PART_OF_TRAINING + (1 - _PART_OF_TRAINING) * int(asked[1]) / int(asked[2])
        return _PART_OF_TRAINING if state.phase == COMPARING else 0.0

    def _alive(self) -> bool:
        """Whether the process that works on the candidate lives: it holds a lock as long as it does."""
        if self._process is not None:
            self._process.poll()
        try:
            with (self._folder / "bezig").open("r") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def start(self, who: str, note: str = "", calibrated: bool = False) -> State:
        """Starts training a candidate in the background and returns at once.

        Args:
            who: by whom.
            note: what for, or ''.
            calibrated: whether its thresholds are fitted anew, on the questions 'wegwijzer calibrate' takes.

        Raises:
            SetupError: when one is being trained, or `who` is empty.
            TrainingDataError: when the data cannot be trained on, with file and line.
            ModelError: when there is no model to compare it with.
        """
        name = name_of(who)
        ExampleFiles(self.root).read()
        files = self._archive.serving_files()
        if not files.rasa.is_file():
            raise ModelError(texts.NOTHING_TO_COMPARE_WITH)
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "bezig").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SetupError(texts.CANDIDATE_BUSY) from None
            moment = now()
            state = State(
                f"{moment:%Y%m%d-%H%M%S-%f}"[:19],
                name,
                " ".join(note.split()),
                moment,
                TRAINING,
                (),
                0.0,
                calibrated=calibrated,
            )
            self._write(state)
            # The lock goes with the open file to the process, which keeps it as long as it lives.
            self._process = self._launch(lock)
            replace_file(self._folder / "proces", str(self._process.pid))
        return state

    def _launch(self, lock: IO[Any]) -> subprocess.Popen[bytes]:
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "wegwijzer.workbench.candidates", str(self.root)],
                cwd=self.root,
                env=quiet_environment(self.root),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(lock.fileno(),),
            )

    def stop(self) -> None:
        """Stops the candidate that is at work; without one nothing happens."""
        if not self._alive():
            return
        with suppress(ProcessLookupError):
            os.killpg(int((self._folder / "proces").read_text()), signal.SIGKILL)
        while self._alive():
            time.sleep(0.05)
        state = self._read()
        if state is not None and state.running:
            self._write(replace(state, phase=STOPPED))
        self._clear()

    def discard(self) -> None:
        """Throws the latest candidate away, from the archive too; its state is forgotten.

        Raises:
            ModelError: when it is in use.
            SetupError: when it is being trained.
        """
        if self._alive():
            raise SetupError(texts.CANDIDATE_BUSY)
        state = self._read()
        if state is None:
            return
        if state.id in {card.id for card in self._archive.cards()}:
            self._archive.remove(state.id)
        shutil.rmtree(self._folder)

    def _clear(self) -> None:
        shutil.rmtree(self._folder / "boom", ignore_errors=True)

    def work(self) -> None:
        """Does the work, in the process that start() started."""
        try:
            self._train_and_compare()
        except WegwijzerError as error:
            traceback.print_exc()
            self._change(phase=FAILED, error=str(error))
        except Exception as error:
            traceback.print_exc()
            self._change(phase=FAILED, error=texts.UNEXPECTED.format(error=error, log=self.log))
        finally:
            self._clear()

    def _change(self, **values: Any) -> State:
        state = self._read()
        assert state is not None
        state = replace(state, **values)
        self._write(state)
        return state

    def _say(self, line: str) -> None:
        print(line, flush=True)
        state = self._read()
        assert state is not None
        self._change(lines=(*state.lines, line))

    def _train_and_compare(self) -> None:
        state = self._read()
        assert state is not None
        self._change(compared_with=self._archive.adopt())
        tree = self._copy()
        started = time.monotonic()
        self._run(tree, texts.TRAINING_FAILED, "train", "--force")
        seconds = time.monotonic() - started
        if state.calibrated:
            # Reads scikit-learn, which a workbench that only shows candidates can do without.
            from wegwijzer.calibration import fitting_folders

            self._say(texts.CALIBRATING)
            folders = [str(paths.in_tree(self.root, folder)) for folder in fitting_folders()]
            self._run(tree, texts.CALIBRATING_FAILED, "calibrate", "--folder", *folders)
        self._archive.add(ModelFiles.of_tree(tree), state.who, state.note, tree, seconds, state.id)
        self._change(phase=COMPARING, compared_with=self._archive.adopt())
        folder = paths.in_tree(self.root, paths.EVALUATION)
        compare_models(IN_USE, state.id, self.root, folder, self._say)
        self._change(phase=READY)

    def _copy(self) -> Path:
        """Copies what training needs, as it is between two changes of the examples."""
        self._clear()
        tree = self._folder / "boom"
        tree.mkdir()
        with locked(self.root / "var" / "werkbank"):
            copy_tree(tree, self.root)
        (tree / "models").mkdir()
        if (self.root / _VECTORS).exists():
            shutil.copy2(self.root / _VECTORS, tree / _VECTORS)
        return tree

    def _run(self, tree: Path, failed: str, *command: str) -> None:
        """Runs a command of the copied tree to its end; ModelError by this text when it fails."""
        process = subprocess.Popen(
            # What libraries warn about is not for trainers, who read each line.
            [sys.executable, "-W", "ignore", "-m", "wegwijzer", *command],
            cwd=tree,
            env=quiet_environment(tree),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        last = ""
        for line in process.stdout:
            if line.strip():
                last = line.strip()
                self._say(last.replace(f"{tree}/", ""))
        if process.wait() != 0:
            log = tree / "var" / "train.log"
            if log.exists():
                print(log.read_text(encoding="utf-8", errors="replace"), flush=True)
            raise ModelError(failed.format(reason=last.replace(f"{tree}/", "")))


if __name__ == "__main__":
    Candidates(Path(sys.argv[1])).work()
