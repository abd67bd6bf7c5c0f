"""What the classifiers read from Rasa's messages: features, and intents that are as possible."""

from __future__ import annotations

from typing import Any, List, Tuple

import numpy as np
import scipy.sparse
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from wegwijzer.errors import ModelError
from wegwijzer.examples import ALSO


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
            sparse.append(scipy.sparse.csr_matrix(weights.features))
        dense.append(None if vector is None else vector.features.ravel())
    if len(sparse) != len(messages):
        raise ModelError("config.yml has no sparse featurizer before the classifiers; add NgramFeaturizer")
    encoded = next((vector for vector in dense if vector is not None), None)
    if encoded is None:
        return scipy.sparse.vstack(sparse).tocsr(), None
    absent = np.full_like(encoded, np.nan)
    vectors = np.vstack([absent if vector is None else vector for vector in dense])
    return scipy.sparse.vstack(sparse).tocsr(), vectors


def also_possible(example: Message) -> List[str]:
    """Returns the other intents that the metadata of a training example calls as possible."""
    metadata = example.get("metadata") or {}
    return [str(intent) for intent in (metadata.get("example") or {}).get(ALSO) or ()]
