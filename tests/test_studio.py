"""The workbench's own parts: settings, door, grouping, labels, marks, texts."""

from __future__ import annotations

import datetime
import os
import re
import stat
import sys
import time
from pathlib import Path
from typing import Iterator
from urllib.parse import urlsplit

import pytest

from tests.studio_tree import Visitor, make_tree
from wegwijzer import paths
from wegwijzer.catalogue import Catalogue
from wegwijzer.errors import ModelError, SetupError, Texts
from wegwijzer.inbox import ASKED, THUMB_DOWN, THUMB_UP, UNSURE, Kept
from wegwijzer.studio import teksten
from wegwijzer.studio.handled import ASIDE, HandledQuestions
from wegwijzer.studio.jobs import Jobs
from wegwijzer.studio.labels import make_labels, search
from wegwijzer.studio.learning import grouped, value
from wegwijzer.studio.marks import WordMark, by_words, overlapping, read_fields
from wegwijzer.studio.pages.entry import own_path, read_name
from wegwijzer.studio.paging import page_of
from wegwijzer.studio.present import ABSENT, FAILED, LOADING, READY, PresentModel
from wegwijzer.studio.settings import HOSTS, TOKEN, read_settings
from wegwijzer.studio.wording import decimal, diff_lines, dutch, number, share
from wegwijzer.workbench.example_files import Mark

_SECRET = "een-heel-lang-geheim-van-de-beheerder"
PAGES = (
    "/",
    "/labelen",
    "/voorbeelden",
    "/voorbeelden/aantallen",
    "/voorbeelden/uitschieters",
    "/voorbeelden/dekking",
    "/trainen",
    "/catalogus",
    "/catalogus/omo_preventie",
    "/versies",
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return make_tree(tmp_path)


def kept(question: str, reason: str = UNSURE, number: int = 1, **message: object) -> Kept:
    when = datetime.datetime(2026, 11, 28, 12, number % 60, tzinfo=datetime.timezone.utc)
    return Kept(reason, question, "advice", "Antwoord.", (), 0.5, when, "", number, message)


# Settings


def test_loopback_needs_no_token(tmp_path: Path) -> None:
    settings = read_settings({}, tmp_path)
    assert (settings.host, settings.port, settings.token) == ("127.0.0.1", 5006, "")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"HOST": "0.0.0.0"}, TOKEN),
        ({"HOST": "0.0.0.0", TOKEN: "kort", HOSTS: "studio.gemeente.nl"}, TOKEN),
        ({"HOST": "192.0.2.1", TOKEN: _SECRET}, HOSTS),
        ({"PORT": "70000"}, "PORT"),
    ],
)
def test_settings_that_are_unsafe_or_wrong_are_refused(
    tmp_path: Path, given: dict[str, str], named: str
) -> None:
    with pytest.raises(SetupError, match=named):
        read_settings(given, tmp_path)


def test_the_key_of_the_cookies_is_kept_and_nobody_elses(tmp_path: Path) -> None:
    first, second = read_settings({}, tmp_path), read_settings({}, tmp_path)
    assert first.secret == second.secret and len(first.secret) == 32
    assert stat.S_IMODE(os.stat(first.folder / "sleutel").st_mode) == 0o600


# Door


def test_the_name_is_asked_once_and_kept(tree: Path) -> None:
    visitor = Visitor(tree, name="")
    reply = visitor.get("/labelen?vraag=onrust")
    assert reply.status_code == 302 and urlsplit(reply.location).path == "/naam"
    assert visitor.post("/naam", {"naam": "?"}).status_code == 422
    entered = visitor.post("/naam", {"naam": "  Anna   van Dam ", "volgende": "/labelen?vraag=onrust"})
    assert entered.location == "/labelen?vraag=onrust"
    cookie = entered.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Expires" in cookie
    assert "Anna van Dam" in visitor.get("/labelen").text


@pytest.mark.parametrize(
    "address", ["https://elders.nl/", "//elders.nl", "/\\elders.nl", "labelen", "javascript:alert(1)"]
)
def test_the_door_leads_to_no_other_site(address: str) -> None:
    assert own_path(address) == "/"


def test_a_name_is_a_line_with_letters() -> None:
    assert read_name("Jan\n Klaassen") == "Jan Klaassen"
    assert not any(map(read_name, ("", "J", "12 34", "x" * 61, "<b>Jan</b>", "Jan\x00")))


