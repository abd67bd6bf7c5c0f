"""Which kept questions are alike, and how much a trainer can teach with them. Pure."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Sequence

from wegwijzer.catalogue import fold
from wegwijzer.duplicates import near_twins
from wegwijzer.inbox import ASKED, REFUSED, THUMB_DOWN, THUMB_UP, TURNED_DOWN, UNSURE, Kept

ALIKE = 65
"""Least RapidFuzz token_sort_ratio, 0..100, of two questions that are alike: below it other questions match."""
_SHARED_WORDS = 2
"""Questions taken for the same intent by the same two words or more are alike as well."""
_WEIGHTS = {THUMB_DOWN: 1.0, TURNED_DOWN: 0.9, UNSURE: 0.6, REFUSED: 0.5, ASKED: 0.4, THUMB_UP: 0.0}
"""What each reason is worth: an official who says it is wrong tells more than doubt of the assistant's own."""


@dataclass(frozen=True)
class Group:
    """Questions that are alike.

    Attributes:
        kept: what teaches most first.
        value: how much can be learnt from them, for sorting.
    """

    kept: tuple[Kept, ...]
    value: float

    @property
    def first(self) -> Kept:
        """The question that stands for the group."""
        return self.kept[0]

    @property
    def others(self) -> dict[str, int]:
        """The other wordings and how often each was asked, what teaches most first."""
        return dict(Counter(k.question for k in self.kept if k.question != self.first.question))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of its questions."""
        return tuple(kept.number for kept in self.kept)


def doubt(kept: Kept) -> float:
    """Returns how undecided the assistant was: entropy of its intents, 0 (sure) to 1 (any is as likely)."""
    likely = [p for p in kept.understood.intents.values() if p > 0]
    if len(likely) < 2:
        return 0.0
    return -sum(p * math.log(p) for p in likely) / math.log(len(likely))


def value(kept: Kept) -> float:
    """Returns what one question can teach, from 0.

    An answer that was called wrong teaches more the surer it was; another one the more doubt there was.
    """
    weight = _WEIGHTS[kept.reason]
    if kept.reason in (THUMB_DOWN, TURNED_DOWN):
        return weight * (1 + kept.confidence)
    return weight * (0.5 + doubt(kept))


def _signs(kept: Kept) -> tuple[str, frozenset[str]]:
    """Returns the intent that a question was taken for and the words that spoke for it."""
    understood = kept.understood
    if not understood.intents:
        return "", frozenset()
    first = max(understood.intents, key=lambda intent: understood.intents[intent])
    return first, frozenset(map(fold, understood.evidence.get(first, ())))


def grouped(questions: Sequence[Kept]) -> list[Group]:
    """Returns the questions in groups that are alike, what teaches most first.

    The value of a group grows with the number of its questions, each next one counting less.
    """
    parent = list(range(len(questions)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for i, j, _ in near_twins([fold(kept.question) for kept in questions], ALIKE):
        parent[root(i)] = root(j)
    by_intent: dict[str, list[tuple[int, frozenset[str]]]] = {}
    for place, kept in enumerate(questions):
        intent, words = _signs(kept)
        same = by_intent.setdefault(intent, [])
        for other, others in same:
            if len(words & others) >= _SHARED_WORDS:
                parent[root(place)] = root(other)
        same.append((place, words))
    groups: dict[int, list[Kept]] = {}
    for place, kept in enumerate(questions):
        groups.setdefault(root(place), []).append(kept)
    made = []
    for members in groups.values():
        members.sort(key=lambda kept: (-value(kept), -kept.when.timestamp()))
        worth = sum(value(kept) / n for n, kept in enumerate(members, 1))
        made.append(Group(tuple(members), worth))
    return sorted(made, key=lambda group: (-group.value, -group.first.when.timestamp()))
