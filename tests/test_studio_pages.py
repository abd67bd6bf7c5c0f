"""The workbench's pages as a trainer without JavaScript uses them: find, label, save, undo, and what goes wrong."""

from __future__ import annotations

import datetime
import html
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.studio_tree import OMO, Visitor, keep, make_tree
from wegwijzer.thresholds import thresholds
from wegwijzer.workbench.example_files import Draft
from wegwijzer.workbench.lint import Finding

QUESTION = "stank en geruchten rond het warmtenet, ons team wil leren hoe je zo'n buurt rustig houdt"
TURN: dict[str, Any] = {
    "question": QUESTION,
    "intents": {"omo_ondersteuningsnetwerk": 0.6, "omo_preventie": 0.4},
    "evidence": {"omo_ondersteuningsnetwerk": ["warmtenet", "buurt"]},
    "kind": "advice",
    "offers": ["omo_ondersteuningsnetwerk"],
    "thumb": "down",
    "remark": "wij zochten een training",
}
FORM = {"vraag": QUESTION, "label": "omo_preventie", "actie": "bewaren"}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return make_tree(tmp_path)


@pytest.fixture
def anna(tree: Path) -> Visitor:
    return Visitor(tree)


def omo(tree: Path) -> str:
    return (tree / "data/nlu/aanbod/omo.yml").read_text(encoding="utf-8")


