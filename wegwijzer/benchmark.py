"""Measures Wegwijzer on this machine, and the default of `rasa init` beside it, in one run.

Both are measured as a user meets them: trained by a process of their own in an empty folder, started, and
asked the same questions over REST. Nothing is extrapolated; the report says on how much the default trained.
"""

from __future__ import annotations

import datetime
import http.client
import importlib.metadata
import importlib.util
import itertools
import math
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator, Mapping, Optional, Sequence

from wegwijzer import paths
from wegwijzer.environment import quiet_environment
from wegwijzer.errors import ModelError, SetupError
from wegwijzer.evaluation import Item, Share, load_questions, percentile
from wegwijzer.examples import at_most
from wegwijzer.language import language_identity
from wegwijzer.linear import SEED
from wegwijzer.sentences import UNAVAILABLE
from wegwijzer.supervisor import FIRST_QUESTION, READY_SECONDS, Supervisor, ask, free_port
from wegwijzer.training import DANGER_MODEL, MODEL, copy_tree, is_trained

Say = Callable[[str], None]

REPORT = paths.ROOT / "docs" / "benchmark.md"
WORK = paths.ROOT / "var" / "benchmark"
"""Logs of what is measured."""

DEFAULT_EPOCHS = 100
"""Epochs of DIET and TED in the default of `rasa init`."""

WARM_UP = 10
_TRAINING_SECONDS = 4 * 3600
_GIGABYTE, _MEGABYTE = 1e9, 1e6
_ROLLUP = Path("/proc/self/smaps_rollup")


@dataclass(frozen=True)
class Targets:
    """What Wegwijzer has to stay under."""

    p95_milliseconds: float = 150
    memory_bytes: float = 1.2e9
    training_seconds: float = 300
    ready_seconds: float = 45


@dataclass(frozen=True)
class System:
    """The figures of one system.

    Attributes:
        name: what it is called in the report.
        examples: number of training examples.
        intents: number of intents.
        epochs: epochs of training, or None when the model has none.
        training_seconds: wall clock of training in a process of its own, or None when not measured.
        ready_seconds: from start until a real question was answered over REST.
        p50: median milliseconds of a turn over REST.
        p95: the same, of the slowest twentieth.
        answered: questions that got a text back.
        memory_bytes: proportional set size over all its processes, after the questions.
        processes: number of those processes.
        model_bytes: size of the model's files.
    """

    name: str
    examples: int
    intents: int
    epochs: Optional[int]
    training_seconds: Optional[float]
    ready_seconds: float
    p50: float
    p95: float
    answered: Share
    memory_bytes: int
    processes: int
    model_bytes: int


@dataclass(frozen=True)
class Machine:
    """Where and when was measured."""

    date: str
    cores: int
    processor: str
    load: float
    python: str
    rasa: str
    language: str


@dataclass(frozen=True)
class Serving:
    """The figures of a running system, see System."""

    p50: float
    p95: float
    answered: Share
    memory_bytes: int
    processes: int


# --- the machine and its processes


def this_machine(language: Optional[str] = None) -> Machine:
    """Returns date, processor, load and versions of now.

    Args:
        language: identity of the Dutch language model; of this environment when left out.
    """
    names = [line.split(":", 1)[1].strip() for line in _cpu_lines() if line.startswith("model name")]
    return Machine(
        date=datetime.datetime.now().strftime("%Y-%m-%d %H:%M"),
        cores=len(os.sched_getaffinity(0)),
        processor=names[0] if names else platform.machine(),
        load=os.getloadavg()[0],
        python=platform.python_version(),
        rasa=importlib.metadata.version("rasa"),
        language=language or language_identity(),
    )


def _cpu_lines() -> list[str]:
    try:
        return Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return []


def processes_of_groups(groups: Iterable[int]) -> list[int]:
    """Returns the ids of all processes in these process groups."""
    wanted = set(groups)
    return [pid for pid, _, group in _processes() if group in wanted]


def groups_started_here() -> set[int]:
    """Returns the process groups, other than its own, that this process started."""
    return {group for _, parent, group in _processes() if parent == os.getpid()} - {os.getpgrp()}


