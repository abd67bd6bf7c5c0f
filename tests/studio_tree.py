"""A small tree with data, catalogue and conversations of its own, and the workbench on top of it."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from wegwijzer import paths
from wegwijzer.studio.app import create_app
from wegwijzer.studio.services import Services
from wegwijzer.studio.settings import read_settings

OMO = """\
version: "3.1"
nlu:
# Waarom deze bovenaan staat: dit commentaar blijft.
- intent: omo_preventie
  examples: |
    - [onrust](verschijnsel) [voorkomen](moment), waar begin ik
    - een dagdeel oefenen met een boze zaal voor het college
- intent: omo_ondersteuningsnetwerk
  examples: |
    - vierhonderd man voor het stadhuis en het loopt uit de hand
    - de inloopavond van gisteren is ontspoord, wie kan bijspringen
"""
SSV = """\
version: "3.1"
nlu:
- intent: ssv_advies
  examples: |
    - ruzie in de klas over Gaza, hoe pakt een docent dat aan
"""
GREETING = """\
version: "3.1"
nlu:
- intent: groet
  examples: |
    - goedemorgen
"""


def make_tree(folder: Path) -> Path:
    """Makes a tree with four intents that hold examples, kept in git."""
    shutil.copytree(paths.CATALOGUE, folder / "catalogus")
    shutil.copy(paths.ROOT / "domain.yml", folder / "domain.yml")
    for name, text in (("aanbod/omo.yml", OMO), ("aanbod/ssv.yml", SSV), ("gesprek/groet.yml", GREETING)):
        path = folder / "data" / "nlu" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    evaluation = folder / "tests" / "evaluation"
    evaluation.mkdir(parents=True)
    (evaluation / "helder.tsv").write_text(
        "menigte bij de noodopvang groeit per uur en er is geen politie\tomo_ondersteuningsnetwerk\tkort\n",
        encoding="utf-8",
    )
    (folder / ".gitignore").write_text("var/\nmodels/\n", encoding="utf-8")
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "begin"]):
        subprocess.run(
            ["git", "-c", "user.name=Begin", "-c", "user.email=begin@voorbeeld.nl", *command],
            cwd=folder,
            check=True,
        )
    return folder


def keep(database: Path, turns: Sequence[Mapping[str, Any]]) -> None:
    """Writes turns as Rasa's tracker store keeps them: question, intents, kind, offers, confidence."""
    database.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(database)) as store, store:
        store.execute(
            "CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, sender_id TEXT, type_name TEXT, "
            "timestamp FLOAT, intent_name TEXT, action_name TEXT, data TEXT)"
        )
        for number, turn in enumerate(turns):
            ranking = [{"name": name, "confidence": p} for name, p in turn["intents"].items()]
            message = {
                "text": turn["question"],
                "intent_ranking": ranking,
                "entities": [],
                "evidence": turn.get("evidence", {}),
            }
            asked = {
                "event": "user",
                "text": turn["question"],
                "message_id": f"sleutel-{number}",
                "metadata": {"acute": False, "danger_score": 0.01},
                "parse_data": message,
            }
            custom = {
                "kind": turn["kind"],
                "confidence": turn.get("confidence", 0.5),
                "offers": [{"id": offer} for offer in turn.get("offers", ())],
            }
            rows = [
                ("user", ranking[0]["name"], asked),
                ("bot", None, {"text": "Het antwoord.", "data": {"custom": custom}}),
            ]
            if "thumb" in turn:
                feedback = {
                    "answer": f"sleutel-{number}",
                    "thumb": turn["thumb"],
                    "reason": turn.get("remark", ""),
                }
                rows.append(("agent", None, {"text": None, "data": {"feedback": feedback}}))
            for type_name, intent, data in rows:
                store.execute(
                    "INSERT INTO events (sender_id, type_name, timestamp, intent_name, data) VALUES (?, ?, ?, ?, ?)",
                    (f"gesprek-{number}", type_name, 1_700_000_000.0 + number, intent, json.dumps(data)),
                )


class Visitor:
    """A trainer with a browser that knows no JavaScript.

    Args:
        tree: what make_tree() made.
        environment: settings, as in the environment.
        name: given at the door, or '' to stay before it.
    """

    def __init__(
        self, tree: Path, environment: Optional[Mapping[str, str]] = None, name: str = "Anna"
    ) -> None:
        self.services = Services(read_settings(environment or {}, tree), tree)
        self.client: FlaskClient = create_app(self.services).test_client()
        if name:
            self.post("/naam", {"naam": name})

    def get(self, address: str) -> TestResponse:
        """Opens a page."""
        return self.client.get(address, headers={"Host": "127.0.0.1:5006"})

    def post(self, address: str, form: Mapping[str, Any], page: str = "") -> TestResponse:
        """Sends a form that stands on a page, with its token.

        Args:
            address: where the form goes.
            form: its fields; a list gives a field more than one value.
            page: where the form stands, when that is elsewhere.
        """
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page or address).text)
        data = {**form, "csrf_token": token.group(1) if token else ""}
        return self.client.post(address, data=data, headers={"Host": "127.0.0.1:5006"})
