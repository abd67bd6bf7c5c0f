"""Trains a candidate apart from the model in use, in the background, and compares it with that model.

It is trained in a copy of the tree, so that what trainers do meanwhile does not get mixed in. One at a
time; its state is kept in var/werkbank/kandidaat/ and outlives the page and the command that started it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from wegwijzer import paths

TRAINING = "trainen"
COMPARING = "vergelijken"
READY = "klaar"
FAILED = "mislukt"
STOPPED = "gestopt"


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
        raise NotImplementedError

    def state(self) -> Optional[State]:
        """Returns the latest candidate's state, or None; one whose process died counts as FAILED."""
        raise NotImplementedError

    def start(self, who: str, note: str = "") -> State:
        """Starts training a candidate in the background and returns at once.

        Raises:
            SetupError: when one is being trained, `who` is empty, or the disk is full.
            TrainingDataError: when the data cannot be trained on, with file and line.
        """
        raise NotImplementedError

    def stop(self) -> None:
        """Stops the candidate that is at work; without one nothing happens."""
        raise NotImplementedError

    def discard(self) -> None:
        """Throws the latest candidate away, from the archive too; its state is forgotten.

        Raises:
            ModelError: when it is in use.
        """
        raise NotImplementedError
