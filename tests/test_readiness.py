"""Whether Wegwijzer is ready, check by check, without a model."""

from __future__ import annotations

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Iterator

import pytest
import sqlalchemy
from rasa.utils.endpoints import EndpointConfig

from tests.serving import InProcess
from wegwijzer import readiness, sentences


class Healthy(BaseHTTPRequestHandler):
    """An action server that says that it is well."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path) -> Iterator[InProcess]:
    actions = HTTPServer(("127.0.0.1", 0), Healthy)
    threading.Thread(target=actions.serve_forever, daemon=True).start()
    server = InProcess(tmp_path)
    server.agent.action_endpoint = EndpointConfig(f"http://127.0.0.1:{actions.server_address[1]}/webhook")
    server.ask("a", "hallo")
    yield server
    server.stop()
    actions.shutdown()
    actions.server_close()


def not_ready(server: InProcess, *names: str) -> None:
    reply = server.call("GET", "/ready")
    told = json.loads(reply.body)
    assert (reply.status, told) == (503, {"ready": False, "reasons": [sentences.NOT_READY[n] for n in names]})
    # It lives all the same, and nothing of how it is built is told.
    assert server.call("GET", "/health").status == 200
    assert not [
        part for part in ("127.0.0.1", "sqlite", "Error", "/tmp", ".db") if part in reply.body.decode()
    ]


def test_ready(server: InProcess) -> None:
    reply = server.call("GET", "/ready")
    assert (reply.status, json.loads(reply.body)) == (200, {"ready": True, "text": sentences.READY})


def test_no_model(server: InProcess) -> None:
    server.agent.ready = False
    not_ready(server, "model")


def test_no_action_server(server: InProcess) -> None:
    server.agent.action_endpoint = EndpointConfig("http://127.0.0.1:9/webhook")
    not_ready(server, "actions")
    server.agent.action_endpoint = None
    not_ready(server, "actions")


def test_an_action_server_that_hangs(server: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "SECONDS", 0.3)

    async def hangs(url: str) -> bool:
        await asyncio.sleep(30)
        return True

    monkeypatch.setattr(readiness, "answers", hangs)
    not_ready(server, "actions")


def test_no_database(server: InProcess, tmp_path: Path) -> None:
    database = tmp_path / "gesprekken.db"
    kept = database.rename(tmp_path / "weg.db")
    not_ready(server, "store")
    database.write_bytes(b"dit is geen database" * 100)
    not_ready(server, "store")
    kept.replace(database)
    assert server.call("GET", "/ready").status == 200


def test_no_database_at_all() -> None:
    assert not asyncio.run(readiness.reachable(None))
    gone = sqlalchemy.create_engine("postgresql://x:y@127.0.0.1:9/z", connect_args={"connect_timeout": 1})
    assert not asyncio.run(readiness.reachable(gone))


def test_no_disk(server: InProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(folder: Path) -> bool:
        return False

    assert asyncio.run(readiness.writable(tmp_path))
    assert not asyncio.run(readiness.writable(tmp_path / "er-niet"))
    monkeypatch.setattr(readiness, "writable", full)
    not_ready(server, "disk")


def test_all_reasons_are_told(server: InProcess, tmp_path: Path) -> None:
    server.agent.ready, server.agent.action_endpoint = False, None
    (tmp_path / "gesprekken.db").unlink()
    not_ready(server, "model", "actions", "store")
