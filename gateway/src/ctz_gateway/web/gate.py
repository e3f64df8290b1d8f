"""Every request enters and leaves here: limits, who is asking, form tokens, the budget of time, cookies."""

import uuid
from contextlib import ExitStack
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request

from ctz_chassis import log
from ctz_chassis.errors import Unreachable
from ctz_chassis.grpc_client import acting_for, deadline_scope
from ctz_gateway.web import problems
from ctz_gateway.web.forms import ANONYMOUS_COOKIE, SAFE_METHODS, comes_from_here, origin_of
from ctz_gateway.web.receiving import MULTIPART
from ctz_gateway.web.site import Site, form_binding
from ctz_gateway.web.visitors import SESSION_COOKIE, Visitor, session_cookie

MAX_URL_LENGTH = 4096
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost"})
METHODS = frozenset({"GET", "HEAD", "POST"})
# Signing in at Peloton follows half a dozen redirects of theirs; every other page keeps to the budget.
SLOW_ENDPOINTS = frozenset({"peloton.connect_password", "peloton.connect_token"})
SLOW_BUDGET_SECONDS = 40.0
# Files take as long as the line takes; their view reads the form as it comes, and its token before any file.
STREAMED_ENDPOINTS = frozenset({"imports.upload"})
STREAM_BUDGET_SECONDS = 900.0
# Hashing a password takes its time by design.
HASHING_BUDGET_SECONDS = 8.0
# Asked by machines: probes name an address as host, reports of browsers carry no form token.
FOR_MACHINES = frozenset({"static", "public.healthz", "public.csp_report"})
# The secret in the address is all that counts; whoever else may be signed in plays no part.
WITHOUT_VISITOR = frozenset({"feed.calendar", "years.shared", "years.shared_image"})


def install(app: Flask, site: Site) -> None:
    """Put the gate before every view and behind every answer."""
    host = urlsplit(site.settings.common.public_url).netloc

    @app.before_request
    def _enter() -> None:
        g.scopes = ExitStack()
        g.request_id = uuid.uuid4().hex
        g.scopes.enter_context(log.bind(request_id=g.request_id))
        _refuse_odd()
        if request.endpoint in FOR_MACHINES:
            return
        _come_by_the_address(host)
        g.scopes.enter_context(deadline_scope(_budget(site)))
        with deadline_scope(site.settings.budget_seconds):
            g.visitor = _visitor(site)
        if g.visitor is not None:
            g.scopes.enter_context(acting_for(g.visitor.user_token))
        if request.method not in SAFE_METHODS and request.endpoint is not None:
            _check_form(site)

    @app.teardown_request
    def _leave(_error: BaseException | None) -> None:
        scopes: ExitStack | None = g.pop("scopes", None)
        if scopes is not None:
            scopes.close()

    @app.after_request
    def _cookies(response: Response) -> Response:
        if g.get("new_visit"):
            response.set_cookie(ANONYMOUS_COOKIE, g.new_visit, secure=True, httponly=True, samesite="Lax", path="/")
        if g.get("session_secret"):
            session_cookie(response, g.session_secret)
        return response


def _refuse_odd() -> None:
    if request.method not in METHODS:
        abort(405)
    if len(request.url) > MAX_URL_LENGTH:
        abort(414)


def _come_by_the_address(host: str) -> None:
    """Refuse another host than the site's own; on one machine its other name leads to the page asked for."""
    if request.host == host:
        return
    own, given = urlsplit(f"//{host}"), urlsplit(f"//{request.host}")
    is_twin = {own.hostname, given.hostname} == LOOPBACK_NAMES and own.port == given.port
    if not is_twin or request.method not in SAFE_METHODS:
        abort(400)
    abort(redirect(urlsplit(request.url)._replace(netloc=host).geturl(), 307))


def _visitor(site: Site) -> Visitor | None:
    """Who is asking. Pages that are the same for everybody do without the answer while identity is away."""
    secret = request.cookies.get(SESSION_COOKIE, "")
    if not secret or request.endpoint in WITHOUT_VISITOR:
        return None
    try:
        return site.visitors.of_secret(secret, may_be_remembered=request.method in SAFE_METHODS)
    except Unreachable:
        if request.blueprint == "public" or request.endpoint is None:
            return None
        raise


def _budget(site: Site) -> float:
    if request.endpoint in SLOW_ENDPOINTS:
        return SLOW_BUDGET_SECONDS
    if request.endpoint in STREAMED_ENDPOINTS:
        return STREAM_BUDGET_SECONDS
    if request.method == "POST" and request.blueprint in {"auth", "account", "erasure"}:
        return HASHING_BUDGET_SECONDS
    return site.settings.budget_seconds


def _check_form(site: Site) -> None:
    """Refuse an unsafe request that another site may have made; a page of ours that grew old may be sent again."""
    if not comes_from_here(request, origin_of(site.settings.common.public_url)):
        abort(403)
    if request.endpoint in STREAMED_ENDPOINTS and request.mimetype == MULTIPART:
        return
    token = request.form.get("csrf_token", "") or request.headers.get("X-CSRF-Token", "")
    if not site.form_tokens.is_good(token, form_binding()):
        abort(problems.out_of_date())
