"""Logs hold no words of users and no addresses of clients."""

from __future__ import annotations

import io
import logging
from typing import Iterator

import pytest

from wegwijzer.catalogue import catalogue
from wegwijzer.language import BLANK, load_language
from wegwijzer.redacted_logs import redact_logs
from wegwijzer.redaction import Redactor

MAIL, NUMBER = "jan@voorbeeld.nl", "0612345678"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    before, access = logging.getLogRecordFactory(), logging.getLogger("sanic.access")
    disabled = access.disabled
    redact_logs(Redactor(catalogue(), load_language(BLANK)))
    redact_logs(Redactor(catalogue(), load_language(BLANK)))
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)
    logging.setLogRecordFactory(before)
    access.disabled = disabled


def test_an_error_is_told_without_its_text(log: io.StringIO) -> None:
    try:
        try:
            int(MAIL)
        except ValueError as error:
            raise KeyError(NUMBER) from error
    except KeyError:
        logging.getLogger("wegwijzer.danger").error("the model failed", exc_info=True)
    told = log.getvalue()
    assert "the model failed" in told and "test_redacted_logs.py" in told
    assert "builtins.KeyError" in told and "builtins.ValueError" in told
    assert MAIL not in told and NUMBER not in told


def test_what_the_system_says_stays(log: io.StringIO) -> None:
    try:
        open(f"/bestaat/niet/{MAIL}")
    except OSError:
        logging.getLogger("x").error("niet gelukt", exc_info=True)
    assert "No such file" in log.getvalue()
    assert MAIL not in log.getvalue()


def test_the_web_server_tells_no_paths_with_data_and_no_requests(log: io.StringIO) -> None:
    logging.getLogger("sanic.error").error("GET /%s", MAIL)
    logging.getLogger("sanic.access").error("10.1.2.3 GET /")
    assert "[e-mail]" in log.getvalue()
    assert "10.1.2.3" not in log.getvalue()


def test_other_lines_stay_as_they_are(log: io.StringIO) -> None:
    logging.getLogger("rasa.x").warning("model %s loaded", "nl_core_news_sm")
    assert "model nl_core_news_sm loaded" in log.getvalue()
