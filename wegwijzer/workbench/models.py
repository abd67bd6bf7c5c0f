"""The archive of trained models: which there are, which is in use, and how it came to be so.

A model is everything that a decision rests on and training made: Rasa's model, the danger model and the
thresholds, in one folder models/archief/<id>/ with its card. models/in_gebruik.json names the one in use
and models/gebruik.jsonl remembers every change with who, why and what the gate said.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import shutil
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Callable, Mapping, Optional

from wegwijzer import paths
from wegwijzer.errors import GateError, ModelError
from wegwijzer.examples import read_examples
from wegwijzer.language import language_identity
from wegwijzer.training import Stamp, fingerprint, is_whole, read_stamp
from wegwijzer.workbench import texts
from wegwijzer.workbench.comparison import Comparison, digest_of, load, save
from wegwijzer.workbench.gate import Verdict, judge
from wegwijzer.workbench.keeping import append_record, locked, name_of, now, read_journal, replace_file
from wegwijzer.workbench.model_files import ModelFiles
from wegwijzer.workbench.serving import Serving, read_serving

IN_USE = "in-gebruik"
"""Stands for the model in use, whichever it is."""
USED, BACK, FAILED = "gebruik", "terug", "mislukt"
SWITCH_SECONDS = 240
_CARD, _COMPARISON, _PART = "kaart.json", "vergelijking.json", ".deel-"


@dataclass(frozen=True)
class Card:
    """What is known of an archived model.

    Attributes:
        id: name of its folder.
        made: when it was trained, UTC.
        who: who had it trained.
        note: what for, or ''.
        fingerprint: of the sources it was trained on.
        language: identity of the language model it was trained with.
        examples: how many examples it was trained on.
        seconds: how long training took.
        figures: shares of questions answered right by file, for example {'helder': 0.97}; empty until compared.
    """

    id: str
    made: datetime.datetime
    who: str
    note: str
    fingerprint: str
    language: str
    examples: int
    seconds: float
    figures: dict[str, float]


@dataclass(frozen=True)
class Use:
    """A model was put to use.

    Attributes:
        when: UTC.
        who: by whom.
        id: the model.
        before: the one that was in use, or ''.
        how: 'gebruik', 'terug' (roll-back) or 'mislukt' (it did not start; the one before serves again).
        reasons: what the gate had against it; empty when it passed.
        override: why it was put to use all the same, or ''.
    """

    when: datetime.datetime
    who: str
    id: str
    before: str
    how: str
    reasons: tuple[str, ...] = ()
    override: str = ""


class Archive:
    """The models of one tree.

    Args:
        root: the project's folder.
        folder: the folder of the server that goes over to another model; var/ of the tree by default.
    """

    def __init__(self, root: Path = paths.ROOT, folder: Optional[Path] = None) -> None:
        self.root = root
        self._folder = root / "models" / "archief"
        self._pointer = root / "models" / "in_gebruik.json"
        self._journal = root / "models" / "gebruik.jsonl"
        self._server = folder or root / "var"

    def cards(self) -> list[Card]:
        """Returns the archived models, newest first.

        Raises:
            ModelError: when a card is damaged.
        """
        return sorted(map(self.card, self._names()), key=lambda card: card.made, reverse=True)

    def _names(self) -> list[str]:
        return [path.parent.name for path in self._folder.glob(f"[!.]*/{_CARD}")]

    def card(self, model_id: str) -> Card:
        """Returns one card.

        Raises:
            ModelError: when there is no such model or its card is damaged; names those there are.
        """
        record = self._record(model_id)
        try:
            values = {k: v for k, v in record.items() if k != "parts"}
            return Card(**{**values, "made": datetime.datetime.fromisoformat(record["made"])})
        except (KeyError, TypeError, ValueError) as error:
            path = self._folder / model_id / _CARD
            raise ModelError(texts.CARD_DAMAGED.format(path=path, reason=repr(error))) from error

    def _record(self, model_id: str) -> dict[str, Any]:
        names = self._names()
        if model_id not in names:
            known = ", ".join(sorted(names)) or texts.NO_MODELS
            raise ModelError(texts.NO_MODEL.format(id=model_id, known=known))
        path = self._folder / model_id / _CARD
        try:
            return dict(json.loads(path.read_text(encoding="utf-8")))
        except ValueError as error:
            raise ModelError(texts.CARD_DAMAGED.format(path=path, reason=repr(error))) from error

    def files(self, model_id: str) -> ModelFiles:
        """Returns where a model's parts are.

        Raises:
            ModelError: when a part is missing or damaged.
        """
        folder = self._folder / model_id
        for name, digest in self._record(model_id).get("parts", {}).items():
            path = folder / name
            if not path.is_file() or _digest(path) != digest:
                raise ModelError(texts.MODEL_DAMAGED.format(path=path, id=model_id))
        return ModelFiles.in_folder(folder)

    def find(self, name: str) -> tuple[str, ModelFiles]:
        """Returns the name under which a model is compared, and its parts.

        Args:
            name: id of an archived model, IN_USE, or a folder with a model's parts.

        Raises:
            ModelError: when there is no such model.
        """
        if name == IN_USE:
            return self.adopt(), self.serving_files()
        folder = Path(name)
        if name not in self._names() and (folder / "wegwijzer.tar.gz").is_file():
            files = ModelFiles.in_folder(folder)
            if not files.thresholds.exists():
                # As 'wegwijzer train' leaves them: the thresholds are those of the tree.
                files = replace(files, thresholds=ModelFiles.of_tree(self.root).thresholds)
            return name, files
        return name, self.files(name)

    def add(
        self, files: ModelFiles, who: str, note: str, tree: Path, seconds: float, model_id: str = ""
    ) -> Card:
        """Archives a model.

        Args:
            files: its parts; they are copied.
            who: who had it trained.
            note: what for, or ''.
            tree: the tree that it was trained in; what its stamp does not say is taken from its sources.
            seconds: how long training took.
            model_id: its id, or '' for one of this moment.

        Raises:
            ModelError: when a part is missing or damaged.
        """
        if not is_whole(files.rasa):
            raise ModelError(texts.NOT_WHOLE.format(path=files.rasa))
        if not files.danger.is_dir():
            raise ModelError(texts.NOT_WHOLE.format(path=files.danger))
        made = now()
        stamp = read_stamp(tree) or Stamp(
            fingerprint(tree), language_identity(), len(read_examples(tree / "data" / "nlu"))
        )
        card = Card(
            model_id or f"{made:%Y%m%d-%H%M%S-%f}"[:19],
            made,
            name_of(who),
            " ".join(note.split()),
            stamp.fingerprint,
            stamp.language,
            stamp.examples,
            round(seconds, 1),
            {},
        )
        partial = self._folder / f"{_PART}{card.id}"
        partial.mkdir(parents=True)
        try:
            kept = ModelFiles.in_folder(partial)
            shutil.copy2(files.rasa, kept.rasa)
            shutil.copytree(files.danger, kept.danger)
            shutil.copy2(files.thresholds, kept.thresholds)
            self._write(partial, card, _digests(partial))
            partial.rename(self._folder / card.id)
        except BaseException:
            shutil.rmtree(partial)
            raise
        return card

    def _write(self, folder: Path, card: Card, parts: Mapping[str, str]) -> None:
        record = {**asdict(card), "made": card.made.isoformat(), "parts": parts}
        replace_file(folder / _CARD, json.dumps(record, ensure_ascii=False, indent=1) + "\n")

    def adopt(self) -> str:
        """Returns the id of the model in use; archives the tree's own when that is in use and is not there yet."""
        card = self.in_use()
        if card is not None:
            return card.id
        own = ModelFiles.of_tree(self.root)
        return self._twin() or self.add(own, "Wegwijzer", texts.OWN_MODEL, self.root, 0).id

    def _twin(self) -> Optional[str]:
        """Returns the id of the archived model that is the tree's own, or None."""
        own = ModelFiles.of_tree(self.root)
        if not own.rasa.is_file() or not own.danger.is_dir():
            return None
        digests = {"wegwijzer.tar.gz": _digest(own.rasa), "drempels.json": _digest(own.thresholds)}
        digests.update({f"gevaar/{path.name}": _digest(path) for path in own.danger.iterdir()})
        return next((name for name in self._names() if self._record(name).get("parts") == digests), None)

    def remove(self, model_id: str) -> None:
        """Throws a model away.

        Raises:
            ModelError: when it is in use or is the one to go back to.
        """
        self._record(model_id)
        in_use = self.in_use()
        if in_use is not None and in_use.id == model_id:
            raise ModelError(texts.IN_USE.format(id=model_id))
        if in_use is not None and self._before(in_use.id) == model_id:
            raise ModelError(texts.TO_GO_BACK_TO.format(id=model_id))
        going = self._folder / f"{_PART}{model_id}"
        (self._folder / model_id).rename(going)
        shutil.rmtree(going)

    def in_use(self) -> Optional[Card]:
        """Returns the model in use; None as long as the tree's own model is (models/wegwijzer.tar.gz).

        Raises:
            ModelError: when it is no longer in the archive.
        """
        model_id = self.chosen()
        return self.card(model_id) if model_id else None

    def chosen(self) -> str:
        """Returns the id of the model that was put to use, '' as long as the tree's own model is in use.

        Raises:
            ModelError: when the file that says so is damaged.
        """
        try:
            return str(json.loads(self._pointer.read_text(encoding="utf-8"))["id"])
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(texts.CARD_DAMAGED.format(path=self._pointer, reason=repr(error))) from error

    def _point(self, model_id: str) -> None:
        replace_file(self._pointer, json.dumps({"id": model_id}) + "\n")

    def serving_files(self) -> ModelFiles:
        """Returns the parts of the model in use, the tree's own when none was chosen."""
        model_id = self.chosen()
        return self.files(model_id) if model_id else ModelFiles.of_tree(self.root)

    def uses(self) -> list[Use]:
        """Returns how the model in use came to be so, newest first."""
        return [
            Use(
                **{
                    **record,
                    "when": datetime.datetime.fromisoformat(record["when"]),
                    "reasons": tuple(record["reasons"]),
                }
            )
            for record in reversed(list(read_journal(self._journal)))
        ]

    def _before(self, model_id: str) -> str:
        """Returns the model that was in use before this one, or ''."""
        return next((use.before for use in self.uses() if use.id == model_id and use.how != FAILED), "")

    def comparison(self, model_id: str) -> Optional[Comparison]:
        """Returns the comparison that is kept with a model, or None."""
        return load(self._folder / model_id / _COMPARISON)

    def keep_comparison(self, comparison: Comparison) -> None:
        """Keeps a comparison with the newer model and writes its figures on its card, when it is archived."""
        if comparison.new in self._names():
            folder = self._folder / comparison.new
            save(comparison, folder / _COMPARISON)
            figures = {file: round(t.new_right / t.total, 4) for file, t in comparison.files.items()}
            card = replace(self.card(comparison.new), figures=figures)
            self._write(folder, card, self._record(comparison.new)["parts"])

    def verdict(self, model_id: str) -> Verdict:
        """Returns what the gate says of putting a model to use now, from its kept comparison.

        Raises:
            TrainingDataError: when the evaluation questions, which must be those compared on, cannot be read.
        """
        comparison = self.comparison(model_id)
        serving = self.chosen() or self._twin()
        if comparison is None or comparison.old != serving:
            return judge(None)
        if comparison.questions != digest_of(paths.in_tree(self.root, paths.EVALUATION)):
            return Verdict(False, (texts.QUESTIONS_CHANGED,))
        return judge(comparison)

    def use(
        self, model_id: str, who: str, override: str = "", say: Callable[[str], None] = lambda line: None
    ) -> Use:
        """Puts a model to use; a running server goes over to it, and this waits until it did.

        Args:
            model_id: an archived model.
            who: by whom.
            override: the reason to do so against the gate; it is recorded.
            say: is given each line of progress.

        Raises:
            GateError: when the gate refuses and there is no override; it has the verdict's reasons.
            ModelError: when the model is not whole, or did not start; the one before serves on.
            SetupError: when `who` is empty.
        """
        name, override = name_of(who), " ".join(override.split())
        with self._locked():
            self.files(model_id)
            serving = read_serving(self._server)
            verdict = self.verdict(model_id)
            if not verdict.passed and not override:
                raise GateError(verdict.reasons)
            used = self._go_over(model_id, name, USED, verdict.reasons, "" if verdict.passed else override)
        self._wait(model_id, serving, say)
        return used

    def rollback(self, who: str, say: Callable[[str], None] = lambda line: None) -> Use:
        """Goes back to the model that was in use before; the gate is not asked.

        Raises:
            ModelError: when there is none, or it did not start.
            SetupError: when `who` is empty.
        """
        name = name_of(who)
        with self._locked():
            before = self._before(self.chosen())
            if not before:
                raise ModelError(texts.NOTHING_BEFORE)
            self.files(before)
            serving = read_serving(self._server)
            used = self._go_over(before, name, BACK, (), "")
        self._wait(before, serving, say)
        return used

    def _locked(self) -> contextlib.AbstractContextManager[None]:
        return locked(self.root / "models")

    def _go_over(self, model_id: str, who: str, how: str, reasons: tuple[str, ...], override: str) -> Use:
        before = self.adopt()
        if self.chosen() == model_id:
            raise ModelError(texts.IN_USE_ALREADY.format(id=model_id))
        used = Use(now(), who, model_id, before, how, reasons, override)
        self._remember(used)
        self._point(model_id)
        return used

    def _remember(self, used: Use) -> None:
        append_record(self._journal, {**asdict(used), "when": used.when.isoformat()})

    def give_up(self, model_id: str, serving: str) -> None:
        """Records that a model did not take over: the one that serves is in use again.

        Args:
            model_id: the model that did not start.
            serving: the model that serves on; '' for the tree's own.
        """
        with self._locked():
            if self.chosen() == model_id:
                self._remember(Use(now(), "Wegwijzer", model_id, serving, FAILED))
                if serving:
                    self._point(serving)
                else:
                    self._pointer.unlink()

    def _wait(self, model_id: str, serving: Optional[Serving], say: Callable[[str], None]) -> None:
        """Waits until the server answers with this model; without a server there is nothing to wait for."""
        if serving is None:
            say(texts.USED_AT_START.format(id=model_id))
            return
        say(texts.SWITCHING)
        failures, end = serving.failures, time.monotonic() + SWITCH_SECONDS
        while serving is not None and time.monotonic() < end:
            if serving.model == model_id:
                say(texts.SWITCHED.format(id=model_id))
                return
            if serving.failures > failures:
                raise ModelError(texts.SWITCH_FAILED.format(id=model_id, reason=serving.reason.rstrip(".")))
            time.sleep(0.2)
            serving = read_serving(self._server)
        raise ModelError(texts.SWITCH_SLOW.format(id=model_id))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digests(folder: Path) -> dict[str, str]:
    """Returns the digest of each part in a folder of the archive, by its name there."""
    return {str(path.relative_to(folder)): _digest(path) for path in ModelFiles.in_folder(folder).all()}
