"""When the supervisor goes over to another model, and when it had better not."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.workbench.stand_ins import GOOD, WHO, candidate, compare_with_present
from wegwijzer import supervisor as module
from wegwijzer.errors import SetupError
from wegwijzer.supervisor import Supervisor, free_port
from wegwijzer.workbench.models import Archive


class Pair:
    """Stands in for Rasa and its action server."""

    made: list[str] = []
    broken: set[str] = set()
    on_signals: set[str] = set()

    def __init__(self, model: str, files: object, folder: Path, workers: int) -> None:
        self.model, self.stopped = model, False
        self.urls = self.answering = (f"http://127.0.0.1:{free_port()}",)
        self.made.append(model)

    def start_both(self, stopping: threading.Event) -> float:
        if self.model in self.broken:
            raise SetupError("'rasa' stopte bij het starten")
        return 1.0

    def danger_on_signals(self) -> bool:
        return self.model in self.on_signals

    def restart_dead(self, say: object) -> None:
        pass

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def supervisor(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(module, "_Pair", Pair)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    for kept in (Pair.made, Pair.broken, Pair.on_signals):
        kept.clear()
    supervisor = Supervisor("127.0.0.1", free_port(), archive.root / "var", archive)
    try:
        supervisor.start(lambda line: None)
        yield supervisor
    finally:
        supervisor.stop()


def look(supervisor: Any, times: int = 3) -> list[str]:
    """Lets it look a few times; each time waits until what it began has ended."""
    said: list[str] = []
    for _ in range(times):
        looked = iter([False, True])
        supervisor.watch(said.append, lambda: next(looked))  # noqa: B023
        if supervisor._going_over is not None:
            supervisor._going_over.join(10)
    return said


def put_to_use(archive: Archive, model_id: str) -> None:
    """Writes what use() writes, without waiting."""
    archive._go_over(model_id, WHO, "gebruik", (), "")


def test_it_goes_over_once_and_stops_the_one_before(
    supervisor: Any,
    archive: Archive,
    tmp_path: Path,
) -> None:
    assert look(supervisor) == []
    name, before = candidate(archive, tmp_path), supervisor.pair
    compare_with_present(archive, name, **GOOD)
    put_to_use(archive, name)
    look(supervisor)
    assert supervisor.pair.model == name and before.stopped and not supervisor.pair.stopped
    assert Pair.made == ["", name]


@pytest.mark.parametrize("fault", ["broken", "on_signals"])
def test_a_model_that_does_not_start_is_tried_once(
    supervisor: Any,
    archive: Archive,
    tmp_path: Path,
    fault: str,
) -> None:
    name, before = candidate(archive, tmp_path), supervisor.pair
    getattr(Pair, fault).add(name)
    put_to_use(archive, name)
    said = look(supervisor, 4)
    assert supervisor.pair is before and not before.stopped
    assert archive.chosen() == ""
    assert Pair.made == ["", name]
    assert sum("nam het niet over" in line for line in said) == 1
    # Mended, it may be tried again.
    getattr(Pair, fault).clear()
    put_to_use(archive, name)
    look(supervisor)
    assert supervisor.pair.model == name


def test_it_is_not_tried_for_ever_when_the_disk_is_full(
    supervisor: Any,
    archive: Archive,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, before = candidate(archive, tmp_path), supervisor.pair
    Pair.broken.add(name)
    put_to_use(archive, name)

    def full(model: str, serving: str) -> None:
        raise OSError(28, "vol")

    monkeypatch.setattr(archive, "give_up", full)
    monkeypatch.setattr(threading, "excepthook", lambda arguments: None)
    look(supervisor, 4)
    assert Pair.made == ["", name] and supervisor.pair is before


def test_a_damaged_choice_does_not_stop_the_model_that_answers(
    supervisor: Any,
    archive: Archive,
) -> None:
    (archive.root / "models" / "in_gebruik.json").write_text("{")
    said = look(supervisor)
    assert len(said) == 1 and "in_gebruik.json" in said[0]
    assert not supervisor.pair.stopped


def test_a_chosen_model_that_does_not_start_says_how_to_go_back(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_Pair", Pair)
    name = candidate(archive, tmp_path)
    put_to_use(archive, name)
    monkeypatch.setattr(Pair, "broken", {name})
    supervisor = Supervisor("127.0.0.1", free_port(), archive.root / "var", archive)
    try:
        with pytest.raises(SetupError, match=f"model '{name}' uit het archief start niet.*rollback"):
            supervisor.start(lambda line: None)
    finally:
        supervisor.stop()
