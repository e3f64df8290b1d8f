"""What a rider does on the first day: sign up, answer the mail, sign in, go through the wizard, watch the sync."""

import json
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Page

from ctz_local.rider import SimulatedRider
from gateway.tests.chromium import Visit

EMAIL: Final = "newcomer@example.org"
PASSWORD: Final = "meadow lantern 7 orbit"
_TRIES: Final = 120
_POLL_MS: Final = 500


class NothingCame(AssertionError):
    """Something that must arrive by itself did not."""


def sign_up(visit: Visit) -> None:
    """From the landing page to a confirmed address, by the link in the mail."""
    page = visit.open("/")
    visit.examine("landing")
    page.get_by_role("main").get_by_role("link", name="Create account").first.click()
    visit.examine("sign-up")
    page.get_by_label("Name").fill("Robin Rider")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    visit.examine("verify-sent")
    _open_mail(page)
    page.get_by_role("link", name=f"{visit.origin}/verify").click()
    visit.examine("verify")
    page.get_by_role("button", name="Confirm my address").click()
    visit.examine("verified")


def _open_mail(page: Page) -> None:
    """Follow the page to the mail folder, and open the message once it is there."""
    page.get_by_role("link", name="Open the mail folder").click()
    message = page.get_by_role("row").filter(has_text=EMAIL).get_by_role("link").first
    for _ in range(_TRIES):
        if message.count():
            message.click()
            return
        page.wait_for_timeout(_POLL_MS)
        page.reload()
    raise NothingCame("no mail with a link")


def sign_in(visit: Visit) -> None:
    """By the form."""
    page = visit.open("/sign-in")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in")


def set_up(visit: Visit, rider: SimulatedRider) -> None:
    """The wizard: a mistyped password first, then Peloton connected, its FTP taken over, done."""
    page = visit.page
    page.wait_for_url("**/welcome/connect")
    visit.examine("wizard-connect")
    _connect(page, rider.username, "not the password")
    page.get_by_text("Peloton does not accept this name and password.").wait_for()
    assert rider.username == page.get_by_label("Peloton e-mail or user name").input_value()
    visit.complaints.clear()  # the browser itself writes that the answer was 422
    visit.examine("wizard-connect-refused")
    _connect(page, rider.username, rider.password)
    page.wait_for_url("**/welcome/ftp")
    visit.examine("wizard-ftp")
    page.get_by_role("button", name="Use it").click()
    page.wait_for_url("**/welcome/done")
    visit.examine("wizard-done")


def _connect(page: Page, username: str, password: str) -> None:
    page.get_by_label("Peloton e-mail or user name").fill(username)
    page.get_by_label("Peloton password").fill(password)
    page.get_by_role("button", name="Connect").click()


def watch_sync(visit: Visit) -> list[str]:
    """Stay on the Peloton page until it says by itself that the sync is over; how far it said the charts were."""
    page = visit.page
    page.get_by_role("link", name="Watch the sync").click()
    page.wait_for_url("**/peloton/")
    visit.examine("peloton-running")
    told: list[str] = []
    for _ in range(_TRIES * 2):
        # The page loads itself anew at the end of the sync, and only then "Sync now" can be pressed. Asked first: what
        # is read after the end is the last word.
        is_over = page.get_by_role("button", name="Sync now").is_enabled()
        now = page.locator('[data-phase="performance"] .phase-done').inner_text()
        if [now] != told[-1:]:
            told.append(now)
        if is_over:
            visit.examine("peloton")
            return told
        page.wait_for_timeout(_POLL_MS)
    raise NothingCame(f"the page does not say that the sync is over: {told}")


def await_analysis(visit: Visit) -> None:
    """Wait until every chart has become figures, by what the live progress is fed with."""
    for _ in range(_TRIES * 2):
        told = json.loads(visit.page.request.get(f"{visit.origin}/peloton/progress").text())
        if all(phase["state"] == "done" for phase in told["phases"]):
            return
        visit.page.wait_for_timeout(_POLL_MS)
    raise NothingCame(f"not every chart was analysed: {told}")
