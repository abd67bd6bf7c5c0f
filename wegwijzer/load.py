"""How much Wegwijzer bears on this machine, with 1, 2 and 4 workers, and `rasa init`'s default beside it in one run.

People who play the dialogues of the tests, each message at once after the answer to the one before, on loopback:
as many turns as the machine makes. Client, databases and workers share its cores. A soak follows memory for a
while. Figures go to a report and, for the capacity plan, to a file beside it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import multiprocessing
import os
import secrets
import signal
import statistics
import tempfile
import time
import urllib.error
import uuid
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping, Optional, Sequence

from aiohttp import ClientSession

from wegwijzer import paths
from wegwijzer.benchmark import (
    WORK,
    _processes,
    machine_lines,
    markdown_table,
    process_memory,
    read_samples,
    serving_default,
    subset,
    this_machine,
    train_default,
    write_default_project,
)
from wegwijzer.catalogue import catalogue
from wegwijzer.dialogues import load_dialogues
from wegwijzer.environment import borrowed_environment
from wegwijzer.errors import SetupError
from wegwijzer.evaluation import percentile
from wegwijzer.idempotency import SECONDS
from wegwijzer.local_services import Postgres, Redis
from wegwijzer.playing import Told, compare, new_session, say
from wegwijzer.pseudonyms import VARIABLE
from wegwijzer.stores.engines import open_engine
from wegwijzer.stores.settings import DATABASE, REDIS, WORKERS
from wegwijzer.supervisor import FIRST_QUESTION, READY_SECONDS, Supervisor, ask, free_port

Say = Callable[[str], None]
REPORT = paths.ROOT / "docs" / "belasting.md"
FIGURES = paths.ROOT / "docs" / "belasting.json"
LEVELS = (1, 8)
"""How many people talk at the same time: one who has the machine alone, and more than it has cores."""
_WARM_UP_SECONDS = 5.0
_SAMPLE_SECONDS = 5.0
_BLOCK_SECONDS = 30.0
_SOAK_PEOPLE, _SOAK_THINKING = 4, 0.25
_STILL_FLAT = 0.01
"""Growth an hour, as a share of what a process holds, below which memory counts as flat."""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Level:
    """What some people at the same time measured.

    Attributes:
        people: how many.
        seconds: how long.
        turns: how many turns were answered.
        errors: how many were not, or not at once.
        p50: median milliseconds of a turn.
        p95: the same, of the slowest twentieth.
        p99: the same, of the slowest hundredth.
        cpu: seconds of processor time a turn, over all processes of the system but the client and the services.
    """

    people: int
    seconds: float
    turns: int
    errors: int
    p50: float
    p95: float
    p99: float
    cpu: float

    @property
    def rate(self) -> float:
        """Turns a second."""
        return self.turns / self.seconds


@dataclass(frozen=True)
class System:
    """A system under load.

    Attributes:
        name: what it is called in the report.
        workers: how many Rasa processes.
        memory_bytes: PSS of its processes after the load.
        levels: a figure a level.
        wrong: what the tracker store has otherwise than was told; None when that is not compared.
        kept_bytes: what a turn takes in PostgreSQL, with its indexes; None when not measured.
    """

    name: str
    workers: int
    memory_bytes: int
    levels: tuple[Level, ...]
    wrong: Optional[int]
    kept_bytes: Optional[float] = None


@dataclass(frozen=True)
class Slope:
    """How the memory of a process went.

    Attributes:
        name: the process.
        first: bytes that it asked for itself, at the beginning of what counts.
        last: bytes at the end.
        an_hour: bytes an hour, by least squares over means of half a minute.
        margin: half of its interval of 95 %.
    """

    name: str
    first: float
    last: float
    an_hour: float
    margin: float

    @property
    def flat(self) -> bool:
        """Whether no growth can be told from none, or it is too small to matter."""
        return self.an_hour - self.margin <= 0 or self.an_hour + self.margin < _STILL_FLAT * self.last


# --- processes


def _family(root: int) -> list[int]:
    """Returns a process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for pid, parent, _ in _processes():
        children.setdefault(parent, []).append(pid)
    found, look = [], [root]
    while look:
        one = look.pop()
        found.append(one)
        look += children.get(one, [])
    return found


