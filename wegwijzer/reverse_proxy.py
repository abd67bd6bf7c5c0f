"""Holds Wegwijzer's one port and passes every request to a server process that is in use.

A request goes whole to one process, of several the one that has least to do. Going over to another process
costs no request: new ones go to the new process, and the old one is left alone until its last request is
answered. Only what belongs to the chat is passed; what is too large, too slow or meant for something else is
refused here, so that no server process waits for it.
"""

from __future__ import annotations

import asyncio
import hmac
import itertools
import json
import logging
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any, Callable, Coroutine, Mapping, Optional, TypeVar

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    web,
)
from multidict import CIMultiDict
from yarl import URL

from wegwijzer import request_ids
from wegwijzer.answer_headers import SECURITY, secure
from wegwijzer.limiting import LARGEST_BODY
from wegwijzer.metrics import CONTENT_TYPE, count_answer
from wegwijzer.readiness import SECONDS, as_json
from wegwijzer.refusing import refusal_body

logger = logging.getLogger(__name__)

T = TypeVar("T")

_MOST_RAW = 8 * LARGEST_BODY
"""Most bytes on the wire for one request: in pieces of a byte each, a body takes six times its size."""
_ONCE = ("Host", "Origin", "Authorization", "Idempotency-Key", "Content-Type")
"""Headers that decide something, so that nobody may read another one of two."""
LARGEST_HEADER = 8190
"""Most bytes of one header, and of the first line."""
_PASSED = re.compile(r"/|/ready|/(?:widget|webhooks/rest)/(?!\.\.?$)[A-Za-z0-9._-]*")
"""Paths of the chat; nothing else of the server behind can be reached from outside."""
_METHODS = frozenset(("GET", "HEAD", "POST", "OPTIONS"))
_HOP_BY_HOP = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer "
    "transfer-encoding upgrade".split()
)
_FORWARDED = frozenset(
    "forwarded x-forwarded-for x-forwarded-host x-forwarded-port x-forwarded-proto x-forwarded-path "
    "x-scheme".split()
)
_BLOCK = 1 << 16
_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 120.0
_RETRY_SECONDS = 5


@dataclass(frozen=True)
class Patience:
    """How many seconds a client may take.

    Attributes:
        headers: to send the first line and the headers of its first request.
        body: to send the rest of a request.
        idle: between two requests on one connection, the headers of the second included.
        reading: to take in an answer.
    """

    headers: float = 15.0
    body: float = 20.0
    idle: float = 75.0
    reading: float = 60.0


@dataclass(frozen=True)
class Metrics:
    """Who may read the figures, and what they are.

    Attributes:
        render: returns them in Prometheus' form.
        token: what a reader on the port of the chat has to give, or '' when nobody may there.
        port: port on loopback where anybody on this machine may, or None.
    """

    render: Callable[[], bytes]
    token: str = ""
    port: Optional[int] = None

    def admits(self, authorization: str) -> bool:
        """Returns whether this Authorization header is right."""
        given = f"Bearer {self.token}".encode()
        return bool(self.token) and hmac.compare_digest(authorization.encode("utf-8", "replace"), given)


