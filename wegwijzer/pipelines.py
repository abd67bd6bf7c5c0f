"""Compares pipelines on the same data and questions and writes the table of docs/pijplijnen.md.

A row is a pipeline, with or without nl_core_news_sm, on all or on a few examples an intent. Each row is
trained by a process of its own and measured by another, so that its memory is only its own. The figures of a
row are kept under var/pijplijnen/; a run that was interrupted goes on after the last finished row.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping, Optional, Sequence

from wegwijzer import paths
from wegwijzer.benchmark import (
    DEFAULT_EPOCHS,
    Machine,
    Sample,
    Say,
    default_config,
    machine_lines,
    markdown_table,
    nlu_document,
    process_memory,
    read_plain_yaml,
    read_samples,
    run_logged,
    size_of,
    subset,
    text_table,
    this_machine,
    write_yaml,
)
from wegwijzer.catalogue import catalogue
from wegwijzer.environment import quiet_environment
from wegwijzer.errors import ModelError, SetupError
from wegwijzer.evaluation import CLEAR, Item, Share, load_questions, percentile
from wegwijzer.language import BLANK, DUTCH_MODEL
from wegwijzer.training import fingerprint
from wegwijzer.understanding import DANGER_INTENT, OUT_OF_SCOPE, Understanding

DIET, SPARSE, ENCODER = "diet", "sparse", "encoder"
KINDS = (DIET, SPARSE, ENCODER)
NAMES: Mapping[str, str] = {
    DIET: "standaard van `rasa init` (DIET)",
    SPARSE: "n-grammen, lineair",
    ENCODER: "n-grammen en zinsencoder, lineair (config.yml)",
}
LANGUAGES = (BLANK, DUTCH_MODEL)
FILES = (*CLEAR, "buiten_bereik", "gevaar")
"""The question files that are put to each pipeline."""

REPORT = paths.ROOT / "docs" / "pijplijnen.md"
RESULTS = paths.ROOT / "var" / "pijplijnen"

_FALLBACK = "nlu_fallback"
_WARM_UP = 10
_MODEL = "pijplijn"


@dataclass(frozen=True)
class Settings:
    """What to measure; the defaults are those of the command line.

    Attributes:
        limit: at most this many examples an intent for the linear pipelines; None takes all.
        diet_limit: the same for DIET; the linear pipelines are measured on that part too.
        epochs: epochs of DIET.
        nl_model: a wheel of nl_core_news_sm, for when it is not installed here.
        fresh: whether kept figures are thrown away.
        only: the kinds of pipeline to measure now; the table shows kept figures of the others.
        questions_folder: folder with the question files.
        report: the Markdown file to write.
        results: folder where figures and logs are kept.
    """

    limit: Optional[int] = None
    diet_limit: int = 25
    epochs: int = 20
    nl_model: Optional[Path] = None
    fresh: bool = False
    only: tuple[str, ...] = KINDS
    questions_folder: Path = paths.EVALUATION
    report: Path = REPORT
    results: Path = RESULTS


@dataclass(frozen=True)
class Row:
    """One pipeline as it is trained.

    Attributes:
        kind: one of KINDS.
        language: 'blank' or nl_core_news_sm.
        limit: at most this many examples an intent; None is all.
        epochs: epochs of DIET, None for a linear pipeline.
    """

    kind: str
    language: str
    limit: Optional[int]
    epochs: Optional[int]

    @property
    def key(self) -> str:
        """Name of the file in which its figures are kept."""
        return f"{self.kind}-{self.language}-{self.limit or 'alle'}"


@dataclass(frozen=True)
class Figures:
    """What was measured of one row; times in seconds, of a parse in milliseconds."""

    examples: int
    top1: Share
    top3: Share
    macro_f1: float
    out_of_scope: Share
    danger: Share
    p50: float
    p95: float
    memory_bytes: int
    model_bytes: int
    training_seconds: float
    loading_seconds: float
    measured: str

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Figures:
        """Reads what asdict() made."""
        shares = {name: Share(**value) for name, value in values.items() if isinstance(value, dict)}
        return cls(**{**values, **shares})


# --- rows and configurations


def plan(settings: Settings) -> list[Row]:
    """Returns the rows of the table, in order; the linear pipelines also on the part that DIET gets."""
    rows = [Row(DIET, language, settings.diet_limit, settings.epochs) for language in LANGUAGES]
    for kind in (SPARSE, ENCODER):
        for limit in dict.fromkeys((settings.diet_limit, settings.limit)):
            rows += [Row(kind, language, limit, None) for language in LANGUAGES]
    return rows


def pipeline_config(row: Row) -> dict[str, Any]:
    """Returns the Rasa configuration that a row trains with."""
    return _diet_config(row) if row.kind == DIET else _linear_config(row)


def _diet_config(row: Row) -> dict[str, Any]:
    config = default_config(row.epochs or DEFAULT_EPOCHS)
    pipeline = config["pipeline"]
    for part in pipeline:
        if part["name"] == "DIETClassifier":
            # The default shows ten intents only; all are needed to find the first three offers.
            part["ranking_length"] = 0
    if row.language == DUTCH_MODEL:
        spacy = [{"name": "SpacyNLP", "model": DUTCH_MODEL}, {"name": "SpacyTokenizer"}]
        others = [part for part in pipeline if part["name"] != "WhitespaceTokenizer"]
        config["pipeline"] = [*spacy, {"name": "SpacyFeaturizer"}, *others]
    return config


def _linear_config(row: Row) -> dict[str, Any]:
    config: dict[str, Any] = read_plain_yaml(paths.ROOT / "config.yml")
    config["pipeline"] = [
        {**part, "model": row.language} if part["name"].endswith("DutchSpacyNLP") else part
        for part in config["pipeline"]
        if row.kind == ENCODER or not part["name"].endswith("SentenceEncoderFeaturizer")
    ]
    return config


# --- figures out of rankings


def _ranked(ranking: Sequence[str]) -> list[str]:
    """Returns the classifier's own intents; the fallback is a threshold laid on top of them."""
    return [intent for intent in ranking if intent != _FALLBACK]


