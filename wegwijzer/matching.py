"""From probabilities and facets to ranked offers with reasons. Pure and deterministic.

score(offer) = log P(offer | text) + Σ λ · fit(facet, offer)
A facet fits (1) when one of its values is among the offer's own; otherwise it does not (0).
What the user says it is not ("geen cursus") counts against the offers it is typical of.
What the user said in answer to a question weighs more than a word in passing, which
the probabilities have already seen, and more than what was answered turns ago.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import Collection, Mapping

from wegwijzer.catalogue import FACETS, Catalogue, Offer
from wegwijzer.facets import Facets

WEIGHT_IN_PASSING = 0.25
WEIGHT_ANSWERED = 6.0
WEIGHT_EARLIER = 2.0
"""For what was answered at an earlier turn, when this one says something else."""
WEIGHT_UNWANTED = 6.0
KINSHIP_SAME_BODY = 2.5
KINSHIP_PER_PHENOMENON = 1.0
KINSHIP_SAME_SUPPORT = 1.0
"""Only for who says that it is for someone else or elsewhere: the kind of help stays the same."""
FOLLOW_UP_TEXT = 0.3
"""How much of the topic's own text counts when a follow-up asks for its kin."""
CONTEXT = 0.5
"""How much the topic counts for a message that is not clear by itself."""
OWN_WORDS = 0.3
"""How much a follow-up's own words count beside its topic."""
_FLOOR = 1e-6
"""Least probability that counts, so that what the user answers can still lift any offer."""
NEXT_BEST = 1e-20
"""The same for who turns an advice down and answers nothing: then the next likely offer counts."""


@dataclass(frozen=True)
class Reason:
    """One term of a score: what it is, how much it adds in nats, and the user's words behind it."""

    term: str
    value: str
    amount: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ranked:
    """An offer with its share of the probability and the terms of its score."""

    offer: Offer
    probability: float
    reasons: tuple[Reason, ...]


def _normalised(
    scored: list[tuple[float, Offer, tuple[Reason, ...]]], probabilities: Mapping[str, float]
) -> tuple[Ranked, ...]:
    """Ranks offers; of those with the same score, as all under _FLOOR, the likeliest by the text comes first."""
    top = max(score for score, _, _ in scored)
    total = sum(math.exp(score - top) for score, _, _ in scored)
    ranked = [Ranked(offer, math.exp(score - top) / total, reasons) for score, offer, reasons in scored]
    order = {identifier: -p for identifier, p in probabilities.items()}
    return tuple(sorted(ranked, key=lambda r: (-r.probability, order.get(r.offer.id, 0.0), r.offer.id)))


def match(
    probabilities: Mapping[str, float],
    in_passing: Facets,
    answered: Mapping[str, tuple[str, ...]],
    catalogue: Catalogue,
    evidence: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    earlier: Collection[str] = (),
) -> tuple[Ranked, ...]:
    """Ranks all offers.

    Args:
        probabilities: of offers given the text of the topic; other intents are passed over.
        in_passing: facets that the text itself mentions.
        answered: facet → values that the user gave in answer or as a correction.
        catalogue: the offers.
        evidence: offer id → the words of the text that speak most for it.
        earlier: facets in `answered` that were answered at an earlier turn.

    Returns:
        every offer, best first; probabilities sum to 1.
    """
    scored = []
    for offer in catalogue.offers.values():
        text = math.log(max(probabilities.get(offer.id, 0.0), _FLOOR))
        reasons = [Reason("text", offer.id, text, evidence.get(offer.id, ()))]
        for facet in FACETS:
            given = answered.get(facet, ())
            weight = WEIGHT_IN_PASSING
            if given:
                weight = WEIGHT_EARLIER if facet in earlier else WEIGHT_ANSWERED
            wanted = given or in_passing.values.get(facet, ())
            fitting = [value for value in wanted if value in offer.facets[facet]]
            if fitting:
                word = in_passing.words.get(fitting[0])
                reasons.append(Reason(facet, fitting[0], weight, (word,) if word else ()))
            if offer.facets[facet][0] in in_passing.unwanted.get(facet, ()):
                reasons.append(Reason(facet, offer.facets[facet][0], -WEIGHT_UNWANTED))
        scored.append((sum(reason.amount for reason in reasons), offer, tuple(reasons)))
    return _normalised(scored, probabilities)


def kin(offer: Offer, other: Offer) -> float:
    """Returns how near two offers are: the same body, and phenomena in common."""
    shared = set(offer.facets["phenomenon"]) & set(other.facets["phenomenon"])
    same = KINSHIP_SAME_BODY if offer.body_id == other.body_id else 0.0
    return same + KINSHIP_PER_PHENOMENON * len(shared)


def spread(
    probabilities: Mapping[str, float],
    first: Offer,
    catalogue: Catalogue,
    least: float = _FLOOR,
    same_support: bool = False,
) -> dict[str, float]:
    """Returns the topic's probabilities flattened, with kin of its first offer lifted.

    A follow-up such as "a training instead" asks for an offer that the topic's own
    text may hardly mention.

    Args:
        probabilities: of offers given the topic.
        first: the offer advised.
        catalogue: the offers.
        least: least probability that counts.
        same_support: whether offers of the same kind of support are kin too.
    """
    lifted = {}
    for offer in catalogue.offers.values():
        near = kin(offer, first)
        if same_support and offer.facets["support"][0] == first.facets["support"][0]:
            near += KINSHIP_SAME_SUPPORT
        text = max(probabilities.get(offer.id, 0.0), least)
        lifted[offer.id] = text**FOLLOW_UP_TEXT * math.exp(near)
    total = sum(lifted.values())
    return {identifier: value / total for identifier, value in lifted.items()}


def in_context(
    probabilities: Mapping[str, float], context: Mapping[str, float], weight: float
) -> dict[str, float]:
    """Returns the probabilities of a message in the light of others, made to sum to 1.

    Args:
        probabilities: of offers given the message.
        context: of offers given what went before.
        weight: how much the context counts; 0 leaves the probabilities as they are.
    """
    weighed = {
        identifier: max(probabilities.get(identifier, 0.0), _FLOOR)
        * max(context.get(identifier, 0.0), _FLOOR) ** weight
        for identifier in {*probabilities, *context}
    }
    total = sum(weighed.values())
    return {identifier: value / total for identifier, value in weighed.items()}
