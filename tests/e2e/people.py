"""The people of the demo in their browsers: the rider, who has synced nothing, a mate, the administrator."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from ctz_local.check.facts import Facts, facts_of
from ctz_local.check.peloton import Peloton
from ctz_local.demo_people import Places, at_demo
from ctz_local.demo_plan import start_plan
from ctz_local.rider import DEMO_ADMINISTRATOR, DEMO_MATES, DEMO_RIDER, Rider
from gateway.tests.chromium import Visit

from .site import Site

MATE: Final = DEMO_MATES[0]
LEAVER: Final = DEMO_MATES[1]
_TIMEOUT_MS: Final = 60_000


def settle(site: Site) -> None:
    """Make the administrator, and have the rider and a mate connected to Peloton; nothing is synced."""
    with at_demo(Places.on_this_machine(site.home)) as demo:
        assert demo.people.make_administrator(DEMO_ADMINISTRATOR)
        for rider, account in ((DEMO_RIDER, site.peloton.rider), (MATE.rider, MATE.account)):
            with demo.people.acting_as(rider):
                demo.peloton.connect(account, says_yes_to_ftp=True)


def let_leaver_in(site: Site) -> None:
    """Make the one who will leave: workouts, a plan, a connection, so that services have something to erase."""
    with at_demo(Places.on_this_machine(site.home)) as demo, demo.people.acting_as(LEAVER.rider):
        demo.peloton.connect(LEAVER.account, says_yes_to_ftp=True)
        demo.peloton.sync(is_awaited=True)
        start_plan(demo.plans, datetime.now(UTC).date())


@contextmanager
def window_of(browser: Browser, site: Site, rider: Rider, shots: Path) -> Iterator[Visit]:
    """A browser of their own, in which somebody has signed in by the form."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(_TIMEOUT_MS)
    visit = Visit(context, site.origin, shots)
    page = visit.open("/sign-in")
    fill_sign_in(page, rider)
    page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in")
    yield visit
    context.close()


def fill_sign_in(page: Page, rider: Rider) -> None:
    """Send the form of the sign-in page with a rider's address and password."""
    page.get_by_label("E-mail").fill(rider.email)
    page.get_by_label("Password").fill(rider.password)
    page.get_by_role("button", name="Sign in").click()


def newest_ride(site: Site) -> Facts:
    """The rider's newest ride, as the simulated Peloton holds it."""
    with closing(Peloton(site.peloton.port, site.peloton.rider.username)) as peloton:
        truth = peloton.truth()
        peloton.sign_in()
        facts = [facts_of(row, truth["workouts"][row["id"]]) for row in peloton.rows(truth["user_id"])]
    return next(one for one in facts if one.discipline == "cycling" and one.day and one.reported_seconds)
