"""Conversations that hop between workers which share PostgreSQL, Redis and RabbitMQ."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import time
import uuid
from pathlib import Path
from typing import Any, Awaitable, Callable, Sequence

import aio_pika
import pytest
import redis as redis_client
import sqlalchemy
from aiohttp import ClientSession
from sqlalchemy.engine import Engine

from tests.services.conftest import KEY, Workers
from tests.test_privacy import EMERGENCY, MESSAGE, PLANTED, TRACES, filled
from wegwijzer.__main__ import main
from wegwijzer.catalogue import catalogue
from wegwijzer.deletion import DAY
from wegwijzer.dialogues import load_dialogues
from wegwijzer.inbox import read_inbox
from wegwijzer.local_services import Postgres, RabbitMQ, Redis
from wegwijzer.playing import Told, compare, converse, new_session, say, stored_turns
from wegwijzer.studio.services import Services
from wegwijzer.studio.settings import read_settings

pytestmark = pytest.mark.slow

THREAT = "Onze wethouder krijgt doodsbedreigingen via Instagram"
FOLLOW_UP = "is daar ook een training voor?"


def run(work: Callable[[ClientSession], Awaitable[Any]]) -> Any:
    async def with_client() -> Any:
        async with new_session() as session:
            return await work(session)

    return asyncio.run(with_client())


def offers(told: Told) -> list[str]:
    return [str(offer["id"]) for offer in told.messages[0]["custom"]["offers"]]


def test_answers_do_not_wait_for_a_broker_that_is_gone(workers: Workers, rabbitmq: RabbitMQ) -> None:
    assert not rabbitmq.listens()
    (told,) = run(lambda session: converse(session, workers.urls, [THREAT]))
    assert told.statuses == [200] and told.total < 5


def test_a_conversation_hops_between_workers(workers: Workers, store: Engine) -> None:
    assert len(workers.rasas) == 3
    for urls in (workers.rasas, workers.urls):
        texts = [
            THREAT,
            FOLLOW_UP,
            "en voor een raadslid?",
            "opnieuw",
            "onrust om de komst van een azc",
            FOLLOW_UP,
        ]
        told = run(lambda session: converse(session, urls, texts))  # noqa: B023
        assert [one.statuses for one in told] == [[200]] * len(texts)
        assert offers(told[1])[0] == "weerbaar_bestuur_preventie"
        assert compare(store, told) == []


def test_dialogues_are_answered_over_workers_as_by_one(workers: Workers, store: Engine) -> None:
    """Of each file of tests/dialogues one that takes something back, starts again or refers to what was said."""
    wanted = re.compile(r"opnieuw|nee|terug|klopt niet|dat |die |eerste|tweede", re.I)
    chosen: dict[str, Any] = {}
    for dialogue in load_dialogues(catalogue()):
        if not dialogue.known and sum(bool(wanted.search(turn.text)) for turn in dialogue.turns) > 1:
            chosen.setdefault(dialogue.path.name, dialogue)
    assert len(chosen) >= 4

    async def play(session: ClientSession) -> list[list[Told]]:
        texts = [[turn.text for turn in dialogue.turns] for dialogue in chosen.values()]
        hopping = [
            converse(session, workers.rasas, one, address=f"10.0.0.{n}") for n, one in enumerate(texts)
        ]
        alone = [
            converse(session, workers.rasas[:1], one, address=f"10.0.1.{n}") for n, one in enumerate(texts)
        ]
        return list(await asyncio.gather(*hopping, *alone))

    played = run(play)
    half = len(played) // 2
    for hopped, stayed in zip(played[:half], played[half:]):
        assert [one.messages[0]["text"] for one in hopped] == [one.messages[0]["text"] for one in stayed]
    assert compare(store, [one for told in played for one in told]) == []


def test_messages_of_one_sender_at_once_are_taken_one_by_one(workers: Workers, store: Engine) -> None:
    sender = str(uuid.uuid4())
    texts = [f"{THREAT} ({n} keer)" for n in range(18)]

    async def all_at_once(session: ClientSession) -> list[Told]:
        targets = itertools.cycle(workers.rasas)
        return list(
            await asyncio.gather(
                *(say(session, itertools.repeat(next(targets)), sender, text, 20) for text in texts)
            )
        )

    told: Sequence[Told] = run(all_at_once)
    assert all(one.statuses == [200] for one in told), [one.statuses for one in told]
    turns = stored_turns(store, [sender])[sender]
    assert sorted(key for key, _ in turns) == sorted(one.key for one in told)
    answers = {one.key: one.messages[0]["text"] for one in told}
    assert all("\n\n".join(texts) == answers[key] for key, texts in turns)
    with store.connect() as connection:
        kinds = connection.execute(
            sqlalchemy.text("SELECT type_name FROM events WHERE sender_id = :s ORDER BY id"), {"s": sender}
        ).scalars()
        whole = [kind for kind in kinds if kind in ("user", "bot")]
    assert re.fullmatch(r"(user (bot )+){18}", " ".join(whole) + " "), whole


def test_a_key_counts_for_all_workers(workers: Workers, store: Engine) -> None:
    sender, key = str(uuid.uuid4()), str(uuid.uuid4())

    async def same(session: ClientSession) -> list[Told]:
        at_once = [
            say(session, itertools.repeat(url), sender, THREAT, key=key)
            for url in workers.rasas
            for _ in range(2)
        ]
        done = list(await asyncio.gather(*at_once))
        for url in workers.rasas:
            done.append(await say(session, itertools.repeat(url), sender, THREAT, key=key))
            refused = await say(session, itertools.repeat(url), sender, "een andere vraag", key=key)
            assert refused.statuses == [422]
        return done

    told: Sequence[Told] = run(same)
    assert [one.statuses for one in told] == [[200]] * 9
    assert len({json.dumps(one.messages) for one in told}) == 1
    assert [kept for kept, _ in stored_turns(store, [sender])[sender]] == [key]


def test_a_thumb_reaches_a_turn_of_another_worker(workers: Workers, store: Engine, tmp_path: Path) -> None:
    async def judged(session: ClientSession) -> Told:
        (told,) = await converse(session, workers.rasas[:1], [THREAT])
        thumb = {"sender": told.sender, "answer": told.key, "thumb": "down", "reason": "niet wat ik zocht"}
        async with session.post(f"{workers.rasas[2]}/webhooks/rest/feedback", json=thumb) as reply:
            assert reply.status == 204
        return told

    run(judged)
    assert any(kept.remark == "niet wat ik zocht" for kept in read_inbox(store))
    workbench = Services(read_settings(os.environ, tmp_path), tmp_path)
    assert any(kept.remark == "niet wat ik zocht" for kept in workbench.inbox())


def test_the_limit_is_shared(workers: Workers) -> None:
    """60 at once for one conversation, whatever number of workers it asks."""
    sender = str(uuid.uuid4())

    async def many(session: ClientSession) -> list[int]:
        targets = itertools.cycle(workers.rasas)

        async def one() -> int:
            # No message: counted, and refused without work.
            async with session.post(
                f"{next(targets)}/webhooks/rest/webhook", json={"sender": sender}
            ) as reply:
                return reply.status

        return list(await asyncio.gather(*(one() for _ in range(90))))

    began = time.monotonic()
    statuses = run(many)
    came_back = int(time.monotonic() - began) + 1
    assert 60 <= statuses.count(400) <= 60 + came_back
    assert statuses.count(429) == 90 - statuses.count(400)


def test_retention_and_erasure_on_postgresql(
    workers: Workers, store: Engine, postgres: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    from wegwijzer.deletion import delete_older

    name = f"personeel-{uuid.uuid4()}"

    async def ask(session: ClientSession) -> None:
        for url in workers.rasas:
            assert (await say(session, itertools.repeat(url), name, THREAT)).answered

    run(ask)
    assert main(["privacy", "export", name]) == 0
    handed = json.loads(capsys.readouterr().out)
    assert sum(event.get("text") == THREAT for event in handed["events"]) == 3
    assert main(["privacy", "erase", name]) == 0
    assert main(["privacy", "export", name]) == 1
    (told,) = run(lambda session: converse(session, workers.urls, [THREAT]))
    with store.begin() as connection:
        connection.execute(
            sqlalchemy.text("UPDATE events SET timestamp = timestamp - :d WHERE sender_id = :s"),
            {"d": 31 * DAY, "s": told.sender},
        )
    assert delete_older(store, time.time() - 30 * DAY) > 0
    assert stored_turns(store, [told.sender])[told.sender] == []


def test_planted_personal_data_is_nowhere(
    workers: Workers, store: Engine, postgres: Postgres, redis: Redis, rabbitmq: RabbitMQ
) -> None:
    """PostgreSQL with its log of statements, Redis as it is seen at work, RabbitMQ and all logs."""
    rabbitmq.start()
    memory = redis_client.Redis.from_url(redis.url)
    with memory.monitor() as monitor:
        seen: list[str] = []

        async def plant(session: ClientSession) -> None:
            for sender in (str(uuid.uuid4()), PLANTED["e-mail"], PLANTED["naam"]):
                for url in workers.rasas:
                    for text in (filled(MESSAGE), filled(EMERGENCY)):
                        assert (
                            await say(session, itertools.repeat(url), sender, text, address="203.0.113.77")
                        ).answered
            async with session.post(
                f"{workers.urls[0]}/webhooks/rest/webhook",
                data=f'{{"sender": "{PLANTED["e-mail"]}", "message": "{PLANTED["naam"]}',
                headers={"X-Forwarded-For": "203.0.113.77"},
            ) as broken:
                assert broken.status == 400

        run(plant)
        memory.ping()
        for command in monitor.listen():
            seen.append(str(command["command"]))
            if command["command"] == "PING" and command["client_address"]:
                break
    memory_text = " ".join(seen) + " ".join(
        str((key, memory.get(key) if memory.type(key) == b"string" else memory.hgetall(key)))
        for key in memory.scan_iter()
    )
    assert "wegwijzer:aantal:" in memory_text and "wegwijzer:sleutel:" in memory_text
    places = {"Redis": memory_text, "RabbitMQ": run(lambda session: _drain(rabbitmq))}
    assert "[naam]" in places["RabbitMQ"] and '"event": "bot"' in places["RabbitMQ"]
    with store.connect() as connection:
        rows = connection.execute(sqlalchemy.text("SELECT sender_id, data FROM events")).fetchall()
    places["PostgreSQL"] = json.dumps([tuple(row) for row in rows], ensure_ascii=False)
    assert "[naam]" in places["PostgreSQL"]
    places["PostgreSQL's log"] = (postgres.folder / "log").read_text(errors="replace")
    assert "INSERT INTO events" in places["PostgreSQL's log"]
    for machine in workers.machines:
        for file in machine.folder.rglob("*.log"):
            places[str(file)] = file.read_text(errors="replace")
    for secret in (KEY, postgres.password, redis.password, rabbitmq.password):
        for machine in workers.machines:
            for file in machine.folder.rglob("*.log"):
                assert secret not in file.read_text(errors="replace"), file
    for place, text in places.items():
        decoded = text.encode("utf-8", "replace").decode("unicode_escape", "replace")
        found = [trace for trace in TRACES if trace.lower() in (text + decoded).lower()]
        assert not found, f"{place} holds {found}"


async def _drain(rabbitmq: RabbitMQ) -> str:
    """Returns all events that are in the queue, when no more come for five seconds."""
    bodies = []
    async with await aio_pika.connect(rabbitmq.url) as connection:
        channel = await connection.channel()
        last = time.monotonic()
        while time.monotonic() - last < 8:
            try:
                queue = await channel.get_queue("rasa_core_events", ensure=True)
                message = await queue.get(no_ack=True, fail=False)
            except aio_pika.exceptions.ChannelClosed:
                channel, message = await connection.channel(), None  # No worker was here yet.
            if message is None:
                await asyncio.sleep(0.2)
                continue
            bodies.append(message.body.decode())
            last = time.monotonic()
    return "\n".join(bodies)
