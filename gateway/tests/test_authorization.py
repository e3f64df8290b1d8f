"""Two riders and a stranger at every door (S25, S26): the table in `routes.py` against the app's own list of routes."""

import re
from dataclasses import fields
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from gateway.tests.browser import Browser
from gateway.tests.neighbours import CANARY_A, Ids, Town, ids_of
from gateway.tests.routes import DOORS, Access, of, routes_of

GUARDED = of(Access.RIDER) + of(Access.OWNER) + of(Access.ADMINISTRATOR)
REQUEST_ID = re.compile(r"[0-9a-f]{32}")
NOT_AN_ID = Ids(*(str(uuid4()) for _ in fields(Ids)))
# What a hostile client adds in the hope that it is taken over.
INJECTED = {
    "user_id": "00000000-0000-0000-0000-000000000001",
    "owner_id": "00000000-0000-0000-0000-000000000001",
    "is_admin": "1",
    "is_administrator": "true",
    "is_active": "1",
    "created_at": "1999-01-01",
    "version": "9",
    "points": "9000",
}


def knock(browser: Browser, name: str, ids: Ids, **more: object) -> TestResponse:
    """Use a door with somebody's ids."""
    door = DOORS[name]
    if name.startswith("GET"):
        return browser.get(door.path(ids))
    return browser.post(door.path(ids), {**door.fields(ids), **more})


def told(answer: TestResponse) -> tuple[int, str]:
    """What an answer tells, without the number of the request and the salt of form tokens."""
    plain = re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text)
    return answer.status_code, REQUEST_ID.sub("", plain)


def test_t095_every_route_is_in_the_matrix(town: Town) -> None:
    assert routes_of(town.app) == set(DOORS)


@pytest.mark.parametrize("name", GUARDED)
def test_t088_a_stranger_is_sent_to_the_sign_in_or_refused(town: Town, name: str) -> None:
    town.browser(town.a)
    ids, before = ids_of(town, town.a), town.facts()
    answer = knock(town.browser(), name, ids)

    if name.startswith("GET"):
        assert (302, "/sign-in") == (answer.status_code, answer.location.partition("?")[0])
    else:
        assert 401 == answer.status_code
    assert before == town.facts()


@pytest.mark.parametrize("name", of(Access.OWNER))
def test_t088_things_of_another_rider_are_as_absent_as_things_that_do_not_exist(town: Town, name: str) -> None:
    town.browser(town.a)
    browser, ids = town.browser(town.b), ids_of(town, town.a)
    before = town.facts()
    theirs, nobodys = knock(browser, name, ids), knock(browser, name, NOT_AN_ID)

    assert 404 == theirs.status_code
    assert told(nobodys) == told(theirs)
    assert before == town.facts()


@pytest.mark.parametrize("name", of(Access.OWNER) + of(Access.RIDER))
def test_t088_the_owner_passes(town: Town, name: str) -> None:
    browser = town.browser(town.a)

    assert knock(browser, name, ids_of(town, town.a)).status_code in {200, 302, 303}


@pytest.mark.parametrize("name", of(Access.ADMINISTRATOR))
def test_t088_administration_does_not_exist_for_riders(town: Town, name: str) -> None:
    ruler = town.rider("Rula", is_administrator=True)
    town.browser(town.a)
    ids, rider = ids_of(town, town.a), town.browser(town.b)
    before = town.facts()
    refused = knock(rider, name, ids)

    assert 404 == refused.status_code
    assert before == town.facts()
    assert knock(town.browser(ruler), name, ids).status_code in {200, 303}


@pytest.mark.parametrize("name", sorted(name for name in DOORS if name.startswith("POST")))
def test_t091_fields_that_no_form_has_are_never_applied(town: Town, name: str) -> None:
    """The same request with and without them leaves the same accounts behind."""
    browser = town.browser(town.b)
    town.browser(town.a)
    before = repr((town.a, town.workouts.views[town.a.user_id], town.identity.metrics[town.a.user_id]))
    door, ids = DOORS[name], ids_of(town, town.b)
    headers = {
        "X_User_Id": str(town.a.user_id),
        "X_Internal_Admin": "1",
        "Ctz_User": "forged",
        "Authorization": "Bearer x",
    }
    path = f"{door.path(ids)}?user_id={town.a.user_id}&is_admin=1"
    browser.send(
        path,
        {**INJECTED, "user_id": str(town.a.user_id), **door.fields(ids), "csrf_token": browser.form_token()},
        **headers,
    )

    assert before == repr((town.a, town.workouts.views[town.a.user_id], town.identity.metrics[town.a.user_id]))
    assert {False} == {account.is_administrator for account in town.identity.accounts.values()}
    assert 2025 == town.b.created.year


@pytest.mark.parametrize("name", sorted(DOORS))
def test_t092_no_answer_to_b_holds_anything_of_a(town: Town, name: str) -> None:
    town.browser(town.a)
    browser = town.browser(town.b)
    own, theirs = ids_of(town, town.b), ids_of(town, town.a)
    answers = [knock(browser, name, own), knock(town.browser(town.b), name, theirs)]
    answers += [
        town.browser(town.b).get(f"/history?q={CANARY_A}"),
        town.browser(town.b).get(f"/history?instructor={CANARY_A} Ina Berg"),
    ]
    secrets = (f"{CANARY_A} ", f"{CANARY_A.lower()}@", f"{CANARY_A.lower()}-leaderboard")
    private = [
        secret
        for secret in secrets
        for answer in answers[:2]
        if secret.encode() in answer.data + str(answer.headers).encode()
    ]

    assert [] == private
    # What B typed is shown to B again; what A has must not be found by it.
    assert [0, 0] == [answer.text.count("<article") for answer in answers[2:]]
