"""The command line: wegwijzer run, train, ask, chat, catalogue check, evaluate."""

from __future__ import annotations

import argparse
import json
import os
import sys
import uuid
from functools import partial
from pathlib import Path
from typing import Optional, Sequence

from wegwijzer import __version__, paths
from wegwijzer.errors import SetupError, WegwijzerError
from wegwijzer.workbench.commands import add_commands


def _say(line: str) -> None:
    print(line, flush=True)


def _port() -> int:
    text = os.environ.get("PORT") or "5005"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise SetupError(f"PORT='{text}' is geen poort; geef een getal van 1 tot en met 65535")
    return int(text)


def _url(arguments: argparse.Namespace) -> str:
    url = str(arguments.url or f"http://127.0.0.1:{_port()}").rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise SetupError(f"'{url}' is geen adres; het begint met http:// of https://")
    return url


def _put(url: str, sender: str, question: str, explain: bool = False) -> list[dict[str, object]]:
    from http.client import HTTPException
    from urllib.error import HTTPError

    from wegwijzer.supervisor import ask

    try:
        try:
            return ask(url, sender, question, explain=explain)
        except HTTPError as refusal:
            return list(json.loads(refusal.read()))
    except (OSError, HTTPException, ValueError):
        raise SetupError(f"geen antwoord van {url}; start Wegwijzer eerst met 'make run'") from None


def _run(arguments: argparse.Namespace) -> int:
    import signal

    from wegwijzer.language import BLANK, DUTCH_MODEL, language_identity
    from wegwijzer.supervisor import Supervisor, check_credentials, check_folder, check_port
    from wegwijzer.training import is_trained, train
    from wegwijzer.workbench import texts
    from wegwijzer.workbench.models import Archive

    host, port = os.environ.get("HOST") or "127.0.0.1", _port()
    folder = paths.ROOT / "var"
    check_port(host, port)
    check_credentials(paths.ROOT / "credentials.yml")
    check_folder(folder)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    language = language_identity()
    if language == BLANK:
        _say(
            f"{DUTCH_MODEL} is er niet; verder met spacy.blank('nl'): "
            "namen van personen worden alleen met lijsten en zinsverband herkend (docs/privacy-meting.md)."
        )
    else:
        _say(f"Taalmodel: {language}")
    archive = Archive()
    chosen = archive.chosen()
    if chosen:
        _say(texts.USED_NOW.format(id=chosen))
    elif not is_trained(_say):
        train(_say)
    supervisor = Supervisor(host, port, folder, archive)
    try:
        supervisor.start(_say)
        supervisor.watch(_say)
    except KeyboardInterrupt:
        _say("Gestopt.")
    finally:
        supervisor.stop()
    return 0


def _studio(arguments: argparse.Namespace) -> int:
    import signal

    from wegwijzer.studio.serve import serve
    from wegwijzer.studio.teksten import Start

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        serve(_say)
    except KeyboardInterrupt:
        pass
    _say(Start.STOPPED)
    return 0


def _train(arguments: argparse.Namespace) -> int:
    from wegwijzer.training import is_trained, train
    from wegwijzer.workbench import texts
    from wegwijzer.workbench.models import Archive

    if not arguments.force and is_trained(_say):
        _say("Het model past al bij de gegevens.")
        return 0
    train(_say)
    chosen = Archive().chosen()
    if chosen:
        _say(texts.STILL_USED.format(id=chosen))
    return 0


def _ask(arguments: argparse.Namespace) -> int:
    messages = _put(_url(arguments), f"terminal-{uuid.uuid4()}", arguments.question, arguments.explain)
    if arguments.json:
        _say(json.dumps(messages, ensure_ascii=False, indent=2))
    else:
        _say("\n\n".join(str(m.get("text", "")) for m in messages))
        for message in messages if arguments.explain else ():
            custom = message.get("custom")
            if isinstance(custom, dict) and "explanation" in custom:
                from wegwijzer.explaining import as_text

                _say("\n" + as_text(custom["explanation"]))
    return 0


def _chat(arguments: argparse.Namespace) -> int:
    url, sender = _url(arguments), f"terminal-{uuid.uuid4()}"
    _say("Typ uw vraag; Ctrl-D stopt.")
    for line in sys.stdin:
        if line.strip():
            answer = _put(url, sender, line.strip())
            _say("\n" + "\n\n".join(str(m.get("text", "")) for m in answer) + "\n")
    return 0


