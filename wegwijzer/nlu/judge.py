"""What the components share that judge a message apart from the ranking of intents.

Such a component has a few fitted models by name, sets one output on each message, and leaves training
data as it is. A subclass says which models and how they are fitted.
"""

from __future__ import annotations

from typing import Any, ClassVar, Dict, List, Mapping, Optional, Type, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from wegwijzer.linear import judge, load_models, save_models
from wegwijzer.nlu.features import features_of

T = TypeVar("T", bound="Judge")


class Judge(GraphComponent):
    """Sets `output` on each message: for every fitted model a number above 0 when its answer is yes.

    Attributes:
        output: key on a message.
        kinds: names of the models and their classes; 'words' judges the n-grams, any other the vector.
    """

    output: ClassVar[str]
    kinds: ClassVar[Mapping[str, Type[Any]]]

    @classmethod
    def required_components(cls) -> List[Type]:
        """At least one featurizer comes before."""
        return [Featurizer]

    def __init__(
        self,
        model_storage: ModelStorage,
        resource: Resource,
        models: Optional[Mapping[str, Any]] = None,
    ) -> None:
        """Keeps, when loaded, the fitted models; those that could not be fitted are None."""
        self._model_storage = model_storage
        self._resource = resource
        self._models = dict(models or {})

    @classmethod
    def create(
        cls: Type[T],
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> T:
        """Creates an untrained component (see Rasa's GraphComponent)."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls: Type[T],
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> T:
        """Loads a trained component.

        Raises:
            ModelError: when a stored file is not what train() wrote.
        """
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, load_models(folder, cls.kinds))

    def fit(self, training_data: TrainingData) -> Dict[str, Any]:
        """Returns the fitted models by name, without those for which the examples are of one kind only."""
        raise NotImplementedError

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the models and saves them."""
        self._models = self.fit(training_data)
        with self._model_storage.write_to(self._resource) as folder:
            save_models(folder, self._models)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets the judgements on each message with text."""
        models = {name: model for name, model in self._models.items() if model is not None}
        for message in messages:
            if not models or not message.get(TEXT):
                continue
            weights, vectors = features_of([message])
            judged = {
                name: float(judge(model, weights if name == "words" else vectors)[0])
                for name, model in models.items()
            }
            message.set(self.output, judged, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves training data as it is; nothing after this needs a judgement."""
        return training_data
