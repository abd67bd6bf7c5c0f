"""Ranks the intents of a message with the blend of two linear models.

Beside Rasa's `intent` and `intent_ranking` a message gets `parts`, the two parts that
most look like two problems, each with its text and its ranking by the n-grams alone,
and `evidence`, the words that speak most for each of the first intents.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression

from wegwijzer.errors import ModelError
from wegwijzer.linear import Blend, fit_blend, load_models, log_probabilities, save_models
from wegwijzer.nlu.features import also_possible, features_of
from wegwijzer.nlu.part_splitter import PARTS, WORDS

_RANKED_IN_A_PART = 8
_EXPLAINED = 4
_WORDS_EACH = 3


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(IntentClassifier, GraphComponent):
    """One logistic regression on the sparse features, one on the dense, blended."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """At least one featurizer comes before."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Returns the settings; see wegwijzer.linear.fit_blend."""
        return {"sparse_regularisation": 16.0, "dense_regularisation": 3.0, "sparse_share": 0.6}

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        blend: Optional[Blend] = None,
    ) -> None:
        """Keeps the settings and, when loaded, the fitted blend."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._blend = blend

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LinearIntentClassifier:
        """Creates an untrained component (see Rasa's GraphComponent)."""
        return cls({**cls.get_default_config(), **config}, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the blend on the intent examples and saves it.

        An example with more than one possible intent counts for each of them: a question
        back offers what is likely, and this finds a twentieth more of what may be meant.
        """
        examples, labels = [], []
        for example in training_data.intent_examples:
            for intent in (example.get(INTENT), *also_possible(example)):
                examples.append(example)
                labels.append(intent)
        weights, vectors = features_of(examples)
        self._blend = fit_blend(
            weights,
            vectors,
            labels,
            self._config["sparse_regularisation"],
            self._config["dense_regularisation"],
            self._config["sparse_share"],
        )
        with self._model_storage.write_to(self._resource) as folder:
            save_models(folder, {"sparse": self._blend.sparse, "dense": self._blend.dense})
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearIntentClassifier:
        """Loads a trained component.

        Raises:
            ModelError: when a stored file is not what train() wrote.
        """
        settings = {**cls.get_default_config(), **config}
        with model_storage.read_from(resource) as folder:
            models = load_models(folder, {"sparse": LogisticRegression, "dense": LogisticRegression})
        classes = tuple(str(name) for name in models["sparse"].classes_)
        return cls(settings, model_storage, resource, Blend(classes, settings["sparse_share"], **models))

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets intent, ranking, parts and evidence; a message without text gets no intent."""
        if self._blend is None:
            raise ModelError("the intents were never trained; run 'wegwijzer train'")
        for message in messages:
            if not message.get(TEXT) or message.get_sparse_features(TEXT)[1] is None:
                continue
            weights, vectors = features_of([message])
            ranking = self._ranking(self._blend.log_probabilities(weights, vectors)[0])
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set("parts", self._parts(message), add_to_output=True)
            first = [intent["name"] for intent in ranking[:_EXPLAINED]]
            message.set("evidence", self._evidence(message, weights, first), add_to_output=True)
            for key in (PARTS, WORDS):
                message.set(key, [])
        return messages

    def _ranking(self, logs: np.ndarray) -> List[Dict[str, Any]]:
        assert self._blend is not None
        order = np.argsort(-logs)
        return [{"name": self._blend.classes[i], "confidence": float(np.exp(logs[i]))} for i in order]

    def _parts(self, message: Message) -> List[Dict[str, Any]]:
        """Returns the cut whose two parts are surest of two different intents, or nothing."""
        assert self._blend is not None
        parts = message.get(PARTS, [])
        if not parts:
            return []
        logs = log_probabilities(self._blend.sparse, features_of(parts)[0])
        left, right = logs[0::2], logs[1::2]
        sure = np.where(left.argmax(1) == right.argmax(1), -np.inf, left.max(1) + right.max(1))
        best = int(sure.argmax())
        if np.isinf(sure[best]):
            return []
        return [
            {"text": part.get(TEXT), "ranking": self._ranking(row)[:_RANKED_IN_A_PART]}
            for part, row in zip(parts[2 * best : 2 * best + 2], (left[best], right[best]))
        ]

    def _evidence(self, message: Message, weights: Any, names: List[str]) -> Dict[str, List[str]]:
        """Returns for each intent the words that speak most for it, in the order of their weight."""
        assert self._blend is not None
        words = message.get(WORDS, [])
        if not words:
            return {}
        by_word = features_of(words)[0]
        evidence = {}
        for name in names:
            amounts = self._blend.evidence(weights, by_word, name)
            order = [i for i in np.argsort(-amounts)[:_WORDS_EACH] if amounts[i] > 0]
            evidence[name] = [words[i].get(TEXT) for i in order]
        return evidence

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves training data as it is; nothing after this needs a prediction."""
        return training_data
