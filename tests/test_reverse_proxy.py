"""The one port: every request reaches one process whole, also while another takes over."""

from __future__ import annotations

import gzip
import http.client
import json
import logging
import re
import resource
import socket
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Iterator, Optional

import pytest
from aiohttp import http_parser

from wegwijzer import request_ids, sentences
from wegwijzer.answer_headers import DATA_POLICY, PERMISSIONS
from wegwijzer.answering import check_contract
from wegwijzer.limiting import LARGEST_BODY
from wegwijzer.reverse_proxy import Metrics, Patience, ReverseProxy
from wegwijzer.supervisor import free_port


class Upstream:
    """A server process that tells what it was asked, and can be slow."""

    def __init__(self, name: str) -> None:
        self.name, self.slow = name, 0.0
        self.served = 0
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                if self.headers.get("Transfer-Encoding") == "chunked":
                    while size := int(self.rfile.readline(), 16):
                        body += self.rfile.read(size)
                        self.rfile.readline()
                    self.rfile.readline()
                time.sleep(upstream.slow)
                upstream.served += 1
                told = {
                    "name": upstream.name,
                    "method": self.command,
                    "path": self.path,
                    "headers": self.headers.items(),
                    "body": body.decode("utf-8", "replace"),
                }
                data = json.dumps(told).encode()
                self.send_response(304 if "304" in self.path else 200)
                self.send_header("Content-Length", str(len(data)))
                self.send_header("ETag", '"x"')
                self.send_header("X-Twice", "a")
                self.send_header("X-Twice", "b")
                self.end_headers()
                if self.command != "HEAD" and "304" not in self.path:
                    self.wfile.write(data)

            do_GET = do_POST = do_HEAD = do_OPTIONS = answer

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def old() -> Iterator[Upstream]:
    upstream = Upstream("oud")
    yield upstream
    upstream.stop()


@pytest.fixture
def new() -> Iterator[Upstream]:
    upstream = Upstream("nieuw")
    yield upstream
    upstream.stop()


class Port:
    """A proxy and a client of it."""

    def __init__(
        self,
        behind_proxy: bool = False,
        metrics: Optional[Metrics] = None,
        patience: Patience = Patience(),
    ) -> None:
        self.port = free_port()
        self.proxy = ReverseProxy("127.0.0.1", self.port, behind_proxy, metrics, patience)
        self.proxy.start()

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def ask(self, method: str = "GET", path: str = "/", body: Optional[bytes] = None, **headers: str) -> dict:  # type: ignore[type-arg]
        with closing(self.connection()) as connection:
            connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
            return dict(json.loads(connection.getresponse().read()))


@pytest.fixture
def port(old: Upstream) -> Iterator[Port]:
    port = Port()
    port.proxy.switch(old.url)
    yield port
    port.proxy.stop()


def header(told: dict, name: str) -> list[str]:  # type: ignore[type-arg]
    return [value for key, value in told["headers"] if key.lower() == name.lower()]


def test_a_request_arrives_as_it_was_sent(port: Port) -> None:
    path = "/webhooks/rest/webhook?x=%20&y=%C3%AB"
    told = port.ask("POST", path, b'{"a": 1}', Idempotency_Key="k")
    assert (told["method"], told["path"], told["body"]) == ("POST", path, '{"a": 1}')
    assert header(told, "Host") == [f"127.0.0.1:{port.port}"]
    assert header(told, "Idempotency-Key") == ["k"]
    assert header(told, "User-Agent") == header(told, "Accept") == []


def test_an_answer_comes_back_as_it_was_given(port: Port) -> None:
    with closing(port.connection()) as connection:
        connection.request("HEAD", "/")
        reply = connection.getresponse()
        length = reply.headers["Content-Length"]
        assert (reply.status, reply.headers["ETag"], reply.headers.get_all("X-Twice")) == (
            200,
            '"x"',
            ["a", "b"],
        )
        assert int(length) > 100 and reply.read() == b""
        # The same connection goes on after an answer without a body.
        connection.request("GET", "/widget/304")
        assert connection.getresponse().status == 304


def test_the_server_does_not_say_what_it_is(port: Port) -> None:
    with closing(port.connection()) as connection:
        connection.request("GET", "/")
        reply = connection.getresponse()
        assert "aiohttp" not in str(reply.headers)


