"""Fixtures shared by the tests."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Iterator

import pytest

from wegwijzer import paths
from wegwijzer.catalogue import Catalogue, load_catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of catalogus/ to break."""
    return Path(shutil.copytree(paths.CATALOGUE, tmp_path / "catalogus"))


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """The whole system: Rasa and the action server on free ports."""
    from wegwijzer.supervisor import Supervisor, free_port
    from wegwijzer.training import is_trained, train

    if not is_trained():
        train(print)
    supervisor = Supervisor("127.0.0.1", free_port(), tmp_path_factory.mktemp("var"))
    try:
        supervisor.start(print)
        yield supervisor
    finally:
        supervisor.stop()
