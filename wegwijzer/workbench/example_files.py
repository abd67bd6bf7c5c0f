"""Adds, changes, moves and removes one example under data/nlu/ and touches no other line.

A change is first planned, so that it can be shown, and then applied under a lock: the files are still as
they were read, or nothing is written. Every applied change is kept in a journal and can be undone.
"""

from __future__ import annotations

import datetime
import difflib
import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping, Optional, Sequence

import yaml  # type: ignore[import-untyped]

from wegwijzer import paths
from wegwijzer.catalogue import Catalogue, load_catalogue, read_yaml
from wegwijzer.errors import ChangedUnderneathError, TrainingDataError
from wegwijzer.examples import ALSO
from wegwijzer.understanding import DANGER_INTENT, OUT_OF_SCOPE
from wegwijzer.workbench import texts
from wegwijzer.workbench.keeping import (
    append_record,
    locked,
    name_of,
    now,
    read_journal,
    replace_file,
    suggestion,
)

OFFER, ACT, DANGER, OUT = "aanbod", "gesprek", "gevaar", "buiten_bereik"
KINDS = (OFFER, ACT, DANGER, OUT)
"""What an intent is for."""
BROKEN_MARK = "kapotte markering"
UNKNOWN_INTENT = "onbekende intent"
UNKNOWN_ENTITY = "onbekende entiteit"
FORM = "vorm"
PROBLEMS = (BROKEN_MARK, UNKNOWN_INTENT, UNKNOWN_ENTITY, FORM)
"""Why an example cannot be written."""
MOST_ALSO = 3

_MARK = re.compile(
    r"\[(?P<words>[^\[\]]+)\]"
    r"(?:\((?P<entity>[^():]+)(?::(?P<value>[^()]+))?\)|\{(?P<record>[^{}]+)\})"
)
_OPENED = re.compile(r"\[(?P<words>[^\[\]]*)\][({\[]")
_CONTEXT = 3
_SHOWN = 60


@dataclass(frozen=True)
class Mark:
    """A stretch of a text that is an entity.

    Attributes:
        start: first character, from 0.
        end: one past the last character.
        entity: one of the entities in domain.yml.
        value: what it stands for, or None when its own words are its value.
    """

    start: int
    end: int
    entity: str
    value: Optional[str] = None


