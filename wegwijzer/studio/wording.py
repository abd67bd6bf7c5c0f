"""Numbers, days and names as trainers read them; the filters of the templates."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any, Callable, Mapping

from markupsafe import Markup, escape

from wegwijzer import paths
from wegwijzer.errors import Texts
from wegwijzer.studio.teksten import CatalogueFaults
from wegwijzer.workbench.example_files import Stored

_MONTHS = "jan feb mrt apr mei jun jul aug sep okt nov dec".split()


def number(value: float) -> str:
    """Returns a whole number with points between thousands."""
    return f"{round(value):,}".replace(",", ".")


def share(value: float, digits: int = 0) -> str:
    """Returns a share of 0..1 as a percentage."""
    return f"{value * 100:.{digits}f}".replace(".", ",") + "\u00a0%"


def decimal(value: float, digits: int = 2) -> str:
    """Returns a number with a comma."""
    return f"{value:.{digits}f}".replace(".", ",")


def moment(value: datetime.datetime) -> str:
    """Returns a UTC time as day and time here."""
    here = value.astimezone()
    return f"{here.day} {_MONTHS[here.month - 1]} {here.year}, {here:%H:%M}"


def day(value: datetime.date) -> str:
    """Returns a day."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def place(path: Path) -> str:
    """Returns a path as it stands under the project's folder it is in."""
    for folder in ("data", "catalogus", "tests"):
        if folder in path.parts:
            parts = path.parts
            return "/".join(parts[len(parts) - 1 - parts[::-1].index(folder) :])
    return str(path.relative_to(paths.ROOT)) if path.is_relative_to(paths.ROOT) else str(path)


def diff_lines(diff: str) -> list[tuple[str, str]]:
    """Returns the lines of a diff, each with what it is: 'file', 'place', 'added', 'removed' or 'same'."""
    found = []
    for line in diff.splitlines():
        if line.startswith(("diff ", "index ", "--- ", "+++ ", "new file", "old mode", "new mode")):
            if line.startswith(("--- a/", "+++ b/")) and line != "--- /dev/null":
                found.append(("file", line[6:]))
        elif line.startswith("@@"):
            found.append(("place", line))
        elif line.startswith("+"):
            found.append(("added", line[1:]))
        elif line.startswith("-"):
            found.append(("removed", line[1:]))
        else:
            found.append(("same", line[1:]))
    return [pair for i, pair in enumerate(found) if pair[0] != "file" or pair not in found[:i]]


def marked(stored: Stored) -> Markup:
    """Returns an example with its entities marked, as HTML."""
    text, done, pieces = stored.draft.text, 0, []
    for mark in sorted(stored.draft.marks, key=lambda mark: mark.start):
        pieces += [
            escape(text[done : mark.start]),
            Markup("<mark>{}</mark>").format(text[mark.start : mark.end]),
        ]
        done = mark.end
    return Markup("").join([*pieces, escape(text[done:])])


def fill(sentence: str, /, **values: object) -> str:
    """Returns a sentence with its places filled in."""
    return sentence.format(**values)


def dutch(text: str) -> str:
    """Returns what is wrong with the catalogue in Dutch; any other text as it is, without the file before it."""
    for pattern, sentence in _FAULTS:
        found = pattern.search(text)
        if found:
            return sentence.format(**found.groupdict())
    return text


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*)", re.escape(template)) + "$")


_FAULTS = tuple(
    (_pattern(getattr(Texts, name)), str(sentence))
    for name, sentence in vars(CatalogueFaults).items()
    if name.isupper()
)
"""Sentences of wegwijzer.errors, which are for developers, and what trainers read for them."""

FILTERS: Mapping[str, Callable[..., Any]] = {
    "number": number,
    "share": share,
    "decimal": decimal,
    "moment": moment,
    "day": day,
    "place": place,
    "diff_lines": diff_lines,
    "marked": marked,
    "dutch": dutch,
    "fill": fill,
}
