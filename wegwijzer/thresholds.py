"""The numbers a decision rests on, fitted by 'wegwijzer calibrate' (wegwijzer.calibration).

They stand in thresholds.json beside this file, or in the file that WEGWIJZER_THRESHOLDS names when another
model than this tree's own is in use (wegwijzer.workbench.models); the costs they follow from stand in
wegwijzer.calibration. Nothing here is set by feel.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from wegwijzer.additive import AdditiveModel
from wegwijzer.errors import SetupError, Texts

FILE = Path(__file__).with_name("thresholds.json")


@dataclass(frozen=True)
class Thresholds:
    """Fitted numbers.

    Attributes:
        danger: least probability to be acute danger (wegwijzer.danger).
        danger_model: of the features of wegwijzer.danger_models.
        temperature: divides log probabilities of intents; below 1 makes them surer.
        advise: least share of the best offer to advise it without asking.
        refuse: least probability of being out of scope to refuse (wegwijzer.scope).
        scope_model: of wegwijzer.scope.FEATURES.
        act: least probability of all dialogue acts together to treat a message as one.
        doubt: least probability of doubt to ask back (wegwijzer.doubt).
        doubt_model: of wegwijzer.doubt.FEATURES.
        two: least probability of two problems to answer both (wegwijzer.pairs).
        two_model: of wegwijzer.pairs.FEATURES.
    """

    danger: float
    danger_model: AdditiveModel
    temperature: float
    advise: float
    refuse: float
    scope_model: AdditiveModel
    act: float
    doubt: float
    doubt_model: AdditiveModel
    two: float
    two_model: AdditiveModel

    def save(self, path: Path = FILE) -> None:
        """Writes the numbers, rounded to four decimals."""
        values = {
            field.name: value.to_dict() if isinstance(value, AdditiveModel) else round(value, 4)
            for field, value in ((field, getattr(self, field.name)) for field in fields(self))
        }
        path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def load_thresholds(path: Path) -> Thresholds:
    """Reads what Thresholds.save wrote.

    Raises:
        SetupError: when the file is missing or damaged.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        read: dict[str, Any] = {
            field.name: AdditiveModel.from_dict(values[field.name])
            if field.name.endswith("_model")
            else float(values[field.name])
            for field in fields(Thresholds)
        }
        return Thresholds(**read)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SetupError(Texts.THRESHOLDS.format(path=path, reason=repr(error))) from error


@lru_cache(maxsize=1)
def thresholds() -> Thresholds:
    """Returns the fitted numbers, read once."""
    return load_thresholds(Path(os.environ.get("WEGWIJZER_THRESHOLDS") or FILE))
