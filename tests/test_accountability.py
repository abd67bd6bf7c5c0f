"""publiccode.yml fits its standard, and the documents for accountability point to what exists."""

from __future__ import annotations

import re
from typing import Any

import pytest

from wegwijzer import __version__, paths
from wegwijzer.catalogue import read_yaml

DOCUMENTS = (
    "SECURITY.md",
    "CONTRIBUTING.md",
    "CODE_OF_CONDUCT.md",
    "docs/privacy.md",
    "docs/modelkaart.md",
    "docs/gegevensblad.md",
    "docs/algoritmeregister.md",
    "docs/dpia.md",
    "docs/toegankelijkheidsverklaring.md",
)
STATUSES = {"concept", "development", "beta", "stable", "obsolete"}
CATEGORIES = {"customer-service-and-support", "help-desk", "knowledge-management"}
"""Those of the standard's list that we use."""
SCOPES = {"local-authorities", "security", "society"}


@pytest.fixture(scope="module")
def publiccode() -> Any:
    return read_yaml(paths.ROOT / "publiccode.yml")


def test_mandatory_keys_have_allowed_values(publiccode: Any) -> None:
    assert publiccode["publiccodeYmlVersion"] == "0.4"
    assert publiccode["name"] and publiccode["url"].startswith("https://")
    assert publiccode["softwareVersion"] == __version__
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", publiccode["releaseDate"])
    assert publiccode["platforms"] == ["web"]
    assert set(publiccode["categories"]) <= CATEGORIES
    assert publiccode["developmentStatus"] in STATUSES
    assert publiccode["softwareType"] == "standalone/web"
    assert publiccode["legal"]["license"] == "EUPL-1.2"
    assert set(publiccode["intendedAudience"]["scope"]) <= SCOPES
    assert isinstance(publiccode["localisation"]["localisationReady"], bool)
    assert publiccode["localisation"]["availableLanguages"] == ["nl"]


def test_descriptions_have_the_length_of_the_standard(publiccode: Any) -> None:
    (nl,) = publiccode["description"].values()
    assert 0 < len(nl["shortDescription"]) <= 150 and "\n" not in nl["shortDescription"]
    assert 500 <= len(nl["longDescription"]) <= 10_000
    assert 5 <= len(nl["features"]) <= 20


def test_maintenance_names_persons_only_when_there_are_any(publiccode: Any) -> None:
    maintenance = publiccode["maintenance"]
    needed = {"internal": "contacts", "community": "contacts", "contract": "contractors", "none": None}
    needs = needed[maintenance["type"]]
    assert needs is None or all(person["name"] for person in maintenance[needs])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_to_files_lead_somewhere(name: str) -> None:
    file = paths.ROOT / name
    links = re.findall(r"\]\(([^)#]+)\)", file.read_text(encoding="utf-8"))
    broken = [link for link in links if "://" not in link and not (file.parent / link).exists()]
    assert not broken
