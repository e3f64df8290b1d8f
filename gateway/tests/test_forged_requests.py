"""Unsafe requests that a page of ours did not make are refused, and reading changes nothing (S10)."""

import pytest

from gateway.tests.neighbours import PASSWORD, PUBLIC_URL, Town, ids_of
from gateway.tests.routes import DOORS

UNSAFE = sorted(name for name in DOORS if name.startswith("POST") and name != "POST public.csp_report")
READS = sorted(name for name in DOORS if name.startswith("GET"))
CROSS_SITE = (
    {"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"},
    {"Origin": "https://evil.example", "Sec_Fetch_Site": ""},
    {"Origin": "null", "Sec_Fetch_Site": "same-origin"},
    {"Sec_Fetch_Site": "same-site"},
    {"Origin": f"{PUBLIC_URL}.evil.example"},
)


@pytest.mark.parametrize("name", UNSAFE)
def test_t096_a_forged_request_is_refused_and_changes_nothing(town: Town, name: str) -> None:
    browser, other = town.browser(town.a), town.browser(town.b)
    ids, door = ids_of(town, town.a), DOORS[name]
    path, good, foreign = door.path(ids), browser.form_token(), other.form_token()

    def fields() -> dict[str, object]:
        return door.fields(ids)

    before = town.facts()
    answers = {
        "no token": browser.send(path, fields()),
        "empty token": browser.send(path, {**fields(), "csrf_token": ""}),
        "another session's token": browser.send(path, {**fields(), "csrf_token": foreign}),
        "a stranger's token": browser.send(path, {**fields(), "csrf_token": town.browser().form_token()}),
        "a changed token": browser.send(path, {**fields(), "csrf_token": good[:-1] + "x"}),
        "as text/plain": browser.client.post(
            path, base_url=PUBLIC_URL, data=f"csrf_token={good}", content_type="text/plain",
            headers={"Origin": PUBLIC_URL, "Sec-Fetch-Site": "same-origin"},
        ),
        "neither origin nor fetch metadata": browser.client.post(
            path, base_url=PUBLIC_URL, data={**fields(), "csrf_token": good}
        ),
        **{f"cross-site {number}": browser.send(path, {**fields(), "csrf_token": good}, **headers)
           for number, headers in enumerate(CROSS_SITE)},
    }  # fmt: skip

    assert dict.fromkeys(answers, 403) == {how: answer.status_code for how, answer in answers.items()}
    assert before == town.facts()


@pytest.mark.parametrize("name", UNSAFE)
def test_t096_by_get_nothing_happens(town: Town, name: str) -> None:
    browser = town.browser(town.a)
    ids, before = ids_of(town, town.a), town.facts()
    query = "&".join(f"{key}={value}" for key, value in DOORS[name].fields(ids).items())
    browser.get(f"{DOORS[name].path(ids)}?{query}&csrf_token={browser.form_token()}")

    assert before == town.facts()


def test_t096_reading_everything_changes_nothing(town: Town) -> None:
    ruler = town.rider("Rula", workouts=4, is_administrator=True)
    browser = town.browser(ruler)
    ids, before = ids_of(town, ruler), town.facts()
    for name in READS:
        browser.get(DOORS[name].path(ids))
    for view in town.workouts.views[ruler.user_id]:
        browser.get(f"/{view.workout.name}")

    assert before == town.facts()


def test_t096_a_link_from_another_site_spends_no_call_at_peloton(town: Town) -> None:
    browser = town.browser(town.a)
    view = town.workouts.views[town.a.user_id][2]
    browser.get(f"/{view.workout.name}", Sec_Fetch_Site="cross-site")

    assert [] == town.sync.requested
    browser.get(f"/{view.workout.name}", Sec_Fetch_Site="same-origin")
    assert [view.workout.name] == town.sync.requested


def test_t077_a_form_of_an_earlier_session_keeps_what_was_typed_and_can_be_sent_again(town: Town) -> None:
    browser = town.browser(town.a)
    ids, typed = ids_of(town, town.a), "Legs were heavy <after> Sunday."
    stale = browser.form_token()
    browser.post("/sign-out")
    browser.sign_in(town.a.email, PASSWORD)
    path = f"/workouts/{ids.workout}/words"
    refused = browser.send(path, {"csrf_token": stale, "note": typed})

    assert 403 == refused.status_code
    assert typed != town.workouts.views[town.a.user_id][0].notes
    assert 303 == browser.submit(refused, path).status_code
    assert typed == town.workouts.views[town.a.user_id][0].notes


def test_t077_a_stale_form_with_a_secret_is_not_kept(town: Town) -> None:
    browser = town.browser(town.a)
    secret = "a brand new phrase"
    refused = browser.send(
        "/account/password", {"csrf_token": "stale", "current_password": PASSWORD, "new_password": secret}
    )

    assert 403 == refused.status_code
    assert secret not in refused.text
    assert PASSWORD not in refused.text
