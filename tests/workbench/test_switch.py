"""From a question that is not understood to a model that answers it, while others go on talking.

All of it happens in a copy of the tree with few examples, so that training takes seconds; what is trained,
compared, started and put to use is the copy's own code, over its command line.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import shutil
import sqlite3
import subprocess
import threading
import time
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.test_new_body import Started, processes_of, refuses, small_copy, succeeds
from wegwijzer import paths
from wegwijzer.answering import check_contract
from wegwijzer.training import VECTORS
from wegwijzer.workbench.models import Archive

pytestmark = pytest.mark.slow

QUESTIONS = 6
"""Questions kept of each file, so that comparing takes seconds."""
MISUNDERSTOOD = "De weerwolvenclub van het dorp dreigt de burgervader met een hooivork"
THREAT = "Onze wethouder krijgt doodsbedreigingen via Instagram"
FOLLOW_UP = "is daar ook een training voor?"
PAUSE = 0.2
"""Seconds between an answer and the next question, so that a model that starts has time on a core too."""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained copy with a cut of the examples and of the evaluation set, kept in git."""
    tree = small_copy(tmp_path_factory.mktemp("boom"))
    folder = tree / "tests" / "evaluation"
    folder.mkdir(parents=True)
    for path in paths.EVALUATION.glob("*.tsv"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / path.name).write_text("".join(lines[:QUESTIONS]), encoding="utf-8")
    # What was encoded before need not be encoded again.
    if VECTORS.exists():
        (tree / "models").mkdir()
        shutil.copy2(VECTORS, tree / "models")
    (tree / ".gitignore").write_text("models/\nvar/\n__pycache__/\n.rasa/\n")
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "begin"]):
        identity = ["-c", "user.name=Test", "-c", "user.email=test@localhost"]
        subprocess.run(["git", *identity, *command], cwd=tree, check=True)
    succeeds(tree, "train")
    return tree


@pytest.fixture(scope="module")
def started(tree: Path) -> Iterator[Started]:
    started = Started(tree)
    try:
        started.wait_until_ready()
        yield started
    finally:
        started.stop()


class Talk:
    """Officials who go on talking; each keeps a connection, or opens one for every question."""

    def __init__(self, port: int, people: int) -> None:
        self.port, self.sent = port, 0
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._pool = ThreadPoolExecutor(people)
        self._talking: list[Future[None]] = [
            self._pool.submit(self._talk, number % 2 == 0) for number in range(people)
        ]

    def _talk(self, keeps: bool) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with closing(connection):
            while not self._ended.is_set():
                sender = str(uuid.uuid4())  # kept as it is, unlike a name
                for text in (THREAT, FOLLOW_UP, "en wat doen zij dan?"):
                    body = json.dumps({"sender": sender, "message": text})
                    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
                    connection.request("POST", "/webhooks/rest/webhook", body, headers)
                    answer = connection.getresponse()
                    messages: list[dict[str, Any]] = json.loads(answer.read())
                    assert answer.status == 200, messages
                    check_contract(messages[0]["custom"])
                    assert "storing" not in messages[0]["text"], messages
                    with self._lock:
                        self.sent += 1
                    if not keeps:
                        connection.close()
                    time.sleep(PAUSE)

    def end(self) -> int:
        """Ends the talk; raises what went wrong in it; returns how many questions were answered."""
        self._ended.set()
        for talking in self._talking:
            talking.result(60)
        self._pool.shutdown()
        return self.sent


def kept_questions(tree: Path) -> int:
    with closing(sqlite3.connect(tree / "var" / "gesprekken.db")) as database:
        shape = "________-____-4___-____-____________"
        query = f"SELECT count(*) FROM events WHERE type_name = 'user' AND sender_id LIKE '{shape}'"
        return int(database.execute(query).fetchone()[0])


def rasas(tree: Path) -> int:
    return sum("rasa run" in command for command in processes_of(tree))


def wait_for_one(tree: Path) -> None:
    end = time.monotonic() + 90
    while rasas(tree) != 1:
        assert time.monotonic() < end, processes_of(tree)
        time.sleep(0.5)


