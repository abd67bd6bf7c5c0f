"""The check against the publication fails on anything missing, extra or changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.test_catalogue import edit
from wegwijzer.catalogue import Catalogue, load_catalogue
from wegwijzer.errors import CatalogueError
from wegwijzer.publication import check_publication, read_publication


def test_the_catalogue_is_the_publication(catalogue: Catalogue) -> None:
    check_publication(catalogue)


def test_the_publication_is_read_whole(catalogue: Catalogue) -> None:
    publication = read_publication(catalogue.root / "publicatie.txt")
    assert [len(links) for _, _, links in publication.pages] == [7, 12, 4]
    assert len(publication.items) == 22
    assert "lotgenotencontact" in publication.text


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("lse.yml", "url: https://www.landelijk", "url: https://www.anders", "url .* does not stand in"),
        ("lse.yml", "label: Informatie voor", "label: Inlichtingen voor", "label .* does not stand in"),
        ("lse.yml", "ook op casusniveau", "op casusniveau", "quote is not verbatim"),
        (
            "lse.yml",
            "      heading: Landelijk steunpunt",
            "      heading: Landelijk Steunpunt",
            "stands under",
        ),
        (
            "lse.yml",
            "      quote: Het LSE adviseert ook op casusniveau aan gemeenten.",
            "      quote: Bij de JEP Advieslijn kunnen gemeenten terecht met vragen.",
            "does not stand under",
        ),
        (
            "ngb.yml",
            "url: https://www.burgemeesters.nl/crisisbeheersing",
            "url: https://www.burgemeesters.nl/bevoegdheden",
            "twice|belongs to",
        ),
    ],
)
def test_a_change_is_found(copied: Path, file: str, old: str, new: str, expected: str) -> None:
    edit(copied / "organisaties" / file, old, new)
    with pytest.raises(CatalogueError, match=expected):
        check_publication(load_catalogue(copied))


def test_swapped_links_are_found(copied: Path) -> None:
    path = copied / "organisaties" / "ngb.yml"
    text = path.read_text(encoding="utf-8")
    swapped = text.replace("/crisisbeheersing", "/X").replace("/bevoegdheden", "/crisisbeheersing")
    path.write_text(swapped.replace("/X", "/bevoegdheden"), encoding="utf-8")
    with pytest.raises(CatalogueError, match="belongs to"):
        check_publication(load_catalogue(copied))


def test_a_missing_body_is_found(copied: Path) -> None:
    (copied / "organisaties" / "lse.yml").unlink()
    with pytest.raises(CatalogueError, match="is in no offer"):
        check_publication(load_catalogue(copied))


def test_an_own_body_need_not_stand_in_the_publication(copied: Path) -> None:
    lse = (copied / "organisaties" / "lse.yml").read_text(encoding="utf-8")
    own = lse.replace("id: lse\n", "id: eigen\nown: true\n").replace("lse_gemeenten", "eigen_aanbod")
    own = re.sub(r"url: \S+", "url: https://eigen.example/hulp", own)
    own = re.sub(r"(?m)^heading: .*", "heading: Eigen kop", own)
    (copied / "organisaties" / "eigen.yml").write_text(own, encoding="utf-8")
    check_publication(load_catalogue(copied))
    (copied / "organisaties" / "eigen.yml").write_text(own.replace("own: true\n", ""), encoding="utf-8")
    with pytest.raises(CatalogueError, match="own: true"):
        check_publication(load_catalogue(copied))
