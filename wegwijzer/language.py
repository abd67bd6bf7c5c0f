"""The Dutch language layer: spaCy's nl_core_news_sm, or its blank Dutch without it.

Loaded once in a process and shared by redaction and by Rasa's pipeline.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Iterator

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


@contextmanager
def _without_tensorflow() -> Iterator[None]:
    """Hides TensorFlow while spaCy is imported: spaCy takes it when it is there, in seconds, for nothing.

    Where Rasa has imported it already it stays.
    """
    name = "tensorflow"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


@cache
def load_language(name: str = DUTCH_MODEL) -> DutchLanguage:
    """Loads the Dutch pipeline, or spaCy's blank Dutch when it is not installed.

    Args:
        name: a spaCy package, or 'blank' to ask for the blank pipeline.
    """
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
