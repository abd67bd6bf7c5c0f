"""The Dutch language layer."""

from __future__ import annotations

import subprocess
import sys


def test_a_command_does_not_wait_for_tensorflow() -> None:
    """spaCy would import it, which takes longer than all the rest; Rasa, which needs it, still can."""
    code = (
        "import sys; from wegwijzer.language import load_language; load_language(); "
        "assert not any(name.startswith('tensorflow') for name in sys.modules), 'TensorFlow is there'; "
        "import importlib.util; assert importlib.util.find_spec('tensorflow')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
