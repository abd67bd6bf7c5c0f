"""Starts Rasa and the action server, watches both, restarts one that dies, goes over to another model.

Rasa, once or several times, and its action server with one model are a pair on ports of their own; the one port
of Wegwijzer is held by a reverse proxy that passes requests to the pair in use (docs/adr/0010, 0014).
"""

from __future__ import annotations

import errno
import http.client
import json
import logging
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from contextlib import closing
from pathlib import Path
from typing import IO, TYPE_CHECKING, Callable, Mapping, Optional

from prometheus_client import generate_latest
from sqlalchemy.exc import SQLAlchemyError

from wegwijzer import paths
from wegwijzer.catalogue import read_yaml
from wegwijzer.environment import quiet_environment
from wegwijzer.errors import ModelError, SetupError, WegwijzerError
from wegwijzer.intranet_token import read_token_check
from wegwijzer.limiting import read_limits
from wegwijzer.metrics import FOLDER, PROXY, figures_of, read_access
from wegwijzer.metrics import MODEL as MODEL_NAME
from wegwijzer.origins import read_origins
from wegwijzer.pseudonyms import load_pseudonyms
from wegwijzer.retention import retention_days
from wegwijzer.reverse_proxy import Metrics, ReverseProxy
from wegwijzer.secrecy import check_no_secrets
from wegwijzer.stores.engines import open_engine
from wegwijzer.stores.settings import DATABASE as DATABASE_URL
from wegwijzer.stores.settings import read_stores, read_workers
from wegwijzer.structured_logs import log_to_file, wants_json
from wegwijzer.training import MODEL
from wegwijzer.workbench.model_files import ModelFiles
from wegwijzer.workbench.serving import Serving, claim

if TYPE_CHECKING:
    from wegwijzer.workbench.models import Archive

READY_SECONDS = 180
DRAIN_SECONDS = 60.0
"""How long the model before is given to answer its last questions."""
_LOOK_SECONDS = 5.0
"""How long a Rasa that was started again, or the action server, gets to answer, each time it is looked at."""
_HEAR_SECONDS = 10.0
"""How often the action server is asked whether it still hears."""
_DEAF = 4
"""After this many questions in a row without an answer the action server hangs, and is killed."""
DATABASE = "gesprekken.db"
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
    """Raises SetupError when a setting in credentials.yml or the environment is wrong, or a secret is weak."""
    retention_days(os.environ)
    read_workers(os.environ)
    read_stores(os.environ)
    read_token_check(os.environ)
    read_access(os.environ)
    wants_json(os.environ)
    for file in (path, path.with_name("endpoints.yml")):
        if file.exists():
            check_no_secrets(file)
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


def figures_folder(folder: Path) -> Path:
    """Returns where the server processes keep what they count."""
    return folder / "metrics"


