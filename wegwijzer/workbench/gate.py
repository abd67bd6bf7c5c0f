"""Decides whether a candidate may be put to use beside what it would replace.

The margins stand here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from wegwijzer.workbench.comparison import Comparison

MARGIN = 0.01
"""Most of all evaluation questions that a candidate may lose on balance, as a share."""
FILE_MARGIN = 0.04
"""The same for the questions of one file."""


@dataclass(frozen=True)
class Verdict:
    """What the gate says.

    Attributes:
        passed: whether the candidate may be put to use without an override.
        reasons: in Dutch, what it has against the candidate; empty when it passed.
    """

    passed: bool
    reasons: tuple[str, ...]


def judge(comparison: Optional[Comparison]) -> Verdict:
    """Returns the verdict on the newer of the two; without a comparison it does not pass."""
    raise NotImplementedError
