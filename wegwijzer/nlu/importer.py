"""Feeds Rasa what the catalogue and the domain already say.

Rasa's own importer reads the files; this one adds look-ups and synonyms from the
catalogue's word lists and one rule an intent, so that nothing is written twice.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.shared.core.constants import ACTION_LISTEN_NAME, DEFAULT_INTENTS, RULE_SNIPPET_ACTION_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.training_data.structures import RuleStep, StoryGraph, StoryStep
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.training_data import TrainingData

from wegwijzer.catalogue import catalogue, fold

ANSWER_ACTION = "action_antwoord"


class CatalogueImporter(RasaFileImporter):
    """Rasa's file importer, with the catalogue's words and one rule an intent."""

    def get_nlu_data(self, language: Optional[str] = "en") -> TrainingData:
        """Returns the files' examples with look-ups and synonyms of the catalogue."""
        return super().get_nlu_data(language).merge(catalogue_words())

    def get_stories(self, exclusion_percentage: Optional[int] = None) -> StoryGraph:
        """Returns the files' stories and a rule for every intent of the domain."""
        rules = [rule_of(intent) for intent in own_intents(self.get_domain())]
        return super().get_stories(exclusion_percentage).merge(StoryGraph(rules))


def own_intents(domain: Domain) -> List[str]:
    """Returns the intents that domain.yml names, without Rasa's own."""
    return [intent for intent in domain.intents if intent not in DEFAULT_INTENTS]


def rule_of(intent: str) -> StoryStep:
    """Returns the rule 'this intent → action_antwoord'."""
    events = [
        ActionExecuted(RULE_SNIPPET_ACTION_NAME),
        ActionExecuted(ACTION_LISTEN_NAME),
        UserUttered(intent={"name": intent}),
        ActionExecuted(ANSWER_ACTION),
    ]
    return RuleStep(block_name=f"antwoord op {intent}", events=events)


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
