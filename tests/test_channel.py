"""The server side of the widget over HTTP: keys, limits, feedback, origins and files."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, Optional

import pytest

from tests.conftest import ALLOWED
from tests.serving import Reply
from wegwijzer import paths, sentences
from wegwijzer.retention import DEFAULT_DAYS
from wegwijzer.static import load_static
from wegwijzer.supervisor import Supervisor

pytestmark = pytest.mark.slow

ASK, JUDGE = "/webhooks/rest/webhook", "/webhooks/rest/feedback"
QUESTION = "Onze wethouder krijgt doodsbedreigingen via Instagram"
EVIDENT = "help er staat nu een man met een mes voor de deur"
STRANGER = "https://elders.voorbeeld.nl"


def call(running: Supervisor, method: str, path: str, body: Any = None, **headers: Optional[str]) -> Reply:
    """Sends a request; a header's name is given with underscores."""
    sent = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
    data = None if body is None else json.dumps(body).encode()
    with closing(http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)) as connection:
        connection.request(method, path, data, sent)
        return Reply(connection.getresponse())


def ask(running: Supervisor, sender: str, text: str, key: Optional[str] = None, **headers: str) -> Reply:
    body = {"sender": sender, "message": text}
    return call(running, "POST", ASK, body, Idempotency_Key=key, **headers)


def judge(running: Supervisor, **body: Any) -> Reply:
    return call(running, "POST", JUDGE, body)


def turns(running: Supervisor, sender: str) -> int:
    """Returns how many messages of the user the tracker store has."""
    with closing(sqlite3.connect(running.database)) as database:
        query = "SELECT count(*) FROM events WHERE sender_id = ? AND type_name = 'user'"
        return int(database.execute(query, (sender,)).fetchone()[0])


def fresh() -> str:
    return str(uuid.uuid4())


# The idempotency key.


def test_sent_again_is_the_same_answer_and_no_second_turn(running: Supervisor) -> None:
    sender, key = fresh(), fresh()
    first, second = ask(running, sender, QUESTION, key), ask(running, sender, QUESTION, key.upper())
    assert first.status == second.status == 200
    assert first.message["custom"]["offers"]
    assert second.body == first.body
    assert turns(running, sender) == 1


def test_sent_again_at_the_same_time(running: Supervisor) -> None:
    sender, key = fresh(), fresh()
    with ThreadPoolExecutor(5) as pool:
        replies = list(pool.map(lambda _: ask(running, sender, QUESTION, key), range(5)))
    assert len({reply.body for reply in replies}) == 1
    assert replies[0].message["custom"]["offers"]
    assert turns(running, sender) == 1


def test_the_connection_is_lost_before_the_answer(running: Supervisor) -> None:
    sender, key = fresh(), fresh()
    body = json.dumps({"sender": sender, "message": QUESTION}).encode()
    head = f"POST {ASK} HTTP/1.1\r\nHost: x\r\nIdempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", running.port)) as connection:
        connection.sendall(head.encode() + body)
        time.sleep(0.02)
    assert ask(running, sender, QUESTION, key).message["custom"]["offers"]
    time.sleep(0.5)
    assert turns(running, sender) == 1


def test_another_message_under_the_same_key(running: Supervisor) -> None:
    sender, key = fresh(), fresh()
    ask(running, sender, QUESTION, key)
    other = ask(running, sender, "is daar ook een training voor?", key)
    assert (other.status, other.message["text"]) == (422, sentences.KEY_REUSED)
    assert ask(running, sender, EVIDENT, key).message["custom"]["kind"] == "emergency"
    assert turns(running, sender) == 1


def test_a_key_that_is_none(running: Supervisor) -> None:
    refused = ask(running, fresh(), QUESTION, "sleutel")
    assert (refused.status, refused.message["text"]) == (400, sentences.BAD_KEY)
    assert ask(running, fresh(), EVIDENT, "sleutel").message["custom"]["kind"] == "emergency"


def test_without_a_key_every_message_is_a_turn(running: Supervisor) -> None:
    sender = fresh()
    for _ in range(2):
        ask(running, sender, QUESTION)
    assert turns(running, sender) == 2


# The limit.


def test_too_many_messages(running: Supervisor) -> None:
    sender = fresh()
    # Without words nothing is asked of Rasa, so that they come faster than the bucket fills.
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: ask(running, sender, "…"), range(120)))
    refused = [reply for reply in replies if reply.status == 429]
    assert {reply.status for reply in replies} == {200, 429}
    assert 60 <= len(replies) - len(refused) < 100
    assert refused[0].message["text"] == sentences.TOO_MANY
    assert int(refused[0].headers["retry-after"]) >= 1
    acute = [ask(running, sender, EVIDENT) for _ in range(5)]
    assert {reply.status for reply in acute} == {200}
    assert {reply.message["custom"]["kind"] for reply in acute} == {"emergency"}
    assert ask(running, fresh(), "…").status == 200
    time.sleep(int(refused[-1].headers["retry-after"]))
    assert ask(running, sender, "…").status == 200


