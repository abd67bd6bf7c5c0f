"""What a question says about itself: phenomenon, function, setting, support, moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping

from wegwijzer.catalogue import Catalogue, fold
from wegwijzer.understanding import Entity


@dataclass(frozen=True)
class Facets:
    """Values by facet, and the words of the user that gave them.

    Attributes:
        values: facet id → value ids, in the order of the text.
        words: value id → the word typed.
        bodies: ids of bodies named.
        municipality: the municipality named last, or ''.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    bodies: tuple[str, ...] = ()
    municipality: str = ""

    def updated(self, newer: Facets) -> Facets:
        """Returns these facets with those of a later message put over them."""
        return Facets(
            values={**self.values, **newer.values},
            words={**self.words, **newer.words},
            bodies=newer.bodies or self.bodies,
            municipality=newer.municipality or self.municipality,
        )


def read_facets(entities: tuple[Entity, ...], catalogue: Catalogue) -> Facets:
    """Returns the facets that the entities of one message give."""
    meanings = catalogue.meanings
    values: dict[str, tuple[str, ...]] = {}
    words_typed: dict[str, str] = {}
    bodies: list[str] = []
    municipality = ""
    for entity in entities:
        value = meanings.get(
            (entity.kind, fold(entity.text)), meanings.get((entity.kind, fold(entity.value)))
        )
        if value is None:
            continue
        facet = catalogue.facet_of_entity(entity.kind)
        if facet is not None:
            known = values.get(facet.id, ())
            values[facet.id] = known if value in known else (*known, value)
            words_typed.setdefault(value, entity.text)
        elif entity.kind == catalogue.municipalities.entity:
            municipality = value
        elif value not in bodies:
            bodies.append(value)
    return Facets(values, words_typed, tuple(bodies), municipality)
