"""Preferences that live in the browser: the theme."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from ctz_gateway.web.forms import local_path
from ctz_gateway.web.frame import THEME_COOKIE, THEMES
from ctz_gateway.web.site import Site

ONE_YEAR_SECONDS = 31_536_000


def blueprint(site: Site) -> Blueprint:
    """The theme switch."""
    pages = Blueprint("prefs", __name__)

    @pages.post("/theme")
    def theme() -> Response:
        chosen = request.form.get("theme", "system")
        answer = redirect(local_path(request.form.get("next", ""), url_for("public.landing")), 303)
        answer.set_cookie(
            THEME_COOKIE,
            chosen if chosen in THEMES else "system",
            max_age=ONE_YEAR_SECONDS,
            secure=site.is_https,
            httponly=True,
            samesite="Lax",
        )
        return answer

    return pages
