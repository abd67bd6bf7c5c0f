"""Judges whether a question is about something that no offer covers, whatever it is about.

A message gets `scope`: a judgement by its words, above 0 when out of scope.
"""

from __future__ import annotations

from typing import Any, Dict

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression

from wegwijzer.catalogue import catalogue
from wegwijzer.linear import new_classifier
from wegwijzer.nlu.features import features_of
from wegwijzer.nlu.judge import Judge
from wegwijzer.understanding import OUT_OF_SCOPE

_REGULARISATION = 4.0


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ScopeClassifier(Judge):
    """A logistic regression on the n-grams: all themes out of scope against all offers."""

    output = "scope"
    kinds = {"words": LogisticRegression}

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> str:
        """Returns the ids of the offers, which tell an offer's examples from other ones."""
        return ",".join(sorted(catalogue().offers))

    def fit(self, training_data: TrainingData) -> Dict[str, Any]:
        """Fits the model on the examples of offers and of themes out of scope."""
        offers = catalogue().offers
        examples, labels = [], []
        for example in training_data.intent_examples:
            intent = str(example.get(INTENT))
            if intent in offers or intent.startswith(OUT_OF_SCOPE):
                examples.append(example)
                labels.append(int(intent not in offers))
        if len(set(labels)) < 2:
            return {}
        weights, _ = features_of(examples)
        return {"words": new_classifier(_REGULARISATION, "liblinear").fit(weights, labels)}
