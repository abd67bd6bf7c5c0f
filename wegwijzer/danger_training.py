"""Trains the models that judge whether a message tells of acute danger.

How their judgements weigh is fitted apart, on messages of other writers (wegwijzer.calibration):
writers of examples resemble one another more than those who will ask.
"""

from __future__ import annotations

from pathlib import Path
from typing import Sequence

import numpy as np
from sklearn.model_selection import StratifiedKFold

from wegwijzer.danger_models import DangerModels
from wegwijzer.encoder import load_encoder
from wegwijzer.examples import to_encode
from wegwijzer.linear import SEED, judge, new_classifier, new_kernel_model, new_ngrams
from wegwijzer.signals import read_signals
from wegwijzer.understanding import DANGER_INTENT

_FOLDS = 3
_HARD = 3000
"""Other messages that the model on meaning learns from: those that the n-grams, without having
seen them, take most for danger."""
_SPARSE_REGULARISATION = 16.0
_ORDINARY_REGULARISATION = 3.0
_ORDINARY_STEPS = 60


def train_danger(
    danger: Sequence[str],
    other: Sequence[tuple[str, str]],
    signals_file: Path,
    encoder_name: str,
    examples_an_intent: int,
) -> DangerModels:
    """Trains the models.

    Args:
        danger: messages that tell of acute danger.
        other: every other kind of message with its intent.
        signals_file: catalogus/gevaarsignalen.yml.
        encoder_name: a name in wegwijzer.encoder.ENCODERS.
        examples_an_intent: most messages of one other intent that its meaning is learned from.

    Raises:
        CatalogueError: when the signals file is wrong.
    """
    signals = read_signals(signals_file)
    texts = [*danger, *(text for text, _ in other)]
    intents = np.array([DANGER_INTENT] * len(danger) + [intent for _, intent in other])
    labels = np.array([1] * len(danger) + [0] * len(other))
    ngrams = new_ngrams()
    weights = ngrams.fit_transform(texts)

    suspicion = np.empty(len(texts))
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=SEED)
    for seen, unseen in folds.split(texts, labels):
        sparse = new_classifier(_SPARSE_REGULARISATION, "liblinear").fit(weights[seen], labels[seen])
        suspicion[unseen] = judge(sparse, weights[unseen])
    hard = len(danger) + np.argsort(-suspicion[len(danger) :], kind="stable")[:_HARD]
    ordinary = len(danger) + np.array(
        to_encode([(text, intent, False) for text, intent in other], examples_an_intent)
    )
    both = np.concatenate([np.arange(len(danger)), np.union1d(hard, ordinary)])
    kept = (both < len(danger)) | np.isin(both, hard)

    vectors = load_encoder(encoder_name).encode([texts[i] for i in both])
    return DangerModels(
        ngrams,
        new_classifier(_SPARSE_REGULARISATION, "liblinear").fit(weights, labels),
        new_kernel_model().fit(vectors[kept], labels[both[kept]]),
        new_classifier(_ORDINARY_REGULARISATION, steps=_ORDINARY_STEPS).fit(vectors, intents[both]),
        signals,
        encoder_name,
    )
