"""Decides whether a message tells of acute danger: someone is in danger now.

This decision stands apart from the intents, because a miss costs far more than a false alarm.
What the trained models make of a message (wegwijzer.danger_models) is weighed by numbers that
'wegwijzer calibrate' fits on messages of writers that the models have not seen.
A message that is nothing but a cry for help is danger whatever the models say, and without a
model EvidentDanger still recognises what is evident from the signals.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from wegwijzer.clauses import MOST_READ, both_ends
from wegwijzer.danger_models import DangerModels
from wegwijzer.errors import ModelError
from wegwijzer.signals import CRY, HARM, NOW, PLEA, VETO, found_signals, read_signals
from wegwijzer.thresholds import Thresholds

logger = logging.getLogger(__name__)

READ = 4000
"""Most characters of a message that the model reads."""
_WINDOW = 200


@dataclass(frozen=True)
class Danger:
    """The decision about one message.

    Attributes:
        acute: whether someone is in danger now.
        score: 0 to 1, the estimated probability; where it counts as acute is the model's.
        signals: names of the signals found, in the order of the signals file.
    """

    acute: bool
    score: float
    signals: tuple[str, ...]


class EvidentDanger:
    """Recognises evident danger by the signals alone, for when there is no model.

    Args:
        signals_file: catalogus/gevaarsignalen.yml.
    """

    def __init__(self, signals_file: Path) -> None:
        self._signals = read_signals(signals_file)

    def assess(self, text: str) -> Danger:
        """Returns acute for a plea, or for harm that happens now, unless something pleads against it."""
        found = found_signals(text, self._signals)
        harm_now = NOW in found and any(name in found for name in HARM)
        undisputed = not any(name in found for name in VETO)
        acute = CRY in found or (PLEA in found or harm_now) and undisputed
        return Danger(acute, float(acute), found)


class DangerDetector:
    """The trained decision about acute danger.

    Args:
        models: what judges a message.
        fitted: how the judgements weigh, and from which probability danger is acute.

    Raises:
        ModelError: when the numbers were fitted for other features than the models have.
    """

    def __init__(self, models: DangerModels, fitted: Thresholds) -> None:
        if tuple(fitted.danger_model.curves) != models.features:
            raise ModelError(
                "thresholds.json weighs other signs of danger than the model has; run 'wegwijzer calibrate'"
            )
        self._models = models
        self._fitted = fitted

    def assess(self, text: str) -> Danger:
        """Returns the decision about one message; a text without words is no danger."""
        if not text.strip():
            return Danger(False, 0.0, ())
        judged = self._models.judge(text)
        score = self._fitted.danger_model.probability(judged.features)
        return Danger(score >= self._fitted.danger or CRY in judged.signals, score, judged.signals)


class DangerWatch:
    """The decision as the channel asks for it: about any length, and it never fails.

    The model reads at most READ characters, the beginning and the end; of a longer
    message the signals look at every part, so that length hides nothing.

    Args:
        model: the trained decision, or None when it cannot be loaded.
        signals_file: catalogus/gevaarsignalen.yml.
    """

    def __init__(self, model: Optional[DangerDetector], signals_file: Path) -> None:
        self._model = model
        self._evident = EvidentDanger(signals_file)

    @property
    def trained(self) -> bool:
        """Whether the trained decision is in use."""
        return self._model is not None

    def assess(self, text: str) -> Danger:
        """Returns the decision about a message as typed."""
        if self._model is not None:
            try:
                judged = self._model.assess(both_ends(text, READ))
            except Exception:
                logger.error("the danger model failed; the signals decide", exc_info=True)
            else:
                return judged if judged.acute or len(text) <= READ else self._anywhere(text)
        return self._anywhere(text)

    def _anywhere(self, text: str) -> Danger:
        """Returns evident danger in any part of a text, or that of the text as a whole."""
        read = both_ends(text, MOST_READ)
        parts = [read[i : i + 2 * _WINDOW] for i in range(0, len(read), _WINDOW)] if len(read) > READ else []
        found = (self._evident.assess(part) for part in parts)
        return next((danger for danger in found if danger.acute), None) or self._evident.assess(read)
