"""Lays the clauses of a message beside it, for the steps that follow."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from wegwijzer.clauses import split_clauses

CLAUSES = "clause_messages"


def with_clauses(messages: List[Message]) -> List[Message]:
    """Returns the messages followed by the clauses that lie beside them."""
    return messages + [part for message in messages for part in message.get(CLAUSES, [])]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class ClauseSplitter(GraphComponent):
    """Cuts a message into clauses; training examples stay whole."""

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ClauseSplitter:
        """Creates the component (see Rasa's GraphComponent)."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Lays two or more clauses beside each message that has them."""
        for message in messages:
            parts = split_clauses(message.get(TEXT) or "")
            if len(parts) > 1:
                message.set(CLAUSES, [Message({TEXT: part}) for part in parts])
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves training data as it is."""
        return training_data
