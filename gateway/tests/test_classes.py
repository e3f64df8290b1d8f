"""The class library, one class, recommendations, practice and reference, without JavaScript."""

import html
import json
import re

import pytest
from ctz.workouts.v1 import classes_pb2

from ctz_gateway.present.classes import class_row
from gateway.tests.browser import forms_of
from gateway.tests.made_classes import FLOW, MAX_RIDE, OPEN_RIDE, PACE_RUN
from gateway.tests.neighbours import Town

RIDE = f"/classes/{MAX_RIDE}"


@pytest.mark.parametrize(
    ("path", "calls"),
    [
        ("/classes", {"ExchangeSession": 1, "ListClasses": 1}),
        ("/classes?q=ride&zone=4&min_load=40", {"ExchangeSession": 1, "ListClasses": 1}),
        ("/classes/recommended", {"ExchangeSession": 1, "Recommend": 1}),
        (RIDE, {"ExchangeSession": 1, "GetClass": 1}),
        (f"{RIDE}/practice", {"ExchangeSession": 1, "GetClass": 1}),
        (f"/classes/{OPEN_RIDE}/targets", {"ExchangeSession": 1, "GetClass": 1, "ListRecordedTargets": 1}),
        (f"/classes/{OPEN_RIDE}/targets/new", {"ExchangeSession": 1, "GetClass": 1}),
        ("/zones", {"ExchangeSession": 1, "GetReference": 1}),
    ],
)
def test_pages_of_classes_cost_few_calls_and_few_bytes(town: Town, path: str, calls: dict[str, int]) -> None:
    browser = town.browser(town.a)
    town.calls.clear()
    answer = browser.get(path)

    assert calls == dict(town.calls)
    assert len(answer.data) <= 100 * 1024


def test_practice_of_a_run_costs_three_calls_once_the_pace_tables_are_known(town: Town) -> None:
    browser = town.browser(town.a)
    browser.get(f"/classes/{PACE_RUN}/practice")
    town.calls.clear()
    browser.get(f"/classes/{PACE_RUN}/practice")

    assert {"ExchangeSession": 1, "GetClass": 1, "ListMetrics": 1} == dict(town.calls)


def test_a_full_page_of_the_library_stays_under_100_kb(town: Town) -> None:
    ride = town.classes.views[f"classes/{MAX_RIDE}"]
    for number in range(200):
        copy = classes_pb2.ClassView()
        copy.CopyFrom(ride)
        copy.library_class.name = f"classes/many{number}"
        copy.library_class.instructor = f"Instructor {number}"
        town.classes.views[copy.library_class.name] = copy
    page = town.browser(town.a).get("/classes")

    assert 24 == page.text.count("<article")
    assert len(page.data) <= 100 * 1024


def test_a_length_that_the_title_tells_is_not_told_again(town: Town) -> None:
    rows = {found.title: class_row(found) for found in (view.library_class for view in town.classes.views.values())}
    assert "45 min" not in rows["45 min Power Zone Ride"].facts
    unnamed = classes_pb2.LibraryClass(title="Sunday Ride", duration_seconds=2700)
    assert "45 min" in class_row(unnamed).facts


def test_a_row_has_only_figures_that_are_known(town: Town) -> None:
    assert () == tuple(class_row(classes_pb2.LibraryClass(title="Talk")).figures)
    ride = town.classes.views[f"classes/{MAX_RIDE}"].library_class
    assert "load" == class_row(ride).figures[0].label


@pytest.mark.parametrize(("class_id", "is_offered"), [(OPEN_RIDE, True), (MAX_RIDE, False), (FLOW, False)])
def test_targets_are_recorded_where_a_machine_measures_and_peloton_tells_none(
    town: Town, class_id: str, *, is_offered: bool
) -> None:
    page = town.browser(town.a).get(f"/classes/{class_id}").text

    assert is_offered == ("Record your own" in page)
    assert "No rider recorded targets yet." not in page


