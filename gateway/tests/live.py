"""The gateway over the fakes, in Chromium, at its public address, with rider A signed in."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from gateway.tests import neighbours
from gateway.tests.neighbours import PASSWORD, Town
from gateway.tests.serving import serving


@dataclass
class Live:
    """The gateway on a port of its own and a signed-in browser; `complaints` are errors of the browser."""

    url: str
    town: Town
    page: Page
    complaints: list[str]

    def open(self, path: str) -> Page:
        """Open a page of the gateway."""
        self.page.goto(f"{self.url}{path}")
        return self.page


@contextmanager
def living(browser: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """A gateway that listens where its public address says, until the end of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    monkeypatch.setattr(neighbours, "PUBLIC_URL", url)
    town = Town(folder)
    with serving(town.app, port=port):
        yield from _signed_in(browser, url, town)
    town.close()


def _signed_in(browser: Browser, url: str, town: Town) -> Iterator[Live]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{url}/sign-in")
    page.fill("#email", town.a.email)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    yield Live(url, town, page, complaints)
    context.close()
