"""The running system as its administrator sees it: what listens, whether it is ready, logs and figures."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any, Optional

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import METRICS_TOKEN
from tests.test_channel import EVIDENT, QUESTION, Reply, ask, call
from wegwijzer import request_ids, sentences, supervisor
from wegwijzer.answer_headers import SECURITY
from wegwijzer.supervisor import Supervisor

pytestmark = pytest.mark.slow

CLOSED = [
    "/version",
    "/status",
    "/domain",
    "/model",
    "/model/train",
    "/model/parse",
    "/conversations/x/tracker",
    "/conversations/x/execute",
    "/conversations/x/trigger_intent",
    "/conversations/x/tracker/events",
    "/webhooks/restt/webhook",
    "/webhooks/callback/webhook",
    "/webhooks/cmdline/webhook",
    "/actions",
    "/webhook",
    "/docs",
    "/debug",
    "/.git/config",
    "/.env",
]


def status_of(url: str, data: Optional[bytes] = None) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data), timeout=20) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return int(error.code)


@pytest.mark.parametrize("path", CLOSED)
def test_nothing_but_the_chat_is_open(running: Supervisor, path: str) -> None:
    """Through the port of Wegwijzer, and on Rasa's own port on loopback."""
    for url in (running.url, *running.pair.urls):
        assert status_of(url + path) == 404
        assert status_of(url + path, b"{}") == 404


def listening(pid: int) -> set[str]:
    """Returns the local addresses, as /proc writes them, on which a process and its children listen."""
    group = os.getpgid(pid)
    processes = [p for p in Path("/proc").iterdir() if p.name.isdigit()]
    inodes = set()
    for process in processes:
        try:
            if os.getpgid(int(process.name)) != group:
                continue
            for descriptor in (process / "fd").iterdir():
                target = os.readlink(descriptor)
                if target.startswith("socket:["):
                    inodes.add(target[8:-1])
        except OSError:
            continue
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                found.add(fields[1].split(":")[0])
    return found


def test_rasa_and_the_action_server_listen_on_loopback_only(running: Supervisor) -> None:
    for process in running.pair.processes.values():
        assert listening(process.pid) == {"0100007F"}


def test_every_answer_of_the_whole_has_the_headers(running: Supervisor) -> None:
    replies = [
        call(running, "GET", "/"),
        call(running, "GET", "/widget/iframe.html"),
        call(running, "GET", "/nergens"),
        call(running, "PUT", "/"),
        ask(running, str(uuid.uuid4()), "…"),
        ask(running, "", "…"),
    ]
    for reply in replies:
        for name in SECURITY:
            assert reply.headers[name.lower()]
        assert "unsafe" not in reply.headers["content-security-policy"]
        assert request_ids.is_request_id(reply.headers["x-request-id"])
        assert "server" not in reply.headers


def lines(file: Path) -> list[dict[str, Any]]:
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("{"):
            found.append(json.loads(line))
    return found


def test_one_request_is_found_in_all_three_logs(running: Supervisor) -> None:
    name, sender = str(uuid.uuid4()), str(uuid.uuid4())
    assert ask(running, sender, QUESTION, X_Request_ID=name).status == 200
    time.sleep(0.5)
    for file, logger in (
        ("proxy.log", "wegwijzer.reverse_proxy"),
        ("rasa.log", "wegwijzer.status_channel"),
        ("actions.log", "wegwijzer.actions"),
    ):
        mine = [line for line in lines(running.folder / file) if line.get("request_id") == name]
        assert logger in {line["logger"] for line in mine}, file
        assert not [part for part in (QUESTION, sender, "127.0.0.1") if part in json.dumps(mine)], file


def figures(running: Supervisor) -> dict[str, float]:
    """Returns name and labels → value."""
    reply = call(running, "GET", "/metrics", Authorization=f"Bearer {METRICS_TOKEN}")
    assert reply.status == 200
    return {
        f"{sample.name}{json.dumps(sample.labels, sort_keys=True)}": sample.value
        for family in text_string_to_metric_families(reply.body.decode())
        for sample in family.samples
    }


