"""How probable it is that a question is about something the catalogue does not cover. Pure.

The themes out of scope compete with the offers one by one, and a subject that no theme
names loses to whatever offer shares a word with it. So what all themes and all offers
have in common is judged as well.
"""

from __future__ import annotations

import math

from wegwijzer.additive import log_odds
from wegwijzer.catalogue import Catalogue
from wegwijzer.understanding import OUT_OF_SCOPE, Understanding

FEATURES = ("ranking", "words", "length")
"""The log odds of all themes against all offers, the judgement of the scope classifier, log words."""


def scope_features(understanding: Understanding, catalogue: Catalogue) -> tuple[float, ...]:
    """Returns a number for each of FEATURES.

    Args:
        understanding: the message, its probabilities as the model gave them.
        catalogue: the offers.
    """
    out = sum(p for intent, p in understanding.intents.items() if intent.startswith(OUT_OF_SCOPE))
    within = sum(p for intent, p in understanding.intents.items() if intent in catalogue.offers)
    return (
        log_odds(out, within),
        understanding.scope.get("words", 0.0),
        math.log1p(len(understanding.text.split())),
    )
