"""Whether questions can be answered now: what to look at, and what the administrator is told.

Says in Dutch what is wrong and nothing about how it is built: no addresses, paths or errors.
"""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
from pathlib import Path
from typing import Any, Awaitable, Callable, Mapping, Optional, Sequence

import sqlalchemy
from aiohttp import ClientError, ClientSession, ClientTimeout
from sqlalchemy.engine import Engine

from wegwijzer import sentences

logger = logging.getLogger(__name__)

SECONDS = 3.0
"""How long one check may take."""
Check = Callable[[], Awaitable[bool]]
_PROBE = sqlalchemy.text("SELECT 1 FROM events LIMIT 1")


def as_json(failed: Sequence[str]) -> tuple[str, int]:
    """Returns the body and the HTTP status for the names of the checks that failed."""
    content: dict[str, Any] = {"ready": not failed}
    if failed:
        content["reasons"] = [sentences.NOT_READY[name] for name in failed]
    else:
        content["text"] = sentences.READY
    return json.dumps(content, ensure_ascii=False), 503 if failed else 200


async def failed_checks(checks: Mapping[str, Check]) -> list[str]:
    """Runs all checks at once and returns the names of those that failed or took too long, in order."""

    async def fails(name: str, check: Check) -> bool:
        try:
            return not await asyncio.wait_for(check(), SECONDS)
        except Exception as error:
            logger.warning("not ready", extra={"check": name, "error": type(error).__name__})
            return True

    results = await asyncio.gather(*(fails(name, check) for name, check in checks.items()))
    return [name for name, failed in zip(checks, results) if failed]


async def answers(url: str) -> bool:
    """Returns whether something answers a GET there with 200."""
    try:
        async with ClientSession(timeout=ClientTimeout(total=SECONDS)) as session, session.get(url) as reply:
            return reply.status == 200
    except (ClientError, asyncio.TimeoutError, OSError):
        return False


async def in_thread(work: Callable[[], Any]) -> Any:
    """Returns what a function returns that would hold up everybody else."""
    return await asyncio.get_running_loop().run_in_executor(None, work)


async def reachable(engine: Optional[Engine]) -> bool:
    """Returns whether the table with conversations can be read."""

    def probe() -> bool:
        if engine is None:
            return False
        try:
            with engine.connect() as connection:
                connection.execute(_PROBE).fetchall()
        except sqlalchemy.exc.SQLAlchemyError:
            return False
        return True

    return bool(await in_thread(probe))


async def writable(folder: Path) -> bool:
    """Returns whether a file can be written in this folder."""

    def probe() -> bool:
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"\0" * 4096)
                file.flush()
        except OSError:
            return False
        return True

    return bool(await in_thread(probe))
