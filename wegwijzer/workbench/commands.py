"""The workbench from the command line: examples, models, comparing, links."""

from __future__ import annotations

import argparse
import getpass
import subprocess
import time
from pathlib import Path
from typing import Any, Callable

from wegwijzer import paths
from wegwijzer.errors import SetupError, TrainingDataError
from wegwijzer.workbench import texts

Say = Callable[[str], None]


def _who(arguments: argparse.Namespace) -> str:
    """Returns who does this: --who, else the name git knows, else that of the account."""
    if arguments.who:
        return str(arguments.who)
    try:
        command = ["git", "config", "user.name"]
        known = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True).stdout.strip()
    except FileNotFoundError:
        known = ""
    return known or getpass.getuser()


def add_example(arguments: argparse.Namespace, say: Say) -> int:
    """Adds one example, when lint has nothing against it."""
    from wegwijzer.language import load_language
    from wegwijzer.workbench.example_files import Draft, ExampleFiles, one_line, read_marked
    from wegwijzer.workbench.lint import Linter

    files = ExampleFiles()
    try:
        text, marks = read_marked(one_line(arguments.text))
    except TrainingDataError as error:
        raise SetupError(error.text) from None
    draft = Draft(text, arguments.intent, marks, tuple(arguments.also or ()))
    found = Linter(files, load_language()).check(draft)
    for finding in found:
        say(str(finding))
    if any(finding.error for finding in found) and not arguments.force:
        say(texts.NOT_ADDED)
        return 1
    save = files.add(draft, _who(arguments))
    say(save.diff.rstrip("\n"))
    say(texts.UNDO_WITH.format(what=save.what, id=save.id))
    return 0


def undo(arguments: argparse.Namespace, say: Say) -> int:
    """Takes back one change of the examples."""
    from wegwijzer.workbench.example_files import ExampleFiles

    save = ExampleFiles().undo(arguments.id, _who(arguments))
    say(save.diff.rstrip("\n"))
    say(save.what)
    return 0


def lint(arguments: argparse.Namespace, say: Say) -> int:
    """Looks at all examples; 1 when something is wrong."""
    from wegwijzer.workbench.example_files import ExampleFiles
    from wegwijzer.workbench.lint import Linter

    files = ExampleFiles()
    found = Linter(files).check_all()
    for finding in found:
        say(str(finding))
    wrong = sum(finding.error for finding in found)
    if wrong:
        say(texts.LINT_WRONG.format(count=wrong))
        return 1
    say(texts.LINT_GOOD.format(count=len(files.read())))
    return 0


def stats(arguments: argparse.Namespace, say: Say) -> int:
    """Shows counts and, when asked, examples that look more like another intent."""
    from wegwijzer.workbench import statistics
    from wegwijzer.workbench.example_files import KINDS, ExampleFiles

    files = ExampleFiles()
    examples = files.read()
    counts = statistics.count_intents(examples, files.intents())
    for kind in KINDS:
        own = [count for count in counts if count.kind == kind]
        if own:
            ratio = f"{statistics.imbalance(counts, kind):.1f}".replace(".", ",")
            say(texts.STATS_KIND.format(kind=kind, count=sum(c.examples for c in own), ratio=ratio))
        for count in own:
            few = texts.FEW if count.few else ""
            say(f"  {count.examples:6} {count.ambiguous:5} {count.marks:6}  {count.intent}{few}")
    say(texts.STATS_FACETS)
    for facet in statistics.count_facets(examples, files.catalogue()):
        say(f"  {facet.examples:6} {facet.marked:6}  {facet.facet}: {facet.value} ({len(facet.offers)})")
    if arguments.outliers:
        crossed = statistics.cross(examples, say)
        say(texts.STATS_CROSSED.format(right=f"{100 * crossed.right:.1f}".replace(".", ",")))
        say(texts.STATS_PAIRS)
        for pair in crossed.confusable[:20]:
            say(f"  {pair.count:5}  {pair.intents[0]} - {pair.intents[1]}")
        say(texts.STATS_OUTLIERS)
        for outlier in crossed.outliers[: arguments.outliers]:
            stored = outlier.stored
            place = f"{stored.path.relative_to(paths.ROOT)}:{stored.line}"
            say(f"  {place}  {stored.draft.text}")
            say(
                f"      {stored.draft.intent} {outlier.own:.2f}; {outlier.likeliest} {outlier.probability:.2f}"
            )
    return 0


def compare(arguments: argparse.Namespace, say: Say) -> int:
    """Compares two models and says what the gate would."""
    from wegwijzer.workbench.comparison import as_text, compare_models
    from wegwijzer.workbench.gate import judge

    old, new = arguments.compare
    comparison = compare_models(old, new, folder=Path(arguments.folder), say=say)
    say(as_text(comparison))
    verdict = judge(comparison)
    say(
        texts.GATE_PASSED if verdict.passed else texts.GATE_REFUSED.format(reasons="; ".join(verdict.reasons))
    )
    return 0


