"""Changes of files as lines: shown as a diff, and taken back while other changes stay."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Optional

_CONTEXT = 3
"""Lines around a change by which it is found back."""


@dataclass(frozen=True)
class Edit:
    """What a plan does to one file.

    Attributes:
        path: the file, absolute.
        before: its whole text as it was read; None when there is no file yet.
        after: its whole text afterwards; None when the file goes.
    """

    path: Path
    before: Optional[str]
    after: Optional[str]


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
        return "".join(unified(edit, self.root) for edit in self.edits)


def unified(edit: Edit, root: Path) -> str:
    """Returns one edit as `git apply` takes it."""
    name = edit.path.relative_to(root).as_posix()
    lines = difflib.unified_diff(
        lines_of(edit.before or ""),
        lines_of(edit.after or ""),
        "/dev/null" if edit.before is None else f"a/{name}",
        "/dev/null" if edit.after is None else f"b/{name}",
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def lines_of(text: str) -> list[str]:
    """Returns the lines with their ends; only a newline ends one."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


@dataclass(frozen=True)
class Hunk:
    """The one stretch of lines that an edit replaces, with the lines around it.

    Attributes:
        path: relative to the project's folder.
        at: index of the first line.
        lead: lines before it.
        before: the lines that were there.
        after: the lines that came instead.
        tail: lines after it.
        made: whether the file was made.
        gone: whether the file went.
    """

    path: str
    at: int
    lead: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    tail: tuple[str, ...]
    made: bool
    gone: bool

    @classmethod
    def of(cls, edit: Edit, root: Path) -> Hunk:
        """Returns the hunk of an edit."""
        old, new = lines_of(edit.before or ""), lines_of(edit.after or "")
        same = 0
        while same < min(len(old), len(new)) and old[same] == new[same]:
            same += 1
        end = 0
        while end < min(len(old), len(new)) - same and old[-1 - end] == new[-1 - end]:
            end += 1
        return cls(
            edit.path.relative_to(root).as_posix(),
            same,
            tuple(old[max(0, same - _CONTEXT) : same]),
            tuple(old[same : len(old) - end]),
            tuple(new[same : len(new) - end]),
            tuple(old[len(old) - end : len(old) - end + _CONTEXT]),
            edit.before is None,
            edit.after is None,
        )

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Hunk:
        """Reads what stands in the journal."""
        known: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in record.items()}
        return cls(**known)

    def undone(self, text: Optional[str]) -> Optional[str]:
        """Returns a file's text with this hunk taken back; raises LookupError when its lines are not there."""
        if text is None:
            if self.gone:
                return "".join(self.before)
            raise LookupError
        lines = lines_of(text)
        if self.made and lines == list(self.after):
            return None
        for lead, tail in ((self.lead, self.tail), (self.lead, ()), ((), self.tail), ((), ())):
            sought = [*lead, *self.after, *tail]
            # Without lines of its own a hunk is only found by what stands around it.
            if not sought:
                continue
            places = [i for i in range(len(lines) - len(sought) + 1) if lines[i : i + len(sought)] == sought]
            if places:
                at = min(places, key=lambda i: abs(i + len(lead) - self.at)) + len(lead)
                return "".join([*lines[:at], *self.before, *lines[at + len(self.after) :]])
        raise LookupError


def first_difference(old: str, new: str) -> int:
    """Returns the first line, from 1, on which two texts differ."""
    pairs = zip(lines_of(old), lines_of(new))
    return next((i for i, (a, b) in enumerate(pairs, 1) if a != b), min(old.count("\n"), new.count("\n")) + 1)