def test_from_a_misunderstood_question_to_a_model_in_use(tree: Path, started: Started) -> None:
    added = succeeds(
        tree,
        "examples",
        "add",
        MISUNDERSTOOD,
        "--intent",
        "weerbaar_bestuur_ondersteuningsteam",
        "--who",
        "Tine",
    )
    diff = subprocess.run(["git", "diff", "-U0", "data"], cwd=tree, capture_output=True, text=True).stdout
    lines = [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert lines == [f"+    - {MISUNDERSTOOD}"]
    assert MISUNDERSTOOD in added

    succeeds(tree, "model", "train", "--who", "Tine", "--note", "weerwolven")
    archive = Archive(tree)
    new, own = archive.cards()[0], archive.cards()[1]
    assert (new.who, new.note) == ("Tine", "weerwolven")
    assert own.who == "Wegwijzer"
    comparison = archive.comparison(new.id)
    assert comparison is not None and comparison.old == own.id
    assert comparison.all.total == sum(
        len(path.read_text().splitlines()) for path in (tree / "tests" / "evaluation").glob("*.tsv")
    )

    talk = Talk(started.port, 4)
    time.sleep(3)
    before = talk.sent
    said = succeeds(
        tree, "model", "use", new.id, "--who", "Tine", "--override", "proef met weinig voorbeelden"
    )
    assert f"Model '{new.id}' is in gebruik" in said
    during = talk.sent
    time.sleep(3)
    answered = talk.end()
    assert 0 < before < during < answered
    assert kept_questions(tree) == answered
    wait_for_one(tree)
    assert "stopte" not in started.said()
    assert f"* {new.id}" in succeeds(tree, "model", "list")


def test_back_to_the_model_before_without_losing_a_conversation(tree: Path, started: Started) -> None:
    archive = Archive(tree)
    own = archive.uses()[0].before
    talk = Talk(started.port, 4)
    succeeds(tree, "model", "rollback", "--who", "Bas")
    talk.end()
    assert kept_questions(tree) >= talk.sent
    assert archive.chosen() == own
    wait_for_one(tree)


def test_a_conversation_goes_on_at_the_next_model(tree: Path, started: Started) -> None:
    from wegwijzer.supervisor import ask

    first: Any = ask(started.url, "vervolg", THREAT)[0]["custom"]
    assert first["offers"][0]["id"] == "weerbaar_bestuur_ondersteuningsteam"
    succeeds(tree, "model", "rollback", "--who", "Bas")
    after: Any = ask(started.url, "vervolg", FOLLOW_UP)[0]["custom"]
    assert after["offers"][0]["id"] == "weerbaar_bestuur_preventie"


def test_a_model_that_does_not_work_does_not_take_over(tree: Path, started: Started) -> None:
    archive = Archive(tree)
    chosen = archive.chosen()
    folder = tree / "models" / "archief"
    shutil.copytree(folder / chosen, folder / "kapot")
    danger = folder / "kapot" / "gevaar" / "danger.json"
    danger.write_text(danger.read_text().replace('"cry"', '"kreet"'))
    card = json.loads((folder / "kapot" / "kaart.json").read_text())
    card["id"] = "kapot"
    card["parts"]["gevaar/danger.json"] = hashlib.sha256(danger.read_bytes()).hexdigest()
    (folder / "kapot" / "kaart.json").write_text(json.dumps(card))
    talk = Talk(started.port, 2)
    said = refuses(tree, "model", "use", "kapot", "--who", "Tine", "--override", "proef").stderr
    talk.end()
    assert "acuut gevaar" in said and "Het vorige model blijft in gebruik" in said
    assert archive.chosen() == chosen
    assert archive.uses()[0].how == "mislukt"
    assert rasas(tree) == 1


def test_without_a_reason_the_gate_refuses(tree: Path, started: Started) -> None:
    said = refuses(tree, "model", "use", "kapot", "--who", "Tine").stderr
    assert "wordt niet in gebruik genomen" in said


def test_a_model_that_was_put_to_use_starts_again_with_wegwijzer(tree: Path, started: Started) -> None:
    chosen = Archive(tree).chosen()
    assert started.stop() == 0
    assert not processes_of(tree)
    again = Started(tree)
    try:
        again.wait_until_ready()
        assert f"Model '{chosen}' uit het archief is in gebruik" in again.said()
        assert "Trainen" not in again.said()
    finally:
        again.stop()
