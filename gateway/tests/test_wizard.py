"""The first run without JavaScript: sign up, confirm, sign in, connect, FTP, done; every step skipped and resumed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from ctz.common.v1 import training_pb2 as training
from ctz.identity.v1 import accounts_pb2
from ctz.peloton_sync.v1 import connections_pb2, sync_pb2

from ctz_gateway.clients.times import stamp
from gateway.tests.fake_peloton_sync import RIGHT_PASSWORD, RIGHT_TOKEN
from gateway.tests.neighbours import PASSWORD, Town, town_in

MAIL = "nova@example.org"


def _signed_up(town: Town) -> str:
    browser = town.browser()
    browser.submit(
        browser.get("/sign-up"), "/sign-up", email=MAIL, password=PASSWORD, name="Nova", time_zone="Asia/Tokyo"
    )
    return next(secret for secret, (purpose, _) in town.identity.mailed.items() if purpose == "verify")


def test_from_sign_up_to_the_first_sync(town: Town) -> None:
    secret = _signed_up(town)
    browser = town.browser()
    confirmed = browser.submit(browser.get(f"/verify?token={secret}"), "/verify")
    entered = browser.sign_in(MAIL, PASSWORD)
    first = browser.get(entered.location)
    connected = browser.submit(
        browser.get(first.location), "/peloton/connect", username="nova", password=RIGHT_PASSWORD
    )
    owner = town.identity.by_email(MAIL).user_id  # type: ignore[union-attr]
    town.sync.proposals[owner].append(
        connections_pb2.FTPProposal(
            name="ftpProposals/1",
            effective_time=stamp(datetime(2026, 5, 8, 12, tzinfo=UTC)),
            reported_watts=250,
            proposed_watts=238,
            alternative_watts=250,
            source=training.METRIC_SOURCE_PELOTON_MANUAL,
        )
    )
    answered = browser.submit(browser.get(connected.location), "/welcome/ftp", reading="reported")
    end = browser.get(answered.location)

    assert "Address confirmed" in confirmed.text
    assert ("/welcome/", "/welcome/connect", "/welcome/ftp", "/welcome/done") == (
        entered.location, first.location, connected.location, answered.location,
    )  # fmt: skip
    assert sync_pb2.RUN_STATE_RUNNING == town.sync.runs[owner].state
    assert connections_pb2.FTP_READING_REPORTED == town.sync.readings[owner]
    assert "Your history is on its way." in end.text
    assert "You took over Peloton’s FTP." in end.text
    assert "/today" == browser.get("/welcome/").location


def test_every_step_can_be_skipped_by_a_form_and_resumed(town: Town) -> None:
    rider = town.rider("Nova", onboarding=[])
    browser = town.browser(rider)
    one = browser.submit(browser.get("/welcome/connect"), "/welcome/skip/connect")
    resumed = browser.get("/welcome/")
    page = browser.get("/welcome/ftp")
    two = browser.post("/welcome/skip/ftp", {"from_date": ""})

    assert ("/welcome/ftp", "/welcome/ftp", "/welcome/done") == (one.location, resumed.location, two.location)
    assert 'formaction="/welcome/skip/ftp"' in page.text
    assert ["connect", "ftp"] == rider.onboarding
    assert "Finish setting up" not in browser.get("/today").text


def test_skipping_by_get_changes_nothing(town: Town) -> None:
    rider = town.rider("Nova", onboarding=[])

    assert 405 == town.browser(rider).get("/welcome/skip/connect").status_code
    assert [] == rider.onboarding


def test_a_rider_who_has_set_up_something_goes_to_today(town: Town) -> None:
    assert "/today" == town.browser().sign_in(town.rider("Nova", onboarding=["ftp"]).email, PASSWORD).location


def test_an_own_ftp_counts_from_midnight_of_the_riders_zone(town: Town) -> None:
    rider = town.rider("Nova", time_zone="Asia/Tokyo")
    town.identity.metrics[rider.user_id].clear()
    browser = town.browser(rider)
    browser.submit(browser.get("/welcome/ftp"), "/welcome/ftp", watts="231", from_date="2026-05-08")
    (entry,) = town.identity.metrics[rider.user_id][training.METRIC_KIND_FTP]

    assert (231.0, "2026-05-07T15:00:00Z") == (entry.value, entry.effective_time.ToJsonString())


@pytest.mark.parametrize("watts", ["", "12", "nan", "inf", "9999", "two"])
def test_an_impossible_ftp_is_asked_for_again(town: Town, watts: str) -> None:
    browser = town.browser(town.a)
    answer = browser.submit(browser.get("/welcome/ftp"), "/welcome/ftp", watts=watts, from_date="2026-05-08")

    assert 422 == answer.status_code
    assert "Give watts between 30 and 650" in answer.text


def test_an_old_sign_in_asks_for_the_own_password_and_goes_on(town: Town) -> None:
    rider = town.rider("Nova")
    town.sync.connections.clear()
    browser = town.browser(rider)
    town.identity.age_sign_ins()
    before = browser.cookie("__Host-ctz_session")
    asked = browser.submit(browser.get("/peloton/"), "/peloton/connect", username="nova", password=RIGHT_PASSWORD)
    wrong = browser.submit(asked, "/peloton/connect", password=RIGHT_PASSWORD, own_password="not it at all")
    right = browser.submit(wrong, "/peloton/connect", password=RIGHT_PASSWORD, own_password=PASSWORD)

    assert (422, 422, 303) == (asked.status_code, wrong.status_code, right.status_code)
    assert "Your password for this site" in asked.text
    assert "That is not your password." in wrong.text
    assert RIGHT_PASSWORD not in asked.text + wrong.text
    assert before != browser.cookie("__Host-ctz_session")
    assert 200 == browser.get("/peloton/").status_code
    assert "nova" == town.sync.connections[rider.user_id].peloton_username


def test_an_old_sign_in_makes_a_token_with_the_own_password(town: Town) -> None:
    browser = town.browser(town.a)
    town.identity.age_sign_ins()
    asked = browser.submit(browser.get("/account/tokens"), "/account/tokens", name="script", scopes="workouts:read")
    made = browser.submit(asked, "/account/tokens", own_password=PASSWORD, scopes="workouts:read")

    assert (422, 200) == (asked.status_code, made.status_code)
    assert "ctz_pat_" in made.text
    assert "script is ready" in made.text


def test_an_old_sign_in_changes_the_password_by_the_current_one(town: Town) -> None:
    browser = town.browser(town.a)
    town.identity.age_sign_ins()
    changed = browser.submit(
        browser.get("/account/security"),
        "/account/password",
        current_password=PASSWORD,
        new_password="a brand new phrase",
    )

    assert 303 == changed.status_code
    assert 200 == browser.get("/account/security").status_code
    assert "a brand new phrase" == town.a.password


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"username": "nova", "password": "wrong"}, "Peloton does not accept this name and password."),
        ({"username": "", "password": RIGHT_PASSWORD}, "must not be empty"),
    ],
)
def test_a_refused_connection_says_why(town: Town, fields: dict[str, str], sentence: str) -> None:
    town.sync.connections.clear()
    browser = town.browser(town.a)
    answer = browser.submit(browser.get("/welcome/connect"), "/peloton/connect", **fields)

    assert 422 == answer.status_code
    assert sentence in answer.text


def test_a_peloton_that_is_away_is_said_in_the_form(town: Town) -> None:
    town.sync.is_peloton_up = False
    browser = town.browser(town.a)
    answer = browser.submit(
        browser.get("/welcome/connect"), "/peloton/connect", username="nova", password=RIGHT_PASSWORD
    )

    assert 422 == answer.status_code
    assert "Signing in at Peloton did not work this time." in answer.text


def test_a_pasted_token_connects(town: Town) -> None:
    town.sync.connections.clear()
    browser = town.browser(town.a)
    answer = browser.submit(browser.get("/peloton/"), "/peloton/connect-token", token=RIGHT_TOKEN)

    assert "/peloton/" == answer.location


def test_sync_now_without_a_connection_says_so(town: Town) -> None:
    town.sync.connections.clear()
    browser = town.browser(town.a)
    answer = browser.post("/peloton/sync")

    assert 303 == answer.status_code
    assert "Connect your Peloton account first." in browser.get(answer.location).text


@pytest.mark.parametrize(
    ("mode", "offers", "asks"),
    [
        (accounts_pb2.SIGN_UP_MODE_OPEN, True, False),
        (accounts_pb2.SIGN_UP_MODE_INVITATION, True, True),
        (accounts_pb2.SIGN_UP_MODE_CLOSED, False, True),
    ],
)
def test_pages_offer_signing_up_as_identity_has_it(tmp_path: Path, mode: int, offers: bool, asks: bool) -> None:
    with town_in(tmp_path) as town:
        town.identity.mode = mode
        landing, form = town.browser().get("/"), town.browser().get("/sign-up")

    assert offers == ("Create account" in landing.text)
    assert asks == ('name="invitation"' in form.text)
