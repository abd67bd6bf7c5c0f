"""Adds, changes, moves and removes one example under data/nlu/ and touches no other line.

A change is first planned, so that it can be shown, and then applied under a lock: the files are still as
they were read, or nothing is written. Every applied change is kept in a journal and can be undone.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Optional, Sequence

from wegwijzer import paths


@dataclass(frozen=True)
class Mark:
    """A stretch of a text that is an entity.

    Attributes:
        start: first character, from 0.
        end: one past the last character.
        entity: one of the entities in domain.yml.
        value: what it stands for, or None when its own words are its value.
    """

    start: int
    end: int
    entity: str
    value: Optional[str] = None


@dataclass(frozen=True)
class Draft:
    """An example as a trainer means it.

    Attributes:
        text: one line without marks (see one_line()).
        intent: an id of an offer, an act, 'gevaar' or a theme out of scope.
        marks: entities in the text, in any order, not overlapping.
        also: other offers that are as possible; such a question is asked back.
    """

    text: str
    intent: str
    marks: tuple[Mark, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stored:
    """An example where it stands.

    Attributes:
        draft: what it says.
        path: its file, absolute.
        line: line of its text, from 1.
        first: first line of the record; for an example of one line the same as `line`.
        raw: its lines as they stand in the file, without the last newline.
    """

    draft: Draft
    path: Path
    line: int
    first: int
    raw: str

    @property
    def key(self) -> str:
        """Sixteen hexadecimal digits that stay the same as long as this example does, wherever it moves."""
        raise NotImplementedError


@dataclass(frozen=True)
class Edit:
    """What a plan does to one file.

    Attributes:
        path: the file, absolute.
        before: its whole text as it was read; None when there is no file yet.
        after: its whole text afterwards.
    """

    path: Path
    before: Optional[str]
    after: str


@dataclass(frozen=True)
class Plan:
    """A change that has not been made.

    Attributes:
        what: the change in one line of Dutch.
        edits: per file, in the order in which they are written.
        root: the project's folder.
    """

    what: str
    edits: tuple[Edit, ...]
    root: Path

    @property
    def diff(self) -> str:
        """The change as `git apply` takes it."""
        raise NotImplementedError


@dataclass(frozen=True)
class Save:
    """A change that was made.

    Attributes:
        id: of this save; later ones sort later.
        when: UTC.
        who: name of the trainer.
        what: the change in one line of Dutch.
        files: files that it touched, relative to the project's folder.
        diff: the change as `git apply` takes it.
        undoes: id of the save that this one undid, or ''.
        undone_by: id of the save that undid this one, or ''.
    """

    id: str
    when: datetime.datetime
    who: str
    what: str
    files: tuple[str, ...]
    diff: str
    undoes: str = ""
    undone_by: str = ""


def one_line(text: str) -> str:
    """Returns a text as an example holds it: every run of white space is one space."""
    raise NotImplementedError


def read_marked(marked: str) -> tuple[str, tuple[Mark, ...]]:
    """Reads a text with marks, `[tekst](entiteit)` or `[tekst]{"entity": …, "value": …}`.

    Returns:
        The text without marks, and the marks.

    Raises:
        TrainingDataError: when a mark is broken.
    """
    raise NotImplementedError


def write_marked(text: str, marks: Sequence[Mark]) -> str:
    """Returns the text with its marks in it.

    Raises:
        TrainingDataError: when a mark lies outside the text or over another one.
    """
    raise NotImplementedError


class ExampleFiles:
    """The examples of one tree.

    Args:
        root: the project's folder; data/nlu/, domain.yml and catalogus/ are read from it, and the journal
            and the lock are in var/werkbank/ under it.
    """

    def __init__(self, root: Path = paths.ROOT) -> None:
        self.root = root
        raise NotImplementedError

    def read(self) -> list[Stored]:
        """Returns every example, in order of file and line; a file that has not changed is not read again.

        Raises:
            TrainingDataError: with file and line, when YAML was broken by hand.
        """
        raise NotImplementedError

    def by_key(self, key: str) -> Stored:
        """Returns the example with this key.

        Raises:
            ChangedUnderneathError: when it is not there (any more).
        """
        raise NotImplementedError

    def intents(self) -> Mapping[str, str]:
        """Returns the intents of domain.yml with their kind: aanbod, gesprek, gevaar or buiten_bereik."""
        raise NotImplementedError

    def entities(self) -> tuple[str, ...]:
        """Returns the entities of domain.yml."""
        raise NotImplementedError

    def file_of(self, draft: Draft) -> Path:
        """Returns the file in which such an example belongs, whether it exists or not."""
        raise NotImplementedError

    def plan_add(self, draft: Draft) -> Plan:
        """Plans a new example at the end of its intent's block.

        Raises:
            TrainingDataError: unknown intent, entity or offer, a mark outside the text, or a broken file.
        """
        raise NotImplementedError

    def plan_change(self, stored: Stored, draft: Draft) -> Plan:
        """Plans other words, marks or intents of an example; it moves to another file where it must.

        Raises:
            ChangedUnderneathError: when the example no longer stands as it was read.
            TrainingDataError: as plan_add.
        """
        raise NotImplementedError

    def plan_remove(self, stored: Stored) -> Plan:
        """Plans that an example goes.

        Raises:
            ChangedUnderneathError: when the example no longer stands as it was read.
        """
        raise NotImplementedError

    def plan_undo(self, save_id: str) -> Plan:
        """Plans that a save is taken back, also when others were made after it.

        Raises:
            ChangedUnderneathError: when the lines it is about were changed since, or it was undone already.
        """
        raise NotImplementedError

    def apply(self, plan: Plan, who: str) -> Save:
        """Makes a planned change: all files or none, and each at once.

        Raises:
            ChangedUnderneathError: when a file is no longer what the plan was made on; nothing is written.
            TrainingDataError: when the result could not be read back; nothing is written.
            SetupError: when `who` is empty.
        """
        raise NotImplementedError

    def add(self, draft: Draft, who: str) -> Save:
        """Plans and applies; a change by another trainer in between is taken along, not overwritten."""
        raise NotImplementedError

    def change(self, stored: Stored, draft: Draft, who: str) -> Save:
        """Plans and applies plan_change."""
        raise NotImplementedError

    def remove(self, stored: Stored, who: str) -> Save:
        """Plans and applies plan_remove."""
        raise NotImplementedError

    def undo(self, save_id: str, who: str) -> Save:
        """Plans and applies plan_undo."""
        raise NotImplementedError

    def saves(self, most: int = 100) -> list[Save]:
        """Returns the saves, newest first."""
        raise NotImplementedError
