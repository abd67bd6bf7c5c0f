"""Measures the redaction on messages in which personal data are marked, and what it does to answers.

tests/privacy/*.tsv: one message a line under the heading 'bericht'. What has to go is marked
[[kind|words]], what may go as well as stay [[?kind|words]].
"""

from __future__ import annotations

import datetime
import re
import sys
import tempfile
import time
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Mapping, Optional, Sequence

from wegwijzer import paths
from wegwijzer.calibration import batches
from wegwijzer.catalogue import catalogue
from wegwijzer.errors import SetupError
from wegwijzer.evaluation import clear_items, load_questions, percentile
from wegwijzer.language import BLANK, DUTCH_MODEL, DutchLanguage, load_language
from wegwijzer.redaction import KINDS, Redactor
from wegwijzer.understanding import Understanding

Parse = Callable[[str], Understanding]

HEADING = "bericht"
_MARK = re.compile(r"\[\[(\??)([\w-]+)\|(.*?)\]\]")
_QUESTIONS = 300
"""Clear questions in which personal data are planted."""
_PLANTED = (
    "{} Groet, Karin de Vries, karin.devries@voorbeeld.nl",
    "Met Mohamed Bouzidi. {} Bel mij op 06-12345678.",
    "{} Het gaat om Piet Jansen, geboren 12-03-1980, Kerkstraat 12, 2801 AB.",
)


@dataclass(frozen=True)
class Marked:
    """A message with what has to go from it.

    Attributes:
        text: the message without marks.
        data: start, end and kind of what has to go.
        optional: start and end of what may go.
    """

    text: str
    data: tuple[tuple[int, int, str], ...]
    optional: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Measured:
    """What a redactor did with messages.

    Attributes:
        found: kind → how many data of that kind went whole.
        total: kind → how many there were.
        false: kind → how many replacements were of no personal datum.
        clean: messages without personal data.
        hurt: of those, messages in which something was replaced.
        milliseconds: per message.
        missed: kind and message of what stayed.
        wrong: replacement and message of what went without need.
    """

    found: Mapping[str, int]
    total: Mapping[str, int]
    false: Mapping[str, int]
    clean: int
    hurt: int
    milliseconds: tuple[float, ...]
    missed: tuple[tuple[str, str], ...]
    wrong: tuple[tuple[str, str], ...]


def read_marked(line: str) -> Marked:
    """Reads one message with its marks; raises ValueError at a kind that is none."""
    text, done = "", 0
    data: list[tuple[int, int, str]] = []
    optional: list[tuple[int, int]] = []
    for match in _MARK.finditer(line):
        text += line[done : match.start()]
        start, may, kind = len(text), match.group(1), match.group(2)
        if kind not in KINDS:
            raise ValueError(f"'{kind}' is no kind of personal data; use one of {', '.join(KINDS)}")
        text += match.group(3)
        if may:
            optional.append((start, len(text)))
        else:
            data.append((start, len(text), kind))
        done = match.end()
    return Marked(text + line[done:], tuple(data), tuple(optional))


def load_marked(file: Path) -> list[Marked]:
    """Reads a file of messages.

    Raises:
        SetupError: when it is no such file.
    """
    lines = file.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0] != HEADING:
        raise SetupError(f"{file}: the first line is not '{HEADING}'")
    marked = []
    for number, line in enumerate(lines[1:], 2):
        try:
            marked.append(read_marked(line))
        except ValueError as error:
            raise SetupError(f"{file}:{number}: {error}") from error
    return marked


def measure(redactor: Redactor, messages: Sequence[Marked]) -> Measured:
    """Returns what a redactor does with messages; a datum counts as found when none of its characters is left."""
    found: Counter[str] = Counter()
    total: Counter[str] = Counter()
    false: Counter[str] = Counter()
    clean = hurt = 0
    times, missed, wrong = [], [], []
    for message in messages:
        started = time.perf_counter()
        claims = redactor.find(message.text)
        times.append(1000 * (time.perf_counter() - started))
        gone = {place for start, end, _ in claims for place in range(start, end)}
        for start, end, kind in message.data:
            total[kind] += 1
            if all(i in gone for i in range(start, end) if message.text[i].isalnum()):
                found[kind] += 1
            else:
                missed.append((kind, message.text))
        meant = [*((start, end) for start, end, _ in message.data), *message.optional]
        needless = [c for c in claims if not any(c[0] < end and start < c[1] for start, end in meant)]
        for start, end, kind in needless:
            false[kind] += 1
            wrong.append((message.text[start:end], message.text))
        if not message.data:
            clean += 1
            hurt += bool(needless)
    return Measured(found, total, false, clean, hurt, tuple(times), tuple(missed), tuple(wrong))


