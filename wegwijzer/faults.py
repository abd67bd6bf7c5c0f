"""Breaks things in the middle of conversations on this machine, and tells what users saw and what was kept.

Conversations are played as the chat does, on loopback. Each fault is made, held for a while and mended; then all
that users were told is held against the tracker store, turn by turn.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from collections import Counter
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Callable, Iterator, Mapping, Optional, Sequence

from aiohttp import ClientSession
from sqlalchemy.engine import Engine

from wegwijzer import paths, sentences
from wegwijzer.benchmark import machine_lines, markdown_table, this_machine
from wegwijzer.catalogue import catalogue
from wegwijzer.dialogues import load_dialogues
from wegwijzer.environment import borrowed_environment
from wegwijzer.errors import SetupError
from wegwijzer.local_services import Postgres, Redis
from wegwijzer.playing import AGAIN_SECONDS, NO_ANSWER, Told, compare, new_session, say
from wegwijzer.pseudonyms import VARIABLE
from wegwijzer.stores.engines import open_engine
from wegwijzer.stores.settings import DATABASE, REDIS, WORKERS
from wegwijzer.supervisor import DATABASE as FILE
from wegwijzer.supervisor import Supervisor, free_port
from wegwijzer.training import MODEL
from wegwijzer.workbench.model_files import ModelFiles

Say = Callable[[str], None]
REPORT = paths.ROOT / "docs" / "storingen.md"
CONVERSATIONS = 6
"""Conversations at the same time."""
_BEFORE, _AFTER = 3.0, 4.0
"""Seconds that all is well before a fault is made, and after it was mended and answers came again."""
_LONGEST = 150.0
"""Seconds until a fault has to be over; also how long a user goes on sending again."""
_THINKING = 0.3
_KEY = "alleen voor het nabootsen van storingen"
_SLOW_CLIENTS = 200


@dataclass(frozen=True)
class Outcome:
    """What a fault did.

    Attributes:
        name: the fault, in Dutch.
        told: every message that was sent, in the order of its conversation.
        began: when the fault was made, on the clock of time.monotonic().
        wrong: what the tracker store has otherwise than was told.
    """

    name: str
    told: Sequence[Told]
    began: float
    wrong: Sequence[str]

    @property
    def failed(self) -> list[Told]:
        """Messages of which an attempt failed."""
        return [one for one in self.told if len(one.statuses) > 1 or not one.answered]

    @property
    def unanswered(self) -> list[Told]:
        """Messages that never got an answer."""
        return [one for one in self.told if not one.answered]

    @property
    def well_after(self) -> float:
        """Seconds from the fault until the last message that was hit by it was answered."""
        return max((one.ended - self.began for one in self.failed), default=0.0)

    @property
    def slowest(self) -> float:
        """Seconds that the slowest answer took, over all its attempts."""
        return max((one.total for one in self.told), default=0.0)

    @property
    def seen(self) -> str:
        """What users saw meanwhile: statuses, and whether the text was the honest one."""
        counted = Counter(status for one in self.told for status in one.statuses if status != 200)
        texts = {text for one in self.told for text in one.seen}
        parts = [f"{'geen verbinding' if s == NO_ANSWER else s} ({n}×)" for s, n in sorted(counted.items())]
        if texts:
            parts.append("„" + "” en „".join(sorted(texts)) + "”")
        return ", ".join(parts) or "niets"


class Machine:
    """Wegwijzer on this machine, watched as 'wegwijzer run' does.

    Args:
        folder: for its files.
        environment: what its environment has more.
        say: is given each line about what happens.
        model: to start with instead of the tree's own.
    """

    def __init__(
        self, folder: Path, environment: Mapping[str, str], say: Say, model: Optional[ModelFiles] = None
    ) -> None:
        self.said: list[str] = []
        self._say = say
        self._stopped = threading.Event()
        self._environment = borrowed_environment(environment)
        self._environment.__enter__()
        self.supervisor = Supervisor("127.0.0.1", free_port(), folder, files=model)
        self._watch = threading.Thread(
            target=self.supervisor.watch, args=(self._hear, self._stopped.is_set), daemon=True
        )

    def _hear(self, line: str) -> None:
        self.said.append(line)
        self._say(f"    {line}")

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self.supervisor.start(self._hear)
        self._watch.start()

    def stop(self) -> None:
        """Stops all of it."""
        self._stopped.set()
        if self._watch.is_alive():
            self._watch.join()
        self.supervisor.stop()
        self._environment.__exit__(None, None, None)

    def let_rest(self) -> None:
        """Waits until every Rasa is in use."""
        end = time.monotonic() + _LONGEST
        while len(self.supervisor.pair.answering) < len(self.supervisor.pair.urls) and time.monotonic() < end:
            time.sleep(0.5)
        time.sleep(1)

    def kill(self, *names: str) -> None:
        """Kills processes by their name."""
        for name in names:
            self.supervisor.pair.processes[name].send_signal(signal.SIGKILL)


@lru_cache(maxsize=1)
def conversations() -> list[list[str]]:
    """Returns the messages of the longest dialogues of the tests."""
    dialogues = sorted(load_dialogues(catalogue()), key=lambda one: -len(one.turns))
    return [[turn.text for turn in dialogue.turns] for dialogue in dialogues if not dialogue.known]


class Players:
    """People who talk with a server all the while, in a thread of their own.

    Args:
        url: the server's.
    """

    def __init__(self, url: str) -> None:
        self.told: list[Told] = []
        self._url = url
        self._conversations = conversations()
        self._enough = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._play()), daemon=True)

    def start(self) -> None:
        """Lets them begin."""
        self._thread.start()

    def end(self) -> None:
        """Lets each message be answered, and no more be sent."""
        self._enough.set()
        self._thread.join()

    def well_since(self, moment: float) -> bool:
        """Returns whether each person got an answer to a message that was first sent after a moment."""
        answered = {one.sender for one in list(self.told) if one.began > moment and one.answered}
        return len(answered) >= CONVERSATIONS

    async def _play(self) -> None:
        async with new_session() as session:
            await asyncio.gather(*(self._person(session, number) for number in range(CONVERSATIONS)))

    async def _person(self, session: ClientSession, number: int) -> None:
        for texts in itertools.cycle(self._conversations[number::CONVERSATIONS]):
            sender = str(uuid.uuid4())
            for text in texts:
                if self._enough.is_set():
                    return
                self.told.append(
                    await say(
                        session, itertools.repeat(self._url), sender, text, _LONGEST, f"10.9.0.{number}"
                    )
                )
                await asyncio.sleep(_THINKING)


def suffer(
    name: str,
    url: str,
    store: Callable[[], Engine],
    make: Callable[[], object],
    mend: Optional[Callable[[], object]] = None,
    hold: float = 0.0,
) -> Outcome:
    """Plays conversations, makes a fault, holds and mends it, and returns what came of it.

    Args:
        name: the fault, in Dutch.
        url: of the server.
        store: opens the tracker store, after the fault.
        make: makes the fault.
        mend: takes its cause away; None when the product has to mend it itself.
        hold: seconds between those two.
    """
    players = Players(url)
    players.start()
    time.sleep(_BEFORE)
    began = time.monotonic()
    make()
    time.sleep(hold)
    if mend is not None:
        mend()
    mended = time.monotonic() if mend is not None else began
    end = time.monotonic() + _LONGEST
    while not players.well_since(mended) and time.monotonic() < end:
        time.sleep(0.2)
    time.sleep(_AFTER)
    players.end()
    return Outcome(name, players.told, began, compare(store(), players.told))


# --- the faults, on one machine with two Rasa processes, PostgreSQL and Redis


@contextmanager
def _shared_machine(say_line: Say, more: Mapping[str, str]) -> Iterator[_Shared]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wegwijzer-storing-")))
        postgres, redis = stack.enter_context(closing(Postgres())), stack.enter_context(closing(Redis()))
        postgres.start()
        redis.start()
        whole = ModelFiles.of_tree()
        # A copy, to damage.
        model = ModelFiles(Path(shutil.copy2(MODEL, folder)), whole.danger, whole.thresholds)
        environment = {DATABASE: postgres.url, REDIS: redis.url, VARIABLE: _KEY, WORKERS: "2"}
        machine = Machine(
            folder / "var", {**environment, "SANIC_PROXIES_COUNT": "1", **more}, say_line, model
        )
        stack.callback(machine.stop)
        machine.start()
        yield _Shared(postgres, redis, model, machine, say_line)


@dataclass(frozen=True)
class _Shared:
    """A machine with two workers, and what they share."""

    postgres: Postgres
    redis: Redis
    model: ModelFiles
    machine: Machine
    say: Say

    def suffer(
        self,
        name: str,
        make: Callable[[], object],
        mend: Optional[Callable[[], object]] = None,
        hold: float = 0.0,
    ) -> Outcome:
        """Makes one fault when all is well."""
        self.say(f"  {name}")
        self.machine.let_rest()
        url = self.machine.supervisor.url
        return suffer(name, url, lambda: open_engine(self.postgres.url), make, mend, hold)

    def damage_model(self) -> None:
        """Leaves half of the model, and lets a worker start with it."""
        self.model.rasa.write_bytes(self.model.rasa.read_bytes()[:500_000])
        self.machine.kill("rasa-2")

    def mend_model(self) -> None:
        """Puts the model back."""
        shutil.copy2(MODEL, self.model.rasa)
        self.machine.kill("rasa-2")


def _failing(shared: _Shared) -> dict[str, Callable[[], Outcome]]:
    kill, suffer = shared.machine.kill, shared.suffer
    port = shared.machine.supervisor.port
    slow = f"{_SLOW_CLIENTS} clients sturen 10 s lang elk één byte per seconde"
    return {
        "geen": lambda: suffer("Geen storing, ter vergelijking", lambda: None, hold=5),
        "actieserver": lambda: suffer("De actieserver wordt gedood", lambda: kill("actions")),
        "werker": lambda: suffer("Eén van twee Rasa-werkers wordt gedood", lambda: kill("rasa")),
        "werkers": lambda: suffer("Alle Rasa-werkers worden gedood", lambda: kill("rasa", "rasa-2")),
        "redis": lambda: suffer("Redis is 8 s weg", shared.redis.stop, shared.redis.start, 8),
        "postgresql": lambda: suffer("PostgreSQL is 8 s weg", shared.postgres.stop, shared.postgres.start, 8),
        "model": lambda: suffer(
            "Een werker start met een beschadigd model, dat er na 20 s weer is",
            shared.damage_model,
            shared.mend_model,
            20,
        ),
        "traag": lambda: _with_slow_clients(port, lambda make, mend: suffer(slow, make, mend, 10)),
    }


def shared_faults(say_line: Say, only: Sequence[str]) -> Iterator[Outcome]:
    """Yields what becomes of each fault of a process, a service, a model or a client."""
    with _shared_machine(say_line, {}) as shared:
        for short, fault in _failing(shared).items():
            if short in only:
                yield fault()


def clock_faults(say_line: Say, only: Sequence[str]) -> Iterator[Outcome]:
    """Yields what becomes of a wall clock that leaps in all processes of the machine."""
    with tempfile.TemporaryDirectory(prefix="wegwijzer-klok-") as name:
        clock = Path(name) / "klok"
        clock.write_text("0")
        faked = {"LD_PRELOAD": _clock_shift(Path(name)), "CLOCK_SHIFT": str(clock)}
        leaps = {
            "vooruit": ("De klok springt 40 dagen vooruit en na 6 s terug", str(40 * 86_400)),
            "terug": ("De klok springt 2 uur terug en na 6 s weer goed", str(-2 * 3600)),
        }
        with _shared_machine(say_line, faked) as shared:
            for short, (told, leap) in leaps.items():
                if short in only:
                    yield shared.suffer(
                        told, partial(clock.write_text, leap), partial(clock.write_text, "0"), 6
                    )


def _clock_shift(folder: Path) -> str:
    """Builds the library that shifts the wall clock, and returns its path."""
    library, source = folder / "clock-shift.so", paths.ROOT / "scripts" / "clock-shift.c"
    try:
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl"], check=True)
    except (OSError, subprocess.CalledProcessError):
        raise SetupError("een klok die springt vraagt een C-compiler; installeer gcc (Debian)") from None
    return str(library)


def _with_slow_clients(
    port: int, work: Callable[[Callable[[], None], Callable[[], None]], Outcome]
) -> Outcome:
    stopped = threading.Event()
    clients: list[socket.socket] = []

    def trickle() -> None:
        body = b"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n"
        body += b'{"sender": "' + b"a" * 78
        for byte in body:
            for client in clients:
                try:
                    client.send(bytes([byte]))
                except OSError:
                    pass
            if stopped.wait(0.05 if byte != ord("a") else 1.0):
                return

    thread = threading.Thread(target=trickle, daemon=True)

    def make() -> None:
        clients.extend(socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(_SLOW_CLIENTS))
        thread.start()

    def mend() -> None:
        stopped.set()
        thread.join()
        for client in clients:
            client.close()

    return work(make, mend)


# --- the disk of one machine with SQLite


def full_disk(say_line: Say, only: Sequence[str]) -> Iterator[Outcome]:
    """Yields what becomes of a full disk, on one machine with SQLite: a file system in memory of its own.

    Raises:
        SetupError: when this process may not mount one.
    """
    name = "De schijf is 8 s vol (SQLite)"
    say_line(f"  {name}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wegwijzer-schijf-")))
        stack.enter_context(_small_disk(folder))
        machine = Machine(folder, {"SANIC_PROXIES_COUNT": "1"}, say_line)
        stack.callback(machine.stop)
        machine.start()
        filler = folder / "vulling"

        def fill() -> None:
            descriptor = os.open(filler, os.O_WRONLY | os.O_CREAT)
            try:
                while True:
                    os.write(descriptor, b"\0" * 4096)
            except OSError:
                os.close(descriptor)

        yield suffer(
            name,
            machine.supervisor.url,
            lambda: open_engine(f"sqlite:///{folder / FILE}"),
            fill,
            filler.unlink,
            8,
        )


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)], capture_output=True
    )
    if mounted.returncode:
        raise SetupError(
            f"een schijf van 16 MB in het geheugen vraagt root: {mounted.stderr.decode().strip()}"
        )
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


# --- the report


def row(outcome: Outcome) -> list[str]:
    """Returns a fault's row of the report."""
    told = len(outcome.told)
    kept = "elke beurt één keer, in volgorde" if not outcome.wrong else "FOUT: " + "; ".join(outcome.wrong)
    return [
        outcome.name,
        outcome.seen,
        f"{len(outcome.failed)} van {told}",
        str(len(outcome.unanswered)),
        f"{outcome.slowest:.1f}",
        f"{outcome.well_after:.1f}",
        kept,
    ]


