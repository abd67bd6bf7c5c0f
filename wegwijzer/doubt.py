"""How probable it is that a good colleague would ask something back first. Pure."""

from __future__ import annotations

import math
from typing import Sequence

from wegwijzer.understanding import Understanding

FEATURES = ("words", "meaning", "uncertainty", "length")
"""Both judgements of the doubt classifier, the log odds against the best offer, log words."""

_LIMIT = 6.0


def doubt_features(understanding: Understanding, best: float) -> tuple[float, ...]:
    """Returns a number for each of FEATURES.

    Args:
        understanding: the message.
        best: share of the best offer, 0..1.
    """
    odds = math.log(max(1.0 - best, 1e-9) / max(best, 1e-9))
    return (
        understanding.doubt.get("words", 0.0),
        understanding.doubt.get("meaning", 0.0),
        max(-_LIMIT, min(_LIMIT, odds)),
        math.log1p(len(understanding.text.split())),
    )


def probability(features: Sequence[float], weights: Sequence[float]) -> float:
    """Returns the logistic function of intercept and weighted features."""
    score = weights[0] + sum(w * f for w, f in zip(weights[1:], features))
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, score))))
