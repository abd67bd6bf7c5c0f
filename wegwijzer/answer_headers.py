"""The headers that every answer has, whoever gives it: proxy, server or workbench."""

from __future__ import annotations

from typing import Mapping, MutableMapping

PERMISSIONS = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(), midi=(), payment=(), publickey-credentials-get=(), usb=()"
)
"""Value of Permissions-Policy: what no page of ours may ask of a device."""
DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Content-Security-Policy of an answer that is no page."""
SECURITY: Mapping[str, str] = {
    "Content-Security-Policy": DATA_POLICY,
    "Permissions-Policy": PERMISSIONS,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What an answer has that says nothing else itself."""


def secure(headers: MutableMapping[str, str]) -> None:
    """Adds the headers of SECURITY that are not there yet, and takes off the name of the software.

    Args:
        headers: of an answer; their names in any case.
    """
    for name, value in SECURITY.items():
        headers.setdefault(name, value)
    headers.pop("Server", None)
