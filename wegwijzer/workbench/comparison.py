"""Compares two models question by question: what became better, what became worse, is it chance?"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Mapping, Optional, Sequence

from wegwijzer import paths
from wegwijzer.evaluation import Item, Reply


@dataclass(frozen=True)
class Judged:
    """A question with what one model answered, and whether that was right."""

    file: str
    item: Item
    reply: Reply
    right: bool


@dataclass(frozen=True)
class Change:
    """A question on which the models differ.

    Attributes:
        file: question file without .tsv.
        item: the question.
        old: answer of the present model.
        new: answer of the candidate.
    """

    file: str
    item: Item
    old: Reply
    new: Reply


@dataclass(frozen=True)
class Tally:
    """Counts over the questions of a file, or of all.

    Attributes:
        total: questions.
        old_right: that the present model answers right.
        new_right: that the candidate answers right.
        better: wrong before and right now.
        worse: right before and wrong now.
        p: exact two-sided McNemar test on better and worse; 1 when both are 0.
    """

    total: int
    old_right: int
    new_right: int
    better: int
    worse: int
    p: float

    @property
    def note(self) -> str:
        """In Dutch, whether the difference can be chance."""
        raise NotImplementedError


@dataclass(frozen=True)
class Comparison:
    """Two models on the same questions in the same run.

    Attributes:
        old: id of the present model.
        new: id of the candidate.
        when: UTC.
        files: tally per question file.
        all: tally over all questions.
        better: questions that became better.
        worse: questions that became worse, lost emergencies first.
        lost_emergencies: texts of emergencies that only the present model recognises.
        old_milliseconds: median time of an answer by the present model.
        new_milliseconds: the same for the candidate.
    """

    old: str
    new: str
    when: datetime.datetime
    files: Mapping[str, Tally]
    all: Tally
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    lost_emergencies: tuple[str, ...]
    old_milliseconds: float
    new_milliseconds: float


def mcnemar(better: int, worse: int) -> float:
    """Returns the two-sided p of the exact McNemar test."""
    raise NotImplementedError


def compare(
    old: str, new: str, judged_old: Sequence[Judged], judged_new: Sequence[Judged], when: datetime.datetime
) -> Comparison:
    """Compares two models on the same questions.

    Raises:
        ModelError: when the questions are not the same.
    """
    raise NotImplementedError


def as_text(comparison: Comparison) -> str:
    """Returns the comparison as plain text in Dutch."""
    raise NotImplementedError


def save(comparison: Comparison, path: Path) -> None:
    """Writes a comparison as JSON."""
    raise NotImplementedError


def load(path: Path) -> Optional[Comparison]:
    """Reads what save() wrote; None when there is no such file.

    Raises:
        ModelError: when it is damaged.
    """
    raise NotImplementedError


def compare_models(
    old: str,
    new: str,
    root: Path = paths.ROOT,
    folder: Path = paths.EVALUATION,
    say: Callable[[str], None] = lambda line: None,
) -> Comparison:
    """Asks both models the questions of a folder, each in a process of its own, side by side.

    The result is kept with the newer one when it is in the archive and folder is tests/evaluation.

    Args:
        old: id of an archived model, 'in-gebruik', or a folder with a model's parts.
        new: the same.
        root: the project's folder.
        folder: the questions.
        say: is given each line of progress.

    Raises:
        ModelError: when a model is missing or does not load.
    """
    raise NotImplementedError
