"""What a running server says of itself, in a file of its folder, so that others know when it went over to a model."""

from __future__ import annotations

import fcntl
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Optional

from wegwijzer.workbench.keeping import replace_file

_SERVING, _LOCK = "server.json", "server.slot"
_TRIES = 10


@dataclass(frozen=True)
class Serving:
    """What a running server says of itself.

    Attributes:
        process: its process id, for people.
        url: the address to talk to.
        model: id of the model that answers; '' for the tree's own.
        failures: how many times a model did not take over since it started.
        reason: in Dutch, why the last of those did not, or ''.
    """

    process: int
    url: str
    model: str
    failures: int = 0
    reason: str = ""

    def save(self, folder: Path) -> None:
        """Writes it into the server's folder."""
        replace_file(folder / _SERVING, json.dumps(asdict(self)) + "\n")


def claim(folder: Path) -> Optional[IO[str]]:
    """Says that this process is the server of a folder, as long as what is returned stays open.

    Returns:
        The open lock, or None when another server has the folder.
    """
    lock = (folder / _LOCK).open("a")
    for _ in range(_TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except BlockingIOError:
            # Perhaps somebody only looks whether there is a server.
            time.sleep(0.1)
    lock.close()
    return None


def read_serving(folder: Path) -> Optional[Serving]:
    """Returns what the server with this folder says of itself; None when none runs."""
    try:
        with (folder / _LOCK).open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except FileNotFoundError:
        return None
    except BlockingIOError:
        pass
    try:
        return Serving(**json.loads((folder / _SERVING).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        # It has not said anything yet.
        return None
