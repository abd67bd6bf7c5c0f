"""The event broker: RabbitMQ gets a copy of each event that was kept, redacted as it was kept.

An answer never waits for it. While it is gone events wait in memory, at most MOST_WAITING; the oldest go first.
Exchange, queue and form of an event are Rasa's, so that what reads Rasa's events reads these.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections import deque
from typing import Any, Deque, Dict, Optional

import aio_pika
from rasa.core.brokers.pika import DEFAULT_QUEUE_NAME, PikaEventBroker

from wegwijzer.stores.settings import read_stores

logger = logging.getLogger(__name__)

MOST_WAITING = 2000
"""Events that wait for a broker that is gone; about 10 MB."""
_RETRY_SECONDS = 5.0
_CONNECT_SECONDS = 5.0
_LAST_SECONDS = 2.0


class EventStream(PikaEventBroker):
    """Publishes events one after another, in a task of its own.

    Args:
        url: the broker's, with its password.
    """

    def __init__(self, url: str) -> None:
        """Connects nothing yet."""
        super().__init__(url, "", "", queues=[DEFAULT_QUEUE_NAME])
        self._waiting: Deque[Dict[str, Any]] = deque()
        self._more = asyncio.Event()
        self._dropped = 0
        self._gone = False
        self._task: Optional[asyncio.Task[None]] = None

    @classmethod
    async def from_endpoint_config(cls, broker_config: Any, event_loop: Any = None) -> Optional[EventStream]:
        """Returns the broker of the environment, or None when there is none."""
        url = read_stores(os.environ).broker
        if not url:
            return None
        stream = cls(url)
        stream._task = asyncio.ensure_future(stream._run())
        return stream

    def publish(self, event: Dict[str, Any], headers: Optional[Dict[str, str]] = None) -> None:
        """Lets an event go out when the broker is there; never waits and never fails."""
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.popleft()
            if not self._dropped:
                logger.error(
                    f"the event broker is gone too long; only the last {MOST_WAITING} events are kept"
                )
            self._dropped += 1
        self._waiting.append(event)
        self._more.set()

    async def _run(self) -> None:
        while True:
            try:
                await self._go_on()
            except Exception as error:
                if not self._gone:
                    logger.error(f"the event broker does not answer ({type(error).__name__}); events wait")
                self._gone = True
                await asyncio.sleep(_RETRY_SECONDS)

    async def _go_on(self) -> None:
        """Connects, and publishes until that fails; an event is forgotten after the broker confirmed it."""
        connection = await aio_pika.connect(self.host, timeout=_CONNECT_SECONDS)
        async with connection:
            exchange = await self._set_up_exchange(await connection.channel())
            self._gone = False
            if self._dropped:
                logger.error(f"{self._dropped} events were dropped while the event broker was gone")
                self._dropped = 0
            while True:
                while self._waiting:
                    event = self._waiting[0]
                    await exchange.publish(self._message(event, None), "", timeout=_CONNECT_SECONDS)
                    if self._waiting and self._waiting[0] is event:
                        self._waiting.popleft()
                self._more.clear()
                await self._more.wait()

    async def close(self) -> None:
        """Gives what waits a moment to go out, and stops."""
        end = asyncio.get_running_loop().time() + _LAST_SECONDS
        while self._waiting and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.05)
        if self._task is not None:
            self._task.cancel()
