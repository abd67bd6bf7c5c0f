"""The Dutch language layer: spaCy's nl_core_news_sm, or its blank Dutch without it.

Loaded once in a process and shared by redaction and by Rasa's pipeline.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING, Any, Iterator

if TYPE_CHECKING:
    from spacy.language import Language

DUTCH_MODEL = "nl_core_news_sm"
BLANK = "blank"


@dataclass(frozen=True)
class DutchLanguage:
    """A loaded spaCy pipeline.

    Attributes:
        nlp: the pipeline; the parser and the sentence recogniser are left out.
        identity: name and version, or 'blank'; part of a trained model's fingerprint.
        finds_names: whether it recognises names of persons.
    """

    nlp: Language
    identity: str
    finds_names: bool


class _NoTensorFlow(MetaPathFinder):
    """Hides TensorFlow from the thread that made this; another may be importing it for Rasa just then."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()

    def find_spec(self, name: str, path: Any, target: Any = None) -> None:
        """Raises ImportError for TensorFlow; leaves every other module to the next finder."""
        if name == "tensorflow" and threading.get_ident() == self._thread:
            raise ImportError("spaCy does without", name=name)


@contextmanager
def _without_tensorflow() -> Iterator[None]:
    """Lets spaCy be imported alone: it takes TensorFlow along when it is there, in seconds, for nothing."""
    finder = _NoTensorFlow()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


@cache
def load_language(name: str = DUTCH_MODEL) -> DutchLanguage:
    """Loads the Dutch pipeline, or spaCy's blank Dutch when it is not installed.

    Args:
        name: a spaCy package, or 'blank' to ask for the blank pipeline.
    """
    # Rasa may import TensorFlow in this process later, and that would greet whoever looks at the terminal.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _without_tensorflow():
        import spacy

    if name != BLANK and spacy.util.is_package(name):
        nlp = spacy.load(name, exclude=["parser", "senter"])
        return DutchLanguage(nlp, f"{name}-{nlp.meta['version']}", "ner" in nlp.pipe_names)
    return DutchLanguage(spacy.blank("nl"), BLANK, False)


def language_identity(name: str = DUTCH_MODEL) -> str:
    """Returns what load_language(name).identity would be, without loading it."""
    import importlib.metadata

    if name == BLANK:
        return BLANK
    try:
        return f"{name}-{importlib.metadata.version(name)}"
    except importlib.metadata.PackageNotFoundError:
        # As spacy.util.is_package() sees it, too.
        return BLANK
