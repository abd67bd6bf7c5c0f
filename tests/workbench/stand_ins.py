"""Models that are none, and comparisons of answers that nobody gave."""

from __future__ import annotations

import datetime
import gzip
from pathlib import Path
from typing import Sequence

from wegwijzer.evaluation import Item, Reply
from wegwijzer.workbench.comparison import Comparison, Judged, compare, digest_of
from wegwijzer.workbench.model_files import ModelFiles
from wegwijzer.workbench.models import Archive

WHO = "Tine Trainer"
BAD = {"gevaar": ([True, True, False], [True, False, True])}
GOOD = {"gevaar": ([True, False], [True, True])}


def model(folder: Path, content: str) -> ModelFiles:
    """Lays a model that is none in a folder."""
    files = ModelFiles.in_folder(folder)
    files.danger.mkdir(parents=True)
    with gzip.open(files.rasa, "wb") as rasa:
        rasa.write(content.encode())
    (files.danger / "danger.json").write_text(content)
    files.thresholds.write_text(content)
    return files


def candidate(archive: Archive, tmp_path: Path, name: str = "kandidaat") -> str:
    return archive.add(model(tmp_path / name, name), WHO, "  twee\nvragen ", archive.root, 12.34).id


def compare_with_present(archive: Archive, model_id: str, **files: object) -> Comparison:
    made: Comparison = compared(**files)  # type: ignore[arg-type]
    folder = archive.root / "tests" / "evaluation"
    if not folder.exists():
        folder.mkdir(parents=True)
        (folder / "helder.tsv").write_text("vraag 1\tomo_preventie\tkort\n")
    asked = digest_of(folder)
    comparison = Comparison(**{**vars(made), "old": archive.adopt(), "new": model_id, "questions": asked})
    archive.keep_comparison(comparison)
    return comparison


WHEN = datetime.datetime(2026, 11, 28, 20, 0, tzinfo=datetime.timezone.utc)


def judged(file: str, rights: Sequence[bool]) -> list[Judged]:
    return [
        Judged(
            file,
            Item(f"vraag {n}", ("omo_preventie",), "kort", n),
            Reply("advice", ("omo_preventie" if right else "ess_kennis",), 0.9, 10.0 + n),
            right,
        )
        for n, right in enumerate(rights, 1)
    ]


def compared(**files: tuple[Sequence[bool], Sequence[bool]]) -> Comparison:
    old = [one for file, (rights, _) in files.items() for one in judged(file, rights)]
    new = [one for file, (_, rights) in files.items() for one in judged(file, rights)]
    return compare("oud", "nieuw", old, new, WHEN)