# Feedback.


def test_a_thumb_is_kept_redacted_and_shown_to_trainers(running: Supervisor) -> None:
    sender, key = fresh(), fresh()
    before = ask(running, sender, QUESTION, key)
    reason = "Dit klopt niet, zie jan@voorbeeld.nl\nof bel 0612345678"
    assert judge(running, sender=sender, answer=key, thumb="up").status == 204
    given = judge(running, sender=sender, answer=key, thumb="down", reason=reason)
    assert (given.status, given.body) == (204, b"")
    stored = b"".join(p.read_bytes() for p in running.folder.iterdir() if p.is_file())
    assert b"Dit klopt niet, zie [e-mail]" in stored
    assert b"jan@voorbeeld.nl" not in stored
    assert b"0612345678" not in stored
    shown = subprocess.run(
        [sys.executable, "-m", "wegwijzer", "inbox", "--database", str(running.database)],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert shown.startswith("duim omlaag ")
    mine = shown[shown.index("toelichting: Dit klopt niet") :].splitlines()[0]
    assert mine == "toelichting: Dit klopt niet, zie [e-mail] of bel [telefoon]"
    assert QUESTION in shown
    # The conversation goes on as if nothing was said.
    assert ask(running, sender, QUESTION, key).body == before.body
    offers = ask(running, sender, "is daar ook een training voor?", fresh()).message["custom"]["offers"]
    assert offers[0]["id"] == "weerbaar_bestuur_preventie"


def test_a_thumb_for_what_is_not_there(running: Supervisor) -> None:
    sender, key = fresh(), fresh()
    ask(running, sender, QUESTION, key)
    for wrong in ({"sender": fresh(), "answer": key}, {"sender": sender, "answer": fresh()}):
        refused = judge(running, thumb="up", **wrong)
        assert (refused.status, refused.message["text"]) == (404, sentences.UNKNOWN_ANSWER)


@pytest.mark.parametrize(
    "body", [{}, {"answer": "1", "thumb": "up"}, {"thumb": "up", "reason": "x" * 1001}, {"thumb": "maybe"}]
)
def test_a_thumb_in_another_form(running: Supervisor, body: dict[str, Any]) -> None:
    refused = judge(running, **{"sender": "a", "answer": fresh(), **body} if body else {})
    assert refused.status == 400
    assert refused.message["text"]


# Origins.


@pytest.mark.parametrize("path", [ASK, JUDGE])
def test_a_preflight(running: Supervisor, path: str) -> None:
    asked = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "idempotency-key"}
    allowed = call(running, "OPTIONS", path, Origin=ALLOWED, **asked)
    assert allowed.status == 204
    assert allowed.headers["access-control-allow-origin"] == ALLOWED
    assert allowed.headers["access-control-allow-methods"] == "POST"
    assert allowed.headers["access-control-allow-headers"] == "Authorization, Content-Type, Idempotency-Key"
    refused = call(running, "OPTIONS", path, Origin=STRANGER, **asked)
    assert (refused.status, refused.message["text"]) == (403, sentences.ORIGIN_REFUSED)
    for reply in (allowed, refused):
        assert "access-control-allow-credentials" not in reply.headers
    assert "access-control-allow-origin" not in refused.headers


def test_an_allowed_website_may_read_every_answer(running: Supervisor) -> None:
    replies = [
        ask(running, fresh(), QUESTION, fresh(), Origin=ALLOWED),
        ask(running, fresh(), QUESTION, "geen", Origin=ALLOWED),
        call(running, "POST", JUDGE, {}, Origin=ALLOWED),
    ]
    assert [reply.status for reply in replies] == [200, 400, 400]
    for reply in replies:
        assert reply.headers["access-control-allow-origin"] == ALLOWED
        assert reply.headers["access-control-expose-headers"] == "Retry-After"
        assert "Origin" in reply.headers["vary"]
        assert reply.headers["cache-control"] == "no-store"
        assert "access-control-allow-credentials" not in reply.headers


@pytest.mark.parametrize("origin", [STRANGER, "null", ALLOWED.replace("https", "http"), "https://x.nl/*"])
def test_another_website_is_refused_but_not_in_danger(running: Supervisor, origin: str) -> None:
    sender = fresh()
    refused = ask(running, sender, QUESTION, Origin=origin)
    assert (refused.status, refused.message["text"]) == (403, sentences.ORIGIN_REFUSED)
    acute = ask(running, sender, EVIDENT, Origin=origin)
    assert (acute.status, acute.message["custom"]["kind"]) == (200, "emergency")
    for reply in (refused, acute):
        assert "access-control-allow-origin" not in reply.headers
    assert call(running, "POST", JUDGE, {}, Origin=origin).status == 403
    assert turns(running, sender) == 0


