"""Which questions of the inbox have been dealt with, by whom; kept beside the conversations, not in them."""

from __future__ import annotations

import datetime
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Mapping

from wegwijzer.catalogue import fold
from wegwijzer.inbox import Kept

LABELLED = "gelabeld"
ASIDE = "opzij"


@dataclass(frozen=True)
class Handled:
    """How a question was dealt with, by whom, when (UTC)."""

    how: str
    who: str
    when: datetime.datetime


class HandledQuestions:
    """The questions dealt with; a question that is asked again later is there again.

    Args:
        path: of an SQLite file, made when it is not there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path, timeout=10)
        database.execute(
            "CREATE TABLE IF NOT EXISTS handled (question TEXT PRIMARY KEY, how TEXT, who TEXT, at REAL)"
        )
        return database

    def put(self, questions: Iterable[Kept], how: str, who: str) -> None:
        """Keeps that these questions were dealt with now."""
        now = datetime.datetime.now(datetime.timezone.utc).timestamp()
        with closing(self._open()) as database, database:
            database.executemany(
                "INSERT OR REPLACE INTO handled VALUES (?, ?, ?, ?)",
                [(fold(kept.question), how, who, now) for kept in questions],
            )

    def forget(self, questions: Iterable[Kept]) -> None:
        """Puts questions back into the inbox."""
        with closing(self._open()) as database, database:
            database.executemany(
                "DELETE FROM handled WHERE question = ?", [(fold(kept.question),) for kept in questions]
            )

    def all(self) -> Mapping[str, Handled]:
        """Returns what was dealt with, by folded question."""
        with closing(self._open()) as database, database:
            rows = database.execute("SELECT question, how, who, at FROM handled").fetchall()
        return {
            question: Handled(how, who, datetime.datetime.fromtimestamp(at, datetime.timezone.utc))
            for question, how, who, at in rows
        }
