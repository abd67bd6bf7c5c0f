"""Voorbeelden: browse and search, counts, outliers, confusable pairs, coverage."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from wegwijzer.catalogue import fold
from wegwijzer.studio.labels import KINDS, OFFER
from wegwijzer.studio.paging import page_of
from wegwijzer.studio.services import Services
from wegwijzer.studio.teksten import Errors
from wegwijzer.workbench.statistics import (
    FEW,
    count_facets,
    count_intents,
    cross,
    imbalance,
    kept_cross,
)

_EXAMPLES_A_PAGE = 50
_OUTLIERS_A_PAGE = 25
_PAIRS = 20
_CROSSING = "uitschieters"


def blueprint(services: Services) -> Blueprint:
    """Returns the routes."""
    made = Blueprint("examples", __name__, url_prefix="/voorbeelden")

    @made.get("")
    def show() -> str:
        query, label = fold(request.args.get("zoek", "")), request.args.get("label", "")
        body, only_also = request.args.get("organisatie", ""), "dubbelzinnig" in request.args
        labels = services.labels()
        words = query.split()
        found = [
            stored
            for stored in services.files.read()
            if (not label or label in (stored.draft.intent, *stored.draft.also))
            and (not body or (stored.draft.intent in labels and labels[stored.draft.intent].body == body))
            and (stored.draft.also or not only_also)
            and all(word in fold(stored.draft.text) for word in words)
        ]
        return render_template(
            "voorbeelden.html",
            page=page_of(found, request.args.get("bladzijde", "1"), _EXAMPLES_A_PAGE),
            count=len(found),
            labels=labels,
            bodies=services.catalogue().bodies.values(),
            query=request.args.get("zoek", ""),
            label=label,
            body=body,
            only_also=only_also,
        )

    @made.get("/aantallen")
    def counts() -> str:
        counted = count_intents(services.files.read(), dict(services.files.intents()))
        return render_template(
            "aantallen.html",
            counted={kind: [c for c in counted if c.kind == kind] for kind in KINDS},
            times={kind: imbalance(counted, kind) for kind in KINDS},
            largest=max((c.examples for c in counted), default=1),
            few=FEW[OFFER],
            labels=services.labels(),
        )

    @made.get("/uitschieters")
    def outliers() -> str:
        crossed = kept_cross(services.files.read(), services.kept_in)
        found = crossed.outliers if crossed else ()
        return render_template(
            "uitschieters.html",
            crossed=crossed,
            page=page_of(found, request.args.get("bladzijde", "1"), _OUTLIERS_A_PAGE),
            pairs=crossed.confusable[:_PAIRS] if crossed else (),
            job=services.jobs.get(_CROSSING),
            labels=services.labels(),
        )

    @made.post("/uitschieters")
    def find_outliers() -> ResponseReturnValue:
        examples = services.files.read()
        services.jobs.start(_CROSSING, lambda say: cross(examples, say, services.kept_in), Errors.INTERNAL)
        return redirect(url_for("examples.outliers"))

    @made.get("/dekking")
    def coverage() -> str:
        catalogue = services.catalogue()
        return render_template(
            "dekking.html",
            counted=count_facets(services.files.read(), catalogue),
            catalogue=catalogue,
            labels=services.labels(),
        )

    return made
