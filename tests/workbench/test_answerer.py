"""A model in this process answers as it does over HTTP."""

from __future__ import annotations

import uuid

import pytest

from wegwijzer.evaluation import rest_ask
from wegwijzer.supervisor import Supervisor
from wegwijzer.workbench.answerer import Answerer
from wegwijzer.workbench.model_files import ModelFiles

pytestmark = pytest.mark.slow

CONVERSATIONS = (
    ("Onze wethouder krijgt doodsbedreigingen via Instagram", "is daar ook een training voor?"),
    ("help er staat een man met een mes bij de balie", "hij is weg, wie helpt ons nu?"),
    ("paspoort verlengen", "terug naar mijn eerste vraag"),
    ("onrust", "een school", "Dat klopt niet"),
    ("mail jan@voorbeeld.nl over het azc en over de bedreigde burgemeester",),
    ("wie zit erachter", "wat doet de ESS?"),
    ("/restart", "…"),
)


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    return Answerer(ModelFiles.of_tree())


def test_the_same_answers_as_over_http(running: Supervisor, answerer: Answerer) -> None:
    over_http = rest_ask(running.url)
    for texts in CONVERSATIONS:
        sender = f"zelfde-{uuid.uuid4().hex}"
        for text in texts:
            here, there = answerer(text, sender), over_http(text, sender)
            assert (here.kind, here.offers, here.options) == (there.kind, there.offers, there.options), text
            assert here.confidence == pytest.approx(there.confidence, abs=1e-3), text


def test_what_a_trainer_sees_before_saving(answerer: Answerer) -> None:
    seen = answerer.preview(
        "Onze wethouder Jan, mail jan@voorbeeld.nl, krijgt doodsbedreigingen via Instagram"
    )
    assert seen.kind == "advice" and seen.offers[0] == "weerbaar_bestuur_ondersteuningsteam"
    assert seen.ranking[0][0] == seen.offers[0] and len(seen.ranking) == 10
    assert ("functie", "wethouder", "wethouder") in seen.entities
    assert "[e-mail]" in seen.redacted and not seen.acute
    assert "Ondersteuningsteam" in seen.text
    assert answerer.preview("help er staat een man met een mes bij de balie").acute
