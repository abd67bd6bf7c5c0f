"""The environment of the processes that Wegwijzer starts."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Mapping


def quiet_environment(*folders: Path) -> dict[str, str]:
    """Returns this environment with the folders on Python's path, without telemetry and chatter."""
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, folders)),
        "PYTHONWARNINGS": "ignore",
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


@contextmanager
def borrowed_environment(more: Mapping[str, str]) -> Iterator[None]:
    """Lets this process, and what it starts, have a larger environment for a while."""
    before = dict(os.environ)
    os.environ.update(more)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
