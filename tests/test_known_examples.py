"""A message that is one of the examples is known; the component trained and loaded as Rasa does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from wegwijzer.errors import ModelError
from wegwijzer.nlu.known_examples import KNOWN, KnownExamples

EXAMPLES = [
    Message({TEXT: "De loco durft niet meer met de trein!", INTENT: "weerbaar_bestuur_ondersteuningsteam"}),
    Message({TEXT: "gaza", INTENT: "ess_kennis"}),
    Message(
        {
            TEXT: "cursus over radicalisering gezocht",
            INTENT: "ror_trainingen",
            "metadata": {"example": {"ook": ["jep_trainingen"]}},
        }
    ),
    Message({TEXT: "staat onder twee intents", INTENT: "ess_kennis"}),
    Message({TEXT: "Staat onder twee intents.", INTENT: "jep_advies"}),
]


def arguments(folder: Path) -> tuple[Any, ...]:
    return {}, LocalModelStorage(folder), Resource("known"), ExecutionContext(GraphSchema({}))


@pytest.fixture
def loaded(tmp_path: Path) -> KnownExamples:
    KnownExamples.create(*arguments(tmp_path)).train(TrainingData(EXAMPLES))
    return KnownExamples.load(*arguments(tmp_path))


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("de loco durft niet meer, met de trein", ["weerbaar_bestuur_ondersteuningsteam"]),
        ("Cursus over radicalisering gezocht?", ["ror_trainingen", "jep_trainingen"]),
        ("de loco durft weer met de trein", None),
        ("gaza", None),
        ("staat onder twee intents", None),
        ("", None),
    ],
)
def test_only_the_same_words_are_known(loaded: KnownExamples, text: str, intents: Any) -> None:
    (message,) = loaded.process([Message({TEXT: text})])
    assert message.get(KNOWN) == intents
    assert (KNOWN in message.as_dict(only_output_properties=True)) == (intents is not None)


def test_the_model_holds_no_sentences(tmp_path: Path, loaded: KnownExamples) -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.json"))
    assert "ror_trainingen" in written
    assert "radicalisering" not in written


def test_a_damaged_file_is_named(tmp_path: Path, loaded: KnownExamples) -> None:
    (path,) = tmp_path.rglob("*.json")
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match="known_examples.json"):
        KnownExamples.load(*arguments(tmp_path))
