"""Where each example stands in a file of NLU data, and how one is written there.

Only places are taken from a YAML parser; what is written are lines.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Optional

import yaml

from wegwijzer.errors import TrainingDataError
from wegwijzer.examples import ALSO, entry_of
from wegwijzer.workbench import texts
from wegwijzer.workbench.marking import Mark, read_marked, write_marked


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
class Block:
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
        for block in read_blocks(path, read_text(path) if text is None else text)
        for example in block.examples
    ]


def read_text(path: Path) -> str:
    """Returns the text of a file with its line ends as they are; raises TrainingDataError when it is no UTF-8."""
    try:
        # Not read_text(): line ends must stay what they are.
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise TrainingDataError(texts.NOT_UTF8, path) from None


def read_blocks(path: Path, text: str) -> list[Block]:
    """Returns the blocks of a file with this text.

    Raises:
        TrainingDataError: with file and line, when it is no NLU data.
    """
    try:
        root = yaml.compose(text.removeprefix("\ufeff"), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise TrainingDataError(texts.NOT_YAML.format(reason=error.problem), path, line) from None
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        raise TrainingDataError(texts.NOT_YAML.format(reason=error.reason), path, line) from None
    entries = entry_of(root, "nlu")
    if not isinstance(entries, yaml.SequenceNode):
        raise TrainingDataError(texts.NOT_NLU, path)
    lines = text.split("\n")
    return [_block(entry, lines, path) for entry in entries.value]


def _block(entry: Any, lines: list[str], path: Path) -> Block:
    first = int(entry.start_mark.line)
    intent, examples = entry_of(entry, "intent"), entry_of(entry, "examples")
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
    return Block(intent.value, first, last, listed, start[: len(start) - len(start.lstrip())], tuple(stored))


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
    text = entry_of(item, "text")
    if not isinstance(text, yaml.ScalarNode):
        raise TrainingDataError(texts.NO_TEXT, path, first + 1, intent)
    others = entry_of(entry_of(item, "metadata"), ALSO)
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


def _digest(intent: str, raw: str) -> str:
    plain = "\n".join(line.strip() for line in raw.split("\n"))
    return hashlib.sha256(f"{intent}\0{plain}".encode()).hexdigest()[:16]


def record_lines(draft: Draft, indent: str, end: str) -> list[str]:
    """Returns the lines of a record, each with its end."""
    marked = write_marked(draft.text, draft.marks)
    lines = ["- text: |", f"    {marked}"]
    if draft.also:
        lines += ["  metadata:", f"    {ALSO}: [{', '.join(draft.also)}]"]
    return [f"{indent}{line}{end}" for line in lines]


def block_lines(draft: Draft, indent: str, end: str) -> list[str]:
    """Returns the lines of a new block with one example, each with its end."""
    head = [f"{indent}- intent: {draft.intent}{end}"]
    if draft.also:
        return [*head, f"{indent}  examples:{end}", *record_lines(draft, f"{indent}  ", end)]
    line = f"{indent}    - {write_marked(draft.text, draft.marks)}{end}"
    return [*head, f"{indent}  examples: |{end}", line]
