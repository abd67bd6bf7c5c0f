"""Adds, changes, moves and removes one example under data/nlu/ and touches no other line.

A change is first planned, so that it can be shown, and then applied under a lock: the files are still as
they were read, or nothing is written. Every applied change is kept in a journal and can be undone.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping, Optional

from wegwijzer import paths
from wegwijzer.catalogue import Catalogue, load_catalogue, read_yaml
from wegwijzer.errors import ChangedUnderneathError, TrainingDataError, did_you_mean
from wegwijzer.understanding import DANGER_INTENT, OUT_OF_SCOPE
from wegwijzer.workbench import texts
from wegwijzer.workbench.edits import Edit, Hunk, Plan, first_difference, lines_of
from wegwijzer.workbench.keeping import (
    append_record,
    locked,
    name_of,
    now,
    read_journal,
    replace_file,
)
from wegwijzer.workbench.marking import Mark, looks_marked, one_line, read_marked, rewritten, write_marked
from wegwijzer.workbench.nlu_file import (
    Block,
    Draft,
    Stored,
    block_lines,
    read_blocks,
    read_file,
    read_text,
    record_lines,
)

__all__ = [
    "BROKEN_MARK",
    "DANGER",
    "Draft",
    "Edit",
    "ExampleFiles",
    "FORM",
    "KINDS",
    "Mark",
    "OFFER",
    "OUT",
    "ACT",
    "PROBLEMS",
    "Plan",
    "Save",
    "Stored",
    "UNKNOWN_ENTITY",
    "UNKNOWN_INTENT",
    "Vocabulary",
    "one_line",
    "read_marked",
    "write_marked",
]

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
_SHOWN = 60
_LOADED: dict[Path, tuple[tuple[tuple[str, int, int], ...], Any]] = {}
"""The catalogue and domain.yml by their place: with the state of their files, and as they were read."""


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


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") or character == "\ufeff"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


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
        """Returns what load() made of a file or folder; in one process once for each state of it."""
        path = path.resolve()
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        states = [(str(file), file.stat()) for file in files if file.exists()]
        stamp = tuple((name, state.st_mtime_ns, state.st_size) for name, state in states)
        known = _LOADED.get(path)
        if known is None or known[0] != stamp:
            known = (stamp, load())
            _LOADED[path] = known
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
            hint = did_you_mean(draft.intent, intents, texts.DID_YOU_MEAN)
            yield UNKNOWN_INTENT, texts.UNKNOWN_INTENT.format(name=draft.intent, hint=hint)
        named = (draft.intent, *draft.also) if draft.also else ()
        for other in dict.fromkeys(named):
            if other not in offers:
                hint = did_you_mean(other, offers, texts.DID_YOU_MEAN)
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
                hint, known = did_you_mean(mark.entity, entities, texts.DID_YOU_MEAN), ", ".join(entities)
                yield UNKNOWN_ENTITY, texts.UNKNOWN_ENTITY.format(name=mark.entity, hint=hint, known=known)
        read_as_mark = looks_marked(draft.text)
        if read_as_mark is not None:
            yield BROKEN_MARK, texts.MARK_IN_TEXT.format(words=read_as_mark)
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
            lines = ['version: "3.1"\n', "nlu:\n", *block_lines(draft, "", "\n")]
            return _checked(Edit(path, None, "".join(lines)), lambda stored: stored + [draft])
        before = read_text(path)
        lines, blocks = lines_of(before), read_blocks(path, before)
        end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
        same = [b for b in blocks if b.intent == draft.intent and b.listed == bool(draft.also)]
        if same:
            block = same[-1]
            at, place = block.last + 1, sum(len(b.examples) for b in blocks[: blocks.index(block) + 1])
            new = (
                record_lines(draft, block.indent, end)
                if block.listed
                else [f"{block.indent}- {write_marked(draft.text, draft.marks)}{end}"]
            )
        else:
            opening = lines[blocks[0].first] if blocks else ""
            indent = opening[: len(opening) - len(opening.lstrip())]
            at, place = len(lines), sum(len(b.examples) for b in blocks)
            new = block_lines(draft, indent, end)
        after = "".join([*lines[:at], *new, *lines[at:]])
        if at and not lines[at - 1].endswith("\n"):
            # The last line of a file had no end; it keeps none.
            after = "".join([*lines[:at], end, *new]).removesuffix(end)
        return _checked(Edit(path, before, after), lambda stored: [*stored[:place], draft, *stored[place:]])

    def _here(self, stored: Stored) -> tuple[str, list[Block], Block, Stored]:
        """Returns a file's text and blocks, and an example in it as it stands now."""
        gone = ChangedUnderneathError(
            texts.EXAMPLE_GONE.format(text=_short(stored.draft.text)), stored.path, stored.first
        )
        if not stored.path.exists():
            raise gone
        text = read_text(stored.path)
        blocks = read_blocks(stored.path, text)
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
        lines = lines_of(text)
        place = [e for b in blocks for e in b.examples].index(example)
        first, count = example.first - 1, example.raw.count("\n") + 1
        end = "\r\n" if lines[first].endswith("\r\n") else "\n"
        if block.listed:
            if [f"{line}\n" for line in example.raw.split("\n")] != record_lines(
                example.draft, block.indent, end
            ):
                raise TrainingDataError(texts.OWN_FORM, example.path, example.first)
            new = record_lines(draft, block.indent, end)
        else:
            start = re.match(r"\s*-\s+", lines[first])
            assert start is not None
            if rewritten(lines[first][start.end() :].strip()) != lines[first][start.end() :].strip():
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
            blocks = read_blocks(stored.path, text)
            same = [(b, e) for b in blocks for e in b.examples if e.key == stored.key]
            block, example = min(same, key=lambda pair: abs(pair[1].first - stored.first))
        lines = lines_of(text)
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
            hunk = Hunk.from_dict(record)
            path = self.root / hunk.path
            before = read_text(path) if path.exists() else None
            try:
                after = hunk.undone(before)
            except LookupError:
                raise ChangedUnderneathError(texts.UNDO_CHANGED, path, hunk.at + 1) from None
            if after is not None:
                read_blocks(path, after)
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
            now_there = read_text(edit.path) if edit.path.exists() else None
            if now_there != edit.before:
                line = first_difference(edit.before or "", now_there or "")
                raise ChangedUnderneathError(texts.CHANGED, edit.path, line)
            if edit.after is not None:
                read_blocks(edit.path, edit.after)
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
            "hunks": [vars(Hunk.of(edit, self.root)) for edit in plan.edits],
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
