"""Tells which texts are the same but for capitals and punctuation, or nearly so, whatever the order of their words."""

from __future__ import annotations

import re
from typing import Sequence

import numpy as np
from rapidfuzz import fuzz, process

from wegwijzer.catalogue import fold

_BLOCK = 256
_WORD = 64
"""Texts of so many characters or fewer are compared in one machine word, which is faster than leaving them out."""
_BUCKETS = 64
"""Characters are counted in so many buckets; two in one bucket only mean that a pair is compared for nothing."""
_MOST = 0.5
"""From which share of pairs that are left it is faster to compare all of them."""


def bare(text: str) -> str:
    """Returns the words of a text, without capitals and punctuation."""
    return re.sub(r"\W+", " ", text.casefold()).strip() or text


def near_twins(texts: Sequence[str], threshold: float) -> list[tuple[int, int, float]]:
    """Returns (place, place, score) of texts that are nearly the same as another of them, each pair once.

    Half the work of near_pairs(texts, texts): a text is compared with those that are as long or longer.
    """
    return [(i, j, score) for i, j, score in _pairs(texts, texts, threshold, onwards=True) if i != j]


def near_pairs(left: Sequence[str], right: Sequence[str], threshold: float) -> list[tuple[int, int, float]]:
    """Returns (place in left, place in right, score) of pairs that are nearly the same.

    The score is RapidFuzz's token_sort_ratio, 0..100. Texts whose lengths differ so much
    that they cannot reach the threshold are not compared, which is most of them.

    Args:
        left: texts.
        right: texts; a text of `left` that also stands here pairs with itself.
        threshold: least score, above 0.
    """
    return _pairs(left, right, threshold)


def _pairs(
    left: Sequence[str], right: Sequence[str], threshold: float, onwards: bool = False
) -> list[tuple[int, int, float]]:
    """Does what near_pairs says; `onwards` leaves out what stands before a text in the order of length."""
    if not left or not right:
        return []
    first, second = ([" ".join(sorted(text.split())) for text in texts] for texts in (left, right))
    least = threshold / (200 - threshold)
    order = sorted(range(len(first)), key=lambda i: len(first[i]))
    others = sorted(range(len(second)), key=lambda j: len(second[j]))
    lengths = np.array([len(second[j]) for j in others])
    counts, other_counts = _characters([first[i] for i in order]), _characters([second[j] for j in others])
    found = []
    for start in range(0, len(order), _BLOCK):
        block = order[start : start + _BLOCK]
        low = start if onwards else int(np.searchsorted(lengths, len(first[block[0]]) * least, "left"))
        high = int(np.searchsorted(lengths, len(first[block[-1]]) / least, "right"))
        if low == high:
            continue
        rows, columns, scores = _compare(
            [first[i] for i in block],
            [second[j] for j in others[low:high]],
            counts[start : start + _BLOCK],
            other_counts[low:high],
            threshold,
        )
        for row, column, score in zip(rows.tolist(), columns.tolist(), scores.tolist()):
            if not onwards or low + column >= start + row:
                found.append((block[row], others[low + column], score))
    return found


def _characters(texts: Sequence[str]) -> np.ndarray:
    """Returns how often each character stands in a text, shape (len(texts), _BUCKETS)."""
    counts = np.empty((len(texts), _BUCKETS), dtype=np.int32)
    for own, text in zip(counts, texts):
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        own[:] = np.bincount(points % _BUCKETS, minlength=_BUCKETS)
    return counts


def _compare(
    left: Sequence[str], right: Sequence[str], counts: np.ndarray, others: np.ndarray, threshold: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns rows, columns and scores of the pairs that reach the threshold.

    Two texts have at most as many characters in common, in order, as they have in any order. The latter is a
    product of matrices, and leaves most pairs of long texts out.
    """
    if min(map(len, left)) > _WORD:
        most = np.minimum(counts.max(axis=0), others.max(axis=0))
        shared = _unary(counts, most) @ _unary(others, most).T
        may = 200 * shared >= threshold * np.add.outer(counts.sum(axis=1), others.sum(axis=1))
        if may.mean() < _MOST:
            rows, columns = np.nonzero(may)
            scores = process.cpdist(
                [left[row] for row in rows.tolist()],
                [right[column] for column in columns.tolist()],
                scorer=fuzz.ratio,
                score_cutoff=threshold,
                workers=-1,
            )
            reached = scores >= threshold
            return rows[reached], columns[reached], scores[reached]
    scores = process.cdist(left, right, scorer=fuzz.ratio, score_cutoff=threshold, workers=-1)
    rows, columns = np.nonzero(scores >= threshold)
    return rows, columns, scores[rows, columns]


def _unary(counts: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Returns counts as ones and noughts, so that a product of two rows is the sum of their minima, float32."""
    levels = np.concatenate([np.arange(count) for count in most])
    return (counts[:, np.repeat(np.arange(_BUCKETS), most)] > levels).astype(np.float32)


def near_duplicates(
    evaluation_texts: Sequence[str], training_texts: Sequence[str], threshold: float = 80
) -> list[tuple[str, str, float]]:
    """Returns (evaluation text, training text, score) of pairs that are nearly the same, nearest first."""
    pairs = near_pairs(
        [fold(text) for text in evaluation_texts], [fold(text) for text in training_texts], threshold
    )
    return sorted(
        ((evaluation_texts[i], training_texts[j], score) for i, j, score in pairs), key=lambda pair: -pair[2]
    )