def _processes() -> Iterator[tuple[int, int, int]]:
    """Yields (process, parent, process group) of every process."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name stands in brackets and may hold spaces and brackets itself.
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        yield int(folder.name), int(fields[1]), int(fields[2])


def process_memory(processes: Iterable[int], kind: str = "Pss") -> int:
    """Returns the bytes these processes hold; what they share counts once (PSS).

    Args:
        processes: their numbers; one that has ended holds nothing.
        kind: which line of /proc's smaps_rollup to add up. 'Anonymous' is what they asked for themselves: it does
            not change when another process that reads the same libraries starts or ends.

    Raises:
        SetupError: when this machine does not tell, such as one without Linux' /proc.
    """
    kilobytes = 0
    for process in processes:
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError as error:
            # A process may have ended meanwhile; a machine without /proc tells nothing of this one either.
            if isinstance(error, (FileNotFoundError, ProcessLookupError)) and _ROLLUP.exists():
                continue
            raise SetupError(
                f"kan het geheugen van proces {process} niet lezen ({error.strerror}); meet op Linux"
            ) from error
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:"))
    return kilobytes * 1024


def run_logged(command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> float:
    """Runs a command in a folder, its output to a log file, and returns the seconds it took.

    Raises:
        ModelError: when it fails or takes hours.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with log.open("wb") as output:
        try:
            subprocess.run(
                command,
                cwd=folder,
                env=dict(environment),
                stdout=output,
                stderr=output,
                check=True,
                timeout=_TRAINING_SECONDS,
            )
        except subprocess.SubprocessError as error:
            code = getattr(error, "returncode", "geen: te lang")
            raise ModelError(f"een stap van het meten mislukte (code {code}); zie {log}") from error
    return time.monotonic() - started


# --- training data and configuration of the default


@dataclass(frozen=True)
class Sample:
    """One training example as it stands in its file: a line "- text", or a mapping with text and metadata."""

    intent: str
    example: Any


def read_samples(folder: Path = paths.DATA / "nlu") -> list[Sample]:
    """Returns every example under a folder, with its annotations and metadata."""
    samples = []
    for path in sorted(folder.rglob("*.yml")):
        for block in read_plain_yaml(path).get("nlu") or []:
            examples = block.get("examples") or ""
            if isinstance(examples, str):
                examples = [line.strip() for line in examples.splitlines() if line.strip()]
            if "intent" in block:
                samples += [Sample(str(block["intent"]), example) for example in examples]
    return samples


def subset(samples: Sequence[Sample], limit: Optional[int]) -> list[Sample]:
    """Returns at most `limit` examples of each intent, evenly spread, in their order."""
    if limit is None:
        return list(samples)
    return [samples[place] for place in at_most([sample.intent for sample in samples], limit)]


def nlu_document(samples: Sequence[Sample]) -> dict[str, Any]:
    """Returns the examples as a document of Rasa: of each intent its lines, then what has metadata."""
    lines: dict[str, str] = defaultdict(str)
    mappings: dict[str, list[Any]] = defaultdict(list)
    for sample in samples:
        if isinstance(sample.example, str):
            lines[sample.intent] += f"{sample.example}\n"
        else:
            mappings[sample.intent].append(sample.example)
    blocks = [*lines.items(), *mappings.items()]
    return {"version": "3.1", "nlu": [{"intent": intent, "examples": own} for intent, own in blocks]}


def read_plain_yaml(path: Path) -> Any:
    """Returns a YAML file as plain lists and dicts."""
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def write_yaml(path: Path, document: Any) -> None:
    """Writes a document in block style; Rasa does not take JSON under the name of YAML."""
    from ruamel.yaml import YAML

    path.parent.mkdir(parents=True, exist_ok=True)
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(document, file)


