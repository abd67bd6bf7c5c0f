"""How much one conversation and one client address may ask: token buckets in this process's memory.

Addresses live only here, never in a log or a store. Workers that share a Redis count there together,
under keyed hashes (stores/shared.py), and here when it is gone.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Callable, Mapping, Optional

from wegwijzer.errors import SetupError

LARGEST_BODY = 256 * 1024
"""Most bytes of a request; the longest message takes a tenth of it."""
MOST_BUCKETS = 100_000
"""Most buckets kept; the one that was used longest ago is forgotten first, as if it were full."""


@dataclass(frozen=True)
class Limit:
    """How often something may be done.

    Attributes:
        per_minute: requests a minute in the long run.
        burst: requests at once after a rest.
    """

    per_minute: float
    burst: int


DEFAULTS: Mapping[str, Limit] = {"sender": Limit(60, 60), "address": Limit(1200, 1000)}
"""A conversation is one person who types; an address may be a whole town hall behind one proxy."""


def read_limits(settings: Any) -> dict[str, Limit]:
    """Reads `limits` of credentials.yml: for 'sender' and 'address' a 'per_minute' and a 'burst'.

    What is not given has its default.

    Raises:
        SetupError: on another name, or a number that is none.
    """
    given = {} if settings is None else settings
    if not isinstance(given, Mapping) or set(given) - set(DEFAULTS):
        raise SetupError("credentials.yml: 'limits' kent alleen 'sender' en 'address'; haal de rest weg")
    return {name: _limit(name, given.get(name), default) for name, default in DEFAULTS.items()}


def _limit(name: str, given: Any, default: Limit) -> Limit:
    if given is None:
        return default
    fields = {"per_minute": default.per_minute, "burst": default.burst}
    if not isinstance(given, Mapping) or set(given) - set(fields):
        raise SetupError(
            f"credentials.yml: 'limits.{name}' kent alleen 'per_minute' en 'burst'; haal de rest weg"
        )
    fields.update(given)
    for field, value in fields.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 1 <= value < math.inf:
            raise SetupError(
                f"credentials.yml: 'limits.{name}.{field}' is {value!r}; geef een getal van 1 of meer"
            )
    return Limit(float(fields["per_minute"]), int(fields["burst"]))


class TokenBuckets:
    """One bucket of tokens a name; a request takes a token, time brings them back.

    Args:
        limit: size and rate of every bucket.
        clock: seconds, never going back.
        most: most buckets kept.
    """

    def __init__(
        self, limit: Limit, clock: Callable[[], float] = time.monotonic, most: int = MOST_BUCKETS
    ) -> None:
        self._limit = limit
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> float:
        """Takes a token and returns 0.0, or takes none and returns the seconds until there is one."""
        now, rate = self._clock(), self._limit.per_minute / 60
        tokens, since = self._buckets.pop(name, (float(self._limit.burst), now))
        tokens = min(float(self._limit.burst), tokens + (now - since) * rate)
        allowed = tokens >= 1
        self._buckets[name] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / rate


def client_of(address: str) -> str:
    """Returns what counts as one client: an IPv4 address, or the /64 that an IPv6 address is in."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if ip.version == 4:
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip, 64), strict=False))


class Limiter:
    """Both limits together.

    Args:
        limits: what read_limits() returns.
        clock: seconds, never going back.
    """

    def __init__(self, limits: Mapping[str, Limit], clock: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self._senders = TokenBuckets(limits["sender"], clock)
        self._addresses = TokenBuckets(limits["address"], clock)

    def wait(self, address: str, sender: Optional[str] = None) -> int:
        """Counts one request and returns 0, or returns the whole seconds to wait before the next.

        Args:
            address: the client's IP address.
            sender: the conversation, when the request names one.
        """
        wait = self._addresses.take(client_of(address))
        if wait == 0 and sender is not None:
            wait = self._senders.take(sender)
        return math.ceil(wait)
