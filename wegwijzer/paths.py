"""Where the project's files are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "catalogus"
SIGNALS = CATALOGUE / "gevaarsignalen.yml"
DATA = ROOT / "data"
MODELS = ROOT / "models"
CONTRACT = ROOT / "contract" / "answer.schema.json"
EVALUATION = ROOT / "tests" / "evaluation"
VALIDATION = ROOT / "tests" / "validation"
BATCHES = ROOT / "tests" / "batches"
DIALOGUES = ROOT / "tests" / "dialogues"


def in_tree(root: Path, path: Path) -> Path:
    """Returns where one of these stands in another tree."""
    return root / path.relative_to(ROOT)
