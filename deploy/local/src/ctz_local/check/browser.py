"""A browser in small: cookies, forms with their hidden fields, redirects; it uses only what a page offers."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import urlencode, urljoin, urlsplit

from ctz_local.check.connection import Connection
from ctz_local.check.pages import Page, read_page
from ctz_local.errors import LocalError
from ctz_local.ports import LOOPBACK

_TIMEOUT_SECONDS: Final = 60.0
_MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_FORM: Final = "application/x-www-form-urlencoded"


class PageRefused(LocalError):
    """A page answered with another status than a rider should see."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer after redirects."""

    path: str
    status: int
    body: bytes
    wire_bytes: int

    @property
    def page(self) -> Page:
        """Read it as a page."""
        return read_page(self.body.decode())

    def json(self) -> Any:
        """Read it as JSON."""
        return json.loads(self.body)


class Browser:
    """One browser at the gateway. Browsers treat loopback as secure, so Secure cookies are kept over HTTP."""

    def __init__(self, port: int) -> None:
        self._connection = Connection(port, timeout_seconds=_TIMEOUT_SECONDS)
        self._origin = f"http://{LOOPBACK}:{port}"
        self._cookies: dict[str, str] = {}

    def open(self, path: str, *, accept: str = "text/html") -> Answer:
        """Open a page; raises PageRefused unless it answers 200."""
        return self._follow("GET", path, None, accept)

    def submit(self, page: Page, action: str, fields: Mapping[str, str | list[str]]) -> Answer:
        """Fill in the page's form that goes to `action` and send it."""
        form = page.form(action)
        if form is None:
            raise PageRefused(f"the page has no form to {action}")
        filled = {**form.fields, **fields}
        return self._follow("POST", form.action, urlencode(filled, doseq=True), "text/html")

    def _follow(self, method: str, path: str, body: str | None, accept: str) -> Answer:
        for _ in range(_MOST_REDIRECTS):
            answer, location = self._once(method, path, body, accept)
            if not location:
                if answer.status != HTTPStatus.OK:
                    raise PageRefused(f"{method} {path} answers {answer.status}")
                return answer
            parts = urlsplit(urljoin(self._origin + path, location))
            path, method, body = f"{parts.path}?{parts.query}" if parts.query else parts.path, "GET", None
        raise PageRefused(f"{path}: too many redirects")

    def _once(self, method: str, path: str, body: str | None, accept: str) -> tuple[Answer, str]:
        headers = {"Accept": accept, "Accept-Encoding": "gzip", "User-Agent": "ctz demo --check"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if body is not None:
            headers |= {"Content-Type": _FORM, "Origin": self._origin, "Sec-Fetch-Site": "same-origin"}
        response = self._connection.ask(method, path, body, headers)
        raw = response.body
        self._keep_cookies(response.headers.get_all("Set-Cookie") or [])
        content = gzip.decompress(raw) if response.headers.get("Content-Encoding") == "gzip" else raw
        location = response.headers.get("Location", "") if response.status in _REDIRECTS else ""
        return Answer(path, response.status, content, len(raw)), location

    def _keep_cookies(self, lines: list[str]) -> None:
        for line in lines:
            for name, morsel in SimpleCookie(line).items():
                if morsel.value and morsel["max-age"] != "0":
                    self._cookies[name] = morsel.value
                else:
                    self._cookies.pop(name, None)
