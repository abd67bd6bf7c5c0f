"""Whether a message holds two problems, and which offers they ask for. Pure.

The classifier gives the cut whose two parts are surest of two different intents; most
messages with one problem have such a cut too, so the parts are weighed with the whole.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Mapping, Optional

from wegwijzer.catalogue import Catalogue, Offer
from wegwijzer.understanding import Understanding

FEATURES = ("weaker", "stronger", "whole", "whole_weaker", "same_matter", "same_body", "crossed", "length")
"""Each part's probability of its offer, theirs in the whole, kinship of the offers, how much
each part speaks for the other's offer, and the log words of the shorter part."""


@dataclass(frozen=True)
class Pair:
    """Two offers that two parts of a message ask for; the probability is of FEATURES."""

    offers: tuple[str, str]
    features: tuple[float, ...]


def same_matter(offer: Offer, other: Offer) -> bool:
    """Returns whether two offers are of one body or share a phenomenon."""
    shared = set(offer.facets["phenomenon"]) & set(other.facets["phenomenon"])
    return offer.body_id == other.body_id or bool(shared)


def find_pair(
    understanding: Understanding, offers: Mapping[str, float], catalogue: Catalogue
) -> Optional[Pair]:
    """Returns the offers of both parts, or None when a part asks for no offer or for the same.

    Args:
        understanding: the message.
        offers: the share of each offer in the whole message.
        catalogue: the offers.
    """
    if len(understanding.parts) != 2:
        return None
    left, right = understanding.parts
    names = [max(part.intents, key=lambda i: part.intents[i], default="") for part in (left, right)]
    first, second = names
    if first == second or any(name not in catalogue.offers for name in names):
        return None
    one, other = catalogue.offers[first], catalogue.offers[second]
    strengths = sorted((left.intents[first], right.intents[second]))
    whole = sorted((offers.get(first, 0.0), offers.get(second, 0.0)))
    shorter = min(len(left.text.split()), len(right.text.split()))
    features = (
        strengths[0],
        strengths[1],
        sum(whole),
        whole[0],
        float(same_matter(one, other)),
        float(one.body_id == other.body_id),
        left.intents.get(second, 0.0) + right.intents.get(first, 0.0),
        math.log(max(1, shorter)),
    )
    return Pair((first, second), features)
