"""Which websites may use the chat: their origins, and the headers that tell a browser so.

The server's own origin is always allowed; without an Origin header nobody is refused,
because only browsers send one and only browsers are held back by it.
"""

from __future__ import annotations

import re
from typing import Any, Mapping, Optional
from urllib.parse import urlsplit

from wegwijzer.errors import SetupError

VARIABLE = "WEGWIJZER_ORIGINS"
"""Environment variable with origins, comma separated; when it is there credentials.yml does not count."""
MAX_AGE = 600
"""Seconds that a browser may keep the answer to a preflight."""
_PORTS = {"http": "80", "https": "443"}
_HOST = re.compile(r"(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?")


def _origin(text: str) -> Optional[str]:
    """Returns an origin as browsers write it, or None when the text is none."""
    lower = text.strip().lower()
    try:
        parts = urlsplit(lower)
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not _HOST.fullmatch(parts.netloc):
        return None
    if lower != f"{parts.scheme}://{parts.netloc}":
        return None
    return f"{parts.scheme}://{_host(parts.netloc, parts.scheme)}"


def _host(netloc: str, scheme: str) -> str:
    """Returns host and port, without the port that the scheme has of itself."""
    return netloc.lower().removesuffix(f":{_PORTS[scheme]}")


def read_origins(listed: Any, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Returns the configured origins, each once, in order.

    Args:
        listed: `allowed_origins` of credentials.yml, a list or nothing.
        environment: whose VARIABLE takes precedence.

    Raises:
        SetupError: when something is no origin; its text says where it stands.
    """
    place = "credentials.yml: 'allowed_origins'"
    if VARIABLE in environment:
        place = VARIABLE
        listed = [part for part in environment[VARIABLE].split(",") if part.strip()]
    if listed is None:
        listed = []
    if not isinstance(listed, list):
        raise SetupError(f'{place} is geen lijst; schrijf bijvoorbeeld ["https://intranet.gemeente.nl"]')
    found = []
    for text in listed:
        origin = _origin(text) if isinstance(text, str) else None
        if origin is None:
            raise SetupError(
                f"{place}: '{str(text).strip()}' is geen adres van een website; geef alleen https:// en de naam, "
                "zonder pad of schuine streep erachter en zonder *"
            )
        found.append(origin)
    return tuple(dict.fromkeys(found))


class Origins:
    """Decides about the Origin header of a request.

    Args:
        allowed: what read_origins() returns.
    """

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._allowed = frozenset(allowed)
        self.frame_ancestors = " ".join(("'self'", *allowed))
        """Value of the CSP directive: who may put the page for iframes in a frame."""

    def allows(self, origin: Optional[str], host: str) -> bool:
        """Returns whether a request may be answered.

        Args:
            origin: its Origin header, or None when it has none.
            host: its Host header, as the client sees this server.
        """
        return origin is None or self._is_own(origin, host) or self.shares_with(origin)

    def shares_with(self, origin: Optional[str]) -> bool:
        """Returns whether this is a configured origin, which a browser has to be told."""
        return origin is not None and _origin(origin) in self._allowed

    @staticmethod
    def _is_own(origin: str, host: str) -> bool:
        own = _origin(origin)
        if own is None or not host:
            return False
        # A proxy may take off the TLS, so that the scheme seen here says nothing.
        scheme, _, name = own.partition("://")
        return name == _host(host, scheme)


def sharing_headers(origin: str) -> dict[str, str]:
    """Returns what lets a page of this allowed origin read an answer."""
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "Retry-After",
        "Vary": "Accept-Encoding, Origin",
    }


def preflight_headers() -> dict[str, str]:
    """Returns what pages of allowed origins may send, beside sharing_headers()."""
    return {
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key",
        "Access-Control-Max-Age": str(MAX_AGE),
    }
