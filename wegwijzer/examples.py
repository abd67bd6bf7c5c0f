"""Reads the NLU examples under data/nlu/ without Rasa."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Sequence

import yaml

from wegwijzer import paths
from wegwijzer.errors import Texts, TrainingDataError

_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
ALSO = "ook"
"""Key under an example's metadata: other intents that are as possible as its own."""


@dataclass(frozen=True)
class Example:
    """One example: its text without annotations, its intent and where it stands.

    `also` holds the other intents that are as possible; such a question is to be asked back.
    """

    text: str
    intent: str
    path: Path
    line: int
    also: tuple[str, ...] = ()


def at_most(labels: Sequence[object], most: int) -> list[int]:
    """Returns the places of at most `most` of each label, evenly spread, in order."""
    places: dict[object, list[int]] = {}
    for place, label in enumerate(labels):
        places.setdefault(label, []).append(place)
    chosen = []
    for own in places.values():
        count = min(most, len(own))
        chosen += [own[i * len(own) // count] for i in range(count)]
    return sorted(chosen)


def to_encode(examples: Sequence[tuple[str, str, bool]], most: int) -> list[int]:
    """Returns the places of the examples whose meaning a training determines, in order.

    More than a few hundred an intent route no better by meaning (docs/adr/0006) and take most of a
    training's time. Which ones is decided by a hash of the text, so that a new example takes the place of
    one other at most and nearly all vectors that were kept serve again.

    Args:
        examples: text, intent and whether another intent is as possible; those are all taken.
        most: most other examples of one intent.
    """
    ranked = sorted(
        range(len(examples)), key=lambda place: hashlib.sha256(examples[place][0].encode()).digest()
    )
    taken: Counter[str] = Counter()
    chosen = []
    for place in ranked:
        _, intent, ambiguous = examples[place]
        if ambiguous or taken[intent] < most:
            taken[intent] += not ambiguous
            chosen.append(place)
    return sorted(chosen)


def read_examples(folder: Path = paths.DATA / "nlu") -> list[Example]:
    """Returns every example under a folder, in order of file and line.

    Raises:
        TrainingDataError: when a file is not NLU data.
    """
    return [example for path in sorted(folder.rglob("*.yml")) for example in read_file(path)]


def read_file(path: Path) -> list[Example]:
    """Returns the examples of one file, in order of line.

    Raises:
        TrainingDataError: when it is not NLU data.
    """
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise TrainingDataError(Texts.NOT_YAML.format(reason=error.problem), path, line) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0]
        raise TrainingDataError(Texts.NOT_YAML.format(reason=reason), path) from None
    blocks = entry_of(root, "nlu")
    if not isinstance(blocks, yaml.SequenceNode):
        raise TrainingDataError(Texts.NOT_NLU, path)
    return [example for block in blocks.value for example in _block(block, path)]


def entry_of(node: Any, key: str) -> Any:
    """Returns the node under a key, or None when this node of YAML is no mapping or has no such key."""
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _block(block: yaml.Node, path: Path) -> Iterator[Example]:
    intent, examples = entry_of(block, "intent"), entry_of(block, "examples")
    if not isinstance(intent, yaml.ScalarNode) or not isinstance(
        examples, (yaml.ScalarNode, yaml.SequenceNode)
    ):
        line = block.start_mark.line + 1
        raise TrainingDataError("a block needs 'intent' and 'examples'; add them", path, line)
    if isinstance(examples, yaml.ScalarNode):
        yield from _lines(examples, intent.value, path)
    else:
        yield from _records(examples, intent.value, path)


def _lines(examples: yaml.ScalarNode, intent: str, path: Path) -> Iterator[Example]:
    """Yields the examples of a block that has one a line."""
    first = examples.start_mark.line + 2
    for line, raw in enumerate(examples.value.splitlines(), first):
        text = raw.strip()
        if not text:
            continue
        if not text.startswith("- "):
            message = "an example starts with '- '; put it before the text"
            raise TrainingDataError(message, path, line, intent)
        yield Example(_ANNOTATION.sub(r"\1", text[2:]).strip(), intent, path, line)


def _records(examples: yaml.SequenceNode, intent: str, path: Path) -> Iterator[Example]:
    """Yields the examples of a block that has a text with metadata each."""
    for record in examples.value:
        line = record.start_mark.line + 1
        text = entry_of(record, "text")
        if not isinstance(text, yaml.ScalarNode):
            raise TrainingDataError("an example needs 'text'; add it", path, line, intent)
        others = entry_of(entry_of(record, "metadata"), ALSO)
        also = tuple(node.value for node in others.value) if isinstance(others, yaml.SequenceNode) else ()
        yield Example(_ANNOTATION.sub(r"\1", text.value).strip(), intent, path, line, also)