def test_figures_over_the_whole(running: Supervisor) -> None:
    for wrong in (None, "Bearer x"):
        refused: Reply = call(running, "GET", "/metrics", Authorization=wrong)
        assert (refused.status, refused.message["text"]) == (401, sentences.NOT_SIGNED_IN)
    before = figures(running)
    ask(running, str(uuid.uuid4()), "Er is een wethouder bedreigd, welk ondersteuningsteam helpt ons?")
    ask(running, str(uuid.uuid4()), EVIDENT)
    ask(running, "", "niets")
    after = figures(running)
    rise = {name: after[name] - before.get(name, 0.0) for name in after}
    assert sum(v for k, v in rise.items() if k.startswith("wegwijzer_turns_total")) == 2
    assert rise["wegwijzer_turn_seconds_count{}"] == 2
    assert rise["wegwijzer_emergencies_total{}"] == 1
    assert rise['wegwijzer_rejected_total{"status": "400"}'] == 1
    assert rise['wegwijzer_proxy_answers_total{"status": "4xx"}'] == 1
    assert after['wegwijzer_model_info{"model": "eigen", "version": "0.1.0"}'] == 1


def readiness(running: Supervisor) -> tuple[int, Any]:
    reply = call(running, "GET", "/ready")
    return reply.status, json.loads(reply.body)


def becomes(running: Supervisor, status: int, seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found, told = readiness(running)
        if found == status:
            return told
        time.sleep(0.3)
    raise AssertionError(f"/ready did not become {status}")


def test_ready_tells_the_truth_when_the_action_server_is_killed(running: Supervisor) -> None:
    assert readiness(running) == (200, {"ready": True, "text": sentences.READY})
    os.killpg(running.pair.processes["actions"].pid, signal.SIGKILL)
    running.pair.processes["actions"].wait()
    try:
        told = becomes(running, 503, 10)
        assert told == {"ready": False, "reasons": [sentences.NOT_READY["actions"]]}
        assert call(running, "GET", "/health").status == 200
    finally:
        running.pair.restart_dead(print)
    becomes(running, 200)
    assert ask(running, str(uuid.uuid4()), QUESTION).message["custom"]["offers"]


def test_an_action_server_that_hangs_is_replaced(
    running: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_HEAR_SECONDS", 0.0)
    monkeypatch.setattr(supervisor, "_LOOK_SECONDS", 1.0)
    said: list[str] = []
    running.pair.restart_dead(said.append)
    hung = running.pair.processes["actions"]
    os.killpg(hung.pid, signal.SIGSTOP)
    for _ in range(supervisor._DEAF - 1):
        running.pair.restart_dead(said.append)
    assert not said and running.pair.processes["actions"] is hung, "a hiccup is no reason"
    running.pair.restart_dead(said.append)
    assert said == [
        "'actions' geeft geen antwoord meer en wordt gestopt",
        "'actions' stopte (code -9) en wordt opnieuw gestart",
    ]
    # A server that has yet to open its port does not hang.
    for _ in range(supervisor._DEAF):
        running.pair.restart_dead(said.append)
    assert len(said) == 2
    becomes(running, 200)
    assert ask(running, str(uuid.uuid4()), QUESTION).message["custom"]["offers"]


def test_ready_tells_the_truth_when_the_database_is_gone(running: Supervisor) -> None:
    away = running.folder / "weg"
    running.database.rename(away)
    try:
        told = becomes(running, 503, 10)
        assert told == {"ready": False, "reasons": [sentences.NOT_READY["store"]]}
    finally:
        away.replace(running.database)
    becomes(running, 200, 10)


def test_ready_tells_the_truth_when_rasa_hangs(running: Supervisor) -> None:
    """Nobody is told that all is well by a process that does not answer."""
    pid = running.pair.processes["rasa"].pid
    os.killpg(pid, signal.SIGSTOP)
    try:
        assert readiness(running) == (503, {"ready": False, "reasons": [sentences.NOT_READY["server"]]})
        assert call(running, "GET", "/health").status == 200
    finally:
        os.killpg(pid, signal.SIGCONT)
    becomes(running, 200, 20)
