"""Turns as Rasa's tracker store keeps them: found back by their key, and given a thumb.

A turn's key is the message id of its user event, so that it outlives this process.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.shared.core.events import AgentUttered, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Engine

from wegwijzer.feedback import Feedback, as_data


def _is_turn(event: Event, key: str) -> bool:
    return isinstance(event, UserUttered) and event.message_id == key


async def replay(agent: Agent, sender: str, key: str, text: str) -> Optional[List[Dict[str, Any]]]:
    """Returns the messages that answered this turn, or None when it was not answered.

    Args:
        agent: Rasa's.
        sender: the conversation.
        key: the turn's key.
        text: the redacted message; under another one the turn does not count as this one.
    """
    tracker: Optional[DialogueStateTracker] = await agent.tracker_store.retrieve(sender)
    if tracker is None:
        return None
    collector, found = CollectingOutputChannel(), False
    for event in tracker.events:
        if isinstance(event, UserUttered):
            found = _is_turn(event, key) and event.text == text
        elif found and isinstance(event, BotUttered):
            await collector.send_response(sender, event.message())
    return collector.messages or None


async def knows(agent: Agent, sender: str, key: str) -> bool:
    """Returns whether this conversation has this turn, also in an earlier session."""
    tracker = await agent.tracker_store.retrieve_full_tracker(sender)
    return tracker is not None and any(_is_turn(event, key) for event in tracker.events)


async def keep_feedback(agent: Agent, feedback: Feedback, redacted_reason: str) -> bool:
    """Adds a thumb to its conversation, as an event that changes nothing in it.

    Returns:
        Whether it can be read back: Rasa goes on in memory when its store fails.
    """
    event = AgentUttered(data=as_data(feedback, redacted_reason))
    async with agent.lock_store.lock(feedback.sender):
        tracker = await agent.tracker_store.retrieve(feedback.sender)
        if tracker is None:
            return False
        tracker.update(event)
        await agent.tracker_store.save(tracker)
        kept = await agent.tracker_store.retrieve(feedback.sender)
    # Rasa's events are equal whatever their time; the same thumb given twice is kept twice.
    return kept is not None and any(e == event and e.timestamp == event.timestamp for e in kept.events)


def database(agent: Optional[Agent]) -> Optional[Engine]:
    """Returns the database under Rasa's tracker store, or None while there is none."""
    store: Any = getattr(agent, "tracker_store", None)
    while store is not None and not isinstance(getattr(store, "engine", None), Engine):
        store = getattr(store, "_tracker_store", None)  # Rasa's wrappers around the real one.
    return None if store is None else store.engine
