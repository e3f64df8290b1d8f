"""Pages that everybody may read, and the address to which browsers report violations of the content policy."""

import logging

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ctz_gateway.styleguide import specimens
from ctz_gateway.web.site import Site, visitor_or_none

log = logging.getLogger(__name__)
PLAIN_PAGES = ("features", "faq", "privacy", "terms", "health", "computed")
MAX_REPORT_CHARACTERS = 2000


def blueprint(_site: Site) -> Blueprint:
    """Landing page, information pages, health of the gateway itself."""
    pages = Blueprint("public", __name__)

    @pages.get("/")
    def landing() -> str | Response:
        if visitor_or_none() is not None:
            return redirect(url_for("today.show"))
        return render_template("public/landing.html")

    def information(name: str) -> None:
        pages.add_url_rule(f"/{name}", name, lambda: render_template(f"public/{name}.html"))

    for name in PLAIN_PAGES:
        information(name)

    @pages.get("/healthz")
    def healthz() -> tuple[dict[str, str], int]:
        return {"status": "ok"}, 200

    @pages.post("/csp-report")
    def csp_report() -> tuple[str, int]:
        report = request.get_data(as_text=True)[:MAX_REPORT_CHARACTERS]
        log.warning("content_policy_violation", extra={"report": report})
        return "", 204

    return pages


def styleguide() -> Blueprint:
    """Every component in every state; development only."""
    pages = Blueprint("development", __name__)

    @pages.get("/styleguide")
    def show() -> str:
        return render_template("styleguide.html", s=specimens())

    return pages
