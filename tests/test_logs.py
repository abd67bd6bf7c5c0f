"""Rasa is quiet in our processes, our own lines are all there."""

from __future__ import annotations

import logging

import pytest

from wegwijzer.nlu.logs import quiet


def test_a_line_that_differs_in_its_fields_only_is_no_repetition(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "WARNING")  # Rasa sets it; so it is put back.
    quiet()
    for path in ("/een", "/twee"):
        logging.getLogger("wegwijzer.status_channel").warning("answered", extra={"path": path})
    logging.getLogger("rasa").info("loaded")
    assert [(vars(line).get("path"), line.message) for line in caplog.records] == [
        ("/een", "answered"),
        ("/twee", "answered"),
    ]
