"""Measures the whole system: puts the questions of tests/evaluation to it over REST and counts.

Clear questions are those of helder.tsv and indirect.tsv. An answer counts as an alarm when its kind is
'emergency', wherever it was given. Every share comes with its 95% Wilson interval.
"""

from __future__ import annotations

import html
import math
import time
import urllib.error
import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable, Mapping, Optional, Protocol, Sequence

from wegwijzer import paths
from wegwijzer.catalogue import FACETS, Catalogue, Offer, fold, words_of
from wegwijzer.errors import SetupError, TrainingDataError, did_you_mean
from wegwijzer.supervisor import ask as ask_once

CLEAR = ("helder", "indirect")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "helder": ("text", "expected", "style"),
    "indirect": ("text", "expected", "style"),
    "dubbelzinnig": ("text", "expected", "style"),
    "buiten_bereik": ("text", "expected", "style"),
    "gevaar": ("text", "style"),
    "vals_alarm": ("text", "expected", "style"),
    "organisaties": ("text", "kind", "expected", "style"),
    "twee_problemen": ("text", "expected", "style"),
    "gespreksdaden": ("text", "expected"),
}
"""Every question file, without .tsv, and its columns."""

NO_ANSWER = "none"
"""Kind of a reply in which no answer stood, or that did not come in time."""

_BINS = 10
_CONFUSIONS = 15
_Z = 1.959963984540054


@dataclass(frozen=True)
class Item:
    """One question: what should come of it, how it was written and on which line it stands.

    `expected` holds offer ids, body ids, a theme or an act, after the file; `kind` only organisaties.tsv has.
    """

    text: str
    expected: tuple[str, ...]
    style: str
    line: int
    kind: str = ""


@dataclass(frozen=True)
class Reply:
    """What the system answered, as far as it is measured."""

    kind: str
    offers: tuple[str, ...]
    confidence: float
    milliseconds: float
    options: tuple[str, ...] = ()


class Ask(Protocol):
    """Puts a text to the system, in a conversation of its own or in the one that is named."""

    def __call__(self, text: str, conversation: Optional[str] = None) -> Reply:
        """Returns what was answered."""


