"""Deleting an account: what it asks for, what ends at once, and the page without a session that watches the rest."""

import pytest

from ctz_gateway.web.visitors import SESSION_COOKIE
from gateway.tests.browser import Browser
from gateway.tests.neighbours import PASSWORD, Town

ASK = "/account/delete"


def delete(browser: Browser, password: str = PASSWORD, **more: object) -> str:
    """Delete the account behind the browser; where that leads."""
    answer = browser.submit(browser.get(ASK), ASK, own_password=password, sure="1", **more)
    assert 303 == answer.status_code
    return str(answer.location)


def test_the_profile_leads_to_it_and_it_says_what_will_happen(town: Town) -> None:
    browser = town.browser(town.a)
    page = browser.get(ASK).text

    assert f'href="{ASK}"' in browser.get("/profile/").text
    assert ["Account.", "Peloton.", "Workouts, plans, exercises.", "Challenges."] == [
        word for word in ("Account.", "Peloton.", "Workouts, plans, exercises.", "Challenges.") if word in page
    ]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"own_password": PASSWORD}, "Tick the box: deleting cannot be undone."),
        ({"own_password": "not it", "sure": "1"}, "That is not your password."),
        ({"own_password": "", "sure": "1"}, "That is not your password."),
    ],
)
def test_without_password_and_consent_nothing_is_deleted(town: Town, fields: dict[str, str], sentence: str) -> None:
    browser = town.browser(town.a)
    before = town.facts()
    answer = browser.post(ASK, fields)  # type: ignore[arg-type]

    assert (422, True) == (answer.status_code, sentence in answer.text)
    assert PASSWORD not in answer.text
    assert before == town.facts()


def test_a_sign_in_that_is_too_old_is_renewed_by_the_same_form(town: Town) -> None:
    browser = town.browser(town.a)
    page = browser.get(ASK)
    town.identity.age_sign_ins()
    answer = browser.submit(page, ASK, own_password=PASSWORD, sure="1")

    assert 303 == answer.status_code
    assert town.a.user_id not in town.identity.accounts


def test_deleting_ends_every_session_and_leaves_nothing_in_the_browser(town: Town) -> None:
    browser, other = town.browser(town.a), town.browser(town.a)
    other.get("/today")
    answer = browser.submit(browser.get(ASK), ASK, own_password=PASSWORD, sure="1")

    assert '"cache", "cookies", "storage"' == answer.headers["Clear-Site-Data"]
    assert "" == browser.cookie(SESSION_COOKIE)
    assert 302 == other.get("/today").status_code
    assert 422 == browser.sign_in(town.a.email, PASSWORD).status_code
    assert [] == [session for session in town.identity.sessions.values() if session.owner == town.a.user_id]


def test_who_has_the_address_watches_each_part_leave_without_an_account(town: Town) -> None:
    address = delete(town.browser(town.a))
    secret = address.rpartition("/")[2]
    stranger = town.browser()
    first = stranger.get(address)
    town.identity.erasures[secret] |= {"peloton-sync", "workouts", "plans", "challenges"}
    last = stranger.get(address)

    assert (1, 4) == (first.text.count("is-done"), first.text.count("being erased</span>"))
    assert 'x-data="renewal"' in first.text
    assert "Everything about you is erased, in every part." in last.text
    assert 'x-data="renewal"' not in last.text
    assert "no-store" == first.headers["Cache-Control"]
    assert "same-origin" == first.headers["Referrer-Policy"]


def test_the_progress_has_a_version_of_its_own(town: Town) -> None:
    address = f"{delete(town.browser(town.a))}/progress"
    stranger = town.browser()
    first = stranger.get(address)
    again = stranger.get(address, If_None_Match=first.headers["ETag"])
    town.identity.erasures[address.split("/")[2]].add("plans")
    changed = stranger.get(address, If_None_Match=first.headers["ETag"])

    assert (304, 200) == (again.status_code, changed.status_code)
    assert {"is_done": False, "spoken": "2 of 5 parts are erased."} == {
        name: value for name, value in changed.get_json().items() if name != "services"
    }


@pytest.mark.parametrize("secret", ["nothing", "x" * 300, "%00", "..%2f..", "a b"])
def test_a_secret_that_nobody_was_given_is_nothing(town: Town, secret: str) -> None:
    browser = town.browser()

    assert {404} == {browser.get(f"/erased/{secret}{rest}").status_code for rest in ("", "/progress")}
