"""Recognises a message that is, but for capitals and punctuation, one of the training examples.

Among tens of thousands of examples a new one hardly moves a model, so a question that a trainer
labelled might still be answered otherwise. A message that is known gets `known`: the intents of
its example. A word or two, as "gaza", is an example too but no question: there the model weighs
what may be meant. The model keeps no sentences, only their digests.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Dict, List, Mapping, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from wegwijzer.duplicates import bare
from wegwijzer.errors import ModelError
from wegwijzer.nlu.features import also_possible

KNOWN = "known"
"""Key on a message: the intents of the example that is the same."""
_FILE = "known_examples.json"
_DIGEST_SIZE = 8
_LEAST_WORDS = 3


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class KnownExamples(GraphComponent):
    """Digest of an example → its intents."""

    def __init__(
        self,
        model_storage: ModelStorage,
        resource: Resource,
        intents: Optional[Mapping[str, List[str]]] = None,
    ) -> None:
        """Keeps, when loaded, the intents of each example."""
        self._model_storage = model_storage
        self._resource = resource
        self._intents = dict(intents or {})

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> KnownExamples:
        """Creates an untrained component (see Rasa's GraphComponent)."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> KnownExamples:
        """Loads a trained component.

        Raises:
            ModelError: when the stored file is not what train() wrote.
        """
        with model_storage.read_from(resource) as folder:
            path = folder / _FILE
            try:
                intents = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise ModelError(f"{path}: missing or damaged ({error}); run 'wegwijzer train'") from error
        return cls(model_storage, resource, intents)

    def train(self, training_data: TrainingData) -> Resource:
        """Remembers the examples of enough words; one that stands under several intents is not known."""
        found: Dict[str, List[str]] = {}
        for example in training_data.intent_examples:
            words = bare(example.get(TEXT) or "")
            if len(words.split()) < _LEAST_WORDS:
                continue
            digest = _digest(words)
            intents = [str(example.get(INTENT)), *also_possible(example)]
            found[digest] = intents if found.get(digest, intents) == intents else []
        self._intents = {digest: intents for digest, intents in found.items() if intents}
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _FILE).write_text(json.dumps(self._intents), encoding="utf-8")
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets the intents of the same example on each message that has one."""
        for message in messages:
            intents = self._intents.get(_digest(bare(message.get(TEXT) or "")))
            if intents:
                message.set(KNOWN, list(intents), add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves training data as it is."""
        return training_data


def _digest(words: str) -> str:
    return hashlib.blake2b(words.encode(), digest_size=_DIGEST_SIZE).hexdigest()