def titles(text: str) -> list[str]:
    """Titles of the rows of a page."""
    return re.findall(r'class="workout-title"><a href="[^"]*">([^<]*)<', text)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["20 min Intervals Run", "30 min Power Zone Max Ride", "15 min Yoga Flow", "45 min Power Zone Ride"]),
        ("?q=power+zone+ina", ["30 min Power Zone Max Ride"]),
        ("?discipline=running", ["20 min Intervals Run"]),
        ("?length=45", ["45 min Power Zone Ride"]),
        ("?zone=5&zone=6", ["30 min Power Zone Max Ride"]),
        ("?min_load=40", ["30 min Power Zone Max Ride"]),
        ("?max_if=0.9", []),
        ("?targets=1", ["20 min Intervals Run", "30 min Power Zone Max Ride"]),
        ("?taken=yes", ["30 min Power Zone Max Ride"]),
        ("?instructor=Mona+Lind", ["15 min Yoga Flow"]),
        ("?favourites=1", []),
        # What makes no sense is left out.
        ("?zone=9&min_load=x&length=0&taken=maybe&order=y&from_year=99999&q=yoga", ["15 min Yoga Flow"]),
    ],
)
def test_the_library_is_searched_and_filtered(town: Town, query: str, expected: list[str]) -> None:
    assert expected == titles(town.browser(town.a).get(f"/classes{query}").text)


def test_a_class_that_peloton_took_down_is_marked_and_left_out_on_wish(town: Town) -> None:
    """Listed by default, with what the rider has of it; «Still offered» leaves it out."""
    browser, mark = town.browser(town.a), "No longer offered by Peloton"
    assert mark not in browser.get("/classes").text
    town.classes.views[f"classes/{MAX_RIDE}"].library_class.is_retired = True

    assert "30 min Power Zone Max Ride" in titles(browser.get("/classes").text)
    assert 1 == browser.get("/classes").text.count(mark)
    page = browser.get(RIDE).text
    assert mark in page
    assert "When you took it" in page
    shown = titles(browser.get("/classes?offered=1").text)
    assert ["20 min Intervals Run", "15 min Yoga Flow", "45 min Power Zone Ride"] == shown


def test_filters_in_force_are_shown_each_with_the_list_without_it(town: Town) -> None:
    text = town.browser(town.a).get("/classes?q=ride&zone=4&zone=5&min_load=40&order=load").text
    chips = dict(re.findall(r'href="([^"]*)"><span class="unseen">Remove </span>([^<]*)<', text))

    assert {
        "/classes?order=load&min_load=40&zone=4&zone=5": "“ride”",
        "/classes?q=ride&order=load&zone=4&zone=5": "load from 40 TSS",
        "/classes?q=ride&order=load&min_load=40": "calls zones 4 and 5",
    } == {html.unescape(url): html.unescape(label) for url, label in chips.items()}


def test_facets_have_counts_and_what_is_chosen_is_selected(town: Town) -> None:
    text = town.browser(town.a).get("/classes?discipline=cycling").text

    assert '<option value="cycling" selected>Cycling (2)</option>' in text
    assert '<option value="Ina Berg">Ina Berg (2)</option>' in text
    assert "2 match" in text


def test_pages_of_the_library_follow_by_a_link_that_keeps_the_filters(town: Town) -> None:
    ride = town.classes.views[f"classes/{MAX_RIDE}"]
    for number in range(30):
        copy = classes_pb2.ClassView()
        copy.CopyFrom(ride)
        copy.library_class.name = f"classes/many{number}"
        town.classes.views[copy.library_class.name] = copy
    browser = town.browser(town.a)
    first = browser.get("/classes?zone=6").text
    link = re.search(r'href="([^"]+)" data-more', first)
    assert link is not None
    second = browser.get(html.unescape(link[1])).text

    assert (24, 7) == (first.count("<article"), second.count("<article"))
    assert "Back to the first page" in second
    assert "That is everything." in second


def test_an_empty_library_and_an_empty_list_say_different_things(town: Town) -> None:
    browser = town.browser(town.a)
    assert "Nothing matches" in browser.get("/classes?q=nothing+like+it").text
    town.classes.views.clear()

    assert "The library is not here yet" in browser.get("/classes").text


