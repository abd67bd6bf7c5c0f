"""The report on the encoder's speed, on stand-ins that take a known time."""

from __future__ import annotations

import time
from typing import Sequence

import numpy as np
import pytest

from wegwijzer import encoding_speed as module


class Slow:
    """Takes 2 ms a text and points where it is told."""

    dimension = 2

    def __init__(self, vector: tuple[float, float]) -> None:
        self._vector = vector

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        time.sleep(0.002 * len(texts))
        return np.array([self._vector] * len(texts), dtype=np.float32)


@pytest.fixture
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    encoders: dict[str, object] = {
        "other": lambda: Slow((0.6, 0.8)),
        module.FIRST: lambda: Slow((1.0, 0.0)),
    }
    monkeypatch.setattr(module, "ENCODERS", encoders)


TEXTS = ["Er is onrust in de wijk. Wie kan ons daar nu bij helpen?", "een cursus voor boa's"]


@pytest.mark.usefixtures("stand_ins")
def test_every_encoder_is_measured_against_the_first() -> None:
    speeds = module.measure(TEXTS)
    assert [speed.name for speed in speeds] == [module.FIRST, "other"]
    assert speeds[0].cosine == pytest.approx((1.0, 1.0))
    assert speeds[1].cosine == pytest.approx((0.6, 0.6))


@pytest.mark.usefixtures("stand_ins")
def test_remembering_saves_what_a_turn_needs_twice() -> None:
    two_clauses = module.measure(TEXTS)[0]
    assert two_clauses.forgetting[0] >= 2 * 4
    assert two_clauses.remembering[0] < two_clauses.forgetting[0]


@pytest.mark.usefixtures("stand_ins")
def test_the_report_has_a_row_an_encoder() -> None:
    report = module.as_markdown(module.measure(TEXTS), len(TEXTS))
    assert report.count("\n| ") == 3
    assert "2 vragen" in report
