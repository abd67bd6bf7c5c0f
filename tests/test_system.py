"""The whole system over REST: what an official would see."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from contextlib import closing
from typing import Any

import pytest

from wegwijzer.answering import check_contract
from wegwijzer.catalogue import catalogue
from wegwijzer.examples import read_examples
from wegwijzer.supervisor import Supervisor, ask

pytestmark = pytest.mark.slow


def answer(running: Supervisor, text: str, sender: str = "test") -> dict[str, Any]:
    messages: list[dict[str, Any]] = ask(running.url, f"{sender}-{text[:20]}", text)  # type: ignore[assignment]
    for message in messages:
        check_contract(message["custom"])
        assert message["text"].strip()
    return messages[0]


def test_a_threatened_alderman(running: Supervisor) -> None:
    custom = answer(running, "Onze wethouder krijgt doodsbedreigingen via Instagram")["custom"]
    assert custom["offers"][0]["id"] == "weerbaar_bestuur_ondersteuningsteam"


def test_what_a_trainer_labelled_is_answered_so(running: Supervisor) -> None:
    """One example among tens of thousands hardly moves a model; every thousandth of them is asked here."""
    told = [e for e in read_examples() if e.intent in catalogue().offers and len(e.text.split()) >= 6]
    assert len(told) > 10_000
    wrong = {}
    for example in told[::1000]:
        custom = answer(running, example.text, "geleerd")["custom"]
        clear = custom["kind"] == "advice" and custom["offers"][0]["id"] == example.intent
        asked = custom["kind"] == "clarification" and bool(example.also)
        if not (asked if example.also else clear or custom["kind"] == "emergency"):
            wrong[example.text] = custom["kind"]
    assert not wrong


PUPILS = "jongeren op het vmbo raken steeds verder gepolariseerd, docenten weten niet wat ze moeten zeggen"


def test_polarised_pupils(running: Supervisor) -> None:
    custom = answer(running, PUPILS)["custom"]
    assert custom["kind"] in {"advice", "clarification"}
    assert custom["offers"][0]["id"] == "ssv_advies"


def test_polarised_pupils_get_advice_at_once(running: Supervisor) -> None:
    custom = answer(running, PUPILS, "meteen")["custom"]
    assert custom["kind"] == "advice"
    assert {offer["id"].split("_")[0] for offer in custom["offers"][:2]} == {"ssv", "jep"}


def test_a_passport(running: Supervisor) -> None:
    assert answer(running, "paspoort verlengen")["custom"]["kind"] == "out_of_scope"


def test_acute_danger_starts_with_112(running: Supervisor) -> None:
    reply = answer(running, "help er staat een man met een mes bij de balie")
    assert reply["custom"]["kind"] == "emergency"
    assert "112" in reply["text"].splitlines()[0]


def test_danger_in_a_message_that_is_too_long(running: Supervisor) -> None:
    text = "help er staat nu een man met een mes voor de deur " + "en nog iets " * 1000
    assert answer(running, text)["custom"]["kind"] == "emergency"


@pytest.mark.parametrize(
    "text",
    ["/restart", '/omo_preventie{"functie":"x"}', "<script>alert(1)</script> hallo", "hello how are you"],
)
def test_odd_text_is_only_text(running: Supervisor, text: str) -> None:
    assert answer(running, text)["custom"]["kind"]


@pytest.mark.parametrize(
    ("body", "status"), [(b"geen json", 400), (b"[]", 400), (b'{"sender":"a","message":7}', 400)]
)
def test_malformed_requests(running: Supervisor, body: bytes, status: int) -> None:
    request = urllib.request.Request(
        f"{running.url}/webhooks/rest/webhook", body, {"Content-Type": "application/json"}, method="POST"
    )
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request)
    assert error.value.code == status
    assert "Traceback" not in error.value.read().decode()


def test_personal_data_do_not_reach_the_tracker(running: Supervisor) -> None:
    ask(running.url, "privacy", "onze wethouder wordt bedreigd, mail jan@voorbeeld.nl of bel 0612345678")
    stored = b"".join(p.read_bytes() for p in running.folder.iterdir() if p.is_file())
    assert b"jan@voorbeeld.nl" not in stored
    assert b"0612345678" not in stored
    assert b"[telefoon]" in stored


def test_the_page_is_served_at_the_root(running: Supervisor) -> None:
    with urllib.request.urlopen(running.url + "/") as page:
        assert "Content-Security-Policy" in page.headers
        assert b"<html" in page.read()
    for part in ("wegwijzer-chat.js", "pagina.css", "icoon.svg", "wegwijzer-chat.licenties.md"):
        with urllib.request.urlopen(f"{running.url}/widget/{part}") as file:
            assert file.status == 200


def test_the_action_server_keeps_a_connection_longer_than_rasa_leaves_it_idle(running: Supervisor) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", running.pair.action_port, timeout=10)) as connection:
        connection.auto_open = 0
        connection.connect()
        for pause in (0, 7):
            time.sleep(pause)
            connection.request("GET", "/health")
            assert connection.getresponse().read()


def test_a_conversation_survives_the_action_server(running: Supervisor) -> None:
    first = ask(running.url, "overleving", "Onze wethouder krijgt doodsbedreigingen via Instagram")
    assert first[0]["custom"]["offers"]  # type: ignore[index]
    process = running.pair.processes["actions"]
    process.kill()
    process.wait()
    with pytest.raises(urllib.error.HTTPError) as gone:
        ask(running.url, "overleving", "is daar ook een training voor?")
    assert gone.value.code == 503 and gone.value.headers["Retry-After"]
    assert "storing" in json.loads(gone.value.read())[0]["text"]
    acute = ask(running.url, "overleving", "help hij komt nu met een mes binnen")
    assert acute[0]["custom"]["kind"] == "emergency"  # type: ignore[index]
    running.pair.start("actions")
    for _ in range(60):
        try:
            again = ask(running.url, "overleving", "is daar ook een training voor?")
            break
        except urllib.error.HTTPError:
            time.sleep(0.5)
    assert again[0]["custom"]["offers"][0]["id"] == "weerbaar_bestuur_preventie"  # type: ignore[index]
