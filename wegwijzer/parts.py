"""Cuts a message in two, in every way that may set two problems apart.

Not only between sentences: "raadslid wordt gestalkt, pand vol witwaswinkels" holds two
problems too. Which cut is the right one, if any, is for the classifier to say.
"""

from __future__ import annotations

import re

_CUT = re.compile(
    r"[.!?;:]\s+|\n+|,\s+|\s+[+&/–-]\s+"
    r"|\s+(?:en|and|maar|plus|alsook|ook|daarnaast|verder|bovendien|tevens)\s+",
    re.IGNORECASE,
)
_LEAST_WORDS = 2
MOST = 10


def split_in_two(text: str) -> list[tuple[str, str]]:
    """Returns the ways to cut a message in two, at most MOST, evenly spread over the text."""
    cuts = []
    for found in _CUT.finditer(text):
        left, right = text[: found.start()].strip(), text[found.end() :].strip()
        if len(left.split()) >= _LEAST_WORDS and len(right.split()) >= _LEAST_WORDS:
            cuts.append((left, right))
    if len(cuts) <= MOST:
        return cuts
    return [cuts[i * len(cuts) // MOST] for i in range(MOST)]