def test_a_favourite_is_marked_and_unmarked_by_a_form_and_by_a_script(town: Town) -> None:
    browser, name = town.browser(town.a), f"classes/{MAX_RIDE}"
    page = browser.get("/classes?q=max")
    answer = browser.submit(page, f"{RIDE}/favourite")

    assert (303, "/classes?q=max") == (answer.status_code, answer.location)
    assert {name} == town.classes.favourites[town.a.user_id]
    assert ["30 min Power Zone Max Ride"] == titles(browser.get("/classes?favourites=1").text)
    told = browser.post(f"{RIDE}/favourite", {"on": ""}, Accept="application/json")
    assert {"is_favourite": False} == told.json
    assert set() == town.classes.favourites[town.a.user_id]


def test_s13_a_mark_leads_to_pages_of_this_site_only(town: Town) -> None:
    answer = town.browser(town.a).post(f"{RIDE}/favourite", {"on": "1", "next": "https://elsewhere.example/"})

    assert RIDE == answer.location


def test_a_rating_is_given_and_taken_back(town: Town) -> None:
    browser, name = town.browser(town.a), f"classes/{MAX_RIDE}"
    browser.post(f"{RIDE}/rating", {"rating": "4"})
    assert 4 == town.classes.ratings[town.a.user_id][name]
    assert 'value="4" aria-pressed="true"' in browser.get(RIDE).text
    browser.post(f"{RIDE}/rating", {"rating": "0"})

    assert 0 == town.classes.ratings[town.a.user_id][name]
    assert 400 == browser.post(f"{RIDE}/rating", {"rating": "6"}).status_code


def test_a_class_shows_what_is_called_on_its_clock(town: Town) -> None:
    text = town.browser(town.a).get(RIDE).text
    rows = re.findall(
        r'<td class="end quiet">([\d:]+)</td><td class="end">([\d:]+)</td><td>([^<]+)</td><td class="end">([^<]+)<',
        text,
    )

    assert ("0:00", "1:00", "Nothing called", "–") == rows[0]
    assert ("1:00", "10:00", "Zone 2, Endurance", "131–179 W") == rows[1]
    assert ("11:00", "4:00", "Zone 4, Lactate threshold", "214–250 W") == rows[2]
    assert "intensity 0.98, load 48 TSS" in text
    assert "a class near your limit" in text
    assert "/computed#expected" in text
    assert "Second Song" in text
    assert "Average output" in text


def test_a_run_is_told_in_the_words_of_its_paces(town: Town) -> None:
    text = town.browser(town.a).get(f"/classes/{PACE_RUN}").text

    assert "20:00 with 2 called blocks: 5:00 easy, 5:00 hard." in text
    assert re.search(r"<text[^>]*>Hard</text>", text)
    assert "For you" not in text


def test_a_class_shows_my_times_with_it_and_leads_to_comparing_them(town: Town) -> None:
    text = town.browser(town.a).get(RIDE).text
    attempts = town.classes.attempts[town.a.user_id]

    assert "Taken 2 times" in text
    assert [f"/{each.workout}/compare" for each in attempts] == re.findall(r'href="(/workouts/[^"]+/compare)"', text)
    assert 1 == text.count("most work")


def test_details_that_are_missing_are_asked_for_when_the_rider_opens_the_class(town: Town) -> None:
    town.classes.views[f"classes/{FLOW}"].has_details = False
    browser = town.browser(town.a)
    town.calls.clear()
    page = browser.get(f"/classes/{FLOW}")

    assert {"ExchangeSession": 1, "GetClass": 1, "RequestClass": 1} == dict(town.calls)
    assert [f"classes/{FLOW}"] == town.sync.requested
    assert "Peloton is asked what is called in this class." in page.text
    browser.get(f"/classes/{FLOW}", Sec_Fetch_Site="cross-site")
    assert 1 == len(town.sync.requested)


