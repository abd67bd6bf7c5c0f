"""Small files that more than one process writes: a lock, atomic replacement, journals of one record a line."""

from __future__ import annotations

import datetime
import fcntl
import json
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional

from wegwijzer.errors import SetupError, TrainingDataError
from wegwijzer.workbench import texts


def now() -> datetime.datetime:
    """Returns the time, UTC."""
    return datetime.datetime.now(datetime.timezone.utc)


def name_of(who: str) -> str:
    """Returns a person's name on one line, as git takes it.

    Raises:
        SetupError: when nothing is left of it.
    """
    name = " ".join("".join(c for c in who if c not in "<>").split())
    if not name:
        raise SetupError(texts.WHO)
    return name


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the one lock of a folder, which is made when it does not exist."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "slot").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def replace_file(path: Path, text: Optional[str]) -> None:
    """Writes a file at once, or removes it; who reads it sees the old text or the new one.

    Args:
        path: the file; its folder is made when it does not exist.
        text: its whole text with the line ends it shall have, or None to remove it.
    """
    if text is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as new:
            new.write(text.encode("utf-8"))
            new.flush()
            os.fsync(new.fileno())
        os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def append_record(path: Path, record: Mapping[str, Any]) -> None:
    """Adds one line of JSON to a journal and waits until the disk has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as journal:
        journal.write(json.dumps(record, ensure_ascii=False) + "\n")
        journal.flush()
        os.fsync(journal.fileno())


def read_journal(path: Path) -> Iterator[dict[str, Any]]:
    """Yields the records of a journal, oldest first; none when there is no such file.

    Raises:
        TrainingDataError: with the line, when one is damaged.
    """
    if not path.exists():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line:
            try:
                yield dict(json.loads(line))
            except ValueError:
                raise TrainingDataError(texts.JOURNAL_DAMAGED, path, number) from None
