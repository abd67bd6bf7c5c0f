"""Old conversations are deleted, and one is handed out or erased on request."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Iterator

import pytest
import sqlalchemy
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from sqlalchemy.engine import Connection, Engine

from wegwijzer.deletion import DAY, delete_older, delete_regularly, erase, export, open_store
from wegwijzer.errors import SetupError
from wegwijzer.supervisor import free_port

_POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a real PostgreSQL on loopback, of its own and only for these tests."""
    if not _POSTGRES:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="ww-pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    programs, port = _POSTGRES[-1].parent, free_port()

    def run(program: str, *arguments: str) -> None:
        command = [*as_user, str(programs / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)

    run("initdb", "-A", "trust", "-U", "ww", "--no-sync")
    options = f"-h 127.0.0.1 -p {port} -k {folder} -F"
    run("pg_ctl", "-w", "-o", options, "-l", str(folder / "log"), "start")
    try:
        yield f"postgresql://ww@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """A tracker store as Rasa makes it."""
    file = tmp_path / "gesprekken.db"
    if request.param == "sqlite":
        SQLTrackerStore(Domain.empty(), dialect="sqlite", db=str(file))
        return open_store(str(file))
    url = request.getfixturevalue("postgres")
    parts = sqlalchemy.engine.make_url(url)
    SQLTrackerStore(
        Domain.empty(),
        dialect="postgresql",
        host=parts.host,
        port=parts.port,
        db="postgres",
        username="ww",
        password="",
    )
    engine = open_store(url)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("DELETE FROM events"))
    return engine


def add(connection: Connection, sender: str, time: float, text: str) -> None:
    connection.execute(
        SQLTrackerStore.SQLEvent.__table__.insert(),
        {"sender_id": sender, "type_name": "user", "timestamp": time, "data": json.dumps({"text": text})},
    )


def put(store: Engine, sender: str, time: float, text: str) -> None:
    with store.begin() as connection:
        add(connection, sender, time, text)


def texts(store: Engine) -> list[str]:
    with store.connect() as connection:
        found = connection.execute(sqlalchemy.text("SELECT data FROM events ORDER BY id")).scalars().all()
    return [json.loads(data)["text"] for data in found]


def test_what_is_older_goes_whole_and_leaves_no_trace_in_the_file(store: Engine, tmp_path: Path) -> None:
    with store.begin() as connection:
        for number in range(1200):
            add(connection, "a", 10.0, f"oudetekst {number}")
    put(store, "a", 30.0, "nieuw")
    assert delete_older(store, 20.0) == 1200
    assert texts(store) == ["nieuw"]
    assert delete_older(store, 20.0) == 0
    file = tmp_path / "gesprekken.db"
    assert not file.exists() or b"oudetekst" not in file.read_bytes()


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
    clock, up = iter([now, now, now]), itertools.count(0.0, 20 * DAY)

    async def run() -> None:
        task = asyncio.ensure_future(
            delete_regularly(
                lambda: next(engines, store), 30, 0.01, lambda: next(clock, now + 15 * DAY), lambda: next(up)
            )
        )
        for _ in range(500):
            await asyncio.sleep(0.01)
            if texts(store) == ["nieuw"]:
                break
        assert not task.done()
        task.cancel()

    asyncio.run(run())
    assert texts(store) == ["nieuw"]


def test_a_clock_that_leaps_ahead_deletes_nothing(store: Engine) -> None:
    now = 40.0 * DAY
    put(store, "a", 1.0 * DAY, "oud")
    put(store, "a", 39.0 * DAY, "nieuw")
    clock, up = iter([now]), itertools.count(0.0, 1.0)

    async def run() -> None:
        task = asyncio.ensure_future(
            delete_regularly(lambda: store, 30, 0.01, lambda: next(clock, now + 365 * DAY), lambda: next(up))
        )
        await asyncio.sleep(0.3)
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
