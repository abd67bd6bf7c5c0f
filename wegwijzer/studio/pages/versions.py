"""Versies: every save can be seen and undone; pending changes exported as a patch or committed."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from wegwijzer.studio.security import NAME
from wegwijzer.studio.services import Services
from wegwijzer.studio.teksten import Versions

_SAVES = 50
_COMMITS = 20


def blueprint(services: Services) -> Blueprint:
    """Returns the routes."""
    made = Blueprint("versions", __name__, url_prefix="/versies")

    @made.get("")
    def show() -> str:
        history = services.history
        kept = history.available()
        return render_template(
            "versies.html",
            saves=services.files.saves(_SAVES),
            available=kept,
            pending=history.pending() if kept else [],
            commits=history.log(_COMMITS) if kept else [],
        )

    @made.get("/wijzigingen.patch")
    def patch() -> Response:
        reply = Response(services.history.patch(), mimetype="text/x-diff")
        reply.headers["Content-Disposition"] = 'attachment; filename="wijzigingen.patch"'
        return reply

    @made.post("/vastleggen")
    def commit() -> ResponseReturnValue:
        services.history.commit(session[NAME], " ".join(request.form.get("omschrijving", "").split()))
        flash(Versions.COMMITTED)
        return redirect(url_for("versions.show"))

    return made
