"""Postvak: real questions that went badly, grouped when alike, what teaches most first."""

from __future__ import annotations

from typing import Any, Mapping

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from wegwijzer.catalogue import fold
from wegwijzer.inbox import REASONS, THUMB_UP, Kept, steps
from wegwijzer.studio.handled import ASIDE, Handled
from wegwijzer.studio.learning import grouped
from wegwijzer.studio.paging import page_of
from wegwijzer.studio.security import NAME
from wegwijzer.studio.services import Services
from wegwijzer.studio.teksten import Inbox, Kinds

_GROUPS_A_PAGE = 20
OPEN, DONE = "open", "klaar"


def is_handled(kept: Kept, handled: Mapping[str, Handled]) -> bool:
    """Returns whether a question was dealt with after it was asked."""
    how = handled.get(fold(kept.question))
    return how is not None and kept.when <= how.when


def why(kept: Kept, explained: Mapping[str, Any]) -> str:
    """Returns in one or two sentences why the assistant answered as it did."""
    limits = explained["thresholds"]
    text = Inbox.WHY_KIND.get(kept.kind, "").format(
        doubt=f"{explained['doubt']:.2f}".replace(".", ","),
        doubt_limit=f"{limits['doubt']:.2f}".replace(".", ","),
        outside=f"{explained['out_of_scope']:.2f}".replace(".", ","),
        outside_limit=f"{limits['refuse']:.2f}".replace(".", ","),
    )
    now = str(explained["decision"]["kind"])
    if now != kept.kind:
        text += " " + Inbox.WHY_OTHER.format(kind=Kinds.ANSWER.get(now, now))
    return text


def blueprint(services: Services) -> Blueprint:
    """Returns the routes."""
    made = Blueprint("inbox", __name__)

    def named() -> list[Kept]:
        """Returns the questions that a form names."""
        numbers = set(request.form.getlist("nummer", type=int))
        return [kept for kept in services.inbox() if kept.number in numbers]

    @made.get("/")
    def show() -> str:
        reason, state = request.args.get("reden", ""), request.args.get("stand", OPEN)
        handled = services.handled.all()
        chosen = [
            kept
            for kept in services.inbox()
            if (kept.reason == reason if reason in REASONS else kept.reason != THUMB_UP)
            and is_handled(kept, handled) == (state == DONE)
        ]
        groups = grouped(chosen)
        page = page_of(groups, request.args.get("bladzijde", "1"), _GROUPS_A_PAGE)
        catalogue, labels = services.catalogue(), services.labels()
        shown = []
        for group in page.items:
            explained = steps(group.first, catalogue)
            shown.append(
                {
                    "group": group,
                    "steps": explained,
                    "why": why(group.first, explained) if explained else "",
                    "handled": handled.get(fold(group.first.question)),
                }
            )
        return render_template(
            "postvak.html",
            shown=shown,
            page=page,
            questions=len(chosen),
            groups=len(groups),
            labels=labels,
            reason=reason,
            state=state,
            reasons=REASONS,
            database=""
            if services.settings.shared_database or services.settings.database.is_file()
            else services.settings.database,
        )

    @made.post("/postvak/opzij")
    def aside() -> ResponseReturnValue:
        services.handled.put(named(), ASIDE, session[NAME])
        flash(Inbox.ASIDE_DONE)
        return redirect(url_for("inbox.show"))

    @made.post("/postvak/terug")
    def back() -> ResponseReturnValue:
        services.handled.forget(named())
        flash(Inbox.RETURNED)
        return redirect(url_for("inbox.show", stand=DONE))

    return made