def _cpu_seconds(processes: Sequence[int]) -> float:
    total = 0
    for process in processes:
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS


def _serve(port: int, folder: str) -> None:
    """Is `wegwijzer run` with a folder of its own, in a process of its own."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    supervisor = Supervisor("127.0.0.1", port, Path(folder))
    try:
        supervisor.start(lambda line: None)
        supervisor.watch(lambda line: None)
    except KeyboardInterrupt:
        pass
    finally:
        supervisor.stop()


@contextmanager
def serving(environment: Mapping[str, str], folder: Path) -> Iterator[tuple[str, int]]:
    """Starts Wegwijzer in a process of its own; gives its address and that process's id.

    Raises:
        SetupError: when it does not answer in time.
    """
    port = free_port()
    with borrowed_environment(environment):
        process = multiprocessing.get_context("spawn").Process(target=_serve, args=(port, str(folder)))
        process.start()
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url, process.is_alive)
        assert process.pid is not None
        yield url, process.pid
    finally:
        process.terminate()
        process.join(60)


def _wait_until_ready(url: str, alive: Callable[[], bool]) -> None:
    end = time.monotonic() + 2 * READY_SECONDS
    while time.monotonic() < end and alive():
        try:
            if any(
                "recipient_id" in message
                for message in ask(url, f"meting-{secrets.token_hex(8)}", FIRST_QUESTION)
            ):
                return
        except (urllib.error.URLError, OSError, ValueError):
            pass
        time.sleep(0.5)
    raise SetupError(f"Wegwijzer antwoordt niet op {url}; kijk of er geheugen genoeg is")


# --- the load


def dialogues() -> list[list[str]]:
    """Returns what users say in the dialogues of the tests."""
    return [[turn.text for turn in one.turns] for one in load_dialogues(catalogue())]


async def _person(
    session: ClientSession,
    url: str,
    talks: Iterator[tuple[int, Sequence[str]]],
    until: float,
    told: list[Told],
    thinking: float,
) -> None:
    # Everybody takes from the same row of dialogues.
    for number, texts in talks:
        sender = str(uuid.uuid4())
        for text in texts:
            if time.monotonic() >= until:
                return
            # An address of its own, as behind a proxy: the limit is for one town hall, this is many.
            address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            told.append(await say(session, itertools.repeat(url), sender, text, address=address))
            if thinking:
                await asyncio.sleep(thinking)


async def _people(
    url: str, texts: Sequence[Sequence[str]], people: int, seconds: float, thinking: float = 0.0
) -> list[Told]:
    told: list[Told] = []
    talks = zip(itertools.count(1), itertools.cycle(texts))
    async with new_session() as session:
        until = time.monotonic() + seconds
        await asyncio.gather(*(_person(session, url, talks, until, told, thinking) for _ in range(people)))
    return told


def measure_level(
    url: str,
    texts: Sequence[Sequence[str]],
    people: int,
    seconds: float,
    processes: Callable[[], Sequence[int]],
) -> tuple[Level, list[Told]]:
    """Lets people talk for a while and returns the figures, and what they were told."""
    warm = asyncio.run(_people(url, texts, people, min(_WARM_UP_SECONDS, seconds)))
    before, began = _cpu_seconds(processes()), time.monotonic()
    told = asyncio.run(_people(url, texts, people, seconds))
    took, used = time.monotonic() - began, _cpu_seconds(processes()) - before
    level = _level(people, took, told, used)
    return level, warm + told


def measure_workers(
    say_line: Say, workers: int, texts: Sequence[Sequence[str]], seconds: float, levels: Sequence[int]
) -> System:
    """Measures Wegwijzer with some workers on PostgreSQL and Redis."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wegwijzer-belasting-")))
        postgres, redis = stack.enter_context(closing(Postgres())), stack.enter_context(closing(Redis()))
        postgres.start()
        redis.start()
        url, process = stack.enter_context(serving(_environment(postgres, redis, workers), folder))
        measured, told = [], []
        for people in levels:
            level, heard = measure_level(url, texts, people, seconds, lambda: _family(process))
            say_line(
                f"  {people} tegelijk: {level.rate:.1f} beurten/s, p95 {level.p95:.0f} ms, {level.errors} fouten"
            )
            measured.append(level)
            told += heard
        engine = open_engine(postgres.url)
        wrong = compare(engine, told)
        with engine.connect() as connection:
            kept = connection.exec_driver_sql("SELECT pg_total_relation_size('events')").scalar_one()
            turns = connection.exec_driver_sql(
                "SELECT count(*) FROM events WHERE type_name = 'user'"
            ).scalar_one()
        engine.dispose()
        for line in wrong[:5]:
            say_line(f"  FOUT: {line}")
        memory = process_memory(_family(process))
        return System(
            f"Wegwijzer, {workers} werker{'s' if workers > 1 else ''}",
            workers,
            memory,
            tuple(measured),
            len(wrong),
            kept / max(1, turns),
        )