def markdown(outcomes: Sequence[Outcome], command: str) -> str:
    """Returns the report."""
    head = [
        "storing",
        "wat gebruikers tussentijds terugkregen",
        "berichten die opnieuw moesten",
        "nooit beantwoord",
        "langste wachttijd (s)",
        "weer goed na (s)",
        "wat is bewaard",
    ]
    lines = [
        "# Storingen: wat gebruikers merken, en wat bewaard blijft",
        "",
        f"Gemaakt met `{command}`, op één machine, alleen loopback. Deze bladzijde wordt door die opdracht geschreven.",
        "",
        *machine_lines(this_machine()),
        "",
        markdown_table([head, *map(row, outcomes)]),
        f"{CONVERSATIONS} gesprekken uit tests/dialogues tegelijk, gespeeld zoals de chat dat doet: elk bericht met een "
        f"`Idempotency-Key`, en na een 5xx of een verbroken verbinding na {AGAIN_SECONDS:.0f} s opnieuw met dezelfde "
        f"sleutel, tot {_LONGEST:.0f} s lang (de chat doet dat twee keer vanzelf en biedt daarna een knop). Twee "
        "Rasa-werkers met PostgreSQL en Redis; de volle schijf met één werker en SQLite. „Weer goed na”: van het maken "
        "van de storing tot het laatste bericht dat erdoor mislukte alsnog was beantwoord. „Wat is bewaard”: elk "
        "antwoord dat een gebruiker kreeg, vergeleken met de database: sleutel, volgorde en tekst.",
        "",
        "Bij acuut gevaar komt 112 ook tijdens al deze storingen: een werker zonder database, model of actieserver geeft "
        "dat antwoord zelf. Antwoordt geen enkele werker, dan staat 112 in de tekst van de storing "
        f"(„{sentences.UNAVAILABLE}”).",
    ]
    return "\n".join(lines) + "\n"


GROUPS: Mapping[Callable[[Say, Sequence[str]], Iterator[Outcome]], Sequence[str]] = {
    shared_faults: ("geen", "actieserver", "werker", "werkers", "redis", "postgresql", "model", "traag"),
    clock_faults: ("vooruit", "terug"),
    full_disk: ("schijf",),
}
"""The faults by their short names, and what makes them."""


def run_faults(say_line: Say, report: Optional[Path] = REPORT, only: Sequence[str] = ()) -> list[Outcome]:
    """Makes every fault, writes the report, and returns what came of each.

    Args:
        say_line: is given each line about what happens.
        report: where the report goes, or None for none.
        only: short names of the faults to make; all when empty.
    """
    outcomes = []
    for group, names in GROUPS.items():
        wanted = [name for name in names if not only or name in only]
        for outcome in group(say_line, wanted) if wanted else ():
            say_line("    " + " | ".join(row(outcome)[1:]))
            outcomes.append(outcome)
    if report is not None:
        report.write_text(markdown(outcomes, "wegwijzer faults"), encoding="utf-8")
    return outcomes
