"""Fixtures shared by the tests."""

from __future__ import annotations

import importlib.util
import os
import shutil
import zipfile
from pathlib import Path
from typing import Iterator

import pytest

from wegwijzer import paths
from wegwijzer.catalogue import Catalogue, load_catalogue
from wegwijzer.language import DUTCH_MODEL, DutchLanguage, load_language

# These need services that scripts/test-services installs and names here.
collect_ignore = [] if os.environ.get("WEGWIJZER_SERVICES") else ["services"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts files with slow tests first, so that one process does not wait for the other at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of catalogus/ to break."""
    return Path(shutil.copytree(paths.CATALOGUE, tmp_path / "catalogus"))


ALLOWED = "https://intranet.voorbeeld.nl"
"""The other website that may use the running system."""
METRICS_TOKEN = "5f2b0c9e71d34a86b8c0e3d7a9f61452"
"""Opens the figures of the running system."""


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """The whole system: Rasa and the action server on free ports."""
    from wegwijzer.supervisor import Supervisor, free_port
    from wegwijzer.training import is_trained, train

    if not is_trained():
        train(print)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEGWIJZER_ORIGINS", ALLOWED)
        patch.setenv("WEGWIJZER_METRICS_TOKEN", METRICS_TOKEN)
        patch.setenv("WEGWIJZER_LOG", "json")
        supervisor = Supervisor("127.0.0.1", free_port(), tmp_path_factory.mktemp("var"))
        try:
            supervisor.start(print)
        except BaseException:
            supervisor.stop()
            raise
    try:
        yield supervisor
    finally:
        supervisor.stop()


@pytest.fixture(scope="session")
def dutch(tmp_path_factory: pytest.TempPathFactory) -> DutchLanguage:
    """spaCy's Dutch model: the installed one, that of NL_MODEL, or the stand-in beside the project."""
    if importlib.util.find_spec(DUTCH_MODEL) is not None:
        return load_language()
    beside = sorted((paths.ROOT.parent / "shared" / "models").glob(f"{DUTCH_MODEL}-*.whl"))
    named = [Path(os.environ["NL_MODEL"])] if os.environ.get("NL_MODEL") else beside
    if not named:
        pytest.skip(f"{DUTCH_MODEL} is not installed and NL_MODEL names no wheel")
    unpacked = tmp_path_factory.mktemp("nl")
    with zipfile.ZipFile(named[0]) as wheel:
        wheel.extractall(unpacked)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(unpacked))
        # Not through the cache: the rest of the tests keeps the pipeline that is installed.
        return load_language.__wrapped__(DUTCH_MODEL)
