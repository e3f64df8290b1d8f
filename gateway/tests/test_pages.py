"""Every page over faked neighbours: no, one and many workouts, in both unit systems."""

import pytest
from ctz.identity.v1 import accounts_pb2

from gateway.tests.neighbours import Town, ids_of

PAGES = (
    "/today", "/history", "/profile/", "/peloton/", "/account/sessions", "/account/tokens", "/account/security",
    "/welcome/connect", "/welcome/ftp", "/welcome/done", "/features", "/faq", "/privacy", "/terms", "/health",
    "/computed", "/classes", "/classes/recommended", "/zones",
)  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 60])
@pytest.mark.parametrize("units", [accounts_pb2.UNIT_SYSTEM_METRIC, accounts_pb2.UNIT_SYSTEM_IMPERIAL])
def test_every_page_renders(town: Town, count: int, units: int) -> None:
    rider = town.rider("Mira", workouts=count, units=units)
    browser = town.browser(rider)
    answers = {page: browser.get(page) for page in PAGES}

    assert {} == {page: answer.status_code for page, answer in answers.items() if answer.status_code != 200}
    assert {} == {page: answer.text[-80:] for page, answer in answers.items() if "</html>" not in answer.text}


@pytest.mark.parametrize("number", range(4))
def test_a_page_for_every_kind_of_workout(town: Town, number: int) -> None:
    browser = town.browser(town.a)
    view = town.workouts.views[town.a.user_id][number]
    answer = browser.get(f"/{view.workout.name}")

    assert 200 == answer.status_code
    assert view.workout.title in answer.text
    assert ids_of(town, town.a).workout in view.workout.name or number > 0
