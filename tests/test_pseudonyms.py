"""Senders get a name in the store that tells nothing about them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from wegwijzer.errors import SetupError
from wegwijzer.pseudonyms import FILE, VARIABLE, Pseudonyms, load_pseudonyms

SENDER = "jan.jansen@voorbeeld.nl"


def test_a_sender_becomes_the_same_unreadable_name() -> None:
    names = Pseudonyms(b"sleutel")
    assert names.name(SENDER) == names.name(SENDER) != names.name(SENDER + "x")
    assert "jan" not in names.name(SENDER)
    assert names.name(names.name(SENDER)) == names.name(SENDER)
    assert Pseudonyms(b"andere").name(SENDER) != names.name(SENDER)


def test_a_random_name_stays() -> None:
    uuid = "0b54e29b-7a3e-4f0e-9d3b-0a8f4a0f1c11"
    assert Pseudonyms(b"sleutel").name(uuid) == uuid
    assert Pseudonyms(b"sleutel").name(f"jan-{uuid}") != f"jan-{uuid}"


def test_the_key_is_made_once_and_only_for_us(tmp_path: Path) -> None:
    first = load_pseudonyms({}, tmp_path / "var").name(SENDER)
    assert load_pseudonyms({}, tmp_path / "var").name(SENDER) == first
    file = tmp_path / "var" / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == [FILE]
    assert load_pseudonyms({VARIABLE: file.read_text()}, tmp_path).name(SENDER) == first


def test_a_weak_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="te kort"):
        load_pseudonyms({VARIABLE: "geheim"}, tmp_path)
    (tmp_path / FILE).write_text("x")
    with pytest.raises(SetupError, match="te kort"):
        load_pseudonyms({}, tmp_path)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(SetupError, match=VARIABLE):
        load_pseudonyms({}, tmp_path / "var")
