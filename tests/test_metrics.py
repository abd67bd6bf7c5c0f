"""Figures: what is counted, over how many processes, and that nobody can be found in them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.serving import InProcess
from wegwijzer import metrics, paths
from wegwijzer.catalogue import Catalogue, catalogue
from wegwijzer.contract import ANSWER_KINDS, contract_record

OFFER = "weerbaar_bestuur_ondersteuningsteam"


def value(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


def advice(offer: str, kind: str = "advice") -> list[dict[str, Any]]:
    return [{"text": "x", "custom": {**contract_record(kind, 0.8), "offers": [{"id": offer}]}}]


def test_the_kinds_of_answers_are_those_of_the_contract() -> None:
    schema = json.loads((paths.ROOT / "contract" / "answer.schema.json").read_text(encoding="utf-8"))
    assert list(ANSWER_KINDS) == schema["properties"]["kind"]["enum"]


def test_an_advice_is_counted(catalogue: Catalogue) -> None:
    names = [
        ("wegwijzer_turns_total", {"kind": "advice"}),
        ("wegwijzer_intents_total", {"intent": OFFER}),
        ("wegwijzer_confidence_count", {}),
        ("wegwijzer_turn_seconds_count", {}),
    ]
    before = [value(name, **labels) for name, labels in names]
    metrics.count_turn(advice(OFFER), 0.2, catalogue)
    assert [value(name, **labels) for name, labels in names] == [count + 1 for count in before]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("clarification", "wegwijzer_clarified_total"),
        ("out_of_scope", "wegwijzer_refused_total"),
        ("emergency", "wegwijzer_emergencies_total"),
    ],
)
def test_kinds_that_matter_have_a_figure_of_their_own(kind: str, name: str, catalogue: Catalogue) -> None:
    before = value(name)
    metrics.count_turn([{"text": "x", "custom": contract_record(kind, 0.5)}], 0.1, catalogue)
    assert value(name) == before + 1


def test_what_is_not_foreseen_makes_no_label(catalogue: Catalogue) -> None:
    for n in range(50):
        metrics.count_turn(advice(f"verzonnen_{n}", "advice"), 0.1, catalogue)
        metrics.count_turn(advice(OFFER, f"verzonnen_{n}"), 0.1, catalogue)
        metrics.count_rejection(600 + n)
        metrics.count_answer(600 + n)
    figures = metrics.own_figures({}).decode()
    assert "verzonnen" not in figures
    assert 'intent="overig"' in figures and 'kind="overig"' in figures and 'status="overig"' in figures


def test_every_label_has_few_values() -> None:
    """At most: the offers, kinds, statuses and one model."""
    most = {"intent": len(catalogue().offers) + 1, "kind": 10, "status": 10, "place": 3, "thumb": 2}
    seen: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(metrics.own_figures({}).decode()):
        for sample in family.samples:
            for name, text in sample.labels.items():
                if name != "le":
                    seen.setdefault(f"{family.name} {name}", set()).add(text)
    assert seen
    for place, texts in seen.items():
        assert len(texts) <= most.get(place.split()[1], 3), place


def test_nobody_is_in_the_figures(tmp_path: Path) -> None:
    token = "b1946ac92492d2347c6235b4d2611184"
    server = InProcess(tmp_path, metrics_token=token)
    sender, key = f"jan.jansen-{uuid.uuid4()}", str(uuid.uuid4())
    try:
        before = value("wegwijzer_redactions_total", kind="e-mail")
        thumbs = value("wegwijzer_thumbs_total", thumb="up")
        rejected = value("wegwijzer_rejected_total", status="400")
        emergencies = value("wegwijzer_emergencies_total")
        server.ask(sender, "mail jan@voorbeeld.nl of bel 0612345678", Idempotency_Key=key)
        server.judge(sender=sender, answer=key, thumb="up")
        server.call("POST", "/webhooks/rest/webhook", b"geheim")
        server.call("GET", "/geheim")
        # Refused, and in danger all the same.
        server.ask("", "help er staat nu een man met een mes voor de deur")
        figures = server.call("GET", "/metrics", Authorization=f"Bearer {token}").body.decode()
    finally:
        server.stop()
    assert value("wegwijzer_redactions_total", kind="e-mail") == before + 1
    assert value("wegwijzer_thumbs_total", thumb="up") == thumbs + 1
    assert value("wegwijzer_rejected_total", status="400") == rejected + 1
    assert value("wegwijzer_emergencies_total") == emergencies + 1
    for trace in ("jan", "0612345678", "geheim", "127.0.0.1", key):
        assert trace not in figures


_COUNTS = """
from wegwijzer import metrics
from wegwijzer.catalogue import catalogue
from wegwijzer.contract import ANSWER_KINDS, contract_record
import os, sys
metrics.tell_model(os.environ)
for _ in range(int(sys.argv[1])):
    metrics.count_turn([{"text": "x", "custom": contract_record("smalltalk", 1.0)}], 0.01, catalogue())
print("klaar", flush=True)
sys.stdin.read()
"""


def counting(folder: Path, turns: int, model: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _COUNTS, str(turns)],
        cwd=paths.ROOT,
        env={**os.environ, metrics.FOLDER: str(folder), metrics.MODEL: model},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "klaar\n"
    return process


def sample(figures: bytes, name: str) -> list[tuple[dict[str, str], float]]:
    return [
        (sample.labels, sample.value)
        for family in text_string_to_metric_families(figures.decode())
        for sample in family.samples
        if sample.name == name
    ]


def total(folder: Path) -> float:
    counted = sample(metrics.figures_of(folder), "wegwijzer_turns_total")
    return sum(count for labels, count in counted if labels["kind"] == "smalltalk")


def test_two_processes_are_summed_and_a_model_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    old, new = counting(tmp_path, 3, "model-1"), counting(tmp_path, 4, "model-2")
    try:
        figures = metrics.figures_of(tmp_path)
        assert total(tmp_path) == 7
        models = {labels["model"] for labels, _ in sample(figures, "wegwijzer_model_info")}
        assert models == {"model-1", "model-2"}
        old.communicate()
        # What it counted stays counted, so that no figure ever goes down; its model is no longer served.
        figures = metrics.figures_of(tmp_path)
        assert total(tmp_path) == 7
        models = {labels["model"] for labels, _ in sample(figures, "wegwijzer_model_info")}
        assert models == {"model-2"}
    finally:
        for process in (old, new):
            if process.poll() is None:
                process.communicate()


def test_a_model_id_that_is_none_is_not_a_label() -> None:
    metrics.tell_model({metrics.MODEL: 'kwaad"} 1\nwegwijzer_x'})
    assert re.search(
        r'wegwijzer_model_info\{model="eigen",version="[\d.]+"\} 1', metrics.own_figures({}).decode()
    )
