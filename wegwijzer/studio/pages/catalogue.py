"""Catalogus: bodies and offers, when and by whom they were checked, links, contradictions, proposals."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from wegwijzer.errors import CatalogueError, SetupError
from wegwijzer.publication import check_publication
from wegwijzer.studio.security import NAME
from wegwijzer.studio.services import Services
from wegwijzer.studio.teksten import Catalogue as Texts
from wegwijzer.studio.teksten import Errors
from wegwijzer.workbench.links import LinkReport, check_links, last_report
from wegwijzer.workbench.proposals import FIELDS, OPEN

_CHECKING = "links"


def blueprint(services: Services) -> Blueprint:
    """Returns the routes."""
    made = Blueprint("catalogue", __name__, url_prefix="/catalogus")
    proposals = services.proposals

    @made.get("")
    def show() -> str:
        catalogue = services.catalogue()
        try:
            check_publication(catalogue)
            problem = None
        except CatalogueError as error:
            problem = error
        report, job = last_report(services.kept_in), services.jobs.get(_CHECKING)
        latest = job.result if job else None
        return render_template(
            "catalogus.html",
            offline=isinstance(latest, LinkReport) and latest.offline,
            catalogue=catalogue,
            problem=problem,
            report=report,
            links={checked.offer: checked for checked in report.checked} if report else {},
            checked_by=proposals.checked_by(),
            proposals=[proposal for proposal in proposals.all() if proposal.state == OPEN],
            examples=Counter(stored.draft.intent for stored in services.files.read()),
            job=job,
        )

    @made.post("/links")
    def links() -> ResponseReturnValue:
        catalogue, who = services.catalogue(), session[NAME]
        services.jobs.start(
            _CHECKING,
            lambda say: check_links(catalogue, who, say, keep_in=services.kept_in),
            Errors.INTERNAL,
        )
        return redirect(url_for("catalogue.show"))

    def page(offer: str, error: str = "") -> str:
        catalogue = services.catalogue()
        if offer not in catalogue.offers:
            abort(404)
        report = last_report(services.kept_in)
        return render_template(
            "aanbod.html",
            catalogue=catalogue,
            offer=catalogue.offers[offer],
            link=next((c for c in report.checked if c.offer == offer), None) if report else None,
            checked=proposals.checked_by().get(offer),
            proposals=[p for p in proposals.all() if p.offer == offer and p.state == OPEN],
            fields=FIELDS,
            given=request.form,
            error=error,
        )

    @made.get("/<offer>")
    def one(offer: str) -> str:
        return page(offer)

    @made.post("/<offer>/voorstel")
    def propose(offer: str) -> ResponseReturnValue:
        field, new, why = (
            " ".join(request.form.get(name, "").split()) for name in ("onderdeel", "nieuw", "waarom")
        )
        try:
            proposals.propose(offer, field, new, why, session[NAME])
        except CatalogueError as error:
            return page(offer, error.text), 422
        except SetupError as error:
            return page(offer, str(error)), 422
        flash(Texts.PROPOSE_DONE)
        return redirect(url_for("catalogue.one", offer=offer))

    @made.post("/<offer>/nagekeken")
    def checked(offer: str) -> ResponseReturnValue:
        proposals.mark_checked(offer, session[NAME])
        flash(Texts.CONFIRMED)
        return redirect(url_for("catalogue.one", offer=offer))

    @made.post("/voorstellen/<identifier>/<answer>")
    def decide(identifier: str, answer: str) -> ResponseReturnValue:
        if answer == "overnemen":
            proposals.accept(identifier, session[NAME])
            flash(Texts.ACCEPTED)
        elif answer == "afwijzen":
            proposals.decline(identifier, session[NAME])
            flash(Texts.DECLINED)
        else:
            abort(404)
        return redirect(url_for("catalogue.show"))

    return made
