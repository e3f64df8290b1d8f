"""What every template is given: viewer, theme, flashes, form tokens."""

import dataclasses
import json
from typing import Any

from flask import Flask, flash, g, get_flashed_messages, request

from ctz_gateway.viewmodels.common import Note, Tone, Viewer
from ctz_gateway.web.forms import new_key
from ctz_gateway.web.sign_up_policy import SignUp
from ctz_gateway.web.site import Site, form_binding, visitor_or_none
from ctz_gateway.web.visitors import Visitor
from ctz_gateway.words import initials

THEME_COOKIE = "ctz_theme"
THEMES = ("system", "light", "dark")


def say(text: str, *, tone: Tone = "good", title: str = "") -> None:
    """Show a remark on the next page, once."""
    flash(json.dumps(dataclasses.asdict(Note(text, title, tone, "check" if tone == "good" else "info"))))


def install(app: Flask, site: Site) -> None:
    """Give the templates their common context. Macros see globals only, hence the two that forms need."""
    app.jinja_env.globals.update(
        csrf_token=lambda: site.form_tokens.make(form_binding()),
        idempotency_key=new_key,
    )

    @app.context_processor
    def _frame() -> dict[str, Any]:
        found = visitor_or_none()
        return {
            "viewer": _viewer(found) if found else None,
            "theme": _theme(),
            "flashes": tuple(Note(**json.loads(str(shown))) for shown in get_flashed_messages()),
            "sign_up_open": found is None and site.sign_up.mode() is not SignUp.CLOSED,
        }


def _theme() -> str:
    chosen = request.cookies.get(THEME_COOKIE, "system")
    return chosen if chosen in THEMES else "system"


def _viewer(found: Visitor) -> Viewer:
    return Viewer(
        name=found.name,
        initials=initials(found.name),
        figures_line=_figures_line(found),
        is_admin=found.is_administrator,
        sync=g.get("sync_line"),
    )


def _figures_line(found: Visitor) -> str:
    if found.ftp_watts is None:
        return ""
    watts = f"{found.ftp_watts:.0f} W"
    if found.weight_kilograms is None:
        return watts
    return f"{watts}, {found.ftp_watts / found.weight_kilograms:.2f} W/kg"
