"""The dashboard and the alerts ask for figures that exist, with labels that they have."""

from __future__ import annotations

import json
import re
from typing import Iterator

import pytest

from wegwijzer import metrics, paths
from wegwijzer.catalogue import read_yaml

DASHBOARD = paths.ROOT / "deploy" / "grafana" / "wegwijzer.json"
RULES = paths.ROOT / "deploy" / "prometheus" / "wegwijzer.rules.yml"
_FUNCTIONS = {
    "sum", "max", "rate", "increase", "topk", "histogram_quantile", "by", "absent", "le",
}  # fmt: skip


def samples() -> dict[str, set[str]]:
    """Returns the name of each series → its labels."""
    found: dict[str, set[str]] = {"up": {"job"}}
    for registry in (metrics.REGISTRY, metrics.PROXY):
        for collector in list(registry._collector_to_names):
            for family in collector.describe() or collector.collect():
                names = {
                    "counter": [f"{family.name}_total"],
                    "histogram": [f"{family.name}_{part}" for part in ("bucket", "count", "sum")],
                }.get(family.type, [family.name])
                for name in names:
                    found[name] = {
                        *collector._labelnames,
                        "job",
                        *(["le"] if name.endswith("_bucket") else []),
                    }
    return found


def queries() -> Iterator[tuple[str, str]]:
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    for panel in dashboard["panels"]:
        assert panel["targets"], panel["title"]
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
    for group in read_yaml(RULES)["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]


QUERIES = list(queries())


@pytest.mark.parametrize(("title", "query"), QUERIES, ids=[title for title, _ in QUERIES])
def test_a_query_asks_for_what_exists(title: str, query: str) -> None:
    known = samples()
    names = re.findall(r"\b(?:wegwijzer_\w+|up)\b", query)
    assert names
    for name in names:
        assert name in known, f"{title}: {name} is not a figure"
    labels = {label.strip() for group in re.findall(r"by \(([^)]*)\)", query) for label in group.split(",")}
    labels |= set(re.findall(r"[{,]\s*(\w+)\s*=", query))
    for label in labels:
        assert any(label in known[name] for name in names), f"{title}: no figure has '{label}'"
    words = set(re.findall(r"[a-z_]{2,}(?=\s*\()", query))
    assert words <= _FUNCTIONS, f"{title}: {words - _FUNCTIONS}"
    assert query.count("(") == query.count(")")


def test_every_figure_is_on_the_dashboard() -> None:
    asked = " ".join(query for _, query in QUERIES)
    for name in samples():
        base = re.sub(r"_(?:bucket|count|sum)$", "", name)
        assert base in asked, f"{name} is nowhere shown"


def test_the_dashboard_fits_and_names_no_address() -> None:
    text = DASHBOARD.read_text(encoding="utf-8")
    dashboard = json.loads(text)
    assert "http://" not in text and "https://" not in text
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24 and not cells & taken, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_every_alert_says_what_to_do() -> None:
    for group in read_yaml(RULES)["groups"]:
        for rule in group["rules"]:
            assert rule["labels"]["severity"] in ("critical", "warning")
            assert rule["annotations"]["summary"] and rule["annotations"]["description"]
            assert "!" not in str(rule["annotations"])


def test_nobody_is_in_what_is_asked() -> None:
    assert not re.search(r"sender|gesprek|adres|ip\b", " ".join(query for _, query in QUERIES))
