"""The channel that serves the pages and the widget; answers no questions."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, Mapping, Optional

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from wegwijzer.origins import Origins, read_origins, sharing_headers
from wegwijzer.static import StaticFile, load_static

_FOLDER = Path(__file__).parent / "page"


class PageChannel(InputChannel):
    """GET / and what is under /widget/."""

    def __init__(self, files: Mapping[str, StaticFile], origins: Origins) -> None:
        """Keeps what load_static() read, and who may read scripts from elsewhere."""
        self._files = files
        self._origins = origins

    @classmethod
    def name(cls) -> str:
        """Returns the channel's name."""
        return "pagina"

    def url_prefix(self) -> str:
        """Returns the root, so that the page has no /webhooks/ before it."""
        return "/"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> PageChannel:
        """Makes the channel from its part of credentials.yml."""
        settings = credentials or {}
        origins = Origins(read_origins(settings.get("allowed_origins"), os.environ))
        return cls(load_static(_FOLDER, origins.frame_ancestors), origins)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Returns a route for each file; Rasa's own greeting at / makes way for the page."""
        blueprint = Blueprint("wegwijzer_pagina")

        async def serve(request: Request) -> HTTPResponse:
            return self._reply(request)

        async def page_at_root(request: Request) -> Optional[HTTPResponse]:
            if request.path == "/" and request.method in ("GET", "HEAD"):
                return self._reply(request)
            return None

        @blueprint.listener("before_server_start")
        async def give_way(app: Sanic, loop: Any) -> None:
            app.register_middleware(page_at_root, "request")

        for number, path in enumerate(self._files):
            if path != "/":
                blueprint.add_route(
                    serve, path, methods=["GET", "HEAD"], name=f"bestand_{number}", strict_slashes=True
                )
        return blueprint

    def _reply(self, request: Request) -> HTTPResponse:
        file = self._files[request.path]
        reply = file.reply(request.headers.get("if-none-match"), request.headers.get("accept-encoding", ""))
        headers = dict(reply.headers)
        origin = request.headers.get("origin")
        if file.shared and origin is not None and self._origins.shares_with(origin):
            headers.update(sharing_headers(origin))
        return HTTPResponse(reply.body, reply.status, headers, headers.pop("Content-Type"))
