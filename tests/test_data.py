"""The training data: complete, without duplicates, and never the evaluation questions."""

from __future__ import annotations

import collections

from wegwijzer import paths
from wegwijzer.catalogue import Catalogue, fold, read_yaml
from wegwijzer.dialogues import load_dialogues
from wegwijzer.duplicates import bare, near_duplicates
from wegwijzer.examples import read_examples
from wegwijzer.understanding import DANGER_INTENT, OUT_OF_SCOPE
from wegwijzer.workbench.lint import NEAR_SCORE, lint

EXAMPLES = read_examples()


def counts() -> collections.Counter[str]:
    return collections.Counter(example.intent for example in EXAMPLES)


def test_every_offer_has_its_examples(catalogue: Catalogue) -> None:
    few = {offer: counts()[offer] for offer in catalogue.offers if counts()[offer] < 120}
    assert not few


def test_acts_danger_and_out_of_scope_have_their_examples(catalogue: Catalogue) -> None:
    by_intent = counts()
    acts = [
        i
        for i in by_intent
        if i not in catalogue.offers and not i.startswith(OUT_OF_SCOPE) and i != DANGER_INTENT
    ]
    assert all(by_intent[act] >= 40 for act in acts)
    assert by_intent[DANGER_INTENT] >= 300
    assert sum(n for i, n in by_intent.items() if i.startswith(OUT_OF_SCOPE)) >= 600


def test_domain_catalogue_and_data_name_the_same_intents(catalogue: Catalogue) -> None:
    domain = set(read_yaml(paths.ROOT / "domain.yml")["intents"])
    assert domain == set(counts())
    assert set(catalogue.offers) <= domain
    assert {i for i in domain if i.startswith(OUT_OF_SCOPE)} == set(catalogue.themes)


def test_an_offer_stands_in_its_bodys_file(catalogue: Catalogue) -> None:
    wrong = [
        e
        for e in EXAMPLES
        if e.intent in catalogue.offers and not e.also and e.path.stem != catalogue.offers[e.intent].body_id
    ]
    assert not wrong


def test_ambiguous_examples_name_two_to_four_offers(catalogue: Catalogue) -> None:
    ambiguous = [e for e in EXAMPLES if e.also]
    wrong = [
        e
        for e in ambiguous
        if len({e.intent, *e.also}) != 1 + len(e.also)
        or len(e.also) > 3
        or not {e.intent, *e.also} <= set(catalogue.offers)
    ]
    assert not wrong
    assert len(ambiguous) >= 300
    assert {i for e in ambiguous for i in (e.intent, *e.also)} == set(catalogue.offers)


def test_lint_finds_nothing() -> None:
    """Nothing is there twice or nearly, under two labels, with personal data, or in an evaluation set."""
    assert [str(finding) for finding in lint() if finding.error] == []


def test_what_dialogues_say_at_length_is_not_in_the_training_data(catalogue: Catalogue) -> None:
    # Short follow-ups ("wie zit daarachter") are everybody's words.
    turns = [fold(bare(turn.text)) for dialogue in load_dialogues(catalogue) for turn in dialogue.turns]
    long = [text for text in turns if len(text.split()) > 9]
    assert len(long) > 300
    assert not near_duplicates(long, [fold(bare(e.text)) for e in EXAMPLES], NEAR_SCORE)


def test_evaluation_is_large_enough() -> None:
    assert len([1 for path in paths.EVALUATION.glob("*.tsv") for _ in path.open(encoding="utf-8")]) >= 400
