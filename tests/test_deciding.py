"""Decisions from made-up probabilities: no model is needed."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Mapping

import pytest

from wegwijzer.additive import AdditiveModel, Curve
from wegwijzer.answering import compose
from wegwijzer.catalogue import Catalogue
from wegwijzer.conversation import Conversation
from wegwijzer.danger import Danger
from wegwijzer.deciding import Decision, decide, ordinal, separating_question
from wegwijzer.facets import Facets
from wegwijzer.matching import match
from wegwijzer.thresholds import Thresholds
from wegwijzer.understanding import Entity, Part, Understanding

SAFE = Danger(False, 0.0, ())
ACUTE = Danger(True, 1.0, ())


def straight(intercept: float, *weights: float) -> AdditiveModel:
    """Returns a model that gives each feature a weight."""
    curves = {str(i): Curve((-100.0, 100.0), (-100 * w, 100 * w)) for i, w in enumerate(weights)}
    return AdditiveModel(intercept, curves)


FITTED = Thresholds(
    danger=0.5,
    danger_model=straight(0.0),
    temperature=1.0,
    advise=0.55,
    refuse=0.5,
    scope_model=straight(0.0, 1.0, 1.0, 0.0),
    act=0.5,
    doubt=0.5,
    doubt_model=straight(-2.0, 1.0, 1.0, 0.5, 0.0),
    two=0.5,
    two_model=straight(-8.0, 10.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
)
TODAY = datetime.date(2026, 11, 24)


def turn(
    catalogue: Catalogue,
    intents: Mapping[str, float],
    text: str = "vraag",
    conversation: Conversation = Conversation(),
    danger: Danger = SAFE,
    entities: tuple[Entity, ...] = (),
    parts: tuple[Part, ...] = (),
) -> tuple[Decision, Conversation]:
    decision, after = decide(
        Understanding(text, intents, entities, parts), danger, conversation, catalogue, FITTED
    )
    compose(decision, catalogue, TODAY)
    return decision, Conversation.from_dict(after.to_dict())


def test_a_clear_question_is_advised_with_alternatives_that_differ(catalogue: Catalogue) -> None:
    decision, _ = turn(catalogue, {"lse_gemeenten": 0.9, "jep_advies": 0.05, "ess_kennis": 0.03})
    assert decision.kind == "advice"
    assert decision.offers[0].offer.id == "lse_gemeenten"
    assert 1 <= len(decision.offers) - 1 <= 2


def test_a_close_call_is_asked_back_and_the_answer_decides(catalogue: Catalogue) -> None:
    intents = {"omo_preventie": 0.5, "omo_ondersteuningsnetwerk": 0.48}
    asked, conversation = turn(catalogue, intents)
    assert asked.kind == "clarification"
    assert 2 <= len(asked.options) <= 4
    now = next(o for o in asked.options if o.value in {"nu", "directe_hulp"})
    answered, _ = turn(
        catalogue, {"buiten_onzin": 1.0}, text=now.label.upper() + ".", conversation=conversation
    )
    assert answered.kind == "advice"
    assert answered.offers[0].offer.id == "omo_ondersteuningsnetwerk"


def test_a_question_back_may_be_ignored(catalogue: Catalogue) -> None:
    _, conversation = turn(catalogue, {"omo_preventie": 0.5, "omo_ondersteuningsnetwerk": 0.48})
    decision, _ = turn(catalogue, {"riec_producten": 0.95}, conversation=conversation)
    assert decision.offers[0].offer.id == "riec_producten"


def test_the_facet_that_separates_is_computed(catalogue: Catalogue) -> None:
    ranked = match({"ssv_advies": 0.5, "ssv_trainingen": 0.5}, Facets(), {}, catalogue)
    facet, options = separating_question(ranked[:2], {}, catalogue)
    assert facet in {"support", "moment"}
    assert len(options) == 2


@pytest.mark.parametrize(
    "offers, known, facet, labels",
    [
        (("ror_trainingen", "jep_trainingen", "ssv_trainingen"), (), "function", 3),
        (("jep_advies", "jep_trainingen"), (), "support", 2),
        (("ror_trainingen", "ess_trainingen"), (), "phenomenon", 2),
        (("ror_trainingen", "jep_trainingen"), ("function", "setting", "phenomenon"), "offer", 2),
        (("communicatierijk_vakkennis", "communicatierijk_polarisatie"), ("moment",), "offer", 2),
    ],
)
def test_what_is_asked_back(
    catalogue: Catalogue, offers: tuple[str, ...], known: tuple[str, ...], facet: str, labels: int
) -> None:
    ranked = match({offer: 1 / len(offers) for offer in offers}, Facets(), {}, catalogue)
    asked, options = separating_question(ranked[: len(offers)], known, catalogue)
    assert (asked, len(options)) == (facet, labels)


def test_danger_comes_before_everything(catalogue: Catalogue) -> None:
    decision, _ = turn(catalogue, {"buiten_onzin": 1.0}, danger=ACUTE)
    answer = compose(decision, catalogue, TODAY)
    assert answer.custom["kind"] == "emergency"
    assert "112" in answer.text.splitlines()[0]
    assert "0900-8844" in answer.text


def test_in_danger_only_an_offer_that_fits_comes_afterwards(catalogue: Catalogue) -> None:
    alderman = {"gevaar": 0.8, "weerbaar_bestuur_ondersteuningsteam": 0.19, "lse_gemeenten": 0.01}
    counter = {"gevaar": 0.98, "lse_gemeenten": 0.019, "ess_kennis": 0.001}
    fitting, _ = turn(catalogue, alderman, danger=ACUTE)
    assert [ranked.offer.id for ranked in fitting.offers] == ["weerbaar_bestuur_ondersteuningsteam"]
    assert turn(catalogue, counter, danger=ACUTE)[0].offers == ()


def test_out_of_scope_is_said_plainly_with_a_next_step(catalogue: Catalogue) -> None:
    decision, _ = turn(catalogue, {"buiten_burgerzaken": 0.9, "ess_kennis": 0.1})
    answer = compose(decision, catalogue, TODAY)
    assert answer.custom["kind"] == "out_of_scope"
    assert catalogue.themes["buiten_burgerzaken"].elsewhere in answer.text
    assert "http" not in answer.text


def test_two_problems_are_both_answered_the_present_one_first(catalogue: Catalogue) -> None:
    parts = (
        Part("we zoeken een cursus", {"jep_trainingen": 0.9}),
        Part("wethouder wordt bedreigd", {"weerbaar_bestuur_ondersteuningsteam": 0.95}),
    )
    intents = {"jep_trainingen": 0.5, "weerbaar_bestuur_ondersteuningsteam": 0.4}
    decision, _ = turn(catalogue, intents, parts=parts)
    assert [r.offer.id for r in decision.offers] == ["weerbaar_bestuur_ondersteuningsteam", "jep_trainingen"]


def test_a_training_instead_rests_on_the_topic(catalogue: Catalogue) -> None:
    _, conversation = turn(catalogue, {"weerbaar_bestuur_ondersteuningsteam": 0.97})
    decision, _ = turn(catalogue, {"liever_training": 0.95}, conversation=conversation)
    assert decision.offers[0].offer.id == "weerbaar_bestuur_preventie"


def test_another_setting_changes_the_answer(catalogue: Catalogue) -> None:
    _, conversation = turn(catalogue, {"jep_advies": 0.8, "ssv_advies": 0.1})
    school = (Entity("omgeving", "school", "school"),)
    decision, _ = turn(
        catalogue,
        {"andere_omgeving": 0.95},
        text="nee, het gaat om een school",
        conversation=conversation,
        entities=school,
    )
    assert decision.offers[0].offer.id == "ssv_advies"


def test_not_it_gives_the_next_and_never_the_same(catalogue: Catalogue) -> None:
    first, conversation = turn(catalogue, {"ess_kennis": 0.8, "jep_advies": 0.15})
    second, _ = turn(catalogue, {"klopt_niet": 0.95}, conversation=conversation)
    assert second.offers[0].offer.id != first.offers[0].offer.id


def test_no_thanks_turns_nothing_down(catalogue: Catalogue) -> None:
    _, conversation = turn(catalogue, {"ess_kennis": 0.95})
    closed, _ = turn(catalogue, {"nee": 0.51, "bedankt": 0.48}, "nee hoor, dat was alles", conversation)
    assert (closed.kind, closed.act) == ("smalltalk", "bedankt")
    refused, _ = turn(catalogue, {"nee": 0.8, "bedankt": 0.15}, "nee, dat niet", conversation)
    assert refused.kind == "advice"


@pytest.mark.parametrize("text", ["nee hoor laat maar", "nee, meer is er niet, bedankt", "nee dank u"])
def test_no_with_thanks_or_never_mind_closes(text: str, catalogue: Catalogue) -> None:
    _, conversation = turn(catalogue, {"ess_kennis": 0.95})
    closed, _ = turn(catalogue, {"nee": 0.9}, text, conversation)
    assert (closed.kind, closed.act) == ("smalltalk", "bedankt")
    refused, _ = turn(catalogue, {"nee": 0.9}, "nee, laat maar iets anders zien", conversation)
    assert refused.kind == "advice"


def test_no_thanks_answers_a_question_back(catalogue: Catalogue) -> None:
    asked, conversation = turn(catalogue, {"ess_kennis": 0.3, "jep_advies": 0.3, "ssv_advies": 0.3})
    assert asked.kind == "clarification"
    none, _ = turn(catalogue, {"nee": 0.51, "bedankt": 0.48}, "nee, dank u", conversation)
    assert none.act != "bedankt"


def test_a_follow_up_goes_back_to_the_topic_it_names(catalogue: Catalogue) -> None:
    _, conversation = turn(catalogue, {"jep_advies": 0.95}, "jongeren bij het skatepark roepen leuzen")
    _, conversation = turn(
        catalogue, {"ngb_bevoegdheden": 0.95}, "mag de burgemeester fouilleren", conversation
    )
    asked = {"liever_training": 0.95}
    there, after = turn(catalogue, asked, "terug naar dat skatepark, geven ze een cursus", conversation)
    assert there.offers[0].offer.id == "jep_trainingen"
    assert after.topic is not None and "skatepark" in after.topic.question
    here, _ = turn(catalogue, asked, "geven ze daar een cursus over", conversation)
    assert here.offers[0].offer.body_id != "jep"
    who, _ = turn(
        catalogue, {"hoe_bereik_ik": 0.9}, "terug naar dat skatepark: hoe bereik ik ze", conversation
    )
    assert [body.id for body in who.bodies] == ["jep"]


def test_after_an_emergency_a_question_about_them_is_about_the_topic_before(catalogue: Catalogue) -> None:
    _, conversation = turn(catalogue, {"jep_advies": 0.95}, "jongeren bij het skatepark roepen leuzen")
    _, conversation = turn(catalogue, {"gevaar": 0.95}, "er wordt nu gevochten", conversation, ACUTE)
    who, _ = turn(catalogue, {"wie_zit_erachter": 0.9}, "opgelost. van wie zijn zij", conversation)
    assert who.kind == "organisation"
    assert [body.id for body in who.bodies] == ["jep"]


def test_start_over_forgets(catalogue: Catalogue) -> None:
    _, conversation = turn(catalogue, {"ess_kennis": 0.8})
    _, conversation = turn(catalogue, {"opnieuw": 0.95}, conversation=conversation)
    assert conversation == Conversation()


def test_every_act_has_an_answer_with_and_without_a_topic(catalogue: Catalogue) -> None:
    acts = [
        "groet",
        "bedankt",
        "afscheid",
        "wat_kunt_u",
        "welke_organisaties",
        "wat_doet_organisatie",
        "verschil_organisaties",
        "wie_zit_erachter",
        "hoe_bereik_ik",
        "liever_training",
        "iets_anders",
        "klopt_niet",
        "ja",
        "nee",
        "keuze",
        "opnieuw",
        "samenvatting",
        "vorig_onderwerp",
        "andere_functie",
        "andere_omgeving",
        "wanneer_nu_of_vooraf",
        "andere_soort_hulp",
    ]
    _, topic = turn(catalogue, {"ess_kennis": 0.8})
    for act in acts:
        for conversation in (Conversation(), topic):
            decision, _ = turn(catalogue, {act: 0.97}, conversation=conversation)
            assert compose(decision, catalogue, TODAY).text.strip()


def test_names_and_links_come_only_from_the_catalogue(catalogue: Catalogue) -> None:
    import re

    known = {offer.url for offer in catalogue.offers.values()}
    _, topic = turn(catalogue, {"ess_kennis": 0.8})
    for intent in [*catalogue.offers, *catalogue.themes, "welke_organisaties", "samenvatting", "klopt_niet"]:
        for danger in (SAFE, ACUTE):
            decision, _ = turn(catalogue, {intent: 0.99}, conversation=topic, danger=danger)
            answer = compose(decision, catalogue, TODAY)
            assert set(re.findall(r"https?://\S+", answer.text)) <= known
            assert {o["url"] for o in answer.custom["offers"]} <= known


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("de tweede", 1),
        ("optie 1", 0),
        ("de laatste", -1),
        ("een", 0),
        ("optie 5", 4),
        ("doe de zesde maar", 5),
        ("zes", 5),
        ("nummer twee", 1),
        ("graag", None),
        ("een school", None),
    ],
)
def test_ordinals(text: str, index: int) -> None:
    assert ordinal(text) == index


def test_without_a_judgement_of_doubt_the_share_decides(catalogue: Catalogue) -> None:
    always = replace(FITTED, doubt_model=straight(9.0, 0.0, 0.0, 0.0, 0.0))
    understanding = Understanding("vraag", {"lse_gemeenten": 0.85, "jep_advies": 0.15})
    decision, _ = decide(understanding, SAFE, Conversation(), catalogue, always)
    assert decision.kind == "advice"
    judged = replace(understanding, doubt={"words": 0.0})
    decision, _ = decide(judged, SAFE, Conversation(), catalogue, always)
    assert decision.kind == "clarification"


@pytest.mark.parametrize(
    ("text", "chosen"),
    [("2", True), ("de tweede graag", True), ("doe maar 2", True), ("klas 2", False), ("een school", False)],
)
def test_an_option_is_chosen_by_its_number_alone(text: str, chosen: bool, catalogue: Catalogue) -> None:
    close = {"omo_preventie": 0.5, "omo_ondersteuningsnetwerk": 0.5}
    asked, conversation = turn(catalogue, close, "gedoe")
    answer, _ = turn(catalogue, {"ssv_advies": 0.97}, text, conversation)
    second = asked.options[1]
    expected = next(
        o for o in close if second.value in (o, *catalogue.offers[o].facets.get(second.facet, ()))
    )
    assert (answer.offers[0].offer.id == expected) == chosen


def test_a_subject_that_no_theme_names_is_refused_by_its_words(catalogue: Catalogue) -> None:
    understanding = Understanding("vraag", {"riec_producten": 0.6, "buiten_overig": 0.4})
    decision, _ = decide(understanding, SAFE, Conversation(), catalogue, FITTED)
    assert decision.kind == "advice"
    judged = replace(understanding, scope={"words": 3.0})
    decision, _ = decide(judged, SAFE, Conversation(), catalogue, FITTED)
    assert decision.kind == "out_of_scope"
    assert decision.theme is not None
    assert decision.theme.id == "buiten_overig"


def test_what_is_not_clear_by_itself_is_read_in_the_light_of_the_topic(catalogue: Catalogue) -> None:
    thin = {"omo_preventie": 0.34, "omo_ondersteuningsnetwerk": 0.3, "jep_trainingen": 0.36}
    alone, _ = turn(catalogue, thin)
    assert alone.kind == "clarification"
    _, conversation = turn(catalogue, {"jep_advies": 0.95})
    followed, _ = turn(catalogue, thin, conversation=conversation)
    assert followed.kind == "advice"
    assert followed.offers[0].offer.id == "jep_trainingen"


def test_a_clear_question_owes_nothing_to_the_topic(catalogue: Catalogue) -> None:
    _, conversation = turn(catalogue, {"jep_advies": 0.95})
    decision, _ = turn(catalogue, {"riec_producten": 0.9, "jep_trainingen": 0.1}, conversation=conversation)
    assert decision.offers[0].offer.id == "riec_producten"


def test_an_answer_in_own_words_is_weighed_with_the_question(catalogue: Catalogue) -> None:
    asked, conversation = turn(catalogue, {"omo_preventie": 0.5, "omo_ondersteuningsnetwerk": 0.48})
    assert asked.kind == "clarification"
    thin = {"omo_preventie": 0.4, "ess_trainingen": 0.35, "vng_academie": 0.25}
    decision, _ = turn(catalogue, thin, conversation=conversation)
    assert decision.kind == "advice"
    assert decision.offers[0].offer.id == "omo_preventie"


def test_back_to_the_topic_after_something_out_of_scope(catalogue: Catalogue) -> None:
    first, conversation = turn(catalogue, {"lse_gemeenten": 0.95})
    _, conversation = turn(catalogue, {"buiten_burgerzaken": 0.95}, conversation=conversation)
    back, _ = turn(catalogue, {"vorig_onderwerp": 0.95}, conversation=conversation)
    assert back.kind == "advice"
    assert back.offers[0].offer.id == first.offers[0].offer.id


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("terug naar punt 1", "lse_gemeenten"),
        ("nog even over mijn eerste vraag", "lse_gemeenten"),
        ("terug naar waar we het net over hadden", "ngb_bevoegdheden"),
    ],
)
def test_back_to_the_topic_that_is_named(text: str, expected: str, catalogue: Catalogue) -> None:
    conversation = Conversation()
    for offer in ("lse_gemeenten", "ngb_bevoegdheden", "riec_producten"):
        _, conversation = turn(catalogue, {offer: 0.95}, conversation=conversation)
    back, after = turn(catalogue, {"vorig_onderwerp": 0.95}, text, conversation)
    assert back.offers[0].offer.id == expected
    assert len(after.topics) == 3


def test_a_training_that_was_wanted_can_be_turned_down_later(catalogue: Catalogue) -> None:
    course = (Entity("soort_hulp", "cursus", "cursus"),)
    _, conversation = turn(catalogue, {"jep_advies": 0.9}, "tieners en haat op internet")
    wanted, conversation = turn(
        catalogue, {"liever_training": 0.9}, "liever een cursus", conversation, entities=course
    )
    assert wanted.offers[0].offer.id == "jep_trainingen"
    other, _ = turn(
        catalogue, {"andere_soort_hulp": 0.9}, "toch geen tijd voor een cursus", conversation, entities=course
    )
    assert other.offers[0].offer.id == "jep_advies"


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("terug naar die brief", {"vorig_onderwerp": 0.95}),
        ("weer naar die oefening waar ik mee begon", {"vorig_onderwerp": 0.95}),
        ("verder met wat we schrijven", {"vorig_onderwerp": 0.8, "communicatierijk_polarisatie": 0.1}),
        ("nog even dat vak van schrijven", {"vorig_onderwerp": 0.95}),
    ],
)
def test_back_to_a_topic_before_the_latest_by_what_is_said_of_it(
    text: str, intents: Mapping[str, float], catalogue: Catalogue
) -> None:
    _, conversation = turn(
        catalogue, {"communicatierijk_polarisatie": 0.95}, "een bewonersbrief aan de straat, een vak apart"
    )
    _, conversation = turn(catalogue, {"riec_producten": 0.95}, "een lege kapper", conversation)
    _, conversation = turn(catalogue, {"omo_ondersteuningsnetwerk": 0.95}, "rellen", conversation)
    back, _ = turn(catalogue, intents, text, conversation)
    assert back.offers[0].offer.id == "communicatierijk_polarisatie"


def test_back_to_what_the_present_topic_was_before_it_was_corrected(catalogue: Catalogue) -> None:
    coach = {"jep_advies": 0.9, "ssv_advies": 0.1}
    first, conversation = turn(catalogue, coach, "jongens bij het kickboksen over omvolking")
    school = (Entity("omgeving", "school", "school"),)
    corrected, conversation = turn(
        catalogue, {"andere_omgeving": 0.9}, "en op school", conversation, entities=school
    )
    assert corrected.offers[0].offer.id == "ssv_advies"
    again, _ = turn(catalogue, {"vorig_onderwerp": 0.9}, "wat zei u net", conversation)
    assert again.offers[0].offer.id == "ssv_advies"
    back, _ = turn(catalogue, {"vorig_onderwerp": 0.9}, "terug naar dat kickboksen", conversation)
    assert back.offers[0].offer.id == "jep_advies"


def test_back_to_where_it_was_before_a_correction(catalogue: Catalogue) -> None:
    school, club = Entity("omgeving", "school", "school"), Entity("omgeving", "jeugdwerk", "voetbalclub")
    _, conversation = turn(catalogue, {"ssv_advies": 0.9, "jep_advies": 0.1}, "ze schelden elkaar uit")
    elsewhere, conversation = turn(
        catalogue, {"andere_omgeving": 0.9}, "en bij de voetbalclub", conversation, entities=(club,)
    )
    assert elsewhere.offers[0].offer.id == "jep_advies"
    back, _ = turn(
        catalogue, {"vorig_onderwerp": 0.9}, "terug naar die school", conversation, entities=(school,)
    )
    assert back.offers[0].offer.id == "ssv_advies"


def test_back_to_the_previous_topic_is_no_emergency(catalogue: Catalogue) -> None:
    _, conversation = turn(catalogue, {"riec_producten": 0.95}, "een lege kapper")
    _, conversation = turn(catalogue, {"gevaar": 0.95}, "er wordt geschoten", conversation, ACUTE)
    _, conversation = turn(catalogue, {"lse_gemeenten": 0.95}, "zijn broer is veranderd", conversation)
    back, _ = turn(catalogue, {"vorig_onderwerp": 0.95}, "terug naar het vorige", conversation)
    assert back.offers[0].offer.id == "riec_producten"


def test_a_summary_holds_every_question_that_was_advised(catalogue: Catalogue) -> None:
    _, conversation = turn(catalogue, {"lse_gemeenten": 0.95}, "zijn broer is veranderd")
    asked, conversation = turn(
        catalogue, {"omo_preventie": 0.5, "omo_ondersteuningsnetwerk": 0.5}, "gedoe", conversation
    )
    assert asked.kind == "clarification"
    _, conversation = turn(catalogue, {"riec_producten": 0.95}, "een lege kapper", conversation)
    decision, _ = turn(catalogue, {"samenvatting": 0.95}, conversation=conversation)
    text = compose(decision, catalogue, TODAY).text
    assert text.index("zijn broer is veranderd") < text.index("een lege kapper")
    assert "gedoe" not in text
    assert "24-11-2026" in text
    assert [ranked.offer.id for ranked in decision.offers][0] == "riec_producten"


def test_a_conversation_of_an_earlier_version_goes_on(catalogue: Catalogue) -> None:
    _, conversation = turn(catalogue, {"lse_gemeenten": 0.95})
    kept = conversation.to_dict()
    del kept["topic"]["advised"], kept["past"]
    back = Conversation.from_dict(kept)
    assert back.topic is not None
    assert back.topic.shown[0] == "lse_gemeenten"
    decision, _ = turn(catalogue, {"hoe_bereik_ik": 0.95}, conversation=back)
    assert [body.id for body in decision.bodies] == ["lse"]


def test_an_alternative_of_another_body_comes_before_one_of_the_same(catalogue: Catalogue) -> None:
    decision, _ = turn(catalogue, {"ssv_advies": 0.7, "ssv_trainingen": 0.2, "jep_advies": 0.1})
    assert [ranked.offer.id for ranked in decision.offers] == ["ssv_advies", "jep_advies", "ssv_trainingen"]


@pytest.mark.parametrize("act", ["iets_anders", "nee"])
def test_who_wants_none_of_the_options_is_asked_to_tell_more(act: str, catalogue: Catalogue) -> None:
    even = {"ess_kennis": 0.5, "jep_advies": 0.49, "riec_producten": 0.01}
    asked, conversation = turn(catalogue, even, "iets met groepen")
    assert asked.kind == "clarification" and conversation.options
    decision, after = turn(catalogue, {act: 0.95}, conversation=conversation)
    assert (decision.kind, decision.offers) == ("smalltalk", ())
    assert "in eigen woorden" in compose(decision, catalogue, TODAY).text
    told, _ = turn(catalogue, {"ess_kennis": 0.95}, "hoe zit het tussen die groepen", conversation=after)
    assert told.offers[0].offer.id == "ess_kennis", "nothing was turned down for good"


def test_who_wants_something_else_than_the_options_gets_what_is_still_likely(catalogue: Catalogue) -> None:
    some = {i: 0.2 for i in ("ess_kennis", "ess_trainingen", "omo_preventie", "jep_advies", "vng_academie")}
    asked, conversation = turn(catalogue, some, "iets met groepen")
    assert asked.kind == "clarification"
    decision, _ = turn(catalogue, {"iets_anders": 0.95}, conversation=conversation)
    assert decision.kind == "advice"
    assert {r.offer.id for r in decision.offers}.isdisjoint(r.offer.id for r in asked.offers)


@pytest.mark.parametrize("turned_down", [True, False])
def test_those_two_are_what_was_spoken_of(turned_down: bool, catalogue: Catalogue) -> None:
    probabilities = {"wethoudersvereniging": 0.9, "riec_producten": 0.1}
    _, conversation = turn(catalogue, probabilities)
    if turned_down:
        _, conversation = turn(catalogue, {"iets_anders": 0.95}, conversation=conversation)
    else:
        _, conversation = turn(catalogue, {"lse_gemeenten": 0.95}, conversation=conversation)
    decision, _ = turn(catalogue, {"verschil_organisaties": 0.95}, conversation=conversation)
    assert decision.kind == "comparison"
    assert [body.id for body in decision.bodies][1:] == ["wethoudersvereniging"]


def test_what_the_user_does_not_want_counts_against_it(catalogue: Catalogue) -> None:
    entities = (Entity("soort_hulp", "cursus", "cursus"),)
    even = {"ess_trainingen": 0.55, "ess_kennis": 0.45}
    wanted, _ = turn(catalogue, even, "een cursus over wij en zij", entities=entities)
    unwanted, _ = turn(catalogue, even, "wij en zij, maar geen cursus", entities=entities)
    assert wanted.offers[0].offer.id == "ess_trainingen"
    assert unwanted.offers[0].offer.id == "ess_kennis"
    assert "training" not in unwanted.facets.values.get("support", ())


def test_a_follow_up_says_the_moment_in_words_of_its_own(catalogue: Catalogue) -> None:
    now = {"weerbaar_bestuur_ondersteuningsteam": 0.9, "weerbaar_bestuur_preventie": 0.01}
    _, conversation = turn(catalogue, now)
    later = {"wanneer_nu_of_vooraf": 0.9, "weerbaar_bestuur_preventie": 0.03, "omo_preventie": 0.02}
    decision, after = turn(catalogue, later, "nee, we willen het voor zijn", conversation)
    assert decision.offers[0].offer.id == "weerbaar_bestuur_preventie"
    assert after.topic is not None and after.topic.answered["moment"] == ("vooraf",)
    unsure = {"wanneer_nu_of_vooraf": 0.9, "omo_ondersteuningsnetwerk": 0.03, "omo_preventie": 0.03}
    decision, after = turn(catalogue, unsure, "en wanneer dan", conversation)
    assert after.topic is not None and "moment" not in after.topic.answered


def test_what_is_said_now_counts_more_than_what_was_answered_before(catalogue: Catalogue) -> None:
    _, conversation = turn(catalogue, {"lse_gemeenten": 0.95, "ror_trainingen": 0.05})
    family = (Entity("functie", "ouder_familie", "moeder"),)
    _, conversation = turn(catalogue, {"andere_functie": 0.9}, "voor een moeder", conversation, SAFE, family)
    training = {"liever_training": 0.9, "ror_trainingen": 0.04, "lse_gemeenten": 0.02}
    decision, _ = turn(catalogue, training, "en mijn team wil geschoold worden", conversation)
    assert decision.offers[0].offer.id == "ror_trainingen"


def test_for_someone_else_the_kind_of_help_stays(catalogue: Catalogue) -> None:
    _, conversation = turn(catalogue, {"ror_trainingen": 0.9, "jep_advies": 0.03, "jep_trainingen": 0.02})
    youth = (Entity("functie", "jongerenwerker", "jongerenwerker"),)
    decision, _ = turn(
        catalogue, {"andere_functie": 0.9}, "en voor een jongerenwerker?", conversation, SAFE, youth
    )
    assert decision.offers[0].offer.id == "jep_trainingen"


def test_back_on_a_topic_what_was_turned_down_may_be_shown_again(catalogue: Catalogue) -> None:
    _, conversation = turn(catalogue, {"weerbaar_bestuur_preventie": 0.9}, "een woningscan")
    _, conversation = turn(catalogue, {"klopt_niet": 0.9}, "nee, dat is het niet", conversation)
    _, conversation = turn(catalogue, {"riec_producten": 0.95}, "een drugspand", conversation)
    decision, _ = turn(catalogue, {"vorig_onderwerp": 0.9}, "terug naar die woningscan", conversation)
    assert decision.offers[0].offer.id == "weerbaar_bestuur_preventie"


def test_a_follow_up_with_nothing_to_follow_is_asked_back(catalogue: Catalogue) -> None:
    entities = (Entity("soort_hulp", "cursus", "cursus"),)
    decision, conversation = turn(
        catalogue, {"liever_training": 0.9}, "ik zoek een cursus", entities=entities
    )
    assert decision.kind == "clarification"
    assert all("training" in ranked.offer.facets["support"] for ranked in decision.offers)
    assert conversation.topic is not None


def test_a_vague_question_on_another_matter_is_not_read_in_the_light_of_the_topic(
    catalogue: Catalogue,
) -> None:
    _, conversation = turn(catalogue, {"weerbaar_bestuur_ondersteuningsteam": 0.95})
    entities = (Entity("verschijnsel", "polarisatie", "polarisatie"),)
    thin = {"ess_kennis": 0.4, "communicatierijk_polarisatie": 0.35, "omo_preventie": 0.25}
    decision, _ = turn(catalogue, thin, "hulp bij polarisatie", conversation, entities=entities)
    assert decision.kind == "clarification"


def test_advice_is_as_sure_as_its_first_offer(catalogue: Catalogue) -> None:
    decision, _ = turn(catalogue, {"lse_gemeenten": 0.8, "jep_advies": 0.2})
    assert decision.kind == "advice" and decision.bodies == ()
    assert decision.confidence == decision.offers[0].probability < 1.0
    parts = (
        Part("de wethouder wordt bedreigd", {"weerbaar_bestuur_ondersteuningsteam": 0.95}),
        Part("en een jongen kijkt extreme filmpjes", {"lse_gemeenten": 0.95}),
    )
    intents = {"weerbaar_bestuur_ondersteuningsteam": 0.5, "lse_gemeenten": 0.45}
    two, _ = turn(catalogue, intents, parts=parts)
    assert two.act == "twee" and two.bodies == ()
    assert two.confidence == max(ranked.probability for ranked in two.offers)


def test_on_a_topic_only_what_is_plainly_out_of_scope_is_refused(catalogue: Catalogue) -> None:
    _, conversation = turn(catalogue, {"weerbaar_bestuur_ondersteuningsteam": 0.95, "ess_kennis": 0.05})
    elsewhere = {"buiten_overig": 0.6, "weerbaar_bestuur_ondersteuningsteam": 0.15, "ess_kennis": 0.1}
    assert turn(catalogue, elsewhere, "en haar man")[0].kind == "out_of_scope"
    decision, _ = turn(catalogue, elsewhere, "en haar man", conversation)
    assert decision.kind in {"advice", "clarification"}
    plainly = {"buiten_overig": 0.98, "ess_kennis": 0.01}
    assert turn(catalogue, plainly, "en mijn paspoort", conversation)[0].kind == "out_of_scope"


def test_nothing_but_a_name_asks_what_it_does(catalogue: Catalogue) -> None:
    unit = Entity("organisatie", "ess", "ESS")
    advice = {"ess_partners": 0.9, "ess_kennis": 0.1}
    decision, _ = turn(catalogue, advice, "ESS??", entities=(unit,))
    assert decision.kind == "organisation" and decision.bodies == (catalogue.bodies["ess"],)
    institute = Entity("organisatie", "ror", "ROR")
    decision, _ = turn(catalogue, advice, "de ESS en het ROR", entities=(unit, institute))
    assert decision.kind == "comparison"
    decision, _ = turn(catalogue, advice, "ESS training", entities=(unit,))
    assert decision.kind == "advice"


def test_in_doubt_it_is_asked_back_also_between_offers_of_one_body(catalogue: Catalogue) -> None:
    always = replace(FITTED, doubt_model=straight(9.0, 0.0, 0.0, 0.0, 0.0))
    understanding = Understanding(
        "vraag", {"ssv_advies": 0.93, "ssv_trainingen": 0.06, "jep_advies": 0.01}, doubt={"words": 0.0}
    )
    asked, _ = decide(understanding, SAFE, Conversation(), catalogue, always)
    assert asked.kind == "clarification"
    assert [ranked.offer.id for ranked in asked.offers[:2]] == ["ssv_advies", "ssv_trainingen"]


def test_the_second_after_a_comparison_is_the_second_body(catalogue: Catalogue) -> None:
    _, conversation = turn(catalogue, {"ssv_advies": 0.9, "ocw_radicalisering_onderwijs": 0.1})
    institute = (Entity("organisatie", "ror", "ROR"),)
    decision, conversation = turn(
        catalogue, {"verschil_organisaties": 1.0}, "verschil met het ROR?", conversation, entities=institute
    )
    assert decision.kind == "comparison"
    second, after = turn(catalogue, {"keuze": 1.0}, "de tweede", conversation)
    assert second.offers[0].offer.body_id == "ror"
    assert not after.compared
    named, _ = turn(catalogue, {"keuze": 1.0}, "doe maar het ROR", conversation, entities=institute)
    assert named.offers[0].offer.body_id == "ror"
    third, _ = turn(catalogue, {"keuze": 1.0}, "de derde", conversation)
    assert third.kind == "advice"


def test_a_known_example_is_answered_as_labelled(catalogue: Catalogue) -> None:
    """Also when all other examples say that it is something else, out of scope, or two problems."""
    refused = Understanding(
        "vraag",
        {"buiten_overig": 0.9, "riec_producten": 0.07, "lse_gemeenten": 0.03},
        doubt={"0": 9.0},
        scope={"0": 9.0, "1": 9.0},
    )
    assert decide(refused, SAFE, Conversation(), catalogue, FITTED)[0].kind == "out_of_scope"
    known = replace(refused, known=("lse_gemeenten",))
    decision, _ = decide(known, SAFE, Conversation(), catalogue, FITTED)
    assert decision.kind == "advice" and decision.offers[0].offer.id == "lse_gemeenten"
    assert decision.offers[1].offer.id == "riec_producten"


def test_a_known_example_of_doubt_or_of_another_subject_is_answered_so(catalogue: Catalogue) -> None:
    understanding = Understanding("vraag", {"lse_gemeenten": 0.95, "jep_advies": 0.05})
    doubtful = replace(understanding, known=("jep_trainingen", "ror_trainingen"))
    decision, _ = decide(doubtful, SAFE, Conversation(), catalogue, FITTED)
    assert decision.kind == "clarification"
    assert {ranked.offer.id for ranked in decision.offers[:2]} == {"jep_trainingen", "ror_trainingen"}
    of_one_body = replace(understanding, known=("ess_kennis", "ess_trainingen"))
    assert decide(of_one_body, SAFE, Conversation(), catalogue, FITTED)[0].kind == "clarification"
    outside = replace(understanding, known=("buiten_overig",))
    assert decide(outside, SAFE, Conversation(), catalogue, FITTED)[0].kind == "out_of_scope"


def test_a_known_example_can_only_add_an_emergency(catalogue: Catalogue) -> None:
    understanding = Understanding("vraag", {"lse_gemeenten": 1.0}, known=("gevaar",))
    assert decide(understanding, SAFE, Conversation(), catalogue, FITTED)[0].kind == "emergency"
    labelled = replace(understanding, known=("lse_gemeenten",))
    assert decide(labelled, ACUTE, Conversation(), catalogue, FITTED)[0].kind == "emergency"


def test_who_says_now_is_not_asked_whether_it_is_now(catalogue: Catalogue) -> None:
    always = replace(FITTED, doubt_model=straight(9.0, 0.0, 0.0, 0.0, 0.0))
    understanding = Understanding(
        "vraag", {"omo_ondersteuningsnetwerk": 0.8, "omo_preventie": 0.2}, doubt={"words": 0.0}
    )
    assert decide(understanding, SAFE, Conversation(), catalogue, always)[0].kind == "clarification"
    for value, kind in [("nu", "advice"), ("vooraf", "clarification")]:
        said = replace(understanding, entities=(Entity("moment", value, "dat"),))
        assert decide(said, SAFE, Conversation(), catalogue, always)[0].kind == kind
    unlikely = replace(
        understanding,
        intents={"omo_ondersteuningsnetwerk": 0.6, "omo_preventie": 0.4},
        entities=(Entity("moment", "nu", "nu"),),
    )
    assert decide(unlikely, SAFE, Conversation(), catalogue, always)[0].kind == "clarification"


def test_under_the_least_that_counts_the_likeliest_is_the_next_best(catalogue: Catalogue) -> None:
    """All offers under the floor had the same score, so that the alphabet chose the alternatives."""
    intents = {i: 1e-12 for i in catalogue.offers} | {"riec_producten": 1.0, "ngb_bevoegdheden": 1e-9}
    decision, after = turn(catalogue, intents)
    assert [r.offer.id for r in decision.offers][:2] == ["riec_producten", "ngb_bevoegdheden"]
    assert after.topic is not None and after.topic.probabilities["ngb_bevoegdheden"] > 1e-10
    wrong, _ = turn(catalogue, {"klopt_niet": 1.0}, "dat klopt niet", after)
    assert wrong.offers[0].offer.id == "ngb_bevoegdheden"