def first_offers(ranking: Sequence[str], offers: Iterable[str], count: int = 3) -> list[str]:
    """Returns the first offers of a ranking of intents."""
    known = set(offers)
    return [intent for intent in ranking if intent in known][:count]


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Returns the mean F1 over the labels that had to be found, from (true, predicted) pairs."""
    labels = sorted({true for true, _ in pairs})
    scores = []
    for label in labels:
        hits = sum(true == label == predicted for true, predicted in pairs)
        named = sum((true == label) + (predicted == label) for true, predicted in pairs)
        scores.append(2 * hits / named)
    return sum(scores) / len(scores) if scores else float("nan")


def _share(outcomes: Iterable[bool]) -> Share:
    values = list(outcomes)
    return Share(sum(values), len(values))


def judge(
    questions: Mapping[str, Sequence[Item]],
    rankings: Mapping[str, Sequence[Sequence[str]]],
    offers: Iterable[str],
) -> dict[str, Any]:
    """Returns the shares of Figures.

    Args:
        questions: file → questions.
        rankings: file → for each question the intents, most probable first.
        offers: ids of all offers.
    """
    known = set(offers)
    clear: list[tuple[Item, list[str]]] = []
    for file in CLEAR:
        pairs = zip(questions.get(file, ()), rankings.get(file, ()))
        clear += [(item, first_offers(ranking, known)) for item, ranking in pairs]

    def first_intents(file: str) -> list[str]:
        return [next(iter(_ranked(ranking)), "") for ranking in rankings.get(file, ())]

    # Of more accepted offers the one that was given is the true one, the first when none was.
    labels = [
        (found[0] if found and found[0] in item.expected else item.expected[0], found[0] if found else "")
        for item, found in clear
    ]
    return {
        "top1": _share(bool(found) and found[0] in item.expected for item, found in clear),
        "top3": _share(bool(set(found) & set(item.expected)) for item, found in clear),
        "macro_f1": macro_f1(labels),
        "out_of_scope": _share(intent.startswith(OUT_OF_SCOPE) for intent in first_intents("buiten_bereik")),
        "danger": _share(intent == DANGER_INTENT for intent in first_intents("gevaar")),
    }


# --- keeping results


def load_result(folder: Path, row: Row, made_from: Mapping[str, Any]) -> Optional[Figures]:
    """Returns the kept figures of a row, or None when there are none or they were made from something else."""
    try:
        kept = json.loads((folder / f"{row.key}.json").read_text(encoding="utf-8"))
        if kept["made_from"] != dict(made_from) or kept["row"] != asdict(row):
            return None
        return Figures.from_dict(kept["figures"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save_result(folder: Path, row: Row, made_from: Mapping[str, Any], figures: Figures) -> None:
    """Keeps the figures of a row; an interruption leaves the old file or the new one, never half."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {"made_from": dict(made_from), "row": asdict(row), "figures": asdict(figures)}
    unfinished = folder / f"{row.key}.json.deel"
    unfinished.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    os.replace(unfinished, folder / f"{row.key}.json")