def list_models(arguments: argparse.Namespace, say: Say) -> int:
    """Shows the archive and how the model in use came to be so."""
    from wegwijzer.workbench.models import Archive

    archive = Archive()
    in_use = archive.chosen()
    cards = archive.cards()
    if not cards:
        say(texts.ARCHIVE_EMPTY)
    for card in cards:
        mark = "*" if card.id == in_use else " "
        figures = "  ".join(f"{k} {v:.3f}".replace(".", ",") for k, v in card.figures.items())
        say(f"{mark} {card.id}  {card.made:%d-%m-%Y %H:%M}  {card.who}  {card.note}")
        say(texts.CARD_FIGURES.format(count=card.examples, figures=figures or texts.NOT_MEASURED))
    if cards and not in_use:
        say(texts.OWN_IN_USE)
    for use in archive.uses()[:10]:
        line = f"{use.when:%d-%m-%Y %H:%M}  {use.how}: {use.before or '-'} -> {use.id}  {use.who}"
        say(line + (f"  ({'; '.join(use.reasons)}; toch: {use.override})" if use.override else ""))
    return 0


def use_model(arguments: argparse.Namespace, say: Say) -> int:
    """Puts a model to use."""
    from wegwijzer.workbench.models import Archive

    Archive().use(arguments.id, _who(arguments), arguments.override or "", say)
    return 0


def roll_back(arguments: argparse.Namespace, say: Say) -> int:
    """Goes back to the model before."""
    from wegwijzer.workbench.models import Archive

    Archive().rollback(_who(arguments), say)
    return 0


def train_candidate(arguments: argparse.Namespace, say: Say) -> int:
    """Trains a candidate and compares it; an interrupt stops it."""
    from wegwijzer.workbench.candidates import READY, Candidates

    candidates = Candidates()
    candidates.start(_who(arguments), arguments.note or "", arguments.calibrate)
    shown = 0
    try:
        while True:
            state = candidates.state()
            assert state is not None
            for line in state.lines[shown:]:
                say(line)
            shown = len(state.lines)
            if not state.running:
                break
            time.sleep(0.5)
    except KeyboardInterrupt:
        candidates.stop()
        raise
    if state.phase != READY:
        raise SetupError(state.error or state.phase)
    say(texts.CANDIDATE_READY.format(id=state.id))
    return 0


def check_links(arguments: argparse.Namespace, say: Say) -> int:
    """Asks every link of the catalogue; 1 when one is gone or moved."""
    from wegwijzer.catalogue import catalogue
    from wegwijzer.workbench import links

    report = links.check_links(catalogue(), _who(arguments), say, arguments.seconds)
    if report.offline:
        say(texts.OFFLINE)
        return 1
    bad = [checked for checked in report.checked if checked.outcome != links.GOOD]
    for checked in bad:
        say(f"{checked.outcome:<14} {checked.offer}  {checked.url}\n{'':<15}{checked.note}")
    say(texts.LINKS_CHECKED.format(good=len(report.checked) - len(bad), total=len(report.checked)))
    return 1 if bad else 0


def add_commands(commands: Any, say: Say) -> None:
    """Adds the workbench's commands.

    Args:
        commands: what ArgumentParser.add_subparsers() returned.
        say: is given each line that a command shows.
    """

    def does(
        parser: argparse.ArgumentParser, work: Callable[[argparse.Namespace, Say], int], who: bool
    ) -> None:
        if who:
            parser.add_argument("--who", help="uw naam (standaard die van git)")
        parser.set_defaults(do=lambda arguments: work(arguments, say))

    examples = commands.add_parser("examples", help="voorbeelden toevoegen, nakijken en tellen")
    actions = examples.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="voeg één voorbeeld toe")
    add.add_argument("text", help="de vraag; markeer woorden als [woorden](entiteit)")
    add.add_argument("--intent", required=True)
    add.add_argument("--also", nargs="+", help="ander aanbod dat even goed kan (dubbelzinnige vraag)")
    add.add_argument("--force", action="store_true", help="ook als er iets op aan te merken is")
    does(add, add_example, who=True)
    back = actions.add_parser("undo", help="maak één wijziging ongedaan")
    back.add_argument("id")
    does(back, undo, who=True)
    does(actions.add_parser("lint", help="kijk alle voorbeelden na"), lint, who=False)
    counting = actions.add_parser("stats", help="tel voorbeelden per intent en kenmerk")
    counting.add_argument(
        "--outliers",
        type=int,
        nargs="?",
        const=40,
        help="toon ook voorbeelden die meer op iets anders lijken",
    )
    does(counting, stats, who=False)

    model = commands.add_parser("model", help="modellen: train, vergelijk, neem in gebruik, ga terug")
    actions = model.add_subparsers(dest="action", required=True)
    does(actions.add_parser("list", help="toon het archief"), list_models, who=False)
    train = actions.add_parser("train", help="train een kandidaat en vergelijk hem met het model in gebruik")
    train.add_argument("--note", help="waarvoor")
    train.add_argument("--calibrate", action="store_true", help="stel ook de drempels opnieuw af")
    does(train, train_candidate, who=True)
    use = actions.add_parser("use", help="neem een model in gebruik")
    use.add_argument("id")
    use.add_argument("--override", metavar="REDEN", help="waarom het toch mag; wordt vastgelegd")
    does(use, use_model, who=True)
    does(actions.add_parser("rollback", help="ga terug naar het vorige model"), roll_back, who=True)

    links = commands.add_parser("links", help="controleer de links van de catalogus")
    actions = links.add_subparsers(dest="action", required=True)
    check = actions.add_parser("check", help="vraag elke link één keer op")
    check.add_argument("--seconds", type=float, default=15.0, help="langste wachttijd per link")
    does(check, check_links, who=True)
