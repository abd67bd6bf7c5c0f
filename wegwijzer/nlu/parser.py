"""Lets a trained model look at a text in this process, without a server."""

from __future__ import annotations

import asyncio
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Callable, Sequence

from rasa.core.agent import Agent

from wegwijzer.errors import ModelError
from wegwijzer.nlu.logs import quiet
from wegwijzer.understanding import Understanding

_PROCESSES = 2
"""A process that parses takes more than 1 GB of memory and one core."""
_CHUNK = 100
_parsers: list[Callable[[str], Understanding]] = []
"""In a process of `parse_all` the one parser that it loaded."""


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


def parse_all(model: Path, texts: Sequence[str]) -> list[Understanding]:
    """Returns the understanding of every text, in the same order; for thousands of them, on two cores.

    Raises:
        BrokenProcessPool: when Rasa cannot load the model (its reason is printed) or a process is killed.
    """
    with ProcessPoolExecutor(_PROCESSES, get_context("spawn"), _keep_parser, (model,)) as pool:
        return list(pool.map(_parse, texts, chunksize=_CHUNK))


def _keep_parser(model: Path) -> None:
    _parsers.append(load_parser(model))


def _parse(text: str) -> Understanding:
    return _parsers[0](text)
