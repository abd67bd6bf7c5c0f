"""Rasa's SQL tracker store, made honest: a turn is kept whole, once and in its place, or whoever asked is told.

What differs from Rasa's, and why, is in docs/adr/0014. Tables, columns and events are Rasa's own.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, List, Optional, TypeVar

import sqlalchemy
from rasa.core.agent import Agent
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import FailSafeTrackerStore, SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Query, Session, sessionmaker

from wegwijzer.errors import TurnConflictError, UnansweredTurnError
from wegwijzer.stores.engines import POOL_SIZE, open_engine
from wegwijzer.stores.settings import database_url

T = TypeVar("T")
logger = logging.getLogger(__name__)

# Until the end of the transaction nobody else writes: in PostgreSQL in this conversation, in SQLite at all.
_ALONE = {
    "postgresql": "SELECT pg_advisory_xact_lock(hashtextextended(:sender, 0))",
    "sqlite": "DELETE FROM events WHERE id < 0",
}
# Deletion looks for what is old (deletion.py).
_INDEX = "CREATE INDEX IF NOT EXISTS wegwijzer_events_timestamp ON events (timestamp)"
_KEPT = "wegwijzer_kept"


class TurnStore(SQLTrackerStore):
    """Keeps turns in SQLite or PostgreSQL.

    Args:
        domain: Rasa's.
        host: Rasa's; not used, for the environment tells all.
        event_broker: gets each event after it was kept.
        engine: the database; that of the environment when left out.

    Attributes:
        only_answered: whether a turn without an answer is refused; Rasa's own tools keep those.
    """

    def __init__(
        self,
        domain: Optional[Domain] = None,
        host: Optional[str] = None,
        event_broker: Optional[EventBroker] = None,
        engine: Optional[Engine] = None,
        **kwargs: Any,
    ) -> None:
        """Goes on when the database is gone, so that a worker starts, and warns of danger, without it."""
        TrackerStore.__init__(self, domain, event_broker)
        self.engine = engine or open_engine(database_url(os.environ))
        self.sessionmaker = sessionmaker(bind=self.engine)
        self.only_answered = False
        self._has_tables = False
        # Threads of its own: a database that hangs may not keep the danger decision waiting.
        self._threads = ThreadPoolExecutor(POOL_SIZE, thread_name_prefix="gesprekken")
        try:
            self._make_tables()
        except SQLAlchemyError as error:
            logger.error(
                f"the database does not answer ({type(error).__name__}); it is tried again at each turn"
            )

    async def _in_thread(self, work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    def _session(self) -> Session:
        if not self._has_tables:
            self._make_tables()
        return self.sessionmaker()

    def _make_tables(self) -> None:
        try:
            self.Base.metadata.create_all(self.engine)
            with self.engine.begin() as connection:
                connection.execute(sqlalchemy.text(_INDEX))
        except SQLAlchemyError as error:
            # Another worker may have made them meanwhile.
            if not sqlalchemy.inspect(self.engine).has_table("events"):
                raise
            logger.info(f"tables were made by another worker ({type(error).__name__})")
        self._has_tables = True

    async def _retrieve(
        self, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> Optional[DialogueStateTracker]:
        events = await self._in_thread(self._load, sender_id, fetch_events_from_all_sessions)
        if not events:
            return None
        tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        if not fetch_events_from_all_sessions:
            setattr(tracker, _KEPT, len(events))
        return tracker

    def _load(self, sender: str, all_sessions: bool) -> List[Dict[str, Any]]:
        with self._session() as session:
            return [json.loads(event.data) for event in self._event_query(session, sender, all_sessions)]

    def _event_query(self, session: Session, sender_id: str, fetch_events_from_all_sessions: bool) -> Query:
        """Returns a session's events by their order, not by a clock that may have been put back."""
        of_sender = session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id)
        if not fetch_events_from_all_sessions:
            started = (
                session.query(sqlalchemy.func.max(self.SQLEvent.id))
                .filter(
                    self.SQLEvent.sender_id == sender_id,
                    self.SQLEvent.type_name == SessionStarted.type_name,
                )
                .scalar_subquery()
            )
            of_sender = of_sender.filter(self.SQLEvent.id >= sqlalchemy.func.coalesce(started, 0))
        return of_sender.order_by(self.SQLEvent.id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps what is new of a conversation, and then hands it to the event broker.

        Raises:
            UnansweredTurnError: when `only_answered` is set and the user got no answer; then nothing is kept.
            TurnConflictError: when the conversation went on elsewhere since it was read; then nothing is kept.
            SQLAlchemyError: when the database fails.
        """
        known: int = getattr(tracker, _KEPT, 0)
        new = list(itertools.islice(tracker.events, known, None))
        if self.only_answered and _lacks_an_answer(new):
            raise UnansweredTurnError("the last message got no answer; send it again")
        await self._in_thread(self._write, tracker.sender_id, known, new)
        setattr(tracker, _KEPT, known + len(new))
        if self.event_broker is not None:
            await self._stream_new_events(self.event_broker, new, tracker.sender_id)

    def _write(self, sender: str, known: int, events: List[Event]) -> None:
        with self._session() as session, session.begin():
            alone = _ALONE[self.engine.dialect.name]
            session.execute(sqlalchemy.text(alone), {"sender": sender} if ":sender" in alone else {})
            if self._event_query(session, sender, False).count() != known:
                raise TurnConflictError("the conversation went on elsewhere; send the message again")
            session.add_all(self._row(sender, event) for event in events)

    def _row(self, sender: str, event: Event) -> Any:
        data = event.as_dict()
        return self.SQLEvent(
            sender_id=sender,
            type_name=event.type_name,
            timestamp=data.get("timestamp"),
            intent_name=((data.get("parse_data") or {}).get("intent") or {}).get("name"),
            action_name=data.get("name"),
            data=json.dumps(data),
        )

    async def keys(self) -> List[str]:
        """Returns the names of all conversations."""
        return await self._in_thread(self._senders)

    def _senders(self) -> List[str]:
        with self._session() as session:
            return [sender for (sender,) in session.query(self.SQLEvent.sender_id).distinct()]


def _lacks_an_answer(events: List[Event]) -> bool:
    """Whether a user spoke last, to nobody."""
    for event in reversed(events):
        if isinstance(event, BotUttered):
            return False
        if isinstance(event, UserUttered):
            return True
    return False


def keep_honestly(agent: Agent) -> None:
    """Lets a turn fail that cannot be kept: without this Rasa goes on in memory, silently."""
    if isinstance(agent.tracker_store, FailSafeTrackerStore):
        agent.tracker_store = agent.tracker_store._tracker_store
        if agent.processor is not None:
            agent.processor.tracker_store = agent.tracker_store
    if isinstance(agent.tracker_store, TurnStore):
        agent.tracker_store.only_answered = True