def _made_from(row: Row, data: str, language: str) -> dict[str, Any]:
    return {"data": data, "language": BLANK if row.language == BLANK else language}


def _data_identity(questions: Mapping[str, Sequence[Item]]) -> str:
    """Returns a hash of training data, code and questions."""
    asked = json.dumps([[item.text, *item.expected] for file in FILES for item in questions.get(file, ())])
    return hashlib.sha256((fingerprint() + asked).encode()).hexdigest()


# --- measuring a row, in the process that was started


def measure_row(
    row: Row,
    examples: Sequence[Sample],
    questions: Mapping[str, Sequence[Item]],
    folders: Sequence[Path],
    log: Path,
) -> Figures:
    """Trains and measures a row, each in a process of its own.

    Args:
        row: the pipeline.
        examples: all examples; a row takes its part.
        questions: file → questions.
        folders: folders for Python's path, such as the one that holds nl_core_news_sm.
        log: file for what Rasa says.

    Raises:
        ModelError: when one of both processes fails.
    """
    part = subset(examples, row.limit)
    texts = {file: [item.text for item in questions.get(file, ())] for file in FILES}
    with tempfile.TemporaryDirectory(prefix="wegwijzer-pijplijn-") as name:
        folder = Path(name)
        write_yaml(folder / "config.yml", pipeline_config(row))
        write_yaml(folder / "data" / "nlu.yml", nlu_document(part))
        (folder / "questions.json").write_text(json.dumps(texts), encoding="utf-8")
        environment = {
            **quiet_environment(*folders, paths.ROOT),
            "RASA_CACHE_DIRECTORY": str(folder / "cache"),
        }
        for step in ("train", "measure"):
            command = [sys.executable, "-m", "wegwijzer.pipelines", step]
            run_logged(command, folder, environment, log.with_suffix(f".{step}.log"))
        trained = json.loads((folder / "train.json").read_text())
        measured = json.loads((folder / "measure.json").read_text())
        model_bytes = size_of(folder / f"{_MODEL}.tar.gz")
    return Figures(
        **judge(questions, measured["rankings"], catalogue().offers),
        examples=len(part),
        p50=percentile(measured["milliseconds"], 0.5),
        p95=percentile(measured["milliseconds"], 0.95),
        memory_bytes=measured["memory_bytes"],
        model_bytes=model_bytes,
        training_seconds=trained["seconds"],
        loading_seconds=measured["loading_seconds"],
        measured=time.strftime("%Y-%m-%d %H:%M"),
    )


def _train_here() -> None:
    """Trains what lies in the current folder."""
    from rasa.model_training import train_nlu

    from wegwijzer.nlu.logs import quiet

    quiet()
    started = time.monotonic()
    if not train_nlu("config.yml", "data", ".", fixed_model_name=_MODEL):
        raise ModelError("Rasa made no model; its messages above say why")
    Path("train.json").write_text(json.dumps({"seconds": time.monotonic() - started}))


def _parse_all(
    parse: Callable[[str], Understanding], texts: Sequence[str]
) -> tuple[list[list[str]], list[float]]:
    """Returns the ranked intents and the milliseconds of each text."""
    rankings, milliseconds = [], []
    for text in texts:
        started = time.perf_counter()
        understanding = parse(text)
        milliseconds.append((time.perf_counter() - started) * 1000)
        rankings.append(list(understanding.intents))
    return rankings, milliseconds


def _measure_here() -> None:
    """Loads the model in the current folder and parses all questions."""
    started = time.monotonic()
    from wegwijzer.nlu.parser import load_parser

    parse = load_parser(Path(f"{_MODEL}.tar.gz"))
    loading_seconds = time.monotonic() - started
    texts: dict[str, list[str]] = json.loads(Path("questions.json").read_text(encoding="utf-8"))
    # The last ones come back only after all others, when no step remembers them any more.
    _parse_all(parse, [text for own in texts.values() for text in own][-_WARM_UP:])
    rankings, milliseconds = {}, []
    for file, own in texts.items():
        rankings[file], times = _parse_all(parse, own)
        milliseconds += times
    result = {
        "rankings": rankings,
        "milliseconds": milliseconds,
        "loading_seconds": loading_seconds,
        "memory_bytes": process_memory([os.getpid()]),
    }
    Path("measure.json").write_text(json.dumps(result))


# --- the Dutch language model


