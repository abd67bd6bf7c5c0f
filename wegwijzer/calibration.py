"""Fits the thresholds by what each error costs, on tests/validation and on batches that are spent.

A batch is spent when a newer one is there; the newest stays unseen, like tests/evaluation.

The costs stand here and nowhere else. In order: the temperature by the likelihood of the
accepted offers; the weights of scope, of doubt and of two problems by logistic regression; the
thresholds by the total cost of the decisions, one threshold at a time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Callable, Mapping, Optional, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from wegwijzer import paths
from wegwijzer.catalogue import Catalogue
from wegwijzer.conversation import Conversation
from wegwijzer.danger import Danger
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

CONFIDENT_AND_WRONG = 10.0
"""The first offer is not accepted and nothing was asked."""
REFUSED = 5.0
"""A question in scope was called out of scope, or taken for small talk."""
OUT_OF_SCOPE_ADVISED = 10.0
"""A question out of scope got an offer."""
NOT_ASKED = 2.0
"""A question that a colleague would ask back about was answered, with an offer that may be right."""
ASKED = 3.0
"""A clear question was asked back about."""
OUT_OF_SCOPE_ASKED = 3.0
"""A question out of scope was asked back about."""
ONE_OF_TWO = 2.0
"""Of two problems only one was answered."""
SECOND_TOO_MANY = 0.5
"""The first offer is right, and another was given as a second problem."""

FILES = (*CLEAR, "dubbelzinnig", "buiten_bereik", "twee_problemen")
_OPTIONAL = {"indirect"}
"""Not every folder has clear questions that use no word of the catalogue."""
START = Thresholds(
    temperature=0.6,
    advise=0.45,
    refuse=0.5,
    scope_weights=(0.0, 1.0) + (0.0,) * (len(OF_SCOPE) - 1),
    act=0.5,
    doubt=0.5,
    doubt_weights=(0.0,) * (1 + len(OF_DOUBT)),
    two=0.5,
    two_weights=(-50.0,) + (0.0,) * len(OF_PAIRS),
)
"""Where the fit starts; its weights find no two problems."""
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


def validation_questions(parse: Callable[[str], Understanding], folders: Sequence[Path]) -> list[Question]:
    """Reads the questions to fit on and lets a model look at each.

    Raises:
        TrainingDataError: when a file that the fit needs is not there.
    """
    questions = []
    for folder in folders:
        files = load_questions(folder)
        for name in FILES:
            if name in files:
                questions += [Question(name, item, parse(item.text)) for item in files[name]]
            elif name not in _OPTIONAL:
                raise TrainingDataError("this file is missing; calibration needs it", folder / f"{name}.tsv")
    return questions


def cost(question: Question, decision: Decision) -> float:
    """Returns what a decision costs, by the table above."""
    shown = [ranked.offer.id for ranked in decision.offers]
    accepted = bool(shown) and shown[0] in question.item.expected
    if question.file == "buiten_bereik":
        return {"advice": OUT_OF_SCOPE_ADVISED, "clarification": OUT_OF_SCOPE_ASKED}.get(decision.kind, 0.0)
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


def _logistic(rows: Sequence[Sequence[float]], labels: Sequence[bool]) -> Optional[tuple[float, ...]]:
    """Returns intercept and weights of a logistic regression, or None when there is one class only."""
    if len(set(labels)) < 2:
        return None
    features = np.array(rows)
    mean, spread = features.mean(0), features.std(0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000)
    model.fit((features - mean) / spread, labels)
    weights = model.coef_[0] / spread
    return (float(model.intercept_[0] - weights @ mean), *map(float, weights))


def fit_doubt(questions: Sequence[Question], catalogue: Catalogue) -> tuple[float, ...]:
    """Returns the weights that tell the ambiguous questions from the clear ones."""
    rows, labels = [], []
    for q in questions:
        if q.file in {*CLEAR, "dubbelzinnig"}:
            rows.append(doubt_features(q.understanding, catalogue))
            labels.append(q.file == "dubbelzinnig")
    return _logistic(rows, labels) or START.doubt_weights


def fit_scope(questions: Sequence[Question], catalogue: Catalogue) -> tuple[float, ...]:
    """Returns the weights that tell the questions out of scope from the others."""
    rows = [scope_features(q.understanding, catalogue) for q in questions]
    return _logistic(rows, [q.file == "buiten_bereik" for q in questions]) or START.scope_weights


def fit_two(questions: Sequence[Question], temperature: float, catalogue: Catalogue) -> tuple[float, ...]:
    """Returns the weights that tell two problems from one."""
    rows, labels = [], []
    for q in questions:
        if q.file != "buiten_bereik":
            understanding = q.understanding.tempered(temperature)
            pair = find_pair(understanding, _shares(understanding, catalogue), catalogue)
            if pair is not None:
                rows.append(pair.features)
                labels.append(q.file == "twee_problemen" and set(pair.offers) == set(q.item.expected))
    return _logistic(rows, labels) or START.two_weights


def _with(fitted: Thresholds, name: str, value: float) -> Thresholds:
    changes: dict[str, Any] = {name: value}
    return replace(fitted, **changes)


def calibrate(questions: Sequence[Question], catalogue: Catalogue) -> Thresholds:
    """Returns thresholds fitted on the questions; the same questions give the same thresholds."""
    temperature = fit_temperature(questions, catalogue)
    fitted = replace(
        START,
        temperature=temperature,
        scope_weights=fit_scope(questions, catalogue),
        doubt_weights=fit_doubt(questions, catalogue),
        two_weights=fit_two(questions, temperature, catalogue),
    )
    for _ in range(_ROUNDS):
        for name, grid in _GRIDS.items():
            candidates = [_with(fitted, name, value) for value in grid]
            costs = [total_cost(questions, candidate, catalogue) for candidate in candidates]
            limit = min(costs) * (1 + _TOLERANCE)
            near = [c for c, amount in zip(candidates, costs) if amount <= limit]
            fitted = near[len(near) // 2]
    return fitted
