"""The archive of trained models: which there are, which is in use, and how it came to be so.

A model is everything that a decision rests on and training made: Rasa's model, the danger model and the
thresholds, in one folder models/archief/<id>/ with its card. models/in_gebruik.json names the one in use
and models/gebruik.jsonl remembers every change with who, why and what the gate said.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

from wegwijzer import paths
from wegwijzer.workbench.gate import Verdict


@dataclass(frozen=True)
class ModelFiles:
    """Where the parts of a model are."""

    rasa: Path
    danger: Path
    thresholds: Path


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
    """

    def __init__(self, root: Path = paths.ROOT) -> None:
        self.root = root
        raise NotImplementedError

    def cards(self) -> list[Card]:
        """Returns the archived models, newest first."""
        raise NotImplementedError

    def card(self, model_id: str) -> Card:
        """Returns one card.

        Raises:
            ModelError: when there is no such model or its card is damaged; names those there are.
        """
        raise NotImplementedError

    def files(self, model_id: str) -> ModelFiles:
        """Returns where a model's parts are.

        Raises:
            ModelError: when a part is missing or damaged.
        """
        raise NotImplementedError

    def add(self, files: ModelFiles, who: str, note: str, tree: Path, seconds: float) -> Card:
        """Archives a model.

        Args:
            files: its parts; they are copied (linked where the disk allows).
            who: who had it trained.
            note: what for, or ''.
            tree: the tree that it was trained in, for fingerprint and counts.
            seconds: how long training took.
        """
        raise NotImplementedError

    def remove(self, model_id: str) -> None:
        """Throws a model away.

        Raises:
            ModelError: when it is in use or is the one to go back to.
        """
        raise NotImplementedError

    def in_use(self) -> Optional[Card]:
        """Returns the model in use; None as long as the tree's own model is (models/wegwijzer.tar.gz)."""
        raise NotImplementedError

    def serving_files(self) -> ModelFiles:
        """Returns the parts of the model in use, the tree's own when none was chosen."""
        raise NotImplementedError

    def uses(self) -> list[Use]:
        """Returns how the model in use came to be so, newest first."""
        raise NotImplementedError

    def verdict(self, model_id: str) -> Verdict:
        """Returns what the gate says of putting a model to use now, from its kept comparison."""
        raise NotImplementedError

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
            GateError: when the gate refuses and there is no override; it has the verdict.
            ModelError: when the model is not whole, or did not start; the one before serves on.
        """
        raise NotImplementedError

    def rollback(self, who: str, say: Callable[[str], None] = lambda line: None) -> Use:
        """Goes back to the model that was in use before; the gate is not asked.

        Raises:
            ModelError: when there is none.
        """
        raise NotImplementedError
