"""Entities in the text of an example, as Rasa writes them: `[tekst](entiteit)`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Sequence

from wegwijzer.errors import TrainingDataError
from wegwijzer.workbench import texts

_MARK = re.compile(
    r"\[(?P<words>[^\[\]]+)\]"
    r"(?:\((?P<entity>[^():]+)(?::(?P<value>[^()]+))?\)|\{(?P<record>[^{}]+)\})"
)
_OPENED = re.compile(r"\[(?P<words>[^\[\]]*)\][({\[]")


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


def one_line(text: str) -> str:
    """Returns a text as an example holds it: every run of white space is one space."""
    return " ".join(text.split())


def read_marked(marked: str) -> tuple[str, tuple[Mark, ...]]:
    """Reads a text with marks, `[tekst](entiteit)` or `[tekst]{"entity": …, "value": …}`.

    Returns:
        The text without marks, and the marks.

    Raises:
        TrainingDataError: when a mark is broken; its path is empty.
    """
    pieces: list[str] = []
    marks: list[Mark] = []
    done = length = 0
    for match in _MARK.finditer(marked):
        before, words = marked[done : match.start()], match["words"]
        entity, value = match["entity"], match["value"]
        if match["record"] is not None:
            entity, value = _record_of(match)
        pieces += [before, words]
        length += len(before)
        marks.append(Mark(length, length + len(words), entity.strip(), value.strip() if value else None))
        length += len(words)
        done = match.end()
    rest = marked[done:]
    text = "".join(pieces) + rest
    broken = _OPENED.search(_MARK.sub(" ", marked))
    if broken:
        raise TrainingDataError(texts.MARK_BROKEN.format(words=broken["words"]), Path())
    return text, tuple(marks)


def _record_of(match: re.Match[str]) -> tuple[str, Optional[str]]:
    try:
        record = json.loads("{" + match["record"] + "}")
        value = record.get("value")
        return str(record["entity"]), None if value is None else str(value)
    except (ValueError, KeyError):
        raise TrainingDataError(texts.MARK_BROKEN.format(words=match["words"]), Path()) from None


def write_marked(text: str, marks: Sequence[Mark]) -> str:
    """Returns the text with its marks in it; white space at the ends of a mark stays outside it.

    Raises:
        TrainingDataError: when a mark lies outside the text or over another one; its path is empty.
    """
    pieces: list[str] = []
    done = 0
    before: Optional[Mark] = None
    for mark in sorted(marks, key=lambda mark: (mark.start, mark.end)):
        words = text[max(0, mark.start) : max(0, mark.end)]
        if not 0 <= mark.start < mark.end <= len(text) or not words.strip():
            message = texts.MARK_OUTSIDE.format(
                entity=mark.entity, start=mark.start, end=mark.end, length=len(text)
            )
            raise TrainingDataError(message, Path())
        if before is not None and mark.start < before.end:
            message = texts.MARK_OVERLAP.format(first=before.entity, second=mark.entity)
            raise TrainingDataError(message, Path())
        if re.search(r"[\[\]]", words):
            raise TrainingDataError(texts.MARK_BRACKET.format(words=words), Path())
        start = mark.start + len(words) - len(words.lstrip())
        end = mark.end - len(words) + len(words.rstrip())
        pieces += [text[done:start], f"[{text[start:end]}]", _target(mark)]
        done, before = end, mark
    return "".join(pieces) + text[done:]


def _target(mark: Mark) -> str:
    if mark.value is None:
        return f"({mark.entity})"
    return json.dumps({"entity": mark.entity, "value": mark.value}, ensure_ascii=False)


def rewritten(marked: str) -> str:
    """Returns a marked text as write_marked would write it."""
    text, marks = read_marked(marked)
    return write_marked(text, marks)


def looks_marked(text: str) -> Optional[str]:
    """Returns the first part of a text without marks that would be read as one, or None."""
    found = _MARK.search(text) or _OPENED.search(text)
    return found.group() if found else None