def test_a_large_body_passes(port: Port) -> None:
    body = b"x" * LARGEST_BODY
    assert len(port.ask("POST", "/", body)["body"]) == len(body)


def refused(reply: http.client.HTTPResponse) -> str:
    """Returns the Dutch text of a refusal; checks its form and its headers."""
    (message,) = json.loads(reply.read())
    check_contract(message["custom"])
    assert reply.headers["Content-Security-Policy"] == DATA_POLICY
    assert reply.headers["Permissions-Policy"] == PERMISSIONS
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert request_ids.is_request_id(reply.headers["X-Request-ID"])
    assert reply.headers["Server"] is None
    return str(message["text"])


def raw(port: Port, data: bytes, wait: float = 5.0) -> http.client.HTTPResponse:
    """Sends bytes as they are and returns the answer."""
    with socket.create_connection(("127.0.0.1", port.port), timeout=wait) as connection:
        connection.sendall(data)
        reply = http.client.HTTPResponse(connection)
        reply.begin()
        reply.read = partial(lambda body: body, reply.read())  # type: ignore[assignment,method-assign]
        return reply


def test_what_is_too_large_is_refused_before_it_is_here(port: Port, old: Upstream) -> None:
    head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n"
    reply = raw(port, head.format(LARGEST_BODY + 1).encode())
    assert (reply.status, refused(reply)) == (413, sentences.TOO_LARGE)
    assert old.served == 0


def test_what_is_too_large_in_pieces_is_refused(port: Port, old: Upstream) -> None:
    piece = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    reply = raw(port, head + piece * 9)
    assert (reply.status, refused(reply)) == (413, sentences.TOO_LARGE)
    whole = raw(port, head + piece * 3 + b"0\r\n\r\n")
    assert whole.status == 200 and len(json.loads(whole.read())["body"]) == 3 * 0x8000
    assert old.served == 1


def test_a_body_in_pieces_of_one_byte_passes(port: Port) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    reply = raw(port, head + b"1\r\nx\r\n" * 5000 + b"0\r\n\r\n")
    assert reply.status == 200 and len(json.loads(reply.read())["body"]) == 5000


def test_a_request_without_an_end_takes_no_memory(hasty: Port, old: Upstream) -> None:
    """Headers after the body have no limit of their own in the library (CVE-2026-22815)."""
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    line = b"X-Na: " + b"x" * 4000 + b"\r\n"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with socket.create_connection(("127.0.0.1", hasty.port), timeout=10) as connection:
        try:
            connection.sendall(head + line * 100)
            for _ in range(1000):
                connection.sendall(line * 25)
        except OSError:
            pass
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000
    assert old.served == 0


