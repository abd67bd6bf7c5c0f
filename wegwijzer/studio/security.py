"""Who may use the workbench, and what a browser may do with its pages."""

from __future__ import annotations

import hashlib
import hmac
from typing import Optional

from flask import Flask, Response, redirect, request, session, url_for
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response as AnyResponse

from wegwijzer.answer_headers import PERMISSIONS
from wegwijzer.limiting import Limit, Limiter
from wegwijzer.studio.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Only the workbench's own files, nothing inline, in nobody's frame."""
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": PERMISSIONS,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_OPEN = {"static", "theme", "entry.token"}
"""Endpoints that nobody is kept from."""
_NAMELESS = {*_OPEN, "entry.name"}
_ADMITTED = "toegang"
NAME = "naam"


def token_digest(token: str, secret: bytes) -> str:
    """Returns what the cookie holds of a token, so that a new token shuts out old cookies."""
    return hmac.new(secret, token.encode(), hashlib.sha256).hexdigest()


class Door:
    """Lets in who knows the token, asks everybody's name once, and sets the headers.

    Flask itself refuses a request for another host, and Flask-WTF a form without its token.

    Args:
        settings: token and secret.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._attempts = Limiter({"address": Limit(10, 5), "sender": Limit(10, 5)})

    def install(self, app: Flask) -> None:
        """Makes the app ask at the door."""
        app.before_request(self._ask)
        app.after_request(self._headers)

    def wait(self) -> int:
        """Counts an attempt to give the token; returns the seconds to wait before the next, or 0."""
        return self._attempts.wait(request.remote_addr or "")

    def knows(self, given: str) -> bool:
        """Lets the browser in when it gave the token; returns whether it did."""
        right = hmac.compare_digest(given.strip().encode(), self._settings.token.encode())
        if right:
            session[_ADMITTED] = token_digest(self._settings.token, self._settings.secret)
            session.permanent = True
        return right

    def _admitted(self) -> bool:
        if not self._settings.token:
            return True
        held = str(session.get(_ADMITTED, ""))
        return hmac.compare_digest(held, token_digest(self._settings.token, self._settings.secret))

    def _ask(self) -> Optional[AnyResponse]:
        if isinstance(request.routing_exception, SecurityError):
            raise request.routing_exception
        endpoint = request.endpoint
        if endpoint in _OPEN:
            return None
        here = request.full_path.rstrip("?") if request.method == "GET" else "/"
        if not self._admitted():
            return redirect(url_for("entry.token", volgende=here))
        if endpoint not in _NAMELESS and not session.get(NAME):
            return redirect(url_for("entry.name", volgende=here))
        return None

    @staticmethod
    def _headers(response: Response) -> Response:
        response.headers.update(_HEADERS)
        # Files keep their address over versions; pages hold what trainers are working on.
        response.headers["Cache-Control"] = "no-cache" if request.endpoint in _OPEN else "no-store"
        return response
