"""The labels that a trainer can choose from, with what they mean in plain words, and a search in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Sequence

from wegwijzer.catalogue import Catalogue, fold
from wegwijzer.studio.teksten import Kinds

OFFER, ACT, DANGER, OUTSIDE = "aanbod", "gesprek", "gevaar", "buiten_bereik"
KINDS = (OFFER, ACT, DANGER, OUTSIDE)


@dataclass(frozen=True)
class Label:
    """One label.

    Attributes:
        id: the intent.
        kind: one of KINDS.
        name: what trainers read.
        meaning: what it is for, or ''.
        body: id of the body whose offer it is, or ''.
        phenomena: ids of the phenomena that the offer is about.
        words: all that it is found by, folded.
    """

    id: str
    kind: str
    name: str
    meaning: str
    body: str
    phenomena: tuple[str, ...]
    words: str


def make_labels(intents: Mapping[str, str], catalogue: Catalogue) -> dict[str, Label]:
    """Returns the labels by id, by kind and then in the order of the intents.

    Args:
        intents: intent → kind, as ExampleFiles.intents() gives them.
        catalogue: for names and meanings.
    """
    ordered = sorted(intents, key=lambda intent: KINDS.index(intents[intent]))
    return {intent: _label(intent, intents[intent], catalogue) for intent in ordered}


def _label(intent: str, kind: str, catalogue: Catalogue) -> Label:
    if kind == OFFER and intent in catalogue.offers:
        return _offer(intent, catalogue)
    if kind == OUTSIDE and intent in catalogue.themes:
        theme = catalogue.themes[intent]
        return _made(intent, kind, theme.label.capitalize(), theme.elsewhere)
    if kind == DANGER:
        return _made(intent, kind, Kinds.DANGER, "")
    return _made(intent, kind, intent.replace("_", " ").capitalize(), "")


def _made(intent: str, kind: str, name: str, meaning: str) -> Label:
    words = fold(" ".join((intent.replace("_", " "), intent, name, meaning)))
    return Label(intent, kind, name, meaning, "", (), words)


def _offer(intent: str, catalogue: Catalogue) -> Label:
    offer = catalogue.offers[intent]
    body = catalogue.body_of(offer)
    ministry = catalogue.ministry_of(body)
    values = [catalogue.facets[f].value(v) for f in ("phenomenon", "support") for v in offer.facets[f]]
    words = [intent, offer.title, offer.short, offer.purpose, body.name, body.abbreviation, *body.synonyms]
    words += [ministry.name, ministry.abbreviation] if ministry else []
    words += [word for value in values for word in (value.label, *value.synonyms)]
    return Label(
        intent,
        OFFER,
        f"{body.abbreviation}: {offer.title}",
        offer.purpose,
        body.id,
        offer.facets["phenomenon"],
        fold(" ".join(words)),
    )


def search(labels: Sequence[Label], query: str = "", body: str = "", phenomenon: str = "") -> list[Label]:
    """Returns the labels that have every word of the query, in their order.

    Args:
        labels: to search in.
        query: words; '' finds all.
        body: id of a body, or ''.
        phenomenon: id of a phenomenon, or ''.
    """
    wanted = fold(query).split()
    return [
        label
        for label in labels
        if all(word in label.words for word in wanted)
        and body in ("", label.body)
        and (not phenomenon or phenomenon in label.phenomena)
    ]