def test_the_own_origin_is_allowed(running: Supervisor) -> None:
    reply = ask(running, fresh(), "…", Origin=running.url)
    assert reply.status == 200
    assert not [name for name in reply.headers if name.startswith("access-control-")]


def test_health_stays_as_it_is(running: Supervisor) -> None:
    reply = call(running, "GET", "/webhooks/rest/")
    assert (reply.status, json.loads(reply.body)) == (200, {"status": "ok", "danger": "trained"})


# Settings.

SETTINGS = "/webhooks/rest/instellingen"


def test_the_settings_say_how_long_conversations_are_kept(running: Supervisor) -> None:
    for origin in (None, running.url):
        reply = call(running, "GET", SETTINGS, Origin=origin)
        assert (reply.status, json.loads(reply.body)) == (200, {"retention_days": DEFAULT_DAYS})
        assert "access-control-allow-origin" not in reply.headers
    allowed = call(running, "GET", SETTINGS, Origin=ALLOWED)
    assert json.loads(allowed.body) == {"retention_days": DEFAULT_DAYS}
    assert allowed.headers["access-control-allow-origin"] == ALLOWED


@pytest.mark.parametrize("origin", [STRANGER, "null"])
def test_another_website_can_read_that_it_is_refused_and_nothing_else(
    running: Supervisor, origin: str
) -> None:
    reply = call(running, "GET", SETTINGS, Origin=origin)
    assert (reply.status, reply.message["text"]) == (403, sentences.ORIGIN_REFUSED)
    assert reply.headers["access-control-allow-origin"] == origin
    assert "access-control-allow-credentials" not in reply.headers


# Files.


def test_every_file_is_served_with_its_headers(running: Supervisor) -> None:
    for path, file in load_static(paths.ROOT / "wegwijzer" / "page", f"'self' {ALLOWED}").items():
        reply = call(running, "GET", path)
        assert (reply.status, reply.body) == (200, file.body), path
        for name, value in file.headers.items():
            assert reply.headers[name.lower()] == value, path
        assert "set-cookie" not in reply.headers
        assert "access-control-allow-origin" not in reply.headers
        again = call(running, "GET", path, If_None_Match=reply.headers["etag"])
        assert (again.status, again.body) == (304, b""), path
        packed = call(running, "GET", path, Accept_Encoding="gzip")
        assert gzip.decompress(packed.body) == file.body, path
        assert call(running, "HEAD", path).headers["content-length"] == str(len(file.body)), path
        assert call(running, "POST", path, {}).status == 405, path


def test_only_an_allowed_website_may_load_a_script_as_a_module(running: Supervisor) -> None:
    scripts = [p for p in load_static(paths.ROOT / "wegwijzer" / "page", "'self'") if p.endswith(".js")]
    assert scripts
    for path in scripts:
        allowed = call(running, "GET", path, Origin=ALLOWED)
        assert allowed.headers["access-control-allow-origin"] == ALLOWED
        assert "Origin" in allowed.headers["vary"]
        assert "access-control-allow-origin" not in call(running, "GET", path, Origin=STRANGER).headers


@pytest.mark.parametrize(
    "path",
    [
        "/widget/../../domain.yml",
        "/widget/%2e%2e/%2e%2e/domain.yml",
        "/widget/..%2f..%2fdomain.yml",
        "/widget/%00",
        "/widget//etc/passwd",
        "/widget/geen.js",
        "/widget/wegwijzer-chat.0000000000000000.js",
    ],
)
def test_nothing_else_is_served(running: Supervisor, path: str) -> None:
    assert call(running, "GET", path).status == 404


# Last, because it takes Rasa away for a while.


def test_sent_again_after_rasa_was_killed(running: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEGWIJZER_ORIGINS", ALLOWED)
    sender, key = fresh(), fresh()
    before = ask(running, sender, QUESTION, key)
    process = running.pair.processes["rasa"]
    process.kill()
    process.wait()
    gone = ask(running, sender, QUESTION, key)
    assert (gone.status, gone.message["text"]) == (503, sentences.UNAVAILABLE)
    running.pair.start("rasa")
    started = time.monotonic()
    while (after := ask(running, sender, QUESTION, key)).status == 503:
        assert time.monotonic() - started < 120
        time.sleep(0.5)
    assert after.body == before.body
    assert turns(running, sender) == 1
