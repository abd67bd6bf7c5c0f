"""Writes the report on quality that a sceptical official can read: figures, pictures, what goes wrong.

The figures come from an evaluation of a running Wegwijzer and from folds of the examples;
the folds and the learning curve use the same two linear models outside Rasa, on an encoder
that has not seen the examples.
"""

from __future__ import annotations

import datetime
import math
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Mapping, Sequence

import numpy as np

from wegwijzer import paths
from wegwijzer.catalogue import Catalogue
from wegwijzer.encoder import UNTUNED, encode_examples, load_encoder
from wegwijzer.evaluation import Item, Reply, Result, Share, by_style
from wegwijzer.examples import Example, at_most, to_encode
from wegwijzer.linear import SEED, Blend, fit_blend, new_ngrams
from wegwijzer.training import component_settings

_VECTORS = paths.ROOT / "var" / "rapport.npz"
"""Vectors of all examples; a training needs fewer and keeps its own."""
SIZES = (15, 30, 60, 120, 240, 480)
"""Most examples an intent in the learning curve; the last point has all."""
_BINS = 10


@dataclass(frozen=True)
class Choice:
    """How often the right offer is the likeliest, and among the likeliest three."""

    examples: int
    top1: Share
    top3: Share


@dataclass(frozen=True)
class Target:
    """A figure of the evaluation and what it should be; `below` when less is better."""

    name: str
    share: Share
    wanted: float
    below: bool = False

    @property
    def reached(self) -> bool:
        """Whether the figure is what it should be."""
        return self.share.value <= self.wanted if self.below else self.share.value >= self.wanted


def targets(result: Result) -> tuple[Target, ...]:
    """Returns the figures of issue 9 that have a target."""
    return (
        Target("Heldere vraag: juiste aanbod voorop, zonder wedervraag", result.top1, 0.96),
        Target("Heldere vraag: juiste aanbod bij de eerste drie", result.top3, 0.995),
        Target("Heldere vraag: stellig en fout", result.confident_and_wrong, 0.02, below=True),
        Target("Heldere vraag: onnodige wedervraag", result.clarified, 0.06, below=True),
        Target("Heldere vraag: ten onrechte geweigerd", result.refused, 0.01, below=True),
        Target("Dubbelzinnige vraag: wedervraag", result.asked_back, 0.90),
        Target("Na één antwoord op de wedervraag: juiste voorop", result.after_one_answer, 0.95),
        Target("Buiten bereik: herkend", result.out_of_scope, 0.95),
        Target("Acuut gevaar: 112 voorop", result.danger, 1.0),
        Target("Vals alarm", result.false_alarms, 0.005, below=True),
    )


def _clear_offers(examples: Sequence[Example], catalogue: Catalogue) -> list[int]:
    return [i for i, e in enumerate(examples) if e.intent in catalogue.offers and not e.also]


def _fit(examples: Sequence[Example], vectors: np.ndarray, rows: Sequence[int]) -> tuple[Any, Blend]:
    texts, labels, places = [], [], []
    for row in rows:
        for intent in (examples[row].intent, *examples[row].also):
            texts.append(examples[row].text)
            labels.append(intent)
            places.append(row)
    most = component_settings("encoder")["examples_an_intent"]
    chosen = to_encode([(examples[i].text, examples[i].intent, bool(examples[i].also)) for i in rows], most)
    known = np.full_like(vectors, np.nan)
    for i in chosen:
        known[rows[i]] = vectors[rows[i]]
    ngrams = new_ngrams()
    weights = ngrams.fit_transform(texts).tocsr()
    settings = component_settings("sparse_share")
    return ngrams, fit_blend(
        weights,
        known[places],
        labels,
        settings["sparse_regularisation"],
        settings["dense_regularisation"],
        settings["sparse_share"],
    )