def _environment(postgres: Postgres, redis: Redis, workers: int) -> dict[str, str]:
    return {
        DATABASE: postgres.url,
        REDIS: redis.url,
        VARIABLE: secrets.token_hex(32),
        WORKERS: str(workers),
        "SANIC_PROXIES_COUNT": "1",
    }


def measure_default(
    say_line: Say,
    texts: Sequence[Sequence[str]],
    seconds: float,
    levels: Sequence[int],
    epochs: int,
    limit: int,
) -> System:
    """Measures `rasa init`'s default: one process, conversations in memory, fixed answers."""
    with tempfile.TemporaryDirectory(prefix="wegwijzer-standaard-") as name:
        folder = Path(name)
        write_default_project(folder, subset(read_samples(), limit), epochs)
        took, model = train_default(folder)
        say_line(f"  getraind in {took:.0f} s")
        with serving_default(folder, model) as (url, _):
            here = set(_family(os.getpid()))

            def processes() -> list[int]:
                return [pid for pid in here if pid != os.getpid()]

            measured = []
            for people in levels:
                level, _ = measure_level(url, texts, people, seconds, processes)
                say_line(f"  {people} tegelijk: {level.rate:.1f} beurten/s, p95 {level.p95:.0f} ms")
                measured.append(level)
            return System("standaard van rasa init", 1, process_memory(processes()), tuple(measured), None)


# --- the soak