def _catalogue(arguments: argparse.Namespace) -> int:
    from wegwijzer.catalogue import load_catalogue
    from wegwijzer.directory import directory
    from wegwijzer.publication import check_publication

    catalogue = load_catalogue(Path(arguments.folder))
    if arguments.action == "directory":
        bodies = directory(catalogue)
        if arguments.json:
            _say(json.dumps(bodies, ensure_ascii=False, indent=2))
            return 0
        for body in bodies:
            _say(f"{body['name']} ({body['abbreviation']})")
            for offer in body["offers"]:
                _say(f"  {offer['title']}: {offer['url']}")
        return 0
    check_publication(catalogue)
    own = sum(body.own for body in catalogue.bodies.values())
    published = [offer for offer in catalogue.offers.values() if not catalogue.body_of(offer).own]
    _say(
        f"Catalogus klopt met de publicatie: {len(catalogue.bodies) - own} organisaties, "
        f"{len(catalogue.ministries)} ministeries, {len(published)} links."
        + (f" Eigen toevoegingen: {own} organisaties." if own else "")
    )
    return 0


def _evaluate(arguments: argparse.Namespace) -> int:
    if arguments.compare:
        from wegwijzer.workbench.commands import compare

        return compare(arguments, _say)
    from wegwijzer.catalogue import catalogue
    from wegwijzer.evaluation import (
        baselines,
        check_offers,
        clear_items,
        evaluate,
        html_report,
        load_questions,
        rest_ask,
        text_report,
    )

    questions = load_questions(Path(arguments.folder))
    check_offers(questions, catalogue())
    result = evaluate(questions, rest_ask(_url(arguments)), catalogue())
    _say(text_report(result))
    for baseline in baselines(catalogue(), clear_items(questions)):
        _say(f"{baseline.name}: top-1 {baseline.top1}, top-3 {baseline.top3}")
    report = Path(arguments.report)
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(html_report(result), encoding="utf-8")
    _say(f"Verslag: {report}")
    return 0


def _report(arguments: argparse.Namespace) -> int:
    import datetime

    from wegwijzer.calibration import batches
    from wegwijzer.catalogue import catalogue
    from wegwijzer.evaluation import (
        Item,
        Result,
        check_offers,
        clear_items,
        evaluate,
        load_questions,
        rest_ask,
    )
    from wegwijzer.examples import read_examples
    from wegwijzer.report import fold_choices, learning_curve, write_report

    ask = rest_ask(_url(arguments))
    results: dict[str, Result] = {}
    first: list[Item] = []
    for folder in map(Path, arguments.folder or [paths.EVALUATION, *batches()[-1:]]):
        questions = load_questions(folder)
        check_offers(questions, catalogue())
        results[str(folder.resolve().relative_to(paths.ROOT))] = evaluate(questions, ask, catalogue())
        first = first or clear_items(questions)
    examples = read_examples()
    folds = fold_choices(examples, catalogue(), arguments.folds, _say)
    curve = learning_curve(examples, first, catalogue(), _say)
    report = Path(arguments.report)
    write_report(results, folds, curve, catalogue(), report, datetime.date.today())
    _say(f"Verslag: {report}")
    return 0


def _database(arguments: argparse.Namespace) -> str:
    """Returns the file or URL that was given, or else that of 'wegwijzer run' in this environment."""
    from wegwijzer.stores.settings import read_stores

    given: Optional[str] = arguments.database
    return given or read_stores(os.environ).database or str(paths.ROOT / "var" / "gesprekken.db")


def _inbox(arguments: argparse.Namespace) -> int:
    from wegwijzer.deletion import open_store
    from wegwijzer.inbox import THUMB_DOWN, THUMB_UP, read_inbox

    for kept in read_inbox(open_store(_database(arguments))):
        offers = ", ".join(kept.offers[:3]) or "geen aanbod"
        _say(f"{kept.reason:<11} {kept.when:%d-%m-%Y}  {kept.question}\n            {kept.kind}: {offers}")
        if kept.reason in (THUMB_DOWN, THUMB_UP):
            _say(f"            antwoord: {' '.join(kept.answer.split())[:200]}")
        if kept.remark:
            _say(f"            toelichting: {' '.join(kept.remark.split())}")
    return 0


