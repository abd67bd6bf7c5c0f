"""Where the workbench listens, who may reach it and where it keeps its own things."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Mapping

from wegwijzer import paths
from wegwijzer.errors import SetupError
from wegwijzer.secrecy import check_secret
from wegwijzer.stores.settings import database_file, read_stores

PORT = 5006
TOKEN = "WEGWIJZER_STUDIO_TOKEN"
"""Environment variable with what one has to know to reach the workbench from another machine."""
HOSTS = "WEGWIJZER_STUDIO_HOSTS"
"""Environment variable with names under which the workbench may be asked for, comma separated."""
_SHORTEST_TOKEN = 20
_LOOPBACK_NAMES = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class Settings:
    """How one workbench is set up.

    Attributes:
        host: address to listen on.
        port: port to listen on.
        token: what a browser has to give once, or '' when loopback alone can reach it.
        hosts: names that a request may ask for; any other is refused, so that a website cannot reach the
            workbench by pointing its own name here.
        secret: key that signs the cookie.
        folder: where the workbench keeps what is its own.
        database: Rasa's tracker store on this machine.
        shared_database: URL of the tracker store that machines share, in place of that one, or ''.
    """

    host: str
    port: int
    token: str
    hosts: tuple[str, ...]
    secret: bytes
    folder: Path
    database: Path
    shared_database: str = ""


def is_loopback(host: str) -> bool:
    """Returns whether only this machine can reach that address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_settings(environment: Mapping[str, str], root: Path = paths.ROOT) -> Settings:
    """Reads HOST, PORT, the token and the names from the environment.

    Raises:
        SetupError: when one is wrong, or when other machines could come in without a token.
    """
    host, text = environment.get("HOST") or "127.0.0.1", environment.get("PORT") or str(PORT)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise SetupError(f"PORT='{text}' is geen poort; geef een getal van 1 tot en met 65535")
    token = environment.get(TOKEN, "").strip()
    named = tuple(name.strip().lower() for name in environment.get(HOSTS, "").split(",") if name.strip())
    if token:
        check_secret(TOKEN, token, _SHORTEST_TOKEN)
    if not is_loopback(host):
        if not token:
            raise SetupError(
                f"met HOST={host} kunnen anderen bij de werkbank; zet in {TOKEN} een geheim van minstens "
                f"{_SHORTEST_TOKEN} tekens (python -c 'import secrets; print(secrets.token_urlsafe())')"
            )
        if not named:
            raise SetupError(
                f"zet in {HOSTS} de naam waaronder de werkbank te bereiken is, bijvoorbeeld studio.gemeente.nl"
            )
    folder = root / "var" / "studio"
    return Settings(
        host,
        int(text),
        token,
        (*_LOOPBACK_NAMES, *named),
        _secret(folder / "sleutel"),
        folder,
        database_file(environment, root),
        read_stores(environment).database,
    )


def _secret(path: Path) -> bytes:
    """Returns the key that signs cookies; makes it the first time, readable by this user alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
            made.write(secrets.token_bytes(32))
    except FileExistsError:
        pass
    return path.read_bytes()
