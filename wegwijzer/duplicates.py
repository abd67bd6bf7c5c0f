"""Tells which texts are the same but for capitals and punctuation, or nearly so, whatever the order of their words."""

from __future__ import annotations

import re
from typing import Sequence

import numpy as np
from rapidfuzz import fuzz, process

from wegwijzer.catalogue import fold

_BLOCK = 256


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
    found = []
    for start in range(0, len(order), _BLOCK):
        block = order[start : start + _BLOCK]
        low = start if onwards else int(np.searchsorted(lengths, len(first[block[0]]) * least, "left"))
        high = int(np.searchsorted(lengths, len(first[block[-1]]) / least, "right"))
        scores = process.cdist(
            [first[i] for i in block],
            [second[j] for j in others[low:high]],
            scorer=fuzz.ratio,
            score_cutoff=threshold,
            workers=-1,
        )
        for row, column in np.argwhere(scores >= threshold).tolist():
            if not onwards or low + column >= start + row:
                found.append((block[row], others[low + column], float(scores[row, column])))
    return found


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
