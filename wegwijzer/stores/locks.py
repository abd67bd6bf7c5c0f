"""Rasa's lock store: turns of one conversation one after another, in this process and among workers.

Rasa's own stores look again only each second, let locks expire by the wall clock, and the one for Redis reads,
changes and writes a lock in three steps, so that two workers can get the same ticket.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import Any, AsyncIterator, Dict, Optional

from rasa.core.lock_store import LockStore

from wegwijzer.errors import BusyError
from wegwijzer.stores.shared import LONGEST_WAIT, SharedMemory, shared_memory


class _Local:
    """A lock of this process and how many hold it or wait for it; who waits longest is next."""

    def __init__(self) -> None:
        self.lock, self.users = asyncio.Lock(), 0


class ConversationLocks(LockStore):
    """One turn at a time.

    Args:
        endpoint_config: Rasa's; not used, for the environment tells all.
        shared: what workers share; that of the environment when left out.
    """

    def __init__(self, endpoint_config: Any = None, shared: Optional[SharedMemory] = None) -> None:
        """Keeps what workers share."""
        self._shared = shared or shared_memory()
        self._locals: Dict[str, _Local] = {}

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LONGEST_WAIT, wait_time_in_seconds: float = 1
    ) -> AsyncIterator[None]:
        """Holds the lock of a conversation.

        Args:
            conversation_id: the conversation.
            lock_lifetime: seconds to wait for it at most.
            wait_time_in_seconds: Rasa's; not used.

        Raises:
            BusyError: when it was not free in time.
        """
        local = self._locals.setdefault(conversation_id, _Local())
        local.users += 1
        try:
            try:
                await asyncio.wait_for(local.lock.acquire(), lock_lifetime)
            except asyncio.TimeoutError:
                raise BusyError(
                    f"another turn took more than {lock_lifetime:.0f} s; send the message again"
                ) from None
            try:
                if self._shared is None:
                    yield
                else:
                    async with self._shared.lock("beurt", conversation_id):
                        yield
            finally:
                local.lock.release()
        finally:
            local.users -= 1
            if not local.users:
                del self._locals[conversation_id]
