"""How many days conversations are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from wegwijzer.errors import SetupError
from wegwijzer.retention import DEFAULT_DAYS, VARIABLE, retention_days
from wegwijzer.supervisor import check_credentials


@pytest.mark.parametrize(("given", "days"), [("1", 1), (" 90 ", 90), ("3650", 3650), ("", DEFAULT_DAYS)])
def test_days_from_the_environment(given: str, days: int) -> None:
    assert retention_days({VARIABLE: given}) == days


def test_thirty_days_without_a_setting() -> None:
    assert retention_days({}) == 30


@pytest.mark.parametrize("given", ["0", "-1", "30 dagen", "1.5", "²", "٣", "3651", "9" * 400])
def test_no_number_of_days(given: str) -> None:
    with pytest.raises(SetupError, match=VARIABLE):
        retention_days({VARIABLE: given})


def test_a_wrong_period_is_found_before_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "altijd")
    (tmp_path / "credentials.yml").write_text("a.channel:\n", encoding="utf-8")
    with pytest.raises(SetupError, match="'altijd' is geen aantal dagen"):
        check_credentials(tmp_path / "credentials.yml")