def install_model(wheel: Path, target: Path) -> None:
    """Unpacks a wheel into a folder of its own, never into .venv.

    Raises:
        SetupError: when the wheel or uv is missing, or uv fails.
    """
    if not wheel.is_file():
        raise SetupError(f"{wheel} bestaat niet; geef met --nl-model het pad van het whl-bestand")
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if uv is None:
        raise SetupError("uv is niet gevonden; draai eerst 'make setup'")
    command = [uv, "pip", "install", "-q", "--no-deps", "--python", sys.executable, "--target", str(target)]
    done = subprocess.run([*command, str(wheel)], capture_output=True, text=True)
    if done.returncode:
        raise SetupError(f"{wheel} kon niet worden geïnstalleerd: {done.stderr.strip()}")


def language_of(folders: Sequence[Path]) -> str:
    """Returns the identity of the language model that a process with these folders finds."""
    code = "from wegwijzer.language import language_identity as i; print(i())"
    environment = quiet_environment(*folders, paths.ROOT)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


# --- the report


def _percent(share: Share) -> str:
    if not share.total:
        return "geen vragen"
    low, high = share.interval
    return f"{share.value:.1%} ({low:.0%}–{high:.0%})"


def _row_name(row: Row) -> list[str]:
    language = row.language
    if language == BLANK:
        language = "geen spaCy" if row.kind == DIET else "blank nl"
    part = "alle" if row.limit is None else f"≤ {row.limit}"
    return [NAMES[row.kind], language, part, "–" if row.epochs is None else str(row.epochs)]


HEAD = (
    "pijplijn",
    "taal",
    "per intent",
    "epochs",
    "voorbeelden",
    "top-1",
    "top-3",
    "macro-F1",
    "buiten bereik",
    "gevaar",
    "p50 (ms)",
    "p95 (ms)",
    "geheugen (MB)",
    "trainen (s)",
    "laden (s)",
    "model (MB)",
)


def table_rows(results: Sequence[tuple[Row, Optional[Figures]]]) -> list[list[str]]:
    """Returns the table: its head and a row a pipeline."""
    rows = [list(HEAD)]
    for row, figures in results:
        cells = ["niet gemeten", *[""] * (len(HEAD) - 5)]
        if figures is not None:
            cells = [
                str(figures.examples),
                *map(_percent, (figures.top1, figures.top3)),
                f"{figures.macro_f1:.3f}",
                *map(_percent, (figures.out_of_scope, figures.danger)),
                f"{figures.p50:.0f}",
                f"{figures.p95:.0f}",
                f"{figures.memory_bytes / 1e6:.0f}",
                f"{figures.training_seconds:.0f}",
                f"{figures.loading_seconds:.1f}",
                f"{figures.model_bytes / 1e6:.1f}",
            ]
        rows.append([*_row_name(row), *cells])
    return rows


def _language_note(language: str) -> str:
    if language == BLANK:
        return (
            f"- {DUTCH_MODEL} was er niet; die rijen zijn niet gemeten. Installeer het, of geef een whl-bestand "
            "met `--nl-model`."
        )
    note = f"- {DUTCH_MODEL} hier: {language}."
    if "+" in language:
        note += " Dit is een vervanger en niet het pakket van Explosion; cijfers daarmee zijn geen cijfers van het product."
    return note


def markdown(
    results: Sequence[tuple[Row, Optional[Figures]]],
    settings: Settings,
    machine: Machine,
    whole: int,
    asked: int,
) -> str:
    """Returns the report.

    Args:
        results: the rows, None for one that was not measured.
        settings: what was asked for.
        machine: where was measured, with the language model of the rows that have one.
        whole: number of all examples.
        asked: number of questions.
    """
    dates = sorted(figures.measured for _, figures in results if figures)
    lines = ["# Pijplijnen vergeleken", "", f"Gemaakt met `{command_line(settings)}`.", ""]
    lines += machine_lines(machine)
    lines += [_language_note(machine.language)]
    if dates:
        lines += [f"- De rijen zijn gemeten van {dates[0]} tot {dates[-1]}."]
    lines += ["", markdown_table(table_rows(results))]
    lines += [
        f"De data hebben {whole} voorbeelden. DIET is getraind op ten hoogste {settings.diet_limit} voorbeelden "
        f"per intent en {settings.epochs} epochs; `rasa init` schrijft {DEFAULT_EPOCHS} epochs voor. Wat DIET op "
        "alle voorbeelden zou halen, is niet gemeten en hier niet geschat. Vergelijk DIET daarom met de rijen die "
        f"op hetzelfde deel zijn getraind (≤ {settings.diet_limit}).",
        "",
        f"Gemeten op {asked} vragen. Top-1 en top-3: het eerste aanbod, en een van de eerste drie, in de rangorde "
        "van de intents is een van de goede (helder.tsv en indirect.tsv); tussen haakjes het 95%-interval van "
        "Wilson. Macro-F1: het gemiddelde over dat aanbod. Buiten bereik: de eerste intent begint met `buiten_`; "
        "`nlu_fallback` telt niet mee. Gevaar: de eerste intent is `gevaar`. Dat is hier een gewone klasse van de "
        "classifier; het echte besluit over gevaar wordt apart getraind en genomen (`wegwijzer/danger.py`) en "
        "staat niet in deze tabel.",
        "",
        "Elke rij traint in een eigen proces in een lege map en wordt gemeten in een ander. p50 en p95: één "
        "bericht verwerken in dat proces, zonder REST en zonder acties. Geheugen: PSS van dat proces na alle "
        "vragen. Trainen: zonder het laden van Python. Laden: Rasa importeren en het model laden. N-grammen en "
        "encoder lezen de tekst zelf en niet de woorden van spaCy; hun aandelen zijn met en zonder "
        f"{DUTCH_MODEL} daarom gelijk.",
    ]
    return "\n".join(lines) + "\n"


