"""Makes the small tree in which the workbench is tested in a browser: few examples, few questions, trained in seconds.

python -m tests.studio_small FOLDER
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.test_new_body import small_copy
from wegwijzer import paths

QUESTIONS = {"helder": 60, "gevaar": 20, "buiten_bereik": 20, "vals_alarm": 10}
"""How many questions of each file are kept, evenly spread."""


def few_questions(folder: Path) -> None:
    """Copies some of the evaluation questions into a tree."""
    target = folder / "tests" / "evaluation"
    target.mkdir(parents=True)
    for name, wanted in QUESTIONS.items():
        lines = (paths.EVALUATION / f"{name}.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
        step = len(lines) // wanted
        (target / f"{name}.tsv").write_text("".join(lines[::step][:wanted]), encoding="utf-8")


def make_small_tree(folder: Path) -> None:
    """Fills an empty folder and keeps it in git, as a fresh clone would be."""
    small_copy(folder)
    few_questions(folder)
    # Meanings that were determined before need not be determined again.
    if (paths.MODELS / "vectoren.npz").is_file():
        (folder / "models").mkdir(exist_ok=True)
        shutil.copy2(paths.MODELS / "vectoren.npz", folder / "models")
    shutil.copy2(paths.ROOT / ".gitignore", folder)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Begin"]):
        subprocess.run(
            ["git", "-c", "user.name=Begin", "-c", "user.email=begin@voorbeeld.nl", *command],
            cwd=folder,
            check=True,
        )


if __name__ == "__main__":
    make_small_tree(Path(sys.argv[1]))
