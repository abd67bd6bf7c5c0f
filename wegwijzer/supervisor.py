"""Starts Rasa and the action server, watches both, restarts one that dies, stops both."""

from __future__ import annotations

import errno
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Callable, Mapping, Optional

from wegwijzer import paths
from wegwijzer.catalogue import read_yaml
from wegwijzer.environment import quiet_environment
from wegwijzer.errors import SetupError
from wegwijzer.limiting import read_limits
from wegwijzer.origins import read_origins
from wegwijzer.pseudonyms import load_pseudonyms
from wegwijzer.retention import retention_days
from wegwijzer.training import MODEL

READY_SECONDS = 180
FIRST_QUESTION = "Onze wethouder wordt bedreigd, waar krijgen we hulp?"
_REASONS = {
    errno.EADDRINUSE: "een ander programma gebruikt hem",
    errno.EACCES: "daar zijn geen rechten voor",
    errno.EPERM: "daar zijn geen rechten voor",
    errno.EROFS: "daar mag alleen gelezen worden",
    errno.ENOSPC: "de schijf is vol",
    errno.EDQUOT: "de schijfruimte is op",
    errno.EFBIG: "het bestand wordt groter dan hier mag",
    errno.EEXIST: "daar staat al een bestand met die naam",
    errno.ENOTDIR: "daar staat een bestand waar een map hoort",
    errno.EISDIR: "daar staat een map waar een bestand hoort",
    errno.EADDRNOTAVAIL: "dat adres is niet van deze machine",
}


def reason(error: OSError) -> str:
    """Returns in Dutch why the system refused something, or else in its own words."""
    known = _REASONS.get(error.errno) if error.errno is not None else None
    return known or error.strerror or str(error)


def free_port() -> int:
    """Returns a port on loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check_port(host: str, port: int) -> None:
    """Raises SetupError when nothing can listen on that port of that address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror:
            raise SetupError(f"adres '{host}' is onbekend; kies een ander met HOST=") from None
        except OSError as error:
            raise SetupError(
                f"poort {port} op {host} is niet vrij: {reason(error)}; kies een andere met PORT="
            ) from None


def check_folder(folder: Path) -> None:
    """Makes the folder when it is not there; raises SetupError when nothing can be written in it."""
    probe = folder / ".schrijfproef"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"\0" * 4096)
        probe.unlink()
    except OSError as error:
        raise SetupError(f"kan niet schrijven in {folder}: {reason(error)}") from None


def check_database(path: Path) -> None:
    """Raises SetupError when the conversations cannot be kept: Rasa itself would go on in memory, silently."""
    try:
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA user_version = 0")
            database.execute("SELECT name FROM sqlite_master").fetchall()
    except sqlite3.Error as error:
        raise SetupError(
            f"de gesprekken kunnen niet worden bewaard in {path}: {error}; "
            "verplaats dat bestand of geef Wegwijzer schrijfrechten"
        ) from None


def check_credentials(path: Path) -> None:
    """Raises SetupError when an origin, a limit or a period in credentials.yml or the environment is none."""
    retention_days(os.environ)
    for settings in (read_yaml(path) or {}).values():
        if isinstance(settings, Mapping):
            read_origins(settings.get("allowed_origins"), os.environ)
            read_limits(settings.get("limits"))


def ask(
    url: str, sender: str, message: str, timeout: float = 30.0, explain: bool = False
) -> list[dict[str, object]]:
    """Posts one message and returns the list of messages that comes back."""
    data = json.dumps({"sender": sender, "message": message, "explain": explain}).encode()
    request = urllib.request.Request(
        f"{url}/webhooks/rest/webhook", data, {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        return list(json.loads(answer.read()))


class Supervisor:
    """Two processes under one foreground command.

    Args:
        host: address that Rasa listens on.
        port: port that Rasa listens on.
        folder: where the database and the logs go.
    """

    def __init__(self, host: str, port: int, folder: Path) -> None:
        self.host, self.port, self.folder = host, port, folder
        self.database = folder / "gesprekken.db"
        self.action_port = free_port()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        """The address to talk to."""
        return f"http://{'127.0.0.1' if self.host == '0.0.0.0' else self.host}:{self.port}"

    def _command(self, name: str) -> list[str]:
        if name == "rasa":
            return [
                sys.executable,
                "-m",
                "rasa",
                "run",
                "--model",
                str(MODEL),
                "--endpoints",
                "endpoints.yml",
                "--credentials",
                "credentials.yml",
                "--interface",
                self.host,
                "--port",
                str(self.port),
            ]
        return [
            sys.executable,
            "-m",
            "rasa_sdk",
            "--actions",
            "actions.answer",
            "--port",
            str(self.action_port),
        ]

    def _start(self, name: str) -> None:
        environment = {
            **quiet_environment(paths.ROOT),
            "WEGWIJZER_ACTION_PORT": str(self.action_port),
            "WEGWIJZER_DATABASE": str(self.database),
            "SANIC_HOST": "127.0.0.1",
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                self._command(name),
                cwd=paths.ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start(self, say: Callable[[str], None]) -> None:
        """Starts both and waits until a real question is answered.

        Raises:
            SetupError: when a port is taken, a setting is wrong, the disk is full or nothing answers in time.
        """
        check_port(self.host, self.port)
        check_credentials(paths.ROOT / "credentials.yml")
        check_folder(self.folder)
        check_database(self.database)
        load_pseudonyms(os.environ, self.folder)
        try:
            for name in ("actions", "rasa"):
                self._start(name)
        except OSError as error:
            raise SetupError(f"kan niet schrijven in {self.folder}: {reason(error)}") from error
        started = time.monotonic()
        while time.monotonic() - started < READY_SECONDS:
            dead = next((n for n, p in self._processes.items() if p.poll() is not None), None)
            if dead:
                raise SetupError(f"'{dead}' stopte bij het starten; zie {self.folder / f'{dead}.log'}")
            if self._answers():
                say(f"Wegwijzer is klaar op {self.url}/ ({time.monotonic() - started:.0f} s)")
                if self._danger_on_signals():
                    say(
                        "Let op: models/gevaar is beschadigd; acuut gevaar wordt alleen aan signaalwoorden "
                        "herkend. Herstel dit met 'wegwijzer train --force'."
                    )
                return
            time.sleep(0.5)
        raise SetupError(f"na {READY_SECONDS} s kwam er geen antwoord; zie {self.folder / 'rasa.log'}")

    def _answers(self) -> bool:
        try:
            messages = ask(self.url, "wegwijzer-start", FIRST_QUESTION)
        except (http.client.HTTPException, OSError, ValueError):
            return False
        # The channel's own answers, for when Rasa has none, have no recipient.
        return any("recipient_id" in message for message in messages)

    def _danger_on_signals(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/webhooks/rest/", timeout=10) as health:
                return bool(json.loads(health.read())["danger"] == "signals")
        except (http.client.HTTPException, OSError, ValueError, KeyError):
            return False

    def watch(self, say: Callable[[str], None], until: Optional[Callable[[], bool]] = None) -> None:
        """Restarts a process that dies, until interrupted or until() is true."""
        while not (until and until()):
            for name, process in list(self._processes.items()):
                code = process.poll()
                if code is not None:
                    say(f"'{name}' stopte (code {code}) en wordt opnieuw gestart")
                    time.sleep(1)
                    self._start(name)
            time.sleep(1)

    def stop(self) -> None:
        """Stops both processes and what they started."""
        for process in self._processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