@dataclass(frozen=True)
class Share:
    """A part of a whole, with its 95% Wilson interval."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share itself; not a number when there was nothing to count."""
        return self.hits / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound; (0, 1) when there was nothing to count."""
        if not self.total:
            return 0.0, 1.0
        n, p, z2 = self.total, self.hits / self.total, _Z * _Z
        centre = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = _Z / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        return max(0.0, centre - half), min(1.0, centre + half)

    def __str__(self) -> str:
        if not self.total:
            return "geen vragen"
        low, high = self.interval
        return f"{self.value:6.1%}  [{low:.1%} - {high:.1%}]  {self.hits}/{self.total}"


@dataclass(frozen=True)
class Wrong:
    """A question that was not answered as it should be, with the answer it got."""

    file: str
    item: Item
    reply: Reply


@dataclass(frozen=True)
class OfferCount:
    """One offer over the clear questions: how often accepted, how often first, how often both."""

    asked: int
    first: int
    right: int


@dataclass(frozen=True)
class Baseline:
    """How well a simple search finds the offers of the clear questions."""

    name: str
    top1: Share
    top3: Share


@dataclass(frozen=True)
class Result:
    """All figures of one evaluation.

    `calibration_error` is over the clear questions that got advice: confidence against the first offer being
    accepted. `after_one_answer` is over the ambiguous questions that were asked back, once for each offer that
    may be meant: the user takes the option that fits it, and it must come first; without such an option it does
    not. `confusions` are (accepted ids, first offer, count), most frequent first.
    """

    top1: Share
    top3: Share
    confident_and_wrong: Share
    clarified: Share
    refused: Share
    out_of_scope: Share
    danger: Share
    false_alarms: Share
    false_alarms_per_file: Mapping[str, Share]
    asked_back: Share
    after_one_answer: Share
    two_problems: Share
    organisations: Share
    acts: Share
    calibration_error: float
    offers: Mapping[str, OfferCount]
    confusions: tuple[tuple[str, str, int], ...]
    p50: float
    p95: float
    clear: tuple[tuple[Item, Reply], ...]
    wrong: tuple[Wrong, ...]
    missing: tuple[str, ...]

    @property
    def wrong_clear(self) -> tuple[Wrong, ...]:
        """The clear questions without an accepted offer in first place as advice."""
        return tuple(w for w in self.wrong if w.file in CLEAR)


def _ids(field: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in field.split(",")) if field.strip() else ()


def _item(file: str, row: str, path: Path, line: int) -> Item:
    columns, fields = COLUMNS[file], row.split("\t")
    if len(fields) != len(columns):
        text = f"{len(fields)} columns, {len(columns)} are needed; write {', '.join(columns)}, tabs between"
        raise TrainingDataError(text, path, line)
    values = {column: field.strip() for column, field in zip(columns, fields)}
    expected = _ids(values.get("expected", ""))
    # A question about everything there is names no body.
    may_be_empty = {"expected"} if file == "organisaties" else set()
    for column, value in values.items():
        if not value and column not in may_be_empty:
            raise TrainingDataError(f"column '{column}' is empty; fill it in", path, line)
    if not all(expected):
        raise TrainingDataError("an id is empty; remove the comma too many", path, line)
    if file == "twee_problemen" and len(set(expected)) != 2:
        raise TrainingDataError("two different ids are needed; write id1,id2", path, line)
    return Item(values["text"], expected, values.get("style", ""), line, values.get("kind", ""))


def load_questions(folder: Path = paths.EVALUATION) -> Mapping[str, list[Item]]:
    """Reads the question files; one that is missing is left out, Result.missing names it.

    Raises:
        TrainingDataError: on a malformed line, with file and line, or when the folder has no question file.
    """
    questions: dict[str, list[Item]] = {}
    for file in COLUMNS:
        path = folder / f"{file}.tsv"
        if not path.is_file():
            continue
        try:
            rows = path.read_text(encoding="utf-8-sig").split("\n")
        except UnicodeDecodeError as error:
            raise TrainingDataError(f"this is not UTF-8 ({error.reason}); save it as UTF-8", path) from None
        questions[file] = [_item(file, row, path, n) for n, row in enumerate(rows, 1) if row.strip()]
    if not questions:
        raise TrainingDataError("no question file here; name the folder that has helder.tsv", folder)
    return questions


def clear_items(questions: Mapping[str, Sequence[Item]]) -> list[Item]:
    """Returns the clear questions of a set."""
    return [item for name in CLEAR for item in questions.get(name, [])]


def check_offers(questions: Mapping[str, Sequence[Item]], catalogue: Catalogue) -> None:
    """Raises TrainingDataError on a question whose accepted offer the catalogue does not have."""
    known = list(catalogue.offers)
    for file in (*CLEAR, "dubbelzinnig", "twee_problemen"):
        for item in questions.get(file, ()):
            for offer in set(item.expected) - set(known):
                text = f"'{offer}' is not an offer{did_you_mean(offer, known)}; write an id of catalogus/"
                raise TrainingDataError(text, Path(f"{file}.tsv"), item.line)


def read_reply(messages: Iterable[Mapping[str, Any]], milliseconds: float) -> Reply:
    """Returns the first answer among the messages that came back, as far as it is measured."""
    for message in messages:
        custom = message.get("custom")
        if isinstance(custom, Mapping) and custom.get("schema") == "wegwijzer.answer/1":
            offers = tuple(str(offer["id"]) for offer in custom.get("offers") or ())
            confidence = float(custom.get("confidence") or 0.0)
            options = tuple(str(option["payload"]) for option in custom.get("options") or ())
            return Reply(str(custom["kind"]), offers, confidence, milliseconds, options)
    return Reply(NO_ANSWER, (), 0.0, milliseconds)


def _new_conversation() -> str:
    return f"evaluatie-{uuid.uuid4().hex}"


def rest_ask(url: str) -> Ask:
    """Returns a function that puts a question to the system at url.

    The function raises SetupError when nothing listens at url.
    """

    def ask(text: str, conversation: Optional[str] = None) -> Reply:
        started = time.perf_counter()
        messages: list[dict[str, object]] = []
        try:
            messages = ask_once(url.rstrip("/"), conversation or _new_conversation(), text)
        except (TimeoutError, ValueError):
            pass
        except (urllib.error.URLError, OSError) as error:
            # A server that fails on one question is a wrong answer; one that is absent ends the evaluation.
            if not isinstance(error, urllib.error.HTTPError) or error.code < 500:
                reason = getattr(error, "reason", error)
                raise SetupError(
                    f"geen antwoord van {url} ({reason}); start Wegwijzer eerst met 'make run'"
                ) from error
        return read_reply(messages, (time.perf_counter() - started) * 1000)

    return ask


def _accepted(item: Item, reply: Reply) -> bool:
    return bool(reply.offers) and reply.offers[0] in item.expected


def is_right(file: str, item: Item, reply: Reply) -> bool:
    """Whether the reply is what a question of this file asks for."""
    if file in CLEAR:
        return reply.kind == "advice" and _accepted(item, reply)
    if file == "twee_problemen":
        return set(item.expected) <= set(reply.offers)
    if file == "gespreksdaden":
        return reply.kind not in ("advice", NO_ANSWER)
    if file == "vals_alarm":
        return reply.kind not in ("emergency", NO_ANSWER)
    return (
        reply.kind
        in {
            "dubbelzinnig": ("clarification",),
            "buiten_bereik": ("out_of_scope", "smalltalk"),
            "gevaar": ("emergency",),
            "organisaties": ("organisation", "comparison", "overview"),
        }[file]
    )


def _share(outcomes: Iterable[bool]) -> Share:
    values = list(outcomes)
    return Share(sum(values), len(values))


def _calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error over ten bins of equal width; not a number without pairs."""
    if not pairs:
        return math.nan
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in pairs:
        bins.setdefault(max(0, min(int(confidence * _BINS), _BINS - 1)), []).append((confidence, right))
    return sum(abs(sum(c for c, _ in b) - sum(r for _, r in b)) for b in bins.values()) / len(pairs)


