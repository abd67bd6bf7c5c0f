"""Personal data planted through every way in are in no store and in no log."""

from __future__ import annotations

import json
import sqlite3
import time
import urllib.error
import urllib.request
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any, Iterator, Optional

import pytest
import sqlalchemy

from wegwijzer.__main__ import main
from wegwijzer.inbox import read_inbox
from wegwijzer.intake import LONGEST
from wegwijzer.redaction import KINDS
from wegwijzer.supervisor import Supervisor, free_port

pytestmark = pytest.mark.slow

PLANTED = {
    "naam": "Geertruida Hoogendoorn",
    "bsn": "123456782",
    "telefoon": "06-53214789",
    "e-mail": "g.hoogendoorn88@voorbeeld.nl",
    "iban": "NL91ABNA0417164300",
    "adres": "Ridderspoorstraat 143, 2801 XK",
    "kenteken": "8-KXT-12",
    "geboortedatum": "17-04-1969",
    "account": "@geertje_h_1969",
}
TRACES = (
    "Geertruida",
    "Hoogendoorn",
    "123456782",
    "53214789",
    "hoogendoorn88",
    "0417164300",
    "Ridderspoor",
    "2801 XK",
    "8-KXT-12",
    "17-04-1969",
    "geertje_h",
    "203.0.113.77",
    "geheimpad",
)
"""What may be found nowhere, in any case."""
MESSAGE = (
    "Onze wethouder {naam} (bsn {bsn}, geboren {geboortedatum}) wordt bedreigd door iemand met {kenteken}. "
    "Bel {telefoon} of mail {e-mail}, rekening {iban}, adres {adres}, op X {account}. Wie helpt ons?"
)
EMERGENCY = "help er staat nu een man met een mes voor {naam} op {adres}, bel {telefoon} of mail {e-mail}"


def filled(template: str) -> str:
    for kind, value in PLANTED.items():
        template = template.replace("{" + kind + "}", value)
    return template


def post(
    url: str, body: bytes, key: Optional[str] = None, path: str = "/webhooks/rest/webhook"
) -> tuple[int, bytes]:
    """Sends bytes as they are, from an address that may be found nowhere."""
    headers = {"Content-Type": "application/json", "X-Forwarded-For": "203.0.113.77"}
    if key is not None:
        headers["Idempotency-Key"] = key
    try:
        with urllib.request.urlopen(urllib.request.Request(url + path, body, headers), timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def said(sender: object, message: object) -> bytes:
    return json.dumps({"sender": sender, "message": message}).encode()


def everything(folder: Path) -> Iterator[tuple[str, str]]:
    """Yields the name and the text of each file: the database, its journals and all logs."""
    for path in folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            yield path.name, raw.decode("utf-8", "replace")
            yield path.name, raw.decode("unicode_escape", "replace")


def assert_no_traces(text: str, where: str) -> None:
    left = [trace for trace in TRACES if trace.lower() in text.lower()]
    assert not left, f"{where} holds {left}"


def kept(running: Supervisor) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(running.database)) as database:
        return database.execute("SELECT sender_id, data FROM events ORDER BY id").fetchall()


def test_nothing_of_what_is_planted_is_kept_or_logged(
    running: Supervisor, capsys: pytest.CaptureFixture[str]
) -> None:
    url, sender, key = running.url, str(uuid.uuid4()), str(uuid.uuid4())
    message = filled(MESSAGE)
    status, body = post(url, said(sender, message), key)
    assert status == 200
    reason = f"{PLANTED['naam']} zei {PLANTED['telefoon']}, mail {PLANTED['e-mail']}, {PLANTED['account']}"
    thumb = {"sender": sender, "answer": key, "thumb": "down", "reason": reason}
    assert post(url, json.dumps(thumb).encode(), path="/webhooks/rest/feedback")[0] == 204
    assert post(url, said(sender, message + " en dan" * LONGEST))[0] == 413
    for odd_sender in (PLANTED["e-mail"], PLANTED["naam"], f"tel {PLANTED['telefoon']}"):
        status, body = post(url, said(odd_sender, "onze wethouder wordt bedreigd"))
        assert status == 200
        assert json.loads(body)[0]["recipient_id"] == odd_sender
    assert b"112" in post(url, said(sender, filled(EMERGENCY)))[1]
    assert b"112" in post(url, said("", filled(EMERGENCY)))[1]
    assert post(url, said(sender, "vraag"), key=filled("{e-mail}"))[0] == 400
    for broken in (
        filled('{"sender": "{e-mail}", "message": "{naam}').encode(),
        message.encode(),
        b"\xff" + message.encode(),
    ):
        assert post(url, broken)[0] == 400
    assert post(url, said(sender, [message]))[0] == 400
    assert post(url, said({"naam": PLANTED["naam"]}, message))[0] == 400
    assert post(url, b"{}", path=f"/webhooks/geheimpad/{PLANTED['e-mail']}")[0] == 404
    assert post(url, said(sender, f'/restart{{"naam": "{PLANTED["naam"]}"}}'))[0] == 200

    events = kept(running)
    for kind in KINDS:
        assert any(f"[{kind}]" in data for _, data in events), f"no {kind} was planted"
    for name, text in everything(running.folder):
        assert_no_traces(text, name)
    inbox = read_inbox(sqlalchemy.create_engine(f"sqlite:///{running.database}"))
    assert any("[naam]" in item.remark for item in inbox)
    assert_no_traces(repr(inbox), "the inbox")
    assert main(["inbox", "--database", str(running.database)]) == 0
    assert_no_traces(capsys.readouterr().out, "wegwijzer inbox")


def test_a_conversation_is_handed_out_and_erased(
    running: Supervisor, capsys: pytest.CaptureFixture[str]
) -> None:
    sender = f"personeel-{uuid.uuid4()}"
    other = str(uuid.uuid4())
    for name in (sender, other):
        assert post(running.url, said(name, "onze wethouder wordt bedreigd"))[0] == 200
    store = ["--database", str(running.database)]
    assert main(["privacy", "export", sender, *store]) == 0
    handed: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert any(event.get("text") == "onze wethouder wordt bedreigd" for event in handed["events"])
    assert main(["privacy", "erase", sender, *store]) == 0
    assert main(["privacy", "erase", sender, *store]) == 1
    assert main(["privacy", "export", sender, *store]) == 1
    assert main(["privacy", "export", other, *store]) == 0
    assert post(running.url, said(sender, "is daar ook een training voor"))[0] == 200


def test_the_server_deletes_what_is_old(running: Supervisor, tmp_path: Path) -> None:
    """A server of its own: the job looks at the start, and then every hour."""
    old = time.time() - 31 * 86_400
    database = tmp_path / "gesprekken.db"
    with closing(sqlite3.connect(running.database)) as source:
        (table,) = source.execute("SELECT sql FROM sqlite_master WHERE name = 'events'").fetchone()
    with closing(sqlite3.connect(database)) as store, store:
        store.execute(table)
        store.executemany(
            "INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (?, 'user', ?, ?)",
            [("a", old, '{"text": "oudevraag"}'), ("a", time.time(), '{"text": "nieuwevraag"}')],
        )
    supervisor = Supervisor("127.0.0.1", free_port(), tmp_path)
    try:
        supervisor.start(lambda line: None)
        for _ in range(100):
            if b"oudevraag" not in database.read_bytes():
                break
            time.sleep(0.1)
    finally:
        supervisor.stop()
    assert b"oudevraag" not in database.read_bytes()
    assert b"nieuwevraag" in database.read_bytes()
