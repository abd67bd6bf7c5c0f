"""A fifteenth body: a YAML file, examples and one line in domain.yml, no Python.

All of it happens in a copy of the tree with few examples, so that training takes
seconds; what is trained, started and asked is the copy's own code.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.test_catalogue import edit
from wegwijzer.answering import check_contract
from wegwijzer.supervisor import ask, free_port
from wegwijzer.training import copy_tree

pytestmark = pytest.mark.slow

_KEPT = {"gevaar": 60, "weerbaar_bestuur_ondersteuningsteam": 60}
_KEPT_OTHERWISE = 12
_LEFT_OUT = "dubbelzinnig"
"""Folder with more examples of intents that have enough."""

BODY = """\
id: walvissen
name: Steunpunt Aangespoelde Walvissen
abbreviation: SAW
ministry: null
heading: Steunpunt Aangespoelde Walvissen
description: helpt kustgemeenten als er een walvis aanspoelt.
quote: Het Steunpunt Aangespoelde Walvissen helpt kustgemeenten als er een walvis aanspoelt.
synonyms: [SAW, steunpunt walvissen]
offers:
  - id: walvissen_draaiboek
    title: Draaiboek en advies bij een stranding
    short: aangespoelde walvissen en potvissen
    label: Draaiboek stranding
    url: https://walvissen.example/draaiboek
    purpose: om een aangespoelde walvis of potvis te bergen en bezoekers op afstand te houden
    checked_on: 2026-11-24
    source:
      heading: Steunpunt Aangespoelde Walvissen
      quote: Gemeenten krijgen een draaiboek en advies bij een stranding.
    facets:
      phenomena: [crisis]
      functions: [ambtenaar, burgemeester]
      settings: [landelijk]
      support: [kennis_en_advies, product]
      moments: [nu, vooraf]
"""

EXAMPLES = """\
version: "3.1"
nlu:
- intent: walvissen_draaiboek
  examples: |
    - potvis aangespoeld
    - draaiboek stranding walvis
    - er is een bultrug gestrand op ons strand
    - Wie bergt een kadaver van een walvis en wie betaalt dat?
    - wat doet een kustgemeente met een levende potvis in ondiep water
    - bruinvissen spoelen aan bij de strandopgang, wat moeten we ermee
    - Sinds vanochtend ligt een dwergvinvis in de branding. Heeft iemand een draaiboek?
    - hoe houden we kijkers weg bij een aangespoelde walvis
    - het skelet van de potvis, mag dat naar het museum
    - de vinvis is begonnen te ontbinden en stinkt tot in het dorp
    - advies over gestrande zeezoogdieren
    - wij zijn een kustgemeente en willen een plan voor strandingen van walvissen klaar hebben liggen
    - kan het kadaver van die bultrug met een shovel van het zand af
    - Op het wad zitten drie orka's vast in een geul bij laag water.
    - gestrande dolfijn, wie bel je
    - strandvonder vraagt wat te doen met een dode narwal
    - Graag ontvangen wij een voorbeelddraaiboek voor het bergen van grote zeezoogdieren.
    - welk bedrijf sleept een potvis van twintig ton weg
    - toeristen maken selfies met de aangespoelde vinvis
    - Onze buitendienst heeft nog nooit een walvis van het strand gehaald, wie weet hoe dat moet?
    - moet je sectie laten doen op een gestrande spitssnuitdolfijn
    - een griend in de haven, zwemt rondjes en komt er niet meer uit
    - blubber en botten van walvis afvoeren
    - Mag een gemeente de tanden van een aangespoelde potvis bewaren?
    - stranding van een groep grienden bij vloed
    - de walvis ligt op de vloedlijn en morgen is het springtij, laten liggen of slepen
    - zeehond of walvis, wie gaat over wat op het strand
    - burgemeester op een waddeneiland zoekt hulp bij gestrande walvissen
    - kustwacht ziet een dode vinvis drijven die bij ons gaat aanlanden
    - hoe lang voordat een potviskadaver opzwelt en wat dan
