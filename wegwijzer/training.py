"""Trains both models and knows whether they fit the present data.

models/wegwijzer.tar.gz is Rasa's, models/gevaar/ the danger decision's; beside them
models/vingerafdruk.json says from which data they were made.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import time
import traceback
import zlib
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Callable, Mapping, Optional, Sequence

from wegwijzer import paths
from wegwijzer.catalogue import read_yaml
from wegwijzer.environment import quiet_environment
from wegwijzer.errors import ModelError, SetupError, WegwijzerError
from wegwijzer.examples import read_examples
from wegwijzer.language import language_identity

MODEL = paths.MODELS / "wegwijzer.tar.gz"
DANGER_MODEL = paths.MODELS / "gevaar"
VECTORS = paths.MODELS / "vectoren.npz"
LOG = paths.ROOT / "var" / "train.log"
_PROGRESS, _FAILED = "[voortgang] ", "[mislukt] "
_SOURCES = (
    "catalogus",
    "data",
    "domain.yml",
    "config.yml",
    "wegwijzer/nlu",
    "wegwijzer/linear.py",
    "wegwijzer/danger_models.py",
    "wegwijzer/danger_training.py",
    "wegwijzer/signals.py",
    "wegwijzer/encoder.py",
    "wegwijzer/e5.py",
    "wegwijzer/tuned_layers.npz",
    "wegwijzer/clauses.py",
    "wegwijzer/parts.py",
    "requirements.txt",
)
_TREE = (
    "catalogus",
    "data",
    "domain.yml",
    "config.yml",
    "endpoints.yml",
    "credentials.yml",
    "wegwijzer",
    "actions",
    "contract",
    "requirements.txt",
)
"""All that training and running need."""
USUAL_SECONDS = 385
"""How long training took when this was written, on 2 cores."""


@dataclass(frozen=True)
class Stamp:
    """What the models of a tree were made from.

    Attributes:
        fingerprint: of the sources.
        language: identity of the language model.
        examples: how many examples there were.
    """

    fingerprint: str
    language: str
    examples: int


def read_stamp(root: Path = paths.ROOT) -> Optional[Stamp]:
    """Returns what the models of a tree were made from; None when that is not known."""
    try:
        known = json.loads(_stamp_file(root).read_text(encoding="utf-8"))
        return Stamp(str(known["fingerprint"]), str(known["language"]), int(known["examples"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _stamp_file(root: Path = paths.ROOT) -> Path:
    return root / "models" / "vingerafdruk.json"


def copy_tree(target: Path, root: Path = paths.ROOT) -> None:
    """Copies what training needs into a folder, without a model and without Rasa's cache."""
    for name in _TREE:
        source = root / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__", ".rasa"))
        else:
            shutil.copy2(source, target / name)


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


def is_whole(archive: Path) -> bool:
    """Returns whether a .tar.gz can be read to its end and its checksum is right."""
    try:
        with gzip.open(archive) as stream:
            read = 0
            while block := stream.read(1 << 20):
                read += len(block)
        return read > 0
    except (OSError, EOFError, zlib.error):
        return False


def is_trained(say: Callable[[str], None] = lambda line: None) -> bool:
    """Returns whether models are there that fit the present data.

    Args:
        say: is told when Rasa's model is there but damaged.
    """
    stamp = read_stamp()
    fits = (
        MODEL.exists() and DANGER_MODEL.is_dir() and stamp is not None and stamp.fingerprint == fingerprint()
    )
    if fits and not is_whole(MODEL):
        say(f"{MODEL} is beschadigd en wordt opnieuw gemaakt.")
        return False
    return fits


def train(say: Callable[[str], None]) -> None:
    """Trains the danger decision and Rasa's model side by side, each in a process of its own, and stamps them.

    A process of its own gives its memory back, and what Rasa and TensorFlow print goes
    to var/train.log.

    Args:
        say: is given each line of progress.

    Raises:
        ModelError: when training fails; its text says why and names the log.
        WegwijzerError: when the catalogue, domain.yml or config.yml is wrong.
    """
    _check_sources()
    LOG.parent.mkdir(parents=True, exist_ok=True)
    paths.MODELS.mkdir(exist_ok=True)
    stamp = Stamp(fingerprint(), language_identity(), len(read_examples()))
    say(f"Trainen; dit duurt meestal {round(USUAL_SECONDS / 60)} minuten.")
    with LOG.open("wb") as log:
        for together in _PARTS:
            _run(together, log, say)
    _stamp_file().write_text(json.dumps(asdict(stamp)), encoding="utf-8")


