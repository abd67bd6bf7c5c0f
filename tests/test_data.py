"""The training data: complete, without duplicates, and never the evaluation questions."""

from __future__ import annotations

import collections
import re

from wegwijzer import paths
from wegwijzer.catalogue import Catalogue, read_yaml
from wegwijzer.dialogues import load_dialogues
from wegwijzer.duplicates import near_duplicates, near_twins
from wegwijzer.examples import Example, read_examples
from wegwijzer.understanding import DANGER_INTENT, OUT_OF_SCOPE

NEAR = 82
EXAMPLES = read_examples()


def bare(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip() or text


def held_out() -> list[tuple[str, str]]:
    rows = []
    for folder in (paths.EVALUATION, paths.VALIDATION, paths.BATCHES):
        for path in sorted(folder.rglob("*.tsv")):
            for line in path.read_text(encoding="utf-8").splitlines():
                if line.strip():
                    rows.append((path.name, line.split("\t")[0]))
    return rows


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


def test_no_two_examples_are_the_same() -> None:
    seen: dict[str, Example] = {}
    twice = [(e, seen[bare(e.text)]) for e in EXAMPLES if seen.setdefault(bare(e.text), e) is not e]
    assert not twice


def test_no_near_duplicates_within_or_across_intents() -> None:
    long = [e for e in EXAMPLES if len(bare(e.text).split()) > 3]
    texts = [bare(e.text) for e in long]
    found = [
        (f"{long[i].path.name}:{long[i].line}", f"{long[j].path.name}:{long[j].line}")
        for i, j, _ in near_twins(texts, NEAR)
    ]
    assert not found


def test_evaluation_questions_are_not_in_the_training_data() -> None:
    questions = [(name, text) for name, text in held_out() if name != "gespreksdaden.tsv"]
    texts = [bare(e.text) for e in EXAMPLES]
    asked = [bare(text) for _, text in questions]
    assert not near_duplicates(asked, texts, NEAR)


def test_what_dialogues_say_at_length_is_not_in_the_training_data(catalogue: Catalogue) -> None:
    # Short follow-ups ("wie zit daarachter") are everybody's words.
    turns = [bare(turn.text) for dialogue in load_dialogues(catalogue) for turn in dialogue.turns]
    long = [text for text in turns if len(text.split()) > 9]
    assert len(long) > 300
    assert not near_duplicates(long, [bare(e.text) for e in EXAMPLES], NEAR)


def test_evaluation_is_large_enough() -> None:
    assert len([1 for path in paths.EVALUATION.glob("*.tsv") for _ in path.open(encoding="utf-8")]) >= 400
