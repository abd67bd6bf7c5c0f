"""Trains the decision about acute danger.

The models judge messages that they have not seen, and on those judgements the fourth model and the
threshold are fitted; the models that are kept are then fitted on all of theirs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from wegwijzer.danger import (
    DangerDetector,
    clauses_of,
    explained_by,
    found_signals,
    length_of,
    presence_of,
    read_signals,
    with_signals,
)
from wegwijzer.encoder import load_encoder
from wegwijzer.linear import SEED, judge, new_classifier, new_kernel_model, new_ngrams
from wegwijzer.understanding import DANGER_INTENT

MISS_COST = 2.0
"""What it costs to take acute danger for an ordinary question."""
ALARM_COST = 1.0
"""What it costs to answer an ordinary question with the emergency number."""
_FOLDS = 5
_HARD = 3000
"""Other messages that the models on meaning and the fourth model learn from: those that the
n-grams take most for danger. Twice as many found a little more at three times the work."""
_SPARSE_REGULARISATION = 16.0
_STACK_REGULARISATION = 0.1
_ORDINARY_REGULARISATION = 10.0
_ORDINARY_STEPS = 60


class _Clauses:
    """The clauses of many texts in one row.

    Attributes:
        all: every clause, in the order of the texts.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        parts = [clauses_of(text) for text in texts]
        self.all = [clause for clauses in parts for clause in clauses]
        self._first = np.cumsum([0, *map(len, parts)])

    def most(self, model: Any, features: Any, texts: np.ndarray) -> np.ndarray:
        """Returns for each of some texts the highest judgement of its clauses.

        Args:
            model: judges clauses.
            features: of every clause, shape (clauses, features).
            texts: which texts, by their index.
        """
        lengths = (self._first[1:] - self._first[:-1])[texts]
        rows = np.concatenate([np.arange(self._first[i], self._first[i + 1]) for i in texts])
        starts = np.cumsum([0, *lengths[:-1]])
        return np.asarray(np.maximum.reduceat(judge(model, features[rows]), starts))


def _new_ordinary() -> LogisticRegression:
    """Returns an unfitted model of all intents on the encoder's vector."""
    return new_classifier(_ORDINARY_REGULARISATION, steps=_ORDINARY_STEPS)


def choose_threshold(scores: np.ndarray, labels: np.ndarray) -> float:
    """Returns the score from which to sound the alarm at the least total cost.

    Args:
        scores: out-of-fold score of each text.
        labels: 1 for danger, 0 for other.
    """
    order = np.argsort(-scores, kind="stable")
    ranked, danger = scores[order], labels[order] == 1
    misses = danger.sum() - np.cumsum(danger)
    costs = MISS_COST * misses + ALARM_COST * np.cumsum(~danger)
    last_of_equals = np.append(ranked[1:] != ranked[:-1], True)
    best = int(np.argmin(np.where(last_of_equals, costs, np.inf)))
    below = ranked[best + 1] if best + 1 < len(ranked) else 0.0
    return float((ranked[best] + below) / 2)


def train_danger(
    danger: Sequence[str], other: Sequence[tuple[str, str]], signals_file: Path, encoder_name: str
) -> DangerDetector:
    """Trains the decision about acute danger.

    The fourth model and the threshold are fitted on judgements of models that had not
    seen the text; the models that are kept are then fitted on all of theirs.

    Args:
        danger: messages that tell of acute danger.
        other: every other kind of message with its intent.
        signals_file: catalogus/gevaarsignalen.yml.
        encoder_name: a name in wegwijzer.encoder.ENCODERS.

    Raises:
        CatalogueError: when the signals file is wrong.
    """
    signals = read_signals(signals_file)
    texts = [*danger, *(text for text, _ in other)]
    intents = np.array([DANGER_INTENT] * len(danger) + [intent for _, intent in other])
    labels = np.array([1] * len(danger) + [0] * len(other))
    ngrams = new_ngrams()
    weights = ngrams.fit_transform(texts)
    clauses = _Clauses(texts)
    clause_weights = ngrams.transform(clauses.all)
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=SEED)

    by_ngrams = np.empty((len(texts), 2))
    for seen, unseen in folds.split(texts, labels):
        sparse = new_classifier(_SPARSE_REGULARISATION, "liblinear").fit(weights[seen], labels[seen])
        by_ngrams[unseen, 0] = judge(sparse, weights[unseen])
        by_ngrams[unseen, 1] = clauses.most(sparse, clause_weights, unseen)

    hard = len(danger) + np.argsort(-by_ngrams[len(danger) :, 0], kind="stable")[:_HARD]
    kept = np.concatenate([np.arange(len(danger)), np.sort(hard)])
    texts, labels, by_ngrams = [texts[i] for i in kept], labels[kept], by_ngrams[kept]
    intents = intents[kept]
    clauses = _Clauses(texts)
    encoder = load_encoder(encoder_name)

    def meaning_of(parts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        presence = np.array([presence_of(found_signals(part, signals), signals) for part in parts])
        return with_signals(encoder.encode(parts), presence), presence

    meaning, presence = meaning_of(texts)
    clause_meaning, _ = meaning_of(clauses.all)
    vectors = meaning[:, : encoder.dimension]
    by_meaning = np.empty((len(texts), 2))
    explained = np.empty((len(texts), 2))
    for seen, unseen in folds.split(texts, labels):
        dense = new_kernel_model().fit(meaning[seen], labels[seen])
        by_meaning[unseen, 0] = judge(dense, meaning[unseen])
        by_meaning[unseen, 1] = clauses.most(dense, clause_meaning, unseen)
        ordinary = _new_ordinary().fit(vectors[seen], intents[seen])
        explained[unseen] = explained_by(ordinary, vectors[unseen])

    lengths = [length_of(text) for text in texts]
    both = np.stack([by_ngrams, by_meaning], axis=2).reshape(len(texts), 4)
    rows = np.column_stack([both, explained, presence, lengths])
    stack = new_classifier(_STACK_REGULARISATION)
    scores = cross_val_predict(stack, rows, labels, cv=folds, method="predict_proba")[:, 1]
    every = np.array([1] * len(danger) + [0] * len(other))
    return DangerDetector(
        ngrams,
        new_classifier(_SPARSE_REGULARISATION, "liblinear").fit(weights, every),
        new_kernel_model().fit(meaning, labels),
        _new_ordinary().fit(vectors, intents),
        stack.fit(rows, labels),
        choose_threshold(scores, labels),
        signals,
        encoder_name,
    )
