"""What is worked out from measured figures."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Iterator

import pytest
import sqlalchemy

from wegwijzer import paths
from wegwijzer.capacity import BEGIN, DEMANDS, END, PLAN, Demand, Measured, need, read_measured, write_plan
from wegwijzer.errors import SetupError
from wegwijzer.faults import Outcome, row
from wegwijzer.load import slope
from wegwijzer.playing import NO_ANSWER, Told, compare, new_session, say

MEASURED = Measured(cpu=0.1, worker_bytes=1e9, kept_bytes=10_000, p95=200)


def samples(growth: float, noise: float = 1e5) -> list[tuple[float, float]]:
    return [(5.0 * n, 8e8 + growth * 5.0 * n / 3600 + noise * (n % 3)) for n in range(180)]


def test_memory_that_stays_is_flat_and_a_leak_is_not() -> None:
    assert slope("werker", samples(0)).flat
    leak = slope("werker", samples(100e6))
    assert not leak.flat
    assert leak.an_hour == pytest.approx(100e6, rel=0.05)
    assert leak.margin < 20e6


def test_a_soak_that_is_too_short_says_so() -> None:
    with pytest.raises(SetupError, match="te kort"):
        slope("werker", [(0.0, 1.0), (1.0, 1.0)])


def test_twice_the_demand_needs_twice_the_workers() -> None:
    one, two = (need(Demand("", number, 10_000), MEASURED) for number in (342, 684))
    assert two.peak == pytest.approx(2 * one.peak)
    assert two.workers == pytest.approx(2 * one.workers, abs=1)
    assert two.database_bytes == pytest.approx(2 * one.database_bytes)
    assert one.workers * 0.5 >= one.peak * MEASURED.cpu
    assert need(Demand("", 1, 1), MEASURED).machines == 2


def test_the_plan_is_that_of_the_figures(tmp_path: Path) -> None:
    figures = paths.ROOT / "docs" / "belasting.json"
    if not figures.exists():
        pytest.skip("nothing was measured yet")
    plan = tmp_path / "plan.md"
    plan.write_text(PLAN.read_text(encoding="utf-8"), encoding="utf-8")
    write_plan(plan, figures)
    assert plan.read_text(encoding="utf-8") == PLAN.read_text(encoding="utf-8"), "run 'wegwijzer capacity'"
    assert all(demand.name in plan.read_text(encoding="utf-8") for demand in DEMANDS)


def test_a_plan_without_figures_or_a_place_says_so(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="measure-load"):
        read_measured(tmp_path / "geen.json")
    (tmp_path / "plan.md").write_text(f"{BEGIN}\n", encoding="utf-8")
    with pytest.raises(SetupError, match=END):
        write_plan(tmp_path / "plan.md", tmp_path / "geen.json")


# Playing.


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """Fails twice, each time otherwise, and then answers; tells the keys that it was sent."""
    keys: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            keys.append(self.headers["Idempotency-Key"])
            if len(keys) == 1:
                self.close_connection = True
                return
            body = json.dumps(
                [{"text": "storing"} if len(keys) == 2 else {"recipient_id": "a", "text": "antwoord"}]
            )
            self.send_response(503 if len(keys) == 2 else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *arguments: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}", keys
    running.shutdown()
    running.server_close()


def test_what_failed_is_sent_again_under_the_same_key(
    server: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wegwijzer.playing.AGAIN_SECONDS", 0.01)

    async def work() -> Told:
        async with new_session() as session:
            return await say(session, itertools.repeat(server[0]), "a", "vraag", patience=10)

    told = asyncio.run(work())
    assert told.statuses == [NO_ANSWER, 503, 200] and told.answered and told.seen == ["storing"]
    assert len(server[1]) == 3 and set(server[1]) == {told.key}
    shown = row(Outcome("storing", [told], told.began, []))
    assert "geen verbinding (1×)" in shown[1] and "503 (1×)" in shown[1] and shown[3] == "0"


@pytest.mark.parametrize(
    ("kept", "wrong"),
    [
        (["1", "2"], ""),
        (["1"], "1 turns kept, 2 told"),
        (["2", "1"], "another order"),
        (["1", "1", "2"], "2 times"),
        (["1", "2", "3"], "3 turns kept"),
    ],
)
def test_a_turn_that_is_lost_doubled_or_misplaced_is_noticed(kept: list[str], wrong: str) -> None:
    engine = sqlalchemy.create_engine("sqlite://", poolclass=sqlalchemy.pool.StaticPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id, type_name, data)")
        for key in kept:
            for kind, data in (("user", {"message_id": key}), ("bot", {"text": f"antwoord {key}"})):
                connection.exec_driver_sql(
                    "INSERT INTO events (sender_id, type_name, data) VALUES ('a', ?, ?)",
                    (kind, json.dumps(data)),
                )
    told = [
        Told("a", "vraag", key, 0.0, [200], [0.1], [{"recipient_id": "a", "text": f"antwoord {key}"}])
        for key in "12"
    ]
    found = compare(engine, told)
    assert wrong in " ".join(found) and bool(found) == bool(wrong)
    told[0].messages = [{"recipient_id": "a", "text": "iets anders"}]
    assert any("another answer" in line for line in compare(engine, told)) == ("1" in kept)
