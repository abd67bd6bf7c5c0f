"""Secrets come from the environment only, and are refused when somebody could guess them."""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path
from typing import Any, Mapping

from wegwijzer.catalogue import read_yaml
from wegwijzer.errors import SetupError

SHORTEST = 32
"""Fewest characters of a secret."""
_LEAST_BITS = 96.0
"""Least entropy of its characters together; 32 random hexadecimal digits have about 112."""
_MOST_KNOWN = 0.4
"""Largest part of a secret that may be words of _KNOWN."""
_KNOWN = re.compile(
    r"wegwijzer|gemeente|geheim|wachtwoord|welkom|secret|passw(?:or)?d|change|default|example|voorbeeld|"
    r"sleutel|pseudoniem|token|test|admin|qwerty|azerty|letmein|invullen|vervang|your|here|key|"
    r"0123456789|123456789|12345678|abcdefghijklmnopqrstuvwxyz|abcdef|deadbeef",
    re.IGNORECASE,
)
_SECRET_NAME = re.compile(
    r"(?:^|_)(?:secret|password|passwd|token|jwt|private_key|api_key|sleutel|wachtwoord)(?:$|_)"
)
_FROM_ENVIRONMENT = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
_HOW = "maak er een met 'openssl rand -hex 32'"


def check_secret(variable: str, value: str, shortest: int = SHORTEST) -> None:
    """Refuses a secret that is short, is made of well-known words or repeats itself.

    Args:
        variable: its name, for the message; the value is never in it.
        value: the secret.
        shortest: fewest characters.

    Raises:
        SetupError: says what is wrong and how to make a better one.
    """
    if len(value) < shortest:
        raise SetupError(f"{variable} is te kort; geef minstens {shortest} tekens: {_HOW}")
    known = sum(len(found.group()) for found in _KNOWN.finditer(value))
    if known > _MOST_KNOWN * len(value):
        raise SetupError(f"{variable} bestaat uit bekende woorden of rijtjes en is te raden: {_HOW}")
    if entropy(value) < _LEAST_BITS * min(1.0, shortest / SHORTEST) or _repeats(value):
        raise SetupError(f"{variable} heeft te weinig verschillende tekens en is te raden: {_HOW}")


def entropy(text: str) -> float:
    """Returns the bits that the frequencies of its characters allow for."""
    counts = Counter(text)
    return -sum(n * math.log2(n / len(text)) for n in counts.values())


def _repeats(text: str) -> bool:
    """Returns whether it is one shorter text over and over, or a row of following characters."""
    steps = {ord(b) - ord(a) for a, b in zip(text, text[1:])}
    return (text + text).find(text, 1) < len(text) or len(steps) == 1


def check_no_secrets(path: Path) -> None:
    """Refuses a YAML file that has a secret in it; `${NAME}`, which Rasa fills in, is none.

    Raises:
        SetupError: names the file and the field.
    """
    _search(read_yaml(path), path)


def _search(content: Any, path: Path, field: str = "") -> None:
    if isinstance(content, Mapping):
        for name, value in content.items():
            _search(value, path, str(name))
    elif isinstance(content, (list, tuple)):
        for value in content:
            _search(value, path, field)
    elif isinstance(content, str) and content and _SECRET_NAME.search(field.lower()):
        if not _FROM_ENVIRONMENT.fullmatch(content.strip()):
            raise SetupError(
                f"{path.name}: '{field}' is een geheim en hoort niet in een bestand; "
                f"schrijf ${{{field.upper()}}} en zet het in de omgeving"
            )
