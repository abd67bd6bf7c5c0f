"""Ranks the intents of a message with the blend of two linear models.

Beside Rasa's `intent` and `intent_ranking` a message gets `clauses`: text and ranking
of each part.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional, Tuple, Type

import numpy as np
import scipy.sparse
import skops.io
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
from wegwijzer.linear import Blend, fit_blend, load_skops
from wegwijzer.nlu.clause_splitter import CLAUSES, with_clauses

_RANKED_IN_A_CLAUSE = 8


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
        return {"sparse_regularisation": 4.0, "dense_regularisation": 30.0, "temperature": 1.0}

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

    @staticmethod
    def _features(messages: List[Message]) -> Tuple[Any, Any]:
        """Returns (sparse weights, dense vectors or None), a row a message."""
        sparse, dense = [], []
        for message in messages:
            _, weights = message.get_sparse_features(TEXT)
            _, vector = message.get_dense_features(TEXT)
            if weights is not None:
                sparse.append(scipy.sparse.csr_matrix(weights.features))
            if vector is not None:
                dense.append(vector.features.reshape(1, -1))
        if len(sparse) != len(messages):
            raise ModelError(
                "config.yml has no sparse featurizer before LinearIntentClassifier; add NgramFeaturizer"
            )
        return scipy.sparse.vstack(sparse).tocsr(), np.vstack(dense) if dense else None

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the blend on the intent examples and saves it."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT) and e.get(INTENT)]
        weights, vectors = self._features(examples)
        settings = self._config
        self._blend = fit_blend(
            weights,
            vectors,
            [example.get(INTENT) for example in examples],
            settings["sparse_regularisation"],
            settings["dense_regularisation"],
            settings["temperature"],
        )
        with self._model_storage.write_to(self._resource) as folder:
            skops.io.dump(self._blend.sparse, folder / "sparse.skops")
            if self._blend.dense is not None:
                skops.io.dump(self._blend.dense, folder / "dense.skops")
            (folder / "blend.json").write_text(json.dumps({"dense": self._blend.dense is not None}))
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
            has_dense = json.loads((folder / "blend.json").read_text())["dense"]
            sparse = load_skops(folder / "sparse.skops", LogisticRegression)
            dense = load_skops(folder / "dense.skops", LogisticRegression) if has_dense else None
        classes = tuple(str(name) for name in sparse.classes_)
        return cls(settings, model_storage, resource, Blend(classes, sparse, dense, settings["temperature"]))

    def _ranking(self, logs: np.ndarray) -> List[Dict[str, Any]]:
        assert self._blend is not None
        order = np.argsort(-logs)
        return [{"name": self._blend.classes[i], "confidence": float(np.exp(logs[i]))} for i in order]

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets intent, ranking and clauses; a message without text gets no intent."""
        if self._blend is None:
            raise ModelError("the intents were never trained; run 'wegwijzer train'")
        everything = [m for m in with_clauses(messages) if m.get(TEXT) and m.get_sparse_features(TEXT)[1]]
        if not everything:
            return messages
        logs = self._blend.log_probabilities(*self._features(everything))
        rankings = {id(message): self._ranking(row) for message, row in zip(everything, logs)}
        for message in messages:
            ranking = rankings.get(id(message))
            if ranking is None:
                continue
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            clauses = [
                {"text": part.get(TEXT), "ranking": rankings[id(part)][:_RANKED_IN_A_CLAUSE]}
                for part in message.get(CLAUSES, [])
                if id(part) in rankings
            ]
            message.set("clauses", clauses, add_to_output=True)
            message.set(CLAUSES, [])
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves training data as it is; nothing after this needs a prediction."""
        return training_data
