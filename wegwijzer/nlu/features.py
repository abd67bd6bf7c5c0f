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

    Raises:
        ModelError: when a message has no sparse sentence feature.
    """
    sparse, dense = [], []
    for message in messages:
        _, weights = message.get_sparse_features(TEXT)
        _, vector = message.get_dense_features(TEXT)
        if weights is not None:
            sparse.append(scipy.sparse.csr_matrix(weights.features))
        if vector is not None:
            dense.append(vector.features.reshape(1, -1))
    if len(sparse) != len(messages):
        raise ModelError("config.yml has no sparse featurizer before the classifiers; add NgramFeaturizer")
    return scipy.sparse.vstack(sparse).tocsr(), np.vstack(dense) if dense else None


def also_possible(example: Message) -> List[str]:
    """Returns the other intents that the metadata of a training example calls as possible."""
    metadata = example.get("metadata") or {}
    return [str(intent) for intent in (metadata.get("example") or {}).get(ALSO) or ()]
