"""Trainen en vergelijken: a candidate in the background, what it does better and worse, use it or not."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from wegwijzer.errors import SetupError
from wegwijzer.studio.jobs import Say
from wegwijzer.studio.security import NAME
from wegwijzer.studio.services import Services
from wegwijzer.studio.teksten import Errors, Training
from wegwijzer.workbench import candidates

_SWITCHING = "wisselen"


def blueprint(services: Services) -> Blueprint:
    """Returns the routes."""
    made = Blueprint("training", __name__, url_prefix="/trainen")
    archive = services.archive

    @made.get("")
    def show() -> str:
        state = services.candidates.state()
        uses = archive.uses()
        ready = state if state and state.phase == candidates.READY else None
        return render_template(
            "trainen.html",
            state=state,
            ready=ready,
            comparison=archive.comparison(ready.id) if ready else None,
            verdict=archive.verdict(ready.id) if ready else None,
            in_use=archive.in_use(),
            cards=archive.cards(),
            uses=uses,
            can_go_back=bool(uses),
            switching=services.jobs.get(_SWITCHING),
            labels=services.labels(),
            model_state=services.present.state,
        )

    @made.post("/start")
    def start() -> ResponseReturnValue:
        note = " ".join(request.form.get("waarvoor", "").split())
        services.candidates.start(session[NAME], note, "drempels" in request.form)
        flash(Training.STARTED)
        return redirect(url_for("training.show"))

    @made.post("/stop")
    def stop() -> ResponseReturnValue:
        services.candidates.stop()
        flash(Training.STOPPED)
        return redirect(url_for("training.show"))

    @made.post("/weggooien")
    def discard() -> ResponseReturnValue:
        services.candidates.discard()
        flash(Training.DISCARDED)
        return redirect(url_for("training.show"))

    @made.post("/gebruiken")
    def use() -> ResponseReturnValue:
        model_id, who = request.form.get("model", ""), session[NAME]
        reason = " ".join(request.form.get("reden", "").split())
        if not archive.verdict(archive.card(model_id).id).passed and not reason:
            raise SetupError(Training.OVERRIDE_MISSING)

        def switch(say: Say) -> None:
            archive.use(model_id, who, reason, say)
            services.present.start()

        services.jobs.start(_SWITCHING, switch, Errors.INTERNAL)
        return redirect(url_for("training.show"))

    @made.post("/terug")
    def back() -> ResponseReturnValue:
        who = session[NAME]

        def switch(say: Say) -> None:
            archive.rollback(who, say)
            services.present.start()

        services.jobs.start(_SWITCHING, switch, Errors.INTERNAL)
        return redirect(url_for("training.show"))

    return made
