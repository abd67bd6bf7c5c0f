"""Checks whether the links of the catalogue still answer; polite, parallel and never for long."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

from wegwijzer import paths
from wegwijzer.catalogue import Catalogue

GOOD = "goed"
MOVED = "verhuisd"
GONE = "weg"
FORBIDDEN = "geweigerd"
UNREACHABLE = "onbereikbaar"
OFFLINE = "geen internet"


@dataclass(frozen=True)
class Checked:
    """What a link did.

    Attributes:
        offer: id of the offer.
        url: the link.
        outcome: GOOD, MOVED (permanently), GONE (404, 410), FORBIDDEN (a robot is refused), UNREACHABLE,
            or OFFLINE.
        status: HTTP status, or 0.
        where: address it ended at when MOVED, else ''.
        note: in Dutch, what it means and what to do.
    """

    offer: str
    url: str
    outcome: str
    status: int
    where: str
    note: str


@dataclass(frozen=True)
class LinkReport:
    """One check of all links.

    Attributes:
        when: UTC.
        who: who had it done.
        checked: in the catalogue's order.
        offline: whether this machine could reach nothing at all; it then says nothing of the links.
    """

    when: datetime.datetime
    who: str
    checked: tuple[Checked, ...]
    offline: bool


def check_links(
    catalogue: Catalogue,
    who: str,
    say: Callable[[str], None] = lambda line: None,
    seconds: float = 15.0,
    keep_in: Path = paths.ROOT / "var" / "werkbank",
) -> LinkReport:
    """Asks every link of the catalogue once, one at a time for each host, and keeps the report.

    A check without any internet does not replace the kept report.

    Args:
        catalogue: the offers.
        who: who has it done.
        say: is given each line of progress.
        seconds: longest wait for one link.
        keep_in: folder of the kept report.
    """
    raise NotImplementedError


def last_report(keep_in: Path = paths.ROOT / "var" / "werkbank") -> Optional[LinkReport]:
    """Returns the kept report, or None."""
    raise NotImplementedError
