"""The history without JavaScript: pages both ways, orders, the calendar, saved filters; words from two browsers."""

import html
import re
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from ctz.workouts.v1 import workouts_pb2
from markupsafe import escape

from ctz_gateway.present import rows
from ctz_gateway.present.calendar import month_of, span_of
from ctz_gateway.present.wish import FILTERS, LENGTHS, SORTS, SOURCES, Wish
from ctz_gateway.web.history import PAGE_SIZE
from gateway.tests.neighbours import Town, ids_of
from gateway.tests.test_hostile_text_in_browser import PAYLOADS

LINK = re.compile(r'href="(/history\?[^"]*cursor=[^"]+)"[^>]*>([^<]+)<')
ROW = re.compile(r'<h3 class="workout-title"><a href="([^"]+)">')


def pages_around(text: str) -> dict[str, str]:
    """Addresses of the page before and the page behind, by what their link says."""
    return {words.strip(): html.unescape(path) for path, words in LINK.findall(text)}


def test_pages_lead_back_to_where_they_came_from(town: Town) -> None:
    town.give_history(town.a, 47)
    browser = town.browser(town.a)
    there = [browser.get("/history").text]
    while path := pages_around(there[-1]).get(f"Show {PAGE_SIZE} older"):
        there.append(browser.get(path).text)
    back = [there[-1]]
    while path := pages_around(back[0]).get(f"Show {PAGE_SIZE} newer"):
        back.insert(0, browser.get(path).text)

    assert 3 == len(there)
    assert [ROW.findall(page) for page in there] == [ROW.findall(page) for page in back]


def test_the_history_says_when_figures_are_being_made(town: Town) -> None:
    """As behind an upgrade, when workouts come back into the lists by and by."""
    town.give_history(town.a, 3)
    quiet = town.browser(town.a).get("/history").text
    town.workouts.recomputing_count = 842
    said = town.browser(town.a).get("/history").text

    assert ["Figures of 842 workouts are being made" in page for page in (quiet, said)] == [False, True]


@pytest.mark.parametrize(("sort", "is_by_week"), [("oldest", True), ("longest", False)])
def test_an_order_stays_from_page_to_page(town: Town, sort: str, is_by_week: bool) -> None:
    town.give_history(town.a, 47)
    browser = town.browser(town.a)
    first = browser.get(f"/history?sort={sort}").text
    (path,) = pages_around(first).values()

    assert is_by_week == ('data-week="ranked"' not in first)
    assert f"sort={sort}" in path
    assert ROW.findall(first)[0] not in ROW.findall(browser.get(path).text)


def test_the_calendar_shows_a_month_in_whole_weeks_with_the_filter_in_force(town: Town) -> None:
    town.give_history(town.a, 12)
    browser = town.browser(town.a)
    newest = town.workouts.views[town.a.user_id][0].workout
    month = newest.local_date[:7]
    page = browser.get(f"/history?view=calendar&month={month}").text
    empty = browser.get(f"/history?view=calendar&month={month}&q=nothing+like+it").text

    assert f'href="/{newest.name}"' in page
    assert len(re.findall('class="calendar-day[ "]', page)) in {28, 35, 42}
    assert f'href="/{newest.name}"' not in empty
    assert f"/history?q=nothing+like+it&amp;view=calendar&amp;month={month}" in empty
    assert "Show" not in empty


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("2026-02", date(2026, 2, 1)),
        ("", date(2026, 5, 1)),
        ("2026-13", date(2026, 5, 1)),
        ("0001-01", date(2026, 5, 1)),
    ],
)
def test_t073_a_month_that_is_none_is_this_month(typed: str, first: date) -> None:
    assert first == month_of(typed, date(2026, 5, 8))


@pytest.mark.parametrize("week_start", range(7))
def test_a_month_lies_in_four_to_six_whole_weeks(week_start: int) -> None:
    for number in range(36):
        first = (date(2024, 1, 1) + timedelta(days=31 * number)).replace(day=1)
        start, end = span_of(first, week_start)
        assert week_start == start.weekday()
        assert (end - start).days + 1 in {28, 35, 42}
        assert start <= first <= end
        assert start <= (first + timedelta(days=31)).replace(day=1) - timedelta(days=1) <= end


def wishes() -> list[dict[str, str]]:
    """Every choice of the form once, and some together."""
    alone = [
        *({"length": key} for key in LENGTHS),
        *({"source": key} for key in SOURCES),
        *({name: "1"} for name in ("chart", "record", "notes")),
        {"class_type": "any_power_zone"},
        {"class_type": "climb"},
        {"since": "2026-01-01", "until": "2026-02-01"},
    ]
    every = dict.fromkeys(("q", "discipline", "instructor", "tag"), "x")
    return [*alone, every, {name: value for each in alone for name, value in each.items()} | every]


@pytest.mark.parametrize("sort", list(SORTS))
def test_a_filter_says_the_same_as_address_and_as_message(sort: str) -> None:
    for given in wishes():
        wish = Wish.of({**given, "sort": sort})
        told = workouts_pb2.WorkoutFilter.FromString(wish.message().SerializeToString())
        assert wish == Wish.of_message(told, wish.order)
        assert {name: given.get(name, "") for name in FILTERS} == wish.fields


