"""Fixtures of the workbench's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workbench.trees import small_tree
from wegwijzer.workbench.example_files import ExampleFiles


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small project to change."""
    return small_tree(tmp_path / "boom")


@pytest.fixture
def files(tree: Path) -> ExampleFiles:
    """Its examples."""
    return ExampleFiles(tree)
