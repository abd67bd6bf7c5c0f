"""A generalised additive model of a yes or no: the log odds are a sum of one curve a feature. Pure.

A curve is a broken line, so that a judgement may count little up to a point and much from
there on, which a weight cannot say; it can still be read off feature by feature.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, Mapping, Sequence

_LIMIT = 50.0


@dataclass(frozen=True)
class Curve:
    """A broken line.

    Attributes:
        at: values of the feature where the line bends, rising.
        adds: what the log odds gain there; between them in proportion, beyond the ends the same.
    """

    at: tuple[float, ...]
    adds: tuple[float, ...]

    def __call__(self, value: float) -> float:
        """Returns what a value of the feature adds to the log odds."""
        place = bisect_right(self.at, value)
        if place in {0, len(self.at)}:
            return self.adds[max(0, place - 1)]
        left, right = self.at[place - 1 : place + 1]
        part = (value - left) / (right - left)
        return (1 - part) * self.adds[place - 1] + part * self.adds[place]


@dataclass(frozen=True)
class AdditiveModel:
    """An intercept and a curve for each feature, by its name."""

    intercept: float
    curves: Mapping[str, Curve]

    def probability(self, features: Sequence[float]) -> float:
        """Returns the probability of yes.

        Args:
            features: a value for each curve, in the order of the curves.

        Raises:
            ValueError: when there are more or fewer features than curves.
        """
        if len(features) != len(self.curves):
            raise ValueError(f"{len(features)} features for the curves of {', '.join(self.curves)}")
        score = self.intercept + sum(curve(value) for curve, value in zip(self.curves.values(), features))
        return 1.0 / (1.0 + math.exp(-max(-_LIMIT, min(_LIMIT, score))))

    def to_dict(self) -> dict[str, Any]:
        """Returns plain values, rounded to four decimals."""
        points = {
            name: [[round(x, 4), round(y, 4)] for x, y in zip(curve.at, curve.adds)]
            for name, curve in self.curves.items()
        }
        return {"intercept": round(self.intercept, 4), "curves": points}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> AdditiveModel:
        """Returns what to_dict gave.

        Raises:
            KeyError, TypeError, ValueError: when the values are not of that form.
        """
        curves = {
            str(name): Curve(tuple(float(x) for x, _ in points), tuple(float(y) for _, y in points))
            for name, points in values["curves"].items()
        }
        return cls(float(values["intercept"]), curves)


def log_odds(part: float, rest: float) -> float:
    """Returns log(part / rest), neither of which may be negative, kept within -12..12."""
    least = 1e-9
    return max(-12.0, min(12.0, math.log(max(part, least) / max(rest, least))))
