"""All bodies with their links, short enough to build into the widget for when the server is gone."""

from __future__ import annotations

from typing import Any

from wegwijzer.catalogue import Catalogue


def directory(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Returns the bodies in the catalogue's order.

    Each is {id, name, abbreviation, ministry, offers}, with ministry a name or None and
    each offer {id, title, url, for}, with `for` completing "u kunt hier terecht …".
    """
    bodies = []
    for body in catalogue.bodies.values():
        ministry = catalogue.ministry_of(body)
        bodies.append(
            {
                "id": body.id,
                "name": body.name,
                "abbreviation": body.abbreviation,
                "ministry": ministry.name if ministry else None,
                "offers": [
                    {"id": offer.id, "title": offer.title, "url": offer.url, "for": offer.purpose}
                    for offer in body.offers
                ],
            }
        )
    return bodies
