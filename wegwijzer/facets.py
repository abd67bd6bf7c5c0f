"""What a question says about itself: phenomenon, function, setting, support, moment."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Mapping

from wegwijzer.catalogue import Catalogue, fold
from wegwijzer.understanding import Entity

_NEGATED = re.compile(
    r"\b(?:geen(?:\s+(?:tijd|zin|behoefte|ruimte|geld|budget)\s+(?:voor|in|aan)(?:\s+(?:een|n|de|het))?"
    r"|\s+[\w'-]+)?|zonder|(?:niet|nie|not|buiten|vergeet)(?:\s+(?:een|n|de|het|op|in|bij|voor|om|a|the))*"
    r"|(?:in plaats van|ipv|i\.p\.v\.|instead of)(?:\s+(?:een|n|de|het|a|the))?)\s+$",
    re.IGNORECASE,
)
"""What stands before a word that the user does not want or that is not so."""
_BEFORE_HAD = re.compile(r"\b(?:al|reeds)\s+(?:[\w'-]+\s+){0,2}$", re.IGNORECASE)
_AFTER_HAD = re.compile(r"^(?:\s+[\w'-]+){0,3}?\s+(?:gehad|gevolgd|gedaan)\b", re.IGNORECASE)
"""What stands around a word for what the user already had: 'al drie trainingen gehad'."""


@dataclass(frozen=True)
class Facets:
    """Values by facet, and the words of the user that gave them.

    Attributes:
        values: facet id → value ids, in the order of the text.
        words: value id → the word typed.
        unwanted: facet id → value ids that the user says it is not; never among the values too.
        bodies: ids of bodies named.
        municipality: the municipality named last, or ''.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    unwanted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bodies: tuple[str, ...] = ()
    municipality: str = ""

    def updated(self, newer: Facets) -> Facets:
        """Returns these facets with those of a later message put over them."""
        return Facets(
            values={**self.values, **newer.values},
            words={**self.words, **newer.words},
            unwanted=newer.unwanted,
            bodies=newer.bodies or self.bodies,
            municipality=newer.municipality or self.municipality,
        )


def _negated(entity: Entity, text: str) -> bool:
    """Returns whether the word is turned down, or already had, wherever it stands in the text."""

    def is_turned_down(start: int, end: int) -> bool:
        before, after = text[:start], text[end:]
        had = _BEFORE_HAD.search(before) and _AFTER_HAD.search(after)
        return bool(_NEGATED.search(before) or had)

    places = [match.span() for match in re.finditer(re.escape(entity.text), text)]
    return bool(places) and all(is_turned_down(*place) for place in places)


def read_facets(entities: tuple[Entity, ...], text: str, catalogue: Catalogue) -> Facets:
    """Returns the facets that the entities of one message give.

    Args:
        entities: words that the vocabulary knows.
        text: the message they stand in, for "geen cursus" and "niet op school".
        catalogue: the facets.
    """
    meanings = catalogue.meanings
    wanted: dict[tuple[str, str], bool] = {}
    words_typed: dict[str, str] = {}
    bodies: list[str] = []
    municipality = ""
    for entity in sorted(entities, key=lambda entity: text.rfind(entity.text)):
        value = meanings.get(
            (entity.kind, fold(entity.text)), meanings.get((entity.kind, fold(entity.value)))
        )
        if value is None:
            continue
        facet = catalogue.facet_of_entity(entity.kind)
        if facet is not None:
            # Of 'geen cursus maar een workshop' and 'die bijscholing, kan dat zonder cursus?' the last counts.
            wanted[facet.id, value] = not _negated(entity, text)
            if wanted[facet.id, value]:
                words_typed.setdefault(value, entity.text)
        elif entity.kind == catalogue.municipalities.entity:
            municipality = value
        elif value not in bodies:
            bodies.append(value)
    return Facets(_by_facet(wanted, True), words_typed, _by_facet(wanted, False), tuple(bodies), municipality)


def _by_facet(wanted: Mapping[tuple[str, str], bool], which: bool) -> dict[str, tuple[str, ...]]:
    """Returns facet id → the values that are wanted, or those that are not."""
    found: dict[str, tuple[str, ...]] = {}
    for (facet, value), is_wanted in wanted.items():
        if is_wanted is which:
            found[facet] = (*found.get(facet, ()), value)
    return found
