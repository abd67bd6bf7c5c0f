"""Lets a trained model look at a text in this process, without a server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Callable

from rasa.core.agent import Agent

from wegwijzer.errors import ModelError
from wegwijzer.nlu.logs import quiet
from wegwijzer.understanding import Understanding


def load_parser(model: Path) -> Callable[[str], Understanding]:
    """Returns a function from a text to its understanding.

    Raises:
        ModelError: when Rasa cannot load the model.
    """
    quiet()
    agent = Agent.load(str(model))
    if not agent.is_ready():
        raise ModelError(f"{model}: Rasa cannot load this; run 'wegwijzer train'")

    def parse(text: str) -> Understanding:
        return Understanding.from_rasa(asyncio.run(agent.parse_message(text)))

    return parse
