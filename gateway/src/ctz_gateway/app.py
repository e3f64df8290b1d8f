"""Builds the gateway's Flask application from its parts."""

import uuid
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from ctz_chassis import log
from ctz_chassis.grpc_client import acting_for, deadline_scope
from ctz_gateway import presentation
from ctz_gateway.assets import Assets
from ctz_gateway.clients.services import Services
from ctz_gateway.settings import Settings
from ctz_gateway.web import (
    account,
    admin,
    auth,
    frame,
    headers,
    history,
    peloton,
    prefs,
    problems,
    profile,
    public,
    today,
    wizard,
    workouts,
)
from ctz_gateway.web.forms import ANONYMOUS_COOKIE, SAFE_METHODS, FormTokens, comes_from_here, origin_of
from ctz_gateway.web.site import Site, form_binding
from ctz_gateway.web.visitors import SESSION_COOKIE, Visitors

PACKAGE = Path(__file__).parent
MAX_BODY_BYTES = 64 * 1024
MAX_FORM_PARTS = 100
MAX_URL_LENGTH = 4096
METHODS = frozenset({"GET", "HEAD", "POST"})
# Signing in at Peloton follows half a dozen redirects of theirs; every other page keeps to the budget.
SLOW_ENDPOINTS = frozenset({"peloton.connect_password", "peloton.connect_token"})
SLOW_BUDGET_SECONDS = 40.0
# Hashing a password takes its time by design.
HASHING_BUDGET_SECONDS = 8.0
OPEN_TO_SCRIPTS = frozenset({"public.csp_report"})


def create_app(settings: Settings, services: Services, session_key: bytes) -> Flask:
    """The application; nothing is opened here that a fork would break."""
    app = Flask("ctz_gateway", static_folder=str(PACKAGE / "static"), template_folder=str(PACKAGE / "templates"))
    app.config.update(
        SECRET_KEY=session_key,
        SESSION_COOKIE_NAME="__Host-ctz_flash",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
    )
    hops = settings.trusted_proxies
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    site = Site(settings, services, Visitors(services), FormTokens(session_key))
    presentation.install(app, Assets.load(PACKAGE / "static"))
    problems.install(app)
    _install_requests(app, site)
    headers.install(app, is_https=site.is_https)
    frame.install(app, site)
    for part in (public, auth, wizard, today, history, workouts, profile, account, peloton, admin, prefs):
        app.register_blueprint(part.blueprint(site))
    if settings.common.env == "development":
        app.register_blueprint(public.styleguide())
    return app


def _install_requests(app: Flask, site: Site) -> None:
    allowed_hosts = {urlsplit(site.settings.common.public_url).netloc}

    @app.before_request
    def _enter() -> None:
        g.scopes = ExitStack()
        g.request_id = uuid.uuid4().hex
        g.scopes.enter_context(log.bind(request_id=g.request_id))
        if request.host not in allowed_hosts or request.method not in METHODS or len(request.url) > MAX_URL_LENGTH:
            abort(405 if request.method not in METHODS else 400)
        g.scopes.enter_context(deadline_scope(_budget(site)))
        if request.endpoint == "static":
            return
        secret = request.cookies.get(SESSION_COOKIE, "")
        g.visitor = site.visitors.of_secret(secret) if secret else None
        if g.visitor is not None:
            g.scopes.enter_context(acting_for(g.visitor.user_token))
        if request.method not in SAFE_METHODS and request.endpoint not in OPEN_TO_SCRIPTS:
            _check_form(site)

    @app.teardown_request
    def _leave(_error: BaseException | None) -> None:
        scopes: ExitStack | None = g.pop("scopes", None)
        if scopes is not None:
            scopes.close()

    @app.after_request
    def _visit_cookie(response: Response) -> Response:
        if g.get("new_visit"):
            response.set_cookie(ANONYMOUS_COOKIE, g.new_visit, secure=True, httponly=True, samesite="Lax", path="/")
        return response


def _budget(site: Site) -> float:
    if request.endpoint in SLOW_ENDPOINTS:
        return SLOW_BUDGET_SECONDS
    if request.method == "POST" and request.blueprint in {"auth", "account"}:
        return HASHING_BUDGET_SECONDS
    return site.settings.budget_seconds


def _check_form(site: Site) -> None:
    """Refuse an unsafe request that another site may have made."""
    token = request.form.get("csrf_token", "") or request.headers.get("X-CSRF-Token", "")
    public_origin = origin_of(site.settings.common.public_url)
    if not comes_from_here(request, public_origin) or not site.form_tokens.is_good(token, form_binding()):
        abort(403)
