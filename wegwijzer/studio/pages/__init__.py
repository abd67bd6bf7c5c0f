"""The pages, one module each, and the menu."""

from __future__ import annotations

from flask import Blueprint

from wegwijzer.studio.pages import (
    catalogue,
    entry,
    examples,
    inbox,
    labelling,
    training,
    versions,
)
from wegwijzer.studio.security import Door
from wegwijzer.studio.services import Services
from wegwijzer.studio.teksten import Menu

MENU = (
    ("inbox.show", Menu.INBOX),
    ("labelling.show", Menu.LABELLING),
    ("examples.show", Menu.EXAMPLES),
    ("training.show", Menu.TRAINING),
    ("catalogue.show", Menu.CATALOGUE),
    ("versions.show", Menu.VERSIONS),
)
"""Endpoint and name of each page."""


def blueprints(services: Services, door: Door) -> list[Blueprint]:
    """Returns the routes of all pages."""
    made = [page.blueprint(services) for page in (inbox, labelling, examples, training, catalogue, versions)]
    return [entry.blueprint(door), *made]