"""

QUESTION = "Er ligt een dode potvis op het strand van onze gemeente. Wie helpt ons met het wegslepen?"


def few_examples(text: str) -> str:
    """Returns NLU data with some of its examples, spread evenly over each intent."""

    def few(block: re.Match[str]) -> str:
        lines = block["lines"].splitlines(keepends=True)
        wanted = _KEPT.get(block["intent"], _KEPT_OTHERWISE)
        step = max(1, len(lines) // wanted)
        return block["head"] + "".join(lines[::step][:wanted])

    pattern = r"(?P<head>- intent: (?P<intent>\w+)\n  examples: \|\n)(?P<lines>(?:    - .*\n)+)"
    return re.sub(pattern, few, text)


def small_copy(folder: Path) -> Path:
    """Copies into the folder all that training and running need, with few examples."""
    copy_tree(folder)
    shutil.rmtree(folder / "data" / "nlu" / _LEFT_OUT)
    for path in (folder / "data").rglob("*.yml"):
        path.write_text(few_examples(path.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


def environment(tree: Path, **more: str) -> dict[str, str]:
    """Returns the environment in which a tree's own code runs, without a PORT of the caller."""
    kept = {k: v for k, v in os.environ.items() if k not in {"PORT", "HOST", "WEGWIJZER_DATABASE"}}
    return {**kept, "PYTHONPATH": str(tree), "RASA_TELEMETRY_ENABLED": "false", **more}


def wegwijzer(tree: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs one command of a tree's own code to its end."""
    return subprocess.run(
        [sys.executable, "-m", "wegwijzer", *arguments],
        cwd=tree,
        env=environment(tree, **more),
        capture_output=True,
        text=True,
        timeout=600,
    )


def succeeds(tree: Path, *arguments: str) -> str:
    """Runs a command that must succeed and returns what it says."""
    done = wegwijzer(tree, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def refuses(tree: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs a command that must fail with a message, not with a traceback."""
    done = wegwijzer(tree, *arguments, **more)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done


def processes_of(tree: Path) -> list[str]:
    """Returns the command lines of the processes that run in a tree."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve() == tree.resolve():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


class Started:
    """`wegwijzer run` in a tree, as a process of its own; what it says is kept in a file."""

    def __init__(self, tree: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._said = tree / "run.txt"
        with self._said.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "wegwijzer", "run"],
                cwd=tree,
                env=environment(tree, PORT=str(self.port)),
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        """Returns everything it has said until now."""
        return self._said.read_text(encoding="utf-8")

    def wait_until_ready(self, seconds: float = 600) -> None:
        """Waits for the line that says so; fails when the process ends or takes too long."""
        end = time.monotonic() + seconds
        while f"is klaar op {self.url}" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < end, self.said()
            time.sleep(0.2)

    def stop(self) -> int:
        """Asks it to stop and returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with the new body in it: two files and one line."""
    tree = small_copy(tmp_path_factory.mktemp("boom"))
    (tree / "catalogus" / "organisaties" / "walvissen.yml").write_text(BODY, encoding="utf-8")
    (tree / "data" / "nlu" / "aanbod" / "walvissen.yml").write_text(EXAMPLES, encoding="utf-8")
    edit(tree / "domain.yml", "intents:\n", "intents:\n  - walvissen_draaiboek\n")
    return tree


@pytest.fixture(scope="module")
def started(tree: Path) -> Iterator[Started]:
    """The copy, trained and started."""
    succeeds(tree, "train")
    started = Started(tree)
    try:
        started.wait_until_ready()
        yield started
    finally:
        started.stop()


def test_the_question_is_not_among_the_examples() -> None:
    assert QUESTION.casefold() not in EXAMPLES.casefold()


def test_the_check_names_what_is_not_in_the_publication(tree: Path) -> None:
    check = wegwijzer(tree, "catalogue", "check")
    assert check.returncode == 1
    assert "walvissen.yml" in check.stderr
    assert "publicatie.txt" in check.stderr
    assert "Traceback" not in check.stderr


def test_the_new_body_comes_first(started: Started) -> None:
    reply: Any = ask(started.url, "walvis", QUESTION)[0]
    check_contract(reply["custom"])
    first = reply["custom"]["offers"][0]
    assert first["id"] == "walvissen_draaiboek"
    assert first["url"] == "https://walvissen.example/draaiboek"
    assert "https://walvissen.example/draaiboek" in reply["text"]
    assert "Steunpunt Aangespoelde Walvissen" in reply["text"]


def test_an_older_body_is_still_found(started: Started) -> None:
    reply: Any = ask(started.url, "ouder", "Onze wethouder krijgt doodsbedreigingen via Instagram")[0]
    assert reply["custom"]["kind"] in {"advice", "clarification", "emergency"}


def test_nothing_is_left_after_stopping(started: Started, tree: Path) -> None:
    assert processes_of(tree)
    assert started.stop() == 0, started.said()
    assert not processes_of(tree)
    assert "Traceback" not in started.said()
