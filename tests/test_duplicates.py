"""Near duplicates: found whatever the order of the words, and none missed by the short cut."""

from __future__ import annotations

import numpy as np
import pytest
from rapidfuzz import fuzz, process

from wegwijzer.duplicates import near_duplicates, near_pairs, near_twins
from wegwijzer.examples import read_examples


def test_near_duplicates() -> None:
    found = near_duplicates(
        ["Wethouder  wordt BEDREIGD door boer", "iets heel anders"],
        ["door boer wordt wethouder bedreigd", "hallo"],
    )
    assert [(a, b) for a, b, _ in found] == [
        ("Wethouder  wordt BEDREIGD door boer", "door boer wordt wethouder bedreigd")
    ]
    assert found[0][2] == pytest.approx(100.0)
    assert near_duplicates([], ["x"]) == [] and near_duplicates(["x"], []) == []


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [example.text for example in read_examples()[::60]]


@pytest.fixture(scope="module")
def scores(texts: list[str]) -> dict[tuple[int, int], float]:
    """How alike each two texts are, by the definition."""
    table = process.cdist(texts, texts, scorer=fuzz.token_sort_ratio)
    return {(i, j): float(table[i, j]) for i, j in np.argwhere(table >= 55).tolist()}


# At the highest of them characters in common leave most pairs of long texts out.
@pytest.mark.parametrize("threshold", [55, 68, 82])
def test_the_short_cut_misses_nothing(
    texts: list[str], scores: dict[tuple[int, int], float], threshold: float
) -> None:
    every = {pair: score for pair, score in scores.items() if score >= threshold}
    assert {(i, j): score for i, j, score in near_pairs(texts, texts, threshold)} == pytest.approx(every)
    pairs = [frozenset((i, j)) for i, j, _ in near_twins(texts, threshold)]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == {frozenset(pair) for pair in every if pair[0] != pair[1]}
    assert threshold > 60 or len(every) > len(texts)
    assert threshold < 80 or len(every) == len(texts)


def test_long_texts_that_are_nearly_the_same_are_found(texts: list[str]) -> None:
    long = [text for text in texts if len(text) > 100]
    # So many letters are others that what is left in common only just suffices.
    twins = [text.replace("n", "7").replace("r", "7", 4) for text in long]
    expected = {i for i, (a, b) in enumerate(zip(long, twins)) if fuzz.token_sort_ratio(a, b) >= 82}
    assert 200 < len(expected) < len(long)
    found = {(i, j) for i, j, _ in near_pairs(long, twins, 82)}
    assert {(i, i) for i in expected} == {(i, j) for i, j in found if i == j}


def test_long_texts_beside_short_ones_are_nothing_alike(texts: list[str]) -> None:
    long = [text for text in texts if len(text) > 100]
    assert near_pairs(long, ["nee", "ja hoor"], 82) == []
    assert near_pairs(["nee", "ja hoor"], long, 82) == []
    assert near_pairs(["a" * 70], ["b" * 70], 82) == []
