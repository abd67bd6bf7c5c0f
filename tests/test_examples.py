"""Reading the examples, and what is said of a file that is not NLU data."""

from __future__ import annotations

from pathlib import Path

import pytest

from wegwijzer.errors import TrainingDataError
from wegwijzer.examples import Example, read_file

FILE = """\
version: "3.1"
nlu:
- intent: omo_netwerk
  examples: |
    - ruzie in [de wijk](plaats)

    - nee
- intent: omo_preventie
  examples:
    - text: |
        onrust voorkomen
      metadata:
        ook: [omo_netwerk, ess_trainingen]
    - text: yes
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "proef.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_examples_with_their_line_and_other_intents(tmp_path: Path) -> None:
    path = written(tmp_path, FILE)
    assert read_file(path) == [
        Example("ruzie in de wijk", "omo_netwerk", path, 5),
        Example("nee", "omo_netwerk", path, 7),
        Example("onrust voorkomen", "omo_preventie", path, 10, ("omo_netwerk", "ess_trainingen")),
        Example("yes", "omo_preventie", path, 14),
    ]


@pytest.mark.parametrize(
    ("broken", "line", "said"),
    [
        (FILE.replace("    - nee", "    nee"), 7, "starts with '- '"),
        (FILE.replace("    - text: yes", "    - tekst: yes"), 14, "needs 'text'"),
        (FILE.replace("- intent: omo_preventie", "- naam: omo_preventie"), 8, "needs 'intent'"),
        (FILE.replace("  examples: |", "  examples: {a: b}\n  lines: |"), 3, "needs 'intent'"),
        (FILE.replace("nlu:", "nlu: geen\nnul:"), None, "not NLU data"),
        ("", None, "not NLU data"),
        (FILE.replace("[omo_netwerk, ess_trainingen]", "[omo_netwerk"), 14, "not valid YAML"),
        (FILE.replace("nee", "ne\x07e"), None, "not valid YAML"),
    ],
)
def test_what_is_wrong_and_where(tmp_path: Path, broken: str, line: int, said: str) -> None:
    with pytest.raises(TrainingDataError, match=said) as caught:
        read_file(written(tmp_path, broken))
    assert caught.value.line == line
    assert "proef.yml" in str(caught.value)


def test_a_file_that_is_no_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "proef.yml"
    path.write_bytes(b"nlu: \xff")
    with pytest.raises(TrainingDataError, match="not valid YAML"):
        read_file(path)
