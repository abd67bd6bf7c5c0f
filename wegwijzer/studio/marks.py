"""Entities as a form carries them: by their words, so that a mark stays where it is meant while a text is reworded."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Optional, Sequence

from wegwijzer.workbench.example_files import Mark


@dataclass(frozen=True)
class WordMark:
    """Words of a text that are an entity.

    Attributes:
        words: the words, as they stand in the text.
        entity: its kind.
        value: what it stands for, or '' when the words are their own value.
        nth: which place, when the words stand there more than once; from 0.
    """

    words: str
    entity: str
    value: str = ""
    nth: int = 0

    @property
    def field(self) -> str:
        """The mark as the value of a form field."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def place(self, text: str) -> Optional[Mark]:
        """Returns the mark with its place in a text, or None when the words do not stand there."""
        start = -1
        for _ in range(self.nth + 1):
            start = text.find(self.words, start + 1)
            if start < 0:
                return None
        return Mark(start, start + len(self.words), self.entity, self.value or None)


def read_fields(fields: Sequence[str]) -> list[WordMark]:
    """Reads what WordMark.field wrote; a field that is none is left out."""
    found = []
    for field in fields:
        try:
            given = json.loads(field)
            words, nth = str(given["words"]), int(given["nth"])
            mark = WordMark(words, str(given["entity"]), str(given["value"]), nth)
        except (ValueError, KeyError, TypeError):
            continue
        if words.strip() and 0 <= nth < len(field):
            found.append(mark)
    return found


def by_words(text: str, marks: Sequence[Mark]) -> list[WordMark]:
    """Returns marks with a place in a text by their words."""
    found = []
    for mark in marks:
        words, nth, start = text[mark.start : mark.end], 0, -1
        while (start := text.find(words, start + 1)) < mark.start and start >= 0:
            nth += 1
        found.append(WordMark(words, mark.entity, mark.value or "", nth))
    return found


def overlapping(marks: Sequence[Mark]) -> Optional[Mark]:
    """Returns a mark that lies over an earlier one, or None."""
    end = 0
    for mark in sorted(marks, key=lambda mark: mark.start):
        if mark.start < end:
            return mark
        end = mark.end
    return None
