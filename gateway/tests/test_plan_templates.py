"""Templates of plans, their editor, the calendar feed, without JavaScript."""

import json
import re

import pytest
from ctz.plans.v1 import plans_pb2

from gateway.tests.browser import Browser, forms_of
from gateway.tests.fake_feeds import CALENDAR, ETAG
from gateway.tests.fake_plans import BUILT_IN
from gateway.tests.neighbours import PUBLIC_URL, Town, ids_of


def items(town: Town) -> dict[str, plans_pb2.PlanItem]:
    """The items of rider A."""
    return town.plans.items[town.a.user_id]


def test_a_template_is_started_and_stopped(town: Town) -> None:
    browser = town.browser(town.a)
    page = browser.get(f"/plan/templates/{BUILT_IN}")
    form = next(form for form in forms_of(page.text) if str(form["action"]).endswith("/start"))
    started = browser.submit(page, str(form["action"]), repetitions="2")
    made = [item for item in items(town).values() if item.origin == plans_pb2.ITEM_ORIGIN_TEMPLATE]
    week = browser.get(started.location)

    assert 4 == len(made)
    assert "Started: 4 items" in week.text
    browser.submit(week, f"/plan/{made[0].program}/stop")
    assert [] == [item for item in items(town).values() if item.program == made[0].program]


def test_a_template_shows_its_days_in_the_riders_week(town: Town) -> None:
    days = re.compile(r'board-weekday is-shown">(\w+)<')
    monday = days.findall(town.browser(town.a).get(f"/plan/templates/{BUILT_IN}").text)
    town.b.week_start = 6
    sunday = days.findall(town.browser(town.b).get(f"/plan/templates/{BUILT_IN}").text)

    assert (["Mon", "Sun"], ["Sun", "Sat"]) == ([monday[0], monday[6]], [sunday[0], sunday[6]])


def test_a_built_in_template_is_edited_only_as_a_copy(town: Town) -> None:
    browser = town.browser(town.a)
    page = browser.get(f"/plan/templates/{BUILT_IN}")
    copied = browser.submit(page, f"/plan/templates/{BUILT_IN}/copy")
    mine = town.plans.templates[town.a.user_id][f"templates/{copied.location.split('/')[3]}"]

    assert 404 == browser.get(f"/plan/templates/{BUILT_IN}/edit").status_code
    assert "My 4 Rides a Week" == mine.title


def _editor(town: Town, browser: Browser) -> tuple[str, plans_pb2.Template]:
    key = ids_of(town, town.a).template
    return f"/plan/templates/{key}", town.plans.templates[town.a.user_id][f"templates/{key}"]


def test_a_template_is_edited_act_by_act(town: Town) -> None:
    browser = town.browser(town.a)
    path, template = _editor(town, browser)
    browser.submit(browser.get(f"{path}/edit"), path, title="Mine", description="For me.")
    browser.submit(browser.get(f"{path}/add?week=0&day=0&kind=note"), f"{path}/add", title="legs up")
    browser.submit(browser.get(f"{path}/cell?week=0&day=0&place=0"), f"{path}/cell", to="0-2")
    browser.submit(browser.get(f"{path}/edit"), f"{path}/weeks", act="copy")
    days = [[each.title for each in day.activities] for day in template.weeks[1].days]

    assert ("Mine", "For me.", 2) == (template.title, template.description, len(template.weeks))
    assert ["legs up"] == days[2]
    browser.post(
        f"{path}/cell", {"week": "1", "day": "2", "place": "0", "act": "remove", "revision": template.revision}
    )
    assert [] == list(template.weeks[1].days[2].activities)


def test_a_new_template_begins_with_one_ride_and_keeps_something_to_do(town: Town) -> None:
    browser = town.browser(town.a)
    made = browser.submit(browser.get("/plan/templates"), "/plan/templates", title="Fresh")
    path = made.location.removesuffix("/edit")
    cell = browser.get(f"{path}/cell?week=0&day=1&place=0")
    removed = browser.submit(cell, f"{path}/cell", act="remove")
    page = browser.get(removed.location).text

    assert made.location == removed.location
    assert "Power Zone Endurance 45" in page
    assert "The weeks must ask for something to be done." in page


def test_an_editor_that_is_out_of_date_changes_nothing(town: Town) -> None:
    browser = town.browser(town.a)
    path, template = _editor(town, browser)
    page = browser.get(f"{path}/edit")
    template.revision += 1
    answer = browser.submit(page, f"{path}/weeks", act="copy")

    assert 409 == answer.status_code
    assert 1 == len(template.weeks)


def test_the_address_of_the_feed_is_shown_once(town: Town) -> None:
    browser = town.browser(town.a)
    made = browser.submit(browser.get("/plan/feed"), "/plan/feed")
    secret = town.plans.feeds[town.a.user_id]

    assert f"{PUBLIC_URL}/calendar/{secret}.ics" in made.text
    assert secret not in browser.get("/plan/feed").text


def test_a_calendar_reads_the_feed_without_signing_in(town: Town) -> None:
    stranger = town.browser()
    path = f"/calendar/{town.plans.feeds[town.a.user_id]}.ics"
    first = stranger.get(path)
    again = stranger.get(path, If_None_Match=ETAG)

    assert (200, "text/calendar; charset=utf-8", CALENDAR) == (
        first.status_code, first.headers["Content-Type"], first.data,
    )  # fmt: skip
    assert (304, b"", ETAG) == (again.status_code, again.data, again.headers["ETag"])
    assert [] == first.headers.getlist("Set-Cookie")
    assert town.feed_server.tokens[-1].startswith("Bearer ey")


def test_a_calendar_is_read_without_a_look_at_cookies(town: Town) -> None:
    browser = town.browser(town.b)
    town.calls.clear()
    answer = browser.get(f"/calendar/{town.plans.feeds[town.a.user_id]}.ics")

    assert (200, 0) == (answer.status_code, town.calls.total())


@pytest.mark.parametrize("secret", ["short", "x" * 200, "nothing-has-this-secret-0123", "..%2f..%2fhealthz", "a b"])
def test_an_unknown_secret_is_nothing(town: Town, secret: str) -> None:
    assert 404 == town.browser().get(f"/calendar/{secret}.ics").status_code


def test_a_revoked_feed_is_nothing(town: Town) -> None:
    browser = town.browser(town.a)
    path = f"/calendar/{town.plans.feeds[town.a.user_id]}.ics"
    browser.submit(browser.get("/plan/feed"), "/plan/feed/revoke")

    assert 404 == browser.get(path).status_code


def test_the_secret_of_a_feed_is_in_no_log(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    secret = town.plans.feeds[town.a.user_id]
    caplog.set_level("DEBUG")
    town.browser().get(f"/calendar/{secret}.ics")
    town.stop("plans")
    away = town.browser().get(f"/calendar/{secret}.ics")
    logged = json.dumps([vars(record) for record in caplog.records], default=str)

    assert 503 == away.status_code
    assert secret not in logged
