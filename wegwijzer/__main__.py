"""The command line: wegwijzer run, train, ask, chat, catalogue check, evaluate."""

from __future__ import annotations

import argparse
import json
import os
import sys
import uuid
from pathlib import Path
from typing import Optional, Sequence

from wegwijzer import __version__, paths
from wegwijzer.errors import WegwijzerError


def _say(line: str) -> None:
    print(line, flush=True)


def _url(arguments: argparse.Namespace) -> str:
    return str(arguments.url or f"http://127.0.0.1:{os.environ.get('PORT', '5005')}")


def _run(arguments: argparse.Namespace) -> int:
    import signal

    from wegwijzer.language import BLANK, DUTCH_MODEL, language_identity
    from wegwijzer.supervisor import Supervisor, check_port
    from wegwijzer.training import is_trained, train

    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "5005"))
    check_port(host, port)
    language = language_identity()
    if language == BLANK:
        _say(
            f"{DUTCH_MODEL} is er niet; verder met spacy.blank('nl'): namen van personen worden niet herkend."
        )
    else:
        _say(f"Taalmodel: {language}")
    if not is_trained():
        train(_say)
    supervisor = Supervisor(host, port, paths.ROOT / "var")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        supervisor.start(_say)
        supervisor.watch(_say)
    except KeyboardInterrupt:
        _say("Gestopt.")
    finally:
        supervisor.stop()
    return 0


def _train(arguments: argparse.Namespace) -> int:
    from wegwijzer.training import is_trained, train

    if is_trained() and not arguments.force:
        _say("Het model past al bij de gegevens.")
        return 0
    train(_say)
    return 0


def _ask(arguments: argparse.Namespace) -> int:
    from wegwijzer.supervisor import ask

    messages = ask(_url(arguments), f"terminal-{uuid.uuid4()}", arguments.question)
    if arguments.json:
        _say(json.dumps(messages, ensure_ascii=False, indent=2))
    else:
        _say("\n\n".join(str(m.get("text", "")) for m in messages))
    return 0


def _chat(arguments: argparse.Namespace) -> int:
    from wegwijzer.supervisor import ask

    sender = f"terminal-{uuid.uuid4()}"
    _say("Typ uw vraag; Ctrl-D stopt.")
    for line in sys.stdin:
        if line.strip():
            _say(
                "\n"
                + "\n\n".join(str(m.get("text", "")) for m in ask(_url(arguments), sender, line.strip()))
                + "\n"
            )
    return 0


def _catalogue(arguments: argparse.Namespace) -> int:
    from wegwijzer.catalogue import load_catalogue
    from wegwijzer.publication import check_publication

    catalogue = load_catalogue(Path(arguments.folder))
    check_publication(catalogue)
    _say(
        f"Catalogus klopt met de publicatie: {len(catalogue.bodies)} organisaties, "
        f"{len(catalogue.ministries)} ministeries, {len(catalogue.offers)} links."
    )
    return 0


def _evaluate(arguments: argparse.Namespace) -> int:
    from wegwijzer.catalogue import catalogue
    from wegwijzer.evaluation import (
        CLEAR,
        baselines,
        evaluate,
        html_report,
        load_questions,
        rest_ask,
        text_report,
    )

    questions = load_questions(Path(arguments.folder))
    result = evaluate(questions, rest_ask(_url(arguments)))
    _say(text_report(result))
    clear = [item for name in CLEAR for item in questions.get(name, [])]
    for baseline in baselines(catalogue(), clear):
        _say(f"{baseline.name}: top-1 {baseline.top1}, top-3 {baseline.top3}")
    report = Path(arguments.report)
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(html_report(result), encoding="utf-8")
    _say(f"Verslag: {report}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wegwijzer", description="Wijst gemeenten de weg naar de juiste hulp."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start Wegwijzer (PORT=, HOST=)").set_defaults(do=_run)
    train = commands.add_parser("train", help="train als het model niet bij de gegevens past")
    train.add_argument("--force", action="store_true", help="train hoe dan ook")
    train.set_defaults(do=_train)
    ask = commands.add_parser("ask", help="stel één vraag aan een draaiende Wegwijzer")
    ask.add_argument("question")
    ask.add_argument("--json", action="store_true", help="toon het hele antwoord")
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
    evaluate.set_defaults(do=_evaluate)
    catalogue = commands.add_parser("catalogue", help="controleer de catalogus")
    catalogue.add_argument("action", choices=["check"])
    catalogue.add_argument("--folder", default=str(paths.CATALOGUE))
    catalogue.set_defaults(do=_catalogue)
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
        print(f"wegwijzer: {error.strerror or error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
