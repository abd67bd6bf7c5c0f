"""Everything that can go wrong, drawn as a tree, and the texts of those errors.

Every text says what is wrong, where it is, what was meant and what to do.
"""

from __future__ import annotations

from pathlib import Path
from typing import Iterable, Optional


class WegwijzerError(Exception):
    """Root of every error that Wegwijzer raises on purpose."""


class Located(WegwijzerError):
    """An error at a place in a file.

    Args:
        text: what is wrong and what to do, one line.
        path: the file.
        line: line number counted from 1, or None when the file as a whole is meant.
        identifier: id of the record, or None.
    """

    def __init__(
        self,
        text: str,
        path: Path,
        line: Optional[int] = None,
        identifier: Optional[str] = None,
    ) -> None:
        self.text = text
        self.path = path
        self.line = line
        self.identifier = identifier
        place = str(path) if line is None else f"{path}:{line}"
        subject = f" [{identifier}]" if identifier else ""
        super().__init__(f"{place}:{subject} {text}")


class CatalogueError(Located):
    """The catalogue does not fit its fields file, its vocabulary or the publication."""


class TrainingDataError(Located):
    """A file under data/ is wrong."""


class ChangedUnderneathError(TrainingDataError):
    """A file is no longer what it was when it was read; nothing was written."""


class ModelError(WegwijzerError):
    """A trained model is missing, damaged or made from other data."""


class GateError(ModelError):
    """A candidate is not put to use: it lost too much beside the model in use.

    Args:
        reasons: in Dutch, what there is against it.
    """

    def __init__(self, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        super().__init__(
            "dit model wordt niet in gebruik genomen: "
            + "; ".join(reasons)
            + ". Verbeter de voorbeelden en train opnieuw, of geef een reden om het toch te doen"
        )


class SetupError(WegwijzerError):
    """The machine lacks something that Wegwijzer needs to run."""


class ContractError(WegwijzerError):
    """An answer does not fit contract/answer.schema.json."""


class KeyReusedError(WegwijzerError):
    """An idempotency key came back with another message."""


class BusyError(WegwijzerError):
    """Somebody else holds a lock, and went on holding it."""


class TurnError(WegwijzerError):
    """A turn is not kept, and may be tried again."""


class UnansweredTurnError(TurnError):
    """Nothing answered the user, so there is no turn to keep."""


class TurnConflictError(TurnError):
    """The conversation went on elsewhere during this turn."""


class Texts:
    """Texts of errors, in one place."""

    DUPLICATE_ID = "id '{id}' is already used in {other}; give this record an id of its own"
    UNKNOWN_VALUE = "'{value}' is not a {facet} in kenmerken.yml{hint}; use one of: {known}"
    UNKNOWN_MINISTRY = "'{value}' is not a ministry in ministeries.yml{hint}; use one of: {known}"
    NOT_NLU = "this is not NLU data; it needs 'nlu:' with a list of blocks, see docs/labelgids.md"
    NOT_YAML = "this is not valid YAML ({reason}); correct the line"
    FIELD = "{reason}; see velden.yml for what belongs here"
    HEADING_ABSENT = (
        "heading '{value}' is not a line of publicatie.txt; copy the heading from there, "
        "or mark a body that is not in the publication with 'own: true'"
    )
    LABEL_ABSENT = "label '{value}' does not stand in publicatie.txt; copy it from there"
    QUOTE_ABSENT = "quote is not verbatim in publicatie.txt: '{value}'; copy the sentence from there"
    QUOTE_ELSEWHERE = "quote does not stand under the heading '{heading}'; quote a sentence from that part"
    HEADING_WRONG = "label '{label}' stands under '{actual}', not under '{given}'; correct the heading"
    URL_ABSENT = "url '{value}' does not stand in publicatie.txt; copy it from there"
    URL_WRONG = "in publicatie.txt the label '{label}' belongs to {actual}; correct the url"
    URL_TWICE = "url '{value}' stands twice in the catalogue; each link belongs to one offer"
    URL_MISSING = "link {value} of the publication is in no offer; add the offer that has it"
    LABEL_MISSING = "label '{value}' of the publication is in no offer; add the offer that has it"
    SIGNAL_PATTERN = "'{value}' is not a regular expression ({reason}); correct the line"
    THRESHOLDS = "{path}: missing or damaged ({reason}); restore it, or run 'wegwijzer calibrate'"
    CATALOGUE_ABSENT = "there is no such file; the catalogue is not complete without it"


def did_you_mean(word: str, known: Iterable[str], question: str = "did you mean") -> str:
    """Returns ' (did you mean …?)' for the nearest known word, or an empty string.

    Args:
        word: what was given.
        known: what there is.
        question: how it is asked, for readers of another language.
    """
    import difflib

    near = difflib.get_close_matches(word, list(known), n=1)
    return f" ({question} '{near[0]}'?)" if near else ""
