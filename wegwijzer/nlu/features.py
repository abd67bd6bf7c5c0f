"""What the classifiers read from Rasa's messages: features, and intents that are as possible."""

from __future__ import annotations

import re
from typing import Any, List, Tuple

import numpy as np
import scipy.sparse
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from wegwijzer.errors import ModelError
from wegwijzer.examples import ALSO

_REACH = r"\b(?:e-?mail(?:en|t)?|mail(?:en|t)?|bel(?:len|t)?|app(?:en|t)?|bereik(?:en|baar)?|tel|telefoon)\b"
_BETWEEN = r"(?:[ .:]+(?:mij|me|ons|u|even|graag|dan|terug|op|via|naar|met|onder|nr|nummer)\b){0,4}"
_PLACEHOLDER = re.compile(rf"(?:{_REACH}{_BETWEEN}[ .:]+)?\[[\w-]+\]", re.IGNORECASE)
"""With how somebody asks to be reached before it: 'mail mij op [e-mail]' is not what the question is about."""


def without_placeholders(text: str) -> str:
    """Returns a text without what the redaction put in the place of personal data.

    No example has '[e-mail]' in it; in a short question it would weigh as a word nobody knows.
    """
    return _PLACEHOLDER.sub(" ", text)


def features_of(messages: List[Message]) -> Tuple[Any, Any]:
    """Returns (sparse weights, dense vectors or None), a row a message.

    A message without a vector among others that have one gets a row that is not a number.

    Raises:
        ModelError: when a message has no sparse sentence feature.
    """
    sparse, dense = [], []
    for message in messages:
        _, weights = message.get_sparse_features(TEXT)
        _, vector = message.get_dense_features(TEXT)
        if weights is not None:
            sparse.append(weights.features)
        dense.append(None if vector is None else vector.features.ravel())
    if len(sparse) != len(messages):
        raise ModelError("config.yml has no sparse featurizer before the classifiers; add NgramFeaturizer")
    rows = _stacked(sparse)
    encoded = next((vector for vector in dense if vector is not None), None)
    if encoded is None:
        return rows, None
    absent = np.full_like(encoded, np.nan)
    vectors = np.vstack([absent if vector is None else vector for vector in dense])
    return rows, vectors


def _stacked(rows: List[Any]) -> Any:
    """Returns matrices of one row each as one, in a twentieth of the time that scipy's vstack takes."""
    ends = np.cumsum([0, *(row.nnz for row in rows)])
    columns = np.concatenate([row.tocoo().col for row in rows])
    values = np.concatenate([row.data for row in rows])
    return scipy.sparse.csr_matrix((values, columns, ends), shape=(len(rows), rows[0].shape[1]))


def also_possible(example: Message) -> List[str]:
    """Returns the other intents that the metadata of a training example calls as possible."""
    metadata = example.get("metadata") or {}
    return [str(intent) for intent in (metadata.get("example") or {}).get(ALSO) or ()]
