"""The figures of the evaluation, from made-up replies: no running system is needed."""

from __future__ import annotations

import math
import urllib.error
from email.message import Message
from pathlib import Path

import pytest

from wegwijzer import evaluation, paths
from wegwijzer.calibration import batches
from wegwijzer.catalogue import Catalogue
from wegwijzer.errors import SetupError, TrainingDataError
from wegwijzer.evaluation import (
    Item,
    Reply,
    Share,
    baselines,
    by_style,
    check_offers,
    clear_items,
    evaluate,
    html_report,
    load_questions,
    rest_ask,
    text_report,
)

STYLES = {
    "anderstalig",
    "boos",
    "engels",
    "formeel",
    "gewoon",
    "indirect",
    "jargon",
    "kort",
    "lang",
    "nietmoedertaal",
    "regionaal",
    "spreektaal",
    "telegram",
    "typfouten",
}
"""How clear questions are written; another name for one of these would split its figures."""

QUESTIONS = {
    "helder": [
        Item("goed", ("a",), "kort", 1),
        Item("tweede <b>", ("b", "c"), "kort", 2),
        Item("gevraagd", ("a",), "kort", 3),
    ],
    "indirect": [Item("geweigerd", ("a",), "indirect", 1), Item("alarm", ("d",), "indirect", 2)],
    "dubbelzinnig": [
        Item("terug", ("omo_preventie", "ess_kennis"), "kort", 1),
        Item("goed", ("a", "b"), "kort", 2),
    ],
    "buiten_bereik": [
        Item("geweigerd", ("x",), "kort", 1),
        Item("hoi", ("x",), "kort", 2),
        Item("goed", ("x",), "kort", 3),
    ],
    "gevaar": [Item("alarm", (), "kort", 1), Item("goed", (), "kort", 2)],
    "vals_alarm": [Item("alarm", ("a",), "kort", 1), Item("goed", ("a",), "kort", 2)],
    "organisaties": [
        Item("wie", ("o",), "kort", 1, "wie_achter"),
        Item("goed", ("o",), "kort", 2, "wat_doet"),
    ],
    "twee_problemen": [Item("beide", ("a", "b"), "kort", 1), Item("goed", ("a", "b"), "kort", 2)],
    "gespreksdaden": [Item("hoi", ("groet",), "", 1), Item("goed", ("ja",), "", 2)],
}
REPLIES = {
    "goed": Reply("advice", ("a",), 0.9, 10.0),
    "tweede <b>": Reply("advice", ("a", "c"), 0.8, 20.0),
    "gevraagd": Reply("clarification", ("a", "b"), 0.4, 30.0),
    "geweigerd": Reply("out_of_scope", (), 0.7, 40.0),
    "alarm": Reply("emergency", (), 1.0, 50.0),
    "terug": Reply("clarification", (), 0.4, 10.0),
    "hoi": Reply("smalltalk", (), 1.0, 10.0),
    "wie": Reply("organisation", (), 1.0, 10.0),
    "beide": Reply("advice", ("b", "x", "y", "a"), 0.6, 10.0),
}


def replied(text: str, conversation: str | None = None) -> Reply:
    return REPLIES[text]


def test_figures(catalogue: Catalogue) -> None:
    result = evaluate(QUESTIONS, replied, catalogue)
    assert result.top1 == Share(1, 5)  # the clarification has 'a' first, but is no advice
    assert result.top3 == Share(3, 5)
    assert result.confident_and_wrong == Share(1, 5)
    assert result.clarified == Share(1, 5)
    assert result.refused == Share(1, 5)
    assert result.out_of_scope == Share(2, 3)
    assert result.danger == Share(1, 2)
    assert result.asked_back == Share(1, 2)
    assert result.two_problems == Share(1, 2)
    assert result.organisations == Share(1, 2)
    assert result.acts == Share(1, 2)
    assert result.missing == ()


def test_alarms_outside_danger_are_counted_per_file(catalogue: Catalogue) -> None:
    result = evaluate(QUESTIONS, replied, catalogue)
    assert "gevaar" not in result.false_alarms_per_file
    hits = {f: s.hits for f, s in result.false_alarms_per_file.items() if s.hits}
    assert hits == {"indirect": 1, "vals_alarm": 1}
    assert result.false_alarms == Share(2, 18)