def _privacy_of(arguments: argparse.Namespace) -> int:
    from wegwijzer.deletion import erase, export, open_store
    from wegwijzer.pseudonyms import load_pseudonyms

    database = _database(arguments)
    engine = open_store(database)
    folder = paths.ROOT / "var" if "://" in database else Path(database).parent
    names, sender = load_pseudonyms(os.environ, folder), arguments.sender.strip()
    conversation = names.name(sender) if arguments.subject is None else names.given(sender, arguments.subject)
    if arguments.action == "export":
        events = export(engine, conversation)
        _say(json.dumps({"conversation": conversation, "events": events}, ensure_ascii=False, indent=2))
        return 0 if events else 1
    erased = erase(engine, conversation)
    _say(
        f"Gewist: {erased} gebeurtenissen van dit gesprek." if erased else "Van dit gesprek is niets bewaard."
    )
    return 0 if erased else 1


def _privacy_measure(arguments: argparse.Namespace) -> int:
    from wegwijzer.privacy_measuring import measure_privacy

    nl_model = Path(arguments.nl_model) if arguments.nl_model else None
    report = measure_privacy(_say, Path(arguments.folder), nl_model, with_routing=not arguments.no_routing)
    if arguments.report:
        Path(arguments.report).write_text(report, encoding="utf-8")
        _say(f"Verslag: {arguments.report}")
    return 0


def _dialogues(arguments: argparse.Namespace) -> int:
    from wegwijzer.catalogue import catalogue
    from wegwijzer.dialogues import load_dialogues, play

    url = _url(arguments)
    dialogues = load_dialogues(catalogue(), Path(arguments.folder))
    played = []
    for dialogue in dialogues:
        faults = play(dialogue, lambda sender, text: _put(url, sender, text), catalogue())
        played.append((dialogue.path.name, faults))
        for turn, fault in zip(dialogue.turns, faults):
            if fault:
                _say(f"{dialogue.name}\n  {turn.text}\n    {fault}")
    for name in (*dict.fromkeys(file for file, _ in played), "alle"):
        counted = [faults for file, faults in played if name in (file, "alle")]
        right = sum(not fault for faults in counted for fault in faults)
        whole = sum(not any(faults) for faults in counted)
        _say(
            f"{name}: beurten goed {right}/{sum(map(len, counted))}; "
            f"gesprekken helemaal goed {whole}/{len(counted)}"
        )
    return 0


def _calibrate(arguments: argparse.Namespace) -> int:
    from wegwijzer.calibration import (
        calibrate,
        danger_questions,
        fitting_folders,
        total_cost,
        validation_questions,
    )
    from wegwijzer.catalogue import catalogue
    from wegwijzer.danger_models import DangerModels
    from wegwijzer.nlu.parser import parse_all
    from wegwijzer.thresholds import FILE
    from wegwijzer.training import DANGER_MODEL, MODEL, is_trained

    if not is_trained(_say):
        raise SetupError("er is geen model dat bij de gegevens past; draai eerst 'wegwijzer train'")
    folders = [Path(folder) for folder in arguments.folder or fitting_folders()]
    models = DangerModels.load(DANGER_MODEL, paths.SIGNALS)
    judged = danger_questions(models.judge, folders)
    questions = validation_questions(partial(parse_all, MODEL), folders)
    fitted = calibrate(questions, judged, models.features, catalogue())
    fitted.save()
    costs = total_cost(questions, fitted, catalogue())
    _say(f"{len(questions)} vragen, en {len(judged)} voor gevaar; kosten {costs:.1f} met deze drempels.")
    _say(f"Geschreven: {FILE}")
    return 0


def _tune(arguments: argparse.Namespace) -> int:
    from wegwijzer.e5 import TUNED
    from wegwijzer.examples import read_examples
    from wegwijzer.tuning import tune, write_layers

    examples = read_examples()
    texts = [example.text for example in examples]
    intents = [(example.intent, *example.also) for example in examples]
    write_layers(tune(texts, intents, _say, arguments.epochs), TUNED)
    _say(f"Geschreven: {TUNED}. Draai nu 'wegwijzer train' en 'wegwijzer calibrate'.")
    return 0


