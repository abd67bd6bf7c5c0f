"""The directory that the widget has for when the server is gone."""

from __future__ import annotations

import json

import pytest

from wegwijzer.__main__ import main
from wegwijzer.catalogue import Catalogue


def test_every_body_and_offer_is_in_it(catalogue: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "directory", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [body["id"] for body in printed] == list(catalogue.bodies)
    for body in printed:
        assert set(body) == {"id", "name", "abbreviation", "ministry", "offers"}
        known = catalogue.bodies[body["id"]]
        ministry = catalogue.ministry_of(known)
        assert (body["name"], body["ministry"]) == (known.name, ministry.name if ministry else None)
    offers = [offer for body in printed for offer in body["offers"]]
    assert {offer["id"] for offer in offers} == set(catalogue.offers)
    for offer in offers:
        known_offer = catalogue.offers[offer["id"]]
        assert offer == {
            "id": known_offer.id,
            "title": known_offer.title,
            "url": known_offer.url,
            "for": known_offer.purpose,
        }


def test_it_can_be_read_by_people(catalogue: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "directory"]) == 0
    printed = capsys.readouterr().out
    assert all(offer.url in printed for offer in catalogue.offers.values())