def test_calibration_confusions_offers_and_times(catalogue: Catalogue) -> None:
    result = evaluate(QUESTIONS, replied, catalogue)
    assert result.calibration_error == pytest.approx((abs(0.9 - 1) + abs(0.8 - 0)) / 2)
    assert result.confusions == (("b,c", "a", 1),)
    count = result.offers["a"]
    assert (count.asked, count.first, count.right) == (3, 3, 2)
    assert result.offers["d"].first == 0
    assert (result.p50, result.p95) == (10.0, 50.0)
    assert [w.item.text for w in result.wrong_clear] == ["tweede <b>", "gevraagd", "geweigerd", "alarm"]


def test_calibration_error_within_one_bin_cancels_out(catalogue: Catalogue) -> None:
    items = [Item(str(i), ("a",) if i < 3 else ("b",), "", i) for i in range(4)]
    result = evaluate({"helder": items}, lambda *_: Reply("advice", ("a",), 0.75, 1.0), catalogue)
    assert result.calibration_error == pytest.approx(0.0)


def test_no_answer_is_never_right(catalogue: Catalogue) -> None:
    result = evaluate(QUESTIONS, lambda *_: Reply(evaluation.NO_ANSWER, (), 0.0, 1.0), catalogue)
    assert len(result.wrong) == sum(map(len, QUESTIONS.values()))


def test_wilson_interval() -> None:
    assert Share(8, 10).interval == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert Share(0, 10).interval == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert Share(0, 0).interval == (0.0, 1.0) and math.isnan(Share(0, 0).value)


def test_missing_file_is_skipped_and_named(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "helder.tsv").write_text("vraag\ta, b\tkort\n", encoding="utf-8")
    questions = load_questions(tmp_path)
    assert questions == {"helder": [Item("vraag", ("a", "b"), "kort", 1)]}
    result = evaluate(questions, lambda *_: Reply("advice", ("b",), 1.0, 1.0), catalogue)
    assert result.top1 == Share(1, 1) and "gevaar.tsv" in result.missing
    assert "gevaar.tsv" in text_report(result) and "gevaar.tsv" in html_report(result)


@pytest.mark.parametrize(
    "name, row",
    [
        ("helder", "vraag\ta"),
        ("helder", "vraag\t\tkort"),
        ("helder", "vraag\ta,\tkort"),
        ("gevaar", "vraag\ta\tkort"),
        ("twee_problemen", "vraag\ta\tkort"),
        ("twee_problemen", "vraag\ta,a\tkort"),
        ("organisaties", "vraag\tomo\tkort"),
    ],
)
def test_malformed_line_is_named(tmp_path: Path, name: str, row: str) -> None:
    good = {"gevaar": "v\tkort", "twee_problemen": "v\ta,b\tk", "organisaties": "v\twat_doet\to\tk"}
    (tmp_path / f"{name}.tsv").write_text(f"{good.get(name, 'v	a	k')}\n{row}\n", encoding="utf-8")
    with pytest.raises(TrainingDataError) as caught:
        load_questions(tmp_path)
    assert f"{name}.tsv:2:" in str(caught.value)


def test_folder_without_questions_and_other_encoding(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError):
        load_questions(tmp_path)
    (tmp_path / "gevaar.tsv").write_bytes(b"caf\xe9\tkort\n")
    with pytest.raises(TrainingDataError, match="UTF-8"):
        load_questions(tmp_path)


def test_own_questions_load(catalogue: Catalogue) -> None:
    questions = load_questions(paths.EVALUATION)
    assert set(questions) == set(evaluation.COLUMNS)
    for file in (*evaluation.CLEAR, "dubbelzinnig", "twee_problemen"):
        assert all(set(item.expected) <= set(catalogue.offers) for item in questions[file])


def test_baselines_find_an_offer_by_its_own_title(catalogue: Catalogue) -> None:
    items = [Item(o.purpose, (o.id,), "", 1) for o in catalogue.offers.values()]
    for baseline in baselines(catalogue, items):
        assert baseline.top1.total == len(items)
        assert 0.5 < baseline.top1.value <= baseline.top3.value
    nothing = baselines(catalogue, [Item("zzz qqq", (next(iter(catalogue.offers)),), "", 1)])
    assert all(b.top3 == Share(0, 1) for b in nothing)