def percentile(values: Sequence[float], part: float) -> float:
    """Nearest-rank percentile; not a number without values."""
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)] if values else math.nan


def _offer_counts(clear: Sequence[tuple[Item, Reply]]) -> Mapping[str, OfferCount]:
    asked = Counter(i for item, _ in clear for i in set(item.expected))
    first = Counter(reply.offers[0] for _, reply in clear if reply.offers)
    right = Counter(reply.offers[0] for item, reply in clear if _accepted(item, reply))
    return {i: OfferCount(asked[i], first[i], right[i]) for i in sorted(asked.keys() | first.keys())}


def _fitting_option(options: Sequence[str], offer: Offer, catalogue: Catalogue) -> Optional[str]:
    """Returns the option that a user would take who means this offer: the first of its values that is there."""
    values = [catalogue.facets[f].value(v).option for f in FACETS for v in offer.facets[f]]
    known = {fold(option): option for option in reversed(options)}
    return next((known[fold(v)] for v in (offer.short, *values) if fold(v) in known), None)


def _after_one_answer(asked: Iterable[tuple[Item, Reply]], ask: Ask, catalogue: Catalogue) -> Share:
    """Answers each question back as a user would, once for each offer that may be meant."""
    outcomes = []
    for item, reply in asked:
        for meant in item.expected:
            option = _fitting_option(reply.options, catalogue.offers[meant], catalogue)
            if option is None:
                outcomes.append(False)
                continue
            conversation = _new_conversation()
            ask(item.text, conversation)
            outcomes.append(ask(option, conversation).offers[:1] == (meant,))
    return _share(outcomes)


def evaluate(questions: Mapping[str, Sequence[Item]], ask: Ask, catalogue: Catalogue) -> Result:
    """Asks every question once, in order, and counts; pure when ask is."""
    answers = {
        file: [(item, ask(item.text)) for item in questions[file]] for file in COLUMNS if file in questions
    }
    clear = [pair for file in CLEAR for pair in answers.get(file, ())]
    advice = [(item, reply) for item, reply in clear if reply.kind == "advice"]
    alarms = {
        file: _share(reply.kind == "emergency" for _, reply in pairs)
        for file, pairs in answers.items()
        if file != "gevaar"
    }
    confusions = Counter(
        (",".join(item.expected), reply.offers[0])
        for item, reply in clear
        if reply.offers and not _accepted(item, reply)
    )
    times = [reply.milliseconds for pairs in answers.values() for _, reply in pairs]

    def right(*files: str) -> Share:
        return _share(is_right(file, *pair) for file in files for pair in answers.get(file, ()))

    return Result(
        top1=right(*CLEAR),
        top3=_share(bool(set(item.expected) & set(reply.offers[:3])) for item, reply in clear),
        confident_and_wrong=_share(r.kind == "advice" and not _accepted(i, r) for i, r in clear),
        clarified=_share(reply.kind == "clarification" for _, reply in clear),
        refused=_share(reply.kind == "out_of_scope" for _, reply in clear),
        out_of_scope=right("buiten_bereik"),
        danger=right("gevaar"),
        false_alarms=Share(sum(s.hits for s in alarms.values()), sum(s.total for s in alarms.values())),
        false_alarms_per_file=alarms,
        asked_back=right("dubbelzinnig"),
        after_one_answer=_after_one_answer(
            [(i, r) for i, r in answers.get("dubbelzinnig", ()) if r.kind == "clarification"], ask, catalogue
        ),
        two_problems=right("twee_problemen"),
        organisations=right("organisaties"),
        acts=right("gespreksdaden"),
        calibration_error=_calibration_error([(r.confidence, _accepted(i, r)) for i, r in advice]),
        offers=_offer_counts(clear),
        confusions=tuple((a, b, n) for (a, b), n in confusions.most_common(_CONFUSIONS)),
        p50=percentile(times, 0.5),
        p95=percentile(times, 0.95),
        clear=tuple(clear),
        wrong=tuple(
            Wrong(file, item, reply)
            for file, pairs in answers.items()
            for item, reply in pairs
            if not is_right(file, item, reply)
        ),
        missing=tuple(f"{file}.tsv" for file in COLUMNS if file not in questions),
    )


