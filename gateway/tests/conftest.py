"""A town and a browser for the tests of the gateway."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from gateway.tests.neighbours import Town


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
    chromium = os.environ.get("CTZ_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        opened = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield opened
        opened.close()


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
