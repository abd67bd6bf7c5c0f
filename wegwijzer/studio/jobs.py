"""Work that takes longer than a page may: one piece of each name at a time, in a thread, with its progress."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from typing import Callable

from wegwijzer.errors import WegwijzerError

logger = logging.getLogger(__name__)

Say = Callable[[str], None]


@dataclass
class Job:
    """A piece of work.

    Attributes:
        lines: its progress, in Dutch.
        error: why it failed, or None.
        done: whether it ended.
        result: what it returned.
    """

    lines: list[str] = field(default_factory=list)
    error: WegwijzerError | None = None
    done: bool = False
    result: object = None


class Jobs:
    """The latest piece of work of each name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}

    def start(self, name: str, work: Callable[[Say], object], crashed: str) -> bool:
        """Starts a piece of work unless one of that name is going on; returns whether it started.

        Args:
            name: of the work.
            work: is given a function for lines of progress.
            crashed: the error to show when it fails in a way that was not foreseen.
        """
        with self._lock:
            if self.running(name):
                return False
            job = self._jobs[name] = Job()
        threading.Thread(target=self._run, args=(job, work, crashed), name=name, daemon=True).start()
        return True

    @staticmethod
    def _run(job: Job, work: Callable[[Say], object], crashed: str) -> None:
        try:
            job.result = work(job.lines.append)
        except WegwijzerError as error:
            job.error = error
        except Exception:
            logger.exception("work of the workbench failed")
            job.error = WegwijzerError(crashed)
        finally:
            job.done = True

    def running(self, name: str) -> bool:
        """Returns whether a piece of work of that name is going on."""
        job = self._jobs.get(name)
        return job is not None and not job.done

    def get(self, name: str) -> Job | None:
        """Returns the latest piece of work of that name, or None."""
        return self._jobs.get(name)

    def forget(self, name: str) -> None:
        """Forgets a piece of work that ended."""
        with self._lock:
            if not self.running(name):
                self._jobs.pop(name, None)