def test_a_class_is_put_into_the_plan(town: Town) -> None:
    browser = town.browser(town.a)
    answer = browser.submit(browser.get(RIDE), "/plan/items", date="2026-05-06")

    assert 303 == answer.status_code
    planned = [item for item in town.plans.items[town.a.user_id].values() if item.activity.class_id == MAX_RIDE]
    assert [("30 min Power Zone Max Ride", 1800, "2026-05-06")] == [
        (item.activity.title, item.activity.duration_seconds, item.date) for item in planned
    ]


def test_a_class_that_is_not_in_the_library_is_not_planned(town: Town) -> None:
    browser = town.browser(town.a)
    sent: dict[str, object] = {"kind": "class", "workout": "classes/none", "date": "2026-05-06"}

    assert "This class is not in the library." in browser.post("/plan/items", sent).text


@pytest.mark.parametrize("key", ["nothing", "../up", "a b", "x" * 65])
def test_what_is_no_class_is_not_there(town: Town, key: str) -> None:
    assert 404 == town.browser(town.a).get(f"/classes/{key}").status_code


def test_recommendations_say_why(town: Town) -> None:
    text = town.browser(town.a).get("/classes/recommended").text

    assert "12 classes with Ina Berg" in text
    assert "Liked by 98 % at Peloton" in text
    assert "41 classes not taken" in text
    assert "From 9 classes that you took" in text


@pytest.mark.parametrize(
    ("query", "target"), [("", "214–250 W"), ("?ftp=300", "270–315 W"), ("?ftp=", "90–105 % of FTP")]
)
def test_practice_has_targets_for_any_ftp(town: Town, query: str, target: str) -> None:
    text = town.browser(town.a).get(f"{RIDE}/practice{query}").text
    row = re.search(r">11:00</td><td[^>]*>4:00</td><td>Zone 4, Lactate threshold</td><td[^>]*>([^<]*)<", text)

    assert row is not None
    assert target == row[1]
    assert "Practice is not logged" in text


def test_an_ftp_that_nobody_has_is_refused_with_words(town: Town) -> None:
    assert "An FTP is 30 to 650 W." in town.browser(town.a).get(f"{RIDE}/practice?ftp=9000").text
    assert "An FTP is 30 to 650 W." in town.browser(town.a).get("/zones?ftp=x").text


def test_practice_of_a_run_has_paces_for_a_level(town: Town) -> None:
    browser = town.browser(town.a)
    text = browser.get(f"/classes/{PACE_RUN}/practice").text
    timeline = json.loads(html.unescape(re.search(r'data-timeline="([^"]*)"', text)[1]))  # type: ignore[index]

    assert ["1", "5", "10"] == list(timeline["paces"])
    assert ["10.8–12.1 km/h", "5:34–4:58 /km"] == timeline["paces"]["5"]["4..4"]
    assert [[1, 1], [4, 4], None] == [call["pace"] for call in timeline["calls"]]
    assert ["Easy", "Hard", "Nothing called"] == [call["name"] for call in timeline["calls"]]
    assert '<option value="5" selected>Level 5</option>' in text
    assert "11.4–12.7 km/h" not in text.partition("<tbody>")[2]
    assert "11.6–12.9 km/h" in browser.get(f"/classes/{PACE_RUN}/practice?level=10").text.partition("<tbody>")[2]


def test_what_nothing_is_called_in_cannot_be_practised(town: Town) -> None:
    assert 404 == town.browser(town.a).get(f"/classes/{FLOW}/practice").status_code
    assert "practice" not in town.browser(town.a).get(f"/classes/{FLOW}").text


def test_d5_zones_at_an_ftp_and_paces_by_level(town: Town) -> None:
    text = town.browser(town.a).get("/zones").text

    assert "214–250 W" in text
    assert "At your FTP." in text
    assert "Running by level" in text
    assert '<td class="end">5.6–7.4<span class="meta block">10:39–8:06</span></td>' in text
    assert "270–315 W" in town.browser(town.a).get("/zones?ftp=300").text


def test_the_filters_are_one_form_by_get(town: Town) -> None:
    form = next(each for each in forms_of(town.browser(town.a).get("/classes").text) if each["action"] == "/classes")

    assert "get" == form["method"]
