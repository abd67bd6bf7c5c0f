"""The web application: pages, texts, what forms need, and what errors look like."""

from __future__ import annotations

import datetime
import logging
from pathlib import Path
from typing import Any, Optional, Tuple

from flask import Flask, Response, render_template, request, send_from_directory, session
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException, SecurityError

from wegwijzer import paths
from wegwijzer.errors import ChangedUnderneathError, Located, SetupError, WegwijzerError
from wegwijzer.studio import pages, teksten
from wegwijzer.studio.security import NAME, Door
from wegwijzer.studio.services import Services
from wegwijzer.studio.wording import FILTERS

logger = logging.getLogger(__name__)

_THEME = paths.ROOT / "wegwijzer" / "page"
_LARGEST_FORM = 256 * 1024
_COOKIE_DAYS = 365


def create_app(services: Services) -> Flask:
    """Returns the workbench as a WSGI application.

    Args:
        services: what the pages work with.
    """
    settings = services.settings
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret,
        # Cookies know no ports: two workbenches on one machine each have their own.
        SESSION_COOKIE_NAME=f"wegwijzer_werkbank_{settings.port}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=datetime.timedelta(days=_COOKIE_DAYS),
        TRUSTED_HOSTS=list(settings.hosts),
        MAX_CONTENT_LENGTH=_LARGEST_FORM,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_env.globals["t"] = teksten
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    door = Door(settings)
    door.install(app)
    CSRFProtect(app)
    for blueprint in pages.blueprints(services, door):
        app.register_blueprint(blueprint)

    @app.get("/thema.css", endpoint="theme")
    def theme() -> Response:
        return send_from_directory(_THEME, "thema.css")

    @app.context_processor
    def shared() -> dict[str, Any]:
        return {"trainer": session.get(NAME, ""), "menu": pages.MENU}

    _handle_errors(app, services.root)
    return app


def _handle_errors(app: Flask, root: Path) -> None:
    def page(
        status: int, text: str, *, title: str = teksten.Errors.TITLE, place: str = "", hint: str = ""
    ) -> Tuple[str, int]:
        return render_template("fout.html", title=title, text=text, place=place, hint=hint), status

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> Tuple[str, int]:
        return page(400, teksten.Errors.FORM_OLD)

    @app.errorhandler(WegwijzerError)
    def expected(error: WegwijzerError) -> Tuple[str, int]:
        if isinstance(error, ChangedUnderneathError):
            return page(409, error.text, title=teksten.Errors.CHANGED, place=place_of(error, root))
        if isinstance(error, Located):
            return page(
                422,
                error.text,
                title=teksten.Errors.BROKEN_FILE,
                place=place_of(error, root),
                hint=teksten.Errors.BROKEN_WHAT,
            )
        return page(422 if isinstance(error, SetupError) else 409, str(error))

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Tuple[str, int]:
        # A request for another host is refused before it has a route, so that no page can be made of it.
        if isinstance(error, SecurityError):
            return teksten.Errors.BAD_HOST, 400
        texts = {
            404: teksten.Errors.NOT_FOUND,
            405: teksten.Errors.NOT_ALLOWED,
            413: teksten.Errors.TOO_LARGE,
        }
        return page(error.code or 500, texts.get(error.code or 500, teksten.Errors.INTERNAL))

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Tuple[str, int]:
        logger.error("%s %s failed", request.method, request.path, exc_info=error)
        return page(500, teksten.Errors.INTERNAL)


def place_of(error: Located, root: Path) -> str:
    """Returns file and line of an error as trainers read them, or '' when it has no file."""
    path: Optional[Path] = error.path
    if path is None:
        return ""
    name = str(path.relative_to(root)) if path.is_absolute() and path.is_relative_to(root) else str(path)
    return name if error.line is None else teksten.General.LINE.format(file=name, line=error.line)