def _run(parts: Sequence[str], log: IO[bytes], say: Callable[[str], None]) -> None:
    """Runs parts side by side to their end; when one fails the others are stopped."""
    with ThreadPoolExecutor(len(parts)) as pool:
        running = [_start(part, log) for part in parts]
        try:
            for ended in as_completed([pool.submit(_follow, process, log, say) for process in running]):
                ended.result()
        finally:
            for process in running:
                process.terminate()
                process.wait()


def _start(part: str, log: IO[bytes]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "wegwijzer.training", part],
        cwd=paths.ROOT,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        env=quiet_environment(paths.ROOT),
    )


def _follow(process: subprocess.Popen[str], log: IO[bytes], say: Callable[[str], None]) -> None:
    """Passes on the progress of one part; raises ModelError when it fails."""
    last = ""
    assert process.stdout is not None
    for line in process.stdout:
        log.write(line.encode())
        if line.startswith(_FAILED):
            last = line[len(_FAILED) :].strip()
        elif line.startswith(_PROGRESS):
            say(line[len(_PROGRESS) :].strip())
    if process.wait() != 0:
        raise ModelError(last or f"trainen mislukte (code {process.returncode}); zie {LOG}")


def _check_sources() -> None:
    """Reads what would otherwise turn out to be wrong only after minutes of training."""
    from wegwijzer.catalogue import load_catalogue
    from wegwijzer.encoder import load_encoder

    load_catalogue()
    read_yaml(paths.ROOT / "domain.yml")
    load_encoder(encoder_name())


def encoder_name() -> str:
    """Returns the encoder that config.yml names; the danger decision needs one."""
    return str(component_settings("encoder")["encoder"])


def component_settings(key: str) -> Mapping[str, Any]:
    """Returns what config.yml says of the component that has this setting.

    Raises:
        SetupError: when no component has it.
    """
    for component in read_yaml(paths.ROOT / "config.yml")["pipeline"]:
        if key in component:
            return dict(component)
    raise SetupError(
        f"config.yml: no component of the pipeline has '{key}'; add it to the component it belongs to"
    )


def _encode() -> str:
    """Encodes what both trainings need."""
    from wegwijzer.encoder import encode_examples
    from wegwijzer.examples import read_examples, to_encode
    from wegwijzer.understanding import DANGER_INTENT

    examples = read_examples()
    settings = component_settings("encoder")
    chosen = to_encode([(e.text, e.intent, bool(e.also)) for e in examples], settings["examples_an_intent"])
    texts = [examples[place].text for place in chosen]
    texts += [e.text for e in examples if e.intent == DANGER_INTENT]
    new = encode_examples(str(settings["encoder"]), texts, VECTORS)
    return f"Betekenis bepaald van {new} nieuwe zinnen"


def _train_danger() -> str:
    from wegwijzer.danger_training import train_danger
    from wegwijzer.encoder import recall_examples
    from wegwijzer.examples import read_examples
    from wegwijzer.understanding import DANGER_INTENT

    recall_examples(encoder_name(), VECTORS)
    examples = read_examples()
    danger = [e.text for e in examples if e.intent == DANGER_INTENT]
    other = [(e.text, e.intent) for e in examples if e.intent != DANGER_INTENT]
    settings = component_settings("encoder")
    models = train_danger(danger, other, paths.SIGNALS, encoder_name(), settings["examples_an_intent"])
    models.save(DANGER_MODEL)
    return "Gevaar is getraind"


def _train_intents() -> str:
    from wegwijzer.encoder import recall_examples
    from wegwijzer.nlu.logs import quiet
    from wegwijzer.nlu.trainer import train_model

    quiet()
    recall_examples(encoder_name(), VECTORS)
    train_model(paths.ROOT / "config.yml", paths.ROOT / "domain.yml", paths.DATA, MODEL)
    return "De intents zijn getraind"


_WORK = {"betekenis": _encode, "gevaar": _train_danger, "intents": _train_intents}
_PARTS = (("betekenis",), ("gevaar", "intents"))
"""What is done one after the other; what stands together runs side by side."""


def _main(part: str) -> int:
    """Trains one part and prints progress and failure as lines that train() knows."""
    started = time.monotonic()
    try:
        done = _WORK[part]()
        print(f"{_PROGRESS}{done} ({time.monotonic() - started:.0f} s).", flush=True)
    except Exception as error:
        # Rasa wraps an error of ours in its own; ours says what to do.
        cause: Optional[BaseException] = error
        while cause is not None and not isinstance(cause, WegwijzerError):
            cause = cause.__cause__ or cause.__context__
        traceback.print_exc()
        print(_FAILED + " ".join(str(cause or error).split()), flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
