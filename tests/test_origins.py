"""Which websites may use the chat."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wegwijzer.errors import SetupError
from wegwijzer.origins import VARIABLE, Origins, read_origins
from wegwijzer.supervisor import check_credentials

INTRANET = "https://intranet.gemeente.nl"


def test_origins_are_written_as_browsers_do() -> None:
    listed = ["HTTPS://Intranet.Gemeente.NL", "https://intranet.gemeente.nl:443", "http://[::1]:8080"]
    assert read_origins(listed, {}) == (INTRANET, "http://[::1]:8080")
    assert read_origins(None, {}) == ()


def test_the_environment_takes_precedence() -> None:
    assert read_origins(["https://a.nl"], {VARIABLE: f" {INTRANET} ,http://b.nl:81,"}) == (
        INTRANET,
        "http://b.nl:81",
    )
    assert read_origins(["https://a.nl"], {VARIABLE: ""}) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        "*",
        "https://*.gemeente.nl",
        "intranet.gemeente.nl",
        "https://intranet.gemeente.nl/",
        "https://intranet.gemeente.nl/pad",
        "https://u:w@intranet.gemeente.nl",
        "ftp://intranet.gemeente.nl",
        "null",
        "https://a.nl; script-src *",
        "https://a.nl https://b.nl",
        "https://[",
        7,
    ],
)
def test_what_is_no_origin_is_named(wrong: Any) -> None:
    with pytest.raises(SetupError, match="allowed_origins"):
        read_origins([wrong], {})
    with pytest.raises(SetupError, match=VARIABLE):
        read_origins([], {VARIABLE: str(wrong)})


def test_a_text_is_no_list() -> None:
    with pytest.raises(SetupError, match="geen lijst"):
        read_origins(INTRANET, {})


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        (None, "wegwijzer.nl", True),
        (INTRANET, "wegwijzer.nl", True),
        ("https://wegwijzer.nl", "wegwijzer.nl", True),
        ("https://wegwijzer.nl", "Wegwijzer.nl:443", True),
        ("http://127.0.0.1:5005", "127.0.0.1:5005", True),
        ("http://127.0.0.1:5006", "127.0.0.1:5005", False),
        ("https://evil.nl", "wegwijzer.nl", False),
        ("https://intranet.gemeente.nl.evil.nl", "wegwijzer.nl", False),
        ("http://intranet.gemeente.nl", "wegwijzer.nl", False),
        ("null", "wegwijzer.nl", False),
        ("", "wegwijzer.nl", False),
        ("https://", "", False),
    ],
)
def test_who_may_ask(origin: str | None, host: str, allowed: bool) -> None:
    assert Origins((INTRANET,)).allows(origin, host) is allowed


def test_the_own_origin_is_not_told_to_the_browser() -> None:
    origins = Origins((INTRANET,))
    assert origins.shares_with(INTRANET)
    assert not origins.shares_with("https://wegwijzer.nl")
    assert not origins.shares_with(None)


def test_who_may_frame() -> None:
    assert Origins((INTRANET,)).frame_ancestors == f"'self' {INTRANET}"
    assert Origins(()).frame_ancestors == "'self'"


@pytest.mark.parametrize("part", ["allowed_origins: ['*']", "limits: {sender: {burst: 0}}"])
def test_a_wrong_setting_is_found_before_the_start(
    tmp_path: Path, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    (tmp_path / "credentials.yml").write_text(f"a.channel:\n  {part}\nb.channel:\n", encoding="utf-8")
    with pytest.raises(SetupError, match="credentials.yml"):
        check_credentials(tmp_path / "credentials.yml")
