"""Every error as a page: what happened, what to do, a request id; and the words for what services refuse."""

import logging

from flask import Flask, Response, g, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from ctz_chassis.errors import RemoteError, Unreachable
from ctz_gateway.viewmodels.common import Form, Note
from ctz_gateway.web.site import wants_json

log = logging.getLogger(__name__)

SERVER_ERROR = 500
PAGES = {
    400: ("That request could not be read", "Go back and try again."),
    401: ("Please sign in", "You have to be signed in for this. Sign in and try again."),
    403: (
        "That form is out of date",
        "The page was open for too long or was opened elsewhere. Go back, reload and send it again.",
    ),
    404: ("Nothing here", "The page does not exist, or it is not yours to see."),
    405: ("That does not work here", "Go back and use the page’s own buttons."),
    409: ("That was changed in the meantime", "Reload the page to see what it is now."),
    413: ("That is too large", "Send less at once."),
    429: ("Too many tries", "Wait a few minutes, then try again."),
    500: (
        "Something broke on our side",
        "Nothing of yours is lost. Try again; if it stays, tell the operator the number below.",
    ),
    503: (
        "A part of the server does not answer",
        "It is looked after by itself most of the time. Try again in a moment.",
    ),
}
# Words for reasons that services give; one place, so that every page says it alike.
REASONS = {
    "INVALID_CREDENTIALS": "The e-mail address or the password is not right.",
    "EMAIL_NOT_VERIFIED": "This address is not confirmed yet. Open the link in the mail that was sent to it.",
    "ACCOUNT_INACTIVE": "This account is switched off. Ask the administrator of this site to switch it on again.",
    "TOO_MANY_ATTEMPTS": "Too many tries. Wait a few minutes, then try again.",
    "SIGN_UP_CLOSED": "This site takes no new accounts. Ask its administrator.",
    "INVITATION_REQUIRED": "This site takes new accounts by invitation. Ask its administrator for a link.",
    "SECRET_INVALID": "This link was used already, or it is too old. Ask for a new one.",
    "FRESH_SIGN_IN_REQUIRED": "Enter your password again to go on.",
    "PELOTON_CREDENTIALS_REJECTED": "Peloton does not accept this name and password.",
    "PELOTON_TOKEN_REJECTED": "Peloton does not accept this token. Copy it again from a signed-in browser.",
    "PELOTON_UNREACHABLE": "Peloton does not answer at the moment. Try again in a few minutes.",
    "PELOTON_RATE_LIMITED": "Peloton asks to slow down. Wait some minutes, or paste a token instead.",
    "NOT_CONNECTED": "Connect your Peloton account first.",
    "REQUEST_ID_REUSED": "This form was sent before with other values. Reload the page.",
}


def sentence(error: RemoteError) -> str:
    """What a refused call means for the person, as one or two sentences."""
    return REASONS.get(error.reason) or error.message or PAGES[500][1]


def form_of(error: RemoteError, given: dict[str, str], names: dict[str, str] | None = None) -> Form:
    """The form again, with what is wrong; `names` maps a service's field names to the form's."""
    names = names or {}
    errors = {
        names.get(field, field): text for field, text in error.field_violations if names.get(field, field) in given
    }
    problem = None if errors else Note(sentence(error), tone="bad", icon="alert")
    return Form(given, errors, problem)


def page(status: int, *, title: str = "", text: str = "") -> Response:
    """The error page, or its JSON twin for scripts."""
    known = PAGES.get(status, PAGES[SERVER_ERROR if status >= SERVER_ERROR else 400])
    title, text = title or known[0], text or known[1]
    request_id = g.get("request_id", "")
    if wants_json():
        answer = jsonify(error=title, detail=text, request_id=request_id)
    else:
        retry = request.full_path.rstrip("?") if request.method == "GET" and status >= SERVER_ERROR else ""
        answer = Response(
            render_template("error.html", status=status, title=title, text=text, request_id=request_id, retry_url=retry)
        )
    answer.status_code = status
    if status in {429, 503}:
        answer.headers.setdefault("Retry-After", "10")
    return answer


STATUS_OF_CODE = {
    "NOT_FOUND": 404,
    "PERMISSION_DENIED": 404,
    "UNAUTHENTICATED": 401,
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 409,
    "ABORTED": 409,
    "ALREADY_EXISTS": 409,
    "RESOURCE_EXHAUSTED": 429,
}


def install(app: Flask) -> None:
    """Map every exception to a page; what nobody expected is logged once, with its traceback."""

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        return page(error.code or 500)

    @app.errorhandler(Unreachable)
    def _unreachable(error: Unreachable) -> Response:
        log.warning("backend_unreachable", extra={"reason": error.reason, "domain": error.domain})
        return page(503)

    @app.errorhandler(RemoteError)
    def _remote(error: RemoteError) -> Response:
        status = STATUS_OF_CODE.get(error.code.name, SERVER_ERROR)
        if status == SERVER_ERROR:
            log.error("backend_failed", extra={"code": error.code.name, "reason": error.reason})
        text = sentence(error) if status in {400, 409, 429} else ""
        return page(status, text=text)

    @app.errorhandler(Exception)
    def _last_resort(error: Exception) -> Response:
        log.error("unhandled_error", exc_info=error)
        return page(500)
