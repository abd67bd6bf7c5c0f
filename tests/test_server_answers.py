"""What every answer of the server has, and what it refuses, without a model."""

from __future__ import annotations

import http.client
import json
import logging
import socket
from pathlib import Path
from typing import Iterator

import pytest
import rasa.server
from sanic import Sanic

from tests.serving import ASK, JUDGE, InProcess
from wegwijzer import paths, request_ids, sentences
from wegwijzer.answer_headers import DATA_POLICY, PERMISSIONS, SECURITY
from wegwijzer.errors import SetupError
from wegwijzer.limiting import LARGEST_BODY, Limit
from wegwijzer.static import load_static
from wegwijzer.status_channel import refuse_api


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    server = InProcess(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()


CASES = [
    ("GET", "/health", None, 200),
    ("GET", "/ready", None, 503),
    ("GET", "/metrics", None, 404),
    ("GET", "/webhooks/rest/", None, 200),
    ("GET", "/webhooks/rest/instellingen", None, 200),
    ("POST", ASK, {"sender": "a", "message": "hallo"}, 200),
    ("POST", ASK, b"geen json", 400),
    ("POST", ASK, b"x" * (LARGEST_BODY + 1), 413),
    ("POST", ASK, {"sender": "a", "message": "x" * 5000}, 413),
    ("POST", JUDGE, {}, 400),
    ("PUT", ASK, None, 405),
    ("GET", "/status", None, 404),
    ("GET", "/conversations/a/tracker", None, 404),
    ("GET", "/model", None, 404),
    ("GET", "/version", None, 404),
    ("GET", "/docs", None, 404),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), CASES)
def test_every_answer_has_the_headers(
    server: InProcess, method: str, path: str, body: object, status: int
) -> None:
    reply = server.call(method, path, body)
    assert reply.status == status
    for name, value in SECURITY.items():
        assert reply.headers[name.lower()] == value
    assert request_ids.is_request_id(reply.headers["x-request-id"])
    assert "server" not in reply.headers and "x-powered-by" not in reply.headers
    assert reply.headers["cache-control"] == "no-store"
    if status >= 400 and path != "/ready":
        assert reply.text
        assert reply.headers["content-type"].startswith("application/json")


def test_pages_and_scripts_have_them_beside_their_own(server: InProcess) -> None:
    for path, file in load_static(paths.ROOT / "wegwijzer" / "page", "'self'").items():
        reply = server.call("GET", path)
        assert reply.status == 200
        policy = reply.headers["content-security-policy"]
        assert "unsafe" not in policy and policy.startswith("default-src 'none'")
        assert reply.headers["permissions-policy"] == PERMISSIONS
        assert reply.headers["etag"].strip('"') == file.hash


def test_an_error_inside_says_nothing_and_is_answered(
    server: InProcess, caplog: pytest.LogCaptureFixture
) -> None:
    server.agent.failing = True
    try:
        reply = server.ask("storing", "mijn bsn is geheim")
    finally:
        server.agent.failing = False
    assert (reply.status, reply.text) == (503, sentences.UNAVAILABLE)
    assert b"Traceback" not in reply.body and b"RuntimeError" not in reply.body


def test_a_request_id_is_taken_over_or_made(server: InProcess) -> None:
    given = "0B54E29B-7A3E-4F0E-9D3B-0A8F4A0F1C11"
    assert server.ask("nummer", "hallo", X_Request_ID=given).headers["x-request-id"] == given.lower()
    assert server.agent.received[-1].metadata["request_id"] == given.lower()
    other = server.ask("nummer", "hallo", X_Request_ID="123456782").headers["x-request-id"]
    assert request_ids.is_request_id(other)


def test_a_line_for_each_request_without_what_was_typed(
    server: InProcess, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "wegwijzer.status_channel"):
        server.ask("regel", "geheim", X_Forwarded_For="203.0.113.7")
        server.call("GET", "/geheim/203.0.113.7")
    lines = [vars(record) for record in caplog.records if record.message == "answered"]
    assert [(line["path"], line["status"]) for line in lines] == [(ASK, 200), ("elders", 404)]
    assert not [
        t for t in ("geheim", "203.0.113", "127.0.0.1", "regel") if t in str([_told(line) for line in lines])
    ]


def _told(line: dict[str, object]) -> dict[str, object]:
    return {
        name: line[name] for name in ("message", "method", "path", "status", "milliseconds", "request_id")
    }


def test_headers_that_are_too_large(server: InProcess) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n")
        reply = http.client.HTTPResponse(connection)
        reply.begin()
        assert reply.status == 413
        assert json.loads(reply.read())[0]["text"] == sentences.TOO_LARGE
        assert reply.headers["Content-Security-Policy"] == DATA_POLICY


def test_too_large_in_pieces(server: InProcess) -> None:
    piece = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        head = f"POST {ASK} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        try:
            connection.sendall(head + piece * 9 + b"0\r\n\r\n")
        except OSError:
            pass
        reply = http.client.HTTPResponse(connection)
        reply.begin()
        assert (reply.status, json.loads(reply.read())[0]["text"]) == (413, sentences.TOO_LARGE)


def test_too_many_messages(tmp_path: Path) -> None:
    limits = {"sender": Limit(60, 3), "address": Limit(60, 6)}
    server = InProcess(tmp_path, limits=limits)
    try:
        assert [server.ask("a", "hallo").status for _ in range(4)] == [200, 200, 200, 429]
        refused = server.ask("a", "hallo")
        assert refused.text == sentences.TOO_MANY and int(refused.headers["retry-after"]) >= 1
        # Another sender, and no sender at all, from the same address.
        assert server.ask("b", "hallo").status == 200
        assert server.call("POST", ASK, b"geen json").status == 429
    finally:
        server.stop()


def test_rasas_own_api_is_refused() -> None:
    Sanic.test_mode = True
    with pytest.raises(SetupError, match="--enable-api"):
        refuse_api(rasa.server.create_app())
    with pytest.raises(SetupError, match="--enable-api"):
        refuse_api(rasa.server.create_app(auth_token="x" * 32))


def test_figures_need_their_token(tmp_path: Path) -> None:
    token = "b1946ac92492d2347c6235b4d2611184"
    server = InProcess(tmp_path, metrics_token=token)
    try:
        for given in (None, "Bearer x", token):
            refused = server.call("GET", "/metrics", Authorization=given)
            assert (refused.status, refused.text) == (401, sentences.NOT_SIGNED_IN)
            assert refused.headers["www-authenticate"].startswith("Bearer")
        server.ask("meting", "hallo, bel 0612345678")
        figures = server.call("GET", "/metrics", Authorization=f"Bearer {token}")
        assert figures.status == 200 and b"wegwijzer_turns_total" in figures.body
        assert b"meting" not in figures.body and b"0612345678" not in figures.body
    finally:
        server.stop()
