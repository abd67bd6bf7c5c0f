"""Judges whether a question is one to ask back about first.

A clear question that two offers suit gives the same ranking as a vague one, so the
ranking alone cannot tell. This learns from the examples that are marked with other
intents as possible as their own. A message gets `doubt`: a judgement by its words and,
where there is an encoder, one by its meaning, both above 0 when in doubt.
"""

from __future__ import annotations

from typing import Any, Dict

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from wegwijzer.linear import judge, new_classifier, new_kernel_model
from wegwijzer.nlu.features import also_possible, features_of
from wegwijzer.nlu.judge import Judge

_REGULARISATION = 4.0
_HARD = 5000
"""Clear examples that the judgement by meaning learns from; all 14,000 told no better at 13 times the work."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DoubtClassifier(Judge):
    """A logistic regression on the n-grams and a support vector machine on the vectors."""

    output = "doubt"
    kinds = {"words": LogisticRegression, "meaning": SVC}

    def fit(self, training_data: TrainingData) -> Dict[str, Any]:
        """Fits both models: marked examples against the clear ones of the same intents."""
        marked = {id(e): also_possible(e) for e in training_data.intent_examples}
        doubtful = {e.get(INTENT) for e in training_data.intent_examples if marked[id(e)]}
        doubtful |= {intent for also in marked.values() for intent in also}
        examples = [e for e in training_data.intent_examples if e.get(INTENT) in doubtful]
        labels = np.array([int(bool(marked[id(e)])) for e in examples])
        if len(set(labels)) < 2:
            return {}
        weights, vectors = features_of(examples)
        words = new_classifier(_REGULARISATION, "liblinear").fit(weights, labels)
        if vectors is None:
            return {"words": words}
        chosen = _hardest(words, weights, labels, ~np.isnan(vectors[:, 0]))
        # With 10 and 4, as for danger, it told no more apart in four times the time (docs/adr/0016).
        meaning = new_kernel_model(tightness=1.0, gamma=2.0)
        return {"words": words, "meaning": meaning.fit(vectors[chosen], labels[chosen])}


def _hardest(words: LogisticRegression, weights: Any, labels: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Returns the places of the marked examples and of the clear ones whose words look most like them.

    Args:
        words: the model on n-grams.
        weights: n-gram weights, shape (examples, vocabulary).
        labels: 1 for a marked example.
        known: whether an example has a vector.
    """
    clear = np.flatnonzero((labels == 0) & known)
    hard = clear[np.argsort(-judge(words, weights[clear]), kind="stable")[:_HARD]]
    return np.sort(np.concatenate([np.flatnonzero((labels == 1) & known), hard]))