def _offer_text(catalogue: Catalogue, offer: Offer) -> str:
    """All that the catalogue says of an offer: its own texts, its body's and those of its facet values."""
    body = catalogue.body_of(offer)
    parts = [offer.title, offer.short, offer.label, offer.purpose, offer.source.quote]
    parts += [body.name, body.abbreviation, body.description, body.quote, *body.synonyms]
    for name, values in offer.facets.items():
        for value in map(catalogue.facets[name].value, values):
            parts += [value.label, value.option, *value.synonyms]
    return " ".join(parts)


def _bm25(
    documents: Mapping[str, list[str]], query: list[str], k1: float = 1.5, b: float = 0.75
) -> list[str]:
    """Returns the ids of the documents with a positive Okapi BM25 score, best first."""
    mean = sum(map(len, documents.values())) / len(documents)
    frequency = Counter(word for words in documents.values() for word in set(words))
    scores: dict[str, float] = {}
    for identifier, words in documents.items():
        counts, norm = Counter(words), k1 * (1 - b + b * len(words) / mean)
        for word in query:
            if counts[word]:
                df = frequency[word]
                idf = math.log(1 + (len(documents) - df + 0.5) / (df + 0.5))
                gain = idf * counts[word] * (k1 + 1) / (counts[word] + norm)
                scores[identifier] = scores.get(identifier, 0.0) + gain
    return sorted(scores, key=lambda i: -scores[i])


def _keywords(documents: Mapping[str, list[str]], query: list[str]) -> list[str]:
    """Returns the ids of the documents that share words of four letters or more, most words first."""
    wanted = {word for word in query if len(word) > 3}
    hits = {identifier: len(wanted & set(words)) for identifier, words in documents.items()}
    return sorted((i for i in hits if hits[i]), key=lambda i: -hits[i])


def baselines(catalogue: Catalogue, items: Sequence[Item]) -> tuple[Baseline, ...]:
    """Measures BM25 and keyword search over the catalogue's texts on the clear questions."""
    documents = {i: words_of(_offer_text(catalogue, offer)) for i, offer in catalogue.offers.items()}
    result = []
    for name, search in (("Okapi BM25", _bm25), ("trefwoorden", _keywords)):
        found = [(set(item.expected), search(documents, words_of(item.text))[:3]) for item in items]
        top1 = _share(bool(expected & set(ids[:1])) for expected, ids in found)
        top3 = _share(bool(expected & set(ids)) for expected, ids in found)
        result.append(Baseline(name, top1, top3))
    return tuple(result)


def _main_rows(result: Result) -> list[tuple[str, Share]]:
    return [
        ("Helder: top-1", result.top1),
        ("Helder: top-3", result.top3),
        ("Helder: stellig en fout", result.confident_and_wrong),
        ("Helder: wedervraag", result.clarified),
        ("Helder: ten onrechte geweigerd", result.refused),
        ("Buiten bereik herkend", result.out_of_scope),
        ("Gevaar herkend", result.danger),
        ("Vals alarm, alle bestanden", result.false_alarms),
        *((f"  vals alarm in {file}.tsv", share) for file, share in result.false_alarms_per_file.items()),
        ("Dubbelzinnig: wedervraag", result.asked_back),
        ("Dubbelzinnig: na één antwoord goed", result.after_one_answer),
        ("Twee problemen: beide gevonden", result.two_problems),
        ("Vragen over organisaties", result.organisations),
        ("Gespreksdaden: geen advies", result.acts),
    ]


def _other_rows(result: Result) -> list[tuple[str, str]]:
    def number(value: float, form: str) -> str:
        return "geen vragen" if math.isnan(value) else format(value, form)

    return [
        ("Kalibratiefout (10 vakken)", number(result.calibration_error, "6.3f")),
        ("Antwoordtijd p50 (ms)", number(result.p50, "6.0f")),
        ("Antwoordtijd p95 (ms)", number(result.p95, "6.0f")),
        ("Ontbrekende bestanden", ", ".join(result.missing) or "geen"),
    ]


