"""Fits the thresholds by what each error costs, on tests/validation and on batches that are spent.

A batch is spent when a newer one is there; the newest stays unseen, like tests/evaluation.

The costs stand here and nowhere else. In order: the temperature by the likelihood of the
accepted offers; the curves of scope, of doubt and of two problems by penalised logistic regression;
the thresholds by the total cost of the decisions, one threshold at a time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Callable, Mapping, Optional, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from wegwijzer import paths
from wegwijzer.additive import AdditiveModel, Curve
from wegwijzer.catalogue import Catalogue
from wegwijzer.conversation import Conversation
from wegwijzer.danger import Danger
from wegwijzer.danger_models import JUDGEMENTS, Judged
from wegwijzer.deciding import Decision, decide, share
from wegwijzer.doubt import FEATURES as OF_DOUBT
from wegwijzer.doubt import doubt_features
from wegwijzer.errors import TrainingDataError
from wegwijzer.evaluation import CLEAR, Item, load_questions
from wegwijzer.pairs import FEATURES as OF_PAIRS
from wegwijzer.pairs import find_pair
from wegwijzer.scope import FEATURES as OF_SCOPE
from wegwijzer.scope import scope_features
from wegwijzer.thresholds import Thresholds
from wegwijzer.understanding import Understanding

MISSED_DANGER = 3.0
"""Acute danger was taken for an ordinary question; beside FALSE_ALARM only."""
FALSE_ALARM = 1.0
"""An ordinary question was answered with the emergency number."""
CONFIDENT_AND_WRONG = 10.0
"""The first offer is not accepted and nothing was asked."""
REFUSED = 5.0
"""A question in scope was called out of scope, or taken for small talk."""
OUT_OF_SCOPE_ADVISED = 10.0
"""A question out of scope got an offer."""
BODY_ADVISED = 2.0
"""A question about a body itself got one of its offers, or a question back."""
NOT_ASKED = 2.0
"""A question that a colleague would ask back about was answered, with an offer that may be right."""
ASKED = 2.0
"""A clear question was asked back about: as bad as not asking where a colleague would."""
OUT_OF_SCOPE_ASKED = 3.0
"""A question out of scope was asked back about."""
ONE_OF_TWO = 2.0
"""Of two problems only one was answered."""
SECOND_TOO_MANY = 0.5
"""The first offer is right, and another was given as a second problem."""

ABOUT_BODIES = "organisaties"
DANGER_FILE = "gevaar"
FILES = (*CLEAR, "dubbelzinnig", "buiten_bereik", "twee_problemen", ABOUT_BODIES)
_OPTIONAL = {"indirect", ABOUT_BODIES}
"""Not every folder has clear questions that use no word of the catalogue, or questions about bodies."""
_BENDS = 5
"""Points of a curve, at equal shares of the questions; four or eight told no more apart."""
_STRAIGHT = 2
"""Points of a curve that is a straight line: judgements of danger told no more apart with bends."""
_CURVE_REGULARISATION = 0.1


def _straight(intercept: float, names: Sequence[str], first: float = 0.0) -> AdditiveModel:
    """Returns a model in which only the first feature counts, by this weight."""
    weights = [first, *(0.0 for _ in names[1:])]
    return AdditiveModel(
        intercept, {n: Curve((-12.0, 12.0), (-12.0 * w, 12.0 * w)) for n, w in zip(names, weights)}
    )


START = Thresholds(
    danger=0.5,
    danger_model=_straight(0.0, JUDGEMENTS, 1.0),
    temperature=0.6,
    advise=0.45,
    refuse=0.5,
    scope_model=_straight(0.0, OF_SCOPE, 1.0),
    act=0.5,
    doubt=0.5,
    doubt_model=_straight(0.0, OF_DOUBT),
    two=0.5,
    two_model=_straight(-50.0, OF_PAIRS),
)
"""Where the fit starts: the ranking alone tells what is out of scope, and no two problems are found."""
_GRIDS: Mapping[str, tuple[float, ...]] = {
    "doubt": tuple(x / 100 for x in range(10, 96, 5)),
    "advise": (0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25),
    "two": tuple(x / 100 for x in range(30, 96, 5)),
    "refuse": tuple(x / 100 for x in range(10, 100, 5)),
    "act": (0.4, 0.5, 0.6, 0.7, 0.8),
}
"""Candidates for each threshold; a later one advises more readily."""
_TOLERANCE = 0.01
"""Of thresholds that cost nearly the same the middle one is taken: at either end of a flat
stretch a few examples more made the threshold of doubt jump between 0.7 and 0.9."""
_ROUNDS = 2
_SAFE = Danger(False, 0.0, ())


@dataclass(frozen=True)
class Question:
    """A validation question with what the model made of it."""

    file: str
    item: Item
    understanding: Understanding


def batches() -> list[Path]:
    """Returns the folders of batches, oldest first."""
    return sorted((path for path in paths.BATCHES.iterdir() if path.is_dir()), key=lambda p: int(p.name))


def fitting_folders() -> list[Path]:
    """Returns the folders of questions that thresholds may be fitted on."""
    return [paths.VALIDATION, *batches()[:-1]]


def validation_questions(
    parse: Callable[[Sequence[str]], Sequence[Understanding]], folders: Sequence[Path]
) -> list[Question]:
    """Reads the questions to fit on and lets a model look at all of them.

    Raises:
        TrainingDataError: when a file that the fit needs is not there.
    """
    found: list[tuple[str, Item]] = []
    for folder in folders:
        files = load_questions(folder)
        for name in FILES:
            if name in files:
                found += [(name, item) for item in files[name]]
            elif name not in _OPTIONAL:
                raise TrainingDataError("this file is missing; calibration needs it", folder / f"{name}.tsv")
    understandings = parse([item.text for _, item in found])
    return [Question(name, item, seen) for (name, item), seen in zip(found, understandings)]


def cost(question: Question, decision: Decision) -> float:
    """Returns what a decision costs, by the table above."""
    shown = [ranked.offer.id for ranked in decision.offers]
    accepted = bool(shown) and shown[0] in question.item.expected
    if question.file == "buiten_bereik":
        return {"advice": OUT_OF_SCOPE_ADVISED, "clarification": OUT_OF_SCOPE_ASKED}.get(decision.kind, 0.0)
    if question.file == ABOUT_BODIES:
        return _cost_about_bodies(decision)
    if decision.kind not in {"advice", "clarification"}:
        return REFUSED
    if decision.kind == "clarification":
        return 0.0 if question.file == "dubbelzinnig" else ASKED
    if not accepted:
        return CONFIDENT_AND_WRONG
    if question.file == "dubbelzinnig":
        return NOT_ASKED
    if question.file == "twee_problemen":
        return 0.0 if set(question.item.expected) <= set(shown) else ONE_OF_TWO
    return SECOND_TOO_MANY if decision.act == "twee" else 0.0


def _cost_about_bodies(decision: Decision) -> float:
    if decision.kind in {"advice", "clarification"}:
        return BODY_ADVISED
    return 0.0 if decision.kind in {"organisation", "comparison", "overview"} else REFUSED


def total_cost(questions: Sequence[Question], fitted: Thresholds, catalogue: Catalogue) -> float:
    """Returns the summed cost of the decisions on all questions."""
    return sum(
        cost(q, decide(q.understanding, _SAFE, Conversation(), catalogue, fitted)[0]) for q in questions
    )


def _shares(understanding: Understanding, catalogue: Catalogue) -> dict[str, float]:
    return share({i: p for i, p in understanding.intents.items() if i in catalogue.offers})


def fit_temperature(questions: Sequence[Question], catalogue: Catalogue) -> float:
    """Returns the temperature under which the accepted offers of the clear questions are most likely."""
    clear = [q for q in questions if q.file in CLEAR]

    def loss(temperature: float) -> float:
        total = 0.0
        for q in clear:
            shares = _shares(q.understanding.tempered(temperature), catalogue)
            total -= math.log(max(1e-9, sum(shares.get(i, 0.0) for i in q.item.expected)))
        return total

    return min((x / 100 for x in range(30, 151, 5)), key=loss)


def fit_curves(
    rows: Sequence[Sequence[float]], labels: Sequence[bool], names: Sequence[str], bends: int = _BENDS
) -> Optional[AdditiveModel]:
    """Fits a curve for each feature by logistic regression, or returns None when there is one class only.

    Args:
        rows: the features of each question.
        labels: whether the answer is yes.
        names: names of the features.
        bends: most points of a curve.
    """
    if len(set(labels)) < 2:
        return None
    columns = np.array(rows).T
    points = [np.unique(np.quantile(column, np.linspace(0, 1, bends)).round(4)) for column in columns]
    # How much each bend of its curve holds of a value: the nearest two share it.
    shares = [
        np.stack([np.interp(column, at, unit) for unit in np.eye(len(at))], axis=1)
        for column, at in zip(columns, points)
    ]
    features = np.concatenate(shares, axis=1)
    mean, spread = features.mean(0), features.std(0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=_CURVE_REGULARISATION, class_weight="balanced", max_iter=1000)
    model.fit((features - mean) / spread, labels)
    weights = model.coef_[0] / spread
    adds = np.split(weights, np.cumsum([len(at) for at in points])[:-1])
    curves = {
        name: Curve(tuple(map(float, at)), tuple(map(float, gains)))
        for name, at, gains in zip(names, points, adds)
    }
    return AdditiveModel(float(model.intercept_[0] - weights @ mean), curves)


def danger_questions(
    judge: Callable[[str], Judged], folders: Sequence[Path]
) -> list[tuple[tuple[float, ...], bool]]:
    """Returns the features of every question to fit on, and whether it tells of danger."""
    return [
        (judge(item.text).features, name == DANGER_FILE)
        for folder in folders
        for name, items in load_questions(folder).items()
        for item in items
    ]


def fit_danger(
    judged: Sequence[tuple[tuple[float, ...], bool]], names: Sequence[str]
) -> tuple[AdditiveModel, float]:
    """Returns how judgements of danger weigh, and the probability from which the alarm costs least.

    Args:
        judged: features of each question, and whether it tells of danger.
        names: names of the features.

    Raises:
        TrainingDataError: when the questions are of one kind only.
    """
    model = fit_curves([features for features, _ in judged], [acute for _, acute in judged], names, _STRAIGHT)
    if model is None:
        raise TrainingDataError("danger needs questions that tell of it and others", paths.VALIDATION)
    scores = np.array([model.probability(features) for features, _ in judged])
    return model, cheapest_threshold(scores, np.array([acute for _, acute in judged]))


def cheapest_threshold(scores: np.ndarray, labels: np.ndarray) -> float:
    """Returns the score from which to sound the alarm at the least total cost.

    Args:
        scores: probability of danger of each question.
        labels: whether it tells of danger.
    """
    order = np.argsort(-scores, kind="stable")
    ranked, danger = scores[order], labels[order]
    misses = danger.sum() - np.cumsum(danger)
    costs = MISSED_DANGER * misses + FALSE_ALARM * np.cumsum(~danger)
    last_of_equals = np.append(ranked[1:] != ranked[:-1], True)
    best = int(np.argmin(np.where(last_of_equals, costs, np.inf)))
    below = ranked[best + 1] if best + 1 < len(ranked) else 0.0
    return float((ranked[best] + below) / 2)


def fit_doubt(questions: Sequence[Question], catalogue: Catalogue) -> AdditiveModel:
    """Returns the model that tells the ambiguous questions from the clear ones."""
    rows, labels = [], []
    for q in questions:
        if q.file in {*CLEAR, "dubbelzinnig"}:
            rows.append(doubt_features(q.understanding, catalogue))
            labels.append(q.file == "dubbelzinnig")
    return fit_curves(rows, labels, OF_DOUBT) or START.doubt_model


def fit_scope(questions: Sequence[Question], catalogue: Catalogue) -> AdditiveModel:
    """Returns the model that tells the questions out of scope from the others."""
    asked = [q for q in questions if q.file != ABOUT_BODIES]
    rows = [scope_features(q.understanding, catalogue) for q in asked]
    labels = [q.file == "buiten_bereik" for q in asked]
    return fit_curves(rows, labels, OF_SCOPE) or START.scope_model


def fit_two(questions: Sequence[Question], temperature: float, catalogue: Catalogue) -> AdditiveModel:
    """Returns the model that tells two problems from one."""
    rows, labels = [], []
    for q in questions:
        if q.file not in {"buiten_bereik", ABOUT_BODIES}:
            understanding = q.understanding.tempered(temperature)
            pair = find_pair(understanding, _shares(understanding, catalogue), catalogue)
            if pair is not None:
                rows.append(pair.features)
                labels.append(q.file == "twee_problemen" and set(pair.offers) == set(q.item.expected))
    return fit_curves(rows, labels, OF_PAIRS) or START.two_model


def _with(fitted: Thresholds, name: str, value: float) -> Thresholds:
    changes: dict[str, Any] = {name: value}
    return replace(fitted, **changes)


def calibrate(
    questions: Sequence[Question],
    judged: Sequence[tuple[tuple[float, ...], bool]],
    signs: Sequence[str],
    catalogue: Catalogue,
) -> Thresholds:
    """Returns thresholds fitted on the questions; the same questions give the same thresholds.

    Args:
        questions: what the model made of each.
        judged: features of danger of each, and whether it tells of it.
        signs: names of those features.
        catalogue: the offers.
    """
    temperature = fit_temperature(questions, catalogue)
    danger_model, danger = fit_danger(judged, signs)
    fitted = replace(
        START,
        danger=danger,
        danger_model=danger_model,
        temperature=temperature,
        scope_model=fit_scope(questions, catalogue),
        doubt_model=fit_doubt(questions, catalogue),
        two_model=fit_two(questions, temperature, catalogue),
    )
    # The second round asks again what the first knows, unless a threshold moved.
    known: dict[tuple[float, ...], float] = {}

    def cost_of(candidate: Thresholds) -> float:
        key = tuple(getattr(candidate, name) for name in _GRIDS)
        if key not in known:
            known[key] = total_cost(questions, candidate, catalogue)
        return known[key]

    for _ in range(_ROUNDS):
        for name, grid in _GRIDS.items():
            candidates = [_with(fitted, name, value) for value in grid]
            costs = [cost_of(candidate) for candidate in candidates]
            limit = min(costs) * (1 + _TOLERANCE)
            near = [c for c, amount in zip(candidates, costs) if amount <= limit]
            fitted = near[len(near) // 2]
    return fitted
