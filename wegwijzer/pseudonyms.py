"""The name under which a conversation is kept.

The chat sends a random UUID, which tells nothing and stays as it is. Anything else that a
client may send (an e-mail address, a number of staff) becomes a keyed hash, always the same
one for the same sender. Whoever has the key can tell whether a given sender is meant; nobody
can read a sender from the name.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from pathlib import Path
from typing import Mapping, Optional

from wegwijzer.errors import SetupError
from wegwijzer.secrecy import check_secret

VARIABLE = "WEGWIJZER_PSEUDONIEMSLEUTEL"
"""Environment variable with the key; needed when several machines share a tracker store."""
FILE = "pseudoniem.sleutel"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PREFIX = "p-"
_BYTES = 20


class Pseudonyms:
    """Gives senders their name in the store.

    Args:
        key: secret bytes, at most 64.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def name(self, sender: str) -> str:
        """Returns the name of the conversation of this sender; that of a name is itself.

        For administrators, who may point at a conversation by its name.
        """
        return sender if re.fullmatch(rf"{_PREFIX}[0-9a-f]{{{2 * _BYTES}}}", sender) else self.given(sender)

    def given(self, sender: str, subject: Optional[str] = None) -> str:
        """Returns the name of the conversation of a sender as a client gave it.

        Args:
            sender: what the client sent; a name of the store is nothing special here.
            subject: who it is, as the intranet says; then nobody else gets this name, whatever he sends.
        """
        if subject is not None:
            sender = json.dumps([subject, sender])
        elif _UUID.fullmatch(sender):
            return sender
        return _PREFIX + hashlib.blake2b(sender.encode(), key=self._key, digest_size=_BYTES).hexdigest()


def load_pseudonyms(environment: Mapping[str, str], folder: Path) -> Pseudonyms:
    """Returns the pseudonyms of this installation; makes a key the first time when none is given.

    Args:
        environment: whose VARIABLE goes before the file.
        folder: where the file with the key is.

    Raises:
        SetupError: when the key is too short, or the file cannot be made or read.
    """
    given = environment.get(VARIABLE, "").strip()
    if not given:
        given = _kept(folder / FILE)
    check_secret(VARIABLE, given)
    return Pseudonyms(hashlib.sha256(given.encode()).digest())


def _kept(file: Path) -> str:
    """Returns the key in a file, which is made when it is not there; two processes get the same one."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        made = file.with_name(f"{file.name}.{os.getpid()}")
        if not file.exists():
            descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(secrets.token_hex(32) + "\n")
            try:
                os.link(made, file)
            except FileExistsError:
                pass  # Another process was first; its key counts.
            finally:
                made.unlink()
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError) as error:
        raise SetupError(f"{file}: kan de sleutel niet lezen of maken ({error}); geef {VARIABLE}") from None
