"""The form of a line in a log: words for people, or JSON for a system that collects logs.

A line has a moment, a level, a logger, an event and the fields of FIELDS; the request that is being answered
is added to it. Rasa's own lines are kept to their event, because their other fields may hold a message.
"""

from __future__ import annotations

import json
import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Mapping, MutableMapping

import structlog

from wegwijzer.errors import SetupError
from wegwijzer.request_ids import FIELD, current

VARIABLE = "WEGWIJZER_LOG"
"""Environment variable: 'json', or 'tekst' as without it."""
FIELDS = ("method", "path", "status", "milliseconds", "kind", "check", "error", "retries")
"""Fields of our own lines beside the request id; none holds what somebody typed."""
_BYTES, _FILES = 10_000_000, 3
_Event = MutableMapping[str, Any]


def wants_json(environment: Mapping[str, str]) -> bool:
    """Returns whether lines are JSON.

    Raises:
        SetupError: when VARIABLE is something else than 'json' or 'tekst'.
    """
    given = environment.get(VARIABLE, "").strip().lower() or "tekst"
    if given not in ("json", "tekst"):
        raise SetupError(f"{VARIABLE}='{given}' is onbekend; kies 'json' of 'tekst'")
    return given == "json"


def formatter(as_json: bool) -> logging.Formatter:
    """Returns what makes a line of a record of logging."""
    render = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False, pad_event=0)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            _only_the_event,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(allow=(FIELD, *FIELDS)),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _request,
            _error,
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
    )


def use_everywhere(as_json: bool) -> None:
    """Gives every handler of the root logger this form; makes one when there is none."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
    form = formatter(as_json)
    for handler in root.handlers:
        handler.setFormatter(form)
    # Not Rasa's or a library's chatter, but our own line for each request.
    logging.getLogger("wegwijzer").setLevel(logging.INFO)


def log_to_file(file: Path, as_json: bool) -> logging.Handler:
    """Adds a handler to our own logger that writes to a file, which is renewed when it is large."""
    handler = RotatingFileHandler(file, maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8")
    handler.setFormatter(formatter(as_json))
    logger = logging.getLogger("wegwijzer")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    return handler


def _only_the_event(logger: Any, name: str, event: _Event) -> _Event:
    """Keeps of a line that Rasa rendered itself what happened, without its fields."""
    text = event.get("event")
    if isinstance(text, str) and text.startswith("{") and event["_record"].name.split(".")[0] == "rasa":
        try:
            rendered = json.loads(text)
        except ValueError:
            return event
        if isinstance(rendered, dict):
            event["event"] = str(rendered.get("event", ""))
    return event


def _request(logger: Any, name: str, event: _Event) -> _Event:
    if FIELD not in event and current.get():
        event[FIELD] = current.get()
    return event


def _error(logger: Any, name: str, event: _Event) -> _Event:
    """Adds where an error came from, as redacted_logs.py left it on the record."""
    told = event["_record"].exc_text
    if told:
        event["exception"] = told
    return event
