"""The logistic function that weighs judgements with fitted weights. Pure."""

from __future__ import annotations

import math
from typing import Sequence

_LIMIT = 50.0


def probability(features: Sequence[float], weights: Sequence[float]) -> float:
    """Returns the logistic function of intercept and weighted features."""
    score = weights[0] + sum(w * f for w, f in zip(weights[1:], features))
    return 1.0 / (1.0 + math.exp(-max(-_LIMIT, min(_LIMIT, score))))


def log_odds(part: float, rest: float) -> float:
    """Returns log(part / rest), neither of which may be negative, kept within -12..12."""
    least = 1e-9
    return max(-12.0, min(12.0, math.log(max(part, least) / max(rest, least))))
