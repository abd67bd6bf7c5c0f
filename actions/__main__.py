"""Starts the action server: Rasa's own, with Wegwijzer's lines in its log. Usage: python -m actions --port N"""

from __future__ import annotations

import argparse
import logging
import os

from rasa_sdk import utils
from rasa_sdk.endpoint import run

from wegwijzer.redacted_logs import redact_errors
from wegwijzer.structured_logs import use_everywhere, wants_json


def main() -> None:
    """Listens on SANIC_HOST, loopback without it, until stopped."""
    parser = argparse.ArgumentParser(prog="python -m actions")
    parser.add_argument("--port", type=int, default=5055)
    port = parser.parse_args().port
    os.environ.setdefault("SANIC_HOST", "127.0.0.1")
    utils.configure_colored_logging(logging.INFO)
    utils.update_sanic_log_level()
    use_everywhere(wants_json(os.environ))
    redact_errors()
    run("actions.answer", port, cors_origins=[])


if __name__ == "__main__":
    main()
