"""Finds what is wrong with examples: one that is about to be saved, or all of them.

Errors are what a test of the training data would refuse; hints are worth a look. What was compared once and
found good is kept by its hash, so that looking at all examples again takes seconds.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Iterable, Iterator, Optional, Sequence, cast

from wegwijzer import paths, redaction
from wegwijzer.catalogue import fold
from wegwijzer.duplicates import bare, near_pairs, near_twins
from wegwijzer.errors import TrainingDataError
from wegwijzer.language import BLANK, DutchLanguage
from wegwijzer.redaction import Redactor
from wegwijzer.workbench import texts
from wegwijzer.workbench.example_files import (
    BROKEN_MARK,
    FORM,
    UNKNOWN_ENTITY,
    UNKNOWN_INTENT,
    Draft,
    ExampleFiles,
    Stored,
    Vocabulary,
)
from wegwijzer.workbench.keeping import replace_file

logger = logging.getLogger(__name__)

UNREADABLE = "onleesbaar"
DOUBLE = "dubbel"
CONTRADICTION = "tegenspraak"
NEAR = "bijna gelijk"
HELD_OUT = "toetsvraag"
PERSONAL = "persoonsgegevens"
KINDS = (
    UNREADABLE,
    BROKEN_MARK,
    UNKNOWN_INTENT,
    UNKNOWN_ENTITY,
    FORM,
    DOUBLE,
    CONTRADICTION,
    NEAR,
    HELD_OUT,
    PERSONAL,
)
NEAR_SCORE = 82
"""From which score (wegwijzer.duplicates) texts are nearly the same."""
_SHORT = 3
"""Texts of this many words or fewer are only compared with those that are the same."""
_NOT_HELD_OUT = "gespreksdaden.tsv"
"""Acts are so short that an example cannot but be the same."""


@dataclass(frozen=True)
class Finding:
    """Something to look at.

    Attributes:
        kind: one of KINDS.
        error: whether lint fails on it; otherwise it is a hint.
        text: in Dutch, what it is and what to do.
        path: file of the example; for a draft the file it would go to.
        line: line of the example, from 1; 0 for a draft.
        example: the example's text.
        other_path: file of the example or evaluation question that it clashes with, or None.
        other_line: line of that one, or 0.
        other_text: text of that one, or ''.
        other_intent: intent of that one, or '' for an evaluation question.
    """

    kind: str
    error: bool
    text: str
    path: Path
    line: int
    example: str
    other_path: Optional[Path] = None
    other_line: int = 0
    other_text: str = ""
    other_intent: str = ""

    def __str__(self) -> str:
        """file:line: kind: text, the file relative to the working directory where it can be."""
        return f"{_place(self.path, self.line)}: {self.kind}: {self.text}"


@dataclass(frozen=True)
class _Question:
    """A question that is measured with."""

    text: str
    path: Path
    line: int


def _held_out(root: Path) -> list[_Question]:
    folders = (paths.in_tree(root, folder) for folder in (paths.EVALUATION, paths.VALIDATION, paths.BATCHES))
    return [
        _Question(row.split("\t")[0], path, number)
        for folder in folders
        for path in sorted(folder.rglob("*.tsv"))
        if path.name != _NOT_HELD_OUT
        for number, row in enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
        if row.strip()
    ]


class Linter:
    """Holds the examples and the evaluation questions ready to compare with.

    Args:
        files: the examples; read again when a file changed.
        language: finds names of persons in an example that is about to be saved; without it only what
            has the shape of personal data is found.
    """

    def __init__(self, files: ExampleFiles, language: Optional[DutchLanguage] = None) -> None:
        self._files = files
        # Its pipeline is only asked for names.
        shapes = DutchLanguage(cast(Any, None), BLANK, False)
        self._shapes = Redactor(files.catalogue(), shapes, names=False)
        self._names = Redactor(files.catalogue(), language) if language else None
        self._questions = _held_out(files.root)
        self._asked = [fold(bare(question.text)) for question in self._questions]
        self._kept = files.root / "var" / "werkbank" / "nagekeken.json"

    def check(self, draft: Draft, instead_of: Optional[Stored] = None) -> list[Finding]:
        """Returns what is wrong with one example, errors first; takes well under a second.

        Args:
            draft: the example.
            instead_of: the one that it replaces, and so does not clash with.
        """
        path = self._files.file_of(draft)
        new = Stored(draft, path, 0, 0, "")
        others = [e for e in self._files.read() if instead_of is None or e.key != instead_of.key]
        found = [*self._form(new), *self._personal(new), *self._of_questions([new])]
        found += self._clashes([new], others)
        if self._names is not None and not any(finding.kind == PERSONAL for finding in found):
            found += _as_hints(self._personal(new, self._names))
        return sorted(found, key=lambda finding: (not finding.error, KINDS.index(finding.kind)))

    def check_all(self) -> list[Finding]:
        """Returns what is wrong with all examples, in order of file and line.

        A file that cannot be read is a finding and the others are still looked at.
        """
        examples: list[Stored] = []
        found: list[Finding] = []
        for path in self._files.paths():
            try:
                examples += self._files.read_one(path)
            except TrainingDataError as error:
                found.append(Finding(UNREADABLE, True, error.text, path, error.line or 1, ""))
        vocabulary = self._files.vocabulary()
        for example in examples:
            found += self._form(example, vocabulary)
        digests = [_digest(example) for example in examples]
        good = self._known_good()
        new = [example for example, digest in zip(examples, digests) if digest not in good]
        for example in new:
            found += self._personal(example)
        found += self._of_questions(new)
        found += self._among(examples) if len(new) == len(examples) else self._clashes(new, examples)
        wrong = {(finding.path, finding.line) for finding in found}
        wrong |= {(f.other_path, f.other_line) for f in found if f.other_path is not None}
        self._keep_good(d for e, d in zip(examples, digests) if (e.path, e.line) not in wrong)
        return sorted(found, key=lambda finding: (str(finding.path), finding.line, KINDS.index(finding.kind)))

    def _form(self, example: Stored, vocabulary: Optional[Vocabulary] = None) -> Iterator[Finding]:
        for kind, text in self._files.problems(example.draft, vocabulary):
            yield Finding(kind, True, text, example.path, example.line, example.draft.text)

    def _personal(self, example: Stored, redactor: Optional[Redactor] = None) -> list[Finding]:
        redacted = (redactor or self._shapes).redact(example.draft.text)
        if not redacted.kinds:
            return []
        text = texts.PERSONAL.format(kinds=", ".join(redacted.kinds), redacted=redacted.text)
        return [Finding(PERSONAL, True, text, example.path, example.line, example.draft.text)]

    def _of_questions(self, new: Sequence[Stored]) -> Iterator[Finding]:
        for i, j, _ in near_pairs([fold(bare(e.draft.text)) for e in new], self._asked, NEAR_SCORE):
            example, question = new[i], self._questions[j]
            text = texts.HELD_OUT.format(place=_place(question.path, question.line))
            yield Finding(
                HELD_OUT,
                True,
                text,
                example.path,
                example.line,
                example.draft.text,
                question.path,
                question.line,
                question.text,
            )

    def _among(self, examples: Sequence[Stored]) -> Iterator[Finding]:
        """Yields the clashes of all examples among themselves."""
        words = [bare(example.draft.text) for example in examples]
        first: dict[str, int] = {}
        for place, text in enumerate(words):
            if first.setdefault(text, place) != place:
                yield _clash(examples[place], examples[first[text]], same=True)
        long = [place for place, text in enumerate(words) if _is_long(text)]
        for i, j, _ in near_twins([words[place] for place in long], NEAR_SCORE):
            one, other = sorted((long[i], long[j]))
            if words[one] != words[other]:
                yield _clash(examples[other], examples[one], same=False)

    def _clashes(self, new: Sequence[Stored], examples: Sequence[Stored]) -> Iterator[Finding]:
        """Yields the clashes of some examples with all, each once: of a draft, or of the later of the two."""
        words, known = ([bare(e.draft.text) for e in some] for some in (new, examples))
        places: dict[str, list[int]] = {}
        for place, text in enumerate(known):
            places.setdefault(text, []).append(place)
        pairs = [(i, j, True) for i, text in enumerate(words) for j in places.get(text, ())]
        asked = [i for i, text in enumerate(words) if _is_long(text)]
        long = [j for j, text in enumerate(known) if _is_long(text)]
        near = near_pairs([words[i] for i in asked], [known[j] for j in long], NEAR_SCORE)
        pairs += [(asked[i], long[j], False) for i, j, _ in near if words[asked[i]] != known[long[j]]]
        seen: set[frozenset[tuple[Path, int]]] = set()
        for i, j, same in pairs:
            pair = frozenset({(new[i].path, new[i].line), (examples[j].path, examples[j].line)})
            if len(pair) == 2 and pair not in seen:
                seen.add(pair)
                one, other = new[i], examples[j]
                if one.line and (other.path, other.line) > (one.path, one.line):
                    one, other = other, one
                yield _clash(one, other, same)

    def _standard(self) -> str:
        """Returns a hash of all that was looked at beside the examples."""
        looked_at = [str(NEAR_SCORE), inspect.getsource(redaction), *self._asked]
        return hashlib.sha256("\0".join(looked_at).encode()).hexdigest()

    def _known_good(self) -> frozenset[str]:
        """Returns the digests of examples that were found good beside each other."""
        try:
            kept = json.loads(self._kept.read_text(encoding="utf-8"))
            return frozenset(kept["good"] if kept["standard"] == self._standard() else ())
        except (OSError, ValueError, KeyError):
            return frozenset()

    def _keep_good(self, digests: Iterable[str]) -> None:
        good = {"standard": self._standard(), "good": sorted(digests)}
        try:
            replace_file(self._kept, json.dumps(good))
        except OSError as error:
            # Looking at everything again takes a minute and harms nothing.
            logger.warning(f"{self._kept}: {error.strerror}; lint will look at all examples again")


def lint(root: Path = paths.ROOT) -> list[Finding]:
    """Returns Linter.check_all() of the tree under root."""
    return Linter(ExampleFiles(root)).check_all()


def _is_long(text: str) -> bool:
    return len(text.split()) > _SHORT


def _digest(example: Stored) -> str:
    draft = example.draft
    said = "\0".join((draft.text, draft.intent, *sorted(draft.also)))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _labels(example: Stored) -> frozenset[str]:
    return frozenset((example.draft.intent, *example.draft.also))


def _clash(example: Stored, other: Stored, same: bool) -> Finding:
    alike = _labels(example) == _labels(other)
    kind = CONTRADICTION if not alike else DOUBLE if same else NEAR
    text = {CONTRADICTION: texts.CONTRADICTION, DOUBLE: texts.DOUBLE, NEAR: texts.NEAR}[kind].format(
        place=_place(other.path, other.line), text=other.draft.text, intent=other.draft.intent
    )
    return Finding(
        kind,
        True,
        text,
        example.path,
        example.line,
        example.draft.text,
        other.path,
        other.line,
        other.draft.text,
        other.draft.intent,
    )


def _as_hints(found: Iterable[Finding]) -> list[Finding]:
    return [replace(finding, error=False) for finding in found]


def _place(path: Path, line: int) -> str:
    try:
        path = path.relative_to(Path.cwd())
    except ValueError:
        pass
    return f"{path}:{line}" if line else str(path)
