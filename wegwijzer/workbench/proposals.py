"""Proposals to change a text or link of the catalogue, kept until somebody takes them over or turns them down.

A proposal changes no file until it is accepted; the change is then one of a few lines in
catalogus/organisaties/, refused when the catalogue would no longer be right.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from wegwijzer import paths

FIELDS = ("title", "short", "purpose", "url", "checked_on")
"""Fields of an offer that may be proposed; what is quoted from the publication may not."""
OPEN = "open"
ACCEPTED = "overgenomen"
DECLINED = "afgewezen"


@dataclass(frozen=True)
class Proposal:
    """A proposed value.

    Attributes:
        id: of the proposal.
        when: UTC.
        who: who proposes it.
        offer: id of the offer.
        field: one of FIELDS.
        old: the value when it was proposed.
        new: the proposed value.
        why: the reason given.
        state: OPEN, ACCEPTED or DECLINED.
        diff: the change as `git apply` takes it, against the file when it was proposed.
    """

    id: str
    when: datetime.datetime
    who: str
    offer: str
    field: str
    old: str
    new: str
    why: str
    state: str
    diff: str


class Proposals:
    """The proposals of one tree.

    Args:
        root: the project's folder.
    """

    def __init__(self, root: Path = paths.ROOT) -> None:
        self.root = root

    def all(self) -> list[Proposal]:
        """Returns the proposals, newest first."""
        raise NotImplementedError

    def propose(self, offer: str, field: str, new: str, why: str, who: str) -> Proposal:
        """Keeps a proposal.

        Raises:
            CatalogueError: when the offer or field is unknown, or the catalogue would no longer be right.
            SetupError: when a name or reason is missing.
        """
        raise NotImplementedError

    def accept(self, proposal_id: str, who: str) -> Proposal:
        """Writes a proposal into the catalogue; the change is then pending in History.

        Raises:
            ChangedUnderneathError: when the value is no longer what it was.
            CatalogueError: when the catalogue would no longer be right; nothing is written.
        """
        raise NotImplementedError

    def decline(self, proposal_id: str, who: str) -> Proposal:
        """Turns a proposal down."""
        raise NotImplementedError

    def mark_checked(self, offer: str, who: str) -> None:
        """Records that somebody looked at an offer today and found it right.

        Raises:
            CatalogueError: when the offer is unknown.
        """
        raise NotImplementedError

    def checked_by(self) -> dict[str, tuple[datetime.date, str]]:
        """Returns per offer when it was last looked at here and by whom; offers never looked at are absent."""
        raise NotImplementedError
