"""The pages and scripts for browsers: read once, each with its address, headers and ETag.

What can be asked for is a fixed list made at the start; nothing in a URL becomes a path.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Optional

from wegwijzer.errors import SetupError

FULL_PAGE = "index.html"
"""Served at /."""
DEMO_PAGE = "demo.html"
"""Served at /widget/ too: a mock intranet."""
FRAME_PAGE = "iframe.html"
"""The only page that other websites may put in a frame."""
ENTRY = "wegwijzer-chat.js"
"""What other pages load; its address stays, so that its cache is short."""
PREFIX = "/widget/"
"""Before each file's name."""
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".md": "text/plain; charset=utf-8",
}
_REVALIDATE = "no-cache"
_SHORT = "public, max-age=300"
_FOREVER = "public, max-age=31536000, immutable"
_HASH_LENGTH = 16


def content_security_policy(frame_ancestors: str) -> str:
    """Returns the policy of every page: only this server's own files, nothing inline, no nonce.

    Args:
        frame_ancestors: who may put the page in a frame.
    """
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "frame-src 'self'; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors {frame_ancestors}"
    )


@dataclass(frozen=True)
class StaticReply:
    """What goes back for a file: status, body and all headers but the length."""

    status: int
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class StaticFile:
    """A file in memory.

    Attributes:
        body: its bytes.
        packed: the same under gzip.
        hash: start of the SHA-256 of its bytes, hexadecimal.
        headers: those that do not depend on the request.
        shared: whether pages of allowed origins may read it as a module.
    """

    body: bytes
    packed: bytes
    hash: str
    headers: Mapping[str, str]
    shared: bool

    def reply(self, if_none_match: Optional[str], accept_encoding: str) -> StaticReply:
        """Returns the answer to a request.

        Args:
            if_none_match: that header, or None.
            accept_encoding: that header, or ''.
        """
        zipped = _accepts_gzip(accept_encoding)
        etag = f'"{self.hash}-gzip"' if zipped else f'"{self.hash}"'
        headers = {**self.headers, "ETag": etag}
        if if_none_match is not None and _matches(if_none_match, etag):
            return StaticReply(304, b"", headers)
        if zipped:
            return StaticReply(200, self.packed, {**headers, "Content-Encoding": "gzip"})
        return StaticReply(200, self.body, headers)


def _accepts_gzip(header: str) -> bool:
    for part in header.lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() == "gzip":
            return not re.fullmatch(r"\s*q=0(?:\.0*)?\s*", weight)
    return False


def _matches(header: str, etag: str) -> bool:
    found = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return etag in found or "*" in found


def _static_file(name: str, body: bytes, cache: str, frame_ancestors: str) -> StaticFile:
    suffix = Path(name).suffix
    headers = {
        "Content-Type": _TYPES[suffix],
        "Cache-Control": cache,
        "Vary": "Accept-Encoding, Origin" if suffix == ".js" else "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": content_security_policy(
            frame_ancestors if name == FRAME_PAGE else "'self'"
        ),
    }
    if suffix == ".js":
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    digest = hashlib.sha256(body).hexdigest()[:_HASH_LENGTH]
    return StaticFile(body, gzip.compress(body, 9, mtime=0), digest, headers, suffix == ".js")


def load_static(folder: Path, frame_ancestors: str) -> dict[str, StaticFile]:
    """Reads the folder's pages, scripts, styles, pictures and licences.

    Args:
        folder: flat; files of another type are left out.
        frame_ancestors: value of the CSP directive for FRAME_PAGE.

    Returns:
        URL path → file. A script is also there with its hash in its name.

    Raises:
        SetupError: when FULL_PAGE is not there.
    """
    served: dict[str, StaticFile] = {}
    for path in sorted(p for p in folder.glob("*") if p.is_file() and p.suffix in _TYPES):
        body = path.read_bytes()
        cache = _SHORT if path.name == ENTRY else _REVALIDATE
        file = _static_file(path.name, body, cache, frame_ancestors)
        served[PREFIX + path.name] = file
        if path.suffix == ".js":
            lasting = _static_file(path.name, body, _FOREVER, frame_ancestors)
            served[f"{PREFIX}{path.stem}.{file.hash}.js"] = lasting
        if path.name == FULL_PAGE:
            served["/"] = file
        elif path.name == DEMO_PAGE:
            served[PREFIX] = file
    if "/" not in served:
        raise SetupError(f"{folder / FULL_PAGE} is er niet; haal de pagina's opnieuw op")
    return served
