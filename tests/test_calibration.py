"""Thresholds fitted by cost, on made-up understandings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from wegwijzer.calibration import (
    ASKED,
    BODY_ADVISED,
    CONFIDENT_AND_WRONG,
    ONE_OF_TWO,
    OUT_OF_SCOPE_ADVISED,
    REFUSED,
    START,
    Question,
    calibrate,
    cheapest_threshold,
    cost,
    danger_questions,
    fit_curves,
    fit_danger,
    fit_temperature,
    total_cost,
    validation_questions,
)
from wegwijzer.catalogue import Catalogue
from wegwijzer.danger_models import Judged
from wegwijzer.deciding import Decision
from wegwijzer.doubt import doubt_features
from wegwijzer.errors import SetupError, TrainingDataError
from wegwijzer.evaluation import Item
from wegwijzer.matching import Ranked
from wegwijzer.pairs import find_pair
from wegwijzer.paths import VALIDATION
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
        (question("organisaties", ("ess",)), "organisation", ["ess_kennis"], 0.0),
        (question("organisaties", ("ess",)), "advice", ["ess_kennis"], BODY_ADVISED),
        (question("organisaties", ("ess",)), "out_of_scope", [], REFUSED),
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
    judged = [((2.0,), True), ((-2.0,), False)] * 3
    fitted = calibrate(questions, judged, ("words",), catalogue)
    assert total_cost(questions, fitted, catalogue) <= total_cost(questions, START, catalogue)
    clear, vague = (
        fitted.doubt_model.probability(doubt_features(q.understanding, catalogue)) for q in (CLEAR, VAGUE)
    )
    assert vague > clear
    inside, outside = (
        fitted.scope_model.probability(scope_features(q.understanding, catalogue)) for q in (CLEAR, OUTSIDE)
    )
    assert outside > inside


def test_every_question_has_the_understanding_of_its_own_text() -> None:
    questions = validation_questions(lambda texts: [Understanding(text, {}) for text in texts], [VALIDATION])
    assert {"helder", "dubbelzinnig"} <= {question.file for question in questions}
    assert all(question.understanding.text == question.item.text for question in questions)


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


def test_a_curve_bends_where_a_straight_line_cannot() -> None:
    rows = [(x / 10,) for x in range(-30, 31)]
    labels = [abs(x) < 1 for (x,) in rows]
    bent, straight = (fit_curves(rows, labels, ("x",), bends) for bends in (5, 2))
    assert bent is not None and straight is not None
    assert bent.probability([0.0]) > 0.6 > 0.4 > max(bent.probability([-3.0]), bent.probability([3.0]))
    assert abs(straight.probability([0.0]) - straight.probability([3.0])) < 0.1
    assert fit_curves(rows, [True] * len(rows), ("x",)) is None


def test_the_alarm_sounds_where_it_costs_least() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.1])
    labels = np.array([True, True, False, True, False])
    assert 0.1 < cheapest_threshold(scores, labels) < 0.6


def test_danger_is_fitted_on_every_file_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "gevaar.tsv").write_text("er staat iemand met een mes\tgewoon\n" * 3, encoding="utf-8")
    (tmp_path / "helder.tsv").write_text("cursus gevraagd\tror_trainingen\tkort\n" * 3, encoding="utf-8")

    def judge(text: str) -> Judged:
        return Judged((5.0 if "mes" in text else -5.0,), ())

    judged = danger_questions(judge, [tmp_path])
    assert sorted(acute for _, acute in judged) == [False] * 3 + [True] * 3
    model, threshold = fit_danger(judged, ("words",))
    assert model.probability((-5.0,)) < threshold < model.probability((5.0,))
    with pytest.raises(TrainingDataError, match="danger"):
        fit_danger(judged[:1], ("words",))
