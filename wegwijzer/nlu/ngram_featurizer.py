"""Gives each message tf-idf weights of its character and word n-grams."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Type

import scipy.sparse
import skops.io
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.pipeline import FeatureUnion

from wegwijzer.errors import ModelError
from wegwijzer.linear import load_skops, new_ngrams
from wegwijzer.nlu.features import without_placeholders
from wegwijzer.nlu.part_splitter import pieces


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class NgramFeaturizer(SparseFeaturizer, GraphComponent):
    """A sparse sentence feature of shape (1, vocabulary) for the text of each message.

    Rasa's CountVectorsFeaturizer counts; rare n-grams need tf-idf, which was 8 points
    better in the prototype (see docs/adr/).
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """Rasa's own order: a featurizer comes after a tokenizer."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Returns the component's settings."""
        return {**SparseFeaturizer.get_default_config(), "characters": [2, 5], "words": [1, 2]}

    def __init__(
        self,
        config: Dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        ngrams: Optional[FeatureUnion] = None,
    ) -> None:
        """Keeps the settings and, when loaded, the fitted n-grams."""
        super().__init__(name, config)
        self._model_storage = model_storage
        self._resource = resource
        self.ngrams = ngrams

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NgramFeaturizer:
        """Creates an untrained component (see Rasa's GraphComponent)."""
        return cls(
            {**cls.get_default_config(), **config}, execution_context.node_name, model_storage, resource
        )

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        """Ranges are checked by scikit-learn when fitting."""

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the n-grams on the examples of intents and saves them."""
        texts = [example.get(TEXT) for example in training_data.intent_examples]
        self.ngrams = new_ngrams(tuple(self._config["characters"]), tuple(self._config["words"]))
        self.ngrams.fit(texts)
        with self._model_storage.write_to(self._resource) as folder:
            skops.io.dump(self.ngrams, folder / "ngrams.skops")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NgramFeaturizer:
        """Loads a trained component.

        Raises:
            ModelError: when the stored file is not what train() wrote.
        """
        with model_storage.read_from(resource) as folder:
            ngrams = load_skops(folder / "ngrams.skops", FeatureUnion)
        settings = {**cls.get_default_config(), **config}
        return cls(settings, execution_context.node_name, model_storage, resource, ngrams)

    def process(self, messages: List[Message]) -> List[Message]:
        """Adds the weights to each message and to the pieces beside it."""
        if self.ngrams is None:
            raise ModelError("the n-grams were never trained; run 'wegwijzer train'")
        everything = [message for message in pieces(messages) if message.get(TEXT)]
        if not everything:
            return messages
        weights = scipy.sparse.csr_matrix(
            self.ngrams.transform([without_placeholders(m.get(TEXT)) for m in everything])
        )
        for i, message in enumerate(everything):
            message.add_features(
                Features(
                    weights[i].tocoo(),
                    FEATURE_TYPE_SENTENCE,
                    TEXT,
                    self._config.get(FEATURIZER_CLASS_ALIAS, self._identifier),
                )
            )
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds the weights to each training example."""
        self.process(training_data.training_examples)
        return training_data
