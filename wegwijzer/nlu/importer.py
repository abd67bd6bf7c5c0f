"""Feeds Rasa what the catalogue and the domain already say.

Rasa's own importer reads the files; this one adds look-ups and synonyms from the
catalogue's word lists and one rule an intent, so that nothing is written twice.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.shared.core.constants import DEFAULT_INTENTS
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.training_data import TrainingData

from wegwijzer.catalogue import catalogue, fold

ANSWER_ACTION = "action_antwoord"


class CatalogueImporter(RasaFileImporter):
    """Rasa's file importer, with the catalogue's words and one rule an intent."""

    _nlu_data: Optional[TrainingData] = None

    def get_nlu_data(self, language: Optional[str] = "en") -> TrainingData:
        """Returns the files' examples with look-ups and synonyms of the catalogue, read once."""
        if self._nlu_data is None:
            data = super().get_nlu_data(language)
            words = catalogue_words()
            # Rasa's merge() would copy every example.
            data.entity_synonyms.update(words.entity_synonyms)
            data.lookup_tables.extend(words.lookup_tables)
            self._nlu_data = data
        return self._nlu_data

    def get_stories(self, exclusion_percentage: Optional[int] = None) -> StoryGraph:
        """Returns the files' stories and a rule for every intent of the domain."""
        domain = self.get_domain()
        return super().get_stories(exclusion_percentage).merge(rules_of(own_intents(domain), domain))


def own_intents(domain: Domain) -> List[str]:
    """Returns the intents that domain.yml names, without Rasa's own."""
    return [intent for intent in domain.intents if intent not in DEFAULT_INTENTS]


def rules_of(intents: list[str], domain: Domain) -> StoryGraph:
    """Returns a rule 'this intent → action_antwoord' for each intent, read by Rasa's own reader."""
    rules = [
        {"rule": f"antwoord op {intent}", "steps": [{"intent": intent}, {"action": ANSWER_ACTION}]}
        for intent in intents
    ]
    return StoryGraph(YAMLStoryReader(domain).read_from_parsed_yaml({"version": "3.1", "rules": rules}))


def catalogue_words() -> TrainingData:
    """Returns look-ups and synonyms made from the catalogue's word lists."""
    lookups: Dict[str, List[str]] = {}
    synonyms: Dict[str, Any] = {}
    for entity, value, words in catalogue().word_lists():
        lookups.setdefault(entity, []).extend(words)
        for word in words:
            synonyms[fold(word)] = value
    tables = [{"name": entity, "elements": sorted(set(words))} for entity, words in lookups.items()]
    return TrainingData(entity_synonyms=synonyms, lookup_tables=tables)
