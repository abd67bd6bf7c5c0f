"""Decides whether a candidate may be put to use beside what it would replace.

The margins stand here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from wegwijzer.workbench import texts
from wegwijzer.workbench.comparison import Comparison, Tally

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
    if comparison is None:
        return Verdict(False, (texts.NOT_COMPARED,))
    reasons = [texts.LOST_EMERGENCY.format(text=text) for text in comparison.lost_emergencies]
    if _lost(comparison.all) > _most(comparison.all, MARGIN):
        reasons.append(texts.LOST_TOO_MUCH.format(**_figures(comparison.all, MARGIN)))
    for file, tally in comparison.files.items():
        if _lost(tally) > _most(tally, FILE_MARGIN):
            reasons.append(texts.LOST_IN_FILE.format(file=file, **_figures(tally, FILE_MARGIN)))
    return Verdict(not reasons, tuple(reasons))


def _lost(tally: Tally) -> int:
    return tally.old_right - tally.new_right


def _most(tally: Tally, margin: float) -> int:
    return int(margin * tally.total)


def _figures(tally: Tally, margin: float) -> dict[str, int]:
    return {"lost": _lost(tally), "total": tally.total, "most": _most(tally, margin)}
