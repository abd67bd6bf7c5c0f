"""A thumb is read, and what is kept of it."""

from __future__ import annotations

from typing import Any

import pytest

from wegwijzer.feedback import LONGEST_REASON, Feedback, as_data, from_data, read_feedback
from wegwijzer.intake import Refusal

KEY = "0b54e29b-7a3e-4f0e-9d3b-0a8f4a0f1c11"
GOOD = {"sender": "a", "answer": KEY, "thumb": "down", "reason": "niet\x00 goed"}


def test_a_thumb_with_and_without_a_reason() -> None:
    assert read_feedback(GOOD) == Feedback("a", KEY, "down", "niet goed")
    assert read_feedback({"sender": " a ", "answer": KEY.upper(), "thumb": "up"}) == Feedback("a", KEY, "up")
    assert read_feedback({**GOOD, "reason": None}) == Feedback("a", KEY, "down")


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {**GOOD, "sender": ""},
        {**GOOD, "sender": 1},
        {**GOOD, "answer": "1"},
        {**GOOD, "answer": None},
        {**GOOD, "thumb": "sideways"},
        {**GOOD, "thumb": ["up"]},
        {**GOOD, "reason": 7},
        {**GOOD, "reason": "x" * (LONGEST_REASON + 1)},
    ],
)
def test_what_is_no_feedback_is_refused(body: Any) -> None:
    refusal = read_feedback(body)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 400
    assert refusal.text


def test_the_longest_reason_is_kept() -> None:
    kept = read_feedback({**GOOD, "reason": "x" * LONGEST_REASON})
    assert isinstance(kept, Feedback)
    assert len(kept.reason) == LONGEST_REASON


def test_only_the_redacted_reason_is_kept() -> None:
    data = as_data(Feedback("a", KEY, "down", "bel 0612345678"), "bel [telefoon]")
    assert from_data(data) == {"answer": KEY, "thumb": "down", "reason": "bel [telefoon]"}
    assert "0612345678" not in str(data)


@pytest.mark.parametrize("data", [None, {}, {"custom": {}}, "feedback", {"feedback": 1}])
def test_other_data_is_no_feedback(data: Any) -> None:
    assert from_data(data) is None