@pytest.mark.parametrize("name", ["Host", "Origin", "Authorization", "Idempotency-Key"])
def test_a_header_that_decides_is_there_once(port: Port, old: Upstream, name: str) -> None:
    line = f"{name}: a\r\n{name}: b\r\n"
    host = "" if name == "Host" else "Host: x\r\n"
    reply = raw(port, f"GET / HTTP/1.1\r\n{host}{line}\r\n".encode())
    assert (reply.status, refused(reply)) == (400, sentences.BAD_REQUEST)
    assert old.served == 0


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\ngeheim@voorbeeld.nl\r\n\r\n",
        b"CONNECT  HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT / HTTP/1.1\r\nHost: geheim@voorbeeld.nl\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nxgeheim@voorbeeld.nl",
    ],
)
def test_what_comes_after_the_end_is_not_told_on(
    port: Port, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_connection(("127.0.0.1", port.port), timeout=10) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while block := connection.recv(65536):
            answer += block
    assert not answer or re.match(rb"HTTP/\d\.\d [24]", answer)
    port.proxy.stop()
    assert "geheim" not in caplog.text and "Traceback" not in caplog.text


def test_another_protocol_is_refused_and_ends_the_connection(port: Port, old: Upstream) -> None:
    hidden = b"GET /status HTTP/1.1\r\nHost: x\r\n\r\n"
    head = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    with socket.create_connection(("127.0.0.1", port.port), timeout=10) as connection:
        connection.sendall(head + b"Content-Length: 0\r\n\r\n" + hidden)
        answer = b""
        while block := connection.recv(65536):
            answer += block
    assert answer.startswith(b"HTTP/1.1 400") and answer.count(b"HTTP/1.1 ") == 1
    assert old.served == 0


def test_the_parser_is_the_one_in_c() -> None:
    """Several weaknesses of aiohttp are in its other one (docs/kwetsbaarheden.md)."""
    assert http_parser.HttpRequestParser is not http_parser.HttpRequestParserPy


def test_what_comes_packed_is_passed_on_as_it_is(port: Port) -> None:
    packed = gzip.compress(b"x" * 10_000_000)
    assert len(packed) < LARGEST_BODY
    told = port.ask("POST", "/", packed, Content_Encoding="gzip")
    assert int(header(told, "Content-Length")[0]) == len(packed)


@pytest.mark.parametrize(
    "line", [b"X-Groot: " + b"x" * 9000, b"Cookie: " + b"a=b; " * 5000], ids=["header", "cookie"]
)
def test_headers_that_are_too_large(port: Port, old: Upstream, line: bytes) -> None:
    reply = raw(port, b"GET / HTTP/1.1\r\nHost: x\r\n" + line + b"\r\n\r\n")
    assert (reply.status, refused(reply)) == (431, sentences.HEADERS_TOO_LARGE)
    assert old.served == 0


@pytest.mark.parametrize(
    "data",
    [
        b"geheim@voorbeeld.nl\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET http://[::1/geheim HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nkapot\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
)
def test_what_is_no_http_is_refused_and_not_told_on(
    port: Port, old: Upstream, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    reply = raw(port, data)
    assert (reply.status, refused(reply)) == (400, sentences.BAD_REQUEST)
    assert old.served == 0
    assert "geheim" not in caplog.text


@pytest.mark.parametrize(
    "path",
    [
        "/version",
        "/status",
        "/model",
        "/conversations/x/tracker",
        "/webhooks/rest/../../status",
        "/webhooks/rest/..",
        "/widget/%2e%2e",
        "/widget/a/b",
        "//kwaad.nl/",
        "/webhooks/callback/webhook",
        "http://kwaad.nl/",
        "http://kwaad.nl:99999999/",
        "http://kwaad.nl:x/",
        "/metrics",
        "/actions",
    ],
)
def test_only_the_chat_is_passed_on(port: Port, old: Upstream, path: str) -> None:
    reply = raw(port, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert (reply.status, refused(reply)) == (404, sentences.NO_SUCH_ADDRESS)
    assert old.served == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT"])
def test_methods_that_the_chat_does_not_know(port: Port, old: Upstream, method: str) -> None:
    target = "kwaad.nl:443" if method == "CONNECT" else "/"
    reply = raw(port, f"{method} {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert (reply.status, refused(reply)) == (405, sentences.NOT_POSSIBLE_HERE)
    assert old.served == 0


@pytest.fixture
def hasty(old: Upstream) -> Iterator[Port]:
    port = Port(patience=Patience(headers=0.5, body=0.5, idle=0.5))
    port.proxy.switch(old.url)
    yield port
    port.proxy.stop()


def test_a_client_that_sends_its_headers_too_slowly_is_cut_off(hasty: Port, old: Upstream) -> None:
    with socket.create_connection(("127.0.0.1", hasty.port), timeout=5) as connection:
        started = time.monotonic()
        connection.sendall(b"GET / HTTP/1.1\r\nX: ")
        assert connection.recv(100) == b""
        assert 0.3 < time.monotonic() - started < 3
    assert old.served == 0


def test_a_client_that_sends_its_body_too_slowly_is_told(hasty: Port, old: Upstream) -> None:
    reply = raw(hasty, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nbegin")
    assert (reply.status, refused(reply)) == (408, sentences.TOO_SLOW)
    assert old.served == 0


def test_a_second_request_that_comes_too_slowly_is_cut_off(hasty: Port) -> None:
    with socket.create_connection(("127.0.0.1", hasty.port), timeout=5) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")
        for _ in range(30):
            time.sleep(0.1)
            try:
                connection.sendall(b"G")
            except OSError:
                return
        assert connection.recv(100) == b""


def test_the_answer_of_the_server_gets_the_headers_that_it_lacks(port: Port) -> None:
    with closing(port.connection()) as connection:
        connection.request("GET", "/", headers={"X-Request-ID": "0B54E29B-7a3e-4f0e-9d3b-0a8f4a0f1c11"})
        reply = connection.getresponse()
        told = json.loads(reply.read())
    assert reply.headers["X-Request-ID"] == "0b54e29b-7a3e-4f0e-9d3b-0a8f4a0f1c11"
    assert header(told, "X-Request-ID") == ["0b54e29b-7a3e-4f0e-9d3b-0a8f4a0f1c11"]
    assert reply.headers["Content-Security-Policy"] == DATA_POLICY


@pytest.mark.parametrize("given", ["123456782", "jan@voorbeeld.nl", "x" * 36, "", "0b54e29b"])
def test_a_request_id_that_could_be_somebody_is_not_taken_over(port: Port, given: str) -> None:
    told = port.ask(X_Request_ID=given)
    (name,) = header(told, "X-Request-ID")
    assert name != given and request_ids.is_request_id(name)


FIGURES = Metrics(lambda: b"wegwijzer_turns_total 1\n", token="t" * 32)


def test_figures_need_their_token(old: Upstream) -> None:
    port = Port(metrics=FIGURES)
    try:
        for given in (None, "Bearer x", "Basic dDp0", f"bearer {'t' * 31}", "Bearer \xe9"):
            with closing(port.connection()) as connection:
                connection.request("GET", "/metrics", headers={"Authorization": given} if given else {})
                reply = connection.getresponse()
                assert (reply.status, refused(reply)) == (401, sentences.NOT_SIGNED_IN)
                assert reply.headers["WWW-Authenticate"].startswith("Bearer")
        with closing(port.connection()) as connection:
            connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {'t' * 32}"})
            assert connection.getresponse().read() == b"wegwijzer_turns_total 1\n"
    finally:
        port.proxy.stop()


def test_figures_on_a_port_of_this_machine_need_none(old: Upstream) -> None:
    own = free_port()
    port = Port(metrics=Metrics(FIGURES.render, port=own))
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{own}/metrics") as reply:
            assert reply.read() == b"wegwijzer_turns_total 1\n"
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{own}/")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port.port}/metrics")
    finally:
        port.proxy.stop()


def test_it_lives_and_is_not_ready_before_there_is_a_process() -> None:
    port = Port()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port.port}/health") as reply:
            assert json.loads(reply.read()) == {"status": "ok"}
        with closing(port.connection()) as connection:
            connection.request("GET", "/ready")
            reply = connection.getresponse()
            assert reply.status == 503
            assert json.loads(reply.read()) == {"ready": False, "reasons": [sentences.NOT_READY["model"]]}
    finally:
        port.proxy.stop()


def test_every_request_is_one_line_without_address_or_question(
    port: Port, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "wegwijzer.reverse_proxy"):
        port.ask("POST", "/webhooks/rest/webhook?naam=Geertruida", b"geheim", X_Forwarded_For="203.0.113.7")
        raw(port, b"GET /geheim HTTP/1.1\r\nHost: x\r\n\r\n")
        port.proxy.stop()  # The line comes after the answer.
    first, second = (vars(record) for record in caplog.records if record.message == "answered")
    assert (first["method"], first["path"], first["status"]) == ("POST", "/webhooks/rest/webhook", 200)
    assert (second["path"], second["status"]) == ("elders", 404)
    told = str([first, second])
    assert not [trace for trace in ("Geertruida", "geheim", "203.0.113", "127.0.0.1") if trace in told]


def test_the_client_cannot_invent_an_address(port: Port) -> None:
    told = port.ask(X_Forwarded_For="6.6.6.6", X_Forwarded_Host="kwaad.nl", Forwarded="for=6.6.6.6")
    assert header(told, "X-Forwarded-For") == ["127.0.0.1"]
    assert header(told, "X-Forwarded-Host") == header(told, "Forwarded") == []


def test_a_proxy_before_it_is_believed(old: Upstream) -> None:
    port = Port(behind_proxy=True)
    try:
        port.proxy.switch(old.url)
        told = port.ask(X_Forwarded_For="10.1.2.3", X_Forwarded_Host="wegwijzer.gemeente.nl")
        assert header(told, "X-Forwarded-For") == ["10.1.2.3, 127.0.0.1"]
        assert header(told, "X-Forwarded-Host") == ["wegwijzer.gemeente.nl"]
    finally:
        port.proxy.stop()


def unavailable(port: Port) -> None:
    with closing(port.connection()) as connection:
        connection.request("POST", "/webhooks/rest/webhook", b"{}")
        reply = connection.getresponse()
        (message,) = json.loads(reply.read())
    check_contract(message["custom"])
    assert (reply.status, message["text"]) == (503, sentences.UNAVAILABLE)
    assert "112" in message["text"] and reply.headers["Retry-After"]


def test_before_there_is_a_process_the_user_is_told(old: Upstream) -> None:
    port = Port()
    try:
        unavailable(port)
    finally:
        port.proxy.stop()


def test_when_the_process_is_gone_the_user_is_told(port: Port) -> None:
    port.proxy.switch(f"http://127.0.0.1:{free_port()}")
    unavailable(port)


def test_a_port_that_is_taken(port: Port) -> None:
    other = ReverseProxy("127.0.0.1", port.port, False)
    with pytest.raises(OSError):
        other.start()


def test_a_running_request_ends_at_the_process_that_has_it(port: Port, old: Upstream, new: Upstream) -> None:
    old.slow = 1.0
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(port.ask)
        time.sleep(0.3)
        port.proxy.switch(new.url)
        assert port.ask()["name"] == "nieuw"
        assert not port.proxy.drain(old.url, 0.1)
        assert port.proxy.drain(old.url, 5)
        assert running.done() or running.result(1)
        assert running.result()["name"] == "oud"


def test_a_connection_that_stays_open_goes_over_with_its_next_request(
    port: Port, old: Upstream, new: Upstream
) -> None:
    with closing(port.connection()) as connection:
        for name, upstream in (("oud", old), ("nieuw", new)):
            port.proxy.switch(upstream.url)
            connection.request("GET", "/")
            assert json.loads(connection.getresponse().read())["name"] == name
        old.stop()
        connection.request("GET", "/")
        assert json.loads(connection.getresponse().read())["name"] == "nieuw"


def test_no_request_is_lost_while_processes_take_turns(port: Port, old: Upstream, new: Upstream) -> None:
    asked, stopping = [0] * 8, threading.Event()

    def client(number: int) -> None:
        with closing(port.connection()) as connection:
            while not stopping.is_set():
                connection.request("POST", "/", b"vraag")
                assert json.loads(connection.getresponse().read())["body"] == "vraag"
                asked[number] += 1

    with ThreadPoolExecutor(8) as pool:
        clients = [pool.submit(client, number) for number in range(8)]
        for turn in range(30):
            port.proxy.switch((new, old)[turn % 2].url)
            time.sleep(0.05)
        stopping.set()
        for done in clients:
            done.result()
    assert old.served + new.served == sum(asked)
    assert min(old.served, new.served, *asked) > 0


def test_processes_take_turns_and_who_has_least_to_do_is_first(
    port: Port, old: Upstream, new: Upstream
) -> None:
    port.proxy.switch(old.url, new.url)
    assert sorted(port.ask()["name"] for _ in range(10)) == ["nieuw"] * 5 + ["oud"] * 5
    old.slow = 1.0
    with ThreadPoolExecutor(2) as pool:
        slow = [pool.submit(port.ask), pool.submit(port.ask)]
        time.sleep(0.3)
        assert [port.ask()["name"] for _ in range(6)] == ["nieuw"] * 6
        assert sorted(one.result()["name"] for one in slow) == ["nieuw", "oud"]


def test_a_process_that_takes_no_connection_is_passed_over(port: Port, old: Upstream) -> None:
    port.proxy.switch(f"http://127.0.0.1:{free_port()}", old.url)
    for number in range(6):
        assert port.ask("POST", "/", f"vraag {number}".encode())["body"] == f"vraag {number}"


def test_a_client_that_leaves_does_no_harm(port: Port, old: Upstream) -> None:
    old.slow = 0.3
    with socket.create_connection(("127.0.0.1", port.port)) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nvraag")
        time.sleep(0.1)
    assert port.proxy.drain(old.url, 5)
    assert old.served == 1
    assert port.ask()["name"] == "oud"


def test_stopping_frees_the_port(old: Upstream) -> None:
    port = Port()
    port.proxy.switch(old.url)
    port.ask()
    port.proxy.stop()
    with pytest.raises(OSError):
        urllib.request.urlopen(f"http://127.0.0.1:{port.port}/")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port.port))
