"""Counts the examples and finds those that look more like another intent."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Mapping, Optional, Sequence

import numpy as np

from wegwijzer import paths
from wegwijzer.catalogue import FACETS, Catalogue, fold
from wegwijzer.linear import SEED, new_classifier, new_ngrams
from wegwijzer.understanding import OUT_OF_SCOPE
from wegwijzer.workbench import texts
from wegwijzer.workbench.example_files import ACT, DANGER, KINDS, OFFER, OUT, Stored
from wegwijzer.workbench.keeping import replace_file

FEW: Mapping[str, int] = {OFFER: 120, ACT: 40, DANGER: 300, OUT: 1}
"""With fewer examples than this an intent of a kind has too few (tests/test_data.py)."""
FOLDS = 3
_REGULARISATION = 16.0
_MOST_KEPT = 1000
_FILE = "uitbijters.json"


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
        likeliest: the intent they find likelier; 'buiten_bereik' stands for all themes out of scope.
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
        intents: in alphabetical order; 'buiten_bereik' stands for all themes out of scope.
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
    clear = Counter(e.draft.intent for e in examples if not e.draft.also)
    ambiguous = Counter(i for e in examples if e.draft.also for i in (e.draft.intent, *e.draft.also))
    marks: Counter[str] = Counter()
    for example in examples:
        marks[example.draft.intent] += len(example.draft.marks)
    counts = [
        IntentCount(name, kind, clear[name], ambiguous[name], marks[name], clear[name] < FEW[kind])
        for name, kind in kinds.items()
    ]
    return sorted(counts, key=lambda count: (KINDS.index(count.kind), count.examples, count.intent))


def imbalance(counts: Sequence[IntentCount], kind: str) -> float:
    """Returns how many times as many examples the largest intent of a kind has as the smallest.

    Infinite when the smallest has none.
    """
    sizes = [count.examples for count in counts if count.kind == kind]
    return max(sizes) / min(sizes) if min(sizes) else float("inf")


def count_facets(examples: Sequence[Stored], catalogue: Catalogue) -> list[FacetCount]:
    """Returns the coverage of every value of every facet, in the catalogue's order."""
    clear = Counter(e.draft.intent for e in examples if not e.draft.also)
    said: Counter[tuple[str, str]] = Counter()
    for example in examples:
        draft = example.draft
        values = {
            (mark.entity, fold(mark.value or draft.text[mark.start : mark.end])) for mark in draft.marks
        }
        said.update({(entity, catalogue.meanings.get((entity, word), word)) for entity, word in values})
    counts = []
    for facet in (catalogue.facets[name] for name in FACETS):
        for value in facet.values:
            offers = tuple(i for i, offer in catalogue.offers.items() if value.id in offer.facets[facet.id])
            examples_of = sum(clear[offer] for offer in offers)
            counts.append(FacetCount(facet.id, value.id, offers, examples_of, said[facet.entity, value.id]))
    return counts


def cross(
    examples: Sequence[Stored],
    say: Callable[[str], None],
    keep_in: Path = paths.ROOT / "var" / "werkbank",
) -> Crossed:
    """Judges each clear example by models of the others, on their words and letters alone.

    The same examples are judged once: the result is kept by their hash.

    Args:
        examples: all examples.
        say: is given each line of progress; takes a minute or two when nothing was kept.
        keep_in: folder of the kept result.
    """
    kept = kept_cross(examples, keep_in)
    if kept is not None:
        return kept
    clear = _clear(examples)
    labels = np.array([_class(e.draft.intent) for e in clear])
    weights = new_ngrams().fit_transform([e.draft.text for e in clear]).tocsr()
    fold_of = np.random.RandomState(SEED).randint(0, FOLDS, len(clear))

    def judged(number: int) -> tuple[Any, Any, Any]:
        held = np.flatnonzero(fold_of == number)
        seen = np.flatnonzero(fold_of != number)
        model = new_classifier(_REGULARISATION, "liblinear").fit(weights[seen], labels[seen])
        return held, model.classes_, model.predict_proba(weights[held])

    found: list[Outlier] = []
    confused: Counter[tuple[str, str]] = Counter()
    right = 0
    # Fitting does not hold the interpreter.
    with ThreadPoolExecutor(2) as pool:
        for number, (held, classes, chances) in enumerate(pool.map(judged, range(FOLDS)), 1):
            say(texts.CROSSING.format(number=number, total=FOLDS))
            place_of = {str(name): place for place, name in enumerate(classes)}
            for row, place in enumerate(held):
                own = place_of.get(str(labels[place]))
                best = int(np.argmax(chances[row]))
                if best == own:
                    right += 1
                    continue
                confused[(str(labels[place]), str(classes[best]))] += 1
                chance = float(chances[row, own]) if own is not None else 0.0
                found.append(Outlier(clear[place], str(classes[best]), float(chances[row, best]), chance))
    crossed = Crossed(
        tuple(sorted(found, key=lambda outlier: outlier.own - outlier.probability)[:_MOST_KEPT]),
        _confusable(confused, Counter(map(str, labels))),
        right / len(clear),
    )
    _keep(crossed, examples, keep_in)
    return crossed


def _clear(examples: Sequence[Stored]) -> list[Stored]:
    return [example for example in examples if not example.draft.also]


def _class(intent: str) -> str:
    """Which theme a question out of scope has makes no difference to who asks it."""
    return OUT if intent.startswith(OUT_OF_SCOPE) else intent


def _confusable(confused: Mapping[tuple[str, str], int], sizes: Mapping[str, int]) -> tuple[Confusable, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for (one, other), count in confused.items():
        counts[min(one, other), max(one, other)] += count
    return tuple(
        Confusable(pair, count, count / (sizes[pair[0]] + sizes[pair[1]]))
        for pair, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def _digest(examples: Sequence[Stored]) -> str:
    said = sorted(f"{e.draft.intent}\0{e.draft.text}" for e in _clear(examples))
    return hashlib.sha256("\n".join([str(FOLDS), str(_REGULARISATION), *said]).encode()).hexdigest()


def _keep(crossed: Crossed, examples: Sequence[Stored], keep_in: Path) -> None:
    record = {
        "of": _digest(examples),
        "outliers": [(o.stored.key, o.likeliest, o.probability, o.own) for o in crossed.outliers],
        "confusable": [(c.intents, c.count, c.share) for c in crossed.confusable],
        "right": crossed.right,
    }
    replace_file(keep_in / _FILE, json.dumps(record, ensure_ascii=False) + "\n")


def kept_cross(
    examples: Sequence[Stored], keep_in: Path = paths.ROOT / "var" / "werkbank"
) -> Optional[Crossed]:
    """Returns what cross() kept for exactly these examples, or None; never computes."""
    try:
        record = json.loads((keep_in / _FILE).read_text(encoding="utf-8"))
        if record["of"] != _digest(examples):
            return None
        by_key = {example.key: example for example in examples}
        return Crossed(
            tuple(Outlier(by_key[key], *rest) for key, *rest in record["outliers"]),
            tuple(Confusable((a, b), count, share) for (a, b), count, share in record["confusable"]),
            float(record["right"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        # Missing, damaged or of another version: it is computed again.
        return None
