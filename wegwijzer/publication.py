"""Compares the catalogue with the publication it was made from.

Source: catalogus/publicatie.txt, the text of the government's publication. Its
pages list labels in the running text and the links, in the same order, below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from wegwijzer.catalogue import Catalogue, Offer
from wegwijzer.errors import CatalogueError, Texts

_URL = re.compile(r"^https?://\S+$")
_ITEM = re.compile(r"^(?:•|-)\s+(.*\S)\s*$")


@dataclass(frozen=True)
class Publication:
    """The publication: running text, list items and links, with their places.

    Attributes:
        text: the text on one line, words broken at a line's end joined.
        items: (offset in text, label) of every list item, in order.
        pages: for every page, (start, end) in text and its links in order.
    """

    text: str
    items: tuple[tuple[int, str], ...]
    pages: tuple[tuple[int, int, tuple[str, ...]], ...]


def _append(text: str, line: str) -> str:
    if text.endswith("-") and not text.endswith(" -") and line[:1].islower():
        return text[:-1] + line
    return f"{text} {line}" if text else line


def read_publication(path: Path) -> Publication:
    """Reads the publication from its text."""
    text = ""
    items: list[tuple[int, str]] = []
    pages: list[tuple[int, int, tuple[str, ...]]] = []
    start, links = 0, []  # type: int, list[str]
    for raw in path.read_text(encoding="utf-8").splitlines():
        line = re.sub(r"\s+", " ", raw).strip()
        if not line:
            continue
        if _URL.match(line):
            links.append(line)
            continue
        if links:
            pages.append((start, len(text), tuple(links)))
            start, links = len(text), []
        item = _ITEM.match(line)
        if item:
            text = f"{text} {item.group(1)}"
            items.append((len(text) - len(item.group(1)), item.group(1)))
        else:
            text = _append(text, line)
    if links:
        pages.append((start, len(text), tuple(links)))
    return Publication(text, tuple(items), tuple(pages))


def _places(catalogue: Catalogue, publication: Publication) -> list[tuple[int, Offer]]:
    """Returns (offset of the label, offer) for every offer, in order of offset."""
    found = []
    free = list(publication.items)
    for offer in _published(catalogue):
        if offer.inline:
            heading = publication.text.find(offer.source.heading)
            offset = publication.text.find(f" {offer.label} ", max(heading, 0))
            offset = offset + 1 if offset >= 0 else -1
        else:
            offset = next((o for o, label in free if label == offer.label), -1)
            free = [(o, label) for o, label in free if o != offset]
        if offset < 0:
            text = Texts.LABEL_ABSENT.format(value=offer.label)
            raise CatalogueError(text, offer.path, offer.line, offer.id)
        found.append((offset, offer))
    if free:
        text = Texts.LABEL_MISSING.format(value=free[0][1])
        raise CatalogueError(text, catalogue.root / "publicatie.txt")
    return sorted(found, key=lambda pair: pair[0])


def _headings(catalogue: Catalogue, publication: Publication) -> list[tuple[int, str]]:
    """Returns (offset, heading) of every heading, in order.

    A heading is where its text stands last before anything the catalogue places
    under it; headings that also occur in running text are told apart by the
    first label that follows.
    """
    path = catalogue.root / "publicatie.txt"
    lines = [re.sub(r"\s+", " ", raw).strip() for raw in path.read_text(encoding="utf-8").splitlines()]
    starts = []
    names = {m.heading for m in catalogue.ministries.values()} | {
        b.heading for b in catalogue.bodies.values() if not b.own
    }
    position = 0
    for i, line in enumerate(lines):
        if not line or _URL.match(line):
            continue
        bare = _ITEM.sub(r"\1", line)
        place = publication.text.find(bare.rstrip("-"), position)
        position = place if place >= 0 else position
        for name in names:
            joined = " ".join(lines[i : i + 2]).strip()
            if line == name or joined == name:
                starts.append((position, name))
    return sorted(starts)


def _published(catalogue: Catalogue) -> list[Offer]:
    """Returns the offers that should stand in the publication: not those of own additions."""
    return [offer for offer in catalogue.offers.values() if not catalogue.body_of(offer).own]


def check_publication(catalogue: Catalogue) -> None:
    """Checks every link, label, heading and quotation against the publication.

    Bodies marked as own additions are only checked for links that stand twice.

    Raises:
        CatalogueError: on the first one that is missing, extra or changed.
    """
    path = catalogue.root / "publicatie.txt"
    publication = read_publication(path)
    headings = _headings(catalogue, publication)
    known = {name for _, name in headings}
    for ministry in catalogue.ministries.values():
        if ministry.heading not in known:
            text = Texts.HEADING_ABSENT.format(value=ministry.heading)
            raise CatalogueError(text, catalogue.root / "ministeries.yml", None, ministry.id)
    for body in catalogue.bodies.values():
        if body.own:
            continue
        if body.heading not in known:
            raise CatalogueError(Texts.HEADING_ABSENT.format(value=body.heading), body.path, 1, body.id)
        if body.quote not in publication.text:
            raise CatalogueError(Texts.QUOTE_ABSENT.format(value=body.quote), body.path, 1, body.id)
    links = [link for _, _, page in publication.pages for link in page]
    seen: set[str] = set()
    for offer in catalogue.offers.values():
        if offer.url not in links and not catalogue.body_of(offer).own:
            raise CatalogueError(Texts.URL_ABSENT.format(value=offer.url), offer.path, offer.line, offer.id)
        if offer.url in seen:
            raise CatalogueError(Texts.URL_TWICE.format(value=offer.url), offer.path, offer.line, offer.id)
        seen.add(offer.url)
    for link in links:
        if link not in seen:
            raise CatalogueError(Texts.URL_MISSING.format(value=link), path)
    placed = _places(catalogue, publication)
    for start, end, page in publication.pages:
        here = [offer for offset, offer in placed if start <= offset < end]
        for offer, link in zip(here, page):
            if offer.url != link:
                text = Texts.URL_WRONG.format(label=offer.label, actual=link)
                raise CatalogueError(text, offer.path, offer.line, offer.id)
    for offset, offer in placed:
        _check_source(offset, offer, headings, publication)


def _check_source(
    offset: int, offer: Offer, headings: list[tuple[int, str]], publication: Publication
) -> None:
    at, actual = [pair for pair in headings if pair[0] <= offset][-1]
    if actual != offer.source.heading:
        text = Texts.HEADING_WRONG.format(label=offer.label, actual=actual, given=offer.source.heading)
        raise CatalogueError(text, offer.path, offer.line, offer.id)
    if offer.source.quote not in publication.text:
        text = Texts.QUOTE_ABSENT.format(value=offer.source.quote)
        raise CatalogueError(text, offer.path, offer.line, offer.id)
    following = [place for place, _ in headings if place > at]
    section = publication.text[at : following[0] if following else None]
    if offer.source.quote not in section:
        text = Texts.QUOTE_ELSEWHERE.format(heading=actual)
        raise CatalogueError(text, offer.path, offer.line, offer.id)