@dataclass(frozen=True)
class Draft:
    """An example as a trainer means it.

    Attributes:
        text: one line without marks (see one_line()).
        intent: an id of an offer, an act, 'gevaar' or a theme out of scope.
        marks: entities in the text, in any order, not overlapping.
        also: other offers that are as possible; such a question is asked back.
    """

    text: str
    intent: str
    marks: tuple[Mark, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stored:
    """An example where it stands.

    Attributes:
        draft: what it says.
        path: its file, absolute.
        line: line of its text, from 1.
        first: first line of the record; for an example of one line the same as `line`.
        raw: its lines as they stand in the file, without the last newline.
    """

    draft: Draft
    path: Path
    line: int
    first: int
    raw: str

    @property
    def key(self) -> str:
        """Sixteen hexadecimal digits that stay the same as long as this example does, wherever it moves."""
        return _digest(self.draft.intent, self.raw)


@dataclass(frozen=True)
class Edit:
    """What a plan does to one file.

    Attributes:
        path: the file, absolute.
        before: its whole text as it was read; None when there is no file yet.
        after: its whole text afterwards; None when the file goes.
    """

    path: Path
    before: Optional[str]
    after: Optional[str]


@dataclass(frozen=True)
class Plan:
    """A change that has not been made.

    Attributes:
        what: the change in one line of Dutch.
        edits: per file, in the order in which they are written.
        root: the project's folder.
    """

    what: str
    edits: tuple[Edit, ...]
    root: Path

    @property
    def diff(self) -> str:
        """The change as `git apply` takes it."""
        return "".join(unified(edit, self.root) for edit in self.edits)


@dataclass(frozen=True)
class Save:
    """A change that was made.

    Attributes:
        id: of this save; later ones sort later.
        when: UTC.
        who: name of the trainer.
        what: the change in one line of Dutch.
        files: files that it touched, relative to the project's folder.
        diff: the change as `git apply` takes it.
        undoes: id of the save that this one undid, or ''.
        undone_by: id of the save that undid this one, or ''.
    """

    id: str
    when: datetime.datetime
    who: str
    what: str
    files: tuple[str, ...]
    diff: str
    undoes: str = ""
    undone_by: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """The names that an example may use."""

    intents: tuple[str, ...]
    offers: tuple[str, ...]
    entities: tuple[str, ...]


def one_line(text: str) -> str:
    """Returns a text as an example holds it: every run of white space is one space."""
    return " ".join(text.split())


def read_marked(marked: str) -> tuple[str, tuple[Mark, ...]]:
    """Reads a text with marks, `[tekst](entiteit)` or `[tekst]{"entity": …, "value": …}`.

    Returns:
        The text without marks, and the marks.

    Raises:
        TrainingDataError: when a mark is broken; its path is empty.
    """
    pieces: list[str] = []
    marks: list[Mark] = []
    done = length = 0
    for match in _MARK.finditer(marked):
        before, words = marked[done : match.start()], match["words"]
        entity, value = match["entity"], match["value"]
        if match["record"] is not None:
            entity, value = _record_of(match)
        pieces += [before, words]
        length += len(before)
        marks.append(Mark(length, length + len(words), entity.strip(), value.strip() if value else None))
        length += len(words)
        done = match.end()
    rest = marked[done:]
    text = "".join(pieces) + rest
    broken = _OPENED.search(_MARK.sub(" ", marked))
    if broken:
        raise TrainingDataError(texts.MARK_BROKEN.format(words=broken["words"]), Path())
    return text, tuple(marks)


def _record_of(match: re.Match[str]) -> tuple[str, Optional[str]]:
    try:
        record = json.loads("{" + match["record"] + "}")
        value = record.get("value")
        return str(record["entity"]), None if value is None else str(value)
    except (ValueError, KeyError):
        raise TrainingDataError(texts.MARK_BROKEN.format(words=match["words"]), Path()) from None


def write_marked(text: str, marks: Sequence[Mark]) -> str:
    """Returns the text with its marks in it; white space at the ends of a mark stays outside it.

    Raises:
        TrainingDataError: when a mark lies outside the text or over another one; its path is empty.
    """
    pieces: list[str] = []
    done = 0
    before: Optional[Mark] = None
    for mark in sorted(marks, key=lambda mark: (mark.start, mark.end)):
        words = text[max(0, mark.start) : max(0, mark.end)]
        if not 0 <= mark.start < mark.end <= len(text) or not words.strip():
            message = texts.MARK_OUTSIDE.format(
                entity=mark.entity, start=mark.start, end=mark.end, length=len(text)
            )
            raise TrainingDataError(message, Path())
        if before is not None and mark.start < before.end:
            message = texts.MARK_OVERLAP.format(first=before.entity, second=mark.entity)
            raise TrainingDataError(message, Path())
        if re.search(r"[\[\]]", words):
            raise TrainingDataError(texts.MARK_BRACKET.format(words=words), Path())
        start = mark.start + len(words) - len(words.lstrip())
        end = mark.end - len(words) + len(words.rstrip())
        pieces += [text[done:start], f"[{text[start:end]}]", _target(mark)]
        done, before = end, mark
    return "".join(pieces) + text[done:]


def _target(mark: Mark) -> str:
    if mark.value is None:
        return f"({mark.entity})"
    return json.dumps({"entity": mark.entity, "value": mark.value}, ensure_ascii=False)


def unified(edit: Edit, root: Path) -> str:
    """Returns one edit as `git apply` takes it."""
    name = edit.path.relative_to(root).as_posix()
    lines = difflib.unified_diff(
        _lines_of(edit.before or ""),
        _lines_of(edit.after or ""),
        "/dev/null" if edit.before is None else f"a/{name}",
        "/dev/null" if edit.after is None else f"b/{name}",
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines_of(text: str) -> list[str]:
    """Returns the lines with their ends; only a newline ends one."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") or character == "\ufeff"


def _digest(intent: str, raw: str) -> str:
    plain = "\n".join(line.strip() for line in raw.split("\n"))
    return hashlib.sha256(f"{intent}\0{plain}".encode()).hexdigest()[:16]


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


@dataclass(frozen=True)
class _Block:
    """A block of a file: an intent with its examples.

    Attributes:
        intent: its name.
        first: index of its first line, that of '- intent'.
        last: index of the last line of its last example.
        listed: whether each example is a record with 'text'; else one a line.
        indent: white space before an example.
        examples: where they stand.
    """

    intent: str
    first: int
    last: int
    listed: bool
    indent: str
    examples: tuple[Stored, ...]


def read_file(path: Path, text: Optional[str] = None) -> list[Stored]:
    """Returns the examples of one file.

    Args:
        path: the file.
        text: its text, when that is not what stands on disk.

    Raises:
        TrainingDataError: with file and line, when it is no NLU data.
    """
    return [
        example
        for block in _blocks(path, _read(path) if text is None else text)
        for example in block.examples
    ]


def _read(path: Path) -> str:
    try:
        # Not read_text(): line ends must stay what they are.
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise TrainingDataError(texts.NOT_UTF8, path) from None


def _blocks(path: Path, text: str) -> list[_Block]:
    try:
        root = yaml.compose(text.removeprefix("\ufeff"), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise TrainingDataError(texts.NOT_YAML.format(reason=error.problem), path, line) from None
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        raise TrainingDataError(texts.NOT_YAML.format(reason=error.reason), path, line) from None
    entries = _entry(root, "nlu")
    if not isinstance(entries, yaml.SequenceNode):
        raise TrainingDataError(texts.NOT_NLU, path)
    lines = text.split("\n")
    return [_block(entry, lines, path) for entry in entries.value]


def _entry(node: Any, key: str) -> Any:
    """Returns the value under a key, or None when the node is no mapping or has no such key."""
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _block(entry: Any, lines: list[str], path: Path) -> _Block:
    first = int(entry.start_mark.line)
    intent, examples = _entry(entry, "intent"), _entry(entry, "examples")
    if not isinstance(intent, yaml.ScalarNode) or examples is None:
        raise TrainingDataError(texts.NOT_A_BLOCK, path, first + 1)
    if isinstance(examples, yaml.ScalarNode) and examples.style == "|":
        stored = list(_plain(examples, intent.value, lines, path))
        listed = False
    elif isinstance(examples, yaml.SequenceNode):
        stored = [_record(item, intent.value, lines, path) for item in examples.value]
        listed = True
    else:
        raise TrainingDataError(texts.NOT_A_LIST, path, examples.start_mark.line + 1, intent.value)
    if not stored:
        raise TrainingDataError(texts.NOT_A_LIST, path, examples.start_mark.line + 1, intent.value)
    last = stored[-1].first - 1 + stored[-1].raw.count("\n")
    start = lines[stored[0].first - 1]
    return _Block(intent.value, first, last, listed, start[: len(start) - len(start.lstrip())], tuple(stored))


def _plain(node: Any, intent: str, lines: list[str], path: Path) -> Iterator[Stored]:
    """Yields the examples of a block that has one a line."""
    end = node.end_mark.line + (node.end_mark.column > 0)
    for index in range(node.start_mark.line + 1, min(end, len(lines))):
        line = lines[index].strip()
        if not line:
            continue
        if not line.startswith("- "):
            raise TrainingDataError(texts.NO_DASH, path, index + 1, intent)
        draft = _draft(line[2:].strip(), intent, ())
        yield Stored(draft, path, index + 1, index + 1, lines[index])


def _record(item: Any, intent: str, lines: list[str], path: Path) -> Stored:
    """Returns the example of a record with 'text'."""
    first = int(item.start_mark.line)
    text = _entry(item, "text")
    if not isinstance(text, yaml.ScalarNode):
        raise TrainingDataError(texts.NO_TEXT, path, first + 1, intent)
    others = _entry(_entry(item, "metadata"), ALSO)
    also = tuple(str(node.value) for node in others.value) if isinstance(others, yaml.SequenceNode) else ()
    last = max(_last_line(node, lines) for node in _leaves(item))
    line = text.start_mark.line + (text.style in ("|", ">"))
    raw = "\n".join(lines[first : last + 1])
    return Stored(_draft(text.value.strip(), intent, also), path, line + 1, first + 1, raw)


def _leaves(node: Any) -> Iterator[Any]:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield name
            yield from _leaves(value)
    elif isinstance(node, yaml.SequenceNode) and not node.flow_style:
        for value in node.value:
            yield from _leaves(value)
    else:
        yield node


def _last_line(node: Any, lines: list[str]) -> int:
    """Returns the index of the last line on which a node stands; a block scalar ends before what follows it."""
    last = int(node.end_mark.line)
    if getattr(node, "style", None) in ("|", ">"):
        last -= node.end_mark.column == 0
        while last > node.start_mark.line and (last >= len(lines) or not lines[last].strip()):
            last -= 1
    return last


def _draft(marked: str, intent: str, also: tuple[str, ...]) -> Draft:
    try:
        text, marks = read_marked(marked)
    except TrainingDataError:
        # The words as they stand; lint says what is wrong with them.
        return Draft(marked, intent, (), also)
    return Draft(text, intent, marks, also)


def _rendered(draft: Draft, indent: str, end: str) -> list[str]:
    """Returns the lines of a record, each with its end."""
    marked = write_marked(draft.text, draft.marks)
    lines = ["- text: |", f"    {marked}"]
    if draft.also:
        lines += ["  metadata:", f"    {ALSO}: [{', '.join(draft.also)}]"]
    return [f"{indent}{line}{end}" for line in lines]


@dataclass(frozen=True)
class _Hunk:
    """The one stretch of lines that an edit replaces, with the lines around it.

    Attributes:
        path: relative to the project's folder.
        at: index of the first line.
        lead: lines before it.
        before: the lines that were there.
        after: the lines that came instead.
        tail: lines after it.
        made: whether the file was made.
        gone: whether the file went.
    """

    path: str
    at: int
    lead: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    tail: tuple[str, ...]
    made: bool
    gone: bool

    @classmethod
    def of(cls, edit: Edit, root: Path) -> _Hunk:
        """Returns the hunk of an edit."""
        old, new = _lines_of(edit.before or ""), _lines_of(edit.after or "")
        same = 0
        while same < min(len(old), len(new)) and old[same] == new[same]:
            same += 1
        end = 0
        while end < min(len(old), len(new)) - same and old[-1 - end] == new[-1 - end]:
            end += 1
        return cls(
            edit.path.relative_to(root).as_posix(),
            same,
            tuple(old[max(0, same - _CONTEXT) : same]),
            tuple(old[same : len(old) - end]),
            tuple(new[same : len(new) - end]),
            tuple(old[len(old) - end : len(old) - end + _CONTEXT]),
            edit.before is None,
            edit.after is None,
        )

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> _Hunk:
        """Reads what stands in the journal."""
        known: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in record.items()}
        return cls(**known)

    def undone(self, text: Optional[str]) -> Optional[str]:
        """Returns a file's text with this hunk taken back; raises LookupError when its lines are not there."""
        if text is None:
            if self.gone:
                return "".join(self.before)
            raise LookupError
        lines = _lines_of(text)
        if self.made and lines == list(self.after):
            return None
        for lead, tail in ((self.lead, self.tail), (self.lead, ()), ((), self.tail), ((), ())):
            sought = [*lead, *self.after, *tail]
            # Without lines of its own a hunk is only found by what stands around it.
            if not sought:
                continue
            places = [i for i in range(len(lines) - len(sought) + 1) if lines[i : i + len(sought)] == sought]
            if places:
                at = min(places, key=lambda i: abs(i + len(lead) - self.at)) + len(lead)
                return "".join([*lines[:at], *self.before, *lines[at + len(self.after) :]])
        raise LookupError


class ExampleFiles:
    """The examples of one tree.

    Args:
        root: the project's folder; data/nlu/, domain.yml and catalogus/ are read from it, and the journal
            and the lock are in var/werkbank/ under it.
    """

    def __init__(self, root: Path = paths.ROOT) -> None:
        self.root = root
        self.folder = root / "data" / "nlu"
        self._kept = root / "var" / "werkbank"
        self._journal = self._kept / "wijzigingen.jsonl"
        self._files: dict[Path, tuple[tuple[int, int], list[Stored]]] = {}
        self._read_before: dict[Path, tuple[tuple[tuple[str, int, int], ...], Any]] = {}

    def paths(self) -> list[Path]:
        """Returns the files with examples, in order."""
        return sorted(self.folder.rglob("*.yml"))

    def read(self) -> list[Stored]:
        """Returns every example, in order of file and line; a file that has not changed is not read again.

        Raises:
            TrainingDataError: with file and line, when YAML was broken by hand.
        """
        return [example for path in self.paths() for example in self.read_one(path)]

    def read_one(self, path: Path) -> list[Stored]:
        """Returns the examples of one file; when it has not changed it is not read again."""
        state = path.stat()
        stamp = (state.st_mtime_ns, state.st_size)
        known = self._files.get(path)
        if known is None or known[0] != stamp:
            known = (stamp, read_file(path))
            self._files[path] = known
        return known[1]

    def by_key(self, key: str) -> Stored:
        """Returns the example with this key.

        Raises:
            ChangedUnderneathError: when it is not there (any more).
        """
        for example in self.read():
            if example.key == key:
                return example
        raise ChangedUnderneathError(texts.KEY_GONE, self.folder)

    def intents(self) -> Mapping[str, str]:
        """Returns the intents of domain.yml with their kind: aanbod, gesprek, gevaar or buiten_bereik."""
        offers = self.catalogue().offers
        return {
            intent: OFFER
            if intent in offers
            else DANGER
            if intent == DANGER_INTENT
            else OUT
            if intent.startswith(OUT_OF_SCOPE)
            else ACT
            for intent in self._domain("intents")
        }

    def entities(self) -> tuple[str, ...]:
        """Returns the entities of domain.yml."""
        return self._domain("entities")

    def catalogue(self) -> Catalogue:
        """Returns the catalogue of this tree, read again when a file of it changed."""
        folder = self.root / "catalogus"
        known: Catalogue = self._once(folder, lambda: load_catalogue(folder))
        return known

    def _domain(self, part: str) -> tuple[str, ...]:
        path = self.root / "domain.yml"
        content = self._once(path, lambda: read_yaml(path))
        return tuple(str(name if isinstance(name, str) else next(iter(name))) for name in content[part])

    def _once(self, path: Path, load: Callable[[], Any]) -> Any:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        states = [(str(file), file.stat()) for file in files if file.exists()]
        stamp = tuple((name, state.st_mtime_ns, state.st_size) for name, state in states)
        known = self._read_before.get(path)
        if known is None or known[0] != stamp:
            known = (stamp, load())
            self._read_before[path] = known
        return known[1]

    def file_of(self, draft: Draft) -> Path:
        """Returns the file in which such an example belongs, whether it exists or not."""
        if draft.also:
            return self.folder / "dubbelzinnig" / "dubbelzinnig.yml"
        kind = self.intents().get(draft.intent)
        if kind == OFFER:
            return self.folder / OFFER / f"{self.catalogue().offers[draft.intent].body_id}.yml"
        if kind == DANGER:
            return self.folder / "gevaar.yml"
        return self.folder / (kind or ACT) / f"{draft.intent}.yml"

    def check(self, draft: Draft) -> None:
        """Raises TrainingDataError when an example cannot be written; its path is where it would go."""
        for _, text in self.problems(draft):
            raise TrainingDataError(text, self.file_of(draft))

    def vocabulary(self) -> Vocabulary:
        """Returns the names that an example may use now."""
        return Vocabulary(tuple(self.intents()), tuple(self.catalogue().offers), self.entities())

    def problems(self, draft: Draft, vocabulary: Optional[Vocabulary] = None) -> Iterator[tuple[str, str]]:
        """Yields why an example cannot be written: one of PROBLEMS, and the text of it.

        Args:
            draft: the example.
            vocabulary: vocabulary(), for who asks about many examples.
        """
        known_names = vocabulary or self.vocabulary()
        intents, offers, entities = known_names.intents, known_names.offers, known_names.entities
        if draft.intent not in intents:
            hint = suggestion(draft.intent, intents)
            yield UNKNOWN_INTENT, texts.UNKNOWN_INTENT.format(name=draft.intent, hint=hint)
        named = (draft.intent, *draft.also) if draft.also else ()
        for other in dict.fromkeys(named):
            if other not in offers:
                hint = suggestion(other, offers)
                yield UNKNOWN_INTENT, texts.NOT_AN_OFFER.format(name=other, hint=hint)
            if named.count(other) > 1:
                yield FORM, texts.ALSO_TWICE.format(name=other)
        if len(draft.also) > MOST_ALSO:
            yield FORM, texts.ALSO_TOO_MANY.format(count=len(draft.also))
        if not draft.text.strip():
            yield FORM, texts.EMPTY
        elif draft.text != draft.text.strip() or len(draft.text.splitlines()) > 1:
            yield FORM, texts.NOT_ONE_LINE
        hidden = "" if draft.text.isprintable() else next(filter(_is_hidden, draft.text), "")
        if hidden:
            yield FORM, texts.UNPRINTABLE.format(name=f"U+{ord(hidden):04X}")
        for mark in draft.marks:
            if mark.entity not in entities:
                hint, known = suggestion(mark.entity, entities), ", ".join(entities)
                yield UNKNOWN_ENTITY, texts.UNKNOWN_ENTITY.format(name=mark.entity, hint=hint, known=known)
        read_as_mark = _MARK.search(draft.text) or _OPENED.search(draft.text)
        if read_as_mark:
            yield BROKEN_MARK, texts.MARK_IN_TEXT.format(words=read_as_mark.group())
        try:
            write_marked(draft.text, draft.marks)
        except TrainingDataError as error:
            yield BROKEN_MARK, error.text

    def plan_add(self, draft: Draft) -> Plan:
        """Plans a new example at the end of its intent's block.

        Raises:
            TrainingDataError: unknown intent, entity or offer, a mark outside the text, or a broken file.
        """
        self.check(draft)
        path = self.file_of(draft)
        what = texts.ADDED.format(intent=draft.intent, text=_short(draft.text))
        return Plan(what, (self._with(path, draft),), self.root)

    def _with(self, path: Path, draft: Draft) -> Edit:
        """Returns the edit that puts an example at the end of its intent's block in a file."""
        if not path.exists():
            lines = ['version: "3.1"\n', "nlu:\n", *_new_block(draft, "", "\n")]
            return _checked(Edit(path, None, "".join(lines)), lambda stored: stored + [draft])
        before = _read(path)
        lines, blocks = _lines_of(before), _blocks(path, before)
        end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
        same = [b for b in blocks if b.intent == draft.intent and b.listed == bool(draft.also)]
        if same:
            block = same[-1]
            at, place = block.last + 1, sum(len(b.examples) for b in blocks[: blocks.index(block) + 1])
            new = (
                _rendered(draft, block.indent, end)
                if block.listed
                else [f"{block.indent}- {write_marked(draft.text, draft.marks)}{end}"]
            )
        else:
            opening = lines[blocks[0].first] if blocks else ""
            indent = opening[: len(opening) - len(opening.lstrip())]
            at, place = len(lines), sum(len(b.examples) for b in blocks)
            new = _new_block(draft, indent, end)
        after = "".join([*lines[:at], *new, *lines[at:]])
        if at and not lines[at - 1].endswith("\n"):
            # The last line of a file had no end; it keeps none.
            after = "".join([*lines[:at], end, *new]).removesuffix(end)
        return _checked(Edit(path, before, after), lambda stored: [*stored[:place], draft, *stored[place:]])

    def _here(self, stored: Stored) -> tuple[str, list[_Block], _Block, Stored]:
        """Returns a file's text and blocks, and an example in it as it stands now."""
        gone = ChangedUnderneathError(
            texts.EXAMPLE_GONE.format(text=_short(stored.draft.text)), stored.path, stored.first
        )
        if not stored.path.exists():
            raise gone
        text = _read(stored.path)
        blocks = _blocks(stored.path, text)
        found = [
            (b, e) for b in blocks for e in b.examples if e.key == stored.key and e.draft == stored.draft
        ]
        if not found:
            raise gone
        block, example = min(found, key=lambda pair: abs(pair[1].first - stored.first))
        return text, blocks, block, example

    def plan_change(self, stored: Stored, draft: Draft) -> Plan:
        """Plans other words, marks or intents of an example; it moves to another file where it must.

        Raises:
            ChangedUnderneathError: when the example no longer stands as it was read.
            TrainingDataError: as plan_add, or when nothing would change.
        """
        self.check(draft)
        text, blocks, block, example = self._here(stored)
        if draft == stored.draft:
            raise TrainingDataError(texts.NOT_CHANGED, example.path, example.line)
        if draft.intent != stored.draft.intent or bool(draft.also) != bool(stored.draft.also):
            what = texts.MOVED.format(old=stored.draft.intent, intent=draft.intent, text=_short(draft.text))
            return Plan(what, self._moved(example, draft), self.root)
        lines = _lines_of(text)
        place = [e for b in blocks for e in b.examples].index(example)
        first, count = example.first - 1, example.raw.count("\n") + 1
        end = "\r\n" if lines[first].endswith("\r\n") else "\n"
        if block.listed:
            if [f"{line}\n" for line in example.raw.split("\n")] != _rendered(
                example.draft, block.indent, end
            ):
                raise TrainingDataError(texts.OWN_FORM, example.path, example.first)
            new = _rendered(draft, block.indent, end)
        else:
            start = re.match(r"\s*-\s+", lines[first])
            assert start is not None
            if read_marked_form(lines[first][start.end() :].strip()) != lines[first][start.end() :].strip():
                raise TrainingDataError(texts.OWN_FORM, example.path, example.first)
            new = [f"{start.group()}{write_marked(draft.text, draft.marks)}{end}"]
        if not lines[first + count - 1].endswith("\n"):
            new[-1] = new[-1].removesuffix(end)
        after = "".join([*lines[:first], *new, *lines[first + count :]])
        edit = _checked(
            Edit(example.path, text, after), lambda known: [*known[:place], draft, *known[place + 1 :]]
        )
        what = texts.CHANGED_TEXT.format(intent=draft.intent, text=_short(draft.text))
        return Plan(what, (edit,), self.root)

    def _moved(self, example: Stored, draft: Draft) -> tuple[Edit, ...]:
        """Returns the edits that put an example under another intent."""
        path = self.file_of(draft)
        there = self._with(path, draft)
        if path != example.path:
            # First there, then away: whatever happens in between, the example is not lost.
            return there, self._without(example)
        return (Edit(path, there.before, self._without(example, there.after).after),)

    def _without(self, stored: Stored, text: Optional[str] = None) -> Edit:
        """Returns the edit that takes an example away, with its block when it was the only one there.

        Args:
            stored: the example.
            text: the file's text, when that is not what stands on disk.
        """
        if text is None:
            text, blocks, block, example = self._here(stored)
        else:
            blocks = _blocks(stored.path, text)
            same = [(b, e) for b in blocks for e in b.examples if e.key == stored.key]
            block, example = min(same, key=lambda pair: abs(pair[1].first - stored.first))
        lines = _lines_of(text)
        place = [e for b in blocks for e in b.examples].index(example)
        first, last = example.first - 1, example.first - 1 + example.raw.count("\n")
        if len(block.examples) == 1:
            if not any(e.draft.intent == block.intent and e.key != stored.key for e in self.read()):
                raise TrainingDataError(
                    texts.LAST_EXAMPLE.format(intent=block.intent), example.path, example.line
                )
            if len(blocks) == 1:
                return Edit(example.path, text, None)
            first, last = block.first, block.last
        after = "".join([*lines[:first], *lines[last + 1 :]])
        return _checked(Edit(stored.path, text, after), lambda known: known[:place] + known[place + 1 :])

    def plan_remove(self, stored: Stored) -> Plan:
        """Plans that an example goes.

        Raises:
            ChangedUnderneathError: when the example no longer stands as it was read.
            TrainingDataError: when it is the last one of its intent.
        """
        edit = self._without(stored)
        what = texts.REMOVED.format(intent=stored.draft.intent, text=_short(stored.draft.text))
        return Plan(what, (edit,), self.root)

    def plan_undo(self, save_id: str) -> Plan:
        """Plans that a save is taken back, also when others were made after it.

        Raises:
            ChangedUnderneathError: when the lines it is about were changed since, or it was undone already.
        """
        records = {str(record["id"]): record for record in read_journal(self._journal)}
        if save_id not in records:
            raise TrainingDataError(texts.NO_SAVE.format(id=save_id), self._journal)
        if any(record["undoes"] == save_id for record in records.values()):
            raise ChangedUnderneathError(texts.UNDONE_ALREADY, self._journal)
        edits = []
        for record in reversed(records[save_id]["hunks"]):
            hunk = _Hunk.from_dict(record)
            path = self.root / hunk.path
            before = _read(path) if path.exists() else None
            try:
                after = hunk.undone(before)
            except LookupError:
                raise ChangedUnderneathError(texts.UNDO_CHANGED, path, hunk.at + 1) from None
            if after is not None:
                _blocks(path, after)
            edits.append(Edit(path, before, after))
        what = texts.UNDONE.format(what=records[save_id]["what"])
        return Plan(what, tuple(edits), self.root)

    def apply(self, plan: Plan, who: str) -> Save:
        """Makes a planned change: all files or none, and each at once.

        Raises:
            ChangedUnderneathError: when a file is no longer what the plan was made on; nothing is written.
            TrainingDataError: when the result could not be read back; nothing is written.
            SetupError: when `who` is empty.
        """
        with locked(self._kept):
            return self._apply(plan, name_of(who), "")

    def _apply(self, plan: Plan, who: str, undoes: str) -> Save:
        for edit in plan.edits:
            now_there = _read(edit.path) if edit.path.exists() else None
            if now_there != edit.before:
                line = _first_difference(edit.before or "", now_there or "")
                raise ChangedUnderneathError(texts.CHANGED, edit.path, line)
            if edit.after is not None:
                _blocks(edit.path, edit.after)
        done: list[Edit] = []
        try:
            for edit in plan.edits:
                replace_file(edit.path, edit.after)
                done.append(edit)
        except OSError:
            for edit in reversed(done):
                replace_file(edit.path, edit.before)
            raise
        return self._remember(plan, who, undoes)

    def _remember(self, plan: Plan, who: str, undoes: str) -> Save:
        moment = now()
        record = {
            "id": f"{moment:%Y%m%d-%H%M%S-%f}",
            "when": moment.isoformat(),
            "who": who,
            "what": plan.what,
            "undoes": undoes,
            "diff": plan.diff,
            "hunks": [vars(_Hunk.of(edit, self.root)) for edit in plan.edits],
        }
        append_record(self._journal, record)
        return _save(record, "")

    def _plan_and_apply(self, make: Callable[[], Plan], who: str, undoes: str = "") -> Save:
        name = name_of(who)
        with locked(self._kept):
            return self._apply(make(), name, undoes)

    def add(self, draft: Draft, who: str) -> Save:
        """Plans and applies; a change by another trainer in between is taken along, not overwritten."""
        return self._plan_and_apply(lambda: self.plan_add(draft), who)

    def change(self, stored: Stored, draft: Draft, who: str) -> Save:
        """Plans and applies plan_change."""
        return self._plan_and_apply(lambda: self.plan_change(stored, draft), who)

    def remove(self, stored: Stored, who: str) -> Save:
        """Plans and applies plan_remove."""
        return self._plan_and_apply(lambda: self.plan_remove(stored), who)

    def undo(self, save_id: str, who: str) -> Save:
        """Plans and applies plan_undo."""
        return self._plan_and_apply(lambda: self.plan_undo(save_id), who, save_id)

    def saves(self, most: int = 100) -> list[Save]:
        """Returns the saves, newest first.

        Raises:
            TrainingDataError: when the journal is damaged, with its line.
        """
        records = list(read_journal(self._journal))
        undone = {str(record["undoes"]): str(record["id"]) for record in records if record["undoes"]}
        return [_save(record, undone.get(str(record["id"]), "")) for record in records[: -most - 1 : -1]]


def read_marked_form(marked: str) -> str:
    """Returns a marked text as write_marked would write it."""
    text, marks = read_marked(marked)
    return write_marked(text, marks)


def _new_block(draft: Draft, indent: str, end: str) -> list[str]:
    head = [f"{indent}- intent: {draft.intent}{end}"]
    if draft.also:
        return [*head, f"{indent}  examples:{end}", *_rendered(draft, f"{indent}  ", end)]
    line = f"{indent}    - {write_marked(draft.text, draft.marks)}{end}"
    return [*head, f"{indent}  examples: |{end}", line]


def _checked(edit: Edit, expected: Callable[[list[Draft]], list[Draft]]) -> Edit:
    """Returns the edit when its result says what it should, and nothing else changed.

    Args:
        edit: the edit.
        expected: from the examples before to those afterwards.
    """
    before = [] if edit.before is None else [e.draft for e in read_file(edit.path, edit.before)]
    assert edit.after is not None
    after = [e.draft for e in read_file(edit.path, edit.after)]
    if [_plainly(d) for d in after] != [_plainly(d) for d in expected(before)]:
        raise TrainingDataError(texts.UNREADABLE_RESULT, edit.path)
    return edit


def _plainly(draft: Draft) -> tuple[str, str, str, tuple[str, ...]]:
    return draft.text, write_marked(draft.text, draft.marks), draft.intent, draft.also


def _first_difference(old: str, new: str) -> int:
    """Returns the first line, from 1, on which two texts differ."""
    pairs = zip(_lines_of(old), _lines_of(new))
    return next((i for i, (a, b) in enumerate(pairs, 1) if a != b), min(old.count("\n"), new.count("\n")) + 1)


def _save(record: Mapping[str, Any], undone_by: str) -> Save:
    return Save(
        str(record["id"]),
        datetime.datetime.fromisoformat(str(record["when"])),
        str(record["who"]),
        str(record["what"]),
        tuple(str(hunk["path"]) for hunk in record["hunks"]),
        str(record["diff"]),
        str(record["undoes"]),
        undone_by,
    )
