"""How probable it is that a good colleague would ask something back first. Pure."""

from __future__ import annotations

import math

from wegwijzer.additive import log_odds
from wegwijzer.catalogue import Catalogue
from wegwijzer.understanding import Understanding

FEATURES = ("words", "meaning", "uncertainty", "length")
"""Both judgements of the doubt classifier, the log odds against the best offer, log words."""


def doubt_features(understanding: Understanding, catalogue: Catalogue) -> tuple[float, ...]:
    """Returns a number for each of FEATURES.

    Args:
        understanding: the message, its probabilities as the model gave them.
        catalogue: the offers.
    """
    offers = [p for intent, p in understanding.intents.items() if intent in catalogue.offers]
    best = max(offers, default=0.0)
    return (
        understanding.doubt.get("words", 0.0),
        understanding.doubt.get("meaning", 0.0),
        log_odds(sum(offers) - best, best),
        math.log1p(len(understanding.text.split())),
    )
