"""How long conversations are kept: one number of days, from the environment."""

from __future__ import annotations

from typing import Mapping

from wegwijzer.errors import SetupError

VARIABLE = "WEGWIJZER_BEWAARDAGEN"
"""Environment variable with the days that a conversation is kept."""
DEFAULT_DAYS = 30
"""Days when the variable is not set."""
LONGEST_DAYS = 3650
"""More is taken for a mistake."""


def retention_days(environment: Mapping[str, str]) -> int:
    """Returns after how many days a conversation is deleted.

    Args:
        environment: whose VARIABLE counts; DEFAULT_DAYS without it.

    Raises:
        SetupError: when it is no whole number of days.
    """
    given = environment.get(VARIABLE, "").strip()
    if not given:
        return DEFAULT_DAYS
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= LONGEST_DAYS:
        raise SetupError(
            f"{VARIABLE}: '{given}' is geen aantal dagen; geef een heel getal van 1 tot {LONGEST_DAYS}"
        )
    return int(given)
