"""The door: a token when others can reach the workbench, and the trainer's name."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from wegwijzer.studio.security import NAME, Door
from wegwijzer.studio.teksten import Entry

_SHORTEST, _LONGEST = 2, 60


def own_path(address: str) -> str:
    """Returns an address of this site as a path, or '/' for anything else."""
    parts = urlsplit(address)
    inside = not parts.scheme and not parts.netloc and address.startswith("/") and "\\" not in address
    return address if inside and not address.startswith("//") else "/"


def read_name(text: str) -> str:
    """Returns a name on one line, or '' when it is none."""
    name = " ".join(text.split())
    fits = _SHORTEST <= len(name) <= _LONGEST and name.isprintable() and any(map(str.isalpha, name))
    return name if fits and not set("<>") & set(name) else ""


def blueprint(door: Door) -> Blueprint:
    """Returns the routes."""
    made = Blueprint("entry", __name__)

    @made.route("/naam", methods=["GET", "POST"])
    def name() -> ResponseReturnValue:
        error = ""
        if request.method == "POST":
            given = read_name(request.form.get("naam", ""))
            if given:
                session[NAME] = given
                session.permanent = True
                return redirect(own_path(request.form.get("volgende", "/")))
            error = Entry.NAME_MISSING
        following = own_path(request.values.get("volgende", "/"))
        return render_template("naam.html", error=error, following=following), 422 if error else 200

    @made.route("/toegang", methods=["GET", "POST"])
    def token() -> ResponseReturnValue:
        error = ""
        if request.method == "POST":
            wait = door.wait()
            if wait:
                error = Entry.TOKEN_WAIT.format(seconds=wait)
            elif door.knows(request.form.get("code", "")):
                return redirect(url_for("entry.name", volgende=own_path(request.form.get("volgende", "/"))))
            else:
                error = Entry.TOKEN_WRONG
        following = own_path(request.values.get("volgende", "/"))
        return render_template("toegang.html", error=error, following=following), 422 if error else 200

    return made