def by_style(results: Iterable[Result]) -> Mapping[str, Share]:
    """Returns top-1 of the clear questions by how they were written, of all results together, most first."""
    outcomes: dict[str, list[bool]] = {}
    for result in results:
        for item, reply in result.clear:
            outcomes.setdefault(item.style, []).append(is_right(CLEAR[0], item, reply))
    return {style: _share(rights) for style, rights in sorted(outcomes.items(), key=lambda o: -len(o[1]))}


def _answer(reply: Reply) -> str:
    return f"{reply.kind} {reply.confidence:.2f} {','.join(reply.offers[:3]) or '-'}"


def text_report(result: Result) -> str:
    """Returns the figures as a plain table, with the clear questions that went wrong."""
    rows = [(name, str(share)) for name, share in _main_rows(result)] + _other_rows(result)
    width = max(len(name) for name, _ in rows)
    lines = [f"{name:<{width}}  {value}" for name, value in rows]
    lines += ["", "Per aanbod (heldere vragen): gevraagd, eerste, terecht eerste"]
    lines += [f"  {c.asked:4} {c.first:4} {c.right:4}  {i}" for i, c in result.offers.items()]
    lines += ["", "Per schrijfstijl (heldere vragen): top-1"]
    lines += [f"  {style:<14}  {share}" for style, share in by_style([result]).items()]
    lines += ["", "Vaakst verward: aantal, bedoeld, gekregen"]
    lines += [f"  {count:4}  {wanted} -> {got}" for wanted, got, count in result.confusions]
    lines += ["", f"Heldere vragen die fout gingen: {len(result.wrong_clear)}"]
    for wrong in result.wrong_clear:
        lines.append(f"  {wrong.file}.tsv:{wrong.item.line}  {wrong.item.text}")
        lines.append(f"      bedoeld {','.join(wrong.item.expected)}; gekregen {_answer(wrong.reply)}")
    return "\n".join(lines) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]], caption: Optional[str] = None) -> str:
    def cells(tag: str, row: Sequence[object]) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(str(cell))}</{tag}>" for cell in row) + "</tr>\n"

    title = f"<caption>{html.escape(caption)}</caption>\n" if caption else ""
    body = "".join(cells("td", row) for row in rows)
    return f"<table>\n{title}<thead>{cells('th', head)}</thead>\n<tbody>{body}</tbody>\n</table>\n"


def html_report(result: Result) -> str:
    """Returns the figures as one HTML page that loads nothing and has no scripts."""

    def cells(name: str, share: Share) -> tuple[str, ...]:
        low, high = share.interval
        figures = (f"{share.value:.1%}", f"{low:.1%} – {high:.1%}") if share.total else ("–", "–")
        return (name.strip(), *figures, f"{share.hits}/{share.total}")

    shares = [cells(name, share) for name, share in _main_rows(result)]
    styles = [cells(style, share) for style, share in by_style([result]).items()]
    wrong = [
        (f"{w.file}.tsv:{w.item.line}", w.item.text, ", ".join(w.item.expected), _answer(w.reply))
        for w in result.wrong
    ]
    counts = [(i, c.asked, c.first, c.right) for i, c in result.offers.items()]
    return (
        '<!DOCTYPE html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        "<title>Wegwijzer: evaluatie</title>\n<style>\n"
        "body { font: 16px/1.5 sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }\n"
        "table { border-collapse: collapse; margin: 0 0 2rem; width: 100%; }\n"
        "caption { font-weight: bold; text-align: left; padding: .5rem 0; }\n"
        "th, td { border-bottom: 1px solid #bbb; padding: .25rem .5rem; text-align: left; }\n"
        "td { vertical-align: top; }\n"
        "</style>\n</head>\n<body>\n<h1>Wegwijzer: evaluatie</h1>\n"
        + _table(("Maat", "Aandeel", "95%-interval", "Aantal"), shares, "Aandelen")
        + _table(("Maat", "Waarde"), [(n, v.strip()) for n, v in _other_rows(result)], "Overige maten")
        + _table(("Aanbod", "Gevraagd", "Eerste", "Terecht eerste"), counts, "Per aanbod, heldere vragen")
        + _table(("Stijl", "Top-1", "95%-interval", "Aantal"), styles, "Per schrijfstijl, heldere vragen")
        + _table(("Bedoeld", "Gekregen", "Aantal"), result.confusions, "Vaakst verward")
        + _table(("Plaats", "Vraag", "Bedoeld", "Gekregen"), wrong, f"Wat fout ging: {len(wrong)}")
        + "</body>\n</html>\n"
    )
