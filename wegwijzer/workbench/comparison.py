"""Compares two models question by question: what became better, what became worse, is it chance?"""

from __future__ import annotations

import datetime
import hashlib
import json
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping, Optional, Sequence

from wegwijzer import paths
from wegwijzer.environment import quiet_environment
from wegwijzer.errors import ModelError
from wegwijzer.evaluation import COLUMNS, Item, Reply, load_questions
from wegwijzer.workbench import texts
from wegwijzer.workbench.keeping import now, replace_file
from wegwijzer.workbench.model_files import ModelFiles

CERTAIN = 0.05
"""Below this p a difference is called no chance."""
_EMERGENCIES = "gevaar"
_PROGRESS = tuple("0123456789")


@dataclass(frozen=True)
class Judged:
    """A question with what one model answered, and whether that was right."""

    file: str
    item: Item
    reply: Reply
    right: bool


@dataclass(frozen=True)
class Change:
    """A question on which the models differ.

    Attributes:
        file: question file without .tsv.
        item: the question.
        old: answer of the present model.
        new: answer of the candidate.
    """

    file: str
    item: Item
    old: Reply
    new: Reply


@dataclass(frozen=True)
class Tally:
    """Counts over the questions of a file, or of all.

    Attributes:
        total: questions.
        old_right: that the present model answers right.
        new_right: that the candidate answers right.
        better: wrong before and right now.
        worse: right before and wrong now.
        p: exact two-sided McNemar test on better and worse; 1 when both are 0.
    """

    total: int
    old_right: int
    new_right: int
    better: int
    worse: int
    p: float

    @property
    def note(self) -> str:
        """In Dutch, whether the difference can be chance."""
        if not self.better and not self.worse:
            return texts.SAME
        p = f"{self.p:.3f}".replace(".", ",") if self.p >= 0.001 else "kleiner dan 0,001"
        return (texts.REAL if self.p < CERTAIN else texts.CHANCE).format(p=p)


@dataclass(frozen=True)
class Comparison:
    """Two models on the same questions in the same run.

    Attributes:
        old: id of the present model.
        new: id of the candidate.
        when: UTC.
        files: tally per question file.
        all: tally over all questions.
        better: questions that became better.
        worse: questions that became worse, lost emergencies first.
        lost_emergencies: texts of emergencies that only the present model recognises.
        old_milliseconds: median time of an answer by the present model.
        new_milliseconds: the same for the candidate.
        questions: digest() of the questions; '' in what an earlier version kept.
    """

    old: str
    new: str
    when: datetime.datetime
    files: Mapping[str, Tally]
    all: Tally
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    lost_emergencies: tuple[str, ...]
    old_milliseconds: float
    new_milliseconds: float
    questions: str


def digest(asked: Iterable[tuple[str, Item]]) -> str:
    """Returns a hash of questions and what should come of them, whatever their order and lines.

    Args:
        asked: (file, question) of each.
    """
    said = sorted("\0".join((file, item.text, item.kind, *item.expected)) for file, item in asked)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def digest_of(folder: Path) -> str:
    """Returns digest() of the questions in a folder.

    Raises:
        TrainingDataError: on a malformed line, or when the folder has no question file.
    """
    return digest((file, item) for file, items in load_questions(folder).items() for item in items)


def mcnemar(better: int, worse: int) -> float:
    """Returns the two-sided p of the exact McNemar test."""
    # Takes a second and a hundred megabytes, which a server that only reads comparisons can do without.
    from scipy.stats import binomtest

    return float(binomtest(better, better + worse).pvalue) if better + worse else 1.0


def compare(
    old: str, new: str, judged_old: Sequence[Judged], judged_new: Sequence[Judged], when: datetime.datetime
) -> Comparison:
    """Compares two models on the same questions.

    Raises:
        ModelError: when the questions are not the same.
    """
    if [(one.file, one.item) for one in judged_old] != [(one.file, one.item) for one in judged_new]:
        raise ModelError(texts.OTHER_QUESTIONS)
    pairs = list(zip(judged_old, judged_new))
    named = [file for file in COLUMNS if any(one.file == file for one in judged_old)]
    better, worse = (
        tuple(
            Change(a.file, a.item, a.reply, b.reply)
            for a, b in pairs
            if a.right != b.right and b.right == is_better
        )
        for is_better in (True, False)
    )
    return Comparison(
        old,
        new,
        when,
        {file: _tally([pair for pair in pairs if pair[0].file == file]) for file in named},
        _tally(pairs),
        better,
        tuple(sorted(worse, key=lambda change: change.file != _EMERGENCIES)),
        tuple(change.item.text for change in worse if change.file == _EMERGENCIES),
        statistics.median(one.reply.milliseconds for one in judged_old),
        statistics.median(one.reply.milliseconds for one in judged_new),
        digest((one.file, one.item) for one in judged_old),
    )


def _tally(pairs: Sequence[tuple[Judged, Judged]]) -> Tally:
    better = sum(b.right and not a.right for a, b in pairs)
    worse = sum(a.right and not b.right for a, b in pairs)
    old_right, new_right = sum(a.right for a, _ in pairs), sum(b.right for _, b in pairs)
    return Tally(len(pairs), old_right, new_right, better, worse, mcnemar(better, worse))


