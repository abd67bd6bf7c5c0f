"""Holds Wegwijzer's one port and passes every request to a server process that is in use.

A request goes whole to one process, of several the one that has least to do. Going over to another process costs no request: new ones go to the new
process, and the old one is left alone until its last request is answered.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from collections import Counter
from typing import Any, Coroutine, Mapping, Optional, TypeVar

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

from wegwijzer import sentences
from wegwijzer.contract import contract_record

T = TypeVar("T")

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
_RETRY_SECONDS = 5


class ReverseProxy:
    """Listens in a thread of its own; every method may be called from any other thread.

    Args:
        host: address to listen on.
        port: port to listen on.
        behind_proxy: whether another proxy stands before this one; what it says of the client is then kept.
    """

    def __init__(self, host: str, port: int, behind_proxy: bool) -> None:
        self._host, self._port, self._behind_proxy = host, port, behind_proxy
        self._upstreams: tuple[str, ...] = ()
        self._turn = itertools.count()
        self._running: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="reverse proxy", daemon=True)
        self._session: Optional[ClientSession] = None
        self._runner: Optional[web.AppRunner] = None

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
            timeout=ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
            cookie_jar=DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._pass)
        app.on_response_prepare.append(_without_name)  # type: ignore[arg-type]  # Its stubs nest the type twice.
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port, shutdown_timeout=5.0).start()

    async def _close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    async def _drained(self, upstream: str, seconds: float) -> bool:
        end = self._loop.time() + seconds
        while self._running[upstream] and self._loop.time() < end:
            await asyncio.sleep(0.05)
        return not self._running[upstream]

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        first = next(self._turn) % max(1, len(self._upstreams))
        left = [*self._upstreams[first:], *self._upstreams[:first]]
        while left:
            upstream = min(left, key=lambda one: self._running[one])
            left.remove(upstream)
            self._running[upstream] += 1
            try:
                answer = await self._ask(upstream, request)
            except ClientConnectorError:
                continue  # It got nothing of the request, so another process may have it.
            except (ClientError, asyncio.TimeoutError, OSError):
                break
            else:
                return await _passed_on(answer, request)
            finally:
                self._running[upstream] -= 1
        return _unavailable()

    async def _ask(self, upstream: str, request: web.Request) -> ClientResponse:
        assert self._session is not None
        return await self._session.request(
            request.method,
            URL(upstream + request.raw_path, encoded=True),
            headers=self._headers(request),
            data=request.content if request.can_read_body else None,
            allow_redirects=False,
        )

    def _headers(self, request: web.Request) -> CIMultiDict[str]:
        """Returns the request's headers with the address of who sent it at the end of X-Forwarded-For."""
        headers = _kept(request.headers)
        before = headers.getall("X-Forwarded-For", []) if self._behind_proxy else []
        for name in list(headers):
            if name.lower() in _FORWARDED and (not self._behind_proxy or name.lower() == "x-forwarded-for"):
                headers.popall(name, None)
        headers["X-Forwarded-For"] = ", ".join([*before, request.remote or "unknown"])
        return headers


async def _passed_on(answer: ClientResponse, request: web.Request) -> web.StreamResponse:
    async with answer:
        reply = web.StreamResponse(status=answer.status, reason=answer.reason, headers=_kept(answer.headers))
        try:
            await reply.prepare(request)
            async for block in answer.content.iter_chunked(_BLOCK):
                await reply.write(block)
            await reply.write_eof()
        except ConnectionResetError:
            pass  # Who asked is gone; what there was to do is done.
        return reply


def _kept(headers: Mapping[str, str]) -> CIMultiDict[str]:
    """Returns the headers that are about more than the one connection on which they came."""
    named = {name.strip().lower() for name in headers.get("Connection", "").split(",")}
    return CIMultiDict((k, v) for k, v in headers.items() if k.lower() not in _HOP_BY_HOP | named)


def _unavailable() -> web.Response:
    """Returns the contract's answer for when no server process answers."""
    message = {"text": sentences.UNAVAILABLE, "custom": contract_record("smalltalk", 0.0)}
    headers = {"Retry-After": str(_RETRY_SECONDS), "Cache-Control": "no-store"}
    body = json.dumps([message], ensure_ascii=False)
    return web.Response(status=503, text=body, content_type="application/json", headers=headers)


async def _without_name(request: web.Request, reply: web.StreamResponse) -> None:
    reply.headers.popall("Server", None)
