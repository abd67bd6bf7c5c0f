"""Judges whether a question is one to ask back about first.

A clear question that two offers suit gives the same ranking as a vague one, so the
ranking alone cannot tell. This learns from the examples that are marked with other
intents as possible as their own. A message gets `doubt`: a judgement by its words and,
where there is an encoder, one by its meaning, both above 0 when in doubt.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from wegwijzer.linear import judge, load_models, new_classifier, new_kernel_model, save_models
from wegwijzer.nlu.features import also_possible, features_of

_REGULARISATION = 4.0
_HARD = 5000
"""Clear examples that the judgement by meaning learns from; all 14,000 told no better at 13 times the work."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DoubtClassifier(GraphComponent):
    """A logistic regression on the n-grams and a support vector machine on the vectors."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """At least one featurizer comes before."""
        return [Featurizer]

    def __init__(
        self,
        model_storage: ModelStorage,
        resource: Resource,
        by_words: Optional[LogisticRegression] = None,
        by_meaning: Optional[SVC] = None,
    ) -> None:
        """Keeps, when loaded, the fitted models."""
        self._model_storage = model_storage
        self._resource = resource
        self._by_words = by_words
        self._by_meaning = by_meaning

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DoubtClassifier:
        """Creates an untrained component (see Rasa's GraphComponent)."""
        return cls(model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fits both models: marked examples against the clear ones of the same intents."""
        marked = {id(e): also_possible(e) for e in training_data.intent_examples}
        doubtful = {e.get(INTENT) for e in training_data.intent_examples if marked[id(e)]}
        doubtful |= {intent for also in marked.values() for intent in also}
        examples = [e for e in training_data.intent_examples if e.get(INTENT) in doubtful]
        labels = [int(bool(marked[id(e)])) for e in examples]
        if len(set(labels)) == 2:
            weights, vectors = features_of(examples)
            self._by_words = new_classifier(_REGULARISATION, "liblinear").fit(weights, labels)
            if vectors is not None:
                chosen = self._hardest(weights, np.array(labels), ~np.isnan(vectors[:, 0]))
                self._by_meaning = new_kernel_model().fit(vectors[chosen], np.array(labels)[chosen])
        with self._model_storage.write_to(self._resource) as folder:
            save_models(folder, {"words": self._by_words, "meaning": self._by_meaning})
        return self._resource

    def _hardest(self, weights: Any, labels: np.ndarray, known: np.ndarray) -> np.ndarray:
        """Returns the places of the marked examples and of the clear ones whose words look most like them."""
        assert self._by_words is not None
        clear = np.flatnonzero((labels == 0) & known)
        hard = clear[np.argsort(-judge(self._by_words, weights[clear]), kind="stable")[:_HARD]]
        return np.sort(np.concatenate([np.flatnonzero((labels == 1) & known), hard]))

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> DoubtClassifier:
        """Loads a trained component.

        Raises:
            ModelError: when a stored file is not what train() wrote.
        """
        with model_storage.read_from(resource) as folder:
            models = load_models(folder, {"words": LogisticRegression, "meaning": SVC})
        return cls(model_storage, resource, models["words"], models["meaning"])

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets `doubt` on each message with text."""
        for message in messages:
            if self._by_words is None or not message.get(TEXT):
                continue
            weights, vectors = features_of([message])
            doubt = {"words": float(judge(self._by_words, weights)[0])}
            if self._by_meaning is not None:
                doubt["meaning"] = float(judge(self._by_meaning, vectors)[0])
            message.set("doubt", doubt, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves training data as it is; nothing after this needs a judgement."""
        return training_data
