"""Near duplicates: found whatever the order of the words, and none missed by the short cut."""

from __future__ import annotations

import pytest
from rapidfuzz import fuzz

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


def test_the_short_cut_misses_nothing() -> None:
    texts = [example.text for example in read_examples()[::60]]
    every = {
        (i, j) for i, a in enumerate(texts) for j, b in enumerate(texts) if fuzz.token_sort_ratio(a, b) >= 55
    }
    assert {(i, j) for i, j, _ in near_pairs(texts, texts, 55)} == every
    assert len(every) > len(texts)
    pairs = [frozenset((i, j)) for i, j, _ in near_twins(texts, 55)]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == {frozenset(pair) for pair in every if pair[0] != pair[1]}
