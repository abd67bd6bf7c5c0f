"""Fuzzing: inputs that nobody would think of, for the channel, the proxy, the workbench and the running system.

    python -m tests.fuzzing --inputs 12000 --real 300

No answer may be a failure of the server (5xx), hold a traceback or leave one in a log; every refusal of the
chat fits the contract. The channel has a stand-in for Rasa, so that thousands of inputs take a minute.
"""

from __future__ import annotations

import argparse
import http.client
import json
import logging
import os
import socket
import sys
import tempfile
import time
import uuid
from collections import Counter
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Callable, Iterator, Optional
from urllib.parse import quote

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.serving import ASK, JUDGE, InProcess
from tests.studio_tree import Visitor, keep, make_tree
from wegwijzer.answering import check_contract
from wegwijzer.reverse_proxy import Patience, ReverseProxy
from wegwijzer.supervisor import Supervisor, free_port

SHARES = {"channel": 0.55, "proxy": 0.2, "workbench": 0.25}
"""How the inputs are spread."""
_TRACES = ("Traceback (most", "/site-packages/", "sqlalchemy.", "sanic.exceptions", 'File "/', "jinja2.")


def often(*choices: tuple[int, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Returns a choice in which each strategy comes as often as its number says; st.one_of takes a repeated one once."""
    return st.sampled_from([made for times, made in choices for _ in range(times)]).flatmap(lambda made: made)


def exactly(inputs: int) -> Any:
    """Returns the settings for that many inputs; the first that fails is made small and shown."""
    return settings(
        max_examples=inputs,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


class Errors(logging.Handler):
    """Collects what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "sanic.error" and "body not consumed" in record.getMessage():
            return  # Sanic's remark about a GET with a body.
        self.told.append(f"{record.name}: {record.getMessage()} {record.exc_text or record.exc_info or ''}")


@contextmanager
def no_errors() -> Iterator[Errors]:
    """Fails when something was logged as an error."""
    errors = Errors()
    logging.getLogger().addHandler(errors)
    try:
        yield errors
    finally:
        logging.getLogger().removeHandler(errors)
    assert not errors.told, errors.told[:3]


def sound(status: int, body: bytes) -> None:
    """Fails when an answer is a failure or tells of one."""
    text = body.decode("utf-8", "replace")
    assert 200 <= status < 500, (status, text[:300])
    assert not [trace for trace in _TRACES if trace in text], text[:300]


# What is sent.

NASTY = st.sampled_from(
    [
        "/restart",
        '/gevaar{"x": 1}',
        "\u200b/restart",
        "\ud800",
        "\x00",
        "\u202e",
        "' OR 1=1 --",
        "{{7*7}}",
        "${jndi:ldap://x}",
        "%s%n%x",
        "../../etc/passwd",
        "<script>alert(1)</script>",
        "a" * 4001,
        "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 50,
        "e\u0301" * 500,
        "\n" * 300,
        "0612345678 jan@voorbeeld.nl NL91ABNA0417164300 123456782",
        "help er staat nu een man met een mes",
        "ﷺ" * 100,
        "İıſK",
    ]
)
WORDS = st.one_of(
    st.text(st.characters(), max_size=200),
    NASTY,
    st.builds(lambda a, b: a + b, NASTY, st.text(st.characters(exclude_categories=["Cs"]), max_size=30)),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=12,
)
IDENTIFIERS = st.one_of(st.uuids().map(str), WORDS, st.text("0123456789abcdef-", min_size=30, max_size=40))
MESSAGES = st.fixed_dictionaries(
    {"sender": st.one_of(IDENTIFIERS, JSON), "message": st.one_of(WORDS, JSON)},
    optional={"metadata": JSON, "explain": JSON, "slots": JSON, "events": JSON, "input_channel": JSON},
)
THUMBS = st.fixed_dictionaries(
    {
        "sender": IDENTIFIERS,
        "answer": st.one_of(IDENTIFIERS, JSON),
        "thumb": st.one_of(st.sampled_from(["up", "down"]), JSON),
    },
    optional={"reason": st.one_of(WORDS, JSON), "metadata": JSON},
)


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


BODIES = st.one_of(
    MESSAGES.map(encoded),
    MESSAGES.map(encoded),
    THUMBS.map(encoded),
    JSON.map(encoded),
    st.binary(max_size=300),
    st.tuples(MESSAGES.map(encoded), st.integers(0, 400)).map(lambda pair: pair[0][: pair[1]]),
    st.integers(1, 3000).map(lambda depth: b'{"sender":"a","message":' + b"[" * depth),
)
HEADER_TEXTS = st.one_of(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60),
    st.sampled_from(
        ["application/json", "null", "*", "https://kwaad.nl", "Bearer x", "gzip", "chunked", "0", "-1"]
    ),
    st.uuids().map(str),
)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "Origin",
            "Idempotency-Key",
            "Content-Type",
            "Authorization",
            "X-Request-ID",
            "X-Forwarded-For",
            "Accept-Encoding",
            "If-None-Match",
            "Access-Control-Request-Method",
            "Cookie",
            "Range",
        ]
    ),
    HEADER_TEXTS,
    max_size=4,
)
PATHS = st.one_of(
    st.sampled_from([ASK, ASK, ASK, JUDGE, JUDGE]),
    st.sampled_from(
        ["/", "/health", "/metrics", "/webhooks/rest/", "/webhooks/rest/instellingen", "/widget/iframe.html"]
    ),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40).map(lambda text: "/" + text),
)
METHODS = st.sampled_from(
    ["POST", "POST", "POST", "GET", "OPTIONS", "PUT", "DELETE", "HEAD", "PATCH", "TRACE"]
)