def _choice(
    fitted: tuple[Any, Blend],
    texts: Sequence[str],
    vectors: np.ndarray,
    accepted: Sequence[tuple[str, ...]],
    catalogue: Catalogue,
    examples: int,
) -> Choice:
    ngrams, blend = fitted
    logs = blend.log_probabilities(ngrams.transform(texts).tocsr(), vectors)
    offers = [i for i, name in enumerate(blend.classes) if name in catalogue.offers]
    order = np.argsort(-logs[:, offers], axis=1)[:, :3]
    ranked = [[blend.classes[offers[place]] for place in row] for row in order]
    first = sum(row[0] in wanted for row, wanted in zip(ranked, accepted))
    three = sum(bool(set(row) & set(wanted)) for row, wanted in zip(ranked, accepted))
    return Choice(examples, Share(first, len(texts)), Share(three, len(texts)))


def fold_choices(
    examples: Sequence[Example], catalogue: Catalogue, folds: int, say: Callable[[str], None]
) -> list[Choice]:
    """Returns for each fold how well models of the others find the offers of its clear examples.

    Args:
        examples: all examples.
        catalogue: the offers.
        folds: number of folds; an example is in one by chance with a fixed seed.
        say: is given each line of progress.
    """
    texts = [example.text for example in examples]
    encode_examples(UNTUNED, texts, _VECTORS)
    vectors = load_encoder(UNTUNED).encode(texts)
    fold_of = np.random.RandomState(SEED).randint(0, folds, len(examples))
    clear = _clear_offers(examples, catalogue)
    choices = []
    for fold in range(folds):
        seen = [i for i in range(len(examples)) if fold_of[i] != fold]
        held = [i for i in clear if fold_of[i] == fold]
        wanted = [(examples[i].intent,) for i in held]
        fitted = _fit(examples, vectors, seen)
        choices.append(_choice(fitted, [texts[i] for i in held], vectors[held], wanted, catalogue, len(seen)))
        say(f"Deel {fold + 1} van {folds}: top-1 {choices[-1].top1}")
    return choices


def learning_curve(
    examples: Sequence[Example], items: Sequence[Item], catalogue: Catalogue, say: Callable[[str], None]
) -> list[Choice]:
    """Returns for growing numbers of examples how well the offers of these questions are found.

    Args:
        examples: all examples.
        items: clear questions.
        catalogue: the offers.
        say: is given each line of progress.
    """
    texts = [example.text for example in examples]
    encode_examples(UNTUNED, texts, _VECTORS)
    encoder = load_encoder(UNTUNED)
    vectors = encoder.encode(texts)
    asked = [item.text for item in items]
    of_items = encoder.encode(asked)
    labels = [example.intent for example in examples]
    choices = []
    for size in (*SIZES, len(examples)):
        rows = at_most(labels, size)
        fitted = _fit(examples, vectors, rows)
        wanted = [item.expected for item in items]
        choices.append(_choice(fitted, asked, of_items, wanted, catalogue, len(rows)))
        say(f"{len(rows)} voorbeelden: top-1 {choices[-1].top1}")
    return choices


def _new_figure(title: str, across: str, up: str, size: tuple[float, float] = (6.4, 4.0)) -> tuple[Any, Any]:
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    # The same figures give the same file.
    matplotlib.rcParams["svg.hashsalt"] = "wegwijzer"
    figure, axes = pyplot.subplots(figsize=size)
    axes.set_title(title)
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    return figure, axes


def _save(figure: Any, path: Path) -> None:
    from matplotlib import pyplot

    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def draw_confusions(answered: Sequence[tuple[Item, Reply]], catalogue: Catalogue, path: Path) -> None:
    """Draws how often a question for one body got another one first; in a row the body that is meant."""
    bodies = list(catalogue.bodies)
    counts = np.zeros((len(bodies), len(bodies)), dtype=int)
    for item, reply in answered:
        if not reply.offers:
            continue
        given = catalogue.offers[reply.offers[0]].body_id
        meant = [catalogue.offers[offer].body_id for offer in item.expected]
        counts[bodies.index(given if given in meant else meant[0]), bodies.index(given)] += 1
    figure, axes = _new_figure("Welke organisatie kwam voorop?", "gekregen", "bedoeld", (7.6, 6.4))
    axes.imshow(np.log1p(counts), cmap="Blues")
    for row, column in np.argwhere(counts):
        dark = counts[row, column] > counts.max() / 4
        axes.text(
            column, row, counts[row, column], ha="center", va="center", color="white" if dark else "black"
        )
    axes.set_xticks(range(len(bodies)))
    axes.set_yticks(range(len(bodies)))
    axes.set_xticklabels(bodies, rotation=60, ha="right")
    axes.set_yticklabels(bodies)
    _save(figure, path)


