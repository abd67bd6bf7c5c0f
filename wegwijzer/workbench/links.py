"""Checks whether the links of the catalogue still answer; polite, parallel and never for long."""

from __future__ import annotations

import asyncio
import datetime
import errno
import json
import socket
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Callable, Optional

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
)
from yarl import URL

from wegwijzer import __version__, paths
from wegwijzer.catalogue import Catalogue
from wegwijzer.errors import SetupError
from wegwijzer.workbench import texts
from wegwijzer.workbench.keeping import name_of, now, replace_file

GOOD = "goed"
MOVED = "verhuisd"
GONE = "weg"
FORBIDDEN = "geweigerd"
UNREACHABLE = "onbereikbaar"
OFFLINE = "geen internet"
_AT_ONCE = 6
_PAUSE = 0.5
"""Seconds of rest for a host between two of its links."""
_PERMANENT = (301, 308)
_NO_NETWORK = (errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH)
_FILE = "links.json"


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

    Raises:
        SetupError: when `who` is empty.
    """
    name = name_of(who)
    links = {identifier: offer.url for identifier, offer in catalogue.offers.items()}
    found = asyncio.run(_check(links, say, seconds))
    checked = tuple(found[identifier] for identifier in links)
    offline = bool(checked) and all(one.outcome == OFFLINE for one in checked)
    if not offline:
        # One host without an address, while others answer, is a fault of that host.
        checked = tuple(
            _outcome(one.offer, one.url, UNREACHABLE, texts.LINK_NO_HOST) if one.outcome == OFFLINE else one
            for one in checked
        )
    report = LinkReport(now(), name, checked, offline)
    if not offline:
        _keep(report, keep_in)
    return report


async def _check(links: dict[str, str], say: Callable[[str], None], seconds: float) -> dict[str, Checked]:
    by_host: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for identifier, url in links.items():
        by_host[URL(url).host or ""].append((identifier, url))
    found: dict[str, Checked] = {}
    gate = asyncio.Semaphore(_AT_ONCE)
    headers = {"User-Agent": f"Wegwijzer-linkcontrole/{__version__}", "Accept": "text/html,*/*;q=0.5"}
    timeout = ClientTimeout(total=seconds)

    async def one_host(session: ClientSession, urls: list[tuple[str, str]]) -> None:
        for number, (identifier, url) in enumerate(urls):
            if number:
                await asyncio.sleep(_PAUSE)
            async with gate:
                found[identifier] = await _ask(session, identifier, url, seconds)
            say(f"{len(found)}/{len(links)}  {found[identifier].outcome}  {url}")

    # A proxy of the municipality stands in the environment.
    async with ClientSession(
        headers=headers, timeout=timeout, cookie_jar=DummyCookieJar(), trust_env=True
    ) as session:
        await asyncio.gather(*(one_host(session, urls) for urls in by_host.values()))
    return found


async def _ask(session: ClientSession, identifier: str, url: str, seconds: float) -> Checked:
    try:
        # Only the head of the answer is read: many a server refuses HEAD.
        async with session.get(url) as answer:
            return _read(identifier, url, answer)
    except asyncio.TimeoutError:
        return _outcome(identifier, url, UNREACHABLE, texts.LINK_SLOW.format(seconds=f"{seconds:g}"))
    except ClientConnectorError as error:
        unknown_host = isinstance(error.os_error, socket.gaierror) or error.os_error.errno in _NO_NETWORK
        if unknown_host:
            return _outcome(identifier, url, OFFLINE, texts.LINK_OFFLINE)
        return _outcome(identifier, url, UNREACHABLE, texts.LINK_REFUSED.format(reason=error.strerror))
    except (ClientError, OSError) as error:
        return _outcome(identifier, url, UNREACHABLE, texts.LINK_REFUSED.format(reason=error))


def _read(identifier: str, url: str, answer: ClientResponse) -> Checked:
    status = answer.status
    if status in (404, 410):
        return Checked(identifier, url, GONE, status, "", texts.LINK_GONE)
    if status in (401, 403, 405, 406, 429):
        return Checked(identifier, url, FORBIDDEN, status, "", texts.LINK_FORBIDDEN.format(status=status))
    if status >= 400:
        return Checked(identifier, url, UNREACHABLE, status, "", texts.LINK_ERROR.format(status=status))
    where = str(answer.url)
    permanent = bool(answer.history) and all(step.status in _PERMANENT for step in answer.history)
    if permanent and where.rstrip("/") != url.rstrip("/"):
        return Checked(identifier, url, MOVED, status, where, texts.LINK_MOVED.format(where=where))
    return Checked(identifier, url, GOOD, status, "", texts.LINK_GOOD)


def _outcome(identifier: str, url: str, outcome: str, note: str) -> Checked:
    return Checked(identifier, url, outcome, 0, "", note)


def _keep(report: LinkReport, keep_in: Path) -> None:
    record = {**asdict(report), "when": report.when.isoformat()}
    replace_file(keep_in / _FILE, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def last_report(keep_in: Path = paths.ROOT / "var" / "werkbank") -> Optional[LinkReport]:
    """Returns the kept report, or None.

    Raises:
        SetupError: when it is damaged.
    """
    path = keep_in / _FILE
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return LinkReport(
            datetime.datetime.fromisoformat(record["when"]),
            str(record["who"]),
            tuple(Checked(**one) for one in record["checked"]),
            bool(record["offline"]),
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise SetupError(texts.LINKS_DAMAGED.format(path=path, reason=repr(error))) from error