GOOD = st.fixed_dictionaries({"sender": st.uuids().map(str), "message": WORDS}, optional={"metadata": JSON})
REQUESTS = st.tuples(METHODS, PATHS, BODIES, HEADERS)
QUESTIONS = st.tuples(
    st.just("POST"), st.just(ASK), GOOD.map(encoded), HEADERS.filter(lambda headers: "Origin" not in headers)
)


def send(port: int, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """Sends one request on a connection of its own."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        reply = connection.getresponse()
        return reply.status, reply.read()


def fuzz_channel(inputs: int, folder: Path) -> None:
    """Sends requests to the channels, with a stand-in for Rasa."""
    server = InProcess(folder)
    seen: Counter[str] = Counter()

    @exactly(inputs)
    @given(st.one_of(REQUESTS, QUESTIONS))
    def one(request: tuple[str, str, bytes, dict[str, str]]) -> None:
        method, path, body, headers = request
        status, answer = send(server.port, method, path, body, headers)
        sound(status, answer)
        if status >= 400 and method != "HEAD":
            for message in json.loads(answer):
                check_contract(message["custom"])
                assert message["text"]
        if status == 200 and method == "POST" and path == ASK:
            seen["answers"] += 1
            for message in json.loads(answer):
                check_contract(message["custom"])

    try:
        with no_errors():
            one()
        assert seen["answers"] > inputs / 4, "hardly anything was a message"
        for message in server.agent.received:
            assert not message.text.strip().startswith("/")
    finally:
        server.stop()


LINES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            b"Content-Length: 5",
            b"Content-Length: -5",
            b"Content-Length: 99999999999999999999",
            b"Content-Length: 5, 6",
            b"Transfer-Encoding: chunked",
            b"Transfer-Encoding: gzip, chunked",
            b"Transfer-Encoding : chunked",
            b"Host: x",
            b"Host: y",
            b"Expect: 100-continue",
            b"Connection: close, content-length",
            b"Connection: Upgrade",
            b"Upgrade: websocket",
            b"X: \x00",
            b" gevouwen",
            b"X-Forwarded-For: 6.6.6.6",
        ]
    ),
)
FIRST = st.one_of(
    st.binary(max_size=60),
    st.builds(
        lambda method, path, version: b" ".join((method, path, version)),
        st.sampled_from([b"GET", b"POST", b"HEAD", b"PRI", b"CONNECT", b"\x00", b"get"]),
        st.one_of(
            st.sampled_from([b"/", ASK.encode(), b"*", b"http://kwaad.nl/", b"//x", b"/widget/../x"]),
            st.binary(max_size=20),
        ),
        st.sampled_from([b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/1.1.1", b""]),
    ),
)
RAW = st.builds(
    lambda first, lines, body: b"\r\n".join((first, *lines)) + b"\r\n\r\n" + body,
    FIRST,
    st.lists(LINES, max_size=5),
    st.one_of(
        st.binary(max_size=100),
        st.just(b"5\r\nhallo\r\n0\r\n\r\n"),
        st.just(b"ffffffffffffffff\r\n"),
        st.just(b"zz\r\n"),
    ),
)


def fuzz_proxy(inputs: int, folder: Path) -> None:
    """Sends bytes that are hardly HTTP to the proxy, with the channels behind it."""
    server = InProcess(folder)
    port = free_port()
    proxy = ReverseProxy("127.0.0.1", port, False, patience=Patience(headers=0.3, body=0.3, idle=0.3))
    proxy.start()
    proxy.switch(f"http://127.0.0.1:{server.port}")

    @exactly(inputs)
    @given(RAW)
    def one(data: bytes) -> None:
        answer = bytearray()
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            try:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                while block := connection.recv(65536):
                    answer.extend(block)
            except ConnectionError:
                pass
        for line in bytes(answer).split(b"\r\n"):
            if line.startswith(b"HTTP/") and line[9:12].isdigit():
                status = int(line[9:12])
                sound(200 if status == 100 else status, bytes(answer))

    try:
        with no_errors():
            one()
        # It still works for everybody else.
        assert send(port, "GET", "/health", b"", {"Host": "x"})[0] == 200
    finally:
        proxy.stop()
        server.stop()


_ACTIONS = st.sampled_from(["bewaren", "bewaar", "toon", "zoek", "merk", "weg", ""])
FIELDS = st.dictionaries(
    st.sampled_from(
        [
            "vraag",
            "label",
            "kies",
            "actie",
            "sleutel",
            "zoek",
            "organisatie",
            "verschijnsel",
            "woorden",
            "soort",
            "bedoelt",
            "plaats",
            "toch",
            "wijziging",
            "groep",
            "reden",
            "stand",
            "bladzijde",
            "nummer",
            "volgende",
            "naam",
            "code",
            "model",
            "omschrijving",
            "tekst",
            "titel",
            "url",
            "voor",
            "citaat",
            "kop",
            "bewaard",
        ]
    ),
    st.one_of(
        WORDS, _ACTIONS, st.sampled_from(["omo_preventie", "groet", "-1", "0", "1e9", "999999999999", "omo"])
    ),
    max_size=7,
)
KNOWN_PAGES = st.sampled_from(
    [
        "/",
        "/labelen",
        "/voorbeelden",
        "/voorbeelden/aantallen",
        "/voorbeelden/uitschieters",
        "/voorbeelden/dekking",
        "/trainen",
        "/versies",
        "/versies/wijzigingen.patch",
        "/catalogus",
        "/catalogus/omo_preventie",
        "/naam",
        "/toegang",
        "/thema.css",
    ]
)
PAGES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(
        lambda text: f"/catalogus/{quote(text)}"
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(
        lambda text: f"/labelen/bewaard/{quote(text)}"
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(lambda text: f"/{quote(text)}"),
)
FORM_HEADERS = often(
    (7, st.dictionaries(st.sampled_from(["X-Deel", "Referer"]), HEADER_TEXTS)),
    (1, HEADER_TEXTS.map(lambda text: {"Host": text})),
)
_LEFT_ALONE = ("/trainen/start", "/catalogus/links")
"""What starts a training of minutes, or asks websites: not for fuzzing."""


def fuzz_workbench(inputs: int, folder: Path) -> None:
    """Sends forms and addresses to the workbench, as a trainer who is let in."""
    tree = make_tree(folder)
    keep(tree / "var" / "gesprekken.db", [])
    visitor = Visitor(tree)
    client, app = visitor.client, visitor.client.application
    app.config["WTF_CSRF_ENABLED"] = False
    forms = sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.rule not in _LEFT_ALONE
    )
    seen: Counter[int] = Counter()
    posts = st.tuples(
        st.sampled_from(forms),
        st.one_of(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
            st.sampled_from(["omo_preventie", "ja"]),
        ),
    )

    @exactly(inputs)
    @given(
        often((2, KNOWN_PAGES), (1, PAGES), (2, posts)),
        FIELDS,
        FORM_HEADERS,
    )
    def one(page: Any, fields: dict[str, str], headers: dict[str, str]) -> None:
        kept = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
        if isinstance(page, str):
            reply = client.get(page, query_string=kept, headers={"Host": "127.0.0.1:5006", **headers})
        else:
            rule, text = page
            path = rule
            for part in ("<offer>", "<identifier>", "<answer>"):
                path = path.replace(part, quote(text, safe="") or "x")
            if path in _LEFT_ALONE:
                return
            reply = client.post(path, data=kept, headers={"Host": "127.0.0.1:5006", **headers})
        seen[reply.status_code] += 1
        sound(reply.status_code, reply.data)

    with no_errors():
        one()
    past = sum(seen[status] for status in (200, 302, 409, 422))
    assert past > inputs / 10, f"hardly anything came past the door: {seen}"


def fuzz_running(inputs: int, running: Supervisor) -> None:
    """Asks the whole system, model and all, and looks in its logs."""
    senders = [str(uuid.uuid4()) for _ in range(20)]
    logs = [running.folder / name for name in ("rasa.log", "actions.log", "proxy.log")]
    before = [log.stat().st_size for log in logs]

    @exactly(inputs)
    @given(st.sampled_from(senders), WORDS, HEADERS)
    def one(sender: str, text: str, headers: dict[str, str]) -> None:
        status, answer = send(
            running.port, "POST", ASK, encoded({"sender": sender, "message": text}), headers
        )
        sound(status, answer)
        for message in json.loads(answer):
            check_contract(message["custom"])
            assert "storing" not in message["text"]

    one()
    for log, size in zip(logs, before):
        assert b"Traceback (most" not in log.read_bytes()[size:], log.name


KINDS: dict[str, Callable[[int, Path], None]] = {
    "channel": fuzz_channel,
    "proxy": fuzz_proxy,
    "workbench": fuzz_workbench,
}


def main(arguments: Optional[list[str]] = None) -> int:
    """Fuzzes everything and says how many inputs that were."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument(
        "--inputs", type=int, default=12_000, help="for channel, proxy and workbench together"
    )
    parser.add_argument("--real", type=int, default=300, help="for the running system; 0 starts none")
    parser.add_argument("--only", choices=list(KINDS))
    chosen = parser.parse_args(arguments)
    total = 0
    for name, share in SHARES.items():
        if chosen.only in (None, name):
            inputs, started = round(chosen.inputs * share), time.monotonic()
            with tempfile.TemporaryDirectory() as folder:
                KINDS[name](inputs, Path(folder))
            print(
                f"{name}: {inputs} invoeren, geen 5xx, geen traceback ({time.monotonic() - started:.0f} s)",
                flush=True,
            )
            total += inputs
    if chosen.real and chosen.only is None:
        with tempfile.TemporaryDirectory() as folder:
            running, started = Supervisor("127.0.0.1", free_port(), Path(folder)), time.monotonic()
            try:
                running.start(print)
                fuzz_running(chosen.real, running)
            finally:
                running.stop()
        print(f"draaiend systeem: {chosen.real} invoeren ({time.monotonic() - started:.0f} s)", flush=True)
        total += chosen.real
    print(f"samen: {total} invoeren")
    return 0


if __name__ == "__main__":
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    sys.exit(main())