def as_text(comparison: Comparison) -> str:
    """Returns the comparison as plain text in Dutch."""
    lines = [f"Oud: {comparison.old}   nieuw: {comparison.new}   op {comparison.when:%d-%m-%Y %H:%M} UTC", ""]
    lines.append(
        f"{'':<16}{'vragen':>8}{'oud goed':>10}{'nieuw goed':>12}{'beter':>7}{'slechter':>10}{'p':>7}"
    )
    for name, tally in (*comparison.files.items(), ("alle", comparison.all)):
        lines.append(
            f"{name:<16}{tally.total:>8}{tally.old_right:>10}{tally.new_right:>12}"
            f"{tally.better:>7}{tally.worse:>10}{tally.p:>7.3f}"
        )
    lines += ["", comparison.all.note]
    for title, changes in (("Slechter", comparison.worse), ("Beter", comparison.better)):
        lines += ["", f"{title}: {len(changes)}"]
        for change in changes:
            expected = f" (bedoeld: {', '.join(change.item.expected)})" if change.item.expected else ""
            lines.append(f"  {change.file}.tsv:{change.item.line}  {change.item.text}{expected}")
            lines.append(f"      was: {_said(change.old)}   nu: {_said(change.new)}")
    times = f"{comparison.old_milliseconds:.0f} ms, nieuw {comparison.new_milliseconds:.0f} ms"
    lines += ["", f"Tijd van een antwoord (mediaan): oud {times}"]
    return "\n".join(lines) + "\n"


def _said(reply: Reply) -> str:
    return f"{reply.kind} {', '.join(reply.offers[:3])}".strip()


def save(comparison: Comparison, path: Path) -> None:
    """Writes a comparison as JSON."""
    record = {**asdict(comparison), "when": comparison.when.isoformat()}
    replace_file(path, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def load(path: Path) -> Optional[Comparison]:
    """Reads what save() wrote; None when there is no such file.

    Raises:
        ModelError: when it is damaged.
    """
    if not path.exists():
        return None
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return Comparison(
            **{
                "questions": "",
                **record,
                "when": datetime.datetime.fromisoformat(record["when"]),
                "files": {file: Tally(**tally) for file, tally in record["files"].items()},
                "all": Tally(**record["all"]),
                "better": tuple(map(_change, record["better"])),
                "worse": tuple(map(_change, record["worse"])),
                "lost_emergencies": tuple(record["lost_emergencies"]),
            }
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(texts.COMPARISON_DAMAGED.format(path=path, reason=repr(error))) from error


def _change(record: Mapping[str, Any]) -> Change:
    return Change(record["file"], _item(record["item"]), _reply(record["old"]), _reply(record["new"]))


def _item(record: Mapping[str, Any]) -> Item:
    return Item(**{**record, "expected": tuple(record["expected"])})


def _reply(record: Mapping[str, Any]) -> Reply:
    return Reply(**{**record, "offers": tuple(record["offers"]), "options": tuple(record["options"])})


def ask_models(
    models: Sequence[tuple[str, ModelFiles]],
    folder: Path,
    root: Path = paths.ROOT,
    say: Callable[[str], None] = lambda line: None,
) -> list[list[Judged]]:
    """Asks some models the same questions, side by side, each in a process of its own.

    Args:
        models: name and parts of each.
        folder: the questions.
        root: the tree whose code and catalogue answer.
        say: is given each line of progress of the first.

    Raises:
        ModelError: when one fails; its text says which and why.
    """
    with (
        tempfile.TemporaryDirectory(prefix="vergelijking-") as target,
        ThreadPoolExecutor(len(models)) as pool,
    ):
        asking = [
            pool.submit(
                _ask, name, files, folder, root, Path(target) / f"{number}.json", say if not number else None
            )
            for number, (name, files) in enumerate(models)
        ]
        return [one.result() for one in asking]


def _ask(
    name: str, files: ModelFiles, folder: Path, root: Path, target: Path, say: Optional[Callable[[str], None]]
) -> list[Judged]:
    parts = map(str, (files.rasa, files.danger, files.thresholds, folder, target))
    process = subprocess.Popen(
        [sys.executable, "-m", "wegwijzer.workbench.answerer", *parts],
        cwd=root,
        env=quiet_environment(root),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line.strip())
            if say is not None and line.startswith(_PROGRESS):
                say(line.strip())
        failed = process.wait() != 0
    finally:
        process.kill()
        process.wait()
    if failed:
        raise ModelError(texts.COMPARISON_FAILED.format(model=name, reason=said[-1] if said else "?"))
    records = json.loads(target.read_text(encoding="utf-8"))
    return [Judged(r["file"], _item(r["item"]), _reply(r["reply"]), r["right"]) for r in records]


def compare_models(
    old: str,
    new: str,
    root: Path = paths.ROOT,
    folder: Path = paths.EVALUATION,
    say: Callable[[str], None] = lambda line: None,
) -> Comparison:
    """Asks both models the questions of a folder, each in a process of its own, side by side.

    The result is kept with the newer one when it is in the archive and folder is tests/evaluation.

    Args:
        old: id of an archived model, 'in-gebruik', or a folder with a model's parts.
        new: the same.
        root: the project's folder.
        folder: the questions.
        say: is given each line of progress.

    Raises:
        ModelError: when a model is missing or does not load.
    """
    # The archive asks the gate, and the gate reads comparisons.
    from wegwijzer.workbench.models import Archive

    archive = Archive(root)
    named = [archive.find(name) for name in (old, new)]
    say(texts.COMPARING.format(folder=folder))
    judged = ask_models(named, folder, root, say)
    comparison = compare(named[0][0], named[1][0], judged[0], judged[1], now())
    if folder.resolve() == paths.in_tree(root, paths.EVALUATION).resolve():
        archive.keep_comparison(comparison)
    return comparison
