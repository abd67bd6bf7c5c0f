"""Secrets that somebody could guess, and secrets in files, are refused with a clear message."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from wegwijzer import paths
from wegwijzer.errors import SetupError
from wegwijzer.metrics import PORT, TOKEN, Access, read_access
from wegwijzer.secrecy import check_no_secrets, check_secret
from wegwijzer.supervisor import check_credentials


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("", "te kort"),
        ("k9#Lm2", "te kort"),
        ("a" * 64, "te raden"),
        ("ab" * 32, "te raden"),
        ("a1b2c3d4" * 8, "te raden"),
        ("0123456789" * 4, "bekende woorden"),
        ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ", "bekende woorden"),
        ("changeme-changeme-changeme-changeme!", "bekende woorden"),
        ("WegwijzerGeheimWachtwoord-Gemeente-1", "bekende woorden"),
        ("your-secret-key-here-please-change-it", "bekende woorden"),
        ("!\"#$%&'()*+,-./0123456789:;<=>?@ABCD", "te raden"),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "te weinig"),
    ],
)
def test_a_weak_secret_is_refused_without_being_told(value: str, why: str) -> None:
    with pytest.raises(SetupError, match=why) as error:
        check_secret("WEGWIJZER_X", value)
    assert "WEGWIJZER_X" in str(error.value) and "openssl rand" in str(error.value)
    assert not value or value not in str(error.value)


def test_random_secrets_are_taken() -> None:
    for _ in range(2000):
        check_secret("WEGWIJZER_X", secrets.token_hex(32))
        check_secret("WEGWIJZER_X", secrets.token_urlsafe(24))
        check_secret("WEGWIJZER_X", secrets.token_urlsafe(15), 20)
    check_secret("WEGWIJZER_X", "correct paard batterij nietje zeventien")


def test_access_to_the_figures() -> None:
    good = secrets.token_hex(32)
    assert read_access({}) == Access("", None)
    assert read_access({TOKEN: f" {good} ", PORT: "9100"}) == Access(good, 9100)
    for wrong in ({TOKEN: "prometheus"}, {TOKEN: "a" * 40}, {PORT: "0"}, {PORT: "x"}, {PORT: "70000"}):
        with pytest.raises(SetupError):
            read_access(wrong)


@pytest.mark.parametrize(
    "text",
    ["a:\n  jwt_secret: abc\n", "tracker_store:\n  password: abc\n", "x: [{auth: {token: abc}}]\n"],
)
def test_a_secret_in_a_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "endpoints.yml"
    file.write_text(text)
    with pytest.raises(SetupError, match="hoort niet in een bestand") as error:
        check_no_secrets(file)
    assert "abc" not in str(error.value)


def test_the_environment_in_a_file_is_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "endpoints.yml"
    file.write_text("tracker_store:\n  password: ${DATABASE_PASSWORD}\n  username: wegwijzer\n  token: ''\n")
    check_no_secrets(file)
    for own in ("credentials.yml", "endpoints.yml"):
        check_no_secrets(paths.ROOT / own)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("WEGWIJZER_JWT_SECRET", "geheim"),
        ("WEGWIJZER_METRICS_TOKEN", "geheim"),
        ("WEGWIJZER_LOG", "xml"),
        ("WEGWIJZER_METRICS_PORT", "-1"),
    ],
)
def test_the_start_refuses_a_wrong_setting(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SetupError, match=variable.rsplit("_", 1)[0]):
        check_credentials(paths.ROOT / "credentials.yml")
