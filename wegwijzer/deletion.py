"""What becomes of kept conversations: deleted when they are old, handed out or erased on request.

Works on the tables of Rasa's SQL tracker store, in SQLite and PostgreSQL, without Rasa.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from pathlib import Path
from typing import Any, Callable, Optional

import sqlalchemy
from sqlalchemy.engine import Connection, Engine

from wegwijzer.errors import SetupError
from wegwijzer.stores.engines import open_engine

logger = logging.getLogger(__name__)

EVERY_SECONDS = 3600
"""How often a server looks for what is too old."""
RETRY_SECONDS = 60
"""When it looks again after it failed."""
DAY = 86_400
_BATCH = 500
"""Most events deleted in one transaction, so that no answer waits for it."""
_OLD = sqlalchemy.text("SELECT id FROM events WHERE timestamp < :before ORDER BY id LIMIT :most")
_DELETE = sqlalchemy.text("DELETE FROM events WHERE id IN :ids").bindparams(
    sqlalchemy.bindparam("ids", expanding=True)
)
_OF_SENDER = sqlalchemy.text("SELECT data FROM events WHERE sender_id = :sender ORDER BY id")
_DELETE_SENDER = sqlalchemy.text("DELETE FROM events WHERE sender_id = :sender")


def open_store(database: str) -> Engine:
    """Returns the tracker store's database.

    Args:
        database: path of an SQLite file, or SQLAlchemy's URL of another database.

    Raises:
        SetupError: when the file is not there or the URL is none.
    """
    if "://" in database:
        return open_engine(database)
    if not Path(database).is_file():
        raise SetupError(
            f"{database} is er niet; start Wegwijzer eerst met 'make run', of wijs met --database een andere aan"
        )
    return sqlalchemy.create_engine(f"sqlite:///{database}")


def _overwriting(connection: Connection) -> None:
    """Lets SQLite overwrite what is deleted; else the words stay in the file until it is reused."""
    if connection.dialect.name == "sqlite":
        connection.execute(sqlalchemy.text("PRAGMA secure_delete = ON"))


def delete_older(engine: Engine, before: float) -> int:
    """Deletes all events of before a moment, also of conversations that went on after it.

    Args:
        engine: the tracker store's database.
        before: seconds since 1970.

    Returns:
        How many events were deleted.
    """
    deleted = 0
    while True:
        with engine.begin() as connection:
            _overwriting(connection)
            found = connection.execute(_OLD, {"before": before, "most": _BATCH}).scalars().all()
            if not found:
                return deleted
            connection.execute(_DELETE, {"ids": found})
            deleted += len(found)


def export(engine: Engine, conversation: str) -> list[dict[str, Any]]:
    """Returns everything that is kept of a conversation: Rasa's events, in order.

    Args:
        engine: the tracker store's database.
        conversation: its name in the store (pseudonyms.py).
    """
    with engine.connect() as connection:
        return [
            json.loads(data) for data in connection.execute(_OF_SENDER, {"sender": conversation}).scalars()
        ]


def erase(engine: Engine, conversation: str) -> int:
    """Deletes everything that is kept of a conversation and returns how many events that were."""
    with engine.begin() as connection:
        _overwriting(connection)
        return int(connection.execute(_DELETE_SENDER, {"sender": conversation}).rowcount)


async def delete_regularly(
    store: Callable[[], Optional[Engine]],
    days: int,
    every: float = EVERY_SECONDS,
    clock: Callable[[], float] = time.time,
    up: Callable[[], float] = time.monotonic,
) -> None:
    """Deletes what is older than some days, now and then again and again; ends only by being cancelled.

    Several workers may do so at once. A database that is gone is tried again after RETRY_SECONDS.

    Args:
        store: returns the tracker store's database, or None while there is none.
        days: how long an event is kept.
        every: seconds between two times.
        clock: seconds since 1970; a leap ahead while this runs does not count.
        up: seconds, never going back and never leaping.
    """
    loop = asyncio.get_running_loop()
    began, since = clock(), up()
    while True:
        wait = min(every, RETRY_SECONDS)
        engine = store()
        if engine is not None:
            # A clock that leaps ahead may not wipe everything.
            now = min(clock(), began + up() - since)
            try:
                deleted = await loop.run_in_executor(None, delete_older, engine, now - days * DAY)
            except sqlalchemy.exc.SQLAlchemyError as error:
                logger.error(
                    f"old conversations were not deleted ({type(error).__name__}); trying again in {wait:.0f} s"
                )
            else:
                wait = every
                if deleted:
                    logger.info(f"deleted {deleted} events older than {days} days")
        await asyncio.sleep(wait)
