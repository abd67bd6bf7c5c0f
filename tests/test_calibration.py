"""Thresholds fitted by cost, on made-up understandings."""

from __future__ import annotations

from pathlib import Path

import pytest

from wegwijzer.calibration import (
    ASKED,
    CONFIDENT_AND_WRONG,
    ONE_OF_TWO,
    OUT_OF_SCOPE_ADVISED,
    REFUSED,
    START,
    Question,
    calibrate,
    cost,
    fit_temperature,
    total_cost,
)
from wegwijzer.catalogue import Catalogue
from wegwijzer.deciding import Decision
from wegwijzer.doubt import doubt_features
from wegwijzer.errors import SetupError
from wegwijzer.evaluation import Item
from wegwijzer.logistic import probability
from wegwijzer.matching import Ranked
from wegwijzer.pairs import find_pair
from wegwijzer.scope import scope_features
from wegwijzer.thresholds import load_thresholds, thresholds
from wegwijzer.understanding import Part, Understanding


def question(file: str, expected: tuple[str, ...], **intents: float) -> Question:
    doubt = {"words": 1.0 if file == "dubbelzinnig" else -1.0, "meaning": 0.0}
    return Question(
        file, Item("een vraag", expected, "", 1), Understanding("een vraag", intents, doubt=doubt)
    )


CLEAR = question("helder", ("lse_gemeenten",), lse_gemeenten=0.5, jep_advies=0.3, ess_kennis=0.2)
VAGUE = question("dubbelzinnig", ("lse_gemeenten", "jep_advies"), lse_gemeenten=0.5, jep_advies=0.45)
OUTSIDE = question("buiten_bereik", ("buiten_woo",), buiten_woo=0.8, ess_kennis=0.2)


@pytest.mark.parametrize(
    ("asked", "kind", "offers", "amount"),
    [
        (CLEAR, "advice", ["lse_gemeenten"], 0.0),
        (CLEAR, "advice", ["jep_advies"], CONFIDENT_AND_WRONG),
        (CLEAR, "clarification", ["jep_advies"], ASKED),
        (CLEAR, "out_of_scope", [], REFUSED),
        (VAGUE, "clarification", ["jep_advies"], 0.0),
        (OUTSIDE, "out_of_scope", [], 0.0),
        (OUTSIDE, "advice", ["ess_kennis"], OUT_OF_SCOPE_ADVISED),
        (question("twee_problemen", ("lse_gemeenten", "jep_advies")), "advice", ["jep_advies"], ONE_OF_TWO),
    ],
)
def test_what_a_decision_costs(
    catalogue: Catalogue, asked: Question, kind: str, offers: list[str], amount: float
) -> None:
    decision = Decision(kind, offers=tuple(Ranked(catalogue.offers[i], 0.5, ()) for i in offers))
    assert cost(asked, decision) == amount


def test_an_unsure_model_that_is_right_is_made_surer(catalogue: Catalogue) -> None:
    assert fit_temperature([CLEAR] * 5, catalogue) < 0.5


def test_fitting_never_costs_more_and_tells_vague_from_clear(catalogue: Catalogue) -> None:
    questions = [CLEAR] * 8 + [VAGUE] * 4 + [OUTSIDE] * 3
    fitted = calibrate(questions, catalogue)
    assert total_cost(questions, fitted, catalogue) <= total_cost(questions, START, catalogue)
    clear, vague = (
        probability(doubt_features(q.understanding, catalogue), fitted.doubt_weights) for q in (CLEAR, VAGUE)
    )
    assert vague > clear
    inside, outside = (
        probability(scope_features(q.understanding, catalogue), fitted.scope_weights)
        for q in (CLEAR, OUTSIDE)
    )
    assert outside > inside


def test_a_pair_needs_two_offers(catalogue: Catalogue) -> None:
    parts = (Part("de wethouder wordt bedreigd", {"lse_gemeenten": 0.9}), Part("en dank", {"bedankt": 0.9}))
    assert find_pair(Understanding("x", {}, parts=parts), {}, catalogue) is None
    both = (parts[0], Part("en ook nog een cursus", {"ror_trainingen": 0.8}))
    pair = find_pair(Understanding("x", {}, parts=both), {"lse_gemeenten": 0.6}, catalogue)
    assert pair is not None
    assert pair.offers == ("lse_gemeenten", "ror_trainingen")


def test_thresholds_are_kept_and_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "thresholds.json"
    thresholds().save(path)
    assert load_thresholds(path) == thresholds()
    path.write_text("{}")
    with pytest.raises(SetupError, match="calibrate"):
        load_thresholds(path)
