"""The signals of danger: regular expressions by name, from catalogus/gevaarsignalen.yml. Pure but for reading it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Mapping

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from wegwijzer.catalogue import read_yaml
from wegwijzer.errors import CatalogueError, Texts

CRY = "cry"
PLEA = "plea"
NOW = "now"
HARM = ("means", "act", "captive", "hurt", "suicide", "suspect")
VETO = ("past", "hypothetical", "exercise", "figurative", "daily", "about_112", "negation", "advice")

Signals = Mapping[str, re.Pattern[str]]
"""Name of a signal → the pattern that finds it."""


def read_signals(path: Path) -> Signals:
    """Reads the signals file: a list of regular expressions by name.

    Raises:
        CatalogueError: when the file is missing or is no mapping of lists, when a
            line is not a regular expression, or when a signal of EvidentDanger is absent.
    """
    content = read_yaml(path)
    groups = content if isinstance(content, CommentedMap) else CommentedMap()
    absent = [name for name in (CRY, PLEA, NOW, *HARM, *VETO) if name not in groups]
    if absent:
        raise CatalogueError(f"there are no patterns for {', '.join(absent)}; add them", path)
    signals = {}
    for name, lines in groups.items():
        if not isinstance(lines, CommentedSeq) or not lines:
            line_number = groups.lc.key(name)[0] + 1
            raise CatalogueError("this is not a list of patterns; add one", path, line_number, name)
        for number, line in enumerate(lines):
            try:
                re.compile(str(line))
            except re.error as error:
                text = Texts.SIGNAL_PATTERN.format(value=line, reason=error)
                raise CatalogueError(text, path, lines.lc.item(number)[0] + 1, name) from error
        signals[str(name)] = re.compile("|".join(f"(?:{line})" for line in lines), re.IGNORECASE)
    return signals


def found_signals(text: str, signals: Signals) -> tuple[str, ...]:
    """Returns the names of the signals that stand in the text."""
    return tuple(name for name, pattern in signals.items() if pattern.search(text))
