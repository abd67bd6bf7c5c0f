"""Where the parts of one model are: all that a decision rests on and training made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wegwijzer import paths


@dataclass(frozen=True)
class ModelFiles:
    """The parts of a model.

    Attributes:
        rasa: Rasa's model, .tar.gz.
        danger: folder of the danger model.
        thresholds: the fitted numbers, .json.
    """

    rasa: Path
    danger: Path
    thresholds: Path

    @classmethod
    def in_folder(cls, folder: Path) -> ModelFiles:
        """Returns the parts as the archive lays them in a folder."""
        return cls(folder / "wegwijzer.tar.gz", folder / "gevaar", folder / "drempels.json")

    @classmethod
    def of_tree(cls, root: Path = paths.ROOT) -> ModelFiles:
        """Returns the parts that 'wegwijzer train' and 'wegwijzer calibrate' leave in a tree."""
        models = root / "models"
        return cls(models / "wegwijzer.tar.gz", models / "gevaar", root / "wegwijzer" / "thresholds.json")

    def all(self) -> list[Path]:
        """Returns every file, in order; those that are missing too, but not of a folder that is."""
        return [self.rasa, *sorted(self.danger.glob("*")), self.thresholds]