def test_a_token_is_asked_when_others_can_come_in(tree: Path) -> None:
    given = {"HOST": "0.0.0.0", TOKEN: _SECRET, HOSTS: "studio.gemeente.nl"}
    visitor = Visitor(tree, given, name="")
    assert urlsplit(visitor.get("/").location).path == "/toegang"
    assert urlsplit(visitor.get("/naam").location).path == "/toegang"
    assert visitor.post("/toegang", {"code": "fout"}).status_code == 422
    assert urlsplit(visitor.get("/").location).path == "/toegang"
    assert visitor.post("/toegang", {"code": _SECRET}).status_code == 302
    assert urlsplit(visitor.get("/").location).path == "/naam"


def test_a_token_cannot_be_guessed_quickly(tree: Path) -> None:
    given = {"HOST": "0.0.0.0", TOKEN: _SECRET, HOSTS: "studio.gemeente.nl"}
    visitor = Visitor(tree, given, name="")
    replies = [visitor.post("/toegang", {"code": f"gok {n}"}).text for n in range(7)]
    assert "te vaak" not in replies[0] and "te vaak" in replies[-1]
    assert "te vaak" in visitor.post("/toegang", {"code": _SECRET}).text


def test_another_host_is_refused(tree: Path) -> None:
    client = Visitor(tree).client
    assert client.get("/", headers={"Host": "aanvaller.nl"}).status_code == 400
    assert client.get("/", headers={"Host": "127.0.0.1.aanvaller.nl:5006"}).status_code == 400
    assert client.get("/", headers={"Host": "localhost:5006"}).status_code in (200, 302)


@pytest.mark.parametrize(
    "address",
    [
        "/naam",
        "/labelen",
        "/labelen/ongedaan",
        "/labelen/verwijderen",
        "/postvak/opzij",
        "/trainen/start",
        "/trainen/gebruiken",
        "/versies/vastleggen",
        "/catalogus/links",
        "/catalogus/omo_preventie/voorstel",
    ],
)
def test_a_form_of_another_site_does_nothing(tree: Path, address: str) -> None:
    visitor = Visitor(tree)
    form = {"naam": "Indringer", "vraag": "iets", "label": "groet", "actie": "bewaren"}
    reply = visitor.client.post(address, data=form, headers={"Host": "127.0.0.1:5006"})
    assert reply.status_code == 400
    assert "formulier" in reply.text
    assert not visitor.services.files.saves()


@pytest.mark.parametrize("address", [*PAGES, "/naam", "/bestaat-niet", "/thema.css", "/static/studio.css"])
def test_every_page_keeps_others_out(tree: Path, address: str) -> None:
    headers = Visitor(tree).get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", PAGES)
def test_every_page_works_and_loads_nothing_of_others(tree: Path, address: str) -> None:
    reply = Visitor(tree).get(address)
    assert reply.status_code == 200
    loaded = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]+)"', reply.text)
    assert loaded and all(each.startswith("/") for each in loaded)
    assert not re.findall(r'\sstyle="|\son[a-z]+="|<script>', reply.text)


# Texts


def test_every_dutch_sentence_is_in_one_file() -> None:
    for path in sorted((paths.ROOT / "wegwijzer" / "studio" / "templates").glob("*.html")):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"), flags=re.S)
        read_aloud = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', text)
        shown = re.sub(r"<[^>]*>", "", text)
        assert not [s for s in (*read_aloud, shown) if re.search(r"[^\W\d_]", s)], path.name


def test_every_text_is_used() -> None:
    folder = paths.ROOT / "wegwijzer" / "studio"
    sources = [*folder.rglob("*.html"), *folder.rglob("*.py"), paths.ROOT / "wegwijzer" / "__main__.py"]
    code = "".join(path.read_text(encoding="utf-8") for path in sources if path.name != "teksten.py")
    named = {
        (group.__name__, name)
        for group in vars(teksten).values()
        if isinstance(group, type)
        for name in vars(group)
        if name.isupper()
    }
    faults = {(group, name) for group, name in named if group == "CatalogueFaults"}
    assert {name for _, name in faults} <= set(vars(Texts))
    unused = {
        f"{group}.{name}"
        for group, name in named - faults
        if not re.search(rf"\b(?:{group}|Texts)\.{name}\b", code)
    }
    assert not unused


def test_texts_have_no_exclamation_marks() -> None:
    text = (paths.ROOT / "wegwijzer" / "studio" / "teksten.py").read_text(encoding="utf-8")
    assert "!" not in text


