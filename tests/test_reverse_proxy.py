"""The one port: every request reaches one process whole, also while another takes over."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Iterator, Optional

import pytest

from wegwijzer import sentences
from wegwijzer.answering import check_contract
from wegwijzer.reverse_proxy import ReverseProxy
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
                    "body": body.decode(),
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

    def __init__(self, behind_proxy: bool = False) -> None:
        self.port = free_port()
        self.proxy = ReverseProxy("127.0.0.1", self.port, behind_proxy)
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
    told = port.ask("POST", "/a%2Fb/ë?x=%20&y=1".replace("ë", "%C3%AB"), b'{"a": 1}', Idempotency_Key="k")
    assert (told["method"], told["path"], told["body"]) == ("POST", "/a%2Fb/%C3%AB?x=%20&y=1", '{"a": 1}')
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
        connection.request("GET", "/304")
        assert connection.getresponse().status == 304


def test_the_server_does_not_say_what_it_is(port: Port) -> None:
    with closing(port.connection()) as connection:
        connection.request("GET", "/")
        reply = connection.getresponse()
        assert "aiohttp" not in str(reply.headers)


def test_a_large_body_passes(port: Port) -> None:
    body = b"x" * 3_000_000
    assert len(port.ask("POST", "/", body)["body"]) == len(body)


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
