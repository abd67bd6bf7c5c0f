"""How much one conversation and one address may ask."""

from __future__ import annotations

from typing import Any

import pytest

from wegwijzer.errors import SetupError
from wegwijzer.limiting import DEFAULTS, Limit, Limiter, TokenBuckets, client_of, read_limits


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_allowed_and_then_the_rate() -> None:
    clock = Clock()
    buckets = TokenBuckets(Limit(per_minute=30, burst=3), clock)
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a") == pytest.approx(2)
    clock.now += 1.5
    assert buckets.take("a") == pytest.approx(0.5)
    clock.now += 0.5
    assert buckets.take("a") == 0
    assert buckets.take("a") > 0
    clock.now += 1_000_000
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, pytest.approx(2)]


def test_another_name_has_its_own_bucket() -> None:
    buckets = TokenBuckets(Limit(60, 1), Clock())
    assert buckets.take("a") == 0
    assert buckets.take("b") == 0
    assert buckets.take("a") > 0


def test_what_was_used_longest_ago_is_forgotten() -> None:
    buckets = TokenBuckets(Limit(60, 1), Clock(), most=2)
    for name in ("a", "b", "a", "c"):
        buckets.take(name)
    assert buckets.take("a") > 0
    assert buckets.take("b") == 0


def test_sender_and_address_count_apart() -> None:
    limiter = Limiter({"sender": Limit(60, 2), "address": Limit(60, 4)}, Clock())
    assert [limiter.wait("10.0.0.1", "a") for _ in range(3)] == [0, 0, 1]
    assert limiter.wait("10.0.0.1", "b") == 0
    assert limiter.wait("10.0.0.1", "c") == 1
    assert limiter.wait("10.0.0.1") == 1
    assert limiter.wait("10.0.0.2", "c") == 0


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unix", "unix"),
    ],
)
def test_what_one_client_is(address: str, client: str) -> None:
    assert client_of(address) == client


def test_limits_are_read_and_the_rest_has_defaults() -> None:
    assert read_limits(None) == DEFAULTS
    read = read_limits({"sender": {"burst": 5}})
    assert read == {"sender": Limit(DEFAULTS["sender"].per_minute, 5), "address": DEFAULTS["address"]}


@pytest.mark.parametrize(
    "settings",
    [
        [],
        {"ip": {}},
        {"sender": 5},
        {"sender": {"per_second": 1}},
        {"sender": {"burst": 0}},
        {"address": {"per_minute": "veel"}},
        {"address": {"per_minute": True}},
        {"address": {"burst": float("inf")}},
    ],
)
def test_a_wrong_limit_is_named(settings: Any) -> None:
    with pytest.raises(SetupError, match="credentials.yml: 'limits"):
        read_limits(settings)