def test_what_is_wrong_with_the_catalogue_is_told_in_dutch() -> None:
    english = Texts.URL_WRONG.format(label="Omo", actual="https://a.nl/")
    assert dutch(english) == "in publicatie.txt hoort ‘Omo’ bij https://a.nl/; herstel de link"
    assert dutch(f"catalogus/x.yml:3: [omo] {english}") == dutch(english)
    assert dutch("iets anders") == "iets anders"


# Learning


def test_questions_that_are_alike_stand_together() -> None:
    one = kept("masterclas voor wethoudres, zoek iets over leidinggeven", number=1)
    two = kept("masterclass voor wethouders, ik zoek iets over leiding geven", number=2)
    other = kept("er is een dode walvis aangespoeld", number=3)
    groups = grouped([one, other, two])
    assert [{k.number for k in group.kept} for group in groups] == [{1, 2}, {3}]


def test_questions_taken_for_the_same_by_the_same_words_stand_together() -> None:
    def taken(question: str, number: int, *words: str) -> Kept:
        ranking = [{"name": "omo_preventie", "confidence": 0.9}, {"name": "groet", "confidence": 0.1}]
        evidence = {"omo_preventie": list(words)}
        return kept(question, number=number, intent_ranking=ranking, evidence=evidence)

    alike = [
        taken("een azc in ons dorp", 1, "azc", "dorp"),
        taken("dorp en azc, hoe nu verder", 2, "dorp", "azc"),
    ]
    apart = taken("een azc bij de school", 3, "azc", "school")
    assert sorted(len(group.kept) for group in grouped([*alike, apart])) == [1, 2]


def test_a_wrong_answer_teaches_more_than_a_question_back_and_a_thumb_up_nothing() -> None:
    ordered = [kept("a", THUMB_DOWN), kept("b", UNSURE), kept("c", ASKED), kept("d", THUMB_UP)]
    values = [value(each) for each in ordered]
    assert values == sorted(values, reverse=True) and values[-1] == 0


def test_what_is_asked_often_comes_first() -> None:
    often = [kept("hoe kom ik aan een woningscan", ASKED, n) for n in (1, 2, 3)]
    once = kept("wat kost een paspoort bij u", ASKED, 4)
    assert [len(group.kept) for group in grouped([once, *often])] == [3, 1]


def test_a_handled_question_returns_when_it_is_asked_again(tmp_path: Path) -> None:
    handled = HandledQuestions(tmp_path / "postvak.db")
    question = kept("Onrust in de wijk")
    handled.put([question], ASIDE, "Anna")
    how = handled.all()["onrust in de wijk"]
    assert (how.how, how.who) == (ASIDE, "Anna") and question.when <= how.when
    handled.forget([question])
    assert not handled.all()


# Labels, marks, small things


def test_labels_are_found_by_organisation_and_phenomenon(catalogue: Catalogue) -> None:
    kinds = {**{offer: "aanbod" for offer in catalogue.offers}, "groet": "gesprek", "gevaar": "gevaar"}
    labels = list(make_labels(kinds, catalogue).values())
    assert {label.id for label in search(labels, "Omo")} >= {"omo_preventie", "omo_ondersteuningsnetwerk"}
    assert [label.id for label in search(labels, "omo oefenen")] == ["omo_preventie"]
    assert {label.id for label in search(labels, body="ssv")} == {"ssv_advies", "ssv_trainingen"}
    assert "riec_producten" in {label.id for label in search(labels, phenomenon="ondermijning")}
    assert not search(labels, "xyzzy")


def test_a_mark_stays_with_its_words() -> None:
    marks = [Mark(14, 18, "omgeving", "school"), Mark(0, 4, "omgeving")]
    text = "klas tegen de klas"
    words = by_words(text, marks)
    assert [(mark.words, mark.nth) for mark in words] == [("klas", 1), ("klas", 0)]
    again = read_fields([mark.field for mark in words])
    assert [mark.place(text) for mark in again] == marks
    assert again[0].place("alleen een klas") is None
    assert read_fields(["onzin", "{}", '{"words": "", "entity": "x", "value": "", "nth": 0}']) == []


def test_marks_may_not_overlap() -> None:
    assert overlapping([Mark(5, 9, "moment"), Mark(0, 5, "functie")]) is None
    assert overlapping([Mark(4, 9, "moment"), Mark(0, 5, "functie")]) == Mark(4, 9, "moment")
    assert WordMark("abc", "moment").place("abc abc") == Mark(0, 3, "moment")


