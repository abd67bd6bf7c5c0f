"""One page of a long list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Sequence, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """A page: its items, its number from 1, and how many pages there are."""

    items: Sequence[Item]
    number: int
    pages: int


def page_of(items: Sequence[Item], wanted: str, size: int) -> Page[Item]:
    """Returns the page that is wanted, or the nearest one that there is.

    Args:
        items: the whole list.
        wanted: the page's number as it stands in an address.
        size: items on a page.
    """
    pages = max(1, -(-len(items) // size))
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else 1
    number = min(max(1, number), pages)
    return Page(items[(number - 1) * size : number * size], number, pages)
