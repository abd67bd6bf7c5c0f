"""A proposal changes nothing until it is taken over, and then only its own words."""

from __future__ import annotations

import datetime
import subprocess
from pathlib import Path

import pytest

from tests.workbench.trees import small_tree
from wegwijzer.catalogue import load_catalogue
from wegwijzer.errors import CatalogueError, ChangedUnderneathError, SetupError
from wegwijzer.workbench.proposals import ACCEPTED, DECLINED, FIELDS, OPEN, Proposals


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project whose catalogue may be changed."""
    return small_tree(tmp_path / "boom", own_catalogue=True)


@pytest.fixture
def proposals(tree: Path) -> Proposals:
    return Proposals(tree)


def ess(tree: Path) -> Path:
    return tree / "catalogus" / "organisaties" / "ess.yml"


def test_every_field_can_be_written_back(
    tree: Path, proposals: Proposals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposals, "_check", lambda edit: None)
    values = {"checked_on": "2026-12-01", "url": "https://www.socialestabiliteit.nl/nieuw?a=1#b"}
    first_of = {offer.body_id: offer for offer in load_catalogue(tree / "catalogus").offers.values()}
    for number, offer in enumerate(first_of.values()):
        field = FIELDS[number % len(FIELDS)]
        new = values.get(field, f"om kennis: 'hier' & \"daar\" [{field}] # nee")
        proposal = proposals.propose(offer.id, field, new, "nieuwe naam", "Tine")
        changed = [line for line in proposal.diff.splitlines()[2:] if line[0] in "+-"]
        assert [line[:5] for line in changed] == ["-    ", "+    "], proposal.diff
        proposals.accept(proposal.id, "Tine")
        assert str(getattr(load_catalogue(tree / "catalogus").offers[offer.id], field)) == new


def test_a_proposal_changes_only_its_own_line_when_it_is_taken_over(tree: Path, proposals: Proposals) -> None:
    before = ess(tree).read_text()
    proposal = proposals.propose("ess_kennis", "short", "kennis: advies", "duidelijker", "Tine")
    assert ess(tree).read_text() == before and not proposal.objection
    accepted = proposals.accept(proposal.id, "Bas")
    assert accepted.state == ACCEPTED
    assert ess(tree).read_text() == before.replace(
        "    short: kennis en advies over spanningen\n", '    short: "kennis: advies"\n'
    )
    assert load_catalogue(tree / "catalogus").offers["ess_kennis"].short == "kennis: advies"
    assert [p.state for p in proposals.all()] == [ACCEPTED]
    with pytest.raises(SetupError, match="al overgenomen"):
        proposals.accept(proposal.id, "Bas")


def test_the_diff_can_be_sent_to_who_keeps_the_catalogue(tree: Path, proposals: Proposals) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
    proposal = proposals.propose("ess_kennis", "title", "Kennis en meer", "nieuwe naam", "Tine")
    subprocess.run(["git", "apply"], input=proposal.diff, text=True, cwd=tree, check=True)
    assert "    title: Kennis en meer\n" in ess(tree).read_text()


def test_a_link_that_is_not_in_the_publication_can_be_proposed_but_not_taken_over(
    tree: Path, proposals: Proposals
) -> None:
    before = ess(tree).read_text()
    proposal = proposals.propose("ess_kennis", "url", "https://nieuw.example/", "verhuisd", "Tine")
    assert "ess.yml" in proposal.objection and proposal.state == OPEN
    with pytest.raises(CatalogueError, match="publicatie"):
        proposals.accept(proposal.id, "Bas")
    assert ess(tree).read_text() == before
    assert proposals.decline(proposal.id, "Bas").state == DECLINED


def test_what_changed_meanwhile_is_not_overwritten(tree: Path, proposals: Proposals) -> None:
    first = proposals.propose("ess_kennis", "title", "Een", "x", "Tine")
    second = proposals.propose("ess_kennis", "title", "Twee", "y", "Bas")
    proposals.accept(first.id, "Noor")
    with pytest.raises(
        ChangedUnderneathError, match="intussen veranderd van 'Kennis en advies van de ESS' in 'Een'"
    ):
        proposals.accept(second.id, "Noor")


@pytest.mark.parametrize(
    ("offer", "field", "new", "why", "error", "match"),
    [
        ("ess_kenis", "title", "x", "y", CatalogueError, "bedoelt u 'ess_kennis'"),
        ("ess_kennis", "label", "x", "y", CatalogueError, "'label' kan hier niet"),
        ("ess_kennis", "title", "x", " ", SetupError, "zeg waarom"),
        ("ess_kennis", "title", "Kennis en advies van de ESS", "y", SetupError, "al zo"),
    ],
)
def test_what_cannot_be_proposed(
    proposals: Proposals, offer: str, field: str, new: str, why: str, error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        proposals.propose(offer, field, new, why, "Tine")
    assert proposals.all() == []


def test_who_looked_at_an_offer_is_remembered(proposals: Proposals) -> None:
    proposals.mark_checked("ess_kennis", "Tine")
    proposals.mark_checked("ess_kennis", "Bas")
    assert proposals.checked_by() == {"ess_kennis": (datetime.date.today(), "Bas")}
    with pytest.raises(CatalogueError):
        proposals.mark_checked("ess_kenis", "Tine")
