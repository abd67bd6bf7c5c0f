"""Keeps what users type and where they are out of the logs of this process.

Rasa itself sees redacted text only, so what it logs holds nothing else. What is left are
errors raised before redaction and by the web server: libraries put what they choke on into
the texts of their errors, and the web server logs paths and addresses.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any, Callable, Optional

from wegwijzer.redaction import Redactor

_WEB_SERVER = "sanic"


def redact_logs(redactor: Redactor) -> None:
    """From here on: errors are logged without their texts, the web server's lines redacted, requests not at all.

    Args:
        redactor: takes personal data out of a line.
    """
    _use(lambda line: redactor.redact(line).text)


def redact_errors() -> None:
    """The same for a process that has no redactor: of a failed request only the fact and the place stay."""
    _use(None)


def _use(redact: Optional[Callable[[str], str]]) -> None:
    make = logging.getLogRecordFactory()
    if getattr(make, "redacts", False):
        return

    def made(*values: Any, **named: Any) -> logging.LogRecord:
        record = make(*values, **named)
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text, record.exc_info = told(record.exc_info[1]), None
            if redact is None:
                record.msg, record.args = "a request failed", ()
        if redact is not None and (record.name or "").split(".")[0] == _WEB_SERVER:
            record.msg, record.args = redact(record.getMessage()), ()
        return record

    made.redacts = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(made)
    logging.getLogger(f"{_WEB_SERVER}.access").disabled = True


def told(error: BaseException) -> str:
    """Returns where an error came from and of what kind it is; its text only when the system wrote that."""
    texts = []
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        kind = f"{type(cause).__module__}.{type(cause).__qualname__}"
        text = f": {cause.strerror}" if isinstance(cause, OSError) and cause.strerror else ""
        texts.append("".join(traceback.format_tb(cause.__traceback__)) + kind + text)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "Traceback (most recent call last):\n" + "\nwhile handling:\n".join(texts)
