"""Turns in Rasa's tracker store, found back by their key."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import AgentUttered, BotUttered, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from wegwijzer import turns
from wegwijzer.feedback import Feedback, as_data

KEY = "0b54e29b-7a3e-4f0e-9d3b-0a8f4a0f1c11"
OTHER = "1b54e29b-7a3e-4f0e-9d3b-0a8f4a0f1c11"


def agent(*events: Any, store_works: bool = True) -> Any:
    """Stands for Rasa's agent: its real stores, with one conversation 'a'."""
    store = InMemoryTrackerStore(Domain.empty())
    if events:
        tracker = DialogueStateTracker("a", None)
        for event in events:
            tracker.update(event)
        asyncio.run(store.save(tracker))
    if not store_works:

        async def forget(tracker: Any) -> None:
            return None

        store.save = forget  # type: ignore[method-assign]
    return SimpleNamespace(tracker_store=store, lock_store=InMemoryLockStore())


def asked(key: str, text: str) -> UserUttered:
    return UserUttered(text, message_id=key)


ANSWER = BotUttered("Eerst dit.\n\nDan dat.", {"custom": {"kind": "advice"}})


def test_an_answer_is_found_back() -> None:
    rasa = agent(asked(OTHER, "hallo"), BotUttered("dag"), asked(KEY, "vraag"), ANSWER, asked(OTHER, "en"))
    found = asyncio.run(turns.replay(rasa, "a", KEY, "vraag"))
    assert found == [
        {"recipient_id": "a", "text": "Eerst dit."},
        {"recipient_id": "a", "text": "Dan dat."},
        {"recipient_id": "a", "custom": {"kind": "advice"}},
    ]


def test_what_was_not_answered_is_not_found() -> None:
    rasa = agent(asked(KEY, "vraag"), asked(OTHER, "hallo"), BotUttered("dag"))
    assert asyncio.run(turns.replay(rasa, "a", KEY, "vraag")) is None
    assert asyncio.run(turns.replay(rasa, "a", OTHER, "andere vraag")) is None
    assert asyncio.run(turns.replay(rasa, "b", KEY, "vraag")) is None


def test_a_turn_of_an_earlier_session_is_known() -> None:
    rasa = agent(asked(KEY, "vraag"), ANSWER, SessionStarted(), asked(OTHER, "hallo"))
    assert asyncio.run(turns.knows(rasa, "a", KEY))
    assert not asyncio.run(turns.knows(rasa, "a", KEY.replace("0", "2")))
    assert not asyncio.run(turns.knows(rasa, "b", KEY))


def test_feedback_is_kept_and_changes_nothing_else() -> None:
    rasa = agent(asked(KEY, "vraag"), ANSWER)
    before = asyncio.run(rasa.tracker_store.retrieve("a")).current_state()
    assert asyncio.run(turns.keep_feedback(rasa, Feedback("a", KEY, "down", "typte dit"), "[naam]"))
    tracker = asyncio.run(rasa.tracker_store.retrieve("a"))
    last = tracker.events[-1].as_dict()
    assert last["data"] == {"feedback": {"answer": KEY, "thumb": "down", "reason": "[naam]"}}
    after = tracker.current_state()
    assert {**after, "latest_event_time": 0} == {**before, "latest_event_time": 0}


def test_a_store_that_fails_is_noticed() -> None:
    thumb = Feedback("a", KEY, "up")
    earlier = AgentUttered(data=as_data(thumb, ""), timestamp=1.0)
    assert not asyncio.run(turns.keep_feedback(agent(earlier, store_works=False), thumb, ""))
    assert not asyncio.run(turns.keep_feedback(agent(asked(KEY, "vraag"), store_works=False), thumb, ""))
    assert not asyncio.run(turns.keep_feedback(agent(), thumb, ""))
