"""Curves of an additive model."""

from __future__ import annotations

import json

import pytest

from wegwijzer.additive import AdditiveModel, Curve, log_odds

BENT = Curve((0.0, 1.0, 3.0), (0.0, 2.0, -2.0))


@pytest.mark.parametrize(("value", "adds"), [(-5, 0), (0, 0), (0.5, 1), (1, 2), (2, 0), (3, -2), (99, -2)])
def test_a_curve_is_a_broken_line_that_ends_flat(value: float, adds: float) -> None:
    assert BENT(value) == pytest.approx(adds)
    assert Curve((1.0,), (0.5,))(value) == 0.5


def test_the_probability_is_of_the_sum() -> None:
    model = AdditiveModel(-2.0, {"a": BENT, "b": Curve((0.0, 1.0), (0.0, 4.0))})
    assert model.probability([1.0, 0.0]) == pytest.approx(0.5)
    assert model.probability([1.0, 1.0]) > 0.98
    with pytest.raises(ValueError, match="a, b"):
        model.probability([1.0])


def test_a_model_goes_to_json_and_back() -> None:
    model = AdditiveModel(-2.0, {"a": BENT})
    assert AdditiveModel.from_dict(json.loads(json.dumps(model.to_dict()))) == model


def test_log_odds_are_kept_within_bounds() -> None:
    assert log_odds(1.0, 0.0) == 12.0
    assert log_odds(0.0, 1.0) == -12.0
    assert log_odds(0.5, 0.5) == 0.0
