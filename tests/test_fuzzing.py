"""A short run of the fuzzing; the long one is scripts/fuzz."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzzing import KINDS, SHARES, fuzz_running
from wegwijzer.supervisor import Supervisor

INPUTS = 600


@pytest.mark.parametrize("name", KINDS)
def test_no_input_makes_it_fail(name: str, tmp_path: Path) -> None:
    KINDS[name](round(INPUTS * SHARES[name]), tmp_path)


@pytest.mark.slow
def test_no_message_makes_the_running_system_fail(running: Supervisor) -> None:
    fuzz_running(60, running)
