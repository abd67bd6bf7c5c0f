"""Lines in logs: their two forms, the request they belong to, and what is kept out of them."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path
from typing import Iterator

import pytest

from wegwijzer import request_ids
from wegwijzer.errors import SetupError
from wegwijzer.redacted_logs import redact_errors
from wegwijzer.structured_logs import formatter, log_to_file, wants_json

REQUEST = "0b54e29b-7a3e-4f0e-9d3b-0a8f4a0f1c11"


class Log:
    """What a logger writes in one of the forms."""

    def __init__(self, name: str, as_json: bool) -> None:
        self._stream = io.StringIO()
        handler = logging.StreamHandler(self._stream)
        handler.setFormatter(formatter(as_json))
        self.logger = logging.Logger(name)
        self.logger.addHandler(handler)

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def line(self) -> dict[str, object]:
        return dict(json.loads(self.text))


def test_json_has_one_object_a_line() -> None:
    log = Log("wegwijzer.x", as_json=True)
    log.logger.info("answered", extra={"status": 200, "path": "/", request_ids.FIELD: REQUEST})
    assert log.text.count("\n") == 1
    line = log.line
    assert str(line.pop("timestamp")).endswith("Z")
    assert line == {
        "event": "answered",
        "level": "info",
        "logger": "wegwijzer.x",
        "request_id": REQUEST,
        "status": 200,
        "path": "/",
    }


def test_words_have_the_same_in_one_line() -> None:
    log = Log("wegwijzer.x", as_json=False)
    log.logger.warning("answered", extra={"status": 200, request_ids.FIELD: REQUEST})
    assert log.text.count("\n") == 1
    for part in ("answered", "status=200", f"request_id={REQUEST}", "warning", "wegwijzer.x"):
        assert part in log.text
    assert "\x1b" not in log.text


def test_a_line_cannot_be_forged_by_what_is_in_it() -> None:
    log = Log("x", as_json=True)
    log.logger.info('kwaad\n{"event": "answered", "level": "info"}')
    assert log.text.count("\n") == 1


def test_the_request_at_hand_is_added() -> None:
    log = Log("rasa.core", as_json=True)
    token = request_ids.current.set(REQUEST)
    try:
        log.logger.info("something")
    finally:
        request_ids.current.reset(token)
    assert log.line["request_id"] == REQUEST


def test_other_fields_stay_out() -> None:
    log = Log("wegwijzer.x", as_json=True)
    log.logger.info("answered", extra={"text": "geheim", "sender": "geheim", "ip": "203.0.113.7"})
    assert "geheim" not in log.text and "203.0.113.7" not in log.text


def test_of_rasas_own_lines_the_event_stays() -> None:
    log = Log("rasa.core.processor", as_json=True)
    log.logger.warning(json.dumps({"event": "processor.slots", "slot_values": "geheim", "text": "geheim"}))
    assert log.line["event"] == "processor.slots"
    assert "geheim" not in log.text
    other = Log("rasa.core.processor", as_json=True)
    other.logger.warning("{geen json")
    assert other.line["event"] == "{geen json"


def test_an_error_is_told_by_where_it_was() -> None:
    log = Log("wegwijzer.x", as_json=True)
    record = logging.LogRecord("wegwijzer.x", logging.ERROR, "", 1, "a turn failed", (), None)
    record.exc_text = "Traceback: builtins.KeyError"
    log.logger.handle(record)
    assert log.line["exception"] == "Traceback: builtins.KeyError"


@pytest.fixture
def factory() -> Iterator[None]:
    before = logging.getLogRecordFactory()
    access = logging.getLogger("sanic.access")
    disabled = access.disabled
    yield
    logging.setLogRecordFactory(before)
    access.disabled = disabled


def test_the_action_server_tells_nothing_of_a_failed_request(factory: None) -> None:
    redact_errors()
    log = Log("rasa_sdk.endpoint", as_json=True)
    typed = "ge" + "heim"
    try:
        raise ValueError(typed)
    except ValueError as error:
        log.logger.error(f"Exception occurred during execution of request <{typed}>", exc_info=error)
    assert typed not in log.text and "builtins.ValueError" in str(log.line["exception"])


def test_a_log_in_a_file(tmp_path: Path) -> None:
    handler = log_to_file(tmp_path / "proxy.log", as_json=True)
    try:
        logging.getLogger("wegwijzer.reverse_proxy").info("answered", extra={"status": 200})
    finally:
        logging.getLogger("wegwijzer").removeHandler(handler)
        handler.close()
    assert json.loads((tmp_path / "proxy.log").read_text())["status"] == 200


def test_the_form_is_chosen_in_the_environment() -> None:
    assert not wants_json({}) and not wants_json({"WEGWIJZER_LOG": "tekst"})
    assert wants_json({"WEGWIJZER_LOG": "JSON"})
    with pytest.raises(SetupError, match="WEGWIJZER_LOG"):
        wants_json({"WEGWIJZER_LOG": "xml"})
