"""Which services workers share, from the environment only; without any, one machine needs none."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Optional
from urllib.parse import SplitResult, unquote, urlsplit

from wegwijzer import paths, pseudonyms
from wegwijzer.errors import SetupError
from wegwijzer.secrecy import check_secret

DATABASE = "WEGWIJZER_DATABASE_URL"
"""PostgreSQL for conversations, for example postgresql://name:password@host/wegwijzer?sslmode=verify-full."""
REDIS = "WEGWIJZER_REDIS_URL"
"""Redis for locks, keys and limits, for example rediss://:password@host:6379/0."""
BROKER = "WEGWIJZER_BROKER_URL"
"""RabbitMQ for a copy of every event, for example amqps://name:password@host/."""
WORKERS = "WEGWIJZER_WORKERS"
"""How many Rasa processes answer on this machine; more than one needs REDIS."""
MOST_WORKERS = 64
_SHORTEST = 20
"""Fewest characters of a password to another machine; who guesses, asks that machine each time."""
_SCHEMES = {
    DATABASE: ("postgresql", "postgres"),
    REDIS: ("redis", "rediss", "unix"),
    BROKER: ("amqp", "amqps"),
}


@dataclass(frozen=True)
class Stores:
    """Addresses with their passwords: never to be logged.

    Attributes:
        database: URL of PostgreSQL, or '' for the SQLite file of this machine.
        redis: URL of Redis, or '' for this process's memory.
        broker: URL of RabbitMQ, or '' for none.
    """

    database: str = ""
    redis: str = ""
    broker: str = ""

    def __repr__(self) -> str:
        """Returns which are set, without their passwords."""
        return f"Stores(database={bool(self.database)}, redis={bool(self.redis)}, broker={bool(self.broker)})"


def read_stores(environment: Mapping[str, str]) -> Stores:
    """Reads which services are shared.

    Args:
        environment: whose DATABASE, REDIS and BROKER count.

    Raises:
        SetupError: when one is no address of its service, has no password or a weak one on another machine, or
            when workers share a service without sharing the key of pseudonyms.py.
    """
    given = {name: environment.get(name, "").strip() for name in _SCHEMES}
    for name, url in given.items():
        if url:
            _check(name, url)
    if (given[DATABASE] or given[REDIS]) and not environment.get(pseudonyms.VARIABLE, "").strip():
        raise SetupError(
            f"{DATABASE} en {REDIS} vragen {pseudonyms.VARIABLE}: alle servers moeten dezelfde sleutel hebben; "
            "maak er een met 'openssl rand -hex 32'"
        )
    database = given[DATABASE]
    if database.startswith("postgres:"):
        database = database.replace("postgres:", "postgresql:", 1)
    return Stores(database, given[REDIS], given[BROKER])


def database_file(environment: Mapping[str, str], root: Path = paths.ROOT) -> Path:
    """Returns the SQLite file of this machine, also when another store is in use."""
    return Path(environment.get("WEGWIJZER_DATABASE") or root / "var" / "gesprekken.db")


def database_url(environment: Mapping[str, str]) -> str:
    """Returns SQLAlchemy's URL of the tracker store, with its password.

    Args:
        environment: what read_stores() reads; WEGWIJZER_DATABASE names the SQLite file when there is no other.
    """
    return read_stores(environment).database or f"sqlite:///{database_file(environment)}"


def read_workers(environment: Mapping[str, str]) -> int:
    """Returns how many Rasa processes answer on this machine.

    Raises:
        SetupError: when it is no such number, or more than one without a Redis to share.
    """
    text = environment.get(WORKERS, "").strip() or "1"
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_WORKERS):
        raise SetupError(
            f"{WORKERS}: '{text}' is geen aantal; geef een getal van 1 tot en met {MOST_WORKERS}"
        )
    if int(text) > 1 and not read_stores(environment).redis:
        raise SetupError(f"{WORKERS}={text} vraagt {REDIS}: werkers delen daarin wie aan de beurt is")
    return int(text)


def _check(name: str, url: str) -> None:
    schemes = _SCHEMES[name]
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise SetupError(f"{name} is geen adres; geef {schemes[0]}://naam:wachtwoord@machine:poort") from None
    if parts.scheme not in schemes or not (parts.hostname or parts.scheme == "unix"):
        raise SetupError(f"{name} is geen adres; geef {schemes[0]}://naam:wachtwoord@machine:poort")
    if not parts.password and not _is_here(parts) and not _has_certificate(name, parts):
        raise SetupError(
            f"{name} heeft geen wachtwoord, en wijst naar een andere machine; zet het wachtwoord in het adres"
        )
    if parts.password and not _is_here(parts):
        check_secret(f"het wachtwoord in {name}", unquote(parts.password), _SHORTEST)


def _has_certificate(name: str, parts: SplitResult) -> bool:
    """Whether a client's certificate takes the place of a password."""
    return name == DATABASE and "sslcert=" in parts.query


def _is_here(parts: SplitResult) -> bool:
    host: Optional[str] = parts.hostname
    if parts.scheme == "unix" or host in (None, "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False
