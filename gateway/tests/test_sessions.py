"""Session cookies: made anew at every sign-in and change of password, dead after sign-out, never cached (S4, S11)."""

import re

import pytest

from ctz_gateway.web.visitors import DEVICE_COOKIE, SESSION_COOKIE
from gateway.tests.browser import Browser
from gateway.tests.neighbours import PASSWORD, Town

FLAGS = ("Secure", "HttpOnly", "SameSite=Lax", "Path=/")
SIGNED_IN = (
    "/today",
    "/history",
    "/profile/",
    "/peloton/",
    "/account/sessions",
    "/account/tokens",
    "/account/security",
)
NEW_PASSWORD = "a brand new phrase"


def _is_signed_in(browser: Browser) -> bool:
    return 200 == browser.get("/history").status_code


def test_t097_a_planted_cookie_is_replaced_at_sign_in(town: Town) -> None:
    browser = town.browser()
    browser.set_cookie(SESSION_COOKIE, "planted-by-somebody")
    browser.sign_in(town.a.email, PASSWORD)
    thief = town.browser()
    thief.set_cookie(SESSION_COOKIE, "planted-by-somebody")

    assert browser.cookie(SESSION_COOKIE) not in {"", "planted-by-somebody"}
    assert _is_signed_in(browser)
    assert not _is_signed_in(thief)


def test_t097_every_sign_in_has_a_cookie_of_its_own(town: Town) -> None:
    cookies = {town.browser(town.a).cookie(SESSION_COOKIE) for _ in range(3)}

    assert 3 == len(cookies)


def test_t097_cookies_have_every_protection(town: Town) -> None:
    browser = town.browser()
    page = browser.get("/sign-in")
    answer = browser.submit(page, "/sign-in", email=town.a.email, password=PASSWORD)
    cookies = [cookie for each in (page, answer) for cookie in each.headers.getlist("Set-Cookie")]

    assert {"__Host-ctz_visit", SESSION_COOKIE, DEVICE_COOKIE} == {cookie.partition("=")[0] for cookie in cookies}
    assert [] == [cookie for cookie in cookies for flag in FLAGS if flag not in cookie]
    assert [] == [cookie for cookie in cookies if "Domain=" in cookie or len(cookie) >= 4096]


def test_t097_a_copied_cookie_is_worthless_after_sign_out(town: Town) -> None:
    browser, thief = town.browser(town.a), town.browser()
    thief.set_cookie(SESSION_COOKIE, browser.cookie(SESSION_COOKIE))
    assert _is_signed_in(thief)
    answer = browser.post("/sign-out")

    assert '"cache", "storage"' == answer.headers["Clear-Site-Data"]
    assert "" == browser.cookie(SESSION_COOKIE)
    assert not _is_signed_in(thief)


def test_t097_a_new_password_ends_every_other_session_and_changes_the_cookie(town: Town) -> None:
    browser, elsewhere, thief = town.browser(town.a), town.browser(town.a), town.browser()
    thief.set_cookie(SESSION_COOKIE, browser.cookie(SESSION_COOKIE))
    fields = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    browser.submit(browser.get("/account/security"), "/account/password", **fields)

    assert _is_signed_in(browser)
    assert (False, False) == (_is_signed_in(elsewhere), _is_signed_in(thief))


def test_t097_a_reset_ends_every_session_and_its_link_works_once(town: Town) -> None:
    browser, stranger = town.browser(town.a), town.browser()
    stranger.submit(stranger.get("/reset"), "/reset", email=town.a.email)
    (secret,) = town.identity.mailed
    page = stranger.get(f"/reset/confirm?token={secret}")
    stranger.submit(page, "/reset/confirm", password=NEW_PASSWORD)
    again = stranger.submit(page, "/reset/confirm", password=NEW_PASSWORD)

    assert not _is_signed_in(browser)
    assert NEW_PASSWORD == town.a.password
    assert 422 == again.status_code
    assert "This link was used already" in again.text


def test_t097_a_session_ended_elsewhere_is_over_at_once(town: Town) -> None:
    browser, elsewhere = town.browser(town.a), town.browser(town.a)
    row = next(each for each in town.identity.sessions.values() if each.owner == town.a.user_id)
    elsewhere.post(f"/account/sessions/{row.session_id}/end")

    assert not _is_signed_in(browser)
    assert _is_signed_in(elsewhere)


def test_t097_a_switched_off_account_is_out_and_told_at_the_sign_in(town: Town) -> None:
    browser = town.browser(town.a)
    town.a.is_active = False
    answer = town.browser().sign_in(town.a.email, PASSWORD)

    assert not _is_signed_in(browser)
    assert 403 == answer.status_code
    assert "Your account is inactive" in answer.text


@pytest.mark.parametrize("path", SIGNED_IN)
def test_t097_signed_in_pages_are_never_stored(town: Town, path: str) -> None:
    assert "no-store" == town.browser(town.a).get(path).headers["Cache-Control"]


def test_t097_form_tokens_of_before_the_sign_in_no_longer_work(town: Town) -> None:
    browser = town.browser()
    token = browser.form_token()
    browser.sign_in(town.a.email, PASSWORD)

    assert 403 == browser.send("/sign-out", {"csrf_token": token}).status_code


def test_t097_no_page_shows_a_session_secret(town: Town) -> None:
    browser = town.browser(town.a)
    secrets = [browser.cookie(SESSION_COOKIE), browser.cookie(DEVICE_COOKIE)]
    pages = [browser.get(path).text for path in SIGNED_IN]

    assert [] == [secret for secret in secrets for page in pages if secret in page]
    assert [] == [page for page in pages if re.search(r"eyJ[\w-]+\.[\w-]+\.", page)]
