"""Every sentence that users read: plain, calm, and no number that the source does not give."""

from __future__ import annotations

import re
from typing import Iterator

import pytest
import textstat

from wegwijzer import sentences
from wegwijzer.catalogue import Catalogue, load_catalogue

LONGEST = 24
"""Most words in a sentence; advice for B1 is 10 on average and 15 to 20 at most, names of bodies aside."""
EASY = 60.0
"""Least Flesch-Douma score of all sentences together; 60 and more is plain for a general public."""
NUMBERS = {"112", "113", "0900-8844"}


def texts() -> Iterator[tuple[str, str]]:
    for name, value in vars(sentences).items():
        if name.isupper():
            for key, text in value.items() if isinstance(value, dict) else [("", value)]:
                yield f"{name} {key}".strip(), text
    catalogue = load_catalogue()
    for offer in catalogue.offers.values():
        yield offer.id, sentences.WHY.format(purpose=offer.purpose)
    for theme in catalogue.themes.values():
        yield theme.id, theme.elsewhere


def sentences_of(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?:])\s+|\n", text) if part.strip()]


@pytest.mark.parametrize(("name", "text"), list(texts()))
def test_a_sentence_is_calm_and_short(name: str, text: str) -> None:
    assert "!" not in text
    assert not re.search(r"\b(je|jij|jouw|jullie)\b", text)
    assert max(len(sentence.split()) for sentence in sentences_of(text)) <= LONGEST


def test_together_they_are_plain() -> None:
    textstat.set_lang("nl")
    whole = " ".join(re.sub(r"\{\w+\}", "dit", text).rstrip(" .:") + "." for _, text in texts())
    assert textstat.flesch_reading_ease(whole) >= EASY


def test_an_officialese_sentence_would_not_pass() -> None:
    textstat.set_lang("nl")
    heavy = "Ingevolge vigerende beleidsuitgangspunten wordt interbestuurlijke ondersteuningsverantwoordelijkheid geëffectueerd."
    assert textstat.flesch_reading_ease(heavy) < EASY


def test_no_number_is_made_up(catalogue: Catalogue) -> None:
    for name, text in texts():
        found = set(re.findall(r"\d[\d-]{2,}", text))
        assert found <= NUMBERS, name


def test_it_says_that_it_is_automatic() -> None:
    assert "automatische assistent" in sentences.SMALLTALK["groet"]
    assert "automatische assistent" in sentences.SUMMARY_END
