"""Keeps Rasa from logging each step when it is used without its own command line."""

from __future__ import annotations

import logging

from rasa.utils.common import configure_logging_and_warnings
from rasa.utils.log_utils import configure_structlog


def quiet() -> None:
    """Lets only warnings and errors through."""
    configure_structlog(logging.WARNING)
    configure_logging_and_warnings(logging.WARNING)
