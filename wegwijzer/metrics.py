"""Figures for Prometheus: what the server counts, and how they are read from all server processes at once.

Nothing that somebody typed and no name of a conversation becomes a label; every label has a fixed set of
values. With PROMETHEUS_MULTIPROC_DIR in the environment each process keeps its figures in files there, so
that they outlive it and can be summed by another process.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from wegwijzer import __version__
from wegwijzer.catalogue import Catalogue
from wegwijzer.contract import ANSWER_KINDS
from wegwijzer.errors import SetupError
from wegwijzer.redaction import KINDS
from wegwijzer.secrecy import check_secret

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable of prometheus_client: where processes keep their figures."""
MODEL = "WEGWIJZER_MODEL"
"""Environment variable with the id of the model that this process serves."""
TOKEN, PORT = "WEGWIJZER_METRICS_TOKEN", "WEGWIJZER_METRICS_PORT"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OTHER = "overig"
_REJECTIONS = (400, 401, 403, 404, 405, 413, 422, 429, 503)
_LIVE = re.compile(r"gauge_live\w*_(\d+)\.db")
_MODEL_ID = re.compile(r"[A-Za-z0-9._-]{1,80}")

disable_created_metrics()  # type: ignore[no-untyped-call]

REGISTRY = CollectorRegistry()
"""What one server process counts."""
PROXY = CollectorRegistry()
"""What the process with the port counts."""

turns = Counter("wegwijzer_turns", "Answers given by kind", ["kind"], registry=REGISTRY)
seconds = Histogram(
    "wegwijzer_turn_seconds",
    "Seconds from message to answer",
    buckets=(0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30),
    registry=REGISTRY,
)
intents = Counter("wegwijzer_intents", "Advice by its first offer", ["intent"], registry=REGISTRY)
confidence = Histogram(
    "wegwijzer_confidence",
    "Confidence of an advice, 0 to 1",
    buckets=tuple(n / 10 for n in range(1, 11)),
    registry=REGISTRY,
)
clarified = Counter("wegwijzer_clarified", "Turns that asked something back", registry=REGISTRY)
out_of_scope = Counter("wegwijzer_refused", "Turns refused as out of scope", registry=REGISTRY)
emergencies = Counter(
    "wegwijzer_emergencies", "Answers with 112 first, also to requests that were refused", registry=REGISTRY
)
errors = Counter("wegwijzer_errors", "What failed, by place", ["place"], registry=REGISTRY)
redactions = Counter("wegwijzer_redactions", "Personal data taken out, by kind", ["kind"], registry=REGISTRY)
thumbs = Counter("wegwijzer_thumbs", "Judgements kept", ["thumb"], registry=REGISTRY)
rejected = Counter(
    "wegwijzer_rejected", "Requests not answered, by HTTP status", ["status"], registry=REGISTRY
)
model_info = Gauge(
    "wegwijzer_model_info",
    "1 for the model and the version that a process serves",
    ["model", "version"],
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
answers = Counter(
    "wegwijzer_proxy_answers", "Answers of the proxy, by class of status", ["status"], registry=PROXY
)

for _kind in ANSWER_KINDS:
    turns.labels(_kind)
for _kind in KINDS:
    redactions.labels(_kind)
for _place in ("turn", "feedback", "http"):
    errors.labels(_place)
for _thumb in ("up", "down"):
    thumbs.labels(_thumb)
for _status in _REJECTIONS:
    rejected.labels(str(_status))
for _status_class in ("1xx", "2xx", "3xx", "4xx", "5xx"):
    answers.labels(_status_class)


def count_turn(reply: Sequence[Mapping[str, Any]], took: float, catalogue: Catalogue) -> None:
    """Counts one answered turn.

    Args:
        reply: the messages of the answer; the last one is that of the turn.
        took: seconds.
        catalogue: knows the offers; another id is counted as OTHER.
    """
    custom = reply[-1].get("custom") or {}
    kind = custom.get("kind")
    turns.labels(kind if kind in ANSWER_KINDS else OTHER).inc()
    seconds.observe(took)
    if any((message.get("custom") or {}).get("kind") == "emergency" for message in reply):
        emergencies.inc()
    if kind == "clarification":
        clarified.inc()
    if kind == "out_of_scope":
        out_of_scope.inc()
    offers = custom.get("offers") or []
    if kind == "advice" and offers:
        offer = offers[0].get("id")
        intents.labels(offer if offer in catalogue.offers else OTHER).inc()
        confidence.observe(float(custom.get("confidence", 0.0)))


def count_rejection(status: int) -> None:
    """Counts a request that was not answered; a status that is not foreseen is OTHER."""
    rejected.labels(str(status) if status in _REJECTIONS else OTHER).inc()


def count_answer(status: int) -> None:
    """Counts an answer of the proxy."""
    answers.labels(f"{min(max(status // 100, 1), 5)}xx").inc()


def tell_model(environment: Mapping[str, str]) -> None:
    """Sets which model this process serves; without a name it is the tree's own."""
    named = environment.get(MODEL, "")
    model_info.labels(named if _MODEL_ID.fullmatch(named) else "eigen", __version__).set(1)


def own_figures(environment: Mapping[str, str]) -> bytes:
    """Returns the figures of this server process, or of all that share its folder."""
    folder = environment.get(FOLDER)
    return figures_of(Path(folder)) if folder else generate_latest(REGISTRY)


def figures_of(folder: Path) -> bytes:
    """Returns the sums of all processes that keep their figures in a folder, also of those that are gone."""
    _forget_dead(folder)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _forget_dead(folder: Path) -> None:
    """Removes what only counts while its process is there."""
    for file in folder.glob("gauge_live*.db"):
        found = _LIVE.fullmatch(file.name)
        if found is None:
            continue
        try:
            os.kill(int(found.group(1)), 0)
        except ProcessLookupError:
            file.unlink(missing_ok=True)
        except PermissionError:
            pass  # It is there, of another user.


@dataclass(frozen=True)
class Access:
    """Who may read the figures.

    Attributes:
        token: what has to be given on the port of the chat, or '' when they are not there.
        port: port on loopback without a token, or None.
    """

    token: str
    port: Optional[int]


def read_access(environment: Mapping[str, str]) -> Access:
    """Reads TOKEN and PORT; without them nobody can read the figures.

    Raises:
        SetupError: when the token is weak or the port is none.
    """
    token, text = environment.get(TOKEN, "").strip(), environment.get(PORT, "").strip()
    if token:
        check_secret(TOKEN, token)
    if text and not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise SetupError(f"{PORT}='{text}' is geen poort; geef een getal van 1 tot en met 65535")
    return Access(token, int(text) if text else None)
