"""What a running server says of itself, in a file of its folder, so that others know when it went over to a model."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Optional

from wegwijzer.workbench.keeping import replace_file

_SERVING = "server.json"


@dataclass(frozen=True)
class Serving:
    """What a running server says of itself.

    Attributes:
        process: its process id.
        url: the address to talk to.
        model: id of the model that answers; '' for the tree's own.
        failures: how many times a model did not take over since it started.
        reason: in Dutch, why the last of those did not, or ''.
    """

    process: int
    url: str
    model: str
    failures: int = 0
    reason: str = ""

    def save(self, folder: Path) -> None:
        """Writes it into the server's folder."""
        replace_file(folder / _SERVING, json.dumps(asdict(self)) + "\n")


def read_serving(folder: Path) -> Optional[Serving]:
    """Returns what the server with this folder says of itself; None when none runs."""
    try:
        serving = Serving(**json.loads((folder / _SERVING).read_text(encoding="utf-8")))
        os.kill(serving.process, 0)
    except (OSError, ValueError, TypeError):
        return None
    return serving