def command_line(settings: Settings) -> str:
    """Returns the command that measures with these settings; where the wheel lay is of this machine only."""
    words = ["wegwijzer", "pipelines"]
    if settings.limit is not None:
        words += ["--limit", str(settings.limit)]
    words += ["--diet-limit", str(settings.diet_limit), "--epochs", str(settings.epochs)]
    if settings.nl_model is not None:
        words += ["--nl-model", "PAD.whl"]
    if settings.only != KINDS:
        words += ["--only", *settings.only]
    return " ".join(words)


# --- the whole run


def _measure_missing(
    say: Say,
    settings: Settings,
    rows: Sequence[Row],
    questions: Mapping[str, Sequence[Item]],
    folders: Sequence[Path],
    language: str,
) -> list[tuple[Row, Optional[Figures]]]:
    """Returns the rows with kept or new figures; a row that fails is told and left open."""
    examples = read_samples()
    data = _data_identity(questions)
    results: list[tuple[Row, Optional[Figures]]] = []
    for number, row in enumerate(rows, 1):
        place = f"{number}/{len(rows)} {row.key}"
        made_from = _made_from(row, data, language)
        figures = load_result(settings.results, row, made_from)
        if figures is not None:
            say(f"{place}: al gemeten op {figures.measured}")
        elif row.kind not in settings.only:
            say(f"{place}: overgeslagen")
        elif row.language == DUTCH_MODEL and language == BLANK:
            say(f"{place}: overgeslagen, {DUTCH_MODEL} is er niet")
        else:
            say(f"{place}: trainen en meten")
            try:
                figures = measure_row(row, examples, questions, folders, settings.results / row.key)
                save_result(settings.results, row, made_from, figures)
                say(f"{place}: top-1 {_percent(figures.top1)}, trainen {figures.training_seconds:.0f} s")
            except ModelError as error:
                say(f"{place}: {error}")
        results.append((row, figures))
    return results


def run_pipelines(say: Say, settings: Settings = Settings()) -> list[tuple[Row, Optional[Figures]]]:
    """Measures every row that has no figures yet, prints the table and writes the report.

    Args:
        say: is given a line of progress or the table.
        settings: what to measure.

    Raises:
        SetupError: when the wheel cannot be installed or this machine does not tell its memory.
    """
    questions = load_questions(settings.questions_folder)
    if settings.fresh:
        for path in settings.results.glob("*.json"):
            path.unlink()
    with tempfile.TemporaryDirectory(prefix="wegwijzer-taal-") as name:
        folders = [Path(name)] if settings.nl_model else []
        if settings.nl_model:
            install_model(settings.nl_model.resolve(), Path(name))
        language = language_of(folders)
        machine = this_machine(language)
        results = _measure_missing(say, settings, plan(settings), questions, folders, language)
    say(text_table(table_rows(results)))
    asked = sum(len(questions.get(file, ())) for file in FILES)
    text = markdown(results, settings, machine, len(read_samples()), asked)
    settings.report.parent.mkdir(parents=True, exist_ok=True)
    settings.report.write_text(text, encoding="utf-8")
    say(f"Verslag: {settings.report}")
    return results


if __name__ == "__main__":
    {"train": _train_here, "measure": _measure_here}[sys.argv[1]]()
