"""Peloton's sign-in pages, walked like a browser does: authorization code with PKCE (peloton-api.md, section 2.2)."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from ctz_peloton_sync.clients import errors
from ctz_peloton_sync.clients.http import HTTPClient, Reply, origin_of, raise_for_status
from ctz_peloton_sync.clients.tokens import (
    AUDIENCE,
    CLIENT_ID,
    REDIRECT_URI,
    SCOPE,
    Grant,
    TokenEndpoint,
)
from ctz_peloton_sync.domain.errors import SignInRejected, SignInUnavailable

# The form steps want a browser (peloton-api.md, section 1).
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
TENANT = "peloton-prod"
CONNECTION = "pelo-user-password"
TELEMETRY = base64.b64encode(json.dumps({"name": "auth0.js-ulp", "version": "9.14.3"}).encode()).decode()
MAXIMUM_HOPS = 10
VERIFIER_BYTES = 48  # 64 characters
_WRONG_PASSWORD = ("wrong email or password", "invalid_user_password", "wrong username or password")


@dataclass(frozen=True, slots=True)
class _Attempt:
    """The secrets of one sign-in."""

    verifier: str
    state: str
    nonce: str

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def query(self) -> dict[str, str]:
        """What /authorize is asked."""
        return {
            "client_id": CLIENT_ID,
            "audience": AUDIENCE,
            "scope": SCOPE,
            "response_type": "code",
            "response_mode": "query",
            "redirect_uri": REDIRECT_URI,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
            "auth0Client": TELEMETRY,
        }


@dataclass(frozen=True, slots=True)
class _Page:
    """Where a walk ended."""

    url: str
    reply: Reply


class SignIn:
    """One sign-in with its own cookies; the password lives only in the arguments."""

    def __init__(self, client: HTTPClient, auth_url: str) -> None:
        self._client = client
        self._auth_url = auth_url.rstrip("/")

    def sign_in(self, username: str, password: str, now: datetime) -> Grant:
        """Return the grant; SignInRejected for wrong credentials, SignInUnavailable for any page we do not know."""
        attempt = _Attempt(secrets.token_urlsafe(VERIFIER_BYTES), secrets.token_urlsafe(24), secrets.token_urlsafe(24))
        try:
            login = self._walk("GET", f"{self._auth_url}/authorize?{urlencode(attempt.query())}")
            raise_for_status(login.reply, now)
            answer = self._submit(attempt, login.url, username, password)
            code = self._finish(answer, now)
            return TokenEndpoint(self._client, self._auth_url).exchange(code, attempt.verifier, now)
        except errors.UpstreamError as error:
            raise SignInUnavailable(error.key) from None
        except ValueError:  # an address of their pages that is none
            raise SignInUnavailable from None

    def _submit(self, attempt: _Attempt, login_url: str, username: str, password: str) -> _Page:
        """Post the credentials; the state is the one that the login page was given, not ours."""
        body = {
            "client_id": CLIENT_ID,
            "redirect_uri": REDIRECT_URI,
            "tenant": TENANT,
            "response_type": "code",
            "scope": SCOPE,
            "audience": AUDIENCE,
            "_csrf": self._csrf(),
            "state": parse_qs(urlsplit(login_url).query).get("state", [attempt.state])[0],
            "_intstate": "deprecated",
            "nonce": attempt.nonce,
            "username": username,
            "password": password,
            "connection": CONNECTION,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        headers = {"Origin": origin_of(self._auth_url), "Referer": login_url, "Auth0-Client": TELEMETRY}
        url = f"{self._auth_url}/usernamepassword/login"
        reply = self._client.request("POST", url, json=body, headers=headers)
        if reply.status == 401 or any(mark in reply.text[:65_536].lower() for mark in _WRONG_PASSWORD):  # noqa: PLR2004
            raise SignInRejected
        return _Page(url, reply)

    def _finish(self, page: _Page, now: datetime) -> str:
        """Send the hidden form, or follow the redirect, until an address carries the code."""
        raise_for_redirectless(page.reply, now)
        if page.reply.status < 300:  # noqa: PLR2004
            form = parse_form(page.reply.text)
            action = urljoin(page.url, form.action)
            page = self._walk("POST", action, form.fields)
        else:
            page = self._walk("GET", urljoin(page.url, page.reply.headers.get("Location", "")))
        code = parse_qs(urlsplit(page.url).query).get("code", [""])[0]
        if not _is_callback(page.url) or not code:
            raise SignInUnavailable
        return code

    def _walk(self, method: str, url: str, form: dict[str, str] | None = None) -> _Page:
        """Follow redirects by hand inside the allowlist; the members' callback is read, never fetched."""
        for _ in range(MAXIMUM_HOPS):
            if _is_callback(url):
                return _Page(url, Reply(200, {}, b""))
            reply = self._client.request(method, url, data=form)
            location = reply.headers.get("Location")
            if not 300 <= reply.status < 400 or location is None:  # noqa: PLR2004
                return _Page(url, reply)
            url, method, form = urljoin(url, location), "GET", None
        raise errors.OutsideAllowlist("too many redirects")

    def _csrf(self) -> str:
        value = next((cookie.value for cookie in self._client.session.cookies if cookie.name == "_csrf"), None)
        return value or ""


def raise_for_redirectless(reply: Reply, now: datetime) -> None:
    """Raise for errors; redirects pass."""
    if not 300 <= reply.status < 400:  # noqa: PLR2004
        raise_for_status(reply, now)


def _is_callback(url: str) -> bool:
    return url.split("?", 1)[0] == REDIRECT_URI


@dataclass(frozen=True, slots=True)
class HiddenForm:
    """Where an auto-submit form goes and what it sends."""

    action: str
    fields: dict[str, str]


class _FormParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the first form's action and every named input; entities are already resolved."""
        values = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.action:
            self.action = values.get("action", "")
        if tag == "input" and values.get("name"):
            self.fields[values["name"]] = values.get("value", "")


def parse_form(html: str) -> HiddenForm:
    """Read the one form of the page; raises SignInUnavailable when there is none."""
    parser = _FormParser()
    parser.feed(html)
    if not parser.action or not parser.fields:
        raise SignInUnavailable
    return HiddenForm(parser.action, parser.fields)
