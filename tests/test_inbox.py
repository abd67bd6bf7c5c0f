"""Questions that went badly are found back in the tracker store, redacted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.engine import Engine

from wegwijzer.inbox import read_inbox
from wegwijzer.supervisor import Supervisor, ask


@pytest.fixture
def store(tmp_path: Path) -> Engine:
    """A tracker store with the columns that Rasa gives it."""
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'gesprekken.db'}")
    with engine.begin() as connection:
        connection.execute(
            sqlalchemy.text(
                "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, type_name TEXT, "
                "timestamp FLOAT, intent_name TEXT, action_name TEXT, data TEXT)"
            )
        )
    return engine


def say(
    store: Engine,
    sender: str,
    text: str,
    intent: str,
    kind: str,
    *offers: str,
    sure: float = 0.9,
    key: str | None = None,
) -> None:
    answer = {"kind": kind, "confidence": sure, "offers": [{"id": offer} for offer in offers]}
    asked = {"text": text, "message_id": key}
    put(
        store,
        sender,
        [("user", intent, asked), ("bot", None, {"text": "Antwoord.", "data": {"custom": answer}})],
    )


def judge(store: Engine, sender: str, key: str, thumb: str, reason: str = "") -> None:
    feedback = {"answer": key, "thumb": thumb, "reason": reason}
    put(store, sender, [("agent", None, {"text": None, "data": {"feedback": feedback}})])


def put(store: Engine, sender: str, rows: list[tuple[str, str | None, dict[str, object]]]) -> None:
    with store.begin() as connection:
        for type_name, name, data in rows:
            connection.execute(
                sqlalchemy.text(
                    "INSERT INTO events (sender_id, type_name, timestamp, intent_name, data) "
                    "VALUES (:sender, :type, 1000.0, :intent, :data)"
                ),
                {"sender": sender, "type": type_name, "intent": name, "data": json.dumps(data)},
            )


def test_what_went_badly_is_listed_and_what_went_well_is_not(store: Engine) -> None:
    say(store, "a", "goede vraag", "riec_producten", "advice", "riec_producten")
    say(store, "a", "vage vraag", "ess_kennis", "clarification", "ess_kennis", "omo_preventie")
    say(store, "b", "verkeerd begrepen", "ess_kennis", "advice", "ess_kennis", sure=0.6)
    say(store, "b", "dat klopt niet", "klopt_niet", "advice", "omo_preventie")
    say(store, "c", "paspoort", "buiten_burgerzaken", "out_of_scope")
    kept = read_inbox(store)
    assert [(item.reason, item.question) for item in kept] == [
        ("klopt niet", "verkeerd begrepen"),
        ("geweigerd", "paspoort"),
        ("wedervraag", "vage vraag"),
    ]
    assert kept[0].offers == ("ess_kennis",)


def test_a_rejection_belongs_to_its_own_conversation(store: Engine) -> None:
    say(store, "a", "goede vraag", "riec_producten", "advice", "riec_producten")
    say(store, "b", "dat klopt niet", "klopt_niet", "smalltalk")
    assert read_inbox(store) == []


def test_the_same_words_in_another_conversation_stay_listed(store: Engine) -> None:
    say(store, "a", "vage vraag", "ess_kennis", "clarification", "ess_kennis", "omo_preventie")
    say(store, "b", "vage vraag", "ess_kennis", "clarification", "ess_kennis", "omo_preventie")
    say(store, "b", "dat klopt niet", "klopt_niet", "advice", "omo_preventie")
    assert [item.reason for item in read_inbox(store)] == ["klopt niet", "wedervraag"]


def test_a_thumb_counts_most_and_thumbs_down_come_first(store: Engine) -> None:
    say(store, "a", "vage vraag", "ess_kennis", "clarification", "ess_kennis", key="k1")
    say(store, "a", "goede vraag", "riec_producten", "advice", "riec_producten", key="k2")
    say(store, "a", "andere goede vraag", "riec_producten", "advice", "riec_producten", key="k3")
    say(store, "b", "paspoort", "buiten_burgerzaken", "out_of_scope", key="k1")
    say(store, "c", "verkeerd begrepen", "ess_kennis", "advice", "ess_kennis")
    say(store, "c", "dat klopt niet", "klopt_niet", "advice", "omo_preventie")
    judge(store, "a", "k1", "up", "toch goed")
    judge(store, "a", "k3", "up")
    judge(store, "a", "k3", "down", "[naam] zei iets anders")
    judge(store, "a", "onbekend", "down")
    kept = read_inbox(store)
    assert [(item.reason, item.question, item.remark) for item in kept] == [
        ("duim omlaag", "andere goede vraag", "[naam] zei iets anders"),
        ("klopt niet", "verkeerd begrepen", ""),
        ("geweigerd", "paspoort", ""),
        ("duim omhoog", "vage vraag", "toch goed"),
    ]
    assert kept[0].answer == "Antwoord."
    assert kept[0].offers == ("riec_producten",)


def test_a_thumb_between_question_and_objection_changes_nothing(store: Engine) -> None:
    say(store, "a", "verkeerd begrepen", "ess_kennis", "advice", "ess_kennis", key="k1")
    say(store, "a", "tweede", "ess_kennis", "advice", "ess_kennis", key="k2")
    judge(store, "a", "k1", "up")
    say(store, "a", "dat klopt niet", "klopt_niet", "advice", "omo_preventie", key="k3")
    assert [(item.reason, item.question) for item in read_inbox(store)] == [
        ("klopt niet", "tweede"),
        ("duim omhoog", "verkeerd begrepen"),
    ]


@pytest.mark.slow
def test_it_is_not_so_is_kept_and_redacted(running: Supervisor) -> None:
    question = "wij vermoeden witwassen bij een paar kapperszaken, bij wie kan een ambtenaar terecht? mail jan@voorbeeld.nl"
    first = ask(running.url, "postvak", question)[0]["custom"]["offers"][0]["id"]  # type: ignore[index]
    after = ask(running.url, "postvak", "Dat klopt niet")[0]["custom"]["offers"][0]["id"]  # type: ignore[index]
    assert after != first
    kept = read_inbox(sqlalchemy.create_engine(f"sqlite:///{running.database}"))
    mine = [item for item in kept if "witwassen bij een paar kapperszaken" in item.question]
    assert [item.reason for item in mine] == ["klopt niet"]
    assert "jan@voorbeeld.nl" not in mine[0].question
    assert mine[0].offers[0] == first