def default_config(epochs: int) -> dict[str, Any]:
    """Returns what `rasa init` of the installed Rasa trains with, in Dutch and with this number of epochs.

    The scaffold's own config.yml leaves pipeline and policies empty; Rasa then takes those of this file.
    """
    spec = importlib.util.find_spec("rasa")
    if spec is None or not spec.origin:
        raise SetupError("Rasa is niet geïnstalleerd; draai eerst 'make setup'")
    folder = Path(spec.origin).parent / "engine" / "recipes" / "config_files"
    config: dict[str, Any] = read_plain_yaml(folder / "default_config.yml")
    config.update(language="nl", assistant_id="standaard")
    for part in [*config["pipeline"], *config["policies"]]:
        if "epochs" in part:
            part.update(epochs=epochs, random_seed=SEED)
    return config


def default_domain(intents: Sequence[str], entities: Sequence[str]) -> dict[str, Any]:
    """Returns a domain without actions: one fixed text an intent, and one when no intent is sure."""
    texts = {f"utter_{intent}": [{"text": f"Antwoord op {intent}."}] for intent in intents}
    return {
        "version": "3.1",
        "intents": list(intents),
        "entities": list(entities),
        "responses": {**texts, "utter_nlu_fallback": [{"text": "Dat begrijp ik niet."}]},
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }


def default_stories(intents: Sequence[str]) -> dict[str, Any]:
    """Returns a rule and a story an intent; the stories give the default's TED something to train on."""

    def steps(intent: str) -> list[dict[str, str]]:
        return [{"intent": intent}, {"action": f"utter_{intent}"}]

    return {
        "version": "3.1",
        "rules": [{"rule": f"regel {i}", "steps": steps(i)} for i in [*intents, "nlu_fallback"]],
        "stories": [{"story": f"verhaal {i}", "steps": steps(i)} for i in intents],
    }


def write_default_project(folder: Path, examples: Sequence[Sample], epochs: int) -> None:
    """Lays down a project like that of `rasa init`, with these examples."""
    intents = sorted({example.intent for example in examples})
    entities = read_plain_yaml(paths.ROOT / "domain.yml")["entities"]
    write_yaml(folder / "config.yml", default_config(epochs))
    write_yaml(folder / "domain.yml", default_domain(intents, entities))
    write_yaml(folder / "data" / "nlu.yml", nlu_document(examples))
    write_yaml(folder / "data" / "stories.yml", default_stories(intents))
    write_yaml(folder / "credentials.yml", {"rest": {}})
    write_yaml(folder / "endpoints.yml", {})


# --- training


def train_wegwijzer_from_scratch() -> float:
    """Trains a copy of Wegwijzer in an empty folder and returns the seconds it took."""
    with tempfile.TemporaryDirectory(prefix="wegwijzer-") as name:
        copy = Path(name)
        copy_tree(copy)
        command = [sys.executable, "-m", "wegwijzer", "train", "--force"]
        seconds = run_logged(command, copy, quiet_environment(copy), WORK / "wegwijzer-trainen.log")
        if not (copy / MODEL.relative_to(paths.ROOT)).exists():
            raise ModelError(f"trainen in {copy} gaf geen model; zie {WORK / 'wegwijzer-trainen.log'}")
    return seconds


def train_default(folder: Path) -> tuple[float, Path]:
    """Trains the default laid down in a folder; returns seconds and the model's path."""
    command = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", "standaard"]
    seconds = run_logged(command, folder, quiet_environment(folder), WORK / "standaard-trainen.log")
    model = folder / "models" / "standaard.tar.gz"
    if not model.exists():
        raise ModelError(f"de standaard van rasa init gaf geen model; zie {WORK / 'standaard-trainen.log'}")
    return seconds, model


# --- serving


def interleave(questions: Mapping[str, Sequence[Item]]) -> list[str]:
    """Returns the texts of all files in turn: the first of each, the second of each, and so on."""
    rounds = itertools.zip_longest(*questions.values())
    return [item.text for row in rounds for item in row if item is not None]


def split_questions(texts: Sequence[str], count: int) -> tuple[list[str], list[str]]:
    """Returns (questions to warm up with, questions to measure); the first are others when there are enough."""
    measured = list(texts[:count])
    return list(texts[count : count + WARM_UP]) or measured[:WARM_UP], measured


