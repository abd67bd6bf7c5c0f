"""Finds what is wrong with examples: one that is about to be saved, or all of them.

Errors are what a test of the training data would refuse; hints are worth a look.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from wegwijzer import paths
from wegwijzer.workbench.example_files import Draft, ExampleFiles, Stored

UNREADABLE = "onleesbaar"
BROKEN_MARK = "kapotte markering"
UNKNOWN_INTENT = "onbekende intent"
UNKNOWN_ENTITY = "onbekende entiteit"
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
    DOUBLE,
    CONTRADICTION,
    NEAR,
    HELD_OUT,
    PERSONAL,
)


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
        raise NotImplementedError


class Linter:
    """Holds the examples and the evaluation questions ready to compare with.

    Args:
        files: the examples; read again when a file changed.
    """

    def __init__(self, files: ExampleFiles) -> None:
        raise NotImplementedError

    def check(self, draft: Draft, instead_of: Optional[Stored] = None) -> list[Finding]:
        """Returns what is wrong with one example, errors first; takes well under a second.

        Args:
            draft: the example.
            instead_of: the one that it replaces, and so does not clash with.
        """
        raise NotImplementedError

    def check_all(self) -> list[Finding]:
        """Returns what is wrong with all examples, in order of file and line.

        A file that cannot be read is a finding and the others are still looked at.
        """
        raise NotImplementedError


def lint(root: Path = paths.ROOT) -> list[Finding]:
    """Returns Linter.check_all() of the tree under root."""
    raise NotImplementedError
