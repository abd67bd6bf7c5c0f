"""The numbers a decision rests on, fitted by 'wegwijzer calibrate' (wegwijzer.calibration).

They stand in thresholds.json beside this file, or in the file that WEGWIJZER_THRESHOLDS names when another
model than this tree's own is in use (wegwijzer.workbench.models); the costs they follow from stand in
wegwijzer.calibration. Nothing here is set by feel.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path

from wegwijzer.errors import SetupError, Texts

FILE = Path(__file__).with_name("thresholds.json")


@dataclass(frozen=True)
class Thresholds:
    """Fitted numbers.

    Attributes:
        temperature: divides log probabilities of intents; below 1 makes them surer.
        advise: least share of the best offer to advise it without asking.
        refuse: least probability of being out of scope to refuse (wegwijzer.scope).
        scope_weights: intercept and weights of wegwijzer.scope.FEATURES.
        act: least probability of all dialogue acts together to treat a message as one.
        doubt: least probability of doubt to ask back (wegwijzer.doubt).
        doubt_weights: intercept and weights of wegwijzer.doubt.FEATURES.
        two: least probability of two problems to answer both (wegwijzer.pairs).
        two_weights: intercept and weights of wegwijzer.pairs.FEATURES.
    """

    temperature: float
    advise: float
    refuse: float
    scope_weights: tuple[float, ...]
    act: float
    doubt: float
    doubt_weights: tuple[float, ...]
    two: float
    two_weights: tuple[float, ...]

    def save(self, path: Path = FILE) -> None:
        """Writes the numbers, rounded to four decimals."""
        values = {
            name: [round(v, 4) for v in value] if isinstance(value, tuple) else round(value, 4)
            for name, value in asdict(self).items()
        }
        path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def load_thresholds(path: Path) -> Thresholds:
    """Reads what Thresholds.save wrote.

    Raises:
        SetupError: when the file is missing or damaged.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Thresholds(
            **{
                field.name: tuple(map(float, values[field.name]))
                if isinstance(values[field.name], list)
                else float(values[field.name])
                for field in fields(Thresholds)
            }
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SetupError(Texts.THRESHOLDS.format(path=path, reason=repr(error))) from error


@lru_cache(maxsize=1)
def thresholds() -> Thresholds:
    """Returns the fitted numbers, read once."""
    return load_thresholds(Path(os.environ.get("WEGWIJZER_THRESHOLDS") or FILE))
