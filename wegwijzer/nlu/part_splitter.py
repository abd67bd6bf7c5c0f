"""Lays pieces of a message beside it: its words, and its parts when cut in two.

The words say which of them decided, the parts whether there are two problems.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.lang.en.stop_words import STOP_WORDS as ENGLISH
from spacy.lang.nl.stop_words import STOP_WORDS as DUTCH

from wegwijzer.parts import split_in_two

PARTS = "part_messages"
"""Key on a message: one message for each part, left and right in turn."""
WORDS = "word_messages"
"""Key on a message: one message for each word that may have decided."""

_WORD = re.compile(r"[^\W\d_][\w'’-]{2,}")
_MOST_WORDS = 60
_LACKING = """
via ga gaat gaan ging gingen gegaan krijg krijgt krijgen kreeg kregen gekregen sta staat staan stond stonden
zit zitten zat zaten kom komt komen kwam kwamen wil wilt willen wilde wilden wou weet weten wist wisten zeg
zegt zeggen zei zeiden gezegd vraag vraagt vragen vroeg vroegen gevraagd zoek zoekt zoeken zocht vind vindt
vinden vond vonden neem neemt nemen nam laat laten liet lig ligt liggen lag blijf blijft blijven bleef maak
maakt maken maakte geef geeft geven gaf zie ziet zien zag kijk kijkt kijken denk denkt denken dacht
daarvan daarover daarmee daarvoor hiervan hierover hiermee hiervoor ervan erover ermee ervoor waarmee waarover
"""
_TELL_NOTHING = DUTCH | ENGLISH | set(_LACKING.split())
"""spaCy's stop words, and everyday Dutch words that its list lacks."""


def pieces(messages: List[Message]) -> List[Message]:
    """Returns the messages followed by the pieces that lie beside them."""
    return messages + [piece for m in messages for key in (PARTS, WORDS) for piece in m.get(key, [])]


def telling_words(text: str) -> List[str]:
    """Returns the words of a text that may tell something, each once, at most _MOST_WORDS."""
    words = (word for word in _WORD.findall(text) if word.lower() not in _TELL_NOTHING)
    return list(dict.fromkeys(words))[:_MOST_WORDS]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class PartSplitter(GraphComponent):
    """Lays words and parts beside each message; training examples stay whole."""

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PartSplitter:
        """Creates the component (see Rasa's GraphComponent)."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Lays the pieces of each message beside it."""
        for message in messages:
            text = message.get(TEXT) or ""
            message.set(PARTS, [Message({TEXT: part}) for cut in split_in_two(text) for part in cut])
            message.set(WORDS, [Message({TEXT: word}) for word in telling_words(text)])
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves training data as it is."""
        return training_data
