"""What arrives over HTTP: bad input is politely refused."""

from __future__ import annotations

from typing import Any

import pytest

from wegwijzer.intake import LONGEST, Question, Refusal, as_plain_text, read_question


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (None, 400),
        ([], 400),
        ("tekst", 400),
        ({}, 400),
        ({"sender": "a"}, 400),
        ({"sender": "a", "message": 3}, 400),
        ({"sender": "", "message": "hallo"}, 400),
        ({"sender": "x" * 300, "message": "hallo"}, 400),
        ({"sender": "a", "message": ""}, 200),
        ({"sender": "a", "message": "🙂🙂"}, 200),
        ({"sender": "a", "message": "x" * 50_000}, 413),
    ],
)
def test_bad_input(body: Any, status: int) -> None:
    refusal = read_question(body)
    assert isinstance(refusal, Refusal)
    assert refusal.status == status
    assert refusal.text


def test_too_long_keeps_all_of_it_for_the_danger_decision() -> None:
    message = "help " + "x" * LONGEST + " hij heeft een mes " + "x" * LONGEST
    refusal = read_question({"sender": "a", "message": message})
    assert isinstance(refusal, Refusal)
    assert refusal.typed == message


def test_the_steps_are_explained_only_when_asked_for() -> None:
    body = {"sender": "a", "message": "onrust"}
    asked = [read_question(b) for b in (body, {**body, "explain": True}, {**body, "explain": "ja"})]
    assert [isinstance(q, Question) and q.explain for q in asked] == [False, True, False]


def test_control_characters_go() -> None:
    assert read_question({"sender": "a", "message": "hal\x00lo\x07 daar"}) == Question("a", "hal lo daar")


@pytest.mark.parametrize("typed", ["/restart", " /restart{}", '//omo_preventie{"a":"b"}', "/"])
def test_a_command_is_only_text(typed: str) -> None:
    assert not as_plain_text(typed).startswith("/")
    assert as_plain_text(typed)