def test_a_search_is_saved_applied_renamed_moved_and_deleted(town: Town) -> None:
    town.give_history(town.a, 12)
    browser = town.browser(town.a)
    searched = browser.get("/history?discipline=running&sort=oldest")
    saved = browser.submit(searched, "/history/filters", title="Old runs")
    applied = browser.get(saved.location)
    everything = browser.get("/history?discipline=running&sort=oldest")
    page = browser.get("/history/filters").text
    (_, second) = re.findall("/history/filters/([^/]+)/rename", page)

    assert ROW.findall(everything.text) == ROW.findall(applied.text)
    assert ["A filter", "Old runs"] == [
        each.title.replace("CANARY-", "") for each in town.saved_filters[town.a.user_id]
    ]
    browser.submit(browser.get("/history/filters"), f"/history/filters/{second}/move", way="up")
    browser.submit(browser.get("/history/filters"), f"/history/filters/{second}/rename", title="Runs")
    assert "Runs" == town.saved_filters[town.a.user_id][0].title
    browser.submit(browser.get("/history/filters"), f"/history/filters/{second}/delete")
    assert ["A filter"] == [each.title.replace("CANARY-", "") for each in town.saved_filters[town.a.user_id]]


def test_a_title_that_is_taken_is_said_and_the_search_is_kept(town: Town) -> None:
    browser = town.browser(town.a)
    taken = town.saved_filters[town.a.user_id][0].title
    refused = browser.submit(browser.get("/history?record=1"), "/history/filters", title=taken)

    assert 422 == refused.status_code
    assert "You have a saved filter with this title already. Choose another one." in refused.text
    assert 303 == browser.submit(refused, "/history/filters", title="Another").status_code
    assert town.saved_filters[town.a.user_id][1].filter.is_record


def test_a_saved_filter_of_nobody_is_no_filter(town: Town) -> None:
    browser = town.browser(town.a)

    for typed in ("nonsense", ids_of(town, town.a).workout):
        assert 200 == browser.get(f"/history?saved={typed}").status_code


def test_t076_two_browsers_that_edit_one_workout_lose_nothing(town: Town) -> None:
    """The second one sees both versions, and saves its own over the first only by its own word."""
    desk, phone = town.browser(town.a), town.browser(town.a)
    path = f"/workouts/{ids_of(town, town.a).workout}"
    on_desk, on_phone = desk.get(path), phone.get(path)
    view = town.workouts.views[town.a.user_id][0]

    assert 303 == desk.submit(on_desk, f"{path}/words", note="From the desk", tags="hot").status_code
    conflict = phone.submit(on_phone, f"{path}/words", note="From the <phone>", tags="cold")
    assert 409 == conflict.status_code
    for words in ("From the desk", "hot", "From the &lt;phone&gt;", "cold"):
        assert words in conflict.text
    assert ("From the desk", ["hot"]) == (view.notes, list(view.workout.tags))

    assert 303 == phone.submit(conflict, f"{path}/words").status_code
    assert ("From the <phone>", ["cold"], 2) == (view.notes, list(view.workout.tags), view.workout.revision)


def test_a_form_without_tags_leaves_the_tags_alone(town: Town) -> None:
    browser = town.browser(town.a)
    path, view = f"/workouts/{ids_of(town, town.a).workout}", town.workouts.views[town.a.user_id][0]
    view.workout.tags[:] = ["hot"]
    browser.send(f"{path}/words", {"csrf_token": browser.form_token(), "note": "short", "revision": "0"})

    assert ("short", ["hot"]) == (view.notes, list(view.workout.tags))


def test_tags_and_the_beginning_of_notes_stand_in_the_list(town: Town) -> None:
    workout = town.workouts.views[town.a.user_id][0].workout
    workout.tags[:] = ["with <anna>"]
    workout.notes_excerpt = "First line\nsecond <line>"
    page = town.browser(town.a).get("/history").text

    assert '<span class="rider-tag">with &lt;anna&gt;</span>' in page
    assert '<p class="excerpt">First line second &lt;line&gt;</p>' in page


@pytest.mark.parametrize("payload", PAYLOADS)
def test_t098_titles_notes_tags_and_saved_filters_stay_text(town: Town, payload: str) -> None:
    """As the services tell them, through list, calendar, page and forms; in a browser: test_hostile_text_in_browser."""
    view, browser = town.workouts.views[town.a.user_id][0], town.browser(town.a)
    view.workout.title = view.workout.instructor = view.notes = view.workout.notes_excerpt = payload
    view.workout.tags[:] = [payload]
    town.saved_filters[town.a.user_id][0].title = payload
    name, month = view.workout.name, view.workout.local_date[:7]
    stale = {"csrf_token": browser.form_token(), "note": payload, "tags": payload, "revision": "7"}
    answers = [
        *map(browser.get, ("/history", "/history?sort=longest", f"/history?view=calendar&month={month}", f"/{name}")),
        browser.get(f"/history?{urlencode({'q': payload, 'tag': payload})}"),
        browser.get("/history/filters"),
        browser.send(f"/{name}/words", stale),
    ]

    assert [200] * 6 + [409] == [answer.status_code for answer in answers]
    shown = str(escape(payload))
    for answer in answers:
        assert shown in answer.text
        assert payload == shown or payload not in answer.text


def test_workouts_of_one_session_say_so() -> None:
    """A ride and the cool-down right behind it; what stands alone says nothing."""
    names = [f"workouts/{number}" for number in range(3)]
    answer = workouts_pb2.ListWorkoutsResponse(
        workouts=[workouts_pb2.Workout(name=name, title=name, local_date="2026-05-08") for name in reversed(names)],
        stacks=[workouts_pb2.Stack(workouts=names[:2], duration_seconds=3_300)],
    )
    (week,) = rows.weeks(answer, first_weekday=0, is_metric=True, today=date(2026, 5, 9))

    assert ["", "2 of 2 in one session of 55:00", "1 of 2 in one session of 55:00"] == [
        row.session_text for row in week.workouts
    ]