class _Refused(Exception):
    """A request that is not passed on; its status is what the client is told."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(str(status))


class ReverseProxy:
    """Listens in a thread of its own; every method may be called from any other thread.

    Args:
        host: address to listen on.
        port: port to listen on.
        behind_proxy: whether another proxy stands before this one; what it says of the client is then kept.
        metrics: figures for the administrator; without them nobody can ask for any.
        patience: how long a client is waited for.
    """

    def __init__(
        self,
        host: str,
        port: int,
        behind_proxy: bool,
        metrics: Optional[Metrics] = None,
        patience: Patience = Patience(),
    ) -> None:
        self._host, self._port, self._behind_proxy = host, port, behind_proxy
        self._metrics, self._patience = metrics, patience
        self._upstreams: tuple[str, ...] = ()
        self._turn = itertools.count()
        self._running: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="reverse proxy", daemon=True)
        self._session: Optional[ClientSession] = None
        self._runners: list[web.ServerRunner] = []

    def start(self) -> None:
        """Starts listening; until switch() every request gets 503.

        Raises:
            OSError: when nothing can listen there.
        """
        self._thread.start()
        try:
            self._do(self._listen())
        except BaseException:
            self.stop()
            raise

    def switch(self, *upstreams: str) -> None:
        """Sends every request that comes from now on to other processes.

        Args:
            upstreams: their addresses, for example http://127.0.0.1:40123.
        """
        self._upstreams = upstreams

    def drain(self, upstream: str, seconds: float) -> bool:
        """Waits until a process has answered all requests that were passed to it.

        Returns:
            Whether it has; False when that took too long.
        """
        return self._do(self._drained(upstream, seconds))

    def stop(self) -> None:
        """Stops listening; running requests are given a moment to end."""
        if not self._thread.is_alive():
            return
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen(self) -> None:
        # A connection is not kept: the server closes it after a while, perhaps just when a request goes out.
        self._session = ClientSession(
            connector=TCPConnector(limit=0, force_close=True),
            timeout=ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS, sock_read=_ANSWER_SECONDS),
            cookie_jar=DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )
        await self._serve(self._answer, self._host, self._port)
        if self._metrics is not None and self._metrics.port is not None:
            await self._serve(self._answer_on_loopback, "127.0.0.1", self._metrics.port)

    async def _serve(
        self,
        answer: Callable[[web.BaseRequest], Coroutine[Any, Any, web.StreamResponse]],
        host: str,
        port: int,
    ) -> None:
        runner = web.ServerRunner(_Server(answer, self._patience))
        self._runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, host, port, shutdown_timeout=5.0).start()

    async def _close(self) -> None:
        for runner in self._runners:
            await runner.cleanup()
        if self._session is not None:
            await self._session.close()

    async def _drained(self, upstream: str, seconds: float) -> bool:
        end = self._loop.time() + seconds
        while self._running[upstream] and self._loop.time() < end:
            await asyncio.sleep(0.05)
        return not self._running[upstream]

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answers a request that came in on the port of the chat."""
        started = time.monotonic()
        name = request_ids.accept(request.headers.get(request_ids.HEADER))
        path = request.raw_path.partition("?")[0]
        try:
            reply = await self._answer_at(path, request, name)
        except _Refused as refused:
            reply = _refusal(refused.status, name)
            await _send(reply, request)
            path = path if _PASSED.fullmatch(path) else "elders"
        logger.info(
            "answered",
            extra={
                request_ids.FIELD: name,
                "method": request.method if request.method in _METHODS else "anders",
                "path": path,
                "status": reply.status,
                "milliseconds": round((time.monotonic() - started) * 1000),
            },
        )
        count_answer(reply.status)
        return reply

    async def _answer_at(self, path: str, request: web.BaseRequest, name: str) -> web.StreamResponse:
        if request.method not in _METHODS:
            raise _Refused(405)
        if path == "/health":
            return await _send(_json({"status": "ok"}, 200, name), request)
        if path == "/metrics" and self._metrics is not None and self._metrics.token:
            if not self._metrics.admits(request.headers.get("Authorization", "")):
                raise _Refused(401)
            return await self._send_figures(request)
        if not _PASSED.fullmatch(path):
            raise _Refused(404)
        # What is asked for in another protocol would not be read as HTTP, here and behind here.
        other = request.headers.get("Upgrade", "").strip().lower() in ("websocket", "tcp")
        if other or any(len(request.headers.getall(header, ())) > 1 for header in _ONCE):
            raise _Refused(400)
        body = await self._body(request)
        if path == "/ready":
            return await self._ask_ready(request, name)
        return await self._pass(request, body, name)

    async def _ask_ready(self, request: web.BaseRequest, name: str) -> web.StreamResponse:
        """Passes the question on, and says itself that nothing is ready when there is no answer in time."""
        if not self._upstreams:
            return await _send(_json(*as_json(["model"]), name), request)
        try:
            return await asyncio.wait_for(self._pass(request, b"", name), 2 * SECONDS)
        except (asyncio.TimeoutError, _Refused):
            return await _send(_json(*as_json(["server"]), name), request)

    async def _answer_on_loopback(self, request: web.BaseRequest) -> web.StreamResponse:
        name = request_ids.accept(request.headers.get(request_ids.HEADER))
        if request.raw_path != "/metrics" or request.method not in ("GET", "HEAD"):
            return await _send(_refusal(404, name), request)
        return await self._send_figures(request)

    async def _send_figures(self, request: web.BaseRequest) -> web.StreamResponse:
        assert self._metrics is not None
        figures = await self._loop.run_in_executor(None, self._metrics.render)
        headers = {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"}
        return await _send(web.Response(body=figures, headers=headers), request)

    async def _body(self, request: web.BaseRequest) -> bytes:
        """Returns the request's body when it is small enough and comes in time."""
        if not request.can_read_body:
            return b""
        if (request.content_length or 0) > LARGEST_BODY:
            raise _Refused(413)
        if request.headers.get("Expect", "").lower() == "100-continue":
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = bytearray()

        async def read() -> None:
            async for block in request.content.iter_any():
                body.extend(block)
                if len(body) > LARGEST_BODY:
                    raise _Refused(413)

        try:
            await asyncio.wait_for(read(), self._patience.body)
        except asyncio.TimeoutError:
            raise _Refused(408) from None
        except web.RequestPayloadError:
            raise _Refused(400) from None
        return bytes(body)

    async def _pass(self, request: web.BaseRequest, body: bytes, name: str) -> web.StreamResponse:
        """Passes a request to the process that has least to do, or to another one when nothing listens there."""
        first = next(self._turn) % max(1, len(self._upstreams))
        left = [*self._upstreams[first:], *self._upstreams[:first]]
        while left:
            upstream = min(left, key=lambda one: self._running[one])
            left.remove(upstream)
            self._running[upstream] += 1
            try:
                answer = await self._ask(upstream, request, body, name)
            except ClientConnectorError:
                continue  # It got nothing of the request, so another process may have it.
            except (ClientError, asyncio.TimeoutError, OSError, ValueError):
                break
            else:
                return await self._pass_back(answer, request, name)
            finally:
                self._running[upstream] -= 1
        raise _Refused(503)

    async def _ask(self, upstream: str, request: web.BaseRequest, body: bytes, name: str) -> ClientResponse:
        assert self._session is not None
        return await self._session.request(
            request.method,
            URL(upstream + request.raw_path, encoded=True),
            headers=self._headers(request, name),
            data=body if body and request.method == "POST" else None,
            allow_redirects=False,
        )

    async def _pass_back(
        self, answer: ClientResponse, request: web.BaseRequest, name: str
    ) -> web.StreamResponse:
        async with answer:
            reply = web.StreamResponse(
                status=answer.status, reason=answer.reason, headers=_kept(answer.headers)
            )
            reply.headers[request_ids.HEADER] = name

            async def send() -> None:
                await reply.prepare(request)
                async for block in answer.content.iter_chunked(_BLOCK):
                    await reply.write(block)
                await reply.write_eof()

            try:
                await asyncio.wait_for(send(), self._patience.reading + _ANSWER_SECONDS)
            except ConnectionResetError:
                pass  # Who asked is gone; what there was to do is done.
            return reply

    def _headers(self, request: web.BaseRequest, name: str) -> CIMultiDict[str]:
        """Returns the request's headers, its name and the address of who sent it at the end of X-Forwarded-For."""
        headers = _kept(request.headers)
        before = headers.getall("X-Forwarded-For", []) if self._behind_proxy else []
        for header in list(headers):
            lower = header.lower()
            told = lower in _FORWARDED and (not self._behind_proxy or lower == "x-forwarded-for")
            if told or lower in ("content-length", "expect"):
                headers.popall(header, None)
        headers["X-Forwarded-For"] = ", ".join([*before, request.remote or "unknown"])
        headers[request_ids.HEADER] = name
        return headers


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    """Makes a request of what was read; an address that is none becomes one that is passed to nobody."""
    loop = asyncio.get_running_loop()
    try:
        return _Request(message, payload, protocol, writer, task, loop)
    except (ValueError, AttributeError):
        nowhere = message._replace(url=URL("/"), path="*")
        return _Request(nowhere, payload, protocol, writer, task, loop)


def _kept(headers: Mapping[str, str]) -> CIMultiDict[str]:
    """Returns the headers that are about more than the one connection on which they came."""
    named = {name.strip().lower() for name in headers.get("Connection", "").split(",")}
    return CIMultiDict((k, v) for k, v in headers.items() if k.lower() not in _HOP_BY_HOP | named)


def _json(content: Any, status: int, name: str) -> web.Response:
    headers = {"Cache-Control": "no-store", request_ids.HEADER: name}
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return web.Response(status=status, text=text, content_type="application/json", headers=headers)


def _refusal(status: int, name: str) -> web.Response:
    """Returns the contract's answer for a request that is not passed on."""
    reply = _json(refusal_body(status), status, name)
    if status == 503:
        reply.headers["Retry-After"] = str(_RETRY_SECONDS)
    elif status == 401:
        reply.headers["WWW-Authenticate"] = 'Bearer realm="wegwijzer-metrics"'
    elif status in (400, 408, 413, 431):
        reply.force_close()
    return reply


def _bare_refusal() -> bytes:
    """Returns the answer to what is no HTTP as bytes, for where the library makes no answer."""
    body = refusal_body(400).encode()
    headers = {
        **SECURITY,
        request_ids.HEADER: request_ids.accept(None),
        "Cache-Control": "no-store",
        "Connection": "close",
        "Content-Length": str(len(body)),
        "Content-Type": "application/json; charset=utf-8",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 400 Bad Request\r\n{lines}\r\n".encode() + body


async def _send(reply: web.Response, request: web.BaseRequest) -> web.Response:
    await reply.prepare(request)
    await reply.write_eof()
    return reply


class _Request(web.BaseRequest):
    """A request whose every answer gets the headers that all answers have."""

    async def _prepare_hook(self, response: web.StreamResponse) -> None:
        # aiohttp calls this just before it sends the headers, its own name already among them.
        secure(response.headers)


class _Connection(web.RequestHandler):
    """Waits no longer than it should for a first request, and refuses what is no HTTP in the contract's form."""

    def __init__(self, manager: web.Server, loop: asyncio.AbstractEventLoop, patience: Patience) -> None:
        super().__init__(
            manager,
            loop=loop,
            access_log=None,  # type: ignore[arg-type]  # Its own document says that None is no log.
            keepalive_timeout=patience.idle,
            max_line_size=LARGEST_HEADER,
            max_field_size=LARGEST_HEADER,
            lingering_time=2.0,
            auto_decompress=False,
        )
        self._seconds = patience.headers
        self._clock: Optional[asyncio.TimerHandle] = None
        self._bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._clock = asyncio.get_running_loop().call_later(self._seconds, transport.close)

    def connection_lost(self, exc: Optional[BaseException]) -> None:
        self.came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes in what was sent; past any limit nothing more, so that a request without an end takes no memory."""
        self._bytes += len(data)
        if self._bytes > _MOST_RAW:
            return
        try:
            super().data_received(data)
        except ValueError:
            # The library's reader of addresses lets this one through for [ without ].
            logger.warning("refused", extra={"status": 400})
            if self.transport is not None:
                self.transport.write(_bare_refusal())
                self.transport.close()

    def answered(self) -> None:
        """Starts counting anew for the next request."""
        self._bytes = 0

    def came(self) -> None:
        """Stops the clock: a whole request is here."""
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def log_exception(self, *args: Any, **kw: Any) -> None:
        """Logs that something went wrong with a connection, without the library's text: it holds what was sent."""
        logger.warning("a connection failed", extra={"error": type(kw.get("exc_info")).__name__})

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: Optional[BaseException] = None,
        message: Optional[str] = None,
    ) -> web.StreamResponse:
        """Returns the answer to what is no HTTP; the error itself holds what was sent, and is not logged."""
        if request.writer.output_size > 0:
            raise ConnectionError("an answer is under way already")
        if status == 400 and message is not None and "8190 bytes" in message:
            status = 431
        logger.warning("refused", extra={"status": status, "error": type(exc).__name__})
        reply = _refusal(status, request_ids.accept(None))
        reply.force_close()
        return reply


class _Server(web.Server):
    """Makes the connections of one port.

    Args:
        answer: gives every request its answer, and sends it.
        patience: how long a client is waited for.
    """

    def __init__(
        self,
        answer: Callable[[web.BaseRequest], Coroutine[Any, Any, web.StreamResponse]],
        patience: Patience,
    ) -> None:
        async def whole(request: web.BaseRequest) -> web.StreamResponse:
            connection = request.protocol
            assert isinstance(connection, _Connection)
            connection.came()
            try:
                return await answer(request)
            finally:
                connection.answered()

        super().__init__(whole, request_factory=_request)
        self._patience = patience

    def __call__(self) -> web.RequestHandler:
        """Returns what handles a new connection."""
        return _Connection(self, asyncio.get_running_loop(), self._patience)