def draw_reliability(advice: Sequence[tuple[float, bool]], path: Path) -> None:
    """Draws the confidence of advice against how often it was right."""
    figure, axes = _new_figure(
        "Hoe zeker, en hoe vaak goed", "zekerheid van het advies", "aandeel goed", (5.2, 4.6)
    )
    axes.plot([0, 1], [0, 1], linestyle="--", color="grey", label="volmaakt")
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in advice:
        bins.setdefault(min(int(confidence * _BINS), _BINS - 1), []).append((confidence, right))
    across = [statistics.mean(c for c, _ in bins[b]) for b in sorted(bins)]
    up = [statistics.mean(float(r) for _, r in bins[b]) for b in sorted(bins)]
    axes.plot(across, up, marker="o", label="gemeten")
    for x, y, b in zip(across, up, sorted(bins)):
        axes.annotate(str(len(bins[b])), (x, y), textcoords="offset points", xytext=(4, -12))
    axes.legend()
    _save(figure, path)


def draw_coverage(advice: Sequence[tuple[float, bool]], clear: int, path: Path) -> None:
    """Draws how often advice is right when only the surest share of the clear questions is answered."""
    ordered = sorted(advice, key=lambda pair: -pair[0])
    right = np.cumsum([float(ok) for _, ok in ordered])
    answered = np.arange(1, len(ordered) + 1)
    figure, axes = _new_figure(
        "Minder antwoorden, minder fouten", "aandeel beantwoord", "aandeel daarvan goed"
    )
    axes.plot(answered / clear, right / answered)
    axes.set_ylim(0.9, 1.002)
    _save(figure, path)


def draw_learning_curve(choices: Sequence[Choice], path: Path) -> None:
    """Draws top-1 and top-3 against the number of examples."""
    figure, axes = _new_figure("Meer voorbeelden, betere keuze", "voorbeelden (alle intents)", "aandeel goed")
    sizes = [choice.examples for choice in choices]
    axes.plot(sizes, [choice.top1.value for choice in choices], marker="o", label="eerste")
    axes.plot(sizes, [choice.top3.value for choice in choices], marker="s", label="eerste drie")
    axes.set_xscale("log")
    axes.legend()
    _save(figure, path)


def _percent(value: float) -> str:
    return "–" if math.isnan(value) else f"{100 * value:.1f} %".replace(".", ",")


def _measured(name: str, share: Share) -> str:
    """Returns the first cells of a row: the name, the share and its interval."""
    low, high = share.interval
    return f"| {name} | {_percent(share.value)} ({share.hits}/{share.total}) | {_percent(low)} – {_percent(high)} |"


def _row(target: Target) -> str:
    sign = "≤" if target.below else "≥"
    return (
        f"{_measured(target.name, target.share)} {sign} {_percent(target.wanted)} "
        f"| {'ja' if target.reached else '**nee**'} |"
    )


def _spread(values: Sequence[float]) -> str:
    return f"{_percent(statistics.mean(values))} (van {_percent(min(values))} tot {_percent(max(values))})"