def shown(reply: TestResponse) -> str:
    """The text of a page."""
    body = re.sub(r"<(script|style).*?</\1>", "", reply.text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def put_inbox(tree: Path) -> None:
    keep(tree / "var" / "gesprekken.db", [TURN, {**TURN, "thumb": "up", "question": "dit ging juist goed"}])


# Postvak


def test_the_inbox_says_what_was_understood_answered_and_why(tree: Path, anna: Visitor) -> None:
    put_inbox(tree)
    text = shown(anna.get("/"))
    sharp = [probability ** (1 / thresholds().temperature) for probability in TURN["intents"].values()]
    for part in (
        QUESTION,
        "duim omlaag",
        "wij zochten een training",
        "Antwoord: advies",
        "warmtenet, buurt",
        f"{round(100 * sharp[0] / sum(sharp))} %",
    ):
        assert part in text
    assert "dit ging juist goed" not in text
    assert "dit ging juist goed" in shown(anna.get("/?reden=duim+omhoog"))


def test_without_conversations_the_inbox_says_what_to_do(anna: Visitor) -> None:
    assert "make run" in shown(anna.get("/"))


def test_a_question_that_is_put_aside_can_come_back(tree: Path, anna: Visitor) -> None:
    put_inbox(tree)
    number = anna.services.inbox()[0].number
    assert "Opzij gelegd" in shown(anna.get(anna.post("/postvak/opzij", {"nummer": number}, "/").location))
    assert QUESTION not in shown(anna.get("/"))
    assert "door Anna" in shown(anna.get("/?stand=klaar"))
    anna.post("/postvak/terug", {"nummer": number}, "/?stand=klaar")
    assert QUESTION in shown(anna.get("/"))


# Labelen


def test_a_misunderstood_question_becomes_one_line(tree: Path, anna: Visitor) -> None:
    put_inbox(tree)
    number = anna.services.inbox()[0].number
    page = anna.get(f"/labelen?nummer={number}")
    assert QUESTION in shown(page)
    reply = anna.post("/labelen", {**FORM, "nummer": number})
    assert reply.status_code == 302, shown(reply)
    saved = shown(anna.get(reply.location))
    assert "omo.yml" in saved and QUESTION in saved
    added = f"    - {QUESTION}\n"
    line = "    - een dagdeel oefenen met een boze zaal voor het college\n"
    assert omo(tree) == OMO.replace(line, line + added)
    diff = subprocess.run(
        ["git", "diff", "--numstat"], cwd=tree, capture_output=True, text=True, check=True
    ).stdout
    assert diff.split() == ["1", "0", "data/nlu/aanbod/omo.yml"]
    assert QUESTION not in shown(anna.get("/")), "a labelled question has left the inbox"
    assert "Gelabeld" in shown(anna.get("/?stand=klaar"))


def test_a_save_is_undone_with_one_button(tree: Path, anna: Visitor) -> None:
    reply = anna.post("/labelen", FORM)
    identifier = reply.location.rsplit("/", 1)[-1]
    anna.post("/labelen/ongedaan", {"wijziging": identifier}, "/labelen")
    assert omo(tree) == OMO
    text = shown(anna.get("/versies"))
    assert "ongedaan gemaakt" in text and "door Anna" in text


def test_words_are_marked_without_a_mouse(tree: Path, anna: Visitor) -> None:
    form = {**FORM, "actie": "aanwijzen", "woorden": "team", "soort": "functie", "bedoelt": "ambtenaar"}
    reply = anna.post("/labelen", form)
    field = html.unescape(re.search(r'name="merk" value="([^"]+)"', reply.text).group(1))  # type: ignore[union-attr]
    assert "team" in field
    again = anna.post("/labelen", {**form, "merk": field})
    assert "vallen samen" in shown(again)
    assert anna.post("/labelen", {**FORM, "merk": field}).status_code == 302
    assert '[team]{"entity": "functie", "value": "ambtenaar"}' in omo(tree)


def test_an_entity_outside_the_text_is_refused_and_nothing_is_lost(tree: Path, anna: Visitor) -> None:
    field = '{"words": "burgemeester", "entity": "functie", "value": "", "nth": 0}'
    reply = anna.post("/labelen", {**FORM, "merk": field})
    text = shown(reply)
    assert reply.status_code == 422 and "‘burgemeester’ staan niet in de vraag" in text
    assert QUESTION in html.unescape(reply.text) and "checked" in reply.text
    assert omo(tree) == OMO


def test_an_unknown_intent_is_refused_and_nothing_is_lost(tree: Path, anna: Visitor) -> None:
    reply = anna.post("/labelen", {**FORM, "label": "bestaat_niet"})
    assert reply.status_code in (409, 422)
    assert "bestaat_niet" in shown(reply) and QUESTION in html.unescape(reply.text)
    assert omo(tree) == OMO


def test_an_unknown_kind_of_word_is_refused(anna: Visitor) -> None:
    reply = anna.post("/labelen", {**FORM, "actie": "aanwijzen", "woorden": "team", "soort": "kleur"})
    assert "‘kleur’" in shown(reply)


def test_what_is_missing_is_asked_for(tree: Path, anna: Visitor) -> None:
    reply = anna.post("/labelen", {"vraag": "  ", "actie": "bewaren"})
    assert reply.status_code == 422
    assert "Typ eerst de vraag" in shown(reply) and "Kies wat het juiste antwoord is" in shown(reply)


def test_yaml_broken_by_hand_is_named_by_file_and_line(tree: Path, anna: Visitor) -> None:
    path = tree / "data/nlu/aanbod/omo.yml"
    broken = OMO.replace("- intent: omo_ondersteuningsnetwerk\n", "- intent: [omo_ondersteuningsnetwerk\n")
    path.write_text(broken, encoding="utf-8")
    for reply in (anna.get("/voorbeelden"), anna.post("/labelen", FORM, "/naam")):
        text = shown(reply)
        assert reply.status_code in (409, 422)
        assert re.search(r"omo\.yml(, regel |:)\d+", text), text
    assert QUESTION in html.unescape(reply.text), "what was typed is still there"
    assert path.read_text(encoding="utf-8") == broken
    assert anna.get("/").status_code == 200, "the other pages still work"


def test_a_question_of_the_evaluation_set_is_refused(tree: Path, anna: Visitor) -> None:
    held_out = "menigte bij de noodopvang groeit per uur en er is geen politie"
    reply = anna.post("/labelen", {**FORM, "vraag": held_out, "label": "omo_ondersteuningsnetwerk"})
    assert reply.status_code == 422 and "toetsvraag" in shown(reply)
    assert omo(tree) == OMO


def test_a_contradiction_is_refused(tree: Path, anna: Visitor) -> None:
    reply = anna.post(
        "/labelen",
        {**FORM, "vraag": "een dagdeel oefenen met een boze zaal voor het college", "label": "ssv_advies"},
    )
    assert reply.status_code == 422 and "een dagdeel oefenen" in shown(reply)


def test_personal_data_is_told_and_not_saved_unseen(tree: Path, anna: Visitor) -> None:
    reply = anna.post(
        "/labelen", {**FORM, "vraag": "mail het draaiboek onrust naar j.jansen@gemeente.nl graag"}
    )
    assert reply.status_code == 422 and "persoonsgegevens" in shown(reply)
    assert omo(tree) == OMO


class Hinting:
    """A linter that has one thing to say."""

    text = "Dit lijkt op een naam."

    def check(self, draft: Draft, instead_of: object = None) -> list[Finding]:
        return [Finding("persoonsgegevens", False, self.text, Path("data/nlu/aanbod/omo.yml"), 0, draft.text)]


def test_hints_are_accepted_only_when_they_were_shown(tree: Path, anna: Visitor) -> None:
    hinting = Hinting()
    anna.services.__dict__["linter"] = hinting
    reply = anna.post("/labelen", {**FORM, "toch": "verzonnen"})
    assert reply.status_code == 422 and hinting.text in shown(reply)
    seen = re.search(r'name="toch" value="(\w+)"', reply.text).group(1)  # type: ignore[union-attr]
    hinting.text = "Dit lijkt op een andere naam."
    assert anna.post("/labelen", {**FORM, "toch": seen}).status_code == 422
    assert omo(tree) == OMO
    hinting.text = Hinting.text
    assert anna.post("/labelen", {**FORM, "toch": seen}).status_code == 302


def test_two_trainers_do_not_overwrite_each_other(tree: Path, anna: Visitor) -> None:
    bert = Visitor(tree, name="Bert")
    key = anna.services.files.read()[0].key
    changed = {
        "sleutel": key,
        "vraag": "hoe houden wij het kalm voor het azc-besluit valt",
        "label": "omo_preventie",
        "actie": "bewaren",
    }
    address = f"/labelen?sleutel={key}"
    mine, yours = anna.get(address), bert.get(address)
    assert mine.status_code == yours.status_code == 200
    assert bert.post("/labelen", changed, address).status_code == 302
    late = anna.post(
        "/labelen", {**changed, "vraag": "iets heel anders over het dorp en de markt"}, "/labelen"
    )
    assert late.status_code == 409
    assert "iemand anders heeft dit voorbeeld intussen" in shown(late) and "de markt" in late.text
    assert "hoe houden wij het kalm" in omo(tree) and "de markt" not in omo(tree)


def test_a_new_example_is_taken_along_with_that_of_another(tree: Path, anna: Visitor) -> None:
    bert = Visitor(tree, name="Bert")
    bert.post("/labelen", {**FORM, "vraag": "wij zoeken een oefening voor medewerkers aan de balie"})
    assert anna.post("/labelen", FORM).status_code == 302
    assert "medewerkers aan de balie" in omo(tree) and QUESTION in omo(tree)


def test_an_example_is_changed_moved_and_removed(tree: Path, anna: Visitor) -> None:
    stored = next(s for s in anna.services.files.read() if "bijspringen" in s.draft.text)
    page = anna.get(f"/labelen?sleutel={stored.key}")
    assert "Voorbeeld wijzigen" in shown(page)
    moved = {"sleutel": stored.key, "vraag": stored.draft.text, "label": "ssv_advies", "actie": "bewaren"}
    assert anna.post("/labelen", moved, f"/labelen?sleutel={stored.key}").status_code == 302
    assert "bijspringen" not in omo(tree)
    now = next(s for s in anna.services.files.read() if "bijspringen" in s.draft.text)
    assert now.path.name == "ssv.yml"
    anna.post("/labelen/verwijderen", {"sleutel": now.key}, f"/labelen?sleutel={now.key}")
    assert not [s for s in anna.services.files.read() if "bijspringen" in s.draft.text]


def test_an_ambiguous_question_goes_where_those_stand(tree: Path, anna: Visitor) -> None:
    reply = anna.post("/labelen", {**FORM, "ook": ["omo_ondersteuningsnetwerk"]})
    assert reply.status_code == 302, shown(reply)
    stored = next(s for s in anna.services.files.read() if s.draft.text == QUESTION)
    assert stored.draft.also == ("omo_ondersteuningsnetwerk",) and "dubbelzinnig" in str(stored.path)


def test_labels_are_filtered_without_javascript(anna: Visitor) -> None:
    text = anna.post("/labelen", {"vraag": "x", "zoek": "omo", "actie": "filter"}).text
    assert 'id="label-omo_preventie"' in text and 'id="label-riec_producten"' not in text
    chosen = anna.post(
        "/labelen", {"vraag": "x", "zoek": "omo", "label": "riec_producten", "actie": "filter"}
    ).text
    assert re.search(r'id="label-riec_producten"[^>]*checked', chosen), "what was chosen stays chosen"


def test_without_a_model_labelling_works(anna: Visitor) -> None:
    assert "Er is nog geen model" in shown(anna.get("/labelen?vraag=onrust"))


# Voorbeelden, catalogus, versies


def test_examples_are_searched(anna: Visitor) -> None:
    text = shown(anna.get("/voorbeelden?zoek=boze+zaal"))
    assert "1 voorbeeld" in text and "boze zaal" in text and "stadhuis" not in text
    assert "3 voorbeelden" not in text
    assert "<mark>voorkomen</mark>" in anna.get("/voorbeelden?label=omo_preventie").text


def test_counts_and_coverage_are_shown(anna: Visitor) -> None:
    assert "te weinig" in shown(anna.get("/voorbeelden/aantallen"))
    assert "Verschijnsel" in shown(anna.get("/voorbeelden/dekking"))


def test_a_link_check_without_internet_says_so(anna: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    from wegwijzer.studio.pages import catalogue
    from wegwijzer.workbench.links import LinkReport

    now = datetime.datetime.now(datetime.timezone.utc)
    monkeypatch.setattr(catalogue, "check_links", lambda *given, **named: LinkReport(now, "Anna", (), True))
    anna.post("/catalogus/links", {}, "/catalogus")
    while anna.services.jobs.running("links"):
        time.sleep(0.01)
    assert "Er was geen internet" in shown(anna.get("/catalogus"))


def test_a_new_body_gets_its_examples_in_the_browser(tree: Path, anna: Visitor) -> None:
    body = (tree / "catalogus/organisaties/wethoudersvereniging.yml").read_text(encoding="utf-8")
    new = re.sub(r"wethoudersvereniging\b(?!\.nl)", "walvissen", body).replace(
        "https://www.", "https://nieuw."
    )
    (tree / "catalogus/organisaties/walvissen.yml").write_text(new + "own: true\n", encoding="utf-8")
    domain = tree / "domain.yml"
    domain.write_text(
        domain.read_text(encoding="utf-8").replace("intents:\n", "intents:\n  - walvissen\n", 1),
        encoding="utf-8",
    )
    assert 'id="label-walvissen"' in anna.get("/labelen").text
    reply = anna.post(
        "/labelen",
        {"vraag": "er is een potvis aangespoeld op het strand", "label": "walvissen", "actie": "bewaren"},
    )
    assert reply.status_code == 302, shown(reply)
    made = (tree / "data/nlu/aanbod/walvissen.yml").read_text(encoding="utf-8")
    assert "- intent: walvissen" in made and "- er is een potvis aangespoeld op het strand" in made


def test_an_offer_is_proposed_accepted_and_pending(tree: Path, anna: Visitor) -> None:
    form = {"onderdeel": "short", "nieuw": "onrust vóór zijn en oefenen", "waarom": "zo noemen ze het zelf"}
    assert anna.post("/catalogus/omo_preventie/voorstel", form, "/catalogus/omo_preventie").status_code == 302
    before = (tree / "catalogus/organisaties/omo.yml").read_text(encoding="utf-8")
    assert "onrust vóór zijn" not in before
    page = anna.get("/catalogus")
    address = re.search(r'action="([^"]+/overnemen)"', page.text).group(1)  # type: ignore[union-attr]
    anna.post(address, {}, "/catalogus")
    after = (tree / "catalogus/organisaties/omo.yml").read_text(encoding="utf-8")
    assert after == before.replace("short: onrust voorkomen en oefenen", "short: onrust vóór zijn en oefenen")
    assert "catalogus/organisaties/omo.yml" in shown(anna.get("/versies"))


def test_a_proposal_that_breaks_the_catalogue_is_kept_with_what_is_against_it(
    tree: Path, anna: Visitor
) -> None:
    form = {"onderdeel": "url", "nieuw": "https://elders.nl/", "waarom": "de pagina is verhuisd"}
    anna.post("/catalogus/omo_preventie/voorstel", form, "/catalogus/omo_preventie")
    page = anna.get("/catalogus")
    assert "de link ‘https://elders.nl/’ staat niet in publicatie.txt" in shown(page)
    before = (tree / "catalogus/organisaties/omo.yml").read_bytes()
    address = re.search(r'action="([^"]+/overnemen)"', page.text).group(1)  # type: ignore[union-attr]
    reply = anna.post(address, {}, "/catalogus")
    assert reply.status_code == 422 and "omo.yml" in shown(reply)
    assert (tree / "catalogus/organisaties/omo.yml").read_bytes() == before


def test_a_proposal_without_a_reason_is_refused_and_stays_in_the_form(anna: Visitor) -> None:
    form = {"onderdeel": "short", "nieuw": "iets korters", "waarom": " "}
    reply = anna.post("/catalogus/omo_preventie/voorstel", form, "/catalogus/omo_preventie")
    assert reply.status_code == 422 and "iets korters" in reply.text


def test_who_checked_an_offer_is_kept(anna: Visitor) -> None:
    anna.post("/catalogus/omo_preventie/nagekeken", {}, "/catalogus/omo_preventie")
    assert "door Anna" in shown(anna.get("/catalogus/omo_preventie"))
    assert "door Anna" in shown(anna.get("/catalogus"))


def test_saves_are_exported_and_committed_in_the_trainers_name(tree: Path, anna: Visitor) -> None:
    anna.post("/labelen", FORM)
    patch = anna.get("/versies/wijzigingen.patch")
    assert f"+    - {QUESTION}" in patch.text and patch.headers["Content-Disposition"].startswith(
        "attachment"
    )
    anna.post("/versies/vastleggen", {"omschrijving": "Vraag over het warmtenet"}, "/versies")
    log = subprocess.run(
        ["git", "log", "-1", "--format=%an|%s"], cwd=tree, capture_output=True, text=True, check=True
    )
    assert log.stdout.strip() == "Anna|Vraag over het warmtenet"
    text = shown(anna.get("/versies"))
    assert "Alles is vastgelegd" in text and "Vraag over het warmtenet" in text


def test_training_offers_one_button_when_there_is_a_model_to_compare_with(tree: Path, anna: Visitor) -> None:
    assert "make train" in shown(anna.get("/trainen")) and "Kandidaat trainen" not in shown(
        anna.get("/trainen")
    )
    anna.services.present = Loaded()  # type: ignore[assignment]
    assert "Kandidaat trainen" in shown(anna.get("/trainen"))


@pytest.mark.parametrize(("ticked", "calibrated"), [({}, False), ({"drempels": "ja"}, True)])
def test_a_tick_fits_the_thresholds_of_a_candidate_anew(
    anna: Visitor, monkeypatch: pytest.MonkeyPatch, ticked: dict[str, str], calibrated: bool
) -> None:
    anna.services.present = Loaded()  # type: ignore[assignment]
    started: list[tuple[object, ...]] = []
    monkeypatch.setattr(anna.services.candidates, "start", lambda *given: started.append(given))
    assert "Ook de drempels opnieuw afstellen" in shown(anna.get("/trainen"))
    anna.post("/trainen/start", {"waarvoor": "nieuwe  vragen", **ticked}, "/trainen")
    assert started == [("Anna", "nieuwe vragen", calibrated)]


class Loaded:
    """A model in use that needs no process."""

    state, reason = "klaar", ""

    def __init__(self, **seen: object) -> None:
        self._seen = seen

    def see(self, text: str) -> dict[str, object]:
        return dict(self._seen)


@pytest.mark.parametrize(
    ("kind", "label", "said"),
    [
        ("advice", "omo_preventie", "leert weinig"),
        ("out_of_scope", "omo_preventie", "antwoordt nu nog iets anders"),
        ("clarification", "omo_preventie", "antwoordt nu nog iets anders"),
        ("out_of_scope", "buiten_overig", "leert weinig"),
        ("advice", "ess_kennis", "Het model geeft nu iets anders"),
    ],
)
def test_what_an_example_teaches_depends_on_the_answer_not_only_on_the_ranking(
    anna: Visitor, kind: str, label: str, said: str
) -> None:
    first = "omo_preventie" if label == "ess_kennis" else label
    anna.services.present = Loaded(  # type: ignore[assignment]
        kind=kind, offers=[], ranking=[(first, 0.97)], words={}, entities=[], text="…"
    )
    form = {"vraag": "hoe houden wij het kalm", "label": label, "actie": "kijk"}
    assert said in shown(anna.post("/labelen", form, "/labelen"))
