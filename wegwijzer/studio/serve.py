"""Runs the workbench under one foreground command."""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler
from typing import Callable

import waitress

from wegwijzer import paths
from wegwijzer.studio.app import create_app
from wegwijzer.studio.services import Services
from wegwijzer.studio.settings import is_loopback, read_settings
from wegwijzer.studio.teksten import Start
from wegwijzer.supervisor import check_folder, check_port

_LOG_BYTES, _LOGS = 2_000_000, 2
_THREADS = 8


def serve(say: Callable[[str], None]) -> None:
    """Serves the pages until interrupted.

    Args:
        say: is given the lines for the terminal.

    Raises:
        SetupError: when the port is taken, nothing can be written, or others could come in without a token.
    """
    folder = paths.ROOT / "var"
    check_folder(folder)
    settings = read_settings(os.environ)
    check_port(settings.host, settings.port)
    log = RotatingFileHandler(folder / "studio.log", maxBytes=_LOG_BYTES, backupCount=_LOGS, encoding="utf-8")
    log.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(log)
    services = Services(settings)
    app = create_app(services)
    services.warm()
    if not is_loopback(settings.host):
        say(Start.SHARED)
    say(Start.READY.format(url=f"http://{settings.host}:{settings.port}"))
    try:
        # The name of the server is nobody's business; a proxy that is not configured is not believed.
        waitress.serve(app, host=settings.host, port=settings.port, threads=_THREADS, ident=None)
    finally:
        services.present.stop()
