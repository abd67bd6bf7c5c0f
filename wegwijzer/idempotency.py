"""One answer a key: a message that is sent again gets the answer that it had, or waits for it.

In this process's memory, for ten minutes. An answer that failed is not kept, so that
sending again is worth while. Other workers do not have the answer; what they share
(stores/shared.py) lets one of them make it, and the tracker store plays it back to the rest.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import re
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import Awaitable, Callable, Optional, Protocol, Union

from wegwijzer import sentences
from wegwijzer.errors import KeyReusedError
from wegwijzer.intake import Refusal

SECONDS = 600
"""How long an answer is kept."""
MOST_BYTES = 64 * 1024 * 1024
"""Most bytes of answers kept; the oldest go first."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read_key(header: Optional[str]) -> Union[str, None, Refusal]:
    """Returns the Idempotency-Key in lower case, None when there is none, or a refusal when it is no UUID."""
    if header is None:
        return None
    key = header.strip().lower()
    return key if is_key(key) else Refusal(400, sentences.BAD_KEY)


def is_key(text: str) -> bool:
    """Returns whether this is a UUID in lower case."""
    return _UUID.fullmatch(text) is not None


@dataclass(frozen=True)
class Made:
    """An answer.

    Attributes:
        body: as it is sent.
        keep: False when the turn failed and may be tried again.
    """

    body: bytes
    keep: bool


class AmongWorkers(Protocol):
    """What workers share about keys."""

    async def once(
        self, conversation: str, key: str, asked: str, make: Callable[[], Awaitable[Made]]
    ) -> Made:
        """Makes an answer while no other worker does; raises KeyReusedError."""


@dataclass
class _Entry:
    digest: bytes
    made: asyncio.Task[Made]
    until: float = math.inf


class KeptAnswers:
    """Makes an answer once for each conversation and key.

    Args:
        seconds: how long an answer is kept.
        most_bytes: most bytes of answers kept.
        clock: seconds, never going back.
        shared: what workers share, or None when there is one.
    """

    def __init__(
        self,
        seconds: float = SECONDS,
        most_bytes: int = MOST_BYTES,
        clock: Callable[[], float] = time.monotonic,
        shared: Optional[AmongWorkers] = None,
    ) -> None:
        self._shared = shared
        self._seconds, self._most_bytes, self._clock = seconds, most_bytes, clock
        self._secret = secrets.token_bytes(32)
        self._making: dict[tuple[str, str], _Entry] = {}
        self._kept: OrderedDict[tuple[str, str], _Entry] = OrderedDict()
        self._bytes = 0

    async def once(self, sender: str, key: str, asked: str, make: Callable[[], Awaitable[Made]]) -> bytes:
        """Returns the answer under this key; calls make() when there is none.

        The answer is made to its end even when who asked is gone: another request may wait for it.

        Args:
            sender: the conversation.
            key: the idempotency key.
            asked: the message, to tell another one under the same key; only its hash is kept.
            make: makes the answer.

        Raises:
            KeyReusedError: when the key belongs to another message of this conversation.
        """
        self._forget_old()
        name = (sender, key)
        digest = hashlib.blake2b(asked.encode(), key=self._secret).digest()
        entry = self._kept.get(name) or self._making.get(name)
        if entry is None:
            if self._shared is not None:
                make = partial(self._shared.once, sender, key, asked, make)
            entry = _Entry(digest, asyncio.ensure_future(make()))
            self._making[name] = entry
            entry.made.add_done_callback(partial(self._done, name))
        elif entry.digest != digest:
            raise KeyReusedError(f"key {key} belongs to another message; give every message its own")
        return (await asyncio.shield(entry.made)).body

    def _done(self, name: tuple[str, str], task: asyncio.Task[Made]) -> None:
        entry = self._making.pop(name)
        if task.cancelled() or task.exception() is not None or not task.result().keep:
            return
        entry.until = self._clock() + self._seconds
        self._kept[name] = entry
        self._bytes += len(task.result().body)
        while self._bytes > self._most_bytes:
            self._forget_oldest()

    def _forget_old(self) -> None:
        while self._kept and next(iter(self._kept.values())).until <= self._clock():
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        _, entry = self._kept.popitem(last=False)
        self._bytes -= len(entry.made.result().body)
