"""Counts the examples and finds those that look more like another intent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Mapping, Sequence

from wegwijzer import paths
from wegwijzer.catalogue import Catalogue
from wegwijzer.workbench.example_files import Stored

FEW = 120
"""An offer with fewer examples than this has too few (tests/test_data.py)."""
FOLDS = 3


@dataclass(frozen=True)
class IntentCount:
    """How many examples an intent has.

    Attributes:
        intent: its name.
        kind: aanbod, gesprek, gevaar or buiten_bereik.
        examples: clear examples.
        ambiguous: ambiguous examples that name it, also under 'ook'.
        marks: entities marked in its examples.
        few: whether it has too few.
    """

    intent: str
    kind: str
    examples: int
    ambiguous: int
    marks: int
    few: bool


@dataclass(frozen=True)
class FacetCount:
    """How well a value of a facet is covered.

    Attributes:
        facet: phenomenon, function, setting, support or moment, as in catalogus/.
        value: the value's id.
        offers: ids of the offers that have it.
        examples: clear examples of those offers.
        marked: examples with an entity that says it (its words or its value).
    """

    facet: str
    value: str
    offers: tuple[str, ...]
    examples: int
    marked: int


@dataclass(frozen=True)
class Outlier:
    """A clear example that models of the other examples place elsewhere.

    Attributes:
        stored: the example.
        likeliest: the intent they find likelier.
        probability: of that intent, 0..1.
        own: probability of its own intent, 0..1.
    """

    stored: Stored
    likeliest: str
    probability: float
    own: float


@dataclass(frozen=True)
class Confusable:
    """Two intents whose examples are taken for each other.

    Attributes:
        intents: in alphabetical order.
        count: examples of one that were placed in the other.
        share: count over the examples of both.
    """

    intents: tuple[str, str]
    count: int
    share: float


@dataclass(frozen=True)
class Crossed:
    """What models of the other examples make of each clear example.

    Attributes:
        outliers: most certain first.
        confusable: most often first.
        right: share of the examples placed where they stand, 0..1.
    """

    outliers: tuple[Outlier, ...]
    confusable: tuple[Confusable, ...]
    right: float


def count_intents(examples: Sequence[Stored], kinds: Mapping[str, str]) -> list[IntentCount]:
    """Returns the counts of every intent, by kind and then the fewest first.

    Args:
        examples: all examples.
        kinds: ExampleFiles.intents().
    """
    raise NotImplementedError


def imbalance(counts: Sequence[IntentCount], kind: str) -> float:
    """Returns how many times as many examples the largest intent of a kind has as the smallest."""
    raise NotImplementedError


def count_facets(examples: Sequence[Stored], catalogue: Catalogue) -> list[FacetCount]:
    """Returns the coverage of every value of every facet, in the catalogue's order."""
    raise NotImplementedError


def cross(
    examples: Sequence[Stored],
    say: Callable[[str], None],
    keep_in: Path = paths.ROOT / "var" / "werkbank",
) -> Crossed:
    """Judges each clear example by models of the others, on their words and letters alone.

    The same examples are judged once: the result is kept by their hash.

    Args:
        examples: all examples.
        say: is given each line of progress; takes a minute or so when nothing was kept.
        keep_in: folder of the kept result.
    """
    raise NotImplementedError


def kept_cross(examples: Sequence[Stored], keep_in: Path = paths.ROOT / "var" / "werkbank") -> Crossed | None:
    """Returns what cross() kept for exactly these examples, or None; never computes."""
    raise NotImplementedError
