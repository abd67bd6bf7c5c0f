"""Keeps Rasa from logging each step when it is used without its own command line."""

from __future__ import annotations

import logging

from rasa.utils.common import configure_logging_and_warnings
from rasa.utils.log_utils import configure_structlog


def quiet() -> None:
    """Lets only warnings and errors of Rasa through.

    Rasa's filter of repeated lines stays off: it would drop our own lines too, which differ in fields only.
    """
    configure_structlog(logging.WARNING)
    configure_logging_and_warnings(logging.WARNING, filter_repeated_logs=False)
