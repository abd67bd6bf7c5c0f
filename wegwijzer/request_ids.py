"""One name for a request in the lines of the proxy, the server and the action server.

A name that comes from outside ends up in logs, so that only a random one is taken over: a UUID or
32 hexadecimal digits. Anything else could be somebody's number or words.
"""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar
from typing import Any

HEADER = "X-Request-ID"
FIELD = "request_id"
"""Key in the metadata of a message, and in a line of a log."""
_FORM = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)

current: ContextVar[str] = ContextVar("request_id", default="")
"""The request that is being answered here, or ''."""


def is_request_id(given: Any) -> bool:
    """Returns whether this has the form of a random name."""
    return isinstance(given, str) and _FORM.fullmatch(given) is not None


def accept(given: Any) -> str:
    """Returns the name that was given when it is well formed, in lower case; else a new one."""
    return given.lower() if is_request_id(given) else str(uuid.uuid4())
