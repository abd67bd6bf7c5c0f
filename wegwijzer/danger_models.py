"""What the trained models make of a message, before anything is decided about danger.

Two models judge the whole message and every clause: a logistic regression its n-grams, a support
vector machine its meaning, that is the vector of the sentence encoder. A third, on the vector of the
whole, knows all intents: what an ordinary question explains well is less likely to be danger. Beside
what they say stand the signals of catalogus/gevaarsignalen.yml.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Sequence

import numpy as np
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion
from sklearn.svm import SVC

from wegwijzer.clauses import split_clauses
from wegwijzer.encoder import load_encoder
from wegwijzer.errors import ModelError
from wegwijzer.linear import judge, load_skops
from wegwijzer.signals import Signals, found_signals, read_signals
from wegwijzer.understanding import DANGER_INTENT

JUDGEMENTS = ("words", "meaning", "clause_words", "clause_meaning", "danger", "other_intent")
"""What the models say: of the whole and of its most dangerous clause, each above 0 for danger; the log
odds of danger among all intents and the log probability of the best other intent."""
_FILE = "danger.json"


def presence_of(found: Sequence[str], signals: Signals) -> list[float]:
    """Returns 1 for each signal that was found and 0 for the others."""
    return [float(name in found) for name in signals]


def clauses_of(text: str) -> list[str]:
    """Returns the clauses of a text, or the text itself when it has none."""
    return split_clauses(text) or [text]


def explained_by(model: LogisticRegression, vectors: np.ndarray) -> np.ndarray:
    """Returns for each text the log odds of danger and the log probability of its best other intent."""
    logs = np.asarray(model.predict_log_proba(vectors))
    danger = list(model.classes_).index(DANGER_INTENT)
    rest = np.delete(logs, danger, axis=1)
    return np.column_stack([logs[:, danger] - np.logaddexp.reduce(rest, axis=1), rest.max(axis=1)])


def length_of(text: str) -> float:
    return math.log1p(len(text.split()))


@dataclass(frozen=True)
class Judged:
    """What was made of one message.

    Attributes:
        features: a number for each of DangerModels.features.
        signals: names of the signals found, in the order of the signals file.
    """

    features: tuple[float, ...]
    signals: tuple[str, ...]


class DangerModels:
    """The models that judge a message; made by train_danger or load.

    Args:
        ngrams: fitted n-gram weights.
        sparse: model on the n-gram weights.
        dense: model on meaning, the encoder's vector.
        ordinary: model of all intents on the encoder's vector.
        signals: the signals, the same names in the same order as in training.
        encoder_name: the encoder that gave the vectors.
    """

    def __init__(
        self,
        ngrams: FeatureUnion,
        sparse: LogisticRegression,
        dense: SVC,
        ordinary: LogisticRegression,
        signals: Signals,
        encoder_name: str,
    ) -> None:
        self._ngrams = ngrams
        self._sparse = sparse
        self._dense = dense
        self._ordinary = ordinary
        self._signals = signals
        self._encoder_name = encoder_name

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features: JUDGEMENTS, each signal (1 when it is there), log words."""
        return (*JUDGEMENTS, *self._signals, "length")

    def judge(self, text: str) -> Judged:
        """Returns what is made of a message that has words."""
        read = [text, *clauses_of(text)]
        found = found_signals(text, self._signals)
        by_ngrams = judge(self._sparse, self._ngrams.transform(read))
        vectors = load_encoder(self._encoder_name).encode(read)
        by_meaning = judge(self._dense, vectors)
        of_clauses = by_ngrams[1:].max(), by_meaning[1:].max()
        explained = explained_by(self._ordinary, vectors[:1])[0]
        presence = presence_of(found, self._signals)
        row = [by_ngrams[0], by_meaning[0], *of_clauses, *explained, *presence, length_of(text)]
        return Judged(tuple(map(float, row)), found)

    def save(self, folder: Path) -> None:
        """Writes the models into a folder, which is made when it does not exist."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, part in self._parts().items():
            skops.io.dump(part, folder / f"{name}.skops")
        settings = {"signals": list(self._signals), "encoder": self._encoder_name}
        (folder / _FILE).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")

    def _parts(self) -> dict[str, Any]:
        return {
            "ngrams": self._ngrams,
            "sparse": self._sparse,
            "dense": self._dense,
            "ordinary": self._ordinary,
        }

    @classmethod
    def load(cls, folder: Path, signals: Path) -> DangerModels:
        """Loads models that save() wrote.

        Args:
            folder: where save() wrote them.
            signals: the signals file.

        Raises:
            ModelError: when a file of the models is missing or damaged, or when the
                signals file has other signals than the models were trained with.
            CatalogueError: when the signals file is wrong.
        """
        path = folder / _FILE
        try:
            settings = json.loads(path.read_text(encoding="utf-8"))
            names = list(settings["signals"])
            encoder_name = str(settings["encoder"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path}: missing or damaged ({error!r}); run 'wegwijzer train'") from error
        known = read_signals(signals)
        if names != list(known):
            raise ModelError(f"{path}: has other signals than {signals}; run 'wegwijzer train'")
        return cls(
            load_skops(folder / "ngrams.skops", FeatureUnion),
            load_skops(folder / "sparse.skops", LogisticRegression),
            load_skops(folder / "dense.skops", SVC),
            load_skops(folder / "ordinary.skops", LogisticRegression),
            known,
            encoder_name,
        )
