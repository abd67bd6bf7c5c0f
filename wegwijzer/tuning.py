"""Fine-tunes the last layers of the sentence encoder on the labelled examples.

The layers learn to tell the intents apart, where an example that several intents suit counts for each
of them alike, and to tell such an example from one that a single intent suits. What learns along to
say so is thrown away: `wegwijzer train` fits that anew, on the vectors that the tuned layers give.
This is not part of training, because it takes a quarter of an hour and its layers serve later
examples as well. Only this module needs TensorFlow.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping, Sequence

import numpy as np

from wegwijzer.e5 import OnnxE5, Weights, in_bytes, packed_weights
from wegwijzer.linear import SEED

FROZEN = 8
"""Layers that stay as they are; their states are computed once."""
_BATCH = 64
_MOST_TOKENS = 96
_LENGTHS = (12, 16, 20, 24, 32, 40, 56, _MOST_TOKENS + 2)
"""A batch holds texts that are padded to the same one of these numbers of tokens."""
_RATE = 2e-4
_HEAD_RATE = 10 * _RATE
_WARM_UP = 200
_DROPOUT = 0.1
_SHARPNESS = 20.0
"""A unit vector has small numbers; the head learns faster on larger ones."""
_SAID_EVERY = 200
_MATRICES = ("q", "k", "v", "ao", "fi", "fo")
_NORMS = ("aln", "oln")

Batch = tuple[np.ndarray, np.ndarray, np.ndarray]
"""States (texts, tokens, hidden), which of them are there (texts, tokens), shares of the intents (texts, intents)."""


def tune(
    texts: Sequence[str],
    intents: Sequence[Sequence[str]],
    say: Callable[[str], None],
    epochs: int,
) -> Mapping[str, np.ndarray]:
    """Returns the tensors of the tuned layers by name, matrices in 8 bits, as TunedWeights reads them.

    Args:
        texts: the examples.
        intents: of each example the intents that suit it.
        say: is given each line of progress.
        epochs: how often every example is seen.
    """
    weights = Weights(packed_weights())
    classes = sorted({intent for suited in intents for intent in suited})
    shares = np.zeros((len(texts), len(classes)), dtype=np.float32)
    for row, suited in enumerate(intents):
        for intent in suited:
            shares[row, classes.index(intent)] += 1 / len(suited)
    states = OnnxE5(weights, FROZEN).states(texts, _MOST_TOKENS)
    say(f"De eerste {FROZEN} lagen zijn klaar voor {len(texts)} voorbeelden.")

    layers = _Layers(weights, len(classes))
    random = np.random.default_rng(SEED)
    lengths = [len(own) for own in states]
    steps = epochs * sum(1 for _ in _places(lengths, random))
    done, loss = 0, 0.0
    for _ in range(epochs):
        for places, longest in _places(lengths, random):
            done += 1
            rate = min(1.0, done / _WARM_UP) * (1 - done / (steps + 1))
            batch = (*padded([states[place] for place in places], longest), shares[places])
            loss += layers.step(batch, rate)
            if done % _SAID_EVERY == 0 or done == steps:
                say(f"Stap {done} van {steps}, gemiddelde fout {loss / ((done - 1) % _SAID_EVERY + 1):.3f}")
                loss = 0.0
    return layers.tensors()


def write_layers(tensors: Mapping[str, np.ndarray], path: Path) -> None:
    """Writes tuned layers to the file that TunedWeights reads; the one that stands there is replaced."""
    partial = path.with_suffix(".part.npz")
    np.savez_compressed(partial, **tensors)
    partial.replace(path)


def _places(lengths: Sequence[int], random: np.random.Generator) -> Iterator[tuple[np.ndarray, int]]:
    """Yields the places of the texts of each batch and their padded length, in random order."""
    found = []
    for shorter, longest in zip((0, *_LENGTHS), _LENGTHS):
        group = np.array([i for i, length in enumerate(lengths) if shorter < length <= longest], dtype=int)
        random.shuffle(group)
        found += [(group[i : i + _BATCH], longest) for i in range(0, len(group), _BATCH)]
    for place in random.permutation(len(found)):
        yield found[place]


def padded(states: Sequence[np.ndarray], longest: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns the states of texts padded to so many tokens, and which of them are there (see Batch)."""
    together = np.zeros((len(states), longest, states[0].shape[1]), dtype=np.float16)
    present = np.zeros((len(states), longest), dtype=bool)
    for row, own in enumerate(states):
        together[row, : len(own)] = own
        present[row, : len(own)] = True
    return together, present