def _turn(url: str, text: str) -> tuple[float, bool]:
    """Returns the milliseconds of one turn in a conversation of its own, and whether an answer came back."""
    messages: list[dict[str, object]] = []
    started = time.perf_counter()
    try:
        messages = ask(url, f"meting-{uuid.uuid4().hex}", text)
    except (http.client.HTTPException, OSError, ValueError):
        pass
    milliseconds = (time.perf_counter() - started) * 1000
    return milliseconds, any(m.get("text") and m["text"] != UNAVAILABLE for m in messages)


def measure_serving(url: str, texts: Sequence[str], count: int) -> Serving:
    """Warms the system up, puts `count` questions to it one after another, then reads its memory.

    The system has to be started by this process, in process groups of its own.
    """
    warm_up, measured = split_questions(texts, count)
    for text in warm_up:
        _turn(url, text)
    turns = [_turn(url, text) for text in measured]
    times = [milliseconds for milliseconds, _ in turns]
    processes = processes_of_groups(groups_started_here())
    return Serving(
        p50=percentile(times, 0.5),
        p95=percentile(times, 0.95),
        answered=Share(sum(answered for _, answered in turns), len(turns)),
        memory_bytes=process_memory(processes),
        processes=len(processes),
    )


@contextmanager
def serving_wegwijzer() -> Iterator[tuple[str, float]]:
    """Starts Wegwijzer; gives its address and the seconds until it answered a question."""
    folder = WORK / "wegwijzer"
    shutil.rmtree(folder, ignore_errors=True)
    supervisor = Supervisor("127.0.0.1", free_port(), folder)
    started = time.monotonic()
    try:
        supervisor.start(lambda line: None)
        yield supervisor.url, time.monotonic() - started
    finally:
        supervisor.stop()


@contextmanager
def serving_default(folder: Path, model: Path) -> Iterator[tuple[str, float]]:
    """Starts `rasa run` on the default's model; gives its address and the seconds until it answered."""
    port = free_port()
    log = WORK / "standaard.log"
    command = [sys.executable, "-m", "rasa", "run", "--model", str(model), "--port", str(port)]
    command += [
        "--interface",
        "127.0.0.1",
        "--credentials",
        "credentials.yml",
        "--endpoints",
        "endpoints.yml",
    ]
    started = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**quiet_environment(folder), "SANIC_HOST": "127.0.0.1"},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_answered(url, process, log)
        yield url, time.monotonic() - started
    finally:
        _end(process)


