"""A client of the simulator that knows nothing of its insides but the URL."""

import base64
import hashlib
import html
import http.client
import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest

from ctz_simulator import RiderSpec, Simulator
from ctz_simulator.signin import AUDIENCE, CLIENT_ID, CONNECTION, REDIRECT_URI, SCOPE, TENANT, challenge_of


@dataclass(slots=True)
class Reply:
    """Status, headers and body of an answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class Client:
    """Plain HTTP, one connection a call; follows no redirect."""

    origin: str
    token: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, *, form: bool = False, **headers: str) -> Reply:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        payload = None
        if body is not None:
            payload = urlencode(body) if form else json.dumps(body)
            sent["Content-Type"] = "application/x-www-form-urlencoded" if form else "application/json"
        connection = http.client.HTTPConnection(urlsplit(self.origin).netloc, timeout=20)
        try:
            connection.request(method, path, payload, sent)
            answer = connection.getresponse()
            found = dict(answer.getheaders())
            if "Set-Cookie" in found:
                name, _, value = found["Set-Cookie"].partition(";")[0].partition("=")
                self.cookies[name] = value
            return Reply(answer.status, found, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Reply:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, *, form: bool = False) -> Reply:
        return self.call("POST", path, body, form=form)


@dataclass(slots=True)
class BrowserSignIn:
    """The steps of a scripted sign-in, one by one."""

    client: Client
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    server_state: str = ""

    def open_page(self) -> Reply:
        query = {
            "client_id": CLIENT_ID,
            "audience": AUDIENCE,
            "scope": SCOPE,
            "response_type": "code",
            "redirect_uri": REDIRECT_URI,
            "state": self.state,
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
        }
        found = self.client.get(f"/authorize?{urlencode(query)}")
        self.server_state = parse_qs(urlsplit(found.headers["Location"]).query)["state"][0]
        return self.client.get(found.headers["Location"])

    def send_password(self, username: str, password: str, **changed: str) -> Reply:
        body = {
            "client_id": CLIENT_ID,
            "redirect_uri": REDIRECT_URI,
            "tenant": TENANT,
            "connection": CONNECTION,
            "_csrf": self.client.cookies.get("_csrf", ""),
            "state": self.server_state,
            "username": username,
            "password": password,
        }
        return self.client.post("/usernamepassword/login", body | changed)

    def submit_form(self, page: Reply) -> str:
        """The code that the form leads to."""
        text = page.body.decode()
        fields = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', text)}
        action = html.unescape(re.findall(r'action="([^"]*)"', text)[0])
        reply = self.client.post(urlsplit(action).path, fields, form=True)
        while not reply.headers["Location"].startswith(REDIRECT_URI):
            reply = self.client.get(urljoin("/", reply.headers["Location"]))
        query = parse_qs(urlsplit(reply.headers["Location"]).query)
        assert [self.state] == query["state"]
        return query["code"][0]

    def exchange(self, code: str, **changed: str) -> Reply:
        body = {
            "grant_type": "authorization_code",
            "client_id": CLIENT_ID,
            "code": code,
            "code_verifier": self.verifier,
            "redirect_uri": REDIRECT_URI,
        }
        return self.client.post("/oauth/token", body | changed)


@pytest.fixture(scope="session")
def challenge() -> Any:
    """RFC 7636, computed apart from the simulator."""

    def of(verifier: str) -> str:
        return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()

    return of


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator([RiderSpec("demo", "secret", workouts=60, seed=3)]).running() as running:
        yield running


@pytest.fixture
def client(sim: Simulator) -> Client:
    """Signed in as the demo rider."""
    return Client(sim.url, sim.tokens("demo")["access_token"])


@pytest.fixture
def sign_in(sim: Simulator) -> BrowserSignIn:
    return BrowserSignIn(Client(sim.url))


@pytest.fixture
def refresh(sim: Simulator) -> Any:
    """A refresh call, JSON or form."""

    def call(token: str, *, form: bool = False) -> Reply:
        body = {"grant_type": "refresh_token", "client_id": CLIENT_ID, "refresh_token": token}
        return Client(sim.url).post("/oauth/token", body, form=form)

    return call
