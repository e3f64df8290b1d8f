"""A browser without JavaScript: keeps cookies, reads forms from pages, sends them as they stand."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import Client, TestResponse

OK = 200


class _Forms(HTMLParser):
    """Collects the forms of a page: action, method, and the values that would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, object]] = []
        self._select = ""
        self._text_area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = given.get("method", "get").lower()
            self.found.append({"action": given.get("action", ""), "method": method, "fields": {}})
        elif self.found:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        fields = self.found[-1]["fields"]
        assert isinstance(fields, dict)
        name = given.get("name", "")
        if tag == "input" and name:
            if given.get("type") not in {"radio", "checkbox"} or "checked" in given:
                fields[name] = given.get("value", "on" if given.get("type") == "checkbox" else "")
        elif tag == "select":
            self._select = name
        elif tag == "textarea":
            self._text_area, fields[name] = name, ""
        elif tag == "option" and self._select and ("selected" in given or self._select not in fields):
            fields[self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._text_area = ""

    def handle_data(self, data: str) -> None:
        if self._text_area:
            fields = self.found[-1]["fields"]
            assert isinstance(fields, dict)
            fields[self._text_area] += data


def forms_of(html: str) -> list[dict[str, object]]:
    """The forms of a page."""
    parser = _Forms()
    parser.feed(html)
    return parser.found


class Browser:
    """One browser with its cookies."""

    def __init__(self, app: Flask, public_url: str) -> None:
        self._base = public_url
        self.client: Client = app.test_client()

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page."""
        sent = {"Sec-Fetch-Site": "none", **_named(headers)}
        return self.client.get(path, base_url=self._base, headers=sent, buffered=True)

    def post(self, path: str, fields: dict[str, object] | None = None, **headers: str) -> TestResponse:
        """Send a form as a page of the site would, with a token that is good for this browser."""
        given = {"csrf_token": self.form_token(), **(fields or {})}
        return self.send(path, given, **headers)

    def send(self, path: str, fields: dict[str, object], **headers: str) -> TestResponse:
        """Send exactly these fields."""
        sent = {"Origin": self._base, "Sec-Fetch-Site": "same-origin", **_named(headers)}
        return self.client.post(path, base_url=self._base, data=fields, headers=sent)

    def submit(self, page: TestResponse, action: str, /, **typed: object) -> TestResponse:
        """Fill in and send the form of a page that posts to `action`."""
        form = next(each for each in forms_of(page.text) if urlsplit(str(each["action"])).path == action)
        fields = form["fields"]
        assert isinstance(fields, dict)
        return self.send(str(form["action"]), {**fields, **typed})

    def form_token(self) -> str:
        """A form token for this browser, as a page gives it."""
        page = self.get("/welcome/connect")
        fields = forms_of((page if page.status_code == OK else self.get("/sign-in")).text)[0]["fields"]
        assert isinstance(fields, dict)
        return str(fields["csrf_token"])

    def sign_in(self, email: str, password: str) -> TestResponse:
        """Sign in by the page's form."""
        return self.submit(self.get("/sign-in"), "/sign-in", email=email, password=password)

    def cookie(self, name: str) -> str:
        """The value of a cookie; empty when there is none."""
        found = self.client.get_cookie(name, domain=urlsplit(self._base).hostname or "")
        return found.value if found is not None else ""

    def set_cookie(self, name: str, value: str) -> None:
        """Put a cookie in."""
        self.client.set_cookie(name, value, domain=urlsplit(self._base).hostname or "")


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
