"""Flask applications inside the system: probes, identities on every route, errors without their insides."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from ctz.common.v1 import auth_pb2
from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from ctz_chassis import log
from ctz_chassis.acting import USER_METADATA
from ctz_chassis.auth.rules import AuthRule, Caller
from ctz_chassis.auth.tokens import Person, Verifier
from ctz_chassis.errors import INTERNAL_MESSAGE, INTERNAL_REASON, is_described
from ctz_chassis.grpc_calls import AUTHORIZATION_METADATA, REQUEST_ID_METADATA, Gate, request_id_from
from ctz_chassis.places import Places
from ctz_chassis.probes import Probes
from ctz_chassis.readiness import Readiness

logger = logging.getLogger(__name__)

ViewT = TypeVar("ViewT", bound=Callable[..., Any])

MAX_BODY_BYTES = 1024 * 1024
"""A route that takes more sets `request.max_content_length` itself."""

_RULE = "_ctz_rule"
_OPEN = AuthRule()
_HTTP_STATUS: Mapping[str, int] = {
    "INVALID_ARGUMENT": 400,
    "OUT_OF_RANGE": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "FAILED_PRECONDITION": 409,
    "ABORTED": 409,
    "ALREADY_EXISTS": 409,
    "RESOURCE_EXHAUSTED": 429,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}


def require_service_and_person(
    *, callers: Sequence[str] = ("gateway",), administrator: bool = False, fresh: bool = False
) -> Callable[[ViewT], ViewT]:
    """Mark a view as reachable for these services on behalf of a person, by the same tokens as gRPC."""
    rule = AuthRule(callers=callers, person=auth_pb2.PERSON_REQUIRED, administrator=administrator, fresh=fresh)

    def mark(view: ViewT) -> ViewT:
        setattr(view, _RULE, rule)
        return view

    return mark


def require_service(*, callers: Sequence[str]) -> Callable[[ViewT], ViewT]:
    """Mark a view as reachable for these services, whoever is behind them: what it asks of a person is its own."""
    rule = AuthRule(callers=callers, person=auth_pb2.PERSON_NONE)

    def mark(view: ViewT) -> ViewT:
        setattr(view, _RULE, rule)
        return view

    return mark


def open_to_everybody(view: ViewT) -> ViewT:
    """Mark a view as reachable without credentials, such as public keys."""
    setattr(view, _RULE, _OPEN)
    return view


def current_person() -> Person:
    """Return the person behind the current request of a view with `require_service_and_person`."""
    caller: Caller = g.ctz_caller
    if caller.person is None:
        raise RuntimeError("the view is open to everybody")
    return caller.person


def health_app(service: str, readiness: Readiness, verifier: Verifier, *, places: int | None = None) -> Flask:
    """Return a Flask application with the probes, where a route without a mark is refused.

    With `places`, no more requests than that are in hand at once, beside the probes.
    """
    app = Flask(f"ctz_chassis.http.{service}", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    inner = app.wsgi_app if places is None else Places(app.wsgi_app, places)
    app.wsgi_app = Probes(readiness, inner)  # type: ignore[method-assign]

    @app.before_request
    def admit() -> None:
        g.ctz_request_id = request_id_from(request.headers.get(REQUEST_ID_METADATA))
        if request.routing_exception is not None:
            raise request.routing_exception
        endpoint = str(request.endpoint)
        rule = getattr(app.view_functions[endpoint], _RULE, None)
        if rule is not _OPEN:
            g.ctz_caller = _caller(service, verifier, endpoint, rule)

    @app.errorhandler(Exception)
    def answer(error: Exception) -> Response:
        return error_response(error)

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers[REQUEST_ID_METADATA] = g.get("ctz_request_id", "")
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return app


def _caller(service: str, verifier: Verifier, endpoint: str, rule: AuthRule | None) -> Caller | None:
    gate = Gate(service, verifier, {endpoint: rule} if rule is not None else {})
    names = (AUTHORIZATION_METADATA, USER_METADATA)
    return gate.admit(endpoint, {name: request.headers[name] for name in names if name in request.headers})


def error_response(error: Exception) -> Response:
    """Return an error as JSON: reason and message of a described error, and nothing of any other."""
    request_id = g.get("ctz_request_id") or request_id_from(None)
    if is_described(error):
        described: Any = error
        return _json_error(_HTTP_STATUS.get(described.code, 500), described.reason, str(error), request_id)
    if isinstance(error, HTTPException):
        return _json_error(error.code or 500, error.name.upper().replace(" ", "_"), error.name, request_id)
    with log.bind(request_id=request_id):
        logger.error("http.failed", exc_info=error, extra={"method": request.method, "path": request.path})
    return _json_error(500, INTERNAL_REASON, INTERNAL_MESSAGE, request_id)


def _json_error(status: int, reason: str, message: str, request_id: str) -> Response:
    response = jsonify(reason=reason, message=message, request_id=request_id)
    response.status_code = status
    return response
