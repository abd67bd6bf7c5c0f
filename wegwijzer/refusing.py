"""The answer of who cannot pass a request on: one message in the contract's form, as JSON."""

from __future__ import annotations

import json

from wegwijzer import sentences
from wegwijzer.contract import contract_record

TEXTS = {
    400: sentences.BAD_REQUEST,
    401: sentences.NOT_SIGNED_IN,
    404: sentences.NO_SUCH_ADDRESS,
    405: sentences.NOT_POSSIBLE_HERE,
    408: sentences.TOO_SLOW,
    413: sentences.TOO_LARGE,
    431: sentences.HEADERS_TOO_LARGE,
    503: sentences.UNAVAILABLE,
}
"""What to tell the user for each HTTP status that has nothing to do with a conversation."""


def refusal_body(status: int) -> str:
    """Returns the JSON for a status; for one that TEXTS does not have, that of a failure."""
    text = TEXTS.get(status, sentences.BAD_REQUEST if status < 500 else sentences.UNAVAILABLE)
    return json.dumps([{"text": text, "custom": contract_record("smalltalk", 0.0)}], ensure_ascii=False)
