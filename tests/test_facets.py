"""Facets of a message, and what it says it is not about."""

from __future__ import annotations

import pytest

from wegwijzer.catalogue import Catalogue
from wegwijzer.facets import read_facets
from wegwijzer.understanding import Entity

COURSE = Entity("soort_hulp", "cursus", "cursus")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("wij zoeken een cursus", True),
        ("ik weet niet welke cursus past", True),
        ("geen idee welke cursus", True),
        ("geen cursus maar advies", False),
        ("geen hele cursus graag", False),
        ("advies in plaats van een cursus", False),
        ("niet een cursus", False),
        ("geen cursus, of toch wel een cursus", True),
        ("geen tijd voor een cursus", False),
        ("ze hebben al een cursus gehad", False),
        ("al is er een cursus, wij hebben hem nooit gehad", True),
        ("is er al een cursus", True),
        ("vergeet de cursus", False),
    ],
)
def test_a_word_that_is_turned_down_is_no_facet(text: str, wanted: bool, catalogue: Catalogue) -> None:
    facets = read_facets((COURSE,), text, catalogue)
    assert (facets.values.get("support") == ("training",)) is wanted
    assert (facets.unwanted.get("support") == ("training",)) is not wanted


def test_a_later_message_goes_over_an_earlier_one(catalogue: Catalogue) -> None:
    earlier = read_facets(
        (Entity("functie", "docent", "docent"), COURSE), "cursus voor een docent", catalogue
    )
    later = read_facets((Entity("functie", "raadslid", "raadslid"),), "voor een raadslid", catalogue)
    both = earlier.updated(later)
    assert both.values["function"] == later.values["function"]
    assert both.values["support"] == ("training",)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("geen cursus maar een workshop", True),
        ("die workshop, kan dat ook als advies in plaats van een cursus", False),
    ],
)
def test_of_two_words_for_the_same_the_last_counts(text: str, wanted: bool, catalogue: Catalogue) -> None:
    facets = read_facets((Entity("soort_hulp", "training", "workshop"), COURSE), text, catalogue)
    assert ("training" in facets.values.get("support", ())) is wanted
    assert ("training" in facets.unwanted.get("support", ())) is not wanted


def test_outside_school_is_not_at_school(catalogue: Catalogue) -> None:
    school, club = Entity("omgeving", "school", "school"), Entity("omgeving", "jeugdwerk", "buurthuis")
    facets = read_facets((school, club), "en buiten school, in het buurthuis?", catalogue)
    assert facets.values["setting"] == ("jeugdwerk",)
    assert facets.unwanted["setting"] == ("school",)
