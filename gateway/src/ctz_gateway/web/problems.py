"""Every error as a page: what happened, what to do, a request id; and the words for what services refuse."""

import logging

from flask import Flask, Response, g, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from ctz_chassis.errors import RemoteError, Unreachable
from ctz_gateway.viewmodels.common import Form, Note, Tone
from ctz_gateway.web.site import wants_json
from ctz_gateway.words import plural

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
    408: ("That took too long", "Send fewer files at once, or try again on a faster line."),
    409: ("That was changed in the meantime", "Reload the page to see what it is now."),
    413: ("That is too large", "Send less at once."),
    414: ("That address is too long", "Go back and use the page’s own links."),
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
    # identity
    "INVALID_CREDENTIALS": "The e-mail address or the password is not right.",
    "WRONG_PASSWORD": "That is not your password.",
    "ACCOUNT_LOCKED": (
        "Too many wrong passwords were tried. Set a new password, or sign in from a browser that you used before."
    ),
    "EMAIL_NOT_VERIFIED": "This address is not confirmed yet. Open the link in the mail that was sent to it.",
    "ACCOUNT_INACTIVE": "This account is switched off. Ask the administrator of this site to switch it on again.",
    "TOO_MANY_ATTEMPTS": "Too many tries. Wait a few minutes, then try again.",
    "SIGN_IN_BUSY": "Very many people are signing in. Try again in a moment.",
    "SIGN_UP_CLOSED": "This site takes no new accounts. Ask its administrator.",
    "INVITATION_REQUIRED": "This site takes new accounts by invitation. Ask its administrator for a link.",
    "INVITATION_INVALID": "This invitation was used, is too old, or is for another address. Ask for a new one.",
    "SECRET_INVALID": "This link was used already, or it is too old. Ask for a new one.",
    "METRIC_EXISTS": "There is a value from that day already. Correct that one instead.",
    "TOO_MANY_METRICS": "There are too many values of this kind. Delete some first.",
    "TOO_MANY_TOKENS": "You have as many tokens as one may have. Revoke one first.",
    "LAST_ADMINISTRATOR": "This is the last administrator; somebody has to look after this site.",
    # peloton-sync
    "CONNECTION_MISSING": "Connect your Peloton account first.",
    "RECONNECT_NEEDED": "Peloton no longer accepts the sign-in that was kept. Connect again.",
    "PELOTON_SIGN_IN_REJECTED": "Peloton does not accept this name and password.",
    "PELOTON_SIGN_IN_UNAVAILABLE": (
        "Signing in at Peloton did not work this time. Try again in a few minutes, or paste a token instead."
    ),
    "PASTED_TOKEN_REJECTED": "Peloton does not accept this token. Copy it again from a signed-in browser.",
    "PELOTON_UNAVAILABLE": "Peloton cannot be asked at the moment. Try again in a few minutes.",
    # workouts
    "SAVED_FILTER_TITLE_TAKEN": "You have a saved filter with this title already. Choose another one.",
    "SAVED_FILTER_LIMIT": "You have as many saved filters as one may have. Delete one first.",
    # workouts: the class library
    "CLASS_HAS_TARGETS": "Peloton publishes targets of this class by now. They are used.",
    "TOO_MANY_RECORDED_TARGETS": "You have recorded as many targets as are kept. Delete some first.",
    "OWN_RECORDED_TARGETS": "These are your own targets; others vote on them.",
    "RECORDED_TARGETS_MALFORMED": "These targets cannot be kept as they are.",
    # challenges
    "REVISION_STALE": "Somebody changed this in the meantime. Reload the page to see what it is now.",
    "CHALLENGE_NOT_OPEN": "This challenge is not published yet.",
    "CHALLENGE_ENDED": "This challenge is over.",
    "JOINING_CLOSED": "The last day for joining is over. Ask who runs the challenge.",
    "CHALLENGE_FULL": "Every place of this challenge is taken.",
    "MEMBERSHIP_REQUIRED": "Join the challenge first.",
    "CAPTAIN_REQUIRED": "Only captains of the team and administrators see and do this.",
    "TEAMS_NOT_USED": "Everybody competes alone in this challenge.",
    "TEAM_TITLE_TAKEN": "Another team of this challenge has this name. Choose another one.",
    "TEAM_FULL": "This team is full. Choose another one.",
    "NO_TEAM_WITH_ROOM": "No team has room. Make a new one.",
    "ALREADY_IN_TEAM": "You are in a team already.",
    "TEAM_IS_SETTLED": "The challenge runs, so teams stay as they are. An administrator can move you.",
    "NOT_IN_TEAM": "This rider is in no team.",
    "TOO_MANY_CAPTAINS": "A team has three captains at most. Take one back first.",
    # every service
    "FRESH_SIGN_IN_REQUIRED": "You signed in a while ago. Enter your own password for this site to go on.",
    "REQUEST_ID_REUSED": "This form was sent before with other values. Reload the page.",
}
MINUTE = 60
ABOUT_WHAT_WAS_SENT = frozenset({"INVALID_ARGUMENT", "FAILED_PRECONDITION", "ALREADY_EXISTS", "ABORTED"})
SECRET_FIELDS = frozenset({"password", "own_password", "current_password", "new_password", "token"})
ASKS_PASSWORD = frozenset({"FRESH_SIGN_IN_REQUIRED", "WRONG_PASSWORD"})
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


def sentence(error: RemoteError) -> str:
    """What a refused call means for the person, as one or two sentences."""
    waiting = error.metadata.get("retry_after_seconds", "")
    if error.reason == "TOO_MANY_ATTEMPTS" and waiting.isdecimal():
        minutes = -(-int(waiting) // MINUTE)
        return f"Too many tries. Try again in {plural(max(minutes, 1), 'minute')}."
    return REASONS.get(error.reason) or error.message or PAGES[SERVER_ERROR][1]


def form_of(error: RemoteError, given: dict[str, str], names: dict[str, str] | None = None) -> Form:
    """The form again, with what is wrong; `names` maps a service's field names to the form's.

    Raises the error itself where it says nothing about what was sent: the service is away, or broke.
    """
    if error.reason not in REASONS and error.code.name not in ABOUT_WHAT_WAS_SENT:
        raise error
    names = names or {}
    violations = list(error.field_violations)
    if error.reason == "WRONG_PASSWORD":
        violations.append(("own_password", sentence(error)))
    fields = ((names.get(field, field), text) for field, text in violations)
    errors = {field: text for field, text in fields if field in given}
    asks = error.reason in ASKS_PASSWORD and "own_password" in given
    tone: Tone = "warn" if asks else "bad"
    return Form(given, errors, None if errors else Note(sentence(error), tone=tone, icon="alert"), asks)


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


def out_of_date() -> Response:
    """Answer a form whose token is of an earlier session: what was typed is kept, to be sent again by a press.

    A form with a secret in it is not kept, and a script gets the error only.
    """
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    if wants_json() or not fields or SECRET_FIELDS & {name for name, _ in fields}:
        return page(403)
    answer = render_template("send_again.html", action=request.full_path.rstrip("?"), fields=fields)
    return Response(answer, 403)


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
        try:
            return page(500)
        except Exception:
            # Whatever broke the page broke its frame too; the person still gets an answer.
            log.exception("error_page_failed")
            title, text = PAGES[SERVER_ERROR]
            return Response(f"{title}. {text} {g.get('request_id', '')}", 500, mimetype="text/plain")
