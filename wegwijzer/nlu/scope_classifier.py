"""Judges whether a question is about something that no offer covers, whatever it is about.

A message gets `scope`: a judgement by its words, above 0 when out of scope.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression

from wegwijzer.catalogue import catalogue
from wegwijzer.linear import judge, load_models, new_classifier, save_models
from wegwijzer.nlu.features import features_of
from wegwijzer.understanding import OUT_OF_SCOPE

_REGULARISATION = 4.0


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ScopeClassifier(GraphComponent):
    """A logistic regression on the n-grams: all themes out of scope against all offers."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """At least one featurizer comes before."""
        return [Featurizer]

    def __init__(
        self,
        model_storage: ModelStorage,
        resource: Resource,
        by_words: Optional[LogisticRegression] = None,
    ) -> None:
        """Keeps, when loaded, the fitted model."""
        self._model_storage = model_storage
        self._resource = resource
        self._by_words = by_words

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ScopeClassifier:
        """Creates an untrained component (see Rasa's GraphComponent)."""
        return cls(model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> str:
        """Returns the ids of the offers, which tell an offer's examples from other ones."""
        return ",".join(sorted(catalogue().offers))

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the model on the examples of offers and of themes out of scope."""
        offers = catalogue().offers
        examples, labels = [], []
        for example in training_data.intent_examples:
            intent = str(example.get(INTENT))
            if intent in offers or intent.startswith(OUT_OF_SCOPE):
                examples.append(example)
                labels.append(int(intent not in offers))
        if len(set(labels)) == 2:
            weights, _ = features_of(examples)
            self._by_words = new_classifier(_REGULARISATION, "liblinear").fit(weights, labels)
        with self._model_storage.write_to(self._resource) as folder:
            save_models(folder, {"words": self._by_words})
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ScopeClassifier:
        """Loads a trained component.

        Raises:
            ModelError: when a stored file is not what train() wrote.
        """
        with model_storage.read_from(resource) as folder:
            models = load_models(folder, {"words": LogisticRegression})
        return cls(model_storage, resource, models["words"])

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets `scope` on each message with text."""
        for message in messages:
            if self._by_words is not None and message.get(TEXT):
                words = float(judge(self._by_words, features_of([message])[0])[0])
                message.set("scope", {"words": words}, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves training data as it is; nothing after this needs a judgement."""
        return training_data
