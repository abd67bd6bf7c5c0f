"""Plays conversations as the chat does, many at once, and holds what it was told against the tracker store.

As the chat: each message has an Idempotency-Key, and what failed is sent again under the same key.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Iterator, Mapping, Optional, Sequence

import sqlalchemy
from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from sqlalchemy.engine import Engine

ANSWER_SECONDS = 30.0
"""How long the chat waits for one answer."""
AGAIN_SECONDS = 1.0
"""Pause before a message is sent again."""
NO_ANSWER = 0
"""Stands for the status of a request that got none."""
_EVENTS = sqlalchemy.text(
    "SELECT sender_id, type_name, data FROM events WHERE sender_id IN :senders ORDER BY sender_id, id"
).bindparams(sqlalchemy.bindparam("senders", expanding=True))


@dataclass
class Told:
    """One message and what came back.

    Attributes:
        sender: the conversation.
        text: the message.
        key: its Idempotency-Key.
        began: when it was first sent, seconds on the clock of time.monotonic().
        statuses: HTTP status of each attempt, NO_ANSWER when there was none.
        seconds: how long each attempt took.
        messages: the answer, [] when there was none.
        seen: texts of refusals, in order.
    """

    sender: str
    text: str
    key: str
    began: float
    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        """Whether an answer came, at last."""
        return bool(self.messages)

    @property
    def ended(self) -> float:
        """When the answer came, on the same clock as `began`."""
        return self.began + self.total

    @property
    def total(self) -> float:
        """Seconds from the first attempt to the end of the last."""
        return sum(self.seconds) + AGAIN_SECONDS * (len(self.seconds) - 1)


def new_session(connections: int = 0) -> ClientSession:
    """Returns a client that keeps its connections, as browsers do."""
    return ClientSession(
        connector=TCPConnector(limit=connections), timeout=ClientTimeout(total=ANSWER_SECONDS)
    )


async def say(
    session: ClientSession,
    urls: Iterator[str],
    sender: str,
    text: str,
    patience: float = 0.0,
    address: Optional[str] = None,
    key: Optional[str] = None,
) -> Told:
    """Sends one message until it is answered or refused for good.

    Args:
        session: the client.
        urls: of the servers; each attempt goes to the next.
        sender: the conversation.
        text: the message.
        patience: seconds during which what failed is sent again.
        address: the client's, as a proxy would tell it.
        key: the Idempotency-Key; a new one when left out.
    """
    told = Told(sender, text, key or str(uuid.uuid4()), time.monotonic())
    headers = {"Idempotency-Key": told.key}
    if address is not None:
        headers["X-Forwarded-For"] = address
    while True:
        began = time.monotonic()
        status, body = NO_ANSWER, None
        try:
            async with session.post(
                f"{next(urls)}/webhooks/rest/webhook",
                json={"sender": sender, "message": text},
                headers=headers,
            ) as reply:
                body = json.loads(await reply.text())
                status = reply.status
        except (ClientError, OSError, asyncio.TimeoutError, ValueError):
            pass
        told.seconds.append(time.monotonic() - began)
        told.statuses.append(status)
        if status == 200 and body:
            told.messages = body
            return told
        told.seen += [str(message.get("text")) for message in body or []]
        if 0 < status < 500 or time.monotonic() - told.began + AGAIN_SECONDS > patience:
            return told
        await asyncio.sleep(AGAIN_SECONDS)


async def converse(
    session: ClientSession,
    urls: Sequence[str],
    texts: Sequence[str],
    patience: float = 0.0,
    address: Optional[str] = None,
) -> list[Told]:
    """Plays one conversation, each message after the answer to the one before; hops from server to server."""
    sender, hopping = str(uuid.uuid4()), itertools.cycle(urls)
    return [await say(session, hopping, sender, text, patience, address) for text in texts]


def stored_turns(engine: Engine, senders: Sequence[str]) -> dict[str, list[tuple[str, list[str]]]]:
    """Returns of each conversation its turns in order: the key, and the texts of the answer."""
    turns: dict[str, list[tuple[str, list[str]]]] = {sender: [] for sender in senders}
    with engine.connect() as connection:
        for sender, kind, data in connection.execute(_EVENTS, {"senders": list(senders)}):
            event = json.loads(data)
            if kind == "user":
                turns[sender].append((str(event.get("message_id")), []))
            elif kind == "bot" and turns[sender] and event.get("text"):
                turns[sender][-1][1].append(str(event["text"]))
    return turns


def _is_own(messages: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the channel itself answered, as it does in an emergency when Rasa fails."""
    return not any("recipient_id" in message for message in messages)


def compare(engine: Engine, told: Sequence[Told]) -> list[str]:
    """Returns what the tracker store has otherwise than the users were told; [] when every turn is there once.

    Args:
        engine: the tracker store.
        told: what users were told, each conversation in its order.
    """
    wrong: list[str] = []
    stored = stored_turns(engine, sorted({one.sender for one in told}))
    for sender, turns in stored.items():
        own = [one for one in told if one.sender == sender]
        expected = [one for one in own if one.answered and not _is_own(one.messages)]
        keys = [key for key, _ in turns]
        may_be_there = {one.key for one in own if not one.answered}
        for key, times in Counter(keys).items():
            if times > 1:
                wrong.append(f"{sender}: turn {key} is there {times} times")
        if [key for key in keys if key not in may_be_there] != [one.key for one in expected]:
            wrong.append(f"{sender}: {len(keys)} turns kept, {len(expected)} told, or in another order")
        texts = dict(turns)
        for one in expected:
            answer = "\n\n".join(
                str(message["text"]) for message in one.messages if "recipient_id" in message
            )
            if one.key in texts and "\n\n".join(texts[one.key]) != answer:
                wrong.append(f"{sender}: turn {one.key} is kept with another answer than was told")
    return wrong
