"""The running system, Chromium, and the rider whose first day every test builds on."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, StorageState

from gateway.tests.chromium import ROOT, Visit, launched

from . import newcomer
from .site import Site, last_lines, running_site

ARTIFACTS: Final = ROOT / "artifacts/e2e"
_LOG: Final = ARTIFACTS / "system.log"
_TIMEOUT_MS: Final = 60_000


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the processes wrote last beside a failure."""
    report = yield
    if report.failed and isinstance(item, pytest.Function):
        site = item.funcargs.get("site")
        report.sections.append(("The last lines of the system", last_lines(site.log if site is not None else _LOG)))
    return report


@pytest.fixture(scope="module")
def site(ctz_scratch: Path) -> Iterator[Site]:
    """The whole system, with a simulated Peloton."""
    with running_site(ctz_scratch / "e2e", _LOG) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without any name resolution (T066)."""
    with launched() as browser:
        yield browser


@dataclass(frozen=True, slots=True)
class Member:
    """A rider after the first day: the cookies, what was wrong on the way, what the page told of the sync."""

    cookies: StorageState
    findings: dict[str, list[object]]
    told: list[str]


@pytest.fixture(scope="module")
def member(site: Site, browser: Browser) -> Iterator[Member]:
    """Everything from the landing page to a history that is wholly analysed."""
    context = _context(browser)
    visit = Visit(context, site.origin, ARTIFACTS)
    newcomer.sign_up(visit)
    newcomer.sign_in(visit)
    newcomer.set_up(visit, site.peloton.rider)
    told = newcomer.watch_sync(visit)
    newcomer.await_analysis(visit)
    yield Member(context.storage_state(), visit.findings, told)
    context.close()


@pytest.fixture
def visit(site: Site, browser: Browser, member: Member) -> Iterator[Visit]:
    """A new window in which the rider is signed in; a test fails when anything was wrong on a page that it examined."""
    context = _context(browser, member.cookies)
    visit = Visit(context, site.origin, ARTIFACTS)
    yield visit
    context.close()


@pytest.fixture
def stranger(site: Site, browser: Browser) -> Iterator[Visit]:
    """A new window in which nobody is signed in."""
    context = _context(browser)
    yield Visit(context, site.origin, ARTIFACTS)
    context.close()


def _context(browser: Browser, cookies: StorageState | None = None) -> BrowserContext:
    context = browser.new_context(storage_state=cookies, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(_TIMEOUT_MS)
    return context
