"""How the tracker store's database is opened: the SQLite file of this machine, or PostgreSQL.

A database that is gone is noticed in seconds, and one that came back is used again at once.
"""

from __future__ import annotations

import os
from typing import Any

import sqlalchemy
from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import URL, make_url

from wegwijzer.errors import SetupError

CONNECT_SECONDS = 3
"""How long a connection may take to be made."""
STATEMENT_SECONDS = 10
"""How long one statement may take; a turn takes a few milliseconds."""
POOL_SIZE = 8
"""Connections of one worker at most."""


def open_engine(url: str) -> Engine:
    """Returns the engine of a database; connects nothing.

    Args:
        url: SQLAlchemy's, with the password.

    Raises:
        SetupError: when it is none.
    """
    try:
        parsed = make_url(url)
        return sqlalchemy.create_engine(parsed, **_options(parsed))
    except (sqlalchemy.exc.ArgumentError, ImportError, ValueError) as error:
        place = url.split("@")[-1].split("?")[0]
        raise SetupError(f"'{place}' is geen database die hier te openen is: {error}") from None


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() != "postgresql":
        return {}
    schema = os.environ.get("POSTGRESQL_SCHEMA", "").strip()
    search = f" -csearch_path={schema}" if schema else ""
    arguments = {
        "connect_timeout": CONNECT_SECONDS,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 2,
        "tcp_user_timeout": STATEMENT_SECONDS * 1000,
        "options": f"-cstatement_timeout={STATEMENT_SECONDS}s -clock_timeout={STATEMENT_SECONDS}s{search}",
        "application_name": "wegwijzer",
    }
    given = set(url.query)
    return {
        "connect_args": {name: value for name, value in arguments.items() if name not in given},
        "pool_pre_ping": True,
        "pool_size": POOL_SIZE,
        "max_overflow": 0,
        "pool_timeout": CONNECT_SECONDS,
        "pool_recycle": 1800,
    }
