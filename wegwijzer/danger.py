"""Decides whether a message tells of acute danger: someone is in danger now.

This decision stands apart from the intents, because a miss costs far more than a
false alarm. Two models judge the whole message: a logistic regression its n-grams, a
support vector machine its meaning, that is the vector of the sentence encoder and the
signals of catalogus/gevaarsignalen.yml. A third, on the vector alone, knows all intents:
what an ordinary question explains well is less likely to be danger. A small fourth model
weighs their judgements together with those of the most dangerous clause, the signals and
the length.
A message that is nothing but a cry for help is danger whatever the models say, and
without a model EvidentDanger still recognises what is evident from the signals.
"""

from __future__ import annotations

import json
import logging
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence

import numpy as np
import skops.io
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion
from sklearn.svm import SVC

from wegwijzer.catalogue import read_yaml
from wegwijzer.clauses import MOST_READ, both_ends, split_clauses
from wegwijzer.encoder import load_encoder
from wegwijzer.errors import CatalogueError, ModelError, Texts
from wegwijzer.linear import judge, load_skops
from wegwijzer.understanding import DANGER_INTENT

logger = logging.getLogger(__name__)


CRY = "cry"
PLEA = "plea"
NOW = "now"
HARM = ("means", "act", "captive", "hurt", "suicide", "suspect")
VETO = ("past", "hypothetical", "exercise", "figurative", "daily", "about_112", "negation", "advice")

READ = 4000
"""Most characters of a message that the model reads."""
_WINDOW = 200

_SIGNAL_WEIGHT = 0.3
_MODEL_FILE = "danger.json"


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


def presence_of(found: Sequence[str], signals: Signals) -> list[float]:
    """Returns 1 for each signal that was found and 0 for the others."""
    return [float(name in found) for name in signals]


def clauses_of(text: str) -> list[str]:
    """Returns the clauses of a text, or the text itself when it has none."""
    return split_clauses(text) or [text]


def with_signals(vectors: np.ndarray, presence: Any) -> np.ndarray:
    """Returns the vector of one text, or of each text, with its signals put behind it."""
    return np.concatenate([vectors, _SIGNAL_WEIGHT * np.asarray(presence)], axis=-1)


def explained_by(model: LogisticRegression, vectors: np.ndarray) -> np.ndarray:
    """Returns for each text the log odds of danger and the log probability of its best other intent."""
    logs = np.asarray(model.predict_log_proba(vectors))
    danger = list(model.classes_).index(DANGER_INTENT)
    rest = np.delete(logs, danger, axis=1)
    return np.column_stack([logs[:, danger] - np.logaddexp.reduce(rest, axis=1), rest.max(axis=1)])


def length_of(text: str) -> float:
    return math.log1p(len(text.split()))


class DangerDetector:
    """The trained decision about acute danger; made by train_danger or load.

    Args:
        ngrams: fitted n-gram weights.
        sparse: model on the n-gram weights.
        dense: model on meaning, the encoder's vector and the signals.
        ordinary: model of all intents on the encoder's vector.
        stack: model that weighs their judgements with the signals.
        threshold: score from which danger is acute.
        signals: the signals, the same names in the same order as in training.
        encoder_name: the encoder that gave the vectors.
    """

    def __init__(
        self,
        ngrams: FeatureUnion,
        sparse: LogisticRegression,
        dense: SVC,
        ordinary: LogisticRegression,
        stack: LogisticRegression,
        threshold: float,
        signals: Signals,
        encoder_name: str,
    ) -> None:
        self._ngrams = ngrams
        self._sparse = sparse
        self._dense = dense
        self._ordinary = ordinary
        self._stack = stack
        self._threshold = threshold
        self._signals = signals
        self._encoder_name = encoder_name

    def assess(self, text: str) -> Danger:
        """Returns the decision about one message; a text without words is no danger."""
        if not text.strip():
            return Danger(False, 0.0, ())
        read = [text, *clauses_of(text)]
        found = [found_signals(part, self._signals) for part in read]
        presence = [presence_of(names, self._signals) for names in found]
        by_ngrams = judge(self._sparse, self._ngrams.transform(read))
        vectors = load_encoder(self._encoder_name).encode(read)
        by_meaning = judge(self._dense, with_signals(vectors, presence))
        of_clauses = by_ngrams[1:].max(), by_meaning[1:].max()
        explained = explained_by(self._ordinary, vectors[:1])[0]
        row = [by_ngrams[0], by_meaning[0], *of_clauses, *explained, *presence[0], length_of(text)]
        score = float(self._stack.predict_proba([row])[0, 1])
        return Danger(score >= self._threshold or CRY in found[0], score, found[0])

    def save(self, folder: Path) -> None:
        """Writes the model into a folder, which is made when it does not exist."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, part in self._parts().items():
            skops.io.dump(part, folder / f"{name}.skops")
        settings = {
            "threshold": self._threshold,
            "signals": list(self._signals),
            "encoder": self._encoder_name,
        }
        (folder / _MODEL_FILE).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")

    def _parts(self) -> dict[str, Any]:
        return {
            "ngrams": self._ngrams,
            "sparse": self._sparse,
            "dense": self._dense,
            "ordinary": self._ordinary,
            "stack": self._stack,
        }

    @classmethod
    def load(cls, folder: Path, signals: Path) -> DangerDetector:
        """Loads a model that save() wrote.

        Args:
            folder: where save() wrote it.
            signals: the signals file.

        Raises:
            ModelError: when a file of the model is missing or damaged, or when the
                signals file has other signals than the model was trained with.
            CatalogueError: when the signals file is wrong.
        """
        path = folder / _MODEL_FILE
        try:
            settings = json.loads(path.read_text(encoding="utf-8"))
            threshold = float(settings["threshold"])
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
            load_skops(folder / "stack.skops", LogisticRegression),
            threshold,
            known,
            encoder_name,
        )


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