def _dutch(wheel: Optional[Path]) -> Optional[DutchLanguage]:
    """Returns the Dutch model, installed or from a wheel, or None."""
    language = load_language()
    if language.identity != BLANK or wheel is None:
        return language if language.finds_names else None
    if not wheel.is_file():
        raise SetupError(f"{wheel} is er niet; geef het pad van het whl-bestand")
    folder = tempfile.mkdtemp(prefix="nl-model-")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    sys.path.insert(0, folder)
    try:
        return load_language.__wrapped__(DUTCH_MODEL)
    finally:
        sys.path.remove(folder)
        # Nobody else may find it: the trained model goes with the language that is installed.
        sys.modules.pop(DUTCH_MODEL, None)


def _memory() -> float:
    """Returns the memory that this process has now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def _best(understanding: Understanding) -> str:
    intents = understanding.intents
    return max(intents, key=lambda intent: intents[intent]) if intents else ""


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} ({100 * part / whole:.1f} %)".replace(".", ",") if whole else "0/0"


def _number(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


def measure_privacy(
    say: Callable[[str], None], folder: Path, nl_model: Optional[Path], with_routing: bool = True
) -> str:
    """Measures everything and returns the report, in Dutch Markdown.

    Args:
        say: is given each line of progress.
        folder: where the messages are.
        nl_model: wheel of the Dutch model for when it is not installed, or None.
        with_routing: whether to see what it does to answers too; that takes minutes and needs a model.

    Raises:
        SetupError: when a file is wrong, or the trained model does not fit the data.
    """
    sets = {file.stem: load_marked(file) for file in sorted(folder.glob("*.tsv"))}
    blank = load_language(BLANK)
    known = catalogue()
    before = _memory()
    redactors = {"lijsten": Redactor(known, blank)}
    redactors["lijsten"].redact("Jan Jansen")
    memory = _memory() - before
    dutch = _dutch(nl_model)
    if dutch is not None:
        redactors["lijsten en taalmodel"] = Redactor(known, dutch)
    identity = dutch.identity if dutch else "geen"
    lines = _heading(memory, identity)
    results = {}
    for name, redactor in redactors.items():
        for stem, messages in sets.items():
            results[name, stem] = measure(redactor, messages)
            say(f"{name}, {stem}: gemeten")
    lines += _tables(results, tuple(redactors), tuple(sets))
    questions = _all_questions()
    lines += _on_questions(redactors, questions)
    if with_routing:
        lines += _routing(say, redactors, [m for messages in sets.values() for m in messages])
    lines += _errors(results)
    report = "\n".join(lines) + "\n"
    say(report)
    return report


def _heading(memory: float, identity: str) -> list[str]:
    return [
        "# Meting: persoonsgegevens weghalen",
        "",
        f"Gemaakt op {datetime.date.today():%d-%m-%Y} met `wegwijzer privacy measure`. "
        "Dit bestand wordt geschreven; wijzig het niet met de hand.",
        "",
        "De berichten staan in `tests/privacy`. `gezien` en `ongezien` zijn geschreven door de taalmodel-helper die ook "
        "de redactie schreef, voordat de redactie ervoor is gemaakt. Van `gezien` zijn fouten bekeken en verbeterd; "
        "`ongezien` is daarna gemeten, en toen zijn ook de fouten verbeterd die zij liet zien. `blind` is van een "
        "schrijver die niets van de redactie en haar lijsten zag. De eerste meting daarvan, voordat er iets voor was "
        "veranderd: 156 van 193 gevonden (80,8 %), en 9 van de 80 berichten zonder persoonsgegevens geraakt. Daarna is "
        "de redactie verbeterd met die fouten ernaast. De cijfers van deze drie zijn dus geflatteerd. Staat er ook "
        "`blind2`, dan is die pas aan het eind gemeten en zegt hij het meest over nieuwe berichten. Echte berichten van "
        "ambtenaren zijn er nog niet.",
        "",
        "Een gegeven telt als gevonden als er geen letter of cijfer van over is. Een vervanging die geen "
        "persoonsgegeven raakt is onnodig.",
        "",
        f"Taalmodel: {identity}. Een versie met `+ud1` is de vervanger voor tests en niet het officiële model van "
        "spaCy; dat is hier niet gemeten.",
        "",
        f"Geheugen van de redactie met lijsten: {_number(memory)} MB.",
        "",
    ]


def _tables(
    results: Mapping[tuple[str, str], Measured], names: Sequence[str], stems: Sequence[str]
) -> list[str]:
    columns = [(name, stem) for stem in stems for name in names]
    head = " | ".join(f"{stem}, {name}" for name, stem in columns)
    lines = ["## Gevonden, per soort", "", f"| soort | {head} |", "|---" * (len(columns) + 1) + "|"]
    for kind in KINDS:
        cells = [_share(results[c].found.get(kind, 0), results[c].total.get(kind, 0)) for c in columns]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    cells = [_share(sum(results[c].found.values()), sum(results[c].total.values())) for c in columns]
    lines += [f"| **alle** | {' | '.join(cells)} |", "", "## Onnodig vervangen", ""]
    lines += [f"| soort | {head} |", "|---" * (len(columns) + 1) + "|"]
    for kind in KINDS:
        lines.append(f"| {kind} | {' | '.join(str(results[c].false.get(kind, 0)) for c in columns)} |")
    cells = [_share(results[c].hurt, results[c].clean) for c in columns]
    lines.append(f"| berichten zonder persoonsgegevens waarin iets wegging | {' | '.join(cells)} |")
    lines += [
        "",
        "## Tijd per bericht",
        "",
        "| | mediaan (ms) | p95 (ms) | langste (ms) |",
        "|---|---|---|---|",
    ]
    for name in names:
        times = [t for stem in stems for t in results[name, stem].milliseconds]
        values = " | ".join(_number(v) for v in (percentile(times, 0.5), percentile(times, 0.95), max(times)))
        lines.append(f"| {name} | {values} |")
    return [*lines, ""]


def _all_questions() -> list[str]:
    folders = [paths.EVALUATION, paths.VALIDATION, *batches()]
    return [item.text for folder in folders for items in load_questions(folder).values() for item in items]


def _on_questions(redactors: Mapping[str, Redactor], questions: Sequence[str]) -> list[str]:
    lines = [
        "## Op de vragen van de andere metingen",
        "",
        f"`tests/evaluation`, `tests/validation` en `tests/batches`: {len(questions)} berichten van andere schrijvers, "
        "met weinig persoonsgegevens. Wat hier wordt vervangen is dus vooral onnodig; de echte namen zitten ertussen.",
        "",
        "| | berichten waarin iets wegging | vervangingen |",
        "|---|---|---|",
    ]
    for name, redactor in redactors.items():
        found = [redactor.find(text) for text in questions]
        kinds = Counter(kind for claims in found for _, _, kind in claims)
        told = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()) or "geen"
        lines.append(f"| {name} | {_share(sum(map(bool, found)), len(questions))} | {told} |")
    return [*lines, ""]


def _routing(
    say: Callable[[str], None], redactors: Mapping[str, Redactor], messages: Sequence[Marked]
) -> list[str]:
    from wegwijzer.nlu.parser import load_parser
    from wegwijzer.training import MODEL, is_trained

    if not is_trained(say):
        raise SetupError("er is geen model dat bij de gegevens past; draai eerst 'wegwijzer train'")
    parse = load_parser(MODEL)
    original = [_best(parse(message.text)) for message in messages]
    lines = [
        "## Effect op het antwoord",
        "",
        "De hoogste intent van het getrainde model (zonder gesprek en drempels), vóór en na de redactie.",
        "",
        f"| | zelfde intent, alle {len(messages)} berichten | zelfde intent, berichten waarin iets wegging |",
        "|---|---|---|",
    ]
    for name, redactor in redactors.items():
        redacted = [redactor.redact(message.text).text for message in messages]
        same = [_best(parse(text)) == best for text, best in zip(redacted, original)]
        touched = [s for s, text, m in zip(same, redacted, messages) if text != m.text]
        lines.append(f"| {name} | {_share(sum(same), len(same))} | {_share(sum(touched), len(touched))} |")
        say(f"{name}: effect op berichten gemeten")
    items = clear_items(load_questions(paths.EVALUATION))[:_QUESTIONS]
    planted = [_PLANTED[number % len(_PLANTED)].format(item.text) for number, item in enumerate(items)]

    def right(texts: Sequence[str]) -> str:
        hits = sum(_best(parse(text)) in item.expected for text, item in zip(texts, items))
        return _share(hits, len(items))

    lines += [
        "",
        f"De eerste {len(items)} heldere vragen van `tests/evaluation`, met er persoonsgegevens bij geplant "
        "(een afzender, een telefoonnummer, een persoon met geboortedatum en adres):",
        "",
        "| | bedoeld aanbod bovenaan |",
        "|---|---|",
        f"| zonder persoonsgegevens | {right([item.text for item in items])} |",
        f"| met, niet weggehaald | {right(planted)} |",
    ]
    for name, redactor in redactors.items():
        lines.append(
            f"| met, weggehaald ({name}) | {right([redactor.redact(text).text for text in planted])} |"
        )
        say(f"{name}: effect op geplante gegevens gemeten")
    return [*lines, ""]


def _errors(results: Mapping[tuple[str, str], Measured]) -> list[str]:
    lines = ["## Wat er misging", ""]
    for (name, stem), measured in results.items():
        lines += [f"### {stem}, {name}", ""]
        lines += [f"- gemist ({kind}): {text}" for kind, text in measured.missed]
        lines += [f"- onnodig ({words}): {text}" for words, text in measured.wrong]
        lines.append("" if measured.missed or measured.wrong else "Niets.\n")
    return lines
