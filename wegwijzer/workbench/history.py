"""What changed in data/ and catalogus/ since the last commit, for people who do not know git."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from wegwijzer import paths


@dataclass(frozen=True)
class Pending:
    """A file that differs from the last commit.

    Attributes:
        path: relative to the project's folder.
        added: lines added.
        removed: lines removed.
        diff: as git shows it.
    """

    path: str
    added: int
    removed: int
    diff: str


@dataclass(frozen=True)
class Commit:
    """A change that is recorded.

    Attributes:
        id: git's, in full.
        who: name of the author.
        when: UTC.
        message: first line.
        files: relative to the project's folder, those under data/ and catalogus/ only.
    """

    id: str
    who: str
    when: datetime.datetime
    message: str
    files: tuple[str, ...]


class History:
    """The history of one tree.

    Args:
        root: the project's folder.
    """

    def __init__(self, root: Path = paths.ROOT) -> None:
        self.root = root

    def available(self) -> bool:
        """Returns whether this tree is kept in git; without git saves can still be undone."""
        raise NotImplementedError

    def pending(self) -> list[Pending]:
        """Returns the files under data/ and catalogus/ that differ from the last commit.

        Raises:
            SetupError: when this tree is not kept in git.
        """
        raise NotImplementedError

    def patch(self) -> str:
        """Returns all pending changes as a patch that `git apply` takes; '' when there are none."""
        raise NotImplementedError

    def commit(self, who: str, message: str) -> Commit:
        """Records the pending changes in the trainer's name; what else stands ready in git stays so.

        Raises:
            SetupError: when nothing changed, a name or message is missing, or git refuses (it says why).
        """
        raise NotImplementedError

    def log(self, most: int = 50) -> list[Commit]:
        """Returns the commits that touched data/ or catalogus/, newest first."""
        raise NotImplementedError
