"""Gives Rasa the tokenizer of the Dutch spaCy pipeline.

The classifiers use words only; tagging every example took half of the training time where the
Dutch model is installed. Names of persons are found before Rasa (wegwijzer.redaction).
"""

from __future__ import annotations

from typing import Any, Dict, Optional

import spacy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP

from wegwijzer.language import DUTCH_MODEL, load_language


@DefaultV1Recipe.register(
    [
        DefaultV1Recipe.ComponentType.MODEL_LOADER,
        DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER,
    ],
    is_trainable=False,
    model_from="DutchSpacyNLP",
)
class DutchSpacyNLP(SpacyNLP):
    """Rasa's SpacyNLP with nothing but the tokenizer of the Dutch model, or of spaCy's blank Dutch.

    The model's identity is its fingerprint, so that a change of model trains anew.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Returns the component's settings: the spaCy package and whether case counts."""
        return {"model": DUTCH_MODEL, "case_sensitive": True}

    @staticmethod
    def load_model(spacy_model_name: str) -> SpacyModel:
        """Takes the tokenizer of the model that is shared with the rest of the process."""
        language = load_language(spacy_model_name or DUTCH_MODEL)
        words = spacy.blank("nl", vocab=language.nlp.vocab)
        words.tokenizer = language.nlp.tokenizer
        return SpacyModel(model=words, model_name=language.identity)

    @staticmethod
    def ensure_proper_language_model(nlp: Optional[Any]) -> None:
        """Accepts the blank pipeline too, which Rasa's own check refuses."""
