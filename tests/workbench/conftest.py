"""Fixtures of the workbench's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workbench.stand_ins import model
from tests.workbench.trees import small_tree
from wegwijzer.workbench.example_files import ExampleFiles
from wegwijzer.workbench.model_files import ModelFiles
from wegwijzer.workbench.models import Archive


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small project to change."""
    return small_tree(tmp_path / "boom")


@pytest.fixture
def files(tree: Path) -> ExampleFiles:
    """Its examples."""
    return ExampleFiles(tree)


@pytest.fixture
def archive(tree: Path) -> Archive:
    """An archive beside a tree that has its own model."""
    own = ModelFiles.of_tree(tree)
    made = model(tree / "models" / "made", "eigen")
    own.thresholds.parent.mkdir()
    made.rasa.rename(own.rasa)
    made.danger.rename(own.danger)
    made.thresholds.rename(own.thresholds)
    made.rasa.parent.rmdir()
    return Archive(tree)
