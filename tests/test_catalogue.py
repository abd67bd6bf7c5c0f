"""The catalogue: complete, valid, and errors that name file, line and id."""

from __future__ import annotations

from pathlib import Path

import pytest

from wegwijzer.catalogue import FACETS, Catalogue, load_catalogue
from wegwijzer.errors import CatalogueError


def edit(path: Path, old: str, new: str) -> int:
    """Replaces text that must be there; returns the line it stands on."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_has_all_bodies_ministries_and_links(catalogue: Catalogue) -> None:
    assert len(catalogue.bodies) == 14
    assert len(catalogue.ministries) == 6
    assert len({offer.url for offer in catalogue.offers.values()}) == 23


def test_every_facet_of_an_offer_is_in_the_vocabulary(catalogue: Catalogue) -> None:
    for offer in catalogue.offers.values():
        for facet in FACETS:
            assert [catalogue.facets[facet].value(value) for value in offer.facets[facet]]


def test_no_word_has_two_meanings(catalogue: Catalogue) -> None:
    seen: dict[str, str] = {}
    for entity, value, words in catalogue.word_lists():
        for word in set(w.casefold() for w in words):
            assert seen.setdefault(word, f"{entity}:{value}") == f"{entity}:{value}", word


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("      support: [training]", "      support: [trainig]", "did you mean 'training'?"),
        ("    url: http", "    uri: http", "'uri' was unexpected"),
        ("ministry: jenv", "ministry: jenvv", "did you mean 'jenv'?"),
        ("    checked_on: 2026-11-24", "    checked_on: gisteren", "checked_on"),
        ("    purpose: om ", "    purpose: voor ", "purpose"),
        ("id: ror\n", "id: ROR\n", "does not match"),
    ],
)
def test_an_error_names_file_and_says_what_to_do(copied: Path, old: str, new: str, expected: str) -> None:
    path = copied / "organisaties" / "ror.yml"
    edit(path, old, new)
    with pytest.raises(CatalogueError, match=r"ror\.yml:\d+") as error:
        load_catalogue(copied)
    assert expected in str(error.value)


def test_an_error_names_the_line_and_the_id(copied: Path) -> None:
    path = copied / "organisaties" / "ror.yml"
    line = edit(path, "      support: [training]", "      support: [trainig]")
    with pytest.raises(CatalogueError) as error:
        load_catalogue(copied)
    assert error.value.line == line
    assert error.value.identifier == "ror_trainingen"


def test_a_duplicate_id_names_the_other_place(copied: Path) -> None:
    edit(copied / "organisaties" / "ror.yml", "id: ror_trainingen", "id: jep_trainingen")
    with pytest.raises(CatalogueError, match="already used in .*jep.yml"):
        load_catalogue(copied)


def test_broken_yaml_names_the_line(copied: Path) -> None:
    edit(copied / "organisaties" / "ror.yml", "synonyms: [ROR", "synonyms: [[ROR")
    with pytest.raises(CatalogueError, match=r"ror\.yml:\d+.*not valid YAML"):
        load_catalogue(copied)


def test_a_body_is_added_without_python(copied: Path) -> None:
    source = (copied / "organisaties" / "ror.yml").read_text(encoding="utf-8")
    new = source.replace("id: ror", "id: nieuw").replace("tegengaanradicalisering", "voorbeeld")
    (copied / "organisaties" / "nieuw.yml").write_text(new, encoding="utf-8")
    catalogue = load_catalogue(copied)
    assert "nieuw_trainingen" in catalogue.offers
    assert any(value == "nieuw" for entity, value, _ in catalogue.word_lists() if entity == "organisatie")
