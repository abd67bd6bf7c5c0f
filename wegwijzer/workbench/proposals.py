"""Proposals to change a text or link of the catalogue, kept until somebody takes them over or turns them down.

A proposal changes no file until it is accepted; the change is then one of a few lines in
catalogus/organisaties/, refused when the catalogue would no longer be right.
"""

from __future__ import annotations

import datetime
import json
import re
import shutil
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Mapping

import yaml

from wegwijzer import paths
from wegwijzer.catalogue import Offer, load_catalogue
from wegwijzer.errors import CatalogueError, ChangedUnderneathError, SetupError, did_you_mean
from wegwijzer.publication import check_publication
from wegwijzer.workbench import texts
from wegwijzer.workbench.edits import Edit, unified
from wegwijzer.workbench.keeping import (
    append_record,
    locked,
    name_of,
    now,
    read_journal,
    replace_file,
)

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
        objection: why the catalogue would not be right with it when it was proposed, or ''. A published link
            must stand in publicatie.txt, so that a link that moved needs a newer publication, too.
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
    objection: str = ""


class Proposals:
    """The proposals of one tree.

    Args:
        root: the project's folder.
    """

    def __init__(self, root: Path = paths.ROOT) -> None:
        self.root = root
        self._catalogue = root / "catalogus"
        self._kept = root / "var" / "werkbank"
        self._journal = self._kept / "voorstellen.jsonl"
        self._looked_at = self._kept / "nagekeken.jsonl"

    def all(self) -> list[Proposal]:
        """Returns the proposals, newest first."""
        latest: dict[str, Proposal] = {}
        for record in read_journal(self._journal):
            latest[str(record["id"])] = _proposal(record)
        return sorted(latest.values(), key=lambda proposal: proposal.id, reverse=True)

    def _get(self, proposal_id: str) -> Proposal:
        found = next((proposal for proposal in self.all() if proposal.id == proposal_id), None)
        if found is None:
            raise SetupError(texts.NO_PROPOSAL.format(id=proposal_id))
        if found.state != OPEN:
            raise SetupError(texts.PROPOSAL_CLOSED.format(state=found.state))
        return found

    def _offer(self, offer: str) -> Offer:
        offers = load_catalogue(self._catalogue).offers
        if offer not in offers:
            text = texts.UNKNOWN_OFFER.format(
                name=offer, hint=did_you_mean(offer, offers, texts.DID_YOU_MEAN)
            )
            raise CatalogueError(text, self._catalogue)
        return offers[offer]

    def propose(self, offer: str, field: str, new: str, why: str, who: str) -> Proposal:
        """Keeps a proposal.

        Raises:
            CatalogueError: when the offer or field is unknown.
            SetupError: when a name or reason is missing, or nothing would change.
        """
        name, reason, value = name_of(who), " ".join(why.split()), " ".join(new.split())
        if not reason:
            raise SetupError(texts.NO_REASON)
        if field not in FIELDS:
            text = texts.UNKNOWN_FIELD.format(name=field, known=", ".join(FIELDS))
            raise CatalogueError(text, self._catalogue, None, offer)
        with locked(self._kept):
            edit, old = self._edit(offer, field, value)
            if old == value:
                raise SetupError(texts.NOTHING_PROPOSED)
            try:
                self._check(edit)
                objection = ""
            except CatalogueError as error:
                objection = str(error)
            moment = now()
            proposal = Proposal(
                f"{moment:%Y%m%d-%H%M%S-%f}",
                moment,
                name,
                offer,
                field,
                old,
                value,
                reason,
                OPEN,
                unified(edit, self.root),
                objection,
            )
            self._remember(proposal)
        return proposal

    def _edit(self, offer: str, field: str, new: str) -> tuple[Edit, str]:
        """Returns the edit that gives a field of an offer another value, and the value that it has."""
        path = self._catalogue / "organisaties" / f"{self._offer(offer).body_id}.yml"
        # Not read_text(): line ends must stay what they are.
        text = path.read_bytes().decode("utf-8")
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
        for record in _value(root, "offers").value:
            if _value(record, "id").value == offer:
                node = _value(record, field)
                break
        else:
            raise CatalogueError(texts.UNKNOWN_OFFER.format(name=offer, hint=""), path)
        lines = text.split("\n")
        first, last = node.start_mark, node.end_mark
        if first.line != last.line:
            raise CatalogueError(texts.FIELD_OWN_FORM.format(field=field), path, first.line + 1, offer)
        line = lines[first.line]
        lines[first.line] = line[: first.column] + _scalar(new) + line[last.column :]
        return Edit(path, text, "\n".join(lines)), str(node.value)

    def _check(self, edit: Edit) -> None:
        """Raises CatalogueError when the catalogue would no longer be right."""
        with tempfile.TemporaryDirectory(prefix="catalogus-") as folder:
            copy = Path(folder) / "catalogus"
            shutil.copytree(self._catalogue, copy)
            assert edit.after is not None
            replace_file(copy / edit.path.relative_to(self._catalogue), edit.after)
            try:
                check_publication(load_catalogue(copy))
            except CatalogueError as error:
                place = self._catalogue / error.path.relative_to(copy)
                raise CatalogueError(error.text, place, error.line, error.identifier) from None

    def accept(self, proposal_id: str, who: str) -> Proposal:
        """Writes a proposal into the catalogue; the change is then pending in History.

        Raises:
            ChangedUnderneathError: when the value is no longer what it was.
            CatalogueError: when the catalogue would no longer be right; nothing is written.
            SetupError: when there is no such open proposal or `who` is empty.
        """
        name = name_of(who)
        with locked(self._kept):
            proposal = self._get(proposal_id)
            edit, old = self._edit(proposal.offer, proposal.field, proposal.new)
            if old != proposal.old:
                raise ChangedUnderneathError(
                    texts.PROPOSAL_CHANGED.format(field=proposal.field, old=proposal.old, now=old), edit.path
                )
            self._check(edit)
            replace_file(edit.path, edit.after)
            return self._close(proposal, ACCEPTED, name)

    def decline(self, proposal_id: str, who: str) -> Proposal:
        """Turns a proposal down.

        Raises:
            SetupError: when there is no such open proposal or `who` is empty.
        """
        name = name_of(who)
        with locked(self._kept):
            return self._close(self._get(proposal_id), DECLINED, name)

    def _close(self, proposal: Proposal, state: str, by: str) -> Proposal:
        closed = replace(proposal, state=state)
        self._remember(closed, by)
        return closed

    def _remember(self, proposal: Proposal, by: str = "") -> None:
        record = {**asdict(proposal), "when": proposal.when.isoformat(), "by": by or proposal.who}
        append_record(self._journal, record)

    def mark_checked(self, offer: str, who: str) -> None:
        """Records that somebody looked at an offer today and found it right.

        Raises:
            CatalogueError: when the offer is unknown.
            SetupError: when `who` is empty.
        """
        name = name_of(who)
        self._offer(offer)
        with locked(self._kept):
            append_record(self._looked_at, {"offer": offer, "who": name, "when": now().isoformat()})

    def checked_by(self) -> dict[str, tuple[datetime.date, str]]:
        """Returns per offer when it was last looked at here and by whom; offers never looked at are absent."""
        return {
            str(record["offer"]): (
                datetime.datetime.fromisoformat(record["when"]).astimezone().date(),
                str(record["who"]),
            )
            for record in read_journal(self._looked_at)
        }


def _value(node: Any, key: str) -> Any:
    return next(value for name, value in node.value if name.value == key)


def _scalar(text: str) -> str:
    """Returns a text as YAML writes it on one line, with quotes only where they are needed."""
    plain = re.fullmatch(r"[\w(][^:#\[\]{},&*!|>'\"%@`]*(?:://\S+)?[^\s:]", text) is not None
    if plain and (isinstance(yaml.safe_load(text), str) or re.fullmatch(r"\d{4}-\d\d-\d\d", text)):
        return text
    return json.dumps(text, ensure_ascii=False)


def _proposal(record: Mapping[str, Any]) -> Proposal:
    values = {key: value for key, value in record.items() if key != "by"}
    return Proposal(**{**values, "when": datetime.datetime.fromisoformat(record["when"])})
