"""Reads the NLU examples under data/nlu/ without Rasa."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Sequence

from wegwijzer import paths
from wegwijzer.catalogue import read_yaml
from wegwijzer.errors import CatalogueError, Texts, TrainingDataError

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
        document = read_yaml(path)
    except CatalogueError as error:
        raise TrainingDataError(error.text, path, error.line) from error
    if not isinstance(document, dict) or not isinstance(document.get("nlu"), list):
        raise TrainingDataError(Texts.NOT_NLU, path)
    examples: list[Example] = []
    for i, block in enumerate(document["nlu"]):
        if not isinstance(block, dict) or "intent" not in block or "examples" not in block:
            line = document["nlu"].lc.item(i)[0] + 1
            raise TrainingDataError("a block needs 'intent' and 'examples'; add them", path, line)
        if isinstance(block["examples"], str):
            examples += _lines(block, path)
        else:
            examples += _records(block, path)
    return examples


def _lines(block: Any, path: Path) -> Iterator[Example]:
    """Yields the examples of a block that has one a line."""
    first = block.lc.key("examples")[0] + 2
    for line, raw in enumerate(str(block["examples"]).splitlines(), first):
        text = raw.strip()
        if not text:
            continue
        if not text.startswith("- "):
            message = "an example starts with '- '; put it before the text"
            raise TrainingDataError(message, path, line, block["intent"])
        yield Example(_ANNOTATION.sub(r"\1", text[2:]).strip(), str(block["intent"]), path, line)


def _records(block: Any, path: Path) -> Iterator[Example]:
    """Yields the examples of a block that has a text with metadata each."""
    for i, record in enumerate(block["examples"]):
        line = block["examples"].lc.item(i)[0] + 1
        if not isinstance(record, dict) or "text" not in record:
            raise TrainingDataError("an example needs 'text'; add it", path, line, block["intent"])
        also = tuple(str(intent) for intent in (record.get("metadata") or {}).get(ALSO) or ())
        text = _ANNOTATION.sub(r"\1", str(record["text"])).strip()
        yield Example(text, str(block["intent"]), path, line, also)
