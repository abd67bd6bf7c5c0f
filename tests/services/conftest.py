"""Services and workers that the tests here share."""

from __future__ import annotations

import secrets
import threading
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Iterator

import pytest
from sqlalchemy.engine import Engine

from wegwijzer.local_services import Postgres, RabbitMQ, Redis
from wegwijzer.stores.engines import open_engine
from wegwijzer.supervisor import Supervisor, free_port
from wegwijzer.training import is_trained, train

KEY = secrets.token_hex(32)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with closing(Postgres()) as service:
        service.start()
        yield service


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis]:
    with closing(Redis()) as service:
        service.start()
        yield service


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQ]:
    """Not started: answers may not wait for it."""
    with closing(RabbitMQ()) as service:
        yield service


@pytest.fixture(scope="session")
def store(postgres: Postgres) -> Engine:
    return open_engine(postgres.url)


class Workers:
    """Two machines, as it were: one with two Rasa processes, one with one; each is watched as 'run' does."""

    def __init__(self, folder: Path) -> None:
        self.said: list[str] = []
        self.machines = [Supervisor("127.0.0.1", free_port(), folder / name) for name in ("een", "twee")]
        self._stopped = threading.Event()
        self._watching: list[threading.Thread] = []

    def start(self, patch: pytest.MonkeyPatch) -> None:
        """Starts both."""
        for machine, processes in zip(self.machines, ("2", "1")):
            patch.setenv("WEGWIJZER_WORKERS", processes)
            machine.start(self.said.append)
        for machine in self.machines:
            watch = threading.Thread(target=machine.watch, args=(self.said.append, self._stopped.is_set))
            watch.start()
            self._watching.append(watch)

    def stop(self) -> None:
        """Stops both."""
        self._stopped.set()
        for watch in self._watching:
            watch.join()
        for machine in self.machines:
            machine.stop()

    @property
    def urls(self) -> list[str]:
        """The addresses of both machines."""
        return [machine.url for machine in self.machines]

    @property
    def rasas(self) -> list[str]:
        """The addresses of the three Rasa processes, past the proxies."""
        return [url for machine in self.machines for url in machine.pair.urls]


@pytest.fixture(scope="session")
def workers(
    postgres: Postgres, redis: Redis, rabbitmq: RabbitMQ, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workers]:
    if not is_trained():
        train(print)
    workers = Workers(tmp_path_factory.mktemp("werkers"))
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in {
            "WEGWIJZER_DATABASE_URL": postgres.url,
            "WEGWIJZER_REDIS_URL": redis.url,
            "WEGWIJZER_BROKER_URL": rabbitmq.url,
            "WEGWIJZER_PSEUDONIEMSLEUTEL": KEY,
            "SANIC_PROXIES_COUNT": "1",
        }.items():
            patch.setenv(name, value)
        stack.callback(workers.stop)
        workers.start(patch)
        yield workers
