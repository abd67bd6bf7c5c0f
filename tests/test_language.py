"""The Dutch language layer."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import threading

import pytest

from wegwijzer import language


def test_a_command_does_not_wait_for_tensorflow() -> None:
    """spaCy would import it, which takes longer than all the rest; Rasa, which needs it, still can."""
    code = (
        "import sys; from wegwijzer.language import load_language; load_language(); "
        "assert not any(name.startswith('tensorflow') for name in sys.modules), 'TensorFlow is there'; "
        "import importlib.util; assert importlib.util.find_spec('tensorflow')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_another_thread_still_gets_tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the workbench Rasa is imported in one thread while another loads the language."""
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    found = []
    with language._without_tensorflow():
        with pytest.raises(ImportError, match="spaCy does without"):
            __import__("tensorflow")
        other = threading.Thread(target=lambda: found.append(importlib.util.find_spec("tensorflow")))
        other.start()
        other.join()
    assert found and found[0] is not None
    assert importlib.util.find_spec("tensorflow") is not None
