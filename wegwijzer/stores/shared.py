"""What workers share in Redis for a while: who is at work on what, which key belongs to which message, and counts.

Redis makes things better, never worse: when it is gone each worker goes on by itself, and the tracker store
still refuses what would get mixed up (trackers.py). Names are keyed hashes; no message, answer, sender or
address is in Redis.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
import os
import time
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any, AsyncIterator, Awaitable, Callable, Mapping, Optional, TypeVar

from redis import asyncio as redis
from redis.exceptions import LockError, RedisError

from wegwijzer.errors import BusyError, KeyReusedError
from wegwijzer.idempotency import SECONDS, Made
from wegwijzer.limiting import Limit, client_of
from wegwijzer.stores.settings import read_stores

T = TypeVar("T")
logger = logging.getLogger(__name__)

LEASE_SECONDS = 5.0
"""How long a lock outlives a worker that died; a living one renews it."""
LONGEST_WAIT = 60.0
"""Seconds that a turn waits for the turns before it."""
PAUSE_SECONDS = 2.0
"""How long Redis is left alone after it failed."""
_POLL_SECONDS = 0.03
_CONNECT_SECONDS, _ANSWER_SECONDS = 0.5, 2.0
_PREFIX = "wegwijzer:"

# Token buckets, as limiting.py has them, by Redis' own clock. KEYS: buckets; ARGV: burst and tokens a second of each.
# Every bucket gives a token, or the first that has none is the only one to say how long to wait.
_TAKE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1e6
for i, key in ipairs(KEYS) do
  local burst, rate = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local bucket = redis.call('HMGET', key, 'tokens', 'since')
  local tokens, since = tonumber(bucket[1]) or burst, tonumber(bucket[2]) or now
  tokens = math.min(burst, tokens + math.max(0, now - since) * rate)
  if tokens < 1 then return tostring((1 - tokens) / rate) end
  redis.call('HSET', key, 'tokens', tostring(tokens - 1), 'since', tostring(now))
  redis.call('EXPIRE', key, math.ceil(burst / rate) + 1)
end
return '0'
"""


class SharedMemory:
    """Redis as workers use it; what it cannot do is told by None, never by an error.

    Args:
        url: its address, with its password.
        secret: the key that all workers have; names are hashed with it.
        clock: seconds, never going back.
    """

    def __init__(self, url: str, secret: bytes, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis: Any = redis.Redis.from_url(
            url,
            socket_connect_timeout=_CONNECT_SECONDS,
            socket_timeout=_ANSWER_SECONDS,
            health_check_interval=15,
        )
        self._secret, self._clock = secret, clock
        self._pause_until = -math.inf
        self._gone = False

    def digest(self, *parts: str) -> str:
        """Returns a keyed hash by which all workers know something, and nobody else."""
        return hashlib.blake2b("\0".join(parts).encode(), key=self._secret, digest_size=16).hexdigest()

    async def _try(self, command: Callable[[], Awaitable[T]], also_in_pause: bool = False) -> Optional[T]:
        if self._clock() < self._pause_until and not also_in_pause:
            return None
        try:
            done = await command()
        except LockError:
            raise
        except (RedisError, OSError, asyncio.TimeoutError) as error:
            self._pause_until = self._clock() + PAUSE_SECONDS
            if not self._gone:
                logger.error(f"Redis is gone ({type(error).__name__}); each worker goes on by itself")
            self._gone = True
            return None
        if self._gone:
            logger.warning("Redis is back")
        self._gone = False
        return done

    @asynccontextmanager
    async def lock(self, kind: str, name: str) -> AsyncIterator[bool]:
        """Holds a lock that all workers know, or gives False when Redis is gone.

        Raises:
            BusyError: when it was not free in LONGEST_WAIT.
        """
        lock = self._redis.lock(
            f"{_PREFIX}{kind}:{self.digest(kind, name)}",
            timeout=LEASE_SECONDS,
            sleep=_POLL_SECONDS,
            blocking_timeout=LONGEST_WAIT,
        )
        held = await self._try(lock.acquire)
        if held is False:
            raise BusyError(f"another turn held the lock for {LONGEST_WAIT:.0f} s; send the message again")
        renewing = asyncio.ensure_future(self._renew(lock)) if held else None
        try:
            yield bool(held)
        finally:
            if renewing is not None:
                renewing.cancel()
                try:
                    await self._try(lock.release, also_in_pause=True)
                except LockError:
                    logger.warning("a lock was gone before it was released")

    async def _renew(self, lock: Any) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 4)
            try:
                await self._try(lock.reacquire)
            except LockError:
                # Redis forgot it, or it was too late. The tracker store stands guard for the rest of this turn.
                return

    async def once(
        self, conversation: str, key: str, asked: str, make: Callable[[], Awaitable[Made]]
    ) -> Made:
        """Makes an answer while no other worker does so for this key.

        Args:
            conversation: its name.
            key: the idempotency key.
            asked: the message; a hash of it is kept for as long as an answer.
            make: makes the answer, or plays back the one that the tracker store has.

        Raises:
            KeyReusedError: when the key belongs to another message of this conversation.
        """
        async with self.lock("bezig", f"{conversation}\0{key}") as held:
            if not held:
                return await make()
            name = f"{_PREFIX}sleutel:{self.digest('sleutel', conversation, key)}"
            digest = self.digest("bericht", conversation, asked)
            if await self._try(lambda: self._redis.set(name, digest, nx=True, ex=SECONDS)) is not True:
                known = await self._try(lambda: self._redis.get(name))
                if known is not None and known != digest.encode():
                    raise KeyReusedError(f"key {key} belongs to another message; give every message its own")
            keep = False
            try:
                made = await make()
                keep = made.keep
                return made
            finally:
                if not keep:
                    await self._try(lambda: self._redis.delete(name))

    async def wait(self, limits: Mapping[str, Limit], address: str, sender: Optional[str]) -> Optional[int]:
        """Counts one request for all workers together; see Limiter.wait().

        Returns:
            0, the whole seconds to wait, or None when Redis is gone.
        """
        named = [("address", client_of(address))] + ([] if sender is None else [("sender", sender)])
        keys = [f"{_PREFIX}aantal:{self.digest(kind, name)}" for kind, name in named]
        sizes = [part for kind, _ in named for part in (limits[kind].burst, limits[kind].per_minute / 60)]
        waited = await self._try(lambda: self._redis.eval(_TAKE, len(keys), *keys, *sizes))
        return None if waited is None else math.ceil(float(waited))


@lru_cache(maxsize=1)
def shared_memory() -> Optional[SharedMemory]:
    """Returns what the workers of this environment share, or None when no Redis is configured.

    Raises:
        SetupError: see read_stores().
    """
    from wegwijzer.pseudonyms import VARIABLE

    url = read_stores(os.environ).redis
    return SharedMemory(url, hashlib.sha256(os.environ[VARIABLE].strip().encode()).digest()) if url else None