def _wait_until_answered(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SetupError(f"de standaard van rasa init stopte bij het starten; zie {log}")
        try:
            if ask(url, "meting-start", FIRST_QUESTION):
                return
        except (http.client.HTTPException, OSError, ValueError):
            pass
        time.sleep(0.5)
    raise SetupError(f"de standaard van rasa init gaf na {READY_SECONDS} s geen antwoord; zie {log}")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


# --- the two systems


def size_of(*places: Path) -> int:
    """Returns the bytes of files and folders together."""
    files = [f for place in places for f in ([place] if place.is_file() else place.rglob("*"))]
    return sum(file.stat().st_size for file in files if file.is_file())


def _system(
    name: str,
    examples: Sequence[Sample],
    epochs: Optional[int],
    training_seconds: Optional[float],
    ready_seconds: float,
    serving: Serving,
    model_bytes: int,
) -> System:
    return System(
        name=name,
        examples=len(examples),
        intents=len({example.intent for example in examples}),
        epochs=epochs,
        training_seconds=training_seconds,
        ready_seconds=ready_seconds,
        p50=serving.p50,
        p95=serving.p95,
        answered=serving.answered,
        memory_bytes=serving.memory_bytes,
        processes=serving.processes,
        model_bytes=model_bytes,
    )


def measure_wegwijzer(say: Say, texts: Sequence[str], count: int, with_training: bool) -> System:
    """Measures Wegwijzer: training in a copy, then serving with the model of this tree."""
    seconds = None
    if with_training:
        say("Wegwijzer: trainen vanaf nul, in een tijdelijke map.")
        seconds = train_wegwijzer_from_scratch()
        say(f"Wegwijzer: getraind in {seconds:.0f} s.")
    if not is_trained():
        say("Het model van deze map past niet bij de gegevens en wordt eerst getraind.")
        command = [sys.executable, "-m", "wegwijzer", "train"]
        run_logged(command, paths.ROOT, quiet_environment(paths.ROOT), WORK / "wegwijzer-model.log")
    say("Wegwijzer: starten en vragen stellen.")
    with serving_wegwijzer() as (url, ready):
        serving = measure_serving(url, texts, count)
    return _system("Wegwijzer", read_samples(), None, seconds, ready, serving, size_of(MODEL, DANGER_MODEL))


def measure_default(say: Say, texts: Sequence[str], count: int, epochs: int, limit: Optional[int]) -> System:
    """Measures the default of `rasa init`, trained on at most `limit` examples an intent."""
    examples = subset(read_samples(), limit)
    with tempfile.TemporaryDirectory(prefix="wegwijzer-standaard-") as name:
        folder = Path(name)
        write_default_project(folder, examples, epochs)
        say(f"rasa init: trainen op {len(examples)} voorbeelden, {epochs} epochs.")
        seconds, model = train_default(folder)
        say(f"rasa init: getraind in {seconds:.0f} s; starten en vragen stellen.")
        with serving_default(folder, model) as (url, ready):
            serving = measure_serving(url, texts, count)
        return _system("standaard van rasa init", examples, epochs, seconds, ready, serving, size_of(model))


# --- the report


def _number(value: Optional[float], form: str = ".0f") -> str:
    if value is None:
        return "niet gemeten"
    return "geen" if math.isnan(value) else format(value, form)


def _goal(value: Optional[float], target: float, text: str) -> str:
    if value is None:
        return text
    return f"{text}: {'gehaald' if value <= target else 'niet gehaald'}"


def table_rows(systems: Sequence[System], targets: Targets = Targets()) -> list[list[str]]:
    """Returns the table: a row a figure, a column a system, last the target and whether the first meets it."""
    first = systems[0]
    memory = f"≤ {targets.memory_bytes / _GIGABYTE:.1f}"
    goals = {
        "training": _goal(
            first.training_seconds, targets.training_seconds, f"≤ {targets.training_seconds:.0f}"
        ),
        "ready": _goal(first.ready_seconds, targets.ready_seconds, f"≤ {targets.ready_seconds:.0f}"),
        "p95": _goal(first.p95, targets.p95_milliseconds, f"≤ {targets.p95_milliseconds:.0f}"),
        "memory": _goal(first.memory_bytes, targets.memory_bytes, memory),
    }
    figures: list[tuple[str, Callable[[System], str], str]] = [
        ("Voorbeelden", lambda s: str(s.examples), ""),
        ("Intents", lambda s: str(s.intents), ""),
        ("Epochs", lambda s: "geen" if s.epochs is None else str(s.epochs), ""),
        ("Trainen vanaf nul (s)", lambda s: _number(s.training_seconds), goals["training"]),
        ("Klaar voor een vraag (s)", lambda s: _number(s.ready_seconds, ".1f"), goals["ready"]),
        ("Antwoordtijd p50 (ms)", lambda s: _number(s.p50), ""),
        ("Antwoordtijd p95 (ms)", lambda s: _number(s.p95), goals["p95"]),
        ("Vragen met antwoord", lambda s: f"{s.answered.hits} van {s.answered.total}", ""),
        ("Geheugen (GB)", lambda s: _number(s.memory_bytes / _GIGABYTE, ".2f"), goals["memory"]),
        ("Processen", lambda s: str(s.processes), ""),
        ("Model op schijf (MB)", lambda s: _number(s.model_bytes / _MEGABYTE, ".1f"), ""),
    ]
    head = ["", *(system.name for system in systems), "doel van Wegwijzer"]
    return [head, *([name, *map(value, systems), goal] for name, value, goal in figures)]


def text_table(rows: Sequence[Sequence[str]]) -> str:
    """Returns rows as columns of equal width."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    return "\n".join(lines)


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Returns rows as a table of Markdown; the first row is its head."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]) + "\n"


def machine_lines(machine: Machine) -> list[str]:
    """Returns the machine as lines of Markdown."""
    return [
        f"- Datum: {machine.date}",
        f"- Machine: {machine.cores} kernen, {machine.processor}; belasting bij het begin {machine.load:.1f}",
        f"- Python {machine.python}, Rasa {machine.rasa}, taalmodel: {machine.language}",
    ]


def default_note(default: System, whole: System) -> str:
    """Returns in plain words on how much the default was trained."""
    trained = (
        f"De standaard van `rasa init` is getraind op {default.examples} van de {whole.examples} voorbeelden "
        f"(dezelfde {default.intents} intents) en {default.epochs} epochs; `rasa init` zelf schrijft "
        f"{DEFAULT_EPOCHS} epochs voor. "
    )
    if default.examples < whole.examples or (default.epochs or 0) < DEFAULT_EPOCHS:
        trained += (
            "Trainen op alle voorbeelden met alle epochs is niet gemeten en hier niet geschat: de "
            "trainingstijd in die kolom is alleen die van dit deel, en niet te vergelijken met die van "
            "Wegwijzer, dat op alles traint. "
        )
    return trained + "Deze standaard heeft geen acties en bewaart gesprekken in het geheugen."


def markdown(systems: Sequence[System], machine: Machine, command: str) -> str:
    """Returns the report."""
    asked = systems[0].answered.total
    lines = ["# Benchmark", "", f"Gemaakt met `{command}`.", "", *machine_lines(machine), ""]
    lines += [markdown_table(table_rows(systems))]
    if len(systems) > 1:
        lines += [default_note(systems[1], systems[0]), ""]
    lines += [
        f"Antwoordtijd: {asked} vragen uit tests/evaluation, om beurten uit elk bestand, een voor een over REST, "
        f"elk in een eigen gesprek, na {WARM_UP} vragen om op te warmen. Geheugen: de som van PSS over alle "
        "processen na die vragen (1 GB = 10⁹ bytes). Klaar: van het starten tot een echte vraag is beantwoord, "
        "op een halve seconde nauwkeurig. Trainen: een eigen proces in een lege map, het laden van Python "
        "inbegrepen.",
    ]
    return "\n".join(lines) + "\n"


def command_line(
    epochs: int, with_default: bool, limit: Optional[int], questions: int, with_training: bool
) -> str:
    """Returns the command that measures with these settings, for the report; a limit of 0 is none."""
    words = ["wegwijzer", "benchmark", "--questions", str(questions)]
    if with_default:
        words += ["--epochs", str(epochs), "--limit", str(limit or 0)]
    else:
        words.append("--no-default")
    return " ".join(words if with_training else [*words, "--no-training"])


def run_benchmark(
    say: Say,
    questions_folder: Path = paths.EVALUATION,
    report_path: Path = REPORT,
    epochs: int = 20,
    with_default: bool = True,
    limit: Optional[int] = 25,
    questions: int = 200,
    with_training: bool = True,
) -> list[System]:
    """Measures Wegwijzer and the default of `rasa init`, prints a table and writes the report.

    Args:
        say: is given a line of progress or the table.
        questions_folder: folder with the question files.
        report_path: the Markdown file to write.
        epochs: epochs of the default.
        with_default: whether the default is measured too.
        limit: at most this many examples an intent for the default; None takes all.
        questions: number of questions that are timed.
        with_training: whether Wegwijzer's training from scratch is measured.

    Raises:
        SetupError: when a system does not start or the machine does not tell its memory.
        ModelError: when training fails.
    """
    command = command_line(epochs, with_default, limit, questions, with_training)
    texts = interleave(load_questions(questions_folder))
    WORK.mkdir(parents=True, exist_ok=True)
    machine = this_machine()
    systems = [measure_wegwijzer(say, texts, questions, with_training)]
    # Written already, so that a default that fails does not cost the figures of Wegwijzer.
    _write_report(report_path, markdown(systems, machine, command))
    if with_default:
        systems.append(measure_default(say, texts, questions, epochs, limit))
        _write_report(report_path, markdown(systems, machine, command))
    say(text_table(table_rows(systems)))
    say(f"Verslag: {report_path}")
    return systems


def _write_report(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
