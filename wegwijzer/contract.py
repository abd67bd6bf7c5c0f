"""The record of contract/answer.schema.json, as every answer carries it."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Mapping, Sequence

SCHEMA = "wegwijzer.answer/1"
ANSWER_KINDS = (
    "advice",
    "clarification",
    "organisation",
    "comparison",
    "overview",
    "emergency",
    "out_of_scope",
    "smalltalk",
)


def contract_record(
    kind: str,
    confidence: float,
    offers: Sequence[Mapping[str, Any]] = (),
    facets: Mapping[str, Sequence[str]] = MappingProxyType({}),
    options: Sequence[str] = (),
) -> dict[str, Any]:
    """Returns the custom part of an answer; an option's label is its payload."""
    return {
        "schema": SCHEMA,
        "kind": kind,
        "language": "nl",
        "confidence": min(1.0, max(0.0, round(confidence, 4))),
        "offers": list(offers),
        "facets": {facet: list(values) for facet, values in facets.items()},
        "options": [{"label": label, "payload": label} for label in options],
    }