class _Layers:
    """The layers that learn, with a head that names intents and one for whether several suit, in TensorFlow.

    Args:
        weights: the layers as they are before.
        classes: number of intents.
    """

    def __init__(self, weights: Weights, classes: int) -> None:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        import tensorflow

        self._tf = tensorflow
        tensorflow.keras.utils.set_random_seed(SEED)
        self._heads, self._epsilon, self._hidden = weights.heads, weights.epsilon, weights.hidden
        self._tensors: dict[str, Any] = {}
        for layer in range(FROZEN, weights.layers):
            for name in _MATRICES:
                width = weights.inner if name == "fo" else weights.hidden
                self._add(f"l{layer}.{name}.w", weights.matrix(f"l{layer}.{name}.w", width))
                self._add(f"l{layer}.{name}.b", weights.numbers(f"l{layer}.{name}.b"))
            for name in _NORMS:
                for part in "wb":
                    self._add(f"l{layer}.{name}.{part}", weights.numbers(f"l{layer}.{name}.{part}"))
        self._layers = [f"l{layer}" for layer in range(FROZEN, weights.layers)]
        self._head = [
            # A column an intent, and the last one for whether several suit.
            tensorflow.Variable(tensorflow.zeros((weights.hidden, classes + 1))),
            tensorflow.Variable(tensorflow.zeros(classes + 1)),
        ]
        self._of_layers, self._of_head = (tensorflow.keras.optimizers.Adam(beta_2=0.98) for _ in range(2))
        self._learn = tensorflow.function(self._update, reduce_retracing=True)

    def _add(self, name: str, value: np.ndarray) -> None:
        self._tensors[name] = self._tf.Variable(value)

    def step(self, batch: Batch, rate: float) -> float:
        """Learns from one batch and returns its loss.

        Args:
            batch: the batch.
            rate: share of the full learning rate.
        """
        self._of_layers.learning_rate.assign(rate * _RATE)
        self._of_head.learning_rate.assign(rate * _HEAD_RATE)
        return float(self._learn(*map(self._tf.convert_to_tensor, batch)))

    def tensors(self) -> dict[str, np.ndarray]:
        """Returns the layers as they are now, matrices in 8 bits with a scale a row."""
        tensors: dict[str, np.ndarray] = {}
        for name, variable in self._tensors.items():
            value = variable.numpy()
            if value.ndim == 2:
                tensors[name], tensors[f"{name}.scales"] = in_bytes(value)
            else:
                tensors[name] = value
        return tensors

    def _update(self, states: Any, present: Any, shares: Any) -> Any:
        tf = self._tf
        layers = list(self._tensors.values())
        with tf.GradientTape() as tape:
            vectors = tf.nn.dropout(self._vectors(states, present), _DROPOUT)
            scores = (_SHARPNESS * vectors) @ self._head[0] + self._head[1]
            several = tf.cast(tf.math.count_nonzero(shares, 1) > 1, tf.float32)
            loss = tf.reduce_mean(
                tf.nn.softmax_cross_entropy_with_logits(shares, scores[:, :-1])
                + tf.nn.sigmoid_cross_entropy_with_logits(several, scores[:, -1])
            )
        slopes = tape.gradient(loss, layers + self._head)
        self._of_layers.apply_gradients(zip(slopes[: len(layers)], layers))
        self._of_head.apply_gradients(zip(slopes[len(layers) :], self._head))
        return loss

    def _vectors(self, states: Any, present: Any) -> Any:
        """Returns unit vectors, shape (texts, hidden)."""
        tf = self._tf
        states = tf.cast(states, tf.float32)
        texts, tokens = tf.shape(states)[0], tf.shape(states)[1]
        each = self._hidden // self._heads
        unseen = tf.where(present, 0.0, -1e9)[:, None, None, :]
        for layer in self._layers:
            query, key, value = (
                tf.transpose(
                    tf.reshape(self._linear(states, f"{layer}.{name}"), [texts, tokens, self._heads, each]),
                    [0, 2, 1, 3],
                )
                for name in "qkv"
            )
            attention = tf.nn.softmax(tf.matmul(query, key, transpose_b=True) / each**0.5 + unseen)
            seen = tf.reshape(
                tf.transpose(tf.matmul(attention, value), [0, 2, 1, 3]), [texts, tokens, self._hidden]
            )
            states = self._normalised(states + self._linear(seen, f"{layer}.ao"), f"{layer}.aln")
            inner = tf.nn.gelu(self._linear(states, f"{layer}.fi"))
            states = self._normalised(states + self._linear(inner, f"{layer}.fo"), f"{layer}.oln")
        there = tf.cast(present, tf.float32)[..., None]
        return tf.math.l2_normalize(tf.reduce_sum(states * there, 1), -1)

    def _linear(self, states: Any, name: str) -> Any:
        """Returns x·Wᵀ + b; the product in bfloat16, which is three times as fast where the processor has it."""
        tf = self._tf
        matrix, shape = self._tensors[f"{name}.w"], tf.shape(states)
        flat = tf.cast(tf.reshape(states, [-1, matrix.shape[1]]), tf.bfloat16)
        product = tf.matmul(flat, tf.cast(matrix, tf.bfloat16), transpose_b=True)
        product = tf.reshape(product, [shape[0], shape[1], matrix.shape[0]])
        return tf.cast(product, tf.float32) + self._tensors[f"{name}.b"]

    def _normalised(self, states: Any, name: str) -> Any:
        tf = self._tf
        mean, variance = tf.nn.moments(states, -1, keepdims=True)
        scaled = (states - mean) * tf.math.rsqrt(variance + self._epsilon)
        return scaled * self._tensors[f"{name}.w"] + self._tensors[f"{name}.b"]
