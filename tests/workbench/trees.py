"""A small project to work on: the real catalogue and domain with a few examples of each intent."""

from __future__ import annotations

import shutil
from pathlib import Path

from wegwijzer import paths

OMO = """\
# Bovenaan staat commentaar.
version: "3.1"
nlu:
- intent: omo_preventie
  examples: |
    - [onrust](verschijnsel) [voorkomen](moment), waar begin ik
    - oefenen met een boze zaal

- intent: omo_ondersteuningsnetwerk
  examples: |
    - nu onrust bij het azc
    - [stenen](verschijnsel) door de ruiten van het [raadhuis]{"entity": "omgeving", "value": "gemeentehuis"}
"""
ESS = """\
version: "3.1"
nlu:
- intent: ess_kennis
  examples: |
    - spanningen tussen gemeenschappen begrijpen
    - kennis over polarisatie in de wijk
- intent: ess_trainingen
  examples: |
    - training bruggen bouwen
"""
AMBIGUOUS = """\
# Dit blijft staan.
version: "3.1"
nlu:
- intent: omo_preventie
  examples:
  - text: |
      hulp bij boze inwoners
    metadata:
      ook: [omo_ondersteuningsnetwerk]
  # Een opmerking tussendoor.
  - text: |
      onrust, wat nu
    metadata:
      ook: [omo_ondersteuningsnetwerk, ess_kennis]
"""
GREETING = """\
version: "3.1"
nlu:
- intent: groet
  examples: |
    - hallo
    - goedemorgen
"""


def small_tree(folder: Path, own_catalogue: bool = False) -> Path:
    """Makes the project in a folder and returns it; the catalogue is the real one, or a copy to change."""
    folder.mkdir()
    if own_catalogue:
        shutil.copytree(paths.CATALOGUE, folder / "catalogus")
    else:
        (folder / "catalogus").symlink_to(paths.CATALOGUE)
    (folder / "domain.yml").symlink_to(paths.ROOT / "domain.yml")
    data = folder / "data" / "nlu"
    for name, text in {
        "aanbod/omo.yml": OMO,
        "aanbod/ess.yml": ESS,
        "dubbelzinnig/dubbelzinnig.yml": AMBIGUOUS,
        "gesprek/groet.yml": GREETING,
    }.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(text, encoding="utf-8")
    return folder
