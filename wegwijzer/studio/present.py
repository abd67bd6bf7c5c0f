"""The model in use, in a process of its own, for 'see at once what it makes of this'.

Loading takes some fifteen seconds and half a gigabyte, so it happens beside the pages and they say so. A
process of its own gives its memory back when another model is put to use, and takes no page down with it.
The child speaks JSON, one object a line: {"text"} in, what seen() returns or {"error"} out.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any, Mapping, Optional

from wegwijzer import paths
from wegwijzer.catalogue import catalogue
from wegwijzer.environment import quiet_environment
from wegwijzer.errors import ModelError, WegwijzerError

logger = logging.getLogger(__name__)

LOADING = "laadt"
READY = "klaar"
ABSENT = "geen"
FAILED = "mislukt"
BUSY = "bezig"
_ANSWER_SECONDS = 30.0
_REST_SECONDS = 60.0
"""How long a model that failed is left alone before it is loaded again."""
_WORDS = 4
_RANKED = 5


class PresentModel:
    """The child process, seen from the pages; every method may be called from any thread.

    Args:
        root: the project's folder.
    """

    def __init__(self, root: Path = paths.ROOT) -> None:
        self._root = root
        self._asking = threading.Lock()
        self._starting = threading.Lock()
        self._process: Optional[subprocess.Popen[str]] = None
        self._replies: queue.Queue[Mapping[str, Any]] = queue.Queue()
        self._state = ABSENT
        self._reason = ""
        self._model: tuple[str, float] = ("", 0.0)
        self._again = 0.0

    @property
    def state(self) -> str:
        """One of LOADING, READY, ABSENT and FAILED; another model than was loaded, or one that failed, is loaded."""
        self.start()
        return self._state

    @property
    def reason(self) -> str:
        """Why it is FAILED, or ''."""
        return self._reason

    def start(self) -> None:
        """Loads the model in use unless it is loaded or being loaded; returns at once."""
        from wegwijzer.workbench.models import Archive

        with self._starting:
            try:
                rasa = Archive(self._root).serving_files().rasa
                model = (str(rasa), rasa.stat().st_mtime)
            except (ModelError, OSError) as error:
                self._end()
                self._state, self._reason, self._model = ABSENT, str(error), ("", 0.0)
                return
            resting = self._state == FAILED and time.monotonic() < self._again
            if model == self._model and (self._state in (LOADING, READY) or resting):
                return
            self._end()
            self._model, self._state, self._reason = model, LOADING, ""
            (self._root / "var").mkdir(exist_ok=True)
            with (self._root / "var" / "studio-model.log").open("ab") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "wegwijzer.studio.present", str(self._root)],
                    cwd=self._root,
                    env=quiet_environment(self._root),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
            atexit.register(self.stop)
            self._replies = queue.Queue()
            threading.Thread(target=self._listen, args=(self._process, self._replies), daemon=True).start()

    def _listen(self, process: subprocess.Popen[str], replies: queue.Queue[Mapping[str, Any]]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            reply = json.loads(line)
            if reply.get("ready") and process is self._process:
                self._state = READY
            elif "failed" in reply and process is self._process:
                self._fail(str(reply["failed"]))
            else:
                replies.put(reply)
        if process is self._process:
            if self._state != FAILED:
                logger.error("the process of the model in use ended with code %s", process.wait())
                self._fail(str(self._root / "var" / "studio-model.log"))
        replies.put({"error": "gestopt"})

    def _fail(self, reason: str) -> None:
        self._state, self._reason, self._again = FAILED, reason, time.monotonic() + _REST_SECONDS

    def see(self, text: str) -> Mapping[str, Any]:
        """Returns what the model makes of a text, as seen() gives it.

        Raises:
            ModelError: when it is not READY, or does not answer.
        """
        if not self._asking.acquire(timeout=_ANSWER_SECONDS):
            raise ModelError(BUSY)
        try:
            state, process = self.state, self._process
            if state != READY or process is None or process.stdin is None:
                raise ModelError(self._reason or state)
            try:
                process.stdin.write(json.dumps({"text": text}) + "\n")
                process.stdin.flush()
                reply = self._replies.get(timeout=_ANSWER_SECONDS)
            except (OSError, queue.Empty) as error:
                # An answer that comes late may not be taken for that of the next question.
                self._end()
                self._fail(repr(error))
                raise ModelError(repr(error)) from error
        finally:
            self._asking.release()
        if "error" in reply:
            raise ModelError(str(reply["error"]))
        return reply

    def stop(self) -> None:
        """Ends the child."""
        with self._starting:
            self._end()
            self._state, self._model = ABSENT, ("", 0.0)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()


def seen(answerer: Any, temperature: float, text: str) -> dict[str, Any]:
    """Returns what a model makes of a text, as plain values.

    Args:
        answerer: a wegwijzer.workbench.answerer.Answerer.
        temperature: of its thresholds; decisions weigh the probabilities that it gives, so those are shown.
        text: as typed.

    Returns:
        kind, offers, confidence, text (the answer), ranking (intent, probability), words (intent → those
        that speak most for it), entities (entity, value, words), acute.
    """
    preview = answerer.preview(text)
    understood = answerer.understand(text).tempered(temperature)
    evidence = understood.evidence
    likeliest = sorted(understood.intents.items(), key=lambda pair: -pair[1])[:_RANKED]
    return {
        "kind": preview.kind,
        "offers": list(preview.offers),
        "confidence": preview.confidence,
        "text": preview.text,
        "ranking": [[intent, round(probability, 4)] for intent, probability in likeliest],
        "words": {i: list(evidence[i][:_WORDS]) for i, _ in likeliest if evidence.get(i)},
        "entities": [list(entity) for entity in preview.entities],
        "acute": preview.acute,
        "redacted": preview.redacted,
    }


def _serve(root: Path, requests: IO[str], replies: IO[str]) -> None:
    """Loads the model in use and answers until the parent is gone."""

    def say(**reply: Any) -> None:
        replies.write(json.dumps(reply) + "\n")
        replies.flush()

    try:
        from wegwijzer.thresholds import load_thresholds
        from wegwijzer.workbench.answerer import Answerer
        from wegwijzer.workbench.models import Archive

        files = Archive(root).serving_files()
        answerer, temperature = Answerer(files), load_thresholds(files.thresholds).temperature
        seen(answerer, temperature, "Waar kunnen we terecht met onrust in de wijk?")
    except WegwijzerError as error:
        say(failed=str(error))
        return
    say(ready=True)
    for line in requests:
        try:
            say(**seen(answerer, temperature, json.loads(line)["text"]))
        except Exception as error:
            logger.exception("a text could not be looked at")
            say(error=repr(error))


if __name__ == "__main__":
    # What libraries print may not come between the replies.
    _private = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    catalogue()
    _serve(Path(sys.argv[1]), sys.stdin, _private)
