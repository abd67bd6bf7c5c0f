"""Cuts a message into the parts that may each hold a problem of their own, or down to its two ends."""

from __future__ import annotations

import re

_BREAK = re.compile(
    r"(?<=[.!?;])\s+(?:(?:en|maar)\s+(?=daarnaast|verder|ook|bovendien))?|\n+"
    r"|,?\s+(?:en|maar)\s+(?=(?:daarnaast|verder|ook|bovendien|tegelijk|intussen|ondertussen|dan nog)\b)"
    r"|,\s+(?=(?:daarnaast|verder|bovendien|tevens|en ook|plus|ondertussen|intussen|tegelijkertijd)\b)"
    r"|\s+(?=(?:daarnaast|bovendien)\b)",
    re.IGNORECASE,
)
MINIMUM_WORDS = 4
MOST = 6
MOST_READ = 200_000
"""Most characters of a message that anything looks at, also of one that is refused."""


def split_clauses(text: str) -> list[str]:
    """Returns the parts of a message, in order; one part when there is nothing to cut.

    Parts shorter than MINIMUM_WORDS words are joined with the part before them; at
    most MOST parts are returned, the rest stays with the last.
    """
    parts: list[str] = []
    for piece in (piece.strip() for piece in _BREAK.split(text) if piece and piece.strip()):
        if parts and (len(piece.split()) < MINIMUM_WORDS or len(parts) >= MOST):
            parts[-1] = f"{parts[-1]} {piece}"
        else:
            parts.append(piece)
    if len(parts) > 1 and len(parts[0].split()) < MINIMUM_WORDS:
        parts[0:2] = [f"{parts[0]} {parts[1]}"]
    return parts


def both_ends(text: str, most: int) -> str:
    """Returns the text, or its two ends when it is longer than `most` characters."""
    return text if len(text) <= most else f"{text[: most // 2]}\n{text[-most // 2 :]}"