def _benchmark(arguments: argparse.Namespace) -> int:
    import signal

    from wegwijzer.benchmark import run_benchmark

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    run_benchmark(
        _say,
        Path(arguments.folder),
        Path(arguments.report),
        epochs=arguments.epochs,
        with_default=not arguments.no_default,
        limit=arguments.limit or None,
        questions=arguments.questions,
        with_training=not arguments.no_training,
    )
    return 0


def _faults(arguments: argparse.Namespace) -> int:
    import signal

    from wegwijzer.faults import run_faults

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    report = None if arguments.only else Path(arguments.report)
    outcomes = run_faults(_say, report, arguments.only or ())
    return 0 if not any(outcome.wrong or outcome.unanswered for outcome in outcomes) else 1


def _load(arguments: argparse.Namespace) -> int:
    import signal

    from wegwijzer.load import run_load

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    run_load(
        _say,
        Path(arguments.report) if arguments.report else None,
        workers=arguments.workers,
        seconds=arguments.seconds,
        levels=arguments.people,
        with_default=not arguments.no_default,
        epochs=arguments.epochs,
        limit=arguments.limit,
        soak_minutes=arguments.soak,
        command=" ".join(["wegwijzer", *sys.argv[1:]]),
    )
    return 0


def _capacity(arguments: argparse.Namespace) -> int:
    from wegwijzer.capacity import PLAN, write_plan

    write_plan(PLAN, Path(arguments.figures))
    _say(f"Tabellen geschreven in {PLAN}")
    return 0


def _encoders(arguments: argparse.Namespace) -> int:
    from wegwijzer.encoding_speed import as_markdown, measure
    from wegwijzer.evaluation import clear_items, load_questions

    items = clear_items(load_questions(Path(arguments.folder)))[: arguments.questions]
    texts = [item.text for item in items]
    report = as_markdown(measure(texts), len(texts))
    Path(arguments.report).write_text(report, encoding="utf-8")
    _say(report)
    return 0


def _pipelines(arguments: argparse.Namespace) -> int:
    import signal

    from wegwijzer.pipelines import KINDS, Settings, run_pipelines

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = Settings(
        limit=arguments.limit,
        diet_limit=arguments.diet_limit,
        epochs=arguments.epochs,
        nl_model=Path(arguments.nl_model) if arguments.nl_model else None,
        fresh=arguments.fresh,
        only=tuple(kind for kind in KINDS if kind in (arguments.only or KINDS)),
        questions_folder=Path(arguments.folder),
        report=Path(arguments.report),
    )
    return 0 if all(figures for _, figures in run_pipelines(_say, settings)) else 1


def _sbom(arguments: argparse.Namespace) -> int:
    from wegwijzer.sbom import make_sbom

    text = make_sbom()
    if not arguments.output:
        _say(text)
        return 0
    Path(arguments.output).write_text(text + "\n", encoding="utf-8")
    _say(
        f"{arguments.output}: {len(json.loads(text)['components'])} bibliotheken, CycloneDX 1.5, gecontroleerd."
    )
    return 0