def slope(name: str, samples: Sequence[tuple[float, float]]) -> Slope:
    """Fits a line through means of half a minute; what comes before a process is warm does not count.

    It is warm after as long as answers are kept (idempotency.py), or two thirds of the time when that is shorter.

    Args:
        name: of the process.
        samples: (seconds, bytes), in order of time.

    Raises:
        SetupError: when they are too few for an interval.
    """
    from scipy.stats import linregress, t

    began, ended = samples[0][0], samples[-1][0]
    warm = min(SECONDS, (ended - began) * 2 / 3)
    counted = [(when, size) for when, size in samples if when >= began + warm]
    length = min(_BLOCK_SECONDS, (ended - counted[0][0]) / 6)
    blocks: dict[int, list[tuple[float, float]]] = {}
    for when, size in counted:
        blocks.setdefault(int((when - counted[0][0]) // max(length, 1e-9)), []).append((when, size))
    means = [tuple(map(statistics.fmean, zip(*block))) for block in blocks.values()]
    if len(means) < 4:
        raise SetupError("de duurproef is te kort voor een uitspraak; geef meer minuten")
    fit = linregress([when / 3600 for when, _ in means], [size for _, size in means])
    margin = float(t.ppf(0.975, len(means) - 2) * fit.stderr)
    return Slope(name, means[0][1], means[-1][1], float(fit.slope), margin)


def _named(root: int) -> dict[str, list[int]]:
    """Returns the processes under a supervisor by what they are."""
    names: dict[str, list[int]] = {"toezicht en proxy": [root]}
    for pid in _family(root)[1:]:
        try:
            words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        except OSError:
            continue
        if "rasa_sdk" in words or "actions" in words:
            names.setdefault("actieserver", []).append(pid)
        elif "rasa" in words:
            names.setdefault(f"werker op poort {words[words.index('--port') + 1]}", []).append(pid)
    workers = sorted(name for name in names if name.startswith("werker"))
    return {f"werker {workers.index(k) + 1}" if k in workers else k: v for k, v in names.items()}


def _level(people: int, took: float, told: Sequence[Told], used: float) -> Level:
    """Returns the figures of what people were told in a time, and of the processor seconds it took."""
    good = [one for one in told if one.statuses == [200]]
    times = [one.total * 1000 for one in good] or [math.nan]
    return Level(
        people,
        took,
        len(good),
        len(told) - len(good),
        percentile(times, 0.5),
        percentile(times, 0.95),
        percentile(times, 0.99),
        used / max(1, len(good)),
    )


def soak(say_line: Say, minutes: float, texts: Sequence[Sequence[str]]) -> tuple[list[Slope], Level]:
    """Lets some people talk for minutes with two workers and returns how memory went, and the figures."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wegwijzer-duur-")))
        postgres, redis = stack.enter_context(closing(Postgres())), stack.enter_context(closing(Redis()))
        postgres.start()
        redis.start()
        url, process = stack.enter_context(serving(_environment(postgres, redis, 2), folder))
        samples: dict[str, list[tuple[float, float]]] = {}

        async def watch() -> None:
            while True:
                for name, pids in _named(process).items():
                    size = await asyncio.get_running_loop().run_in_executor(
                        None, process_memory, pids, "Anonymous"
                    )
                    samples.setdefault(name, []).append((time.monotonic(), float(size)))
                await asyncio.sleep(_SAMPLE_SECONDS)

        async def both() -> list[Told]:
            watching = asyncio.ensure_future(watch())
            try:
                return await _people(url, texts, _SOAK_PEOPLE, minutes * 60, _SOAK_THINKING)
            finally:
                watching.cancel()

        began = time.monotonic()
        told = asyncio.run(both())
        took = time.monotonic() - began
    level = _level(_SOAK_PEOPLE, took, told, math.nan)
    slopes = [slope(name, sizes) for name, sizes in sorted(samples.items())]
    for one in slopes:
        say_line(f"  {one.name}: {one.an_hour / 1e6:+.1f} ± {one.margin / 1e6:.1f} MB/uur; {_word(one)}")
    return slopes, level


def _word(one: Slope) -> str:
    return "vlak" if one.flat else "groeit"


# --- the report


def table(systems: Sequence[System]) -> list[list[str]]:
    """Returns a row a system and level."""
    head = ["", "tegelijk", "beurten/s", "p50 (ms)", "p95 (ms)", "p99 (ms)", "fouten", "processortijd per beurt (ms)", "geheugen (GB)", "bewaard zoals verteld"]  # fmt: skip
    rows = [head]
    for system in systems:
        for level in system.levels:
            kept = {None: "n.v.t.", 0: "ja"}.get(system.wrong, f"NEE: {system.wrong}")
            rows.append(
                [
                    system.name,
                    str(level.people),
                    f"{level.rate:.1f}",
                    f"{level.p50:.0f}",
                    f"{level.p95:.0f}",
                    f"{level.p99:.0f}",
                    f"{level.errors} van {level.turns + level.errors}",
                    f"{level.cpu * 1000:.0f}",
                    f"{system.memory_bytes / 1e9:.2f}",
                    kept,
                ]
            )
    return rows


def soak_lines(slopes: Sequence[Slope], level: Level) -> list[str]:
    """Returns the part about the soak."""
    head = ["proces", "begin (MB)", "eind (MB)", "verloop (MB per uur)", "oordeel"]
    rows = [
        [
            one.name,
            f"{one.first / 1e6:.0f}",
            f"{one.last / 1e6:.0f}",
            f"{one.an_hour / 1e6:+.1f} ± {one.margin / 1e6:.1f}",
            _word(one),
        ]
        for one in slopes
    ]
    return [
        "## Duurproef",
        "",
        f"Twee werkers, {level.people} mensen {level.seconds / 60:.0f} minuten lang: {level.turns} beurten "
        f"({level.rate:.1f} per seconde), p50 {level.p50:.0f} ms, p95 {level.p95:.0f} ms, p99 {level.p99:.0f} ms, "
        f"{level.errors} fouten.",
        "",
        markdown_table([head, *rows]),
        f"Geheugen is wat een proces zelf heeft gevraagd (anoniem), elke {_SAMPLE_SECONDS:.0f} s: bibliotheken die "
        "processen delen tellen niet mee, want die verschuiven als een ander proces stopt. De eerste tien minuten (bij een kortere proef twee derde) tellen "
        "niet mee: zo lang bewaart een werker antwoorden. De lijn gaat door gemiddelden van een halve minuut; ± is de helft van het interval van 95 %. „Vlak”: groei is niet van nul "
        f"te onderscheiden, of zeker minder dan {_STILL_FLAT:.0%} per uur van wat het proces heeft.",
        "",
    ]


def markdown(
    figures: Mapping[str, Any], systems: Sequence[System], soaked: Optional[tuple[list[Slope], Level]]
) -> str:
    """Returns the report."""
    lines = ["# Belasting", "", f"Gemaakt met `{figures['command']}`.", "", *figures["machine"], ""]
    lines += [markdown_table(table(systems))]
    lines += [
        f"Gesprekken uit tests/dialogues, elk bericht meteen na het antwoord op het vorige, {figures['seconds']:.0f} s per "
        "regel na 5 s om warm te worden. De werkers, PostgreSQL, Redis en de client delen dezelfde kernen: met meer werkers "
        "dan kernen wordt het niet sneller. „Processortijd per beurt” is die van alle processen van het systeem, zonder "
        "PostgreSQL, Redis en de client. „Bewaard zoals verteld”: elk antwoord vergeleken met de database, op sleutel, "
        "volgorde en tekst. De standaard van `rasa init` heeft geen acties, geen redactie en bewaart gesprekken in het "
        f"geheugen; hij is getraind op {figures['limit']} voorbeelden per intent met {figures['epochs']} epochs. 1 GB = 10⁹ bytes.",
        "",
    ]
    if soaked is not None:
        lines += soak_lines(*soaked)
    return "\n".join(lines)


def run_load(
    say_line: Say,
    report: Optional[Path],
    workers: Sequence[int] = (1, 2, 4),
    seconds: float = 45,
    levels: Sequence[int] = LEVELS,
    with_default: bool = True,
    epochs: int = 5,
    limit: int = 10,
    soak_minutes: float = 0,
    command: str = "wegwijzer load",
) -> list[System]:
    """Measures all and writes the report, and the figures beside it.

    Args:
        say_line: is given each line about what happens.
        report: where the report goes, .md; the figures go beside it, .json. None for neither.
        workers: the numbers of workers to measure.
        seconds: how long each level lasts.
        levels: how many people at the same time.
        with_default: whether the default of `rasa init` is measured too.
        epochs: on how many epochs that is trained.
        limit: on how many examples an intent.
        soak_minutes: how long the soak lasts; 0 for none.
        command: as it stands in the report.
    """
    WORK.mkdir(parents=True, exist_ok=True)
    machine = machine_lines(this_machine())
    texts = dialogues()
    systems = []
    for number in workers:
        say_line(f"Wegwijzer met {number} werker(s)")
        systems.append(measure_workers(say_line, number, texts, seconds, levels))
    if with_default:
        say_line("De standaard van rasa init")
        systems.append(measure_default(say_line, texts, seconds, levels, epochs, limit))
    soaked = None
    if soak_minutes:
        say_line(f"Duurproef van {soak_minutes:g} minuten")
        soaked = soak(say_line, soak_minutes, texts)
    figures: dict[str, Any] = {
        "command": command,
        "machine": machine,
        "cores": os.cpu_count(),
        "seconds": seconds,
        "epochs": epochs,
        "limit": limit,
        "systems": [asdict(system) for system in systems],
        "soak": None
        if soaked is None
        else {"slopes": list(map(asdict, soaked[0])), "level": asdict(soaked[1])},
    }
    if report is not None:
        report.write_text(markdown(figures, systems, soaked), encoding="utf-8")
        report.with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return systems
