"""Trains both models and knows whether they fit the present data.

models/wegwijzer.tar.gz is Rasa's, models/gevaar/ the danger decision's; beside them
models/vingerafdruk.json says from which data they were made.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path
from typing import Callable

from wegwijzer import paths
from wegwijzer.errors import ModelError
from wegwijzer.language import language_identity

MODEL = paths.MODELS / "wegwijzer.tar.gz"
DANGER_MODEL = paths.MODELS / "gevaar"
_STAMP = paths.MODELS / "vingerafdruk.json"
_SOURCES = (
    "catalogus",
    "data",
    "domain.yml",
    "config.yml",
    "wegwijzer/nlu",
    "wegwijzer/linear.py",
    "wegwijzer/danger.py",
    "wegwijzer/encoder.py",
    "wegwijzer/clauses.py",
    "wegwijzer/parts.py",
    "requirements.txt",
)
USUAL_SECONDS = 420
"""How long training took when this was written, on 2 cores."""


def fingerprint(root: Path = paths.ROOT) -> str:
    """Returns a hash of everything that the models are made from."""
    digest = hashlib.sha256(language_identity().encode())
    for name in _SOURCES:
        source = root / name
        files = sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]
        for path in files:
            if "__pycache__" in path.parts or not path.exists():
                continue
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_trained() -> bool:
    """Returns whether models are there that fit the present data."""
    if not (MODEL.exists() and DANGER_MODEL.is_dir() and _STAMP.exists()):
        return False
    try:
        return bool(json.loads(_STAMP.read_text())["fingerprint"] == fingerprint())
    except (ValueError, KeyError):
        return False


def train(say: Callable[[str], None]) -> None:
    """Trains the danger decision and Rasa's model and stamps them.

    Args:
        say: is given a line of progress.

    Raises:
        ModelError: when Rasa made no model.
    """
    from wegwijzer.danger import train_danger
    from wegwijzer.examples import read_examples
    from wegwijzer.understanding import DANGER_INTENT

    started = time.monotonic()
    stamp = fingerprint()
    say(f"Trainen; dit duurt meestal {USUAL_SECONDS // 60} minuten.")
    examples = read_examples()
    danger = [e.text for e in examples if e.intent == DANGER_INTENT]
    other = [e.text for e in examples if e.intent != DANGER_INTENT]
    paths.MODELS.mkdir(exist_ok=True)
    train_danger(danger, other, paths.CATALOGUE / "gevaarsignalen.yml").save(DANGER_MODEL)
    say(f"Gevaar is getraind ({time.monotonic() - started:.0f} s). Nu de intents.")
    # Read by Rasa and TensorFlow when they are imported.
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import rasa

    from wegwijzer.nlu.logs import quiet

    quiet()
    result = rasa.train(
        domain=str(paths.ROOT / "domain.yml"),
        config=str(paths.ROOT / "config.yml"),
        training_files=str(paths.DATA),
        output=str(paths.MODELS),
        fixed_model_name="wegwijzer",
    )
    if result.code != 0 or not MODEL.exists():
        raise ModelError("Rasa made no model; its messages above say why")
    _STAMP.write_text(json.dumps({"fingerprint": stamp, "language": language_identity()}))
    say(f"Klaar met trainen ({time.monotonic() - started:.0f} s).")