@pytest.mark.parametrize(("wanted", "number"), [("2", 2), ("99", 3), ("0", 1), ("-1", 1), ("x", 1), ("²", 1)])
def test_a_page_that_is_not_there_is_the_nearest(wanted: str, number: int) -> None:
    page = page_of(range(25), wanted, 10)
    assert (page.number, page.pages) == (number, 3)


def test_numbers_are_written_the_dutch_way() -> None:
    assert (number(39694), share(0.957), share(0.957, 1), decimal(0.5)) == (
        "39.694",
        "96\u00a0%",
        "95,7\u00a0%",
        "0,50",
    )


def test_lines_of_a_diff_are_told_apart() -> None:
    diff = "--- a/data/x.yml\n+++ b/data/x.yml\n@@ -1,2 +1,3 @@\n a\n+b\n-c\n"
    found = diff_lines(diff)
    assert found == [
        ("file", "data/x.yml"),
        ("place", "@@ -1,2 +1,3 @@"),
        ("same", "a"),
        ("added", "b"),
        ("removed", "c"),
    ]


def test_work_of_one_name_runs_once_at_a_time_and_its_failure_is_told() -> None:
    import threading

    go, jobs = threading.Event(), Jobs()
    assert jobs.start("zoeken", lambda say: go.wait(5), "mislukt")
    assert not jobs.start("zoeken", lambda say: None, "mislukt")
    go.set()
    for _ in range(100):
        if not jobs.running("zoeken"):
            break
        threading.Event().wait(0.02)

    def fail(say: object) -> None:
        raise ValueError("stuk")

    assert jobs.start("zoeken", fail, "Er ging iets mis.")
    for _ in range(100):
        if not jobs.running("zoeken"):
            break
        threading.Event().wait(0.02)
    job = jobs.get("zoeken")
    assert job is not None and str(job.error) == "Er ging iets mis."


# The model in use


CHILD = """\
#!{python}
import json, sys
print(json.dumps({{"ready": True}}), flush=True)
for line in sys.stdin:
    text = json.loads(line)["text"]
    if text == "val om":
        sys.exit(3)
    print(json.dumps({{"error": "dit lukt niet"}} if text == "fout" else {{"kind": text}}), flush=True)
"""


@pytest.fixture
def present(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PresentModel]:
    """The model in use with a child that is ready at once and says what it was asked."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "wegwijzer.tar.gz").write_bytes(b"model")
    child = tmp_path / "kind"
    child.write_text(CHILD.format(python=sys.executable))
    child.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(child))
    model = PresentModel(tmp_path)
    yield model
    model.stop()


def wait_for(model: PresentModel, state: str) -> None:
    for _ in range(1000):
        if model.state == state:
            return
        time.sleep(0.02)
    raise AssertionError(f"{model.state}, not {state}")


def test_the_model_in_use_answers_in_turn(present: PresentModel) -> None:
    wait_for(present, READY)
    assert [present.see(text)["kind"] for text in ("een", "twee")] == ["een", "twee"]
    with pytest.raises(ModelError, match="dit lukt niet"):
        present.see("fout")
    assert present.see("drie")["kind"] == "drie"


def test_a_model_that_dies_takes_nothing_with_it(present: PresentModel) -> None:
    wait_for(present, READY)
    with pytest.raises(ModelError):
        present.see("val om")
    wait_for(present, FAILED)
    with pytest.raises(ModelError, match="studio-model.log"):
        present.see("nog eens")


def test_a_model_that_failed_is_loaded_again_after_a_while(
    present: PresentModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wegwijzer.studio.present._REST_SECONDS", 0.0)
    wait_for(present, READY)
    with pytest.raises(ModelError):
        present.see("val om")
    wait_for(present, READY)
    assert present.see("weer")["kind"] == "weer"


def test_another_model_is_loaded_in_a_fresh_process(present: PresentModel, tmp_path: Path) -> None:
    wait_for(present, READY)
    model = tmp_path / "models" / "wegwijzer.tar.gz"
    os.utime(model, (1, 1))
    assert present.state in (LOADING, READY)
    wait_for(present, READY)
    assert present.see("opnieuw")["kind"] == "opnieuw"
    model.unlink()
    assert present.state == ABSENT