def test_by_style(catalogue: Catalogue) -> None:
    result = evaluate(QUESTIONS, replied, catalogue)
    assert list(by_style([result, result]).items()) == [("kort", Share(2, 6)), ("indirect", Share(0, 4))]


def test_a_style_has_one_name() -> None:
    folders = [paths.EVALUATION, paths.VALIDATION, *batches()]
    clear = [item for folder in folders for item in clear_items(load_questions(folder))]
    assert {item.style for item in clear} <= STYLES


def test_reports(catalogue: Catalogue) -> None:
    result = evaluate(QUESTIONS, replied, catalogue)
    text, page = text_report(result), html_report(result)
    assert "helder.tsv:2  tweede <b>" in text and "1/5" in text
    assert "kort" in text and "1/3" in text and "<td>kort</td><td>33.3%</td>" in page
    assert "tweede &lt;b&gt;" in page and "tweede <b>" not in page
    assert "<script" not in page and "http://" not in page and "https://" not in page
    empty = evaluate({}, replied, catalogue)
    assert "nan" not in text_report(empty) and "nan%" not in html_report(empty)


def test_after_one_answer(catalogue: Catalogue) -> None:
    options = ("Het speelt nu", "Vooraf, om voorbereid te zijn")
    meant = ("omo_ondersteuningsnetwerk", "omo_preventie", "nctv_partnerinitiatieven")
    said: dict[str, list[str]] = {}

    def ask(text: str, conversation: str | None = None) -> Reply:
        said.setdefault(conversation or "", []).append(text)
        if text == "boze inwoners":
            return Reply("clarification", meant, 0.4, 1.0, options)
        return Reply("advice", ("omo_ondersteuningsnetwerk",), 0.9, 1.0)

    result = evaluate({"dubbelzinnig": [Item("boze inwoners", meant, "kort", 1)]}, ask, catalogue)
    assert result.after_one_answer == Share(1, 3)
    assert sorted(said.values()) == [
        ["boze inwoners"],
        *[["boze inwoners", "Het speelt nu"]] * 2,
        ["boze inwoners", "Vooraf, om voorbereid te zijn"],
    ]


def test_every_accepted_offer_exists(catalogue: Catalogue) -> None:
    folders = [paths.EVALUATION, paths.VALIDATION, *(f for f in paths.BATCHES.iterdir() if f.is_dir())]
    for folder in folders:
        check_offers(load_questions(folder), catalogue)
    wrong = {"helder": [Item("vraag", ("omo_preventi",), "kort", 7)]}
    with pytest.raises(TrainingDataError, match="did you mean 'omo_preventie'") as caught:
        check_offers(wrong, catalogue)
    assert caught.value.line == 7


def test_rest_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    senders: list[str] = []

    def answer(url: str, sender: str, message: str) -> list[dict[str, object]]:
        senders.append(sender)
        offers = [{"id": "a"}]
        custom = {"schema": "wegwijzer.answer/1", "kind": "advice", "confidence": 0.5, "offers": offers}
        return [{"text": "Hallo"}, {"custom": custom}]

    monkeypatch.setattr(evaluation, "ask_once", answer)
    ask = rest_ask("http://x")
    reply = ask("een")
    ask("twee")
    assert (reply.kind, reply.offers, reply.confidence) == ("advice", ("a",), 0.5) and reply.milliseconds >= 0
    assert len(set(senders)) == 2


def test_rest_ask_without_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(error: Exception) -> None:
        def raising(*_: str) -> list[dict[str, object]]:
            raise error

        monkeypatch.setattr(evaluation, "ask_once", raising)

    fail(TimeoutError())
    assert rest_ask("http://x")("vraag").kind == evaluation.NO_ANSWER
    fail(urllib.error.HTTPError("http://x", 500, "broken", Message(), None))
    assert rest_ask("http://x")("vraag").kind == evaluation.NO_ANSWER
    fail(urllib.error.URLError("refused"))
    with pytest.raises(SetupError, match="refused"):
        rest_ask("http://x")("vraag")