def _audit(arguments: argparse.Namespace) -> int:
    from wegwijzer.audit import REPORT, audit, write_report

    if arguments.report:
        write_report()
        _say(f"Verslag: {REPORT}")
    return audit(_say, offline=arguments.offline)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wegwijzer", description="Wijst gemeenten de weg naar de juiste hulp."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start Wegwijzer (PORT=, HOST=)").set_defaults(do=_run)
    commands.add_parser("studio", help="start de werkbank voor trainers (PORT=, HOST=)").set_defaults(
        do=_studio
    )
    train = commands.add_parser("train", help="train als het model niet bij de gegevens past")
    train.add_argument("--force", action="store_true", help="train hoe dan ook")
    train.set_defaults(do=_train)
    ask = commands.add_parser("ask", help="stel één vraag aan een draaiende Wegwijzer")
    ask.add_argument("question")
    ask.add_argument("--json", action="store_true", help="toon het hele antwoord")
    ask.add_argument("--explain", action="store_true", help="toon ook hoe het antwoord tot stand kwam")
    ask.add_argument("--url")
    ask.set_defaults(do=_ask)
    chat = commands.add_parser("chat", help="praat in de terminal met een draaiende Wegwijzer")
    chat.add_argument("--url")
    chat.set_defaults(do=_chat)
    evaluate = commands.add_parser(
        "evaluate", help="meet een draaiende Wegwijzer op vragen die hij niet kent"
    )
    evaluate.add_argument("--folder", default=str(paths.EVALUATION))
    evaluate.add_argument("--report", default=str(paths.ROOT / "var" / "evaluatie.html"))
    evaluate.add_argument("--url")
    evaluate.add_argument(
        "--compare",
        nargs=2,
        metavar=("OUD", "NIEUW"),
        help="vergelijk twee modellen vraag voor vraag: een id uit het archief, 'in-gebruik' of een map",
    )
    evaluate.set_defaults(do=_evaluate)
    report = commands.add_parser("report", help="schrijf het verslag over de kwaliteit, met beelden")
    report.add_argument(
        "--folder", nargs="+", help="mappen met vragen (standaard evaluatie en nieuwste partij)"
    )
    report.add_argument("--url")
    report.add_argument("--folds", type=_positive, default=5)
    report.add_argument("--report", default=str(paths.ROOT / "docs" / "rapport.md"))
    report.set_defaults(do=_report)
    inbox = commands.add_parser(
        "inbox", help="bewaarde vragen die slecht gingen of een duim kregen, voor trainers"
    )
    inbox.add_argument("--database", help="bestand of URL (standaard die van 'wegwijzer run')")
    inbox.set_defaults(do=_inbox)
    privacy = commands.add_parser(
        "privacy", help="geef of wis een gesprek; meet het weghalen van persoonsgegevens"
    )
    asked = privacy.add_subparsers(dest="action", required=True)
    for action, told in (
        ("export", "alles wat van een gesprek is bewaard, als JSON"),
        ("erase", "wis een gesprek"),
    ):
        request = asked.add_parser(action, help=told)
        request.add_argument("sender", help="naam van het gesprek zoals de chat of het intranet die stuurt")
        request.add_argument("--subject", help="van wie het gesprek is ('sub' in het token van het intranet)")
        request.add_argument("--database", help="bestand of URL (standaard die van 'wegwijzer run')")
        request.set_defaults(do=_privacy_of)
    measured = asked.add_parser("measure", help="meet de redactie op tests/privacy")
    measured.add_argument("--folder", default=str(paths.ROOT / "tests" / "privacy"))
    measured.add_argument("--nl-model", help="whl-bestand van nl_core_news_sm")
    measured.add_argument("--no-routing", action="store_true", help="meet het effect op het antwoord niet")
    measured.add_argument("--report", default=str(paths.ROOT / "docs" / "privacy-meting.md"))
    measured.set_defaults(do=_privacy_measure)
    dialogues = commands.add_parser("dialogues", help="speel de gesprekken van tests/dialogues na")
    dialogues.add_argument("--folder", default=str(paths.DIALOGUES))
    dialogues.add_argument("--url")
    dialogues.set_defaults(do=_dialogues)
    calibrate = commands.add_parser(
        "calibrate", help="stel de drempels af op tests/validation en oudere partijen"
    )
    calibrate.add_argument("--folder", nargs="+", help="mappen met vragen, in plaats van die")
    calibrate.set_defaults(do=_calibrate)
    tuned = commands.add_parser(
        "tune",
        help="stem de laatste lagen van de zinsencoder af op de voorbeelden (een kwartier of langer)",
    )
    tuned.add_argument("--epochs", type=_positive, default=2, help="hoe vaak elk voorbeeld langskomt")
    tuned.set_defaults(do=_tune)
    benchmark = commands.add_parser("benchmark", help="meet snelheid en geheugen naast Rasa's standaard")
    benchmark.add_argument("--folder", default=str(paths.EVALUATION))
    benchmark.add_argument("--report", default=str(paths.ROOT / "docs" / "benchmark.md"))
    benchmark.add_argument("--epochs", type=_positive, default=20, help="rondes van Rasa's standaard")
    benchmark.add_argument("--limit", type=int, default=25, help="voorbeelden per intent; 0 is alles")
    benchmark.add_argument("--questions", type=_positive, default=200)
    benchmark.add_argument("--no-default", action="store_true", help="alleen Wegwijzer")
    benchmark.add_argument("--no-training", action="store_true", help="meet het trainen niet")
    benchmark.set_defaults(do=_benchmark)
    faults = commands.add_parser(
        "faults", help="maak storingen midden in gesprekken en laat zien wat gebruikers merken"
    )
    faults.add_argument("--report", default=str(paths.ROOT / "docs" / "storingen.md"))
    faults.add_argument("--only", nargs="+", help="alleen deze storingen, zonder verslag")
    faults.set_defaults(do=_faults)
    load = commands.add_parser("load", help="meet hoeveel Wegwijzer aankan, naast de standaard van rasa init")
    load.add_argument("--workers", type=_positive, nargs="+", default=[1, 2, 4])
    load.add_argument("--people", type=_positive, nargs="+", default=[1, 8], help="hoeveel mensen tegelijk")
    load.add_argument("--seconds", type=_positive, default=45, help="per meting")
    load.add_argument("--soak", type=float, default=0, help="minuten duurproef")
    load.add_argument("--no-default", action="store_true", help="zonder de standaard van rasa init")
    load.add_argument("--epochs", type=_positive, default=5, help="rondes van die standaard")
    load.add_argument("--limit", type=_positive, default=10, help="voorbeelden per intent van die standaard")
    load.add_argument("--report", help="waar het verslag komt (docs/belasting.md); zonder dit geen verslag")
    load.set_defaults(do=_load)
    capacity = commands.add_parser("capacity", help="reken het capaciteitsplan uit met de gemeten belasting")
    capacity.add_argument("--figures", default=str(paths.ROOT / "docs" / "belasting.json"))
    capacity.set_defaults(do=_capacity)
    encoders = commands.add_parser("encoders", help="meet waar de tijd van de zinsencoder blijft")
    encoders.add_argument("--folder", default=str(paths.EVALUATION))
    encoders.add_argument("--report", default=str(paths.ROOT / "docs" / "encoder.md"))
    encoders.add_argument("--questions", type=_positive, default=100)
    encoders.set_defaults(do=_encoders)
    pipelines = commands.add_parser("pipelines", help="vergelijk pijplijnen")
    pipelines.add_argument("--folder", default=str(paths.EVALUATION))
    pipelines.add_argument("--report", default=str(paths.ROOT / "docs" / "pijplijnen.md"))
    pipelines.add_argument("--limit", type=_positive, help="voorbeelden per intent (standaard alle)")
    pipelines.add_argument("--diet-limit", type=_positive, default=25, help="hetzelfde voor DIET")
    pipelines.add_argument("--epochs", type=_positive, default=20)
    pipelines.add_argument("--nl-model", help="whl-bestand van nl_core_news_sm")
    pipelines.add_argument("--fresh", action="store_true", help="meet alles opnieuw")
    pipelines.add_argument("--only", nargs="+", choices=["diet", "sparse", "encoder"])
    pipelines.set_defaults(do=_pipelines)
    catalogue = commands.add_parser("catalogue", help="controleer de catalogus of toon alle organisaties")
    catalogue.add_argument("action", choices=["check", "directory"])
    catalogue.add_argument("--json", action="store_true", help="de organisaties als JSON")
    catalogue.add_argument("--folder", default=str(paths.CATALOGUE))
    catalogue.set_defaults(do=_catalogue)
    sbom = commands.add_parser("sbom", help="alle bibliotheken van server en chat, als CycloneDX")
    sbom.add_argument("--output", help="bestand (standaard het scherm)")
    sbom.set_defaults(do=_sbom)
    audited = commands.add_parser(
        "audit", help="bekende kwetsbaarheden; code 1 bij iets nieuws, 3 als geen database bereikbaar was"
    )
    audited.add_argument("--offline", action="store_true", help="vraag de pakketindex niets")
    audited.add_argument("--report", action="store_true", help="schrijf docs/kwetsbaarheden.md uit de lijst")
    audited.set_defaults(do=_audit)
    add_commands(commands, _say)
    return parser


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Runs one command; an expected error is one clear line and exit code 1."""
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.do(parsed))
    except WegwijzerError as error:
        print(f"wegwijzer: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        from wegwijzer.supervisor import reason

        place = f"{error.filename}: " if error.filename else ""
        print(f"wegwijzer: {place}{reason(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        _say("Gestopt.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