def write_report(
    results: Mapping[str, Result],
    folds: Sequence[Choice],
    curve: Sequence[Choice],
    catalogue: Catalogue,
    path: Path,
    today: datetime.date,
) -> None:
    """Writes the report and, in a folder of the same name beside it, its pictures.

    Args:
        results: name of a set of questions → its evaluation; the pictures are of the first.
        folds: from fold_choices.
        curve: from learning_curve on the clear questions of the first set.
        catalogue: the offers.
        path: the report, .md.
        today: the date that stands in it.
    """
    pictures = path.with_suffix("")
    pictures.mkdir(parents=True, exist_ok=True)
    name, result = next(iter(results.items()))
    clear = result.clear
    advice = [
        (reply.confidence, bool(reply.offers) and reply.offers[0] in item.expected)
        for item, reply in clear
        if reply.kind == "advice"
    ]
    draw_confusions(clear, catalogue, pictures / "verwarring.svg")
    draw_reliability(advice, pictures / "zekerheid.svg")
    draw_coverage(advice, len(clear), pictures / "dekking.svg")
    draw_learning_curve(curve, pictures / "leercurve.svg")
    lines = [
        "# Hoe goed wijst Wegwijzer de weg?",
        "",
        f"Gemeten op {today:%d-%m-%Y} met `wegwijzer report`, over REST, met vragen die niet in de trainingsdata staan. "
        "De vragen zijn geschreven door schrijvers die de trainingsdata niet kenden. "
        "**Er is nog geen echte ambtenaar gevraagd.** Schrijvers lijken op elkaar; echte vragen kunnen anders zijn.",
        "",
        "Wat u hier moet weten: een stellig fout antwoord is het ergste, een onnodige wedervraag is hinderlijk. "
        "Bij elk aandeel staat het interval waarin het met 95 % zekerheid ligt.",
    ]
    for title, measured in results.items():
        calibration = f"{measured.calibration_error:.3f}".replace(".", ",")
        lines += [
            "",
            f"## {title}",
            "",
            "| maat | gemeten | 95%-interval | doel | gehaald |",
            "|---|---|---|---|---|",
            *(_row(target) for target in targets(measured) if target.share.total),
            "",
            f"Kalibratiefout {calibration} (doel ≤ 0,05). "
            f"Twee problemen in één bericht, beide gevonden: {_percent(measured.two_problems.value)}. "
            f"Vragen over organisaties: {_percent(measured.organisations.value)}. "
            f"Antwoordtijd: de helft binnen {measured.p50:.0f} ms, 95 % binnen {measured.p95:.0f} ms.",
        ]
    lines += [
        "",
        "## Naar schrijfstijl",
        "",
        "Heldere vragen van alle verzamelingen hierboven samen: het juiste aanbod voorop, zonder wedervraag.",
        "",
        "| stijl | gemeten | 95%-interval |",
        "|---|---|---|",
        *(_measured(style, share) for style, share in by_style(results.values()).items()),
        "",
        f"## In stukken ({len(folds)} delen)",
        "",
        "De voorbeelden zelf, elk deel beoordeeld door een model van de andere delen, alleen de keuze van het aanbod, "
        "met de zinsencoder zoals hij was voordat hij op deze voorbeelden werd afgestemd: "
        f"eerste goed {_spread([fold.top1.value for fold in folds])}, "
        f"bij de eerste drie {_spread([fold.top3.value for fold in folds])}. "
        "Schrijvers van voorbeelden zochten juist moeilijke gevallen en het deel bevat hun eigen stijl; "
        "dit cijfer zegt iets over de spreiding, niet over echte vragen.",
        "",
        "## Beelden",
        "",
        f"Van {name}.",
        "",
        f"![Verwarring tussen organisaties]({pictures.name}/verwarring.svg)",
        "",
        f"![Zekerheid tegen juistheid]({pictures.name}/zekerheid.svg)",
        "",
        f"![Dekking tegen juistheid]({pictures.name}/dekking.svg)",
        "",
        f"![Leercurve]({pictures.name}/leercurve.svg)",
        "",
        "## Wat nog fout gaat",
        "",
    ]
    for title, measured in results.items():
        confident = [wrong for wrong in measured.wrong_clear if wrong.reply.kind == "advice"]
        lines += [f"Stellig en fout in {title}: {len(confident)}.", ""]
        lines += [
            f"- {wrong.item.text} — bedoeld: {', '.join(wrong.item.expected)}; gekregen: {wrong.reply.offers[0]}"
            for wrong in confident
        ]
        missed = [wrong for wrong in measured.wrong if wrong.file == "gevaar"]
        lines += ["", f"Gemist gevaar in {title}: {len(missed)}.", ""]
        lines += [f"- {wrong.item.text}" for wrong in missed]
        lines.append("")
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
