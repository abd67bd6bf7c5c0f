"""The linear models behind the intents and behind the danger decision.

Two models look at a text, one at its character and word n-grams, one at the vector
of the sentence encoder; a weighted mean of their log probabilities decides. Rasa is not
needed here: a model is scikit-learn's, stored with skops, which executes no code.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence, Tuple, Type, TypeVar, Union

import numpy as np
import scipy.sparse
import skops.io
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.svm import SVC

from wegwijzer.errors import ModelError

T = TypeVar("T")

SEED = 20261124
JUDGEMENT_LIMIT = 12.0
_NAMES = "models.json"
_DENSE_STEPS = 100
"""Three times as many routed no better."""

_TRUSTED = ["numpy.float32", "scipy.sparse._csr.csr_matrix"]
"""Plain number types that skops does not know; idf weights are kept in them."""


def new_ngrams(characters: Tuple[int, int] = (2, 5), words: Tuple[int, int] = (1, 2)) -> FeatureUnion:
    """Returns unfitted n-gram weights: characters within words, and words, by hash.

    A hash needs no vocabulary of 200,000 texts to store and load, and routes as well
    (docs/adr/0002).

    Args:
        characters: shortest and longest character n-gram.
        words: shortest and longest word n-gram.
    """
    shared = {
        "lowercase": True,
        "strip_accents": "unicode",
        "alternate_sign": False,
        "norm": None,
        "dtype": np.float32,
    }
    by_characters = HashingVectorizer(analyzer="char_wb", ngram_range=characters, n_features=2**17, **shared)
    by_words = HashingVectorizer(token_pattern=r"(?u)\b\w+\b", ngram_range=words, n_features=2**16, **shared)
    return FeatureUnion(
        [
            ("characters", make_pipeline(by_characters, TfidfTransformer(sublinear_tf=True))),
            ("words", make_pipeline(by_words, TfidfTransformer(sublinear_tf=True))),
        ]
    )


def new_classifier(regularisation: float, solver: str = "lbfgs", steps: int = 300) -> LogisticRegression:
    """Returns an unfitted logistic regression.

    Args:
        regularisation: scikit-learn's C; larger follows the examples more closely.
        solver: 'lbfgs' is multinomial; 'liblinear' fits one class against the rest,
            on the many n-grams ten times as fast and no worse.
        steps: most iterations.
    """
    dual = solver == "liblinear"
    return LogisticRegression(
        C=regularisation,
        class_weight="balanced",
        dual=dual,
        max_iter=steps,
        # At a twentieth of this the answers were the same to the third decimal, in half as much time again.
        tol=0.2 if dual else 1e-3,
        solver=solver,
        random_state=SEED,
    )


def new_kernel_model(tightness: float = 10.0, gamma: float = 4.0) -> SVC:
    """Returns an unfitted model of two classes on vectors of meaning.

    Where a class is many islands of meaning a straight line found a tenth less.

    Args:
        tightness: how much an example on the wrong side counts (scikit-learn's C).
        gamma: how small an island may be.
    """
    return SVC(C=tightness, gamma=gamma, class_weight="balanced", random_state=SEED)


def judge(model: Union[LogisticRegression, SVC], features: Any) -> np.ndarray:
    """Returns a number a row, above 0 for the second class, kept within JUDGEMENT_LIMIT."""
    return np.asarray(
        np.clip(model.decision_function(features), -JUDGEMENT_LIMIT, JUDGEMENT_LIMIT), dtype=np.float64
    )


def load_skops(path: Path, expected: Type[T]) -> T:
    """Loads a scikit-learn object that skops wrote.

    Raises:
        ModelError: when the file is missing, damaged, holds untrusted types or
            another kind of object.
    """
    try:
        loaded = skops.io.load(path, trusted=_TRUSTED)
    except Exception as error:
        raise ModelError(
            f"{path}: this part of the model is damaged ({error}); run 'wegwijzer train'"
        ) from error
    if not isinstance(loaded, expected):
        raise ModelError(
            f"{path}: holds a {type(loaded).__name__}, not a {expected.__name__}; run 'wegwijzer train'"
        )
    return loaded


def save_models(folder: Path, models: Mapping[str, Any]) -> None:
    """Writes models by name; those that are None are left out."""
    fitted = {name: model for name, model in models.items() if model is not None}
    for name, model in fitted.items():
        skops.io.dump(model, folder / f"{name}.skops")
    (folder / _NAMES).write_text(json.dumps(list(fitted)))


def load_models(folder: Path, kinds: Mapping[str, Type[Any]]) -> dict[str, Any]:
    """Returns what save_models wrote, by name; None for one that was left out.

    Raises:
        ModelError: when a model is missing, damaged or of another kind.
    """
    written = json.loads((folder / _NAMES).read_text())
    return {
        name: load_skops(folder / f"{name}.skops", kind) if name in written else None
        for name, kind in kinds.items()
    }


def log_probabilities(model: LogisticRegression, features: Any) -> np.ndarray:
    """Returns log probabilities, shape (rows, classes), natural logarithm."""
    return np.asarray(model.predict_log_proba(features))


@dataclass(frozen=True)
class Blend:
    """Two fitted models over the same classes.

    Attributes:
        classes: names of the classes, sorted.
        sparse: the model on n-grams.
        sparse_share: how much the first counts when both judge, from 0 to 1.
        dense: the model on the encoder's vectors, or None when there is no encoder.
    """

    classes: Tuple[str, ...]
    sparse_share: float
    sparse: LogisticRegression
    dense: Any

    def log_probabilities(self, weights: Any, vectors: Any) -> np.ndarray:
        """Returns blended log probabilities, shape (rows, classes)."""
        logs = log_probabilities(self.sparse, weights)
        if self.dense is not None:
            dense = log_probabilities(self.dense, vectors)
            logs = self.sparse_share * logs + (1 - self.sparse_share) * dense
        return np.asarray(logs - np.logaddexp.reduce(logs, axis=1, keepdims=True))

    def evidence(self, weights: Any, words: Any, name: str) -> np.ndarray:
        """Returns how much each word speaks for a class, shape (words,), in nats.

        Args:
            weights: n-gram weights of the text, shape (1, vocabulary).
            words: n-gram weights of each word by itself, shape (words, vocabulary).
            name: the class.
        """
        coefficients = self.sparse.coef_[self.classes.index(name)]
        present = scipy.sparse.csr_matrix(weights).multiply(coefficients[np.newaxis, :]).T
        return np.asarray(((words > 0).astype(np.float64) @ present.tocsr()).toarray()).ravel()


def fit_blend(
    weights: scipy.sparse.csr_matrix,
    vectors: Any,
    labels: Sequence[str],
    sparse_regularisation: float,
    dense_regularisation: float,
    sparse_share: float,
) -> Blend:
    """Fits both models.

    Args:
        weights: n-gram weights, shape (rows, vocabulary).
        vectors: the encoder's vectors, shape (rows, dimension), or None; a row that was
            not encoded is not a number and only counts for the n-grams.
        labels: the class of each row.
        sparse_regularisation: C of the model on n-grams.
        dense_regularisation: C of the model on vectors.
        sparse_share: how much the model on n-grams counts, from 0 to 1.
    """
    names = np.asarray(labels)

    def fit_sparse() -> LogisticRegression:
        return new_classifier(sparse_regularisation, "liblinear").fit(weights, names)

    def fit_dense() -> Optional[LogisticRegression]:
        if vectors is None:
            return None
        known = ~np.isnan(vectors[:, 0])
        return new_classifier(dense_regularisation, steps=_DENSE_STEPS).fit(vectors[known], names[known])

    # Neither holds the interpreter while it fits.
    with ThreadPoolExecutor(2) as pool:
        sparse, dense = (future.result() for future in [pool.submit(fit_sparse), pool.submit(fit_dense)])
    # Half the memory, and with few bits that differ a small file that is quickly packed, at the same answers.
    sparse.coef_ = sparse.coef_.astype(np.float16).astype(np.float32)
    return Blend(tuple(str(c) for c in sparse.classes_), sparse_share, sparse, dense)
