"""The channel for administrators and machines: /health, /ready and /metrics; and what every answer has.

Answers no questions. Because Rasa makes the application, what holds for all routes is installed from here:
security headers, the request id, one line in the log for each request, and errors in Dutch.
"""

from __future__ import annotations

import hmac
import logging
import os
import time
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, Mapping, Optional
from urllib.parse import urljoin

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from wegwijzer import metrics, readiness, request_ids, turns
from wegwijzer.answer_headers import secure
from wegwijzer.errors import SetupError
from wegwijzer.limiting import LARGEST_BODY
from wegwijzer.refusing import refusal_body
from wegwijzer.stores.settings import database_file
from wegwijzer.structured_logs import use_everywhere, wants_json

logger = logging.getLogger(__name__)

_REQUEST_SECONDS = 30
_API = frozenset(("conversations/<conversation_id:path>/tracker", "domain", "model", "status"))
"""Some routes of Rasa's HTTP API."""
_NO_STORE = {"Cache-Control": "no-store"}


class StatusChannel(InputChannel):
    """GET /health, /ready and /metrics."""

    def __init__(self, token: str, environment: Mapping[str, str], folder: Path) -> None:
        """Keeps what a reader of the figures has to know ('' closes them) and the folder that must be writable."""
        self._token, self._environment, self._folder = token, environment, folder

    @classmethod
    def name(cls) -> str:
        """Returns the channel's name."""
        return "toestand"

    def url_prefix(self) -> str:
        """Returns the root, so that the addresses are those that everybody expects."""
        return "/"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> StatusChannel:
        """Makes the channel from the environment, and gives this process's logs their form."""
        use_everywhere(wants_json(os.environ))
        metrics.tell_model(os.environ)
        return cls(metrics.read_access(os.environ).token, os.environ, database_file(os.environ).parent)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Returns the routes, and installs on the application what holds for all of them."""
        blueprint = Blueprint("wegwijzer_toestand")

        @blueprint.listener("before_server_start")
        async def install(app: Sanic, loop: Any) -> None:
            refuse_api(app)
            app.config.REQUEST_MAX_SIZE = LARGEST_BODY
            app.config.REQUEST_TIMEOUT = _REQUEST_SECONDS
            app.register_middleware(_begin, "request")
            app.register_middleware(_end, "response")  # type: ignore[arg-type]  # As Sanic's manual does.
            app.error_handler.add(Exception, _failed)

        @blueprint.get("/health")
        async def health(request: Request) -> HTTPResponse:
            return _json('{"status": "ok"}')

        @blueprint.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            failed = await readiness.failed_checks(self._checks(request.app))
            return _json(*readiness.as_json(failed))

        @blueprint.get("/metrics")
        async def figures(request: Request) -> HTTPResponse:
            if not self._token:
                return _json(refusal_body(404), 404)
            given = request.headers.get("authorization", "").encode("utf-8", "replace")
            if not hmac.compare_digest(given, f"Bearer {self._token}".encode()):
                reply = _json(refusal_body(401), 401)
                reply.headers["WWW-Authenticate"] = 'Bearer realm="wegwijzer-metrics"'
                return reply
            figures = metrics.own_figures(self._environment)
            return HTTPResponse(figures, 200, _NO_STORE, metrics.CONTENT_TYPE)

        return blueprint

    def _checks(self, app: Sanic) -> Dict[str, readiness.Check]:
        """Returns what has to work for a question to be answered.

        Redis has not: without it each worker counts for itself, and no turn is lost (docs/adr/0014).
        """
        agent = getattr(app.ctx, "agent", None)

        async def model() -> bool:
            return agent is not None and bool(agent.is_ready())

        async def actions() -> bool:
            endpoint = getattr(agent, "action_endpoint", None)
            return endpoint is not None and await readiness.answers(urljoin(str(endpoint.url), "/health"))

        async def store() -> bool:
            return await readiness.reachable(turns.database(agent))

        async def disk() -> bool:
            return await readiness.writable(self._folder)

        return {"model": model, "actions": actions, "store": store, "disk": disk}


def refuse_api(app: Sanic) -> None:
    """Raises SetupError when Rasa's own HTTP API is on: it gives out and changes every conversation."""
    opened = {route.path.strip("/") for route in app.router.routes} & _API
    if opened:
        raise SetupError(
            f"de HTTP-API van Rasa staat aan (/{min(opened)}) en geeft alle gesprekken; "
            "start Rasa zonder --enable-api"
        )


def _json(body: str, status: int = 200) -> HTTPResponse:
    return HTTPResponse(body, status, dict(_NO_STORE), "application/json")


async def _begin(request: Request) -> None:
    if not hasattr(request.ctx, "request_id"):
        request.ctx.request_id = request_ids.accept(request.headers.get(request_ids.HEADER))
        request.ctx.started = time.monotonic()
    request_ids.current.set(request.ctx.request_id)


async def _end(request: Request, reply: HTTPResponse) -> None:
    secure(reply.headers)
    if not hasattr(request.ctx, "request_id"):
        return
    reply.headers[request_ids.HEADER] = request.ctx.request_id
    route = getattr(request.route, "path", None)
    logger.info(
        "answered",
        extra={
            request_ids.FIELD: request.ctx.request_id,
            "method": request.method,
            "path": "elders" if route is None else f"/{route.lstrip('/')}",
            "status": reply.status,
            "milliseconds": round((time.monotonic() - request.ctx.started) * 1000),
        },
    )
    if reply.status >= 400:
        metrics.count_rejection(reply.status)


async def _failed(request: Request, error: Exception) -> HTTPResponse:
    """Returns the answer to what went wrong; what was sent stands neither in it nor in the log."""
    status = int(getattr(error, "status_code", 500))
    if status >= 500:
        metrics.errors.labels("http").inc()
        logger.error("a request failed", exc_info=error)
    reply = _json(refusal_body(status), status if status >= 400 else 500)
    return reply