class _Pair:
    """Rasa, once or several times, and its action server with one model.

    Args:
        model: the model's id in the archive, '' for the tree's own.
        files: its parts, or None for the tree's own.
        folder: where the database and the logs are.
        workers: how many Rasa processes; named rasa, rasa-2, rasa-3.
    """

    def __init__(self, model: str, files: Optional[ModelFiles], folder: Path, workers: int = 1) -> None:
        self.model = model
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._folder = folder
        self.action_port = free_port()
        self._restarted: set[str] = set()
        self._not_heard: Optional[int] = None
        self._next_hearing = 0.0
        self._ports = {f"rasa-{n}" if n > 1 else "rasa": free_port() for n in range(1, workers + 1)}
        self._rasa = MODEL if files is None else files.rasa
        named = (
            {}
            if files is None
            else {"WEGWIJZER_DANGER_MODEL": str(files.danger), "WEGWIJZER_THRESHOLDS": str(files.thresholds)}
        )

        # A process that is started again gets what it had.
        self._environment = {
            **quiet_environment(paths.ROOT),
            **named,
            "WEGWIJZER_ACTION_PORT": str(self.action_port),
            "WEGWIJZER_DATABASE": str(self._folder / DATABASE),
            FOLDER: str(figures_folder(self._folder)),
            MODEL_NAME: self.model,
            "SANIC_HOST": "127.0.0.1",
            "SANIC_PROXIES_COUNT": str(proxies_before() + 1),
            # Rasa keeps a connection to the action server for 15 s. Sanic's 5 s would close it now and then
            # just when a question goes out, and that question would be lost.
            "SANIC_KEEP_ALIVE_TIMEOUT": "60",
        }

    @property
    def urls(self) -> tuple[str, ...]:
        """Where each Rasa listens, for this machine only."""
        return tuple(map(self._url, self._ports))

    @property
    def answering(self) -> tuple[str, ...]:
        """Where questions can go: to each Rasa that answered, or to all when none did, for these still know danger."""
        return tuple(self._url(name) for name in self._ports if name not in self._restarted) or self.urls

    def _url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._ports[name]}"

    def _command(self, name: str) -> list[str]:
        if name in self._ports:
            return [
                sys.executable,
                "-m",
                "rasa",
                "run",
                "--model",
                str(self._rasa),
                "--endpoints",
                "endpoints.yml",
                "--credentials",
                "credentials.yml",
                "--interface",
                "127.0.0.1",
                "--port",
                str(self._ports[name]),
            ]
        return [
            sys.executable,
            "-m",
            "actions",
            "--port",
            str(self.action_port),
        ]

    def start(self, name: str) -> None:
        """Starts one of the processes."""
        if name == "actions":
            self._not_heard = None
        with (self._folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self._command(name),
                cwd=paths.ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_both(self, stopping: threading.Event) -> float:
        """Starts all and waits until each Rasa answers a real question; returns how many seconds that took.

        Raises:
            SetupError: when nothing answers in time, or when `stopping` is set.
        """
        try:
            for name in ("actions", *self._ports):
                self.start(name)
        except OSError as error:
            raise SetupError(f"kan niet schrijven in {self._folder}: {reason(error)}") from error
        started = time.monotonic()
        while time.monotonic() - started < READY_SECONDS:
            dead = next((n for n, p in self.processes.items() if p.poll() is not None), None)
            if dead:
                raise SetupError(f"'{dead}' stopte bij het starten; zie {self._folder / f'{dead}.log'}")
            if self._answers():
                return time.monotonic() - started
            if stopping.wait(0.5):
                raise SetupError("Wegwijzer werd gestopt")
        raise SetupError(f"na {READY_SECONDS} s kwam er geen antwoord; zie {self._folder / 'rasa.log'}")

    def _answers(self) -> bool:
        return all(map(_answers, self.urls))

    def danger_on_signals(self) -> bool:
        """Returns whether the trained danger decision could not be loaded."""
        try:
            with urllib.request.urlopen(f"{self.urls[0]}/webhooks/rest/", timeout=10) as health:
                return bool(json.loads(health.read())["danger"] == "signals")
        except (http.client.HTTPException, OSError, ValueError, KeyError):
            return False

    def restart_dead(self, say: Callable[[str], None]) -> None:
        """Starts a process again that died, or an action server that hangs; sees whether a Rasa answers by now."""
        self._kill_hung(say)
        for name, process in list(self.processes.items()):
            code = process.poll()
            if code is not None:
                say(f"'{name}' stopte (code {code}) en wordt opnieuw gestart")
                time.sleep(1)
                if name in self._ports:
                    self._restarted.add(name)
                self.start(name)
        for name in list(self._restarted):
            if _answers(self._url(name), _LOOK_SECONDS):
                self._restarted.remove(name)
                say(f"'{name}' antwoordt weer")

    def _kill_hung(self, say: Callable[[str], None]) -> None:
        """Kills an action server that answered since it started and then did not, several times in a row."""
        process = self.processes["actions"]
        if time.monotonic() < self._next_hearing or process.poll() is not None:
            return
        self._next_hearing = time.monotonic() + _HEAR_SECONDS
        if _hears(f"http://127.0.0.1:{self.action_port}/health"):
            self._not_heard = 0
        elif self._not_heard is not None:
            self._not_heard += 1
            if self._not_heard >= _DEAF:
                say("'actions' geeft geen antwoord meer en wordt gestopt")
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def stop(self) -> None:
        """Stops both processes and what they started."""
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _hears(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=_LOOK_SECONDS):
            return True
    except (http.client.HTTPException, OSError):
        return False


def _answers(url: str, timeout: float = 30.0) -> bool:
    try:
        messages = ask(url, f"wegwijzer-start-{uuid.uuid4()}", FIRST_QUESTION, timeout)
    except (http.client.HTTPException, OSError, ValueError):
        return False
    # The channel's own answers, for when Rasa has none, have no recipient.
    return any("recipient_id" in message for message in messages)


def _connects(url: str) -> bool:
    engine = open_engine(url)
    try:
        with engine.connect():
            return True
    except SQLAlchemyError:
        return False
    finally:
        engine.dispose()


class Supervisor:
    """A pair of processes and the port before them, under one foreground command.

    Args:
        host: address that Wegwijzer listens on.
        port: port that Wegwijzer listens on.
        folder: where the database and the logs go.
        archive: says which model is in use, also when that changes; without it the tree's own is.
        files: parts of a model in place of the tree's own.
    """

    def __init__(
        self,
        host: str,
        port: int,
        folder: Path,
        archive: Optional[Archive] = None,
        files: Optional[ModelFiles] = None,
    ) -> None:
        self.host, self.port, self.folder = host, port, folder
        self.database = folder / DATABASE
        self._archive, self._files = archive, files
        self._workers = 1
        access = read_access(os.environ)
        self._proxy = ReverseProxy(
            host,
            port,
            behind_proxy=_proxy_is_configured(),
            metrics=Metrics(self._figures, access.token, access.port),
        )
        self._log: Optional[logging.Handler] = None
        self._stopping = threading.Event()
        self._switching = threading.Lock()
        self._pair: Optional[_Pair] = None
        self._going_over: Optional[threading.Thread] = None
        self._failures, self._reason = 0, ""
        self._claim: Optional[IO[str]] = None
        self._given_up: Optional[str] = None
        self._complaint = ""

    @property
    def url(self) -> str:
        """The address to talk to."""
        return f"http://{'127.0.0.1' if self.host == '0.0.0.0' else self.host}:{self.port}"

    @property
    def pair(self) -> _Pair:
        """The pair of processes in use."""
        assert self._pair is not None
        return self._pair

    def start(self, say: Callable[[str], None]) -> None:
        """Starts everything and waits until a real question is answered.

        Raises:
            SetupError: when a port is taken, a setting is wrong, the disk is full or nothing answers in time.
            ModelError: when the model in use is not whole.
        """
        check_port(self.host, self.port)
        check_credentials(paths.ROOT / "credentials.yml")
        self._workers = read_workers(os.environ)
        check_folder(self.folder)
        shared = read_stores(os.environ).database
        if not shared:
            check_database(self.database)
        elif not _connects(shared):
            say(
                f"Let op: de database van {DATABASE_URL} antwoordt niet. Wegwijzer wacht erop; vragen worden pas "
                "beantwoord als hij er is."
            )
        load_pseudonyms(os.environ, self.folder)
        self._log = log_to_file(self.folder / "proxy.log", wants_json(os.environ))
        figures = figures_folder(self.folder)
        check_folder(figures)
        for file in figures.glob("*.db"):
            file.unlink()
        try:
            self._proxy.start()
        except OSError as error:
            raise SetupError(
                f"poort {self.port} op {self.host} is niet vrij: {reason(error)}; kies een andere met PORT="
            ) from None
        self._pair = self._new_pair(self._wanted())
        try:
            seconds = self._pair.start_both(self._stopping)
        except SetupError as error:
            if not self._pair.model:
                raise
            raise SetupError(
                f"model '{self._pair.model}' uit het archief start niet: {error}; "
                "ga terug met 'wegwijzer model rollback'"
            ) from error
        self._proxy.switch(*self._pair.answering)
        self._claim = claim(self.folder)
        self._tell()
        say(f"Wegwijzer is klaar op {self.url}/ ({seconds:.0f} s)")
        if self._pair.danger_on_signals():
            say(
                "Let op: models/gevaar is beschadigd; acuut gevaar wordt alleen aan signaalwoorden "
                "herkend. Herstel dit met 'wegwijzer train --force'."
            )

    def _figures(self) -> bytes:
        return figures_of(figures_folder(self.folder)) + generate_latest(PROXY)

    def _wanted(self) -> str:
        return self._archive.chosen() if self._archive is not None else ""

    def _new_pair(self, model: str) -> _Pair:
        files = self._archive.files(model) if self._archive is not None and model else self._files
        return _Pair(model, files, self.folder, self._workers)

    def _tell(self) -> None:
        if self._claim is not None:
            Serving(os.getpid(), self.url, self.pair.model, self._failures, self._reason).save(self.folder)

    def watch(self, say: Callable[[str], None], until: Optional[Callable[[], bool]] = None) -> None:
        """Restarts a process that dies and goes over to a model that is put to use.

        Args:
            say: is given each line about what happens.
            until: ends this when it returns true; else only an interrupt does.
        """
        while not (until and until()):
            pair, before = self.pair, self.pair.answering
            pair.restart_dead(say)
            with self._switching:
                if pair is self.pair and pair.answering != before:
                    self._proxy.switch(*pair.answering)
            model = self._next(say)
            if model is not None:
                self._going_over = threading.Thread(target=self._go_over, args=(model, say))
                self._going_over.start()
            time.sleep(1)

    def _next(self, say: Callable[[str], None]) -> Optional[str]:
        """Returns the model to go over to, or None when there is nothing to do."""
        if self._going_over is not None and self._going_over.is_alive():
            return None
        try:
            wanted = self._wanted()
        except ModelError as error:
            # Nobody is helped when the model that answers stops as well.
            if str(error) != self._complaint:
                say(str(error))
            self._complaint = str(error)
            return None
        if wanted == self.pair.model:
            self._given_up = None
        return None if wanted in (self.pair.model, self._given_up) else wanted

    def _go_over(self, model: str, say: Callable[[str], None]) -> None:
        """Starts another model, lets it take over when it answers, and then stops the one before."""
        say(f"Model '{model}' wordt gestart; tot het antwoordt blijft het vorige in gebruik.")
        new: Optional[_Pair] = None
        try:
            new = self._new_pair(model)
            new.start_both(self._stopping)
            if new.danger_on_signals():
                raise ModelError("het model voor acuut gevaar kan niet worden gelezen")
        except WegwijzerError as error:
            if new is not None:
                new.stop()
            if not self._stopping.is_set():
                self._give_up(model, str(error), say)
            return
        with self._switching:
            old, self._pair = self.pair, new
            self._proxy.switch(*new.answering)
        self._tell()
        say(f"Model '{model}' is in gebruik.")
        for url in old.urls:
            self._proxy.drain(url, DRAIN_SECONDS)
        old.stop()

    def _give_up(self, model: str, why: str, say: Callable[[str], None]) -> None:
        assert self._archive is not None
        self._given_up = model
        self._archive.give_up(model, self.pair.model)
        self._failures, self._reason = self._failures + 1, why
        self._tell()
        say(f"Model '{model}' nam het niet over: {why}. Het vorige model blijft in gebruik.")

    def stop(self) -> None:
        """Stops listening, both processes and what they started."""
        self._stopping.set()
        self._proxy.stop()
        if self._going_over is not None:
            self._going_over.join()
        if self._pair is not None:
            self._pair.stop()
        if self._claim is not None:
            self._claim.close()
        if self._log is not None:
            logging.getLogger("wegwijzer").removeHandler(self._log)
            self._log.close()


def proxies_before() -> int:
    """Returns how many proxies stand before Wegwijzer, as its administrator says.

    Raises:
        SetupError: when SANIC_PROXIES_COUNT is no number.
    """
    text = os.environ.get("SANIC_PROXIES_COUNT") or "0"
    if not (text.isascii() and text.isdigit()):
        raise SetupError(f"SANIC_PROXIES_COUNT='{text}' is geen aantal; geef het aantal proxy's, of niets")
    return int(text)


def _proxy_is_configured() -> bool:
    """Whether another proxy stands before Wegwijzer, whose headers about the client can be believed."""
    named = any(os.environ.get(name) for name in ("SANIC_REAL_IP_HEADER", "SANIC_FORWARDED_SECRET"))
    return named or proxies_before() > 0
