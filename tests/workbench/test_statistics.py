"""Counts, coverage, and examples that look more like another intent."""

from __future__ import annotations

from pathlib import Path

import pytest

from wegwijzer.workbench.example_files import Draft, ExampleFiles
from wegwijzer.workbench.statistics import count_facets, count_intents, cross, imbalance, kept_cross


def test_intents_are_counted(files: ExampleFiles) -> None:
    counts = {c.intent: c for c in count_intents(files.read(), files.intents())}
    omo = counts["omo_preventie"]
    assert (omo.kind, omo.examples, omo.ambiguous, omo.marks, omo.few) == ("aanbod", 2, 2, 2, True)
    assert counts["ess_kennis"].ambiguous == 1
    assert counts["groet"].kind == "gesprek"
    assert counts["gevaar"].examples == 0
    assert set(counts) == set(files.intents())


def test_the_fewest_come_first_and_the_imbalance_is_told(files: ExampleFiles) -> None:
    counts = count_intents(files.read(), files.intents())
    offers = [c.examples for c in counts if c.kind == "aanbod"]
    assert offers == sorted(offers)
    assert imbalance(counts, "aanbod") == float("inf")
    some = [c for c in counts if c.examples]
    assert imbalance(some, "aanbod") == 2.0


def test_facets_are_counted(files: ExampleFiles) -> None:
    counts = {(c.facet, c.value): c for c in count_facets(files.read(), files.catalogue())}
    unrest = counts["phenomenon", "spanningen"]
    assert "ess_kennis" in unrest.offers and unrest.examples >= 3
    # A word of the catalogue, and a value that was given; "stenen" is no word of the catalogue.
    marked = {(c.facet, c.value): c.marked for c in count_facets(files.read(), files.catalogue()) if c.marked}
    assert marked == {("phenomenon", "onrust"): 1, ("moment", "vooraf"): 1, ("setting", "gemeentehuis"): 1}
    assert marked["setting", "gemeentehuis"] == 1


@pytest.fixture
def many(files: ExampleFiles) -> ExampleFiles:
    """Two offers that are easy to tell apart, and one example at the wrong one."""
    for number in range(12):
        files.add(Draft(f"training bruggen bouwen voor team {number}", "ess_trainingen"), "Tine")
        files.add(
            Draft(f"stenen en vuurwerk op plein {number} bij het azc", "omo_ondersteuningsnetwerk"), "Tine"
        )
    files.add(Draft("training bruggen bouwen voor ons team", "omo_ondersteuningsnetwerk"), "Tine")
    return files


def test_an_example_at_the_wrong_intent_is_an_outlier(many: ExampleFiles, tmp_path: Path) -> None:
    examples = many.read()
    crossed = cross(examples, lambda line: None, tmp_path)
    first = crossed.outliers[0]
    assert first.stored.draft.text == "training bruggen bouwen voor ons team"
    assert first.likeliest == "ess_trainingen" and first.probability > first.own
    assert ("ess_trainingen", "omo_ondersteuningsnetwerk") in [c.intents for c in crossed.confusable]
    assert 0.7 < crossed.right < 1


def test_the_same_examples_are_judged_once(many: ExampleFiles, tmp_path: Path) -> None:
    examples = many.read()
    said: list[str] = []
    assert kept_cross(examples, tmp_path) is None
    crossed = cross(examples, said.append, tmp_path)
    assert kept_cross(examples, tmp_path) == crossed
    assert len(said) == 3
    cross(examples, said.append, tmp_path)
    assert len(said) == 3
    many.add(Draft("nog een vraag over bruggen", "ess_trainingen"), "Tine")
    assert kept_cross(many.read(), tmp_path) is None
    (tmp_path / "uitbijters.json").write_text("{")
    assert kept_cross(examples, tmp_path) is None
