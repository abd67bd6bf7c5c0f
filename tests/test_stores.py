"""What may be configured, and how turns are kept, locked and handed on."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.exc import SQLAlchemyError

from wegwijzer.errors import BusyError, SetupError, TurnConflictError, UnansweredTurnError
from wegwijzer.limiting import Limit
from wegwijzer.stores import events
from wegwijzer.stores.engines import open_engine
from wegwijzer.stores.events import EventStream
from wegwijzer.stores.locks import ConversationLocks
from wegwijzer.stores.settings import (
    BROKER,
    DATABASE,
    REDIS,
    WORKERS,
    database_url,
    read_stores,
    read_workers,
)
from wegwijzer.stores.shared import SharedMemory
from wegwijzer.stores.trackers import TurnStore, keep_honestly
from wegwijzer.supervisor import free_port

KEY = {"WEGWIJZER_PSEUDONIEMSLEUTEL": "k" * 32}
PASSWORD = "mY4v0Qz8-Tt1rKx7LpWb"

# Settings.


def test_without_settings_nothing_is_shared() -> None:
    stores = read_stores({})
    assert (stores.database, stores.redis, stores.broker) == ("", "", "")
    assert read_workers({}) == 1
    assert database_url({"WEGWIJZER_DATABASE": "/a/b.db"}) == "sqlite:////a/b.db"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({DATABASE: "mysql://a:b@c/d"}, "geen adres"),
        ({DATABASE: "postgresql://"}, "geen adres"),
        ({REDIS: "localhost:6379"}, "geen adres"),
        ({REDIS: "redis://:pw@host:poort/0"}, "geen adres"),
        ({BROKER: "kafka://a:b@c"}, "geen adres"),
        ({DATABASE: "postgresql://wegwijzer@db.gemeente.nl/w"}, "geen wachtwoord"),
        ({REDIS: "redis://redis.gemeente.nl/0"}, "geen wachtwoord"),
        ({BROKER: "amqps://mq.gemeente.nl/"}, "geen wachtwoord"),
        ({DATABASE: "postgresql://wegwijzer:wegwijzer@db.gemeente.nl/w"}, "te kort"),
        ({REDIS: "redis://:welkom01welkom01welkom01@redis.gemeente.nl/0"}, "te raden"),
        ({BROKER: "amqps://a:guest@mq.gemeente.nl/"}, "te kort"),
    ],
)
def test_what_is_no_service_is_refused(given: dict[str, str], told: str) -> None:
    with pytest.raises(SetupError, match=told) as error:
        read_stores({**KEY, **given})
    assert next(iter(given)) in str(error.value)


@pytest.mark.parametrize("name", [DATABASE, REDIS])
def test_sharing_needs_one_key_for_pseudonyms(name: str) -> None:
    url = {DATABASE: f"postgresql://a:{PASSWORD}@db/w", REDIS: f"rediss://:{PASSWORD}@r/0"}[name]
    with pytest.raises(SetupError, match="PSEUDONIEMSLEUTEL") as error:
        read_stores({name: url})
    assert PASSWORD not in str(error.value)
    stores = read_stores({name: url, **KEY})
    assert url in (stores.database, stores.redis)
    assert "geheim" not in repr(stores)


def test_the_old_name_of_postgresql_is_understood() -> None:
    given = f"://a:{PASSWORD}@c/d"
    assert read_stores({DATABASE: f"postgres{given}", **KEY}).database == f"postgresql{given}"


@pytest.mark.parametrize("text", ["0", "-1", "twee", "65", "٢"])
def test_a_number_of_workers_that_is_none(text: str) -> None:
    with pytest.raises(SetupError, match="geen aantal"):
        read_workers({WORKERS: text})


def test_more_workers_need_redis() -> None:
    with pytest.raises(SetupError, match=REDIS):
        read_workers({WORKERS: "2"})
    assert read_workers({WORKERS: "2", REDIS: "redis://127.0.0.1/0", **KEY}) == 2


# The tracker store.


class Broker:
    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []

    def publish(self, event: dict[str, Any]) -> None:
        self.published.append(event)


@pytest.fixture
def store(tmp_path: Path) -> TurnStore:
    store = TurnStore(
        Domain.empty(), event_broker=Broker(), engine=open_engine(f"sqlite:///{tmp_path / 'a.db'}")
    )  # type: ignore[arg-type]
    store.only_answered = True
    return store


def turn(tracker: DialogueStateTracker, text: str, answer: str = "antwoord", **when: Any) -> None:
    tracker.update(UserUttered(text, **when))
    if answer:
        tracker.update(BotUttered(answer, **when))


def texts(tracker: Any) -> list[str]:
    return [event.text for event in tracker.events if isinstance(event, (UserUttered, BotUttered))]


def test_a_turn_is_kept_and_then_handed_on(store: TurnStore) -> None:
    async def work() -> None:
        tracker = await store.get_or_create_tracker("a")
        turn(tracker, "een")
        await store.save(tracker)
        again = await store.retrieve("a")
        assert again is not None
        turn(again, "twee")
        await store.save(again)
        assert texts(await store.retrieve("a")) == ["een", "antwoord", "twee", "antwoord"]

    asyncio.run(work())
    published = store.event_broker.published  # type: ignore[union-attr]
    assert [event["text"] for event in published if event.get("text")] == [
        "een",
        "antwoord",
        "twee",
        "antwoord",
    ]
    assert {event["sender_id"] for event in published} == {"a"}


def test_a_turn_without_an_answer_is_not_kept(store: TurnStore) -> None:
    async def work() -> None:
        tracker = await store.get_or_create_tracker("a")
        turn(tracker, "vraag", answer="")
        with pytest.raises(UnansweredTurnError):
            await store.save(tracker)
        assert texts(await store.retrieve("a")) == []

    asyncio.run(work())


def test_rasa_s_own_tools_keep_a_message_before_its_answer(store: TurnStore) -> None:
    store.only_answered = False

    async def work() -> None:
        tracker = await store.get_or_create_tracker("a")
        turn(tracker, "vraag", answer="")
        await store.save(tracker)
        assert texts(await store.retrieve("a")) == ["vraag"]

    asyncio.run(work())


def test_two_turns_at_once_do_not_get_mixed_up(store: TurnStore) -> None:
    """As two workers would when no lock holds them apart."""

    async def work() -> None:
        await store.get_or_create_tracker("a")
        one, other = await store.retrieve("a"), await store.retrieve("a")
        assert one is not None and other is not None
        turn(one, "een")
        turn(other, "ander")
        saved = await asyncio.gather(store.save(one), store.save(other), return_exceptions=True)
        assert sorted(type(result) for result in saved if result is not None) == [TurnConflictError]
        assert len(texts(await store.retrieve("a"))) == 2

    asyncio.run(work())


def test_a_clock_that_is_put_back_hides_no_turn(store: TurnStore) -> None:
    async def work() -> None:
        now = time.time()
        tracker = await store.get_or_create_tracker("a")
        tracker.update(SessionStarted(timestamp=now))
        turn(tracker, "een", timestamp=now)
        await store.save(tracker)
        again = await store.retrieve("a")
        assert again is not None
        turn(again, "twee uur eerder", timestamp=now - 7200)
        await store.save(again)
        assert texts(await store.retrieve("a")) == ["een", "antwoord", "twee uur eerder", "antwoord"]

    asyncio.run(work())


def test_only_the_last_session_is_remembered(store: TurnStore) -> None:
    async def work() -> None:
        tracker = await store.get_or_create_tracker("a")
        turn(tracker, "vroeger")
        await store.save(tracker)
        again = await store.retrieve("a")
        assert again is not None
        again.update(ActionExecuted("action_session_start"))
        again.update(SessionStarted())
        turn(again, "nu")
        await store.save(again)
        assert texts(await store.retrieve("a")) == ["nu", "antwoord"]
        assert texts(await store.retrieve_full_tracker("a")) == ["vroeger", "antwoord", "nu", "antwoord"]
        assert await store.keys() == ["a"]

    asyncio.run(work())


def test_a_store_that_is_gone_is_an_error_and_no_memory(tmp_path: Path) -> None:
    store = TurnStore(Domain.empty(), engine=open_engine(f"postgresql://a:b@127.0.0.1:{free_port()}/w"))
    agent = Agent(domain=Domain.empty(), tracker_store=store)
    assert isinstance(agent.tracker_store, FailSafeTrackerStore)
    keep_honestly(agent)
    with pytest.raises(SQLAlchemyError):
        asyncio.run(agent.tracker_store.retrieve("a"))
    assert store.only_answered


# Locks.


def test_who_waits_longest_is_next() -> None:
    order: list[int] = []

    async def work() -> None:
        locks = ConversationLocks()

        async def one(number: int) -> None:
            async with locks.lock("a"):
                order.append(number)
                await asyncio.sleep(0.001)
                order.append(number)

        began = time.monotonic()
        await asyncio.gather(*map(one, range(20)))
        assert time.monotonic() - began < 0.9
        assert locks._locals == {}

    asyncio.run(work())
    assert order == [number for number in range(20) for _ in "ab"]


def test_nobody_waits_for_ever() -> None:
    async def work() -> None:
        locks = ConversationLocks()
        async with locks.lock("a"):
            async with locks.lock("b", lock_lifetime=0.01):
                pass
            with pytest.raises(BusyError):
                async with locks.lock("a", lock_lifetime=0.01):
                    pass

    asyncio.run(work())


# Redis that is gone; with Redis: tests/services.


def test_without_redis_each_worker_goes_on_by_itself(caplog: pytest.LogCaptureFixture) -> None:
    clock = iter(range(0, 10_000, 10))
    gone = SharedMemory(f"redis://:pw@127.0.0.1:{free_port()}/0", b"geheim", lambda: float(next(clock)))

    async def work() -> None:
        async with gone.lock("beurt", "a") as held:
            assert not held
        assert await gone.wait({"address": Limit(60, 2), "sender": Limit(60, 2)}, "127.0.0.1", "a") is None
        async with ConversationLocks(shared=gone).lock("a"):
            pass

    asyncio.run(work())
    assert [record.getMessage() for record in caplog.records].count(
        "Redis is gone (ConnectionError); each worker goes on by itself"
    ) == 1
    assert "pw" not in caplog.text


# The event broker.


def test_events_wait_for_a_broker_that_is_gone_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_WAITING", 3)
    monkeypatch.setenv(BROKER, f"amqp://a:b@127.0.0.1:{free_port()}/")

    async def work() -> EventStream:
        stream = await EventStream.from_endpoint_config(None)
        assert stream is not None
        for number in range(5):
            stream.publish({"number": number})
        await asyncio.sleep(0.05)
        assert [event["number"] for event in stream._waiting] == [2, 3, 4]
        monkeypatch.setattr(events, "_LAST_SECONDS", 0.0)
        await stream.close()
        return stream

    assert asyncio.run(work())._dropped == 2


def test_without_a_broker_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(BROKER, raising=False)
    assert asyncio.run(EventStream.from_endpoint_config(None)) is None


def test_the_endpoints_name_what_is_there() -> None:
    from rasa.core.utils import AvailableEndpoints
    from rasa.shared.utils.common import class_from_module_path

    from wegwijzer import paths

    endpoints = AvailableEndpoints.read_endpoints(str(paths.ROOT / "endpoints.yml"))
    named = [endpoints.tracker_store, endpoints.lock_store, endpoints.event_broker]
    assert [class_from_module_path(one.type) for one in named] == [TurnStore, ConversationLocks, EventStream]  # type: ignore[union-attr]
    assert json.dumps([one.kwargs for one in named]) == "[{}, {}, {}]"  # type: ignore[union-attr]
