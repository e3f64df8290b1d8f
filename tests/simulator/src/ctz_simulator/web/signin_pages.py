"""The hosted sign-in (peloton-api.md 2.2): login page, password, auto-submit form, callback, tokens."""

import html
import json
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request

from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.signin import AUDIENCE, CLIENT_ID, CONNECTION, REDIRECT_URI, TENANT, Refused
from ctz_simulator.web.answers import endpoint_gone, json_answer
from ctz_simulator.web.world import World

_CSRF_COOKIE, _CSRF_PATH = "_csrf", "/usernamepassword/login"


class SignInPages:
    """The pages of the authorisation server."""

    def __init__(self, world: World) -> None:
        """For this world."""
        self._world = world

    def blueprint(self) -> Blueprint:
        """All routes."""
        pages = Blueprint("signin", __name__)
        pages.add_url_rule("/authorize", view_func=self.authorize, endpoint="authorize")
        pages.add_url_rule("/login", view_func=self.login_page, endpoint="login_page")
        pages.add_url_rule(_CSRF_PATH, view_func=self.password, endpoint="password", methods=["POST"])
        pages.add_url_rule("/login/callback", view_func=self.callback, endpoint="callback", methods=["POST"])
        pages.add_url_rule("/authorize/resume", view_func=self.resume, endpoint="resume")
        pages.add_url_rule("/oauth/token", view_func=self.token, endpoint="token", methods=["POST"])
        pages.add_url_rule("/auth/login", view_func=endpoint_gone, endpoint="legacy", methods=["POST"])
        return pages

    def authorize(self) -> Response:
        """Begin: the server's own state replaces the client's from here on."""
        asked = request.args
        problem = _authorize_problem(asked.to_dict())
        if problem:
            return Response(f"<h1>Oops!, something went wrong</h1><p>{problem}</p>", 400, mimetype="text/html")
        state, login = self._world.sign_in.begin(asked.get("state", ""), asked["code_challenge"])
        query = asked.to_dict() | {"state": state, "client": CLIENT_ID, "protocol": "oauth2"}
        response = redirect(f"/login?{urlencode(query)}")
        response.set_cookie(_CSRF_COOKIE, login.csrf, path=_CSRF_PATH, httponly=True)
        return _plain(response)

    def login_page(self) -> Response:
        """The hosted page; a browser would fill in its form."""
        page = (
            "<!DOCTYPE html><html><head><title>Sign in | Simulated Peloton</title></head><body>"
            f'<form method="post" action="{_CSRF_PATH}"><input name="username"><input name="password" type="password">'
            "<button>Log in</button></form></body></html>"
        )
        return Response(page, mimetype="text/html")

    def password(self) -> Response:
        """Check the password; the answer is a form that submits itself."""
        body: JsonObject = request.get_json(silent=True) or {}
        state = str(body.get("state", ""))
        login = self._world.sign_in.login(state)
        expected = {"client_id": CLIENT_ID, "tenant": TENANT, "connection": CONNECTION, "redirect_uri": REDIRECT_URI}
        wrong = [name for name, value in expected.items() if body.get(name) != value]
        if login is None or wrong or body.get("_csrf") != login.csrf or request.cookies.get(_CSRF_COOKIE) != login.csrf:
            reason = f"invalid {', '.join(wrong)}" if wrong else "invalid username"
            return json_answer({"name": "ValidationError", "code": "invalid_request", "description": reason}, 400)
        account = self._world.account(str(body.get("username", "")))
        if account is None or account.username != body.get("username") or account.password != body.get("password"):
            return self._wrong_password()
        login.user_id = account.user_id
        return Response(_auto_submit(request.host_url, state), mimetype="text/html")

    def callback(self) -> Response:
        """The form arrives; on through one more hop."""
        try:
            context = json.loads(request.form.get("wctx", ""))
            state = str(context["state"])
        except (ValueError, KeyError, TypeError):
            return Response("invalid wctx", 400, mimetype="text/plain")
        return _plain(redirect(f"/authorize/resume?{urlencode({'state': state})}"))

    def resume(self) -> Response:
        """Issue the code and leave for the client's redirect address, with the client's own state."""
        try:
            code, client_state = self._world.sign_in.issue_code(request.args.get("state", ""))
        except Refused as error:
            return _oauth_error(error)
        return _plain(redirect(f"{REDIRECT_URI}?{urlencode({'code': code, 'state': client_state})}"))

    def token(self) -> Response:
        """Codes and refresh tokens for access tokens; JSON and form bodies are both understood."""
        try:
            return json_answer(self._tokens(token_request()))
        except Refused as error:
            return _oauth_error(error)

    def _tokens(self, body: JsonObject) -> JsonObject:
        """The tokens that a request has a right to; raises Refused."""
        knobs, sign_in = self._world.gate.knobs, self._world.sign_in
        if body.get("client_id") != CLIENT_ID:
            raise Refused("unauthorized_client", "Unknown client.", 401)
        match body.get("grant_type"):
            case "authorization_code":
                if body.get("redirect_uri") != REDIRECT_URI:
                    raise Refused("invalid_grant", "The redirect URI is wrong.")
                return sign_in.exchange(str(body.get("code", "")), str(body.get("code_verifier", "")), knobs)
            case "refresh_token":
                return sign_in.refresh(str(body.get("refresh_token", "")), knobs)
            case other:
                raise Refused("unauthorized_client", f"Grant type '{other}' not allowed for the client.")

    def _wrong_password(self) -> Response:
        status = self._world.gate.knobs.wrong_password_status
        body = {
            "statusCode": status,
            "name": "ValidationError",
            "code": "invalid_user_password",
            "description": "Wrong email or password.",
            "fromSandbox": False,
        }
        return json_answer(body, status)


def token_request() -> JsonObject:
    """The body of a token call, JSON or form."""
    found: JsonObject | None = request.get_json(silent=True)
    return found if isinstance(found, dict) else request.form.to_dict()


def _authorize_problem(asked: dict[str, str]) -> str | None:
    """Why an authorisation request is refused; none if it is good."""
    wanted = {
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT_URI,
        "response_type": "code",
        "code_challenge_method": "S256",
        "audience": AUDIENCE,
    }
    wrong = [name for name, value in wanted.items() if asked.get(name) != value]
    missing = [name for name in ("state", "code_challenge", "scope") if not asked.get(name)]
    return f"invalid_request: {', '.join(wrong + missing)}" if wrong or missing else None


def _auto_submit(origin: str, state: str) -> str:
    """The page with one hidden form, its values encoded as HTML entities."""
    context = html.escape(json.dumps({"strategy": "auth0", "tenant": TENANT, "connection": CONNECTION, "state": state}))
    return (
        f'<form method="post" name="hiddenform" action="{html.escape(origin)}login/callback">'
        '<input type="hidden" name="wa" value="wsignin1.0">'
        '<input type="hidden" name="wresult" value="simulated&#x2e;result">'
        f'<input type="hidden" name="wctx" value="{context}">'
        '<noscript><p>Without script, press Submit.</p><input type="submit" value="Submit"></noscript>'
        "</form><script>document.forms[0].submit();</script>"
    )


def _oauth_error(error: Refused) -> Response:
    return json_answer({"error": error.error, "error_description": error.description}, error.status)


def _plain(response: object) -> Response:
    """Flask's redirect as the response type that the views promise."""
    if not isinstance(response, Response):
        raise TypeError(f"expected a Flask response, got {type(response).__name__}")
    return response
