"""Things that break in the middle of conversations: no turn is lost or doubled, and it gets well by itself."""

from __future__ import annotations

from typing import Iterator

import pytest

from wegwijzer import sentences
from wegwijzer.faults import Outcome, shared_faults

pytestmark = pytest.mark.slow

FAULTS = ("actieserver", "werker", "redis", "postgresql", "model", "traag")


@pytest.fixture(scope="module")
def outcomes() -> Iterator[dict[str, Outcome]]:
    yield dict(zip(FAULTS, shared_faults(print, FAULTS)))


@pytest.mark.parametrize("fault", FAULTS)
def test_no_turn_is_lost_or_doubled(outcomes: dict[str, Outcome], fault: str) -> None:
    outcome = outcomes[fault]
    assert outcome.wrong == []
    assert outcome.unanswered == []
    assert len(outcome.told) > 20
    assert {text for one in outcome.told for text in one.seen} <= {sentences.UNAVAILABLE}


@pytest.mark.parametrize(
    ("fault", "seconds"), [("actieserver", 40), ("postgresql", 40), ("werker", 15), ("redis", 15)]
)
def test_it_gets_well_by_itself(outcomes: dict[str, Outcome], fault: str, seconds: float) -> None:
    assert outcomes[fault].well_after < seconds


def test_users_are_told_when_there_is_no_store(outcomes: dict[str, Outcome]) -> None:
    assert any(503 in one.statuses for one in outcomes["postgresql"].told)


def test_redis_and_slow_clients_are_not_noticed(outcomes: dict[str, Outcome]) -> None:
    for fault in ("redis", "traag"):
        assert outcomes[fault].failed == []
