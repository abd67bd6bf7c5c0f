"""The steps behind an answer."""

from __future__ import annotations

import datetime
from dataclasses import replace

from wegwijzer.answering import compose
from wegwijzer.catalogue import Catalogue
from wegwijzer.conversation import Conversation
from wegwijzer.danger import Danger
from wegwijzer.deciding import decide
from wegwijzer.explaining import as_text, explain
from wegwijzer.thresholds import thresholds
from wegwijzer.understanding import Entity, Understanding

SAFE = Danger(False, 0.01, ())
UNDERSTOOD = Understanding(
    "er hangt een dreigbrief op de deur van onze wethouder",
    {"weerbaar_bestuur_ondersteuningsteam": 0.9, "weerbaar_bestuur_preventie": 0.1},
    entities=(Entity("functie", "wethouder", "wethouder"),),
    evidence={"weerbaar_bestuur_ondersteuningsteam": ("dreigbrief", "wethouder")},
    doubt={"words": -5.0, "meaning": -5.0},
)


def test_the_steps_stand_in_the_answer_and_in_words(catalogue: Catalogue) -> None:
    decision, _ = decide(UNDERSTOOD, SAFE, Conversation(), catalogue)
    steps = explain(UNDERSTOOD, SAFE, decision, thresholds())
    answer = compose(decision, catalogue, datetime.date(2026, 11, 24), steps)
    assert answer.custom["explanation"]["offers"][0]["id"] == "weerbaar_bestuur_ondersteuningsteam"
    assert answer.custom["explanation"]["decision"]["kind"] == "advice"
    text = as_text(steps)
    assert "dreigbrief" in text
    assert "Gevaar: nee" in text
    assert f"vanaf {thresholds().danger:.2f})" in text


def test_without_asking_there_are_no_steps(catalogue: Catalogue) -> None:
    decision, _ = decide(UNDERSTOOD, SAFE, Conversation(), catalogue)
    answer = compose(decision, catalogue, datetime.date(2026, 11, 24))
    assert "explanation" not in answer.custom


def test_the_reason_names_the_words_that_decided(catalogue: Catalogue) -> None:
    decision, _ = decide(UNDERSTOOD, SAFE, Conversation(), catalogue)
    answer = compose(decision, catalogue, datetime.date(2026, 11, 24))
    assert "‘dreigbrief’" in answer.custom["offers"][0]["why"]
    assert "‘wethouder’" in answer.custom["offers"][0]["why"]


def test_the_reason_repeats_no_markup_and_no_redaction(catalogue: Catalogue) -> None:
    words = ("onerror", "naam", "bedreigd")
    text = "<img src=x onerror=alert(2)> [naam] wordt bedreigd"
    understood = replace(UNDERSTOOD, text=text, evidence={"weerbaar_bestuur_ondersteuningsteam": words})
    decision, _ = decide(understood, SAFE, Conversation(), catalogue)
    why = compose(decision, catalogue, datetime.date(2026, 11, 24)).custom["offers"][0]["why"]
    assert "‘bedreigd’" in why
    assert "onerror" not in why
    assert "naam" not in why


def test_a_known_example_is_named(catalogue: Catalogue) -> None:
    understood = replace(UNDERSTOOD, known=("wethoudersvereniging",))
    decision, _ = decide(understood, SAFE, Conversation(), catalogue)
    text = as_text(explain(understood, SAFE, decision, thresholds()))
    assert "Staat zo in de voorbeelden bij: wethoudersvereniging" in text
    assert "Staat zo" not in as_text(explain(UNDERSTOOD, SAFE, decision, thresholds()))
