"""Old conversations are deleted, and one is handed out or erased on request."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.engine import Engine

from wegwijzer.deletion import DAY, delete_older, delete_regularly, erase, export, open_store
from wegwijzer.errors import SetupError


@pytest.fixture
def store(tmp_path: Path) -> Engine:
    """A tracker store with the columns that Rasa gives it."""
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'gesprekken.db'}")
    with engine.begin() as connection:
        connection.execute(
            sqlalchemy.text(
                "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, type_name TEXT, "
                "timestamp FLOAT, intent_name TEXT, action_name TEXT, data TEXT)"
            )
        )
    return engine


def put(store: Engine, sender: str, time: float, text: str) -> None:
    with store.begin() as connection:
        connection.execute(
            sqlalchemy.text(
                "INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (:sender, 'user', :time, :data)"
            ),
            {"sender": sender, "time": time, "data": json.dumps({"text": text})},
        )


def texts(store: Engine) -> list[str]:
    with store.connect() as connection:
        found = connection.execute(sqlalchemy.text("SELECT data FROM events ORDER BY id")).scalars().all()
    return [json.loads(data)["text"] for data in found]


def test_what_is_older_goes_whole_and_leaves_no_trace_in_the_file(store: Engine, tmp_path: Path) -> None:
    for number in range(1200):
        put(store, "a", 10.0, f"oudetekst {number}")
    put(store, "a", 30.0, "nieuw")
    assert delete_older(store, 20.0) == 1200
    assert texts(store) == ["nieuw"]
    assert delete_older(store, 20.0) == 0
    assert b"oudetekst" not in (tmp_path / "gesprekken.db").read_bytes()


def test_export_and_erase_take_one_conversation(store: Engine) -> None:
    put(store, "a", 1.0, "een")
    put(store, "b", 2.0, "twee")
    put(store, "a", 3.0, "drie")
    assert [event["text"] for event in export(store, "a")] == ["een", "drie"]
    assert erase(store, "a") == 2
    assert (export(store, "a"), erase(store, "a")) == ([], 0)
    assert texts(store) == ["twee"]


def test_a_server_deletes_again_and_again_and_survives_a_store_that_is_gone(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wegwijzer.deletion.RETRY_SECONDS", 0.01)
    now = 40.0 * DAY
    put(store, "a", 1.0 * DAY, "oud")
    put(store, "a", 20.0 * DAY, "later oud")
    put(store, "a", 39.0 * DAY, "nieuw")
    gone = sqlalchemy.create_engine("sqlite:////bestaat/niet.db")
    engines = iter([None, gone])
    clock = iter([now, now])

    async def run() -> None:
        task = asyncio.ensure_future(
            delete_regularly(lambda: next(engines, store), 30, 0.01, lambda: next(clock, now + 15 * DAY))
        )
        for _ in range(500):
            await asyncio.sleep(0.01)
            if texts(store) == ["nieuw"]:
                break
        assert not task.done()
        task.cancel()

    asyncio.run(run())
    assert texts(store) == ["nieuw"]


def test_a_database_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="is er niet"):
        open_store(str(tmp_path / "geen.db"))
    with pytest.raises(SetupError, match="geen database") as error:
        open_store("onbekend://gebruiker:geheim@host/naam")
    assert "geheim" not in str(error.value)
