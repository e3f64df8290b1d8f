"""What every blueprint is given, and who is behind the present request."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from ctz_chassis.grpc_client import acting_for
from ctz_gateway.clients.services import Services
from ctz_gateway.settings import Settings
from ctz_gateway.web.forms import ANONYMOUS_COOKIE, FormTokens, local_path
from ctz_gateway.web.names import Names
from ctz_gateway.web.sign_up_policy import SignUpPolicy
from ctz_gateway.web.slots import Slots
from ctz_gateway.web.visitors import Visitor, Visitors

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Site:
    """The parts that pages are built from."""

    settings: Settings
    services: Services
    visitors: Visitors
    form_tokens: FormTokens
    sign_up: SignUpPolicy
    names: Names
    transfers: Slots

    @property
    def is_https(self) -> bool:
        """Whether people reach the site over TLS."""
        return urlsplit(self.settings.common.public_url).scheme == "https"


def visitor() -> Visitor:
    """The signed-in person; only inside views that `signed_in` or `administrators` guards."""
    found = g.get("visitor")
    if not isinstance(found, Visitor):
        abort(401)
    return found


def visitor_or_none() -> Visitor | None:
    """The signed-in person, or None."""
    found = g.get("visitor")
    return found if isinstance(found, Visitor) else None


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def signed_in(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Send people who are not signed in to the sign-in page and back (GET), or refuse (everything else)."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        if visitor_or_none() is not None:
            return view(*args, **kwargs)
        if request.method != "GET" or wants_json():
            abort(401)
        return redirect(url_for("auth.sign_in", next=local_path(request.full_path.rstrip("?"), "")))

    return guarded


def administrators(view: Callable[P, R]) -> Callable[P, R | Response]:
    """As `signed_in`; for anybody but administrators the page does not exist."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        if not visitor().is_administrator:
            abort(404)
        return view(*args, **kwargs)

    return signed_in(guarded)


def renew_session(site: Site, secret: str) -> None:
    """Go on with the session's new secret: its cookie leaves with the answer, whatever that will be."""
    g.session_secret = secret
    g.visitor = site.visitors.of_secret(secret)
    if g.visitor is None:
        abort(401)
    g.scopes.enter_context(acting_for(g.visitor.user_token))


def wants_json() -> bool:
    """Whether a script asks, not a page."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def client_address() -> str:
    """The caller's address, for limits and the security log; forwarded ones count only behind configured proxies."""
    return request.remote_addr or ""


def form_binding() -> str:
    """What form tokens of this request are bound to: the session, or a visit cookie while signed out."""
    found = visitor_or_none()
    if found is not None:
        return f"session:{found.session_id}"
    visit = request.cookies.get(ANONYMOUS_COOKIE, "") or g.get("new_visit", "")
    if not visit:
        visit = g.new_visit = secrets.token_urlsafe(24)
    return f"visit:{visit}"
