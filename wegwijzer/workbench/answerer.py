"""Lets a model answer in this process, the way of a question without HTTP: danger, redaction, NLU, decision.

As a program it asks a model all questions of a folder, so that two models can be asked side by side.
"""

from __future__ import annotations

import datetime
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Optional

from wegwijzer import paths
from wegwijzer.answering import compose
from wegwijzer.catalogue import catalogue
from wegwijzer.contract import contract_record
from wegwijzer.conversation import Conversation
from wegwijzer.danger import Danger, DangerDetector, DangerWatch
from wegwijzer.danger_models import DangerModels
from wegwijzer.deciding import decide
from wegwijzer.evaluation import COLUMNS, Reply, is_right, load_questions, read_reply
from wegwijzer.intake import Refusal, as_plain_text, read_question
from wegwijzer.language import load_language
from wegwijzer.redaction import Redactor
from wegwijzer.thresholds import load_thresholds
from wegwijzer.understanding import Understanding
from wegwijzer.workbench import texts
from wegwijzer.workbench.model_files import ModelFiles

_SHOWN = 10
_STEP = 100


@dataclass(frozen=True)
class Preview:
    """What a model makes of a text.

    Attributes:
        kind: kind of answer (wegwijzer.answer/1).
        offers: ids of the offers shown, in order.
        confidence: of the answer, 0..1.
        text: the answer as an official would read it.
        ranking: the likeliest intents with their probabilities, at most ten.
        entities: (entity, value, words) found.
        acute: whether it counts as acute danger.
        redacted: the text without personal data.
    """

    kind: str
    offers: tuple[str, ...]
    confidence: float
    text: str
    ranking: tuple[tuple[str, float], ...]
    entities: tuple[tuple[str, str, str], ...]
    acute: bool
    redacted: str


class Answerer:
    """A loaded model. Loading takes about ten seconds and a gigabyte; not for use in an event loop.

    Args:
        files: the model's parts.

    Raises:
        ModelError: when a part is missing or does not load.
        SetupError: when the thresholds are missing or damaged.
    """

    def __init__(self, files: ModelFiles) -> None:
        from wegwijzer.nlu.parser import load_parser

        self._thresholds = load_thresholds(files.thresholds)
        detector = DangerDetector(DangerModels.load(files.danger, paths.SIGNALS), self._thresholds)
        self._danger = DangerWatch(detector, paths.SIGNALS)
        self._redactor = Redactor(catalogue(), load_language())
        self._parse = load_parser(files.rasa)
        self._conversations: dict[str, Conversation] = {}

    def understand(self, text: str) -> Understanding:
        """Returns what the model reads in a text, redacted first."""
        return self._parse(as_plain_text(self._redactor.redact(text).text))

    def preview(self, text: str) -> Preview:
        """Returns what the model would do with a text as a first question."""
        danger, understanding = self._danger.assess(text), self.understand(text)
        answer, _ = self._answer(understanding, danger, Conversation())
        ranking = sorted(understanding.intents.items(), key=lambda pair: -pair[1])[:_SHOWN]
        return Preview(
            str(answer.custom["kind"]),
            tuple(str(offer["id"]) for offer in answer.custom["offers"]),
            float(answer.custom["confidence"]),
            answer.text,
            tuple(ranking),
            tuple((entity.kind, entity.value, entity.text) for entity in understanding.entities),
            danger.acute,
            understanding.text,
        )

    def __call__(self, text: str, conversation: Optional[str] = None) -> Reply:
        """Answers as wegwijzer.evaluation asks; a conversation that is named is remembered."""
        started = time.perf_counter()
        danger = self._danger.assess(text)
        if isinstance(read_question({"sender": "werkbank", "message": text}), Refusal):
            refused = contract_record("emergency" if danger.acute else "smalltalk", float(danger.acute))
            return read_reply([{"custom": refused}], (time.perf_counter() - started) * 1000)
        understanding = self.understand(text)
        before = self._conversations.get(conversation or "", Conversation())
        answer, after = self._answer(understanding, danger, before)
        if conversation is not None:
            self._conversations[conversation] = after
        return read_reply([{"custom": answer.custom}], (time.perf_counter() - started) * 1000)

    def _answer(
        self, understanding: Understanding, danger: Danger, before: Conversation
    ) -> tuple[Any, Conversation]:
        decision, after = decide(understanding, danger, before, catalogue(), self._thresholds)
        # A slot keeps what a conversation knows as JSON.
        kept = Conversation.from_dict(json.loads(json.dumps(after.to_dict())))
        return compose(decision, catalogue(), datetime.date.today()), kept


def main(rasa: str, danger: str, thresholds: str, folder: str, target: str) -> int:
    """Asks a model the questions of a folder, says how far it is, and writes the replies as JSON."""
    questions = load_questions(Path(folder))
    answer = Answerer(ModelFiles(Path(rasa), Path(danger), Path(thresholds)))
    todo = [(file, item) for file in COLUMNS for item in questions.get(file, ())]
    judged = []
    for number, (file, item) in enumerate(todo, 1):
        reply = answer(item.text)
        judged.append(
            {"file": file, "item": asdict(item), "reply": asdict(reply), "right": is_right(file, item, reply)}
        )
        if number % _STEP == 0 or number == len(todo):
            print(texts.ASKED.format(number=number, total=len(todo)), flush=True)
    Path(target).write_text(json.dumps(judged, ensure_ascii=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
