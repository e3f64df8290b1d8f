"""A town, a browser and samples of every page for the tests of the gateway."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from gateway.tests.chromium import launched
from gateway.tests.neighbours import Town
from gateway.tests.previews import create_preview_app
from gateway.tests.sample_visits import SampleVisit
from gateway.tests.serving import serving


@pytest.fixture(scope="session")
def _towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator["_Towns"]:
    towns = _Towns(tmp_path_factory)
    yield towns
    towns.close()


@pytest.fixture
def town(_towns: "_Towns") -> Town:
    """Faked neighbours, two riders and the gateway, with nothing of any test before in them."""
    return _towns.whole()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium of the machine; every name but loopback resolves to nothing (T066)."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where samples of every page are served, with no service behind them."""
    with serving(create_preview_app()) as origin:
        yield origin


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[SampleVisit]:
    """A wide window."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    yield SampleVisit(context, address)
    context.close()


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[SampleVisit]:
    """A telephone."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, has_touch=True, is_mobile=True)
    yield SampleVisit(context, address)
    context.close()


class _Towns:
    """Keeps one town for many tests; one in which a service was stopped is not used again."""

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        self._folders = folders
        self._town: Town | None = None

    def whole(self) -> Town:
        """A town in its first state."""
        if self._town is not None and not self._town.is_whole:
            self.close()
        if self._town is None:
            self._town = Town(self._folders.mktemp("town"))
        else:
            self._town.reset()
        return self._town

    def close(self) -> None:
        """End the town."""
        if self._town is not None:
            self._town.close()
        self._town = None
