"""Reads the NLU examples under data/nlu/ without Rasa."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from wegwijzer import paths
from wegwijzer.catalogue import read_yaml
from wegwijzer.errors import CatalogueError, TrainingDataError

_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True)
class Example:
    """One example: its text without annotations, its intent and where it stands."""

    text: str
    intent: str
    path: Path
    line: int


def read_examples(folder: Path = paths.DATA / "nlu") -> list[Example]:
    """Returns every example under a folder, in order of file and line.

    Raises:
        TrainingDataError: when a file is not NLU data.
    """
    examples = []
    for path in sorted(folder.rglob("*.yml")):
        try:
            document = read_yaml(path)
        except CatalogueError as error:
            raise TrainingDataError(error.text, path, error.line) from error
        for i, block in enumerate(document.get("nlu") or []):
            if not isinstance(block, dict) or "intent" not in block or "examples" not in block:
                line = document["nlu"].lc.item(i)[0] + 1
                raise TrainingDataError("a block needs 'intent' and 'examples'; add them", path, line)
            first = block.lc.key("examples")[0] + 2
            for offset, raw in enumerate(str(block["examples"]).splitlines()):
                text = raw.strip()
                if not text:
                    continue
                if not text.startswith("- "):
                    raise TrainingDataError(
                        "an example starts with '- '; put it before the text",
                        path,
                        first + offset,
                        block["intent"],
                    )
                examples.append(
                    Example(
                        _ANNOTATION.sub(r"\1", text[2:]).strip(), str(block["intent"]), path, first + offset
                    )
                )
    return examples
