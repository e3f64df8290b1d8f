"""Power, fitness, records, milestones: what the pages say, cost and survive."""

import html
import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from ctz.plans.v1 import plans_pb2
from ctz.workouts.v1 import analytics_pb2 as pb

from ctz_gateway.present import fitness, records
from gateway.tests import made_analytics as made
from gateway.tests.neighbours import Town
from gateway.tests.samples_analytics import NAMES, TODAY, ZONE, one_ride, power

PATHS = ("/power", "/fitness", "/records", "/records/milestones")
FIGURES = re.compile(r'data-figures="([^"]+)"')


def figures(page: str) -> Any:
    """The figures of the chart of a page."""
    found = FIGURES.search(page)
    assert found is not None
    return json.loads(html.unescape(found[1]))


@pytest.mark.parametrize("path", [*PATHS, "/power?season=2025", "/fitness?span=1y", "/fitness/marks.json"])
def test_a_page_costs_at_most_three_calls_and_100_kb(town: Town, path: str) -> None:
    browser = town.browser(town.a)
    town.calls.clear()
    page = browser.get(path)

    assert 200 == page.status_code
    assert town.calls.total() <= 3
    assert len(page.data) <= 100 * 1024


@pytest.mark.parametrize("path", PATHS)
def test_a_page_without_data_says_what_to_do_next(town: Town, path: str) -> None:
    page = town.browser(town.rider("Nora")).get(path).text

    assert "yet" in page
    assert 'class="empty"' in page
    assert "data-figures" not in page


@pytest.mark.parametrize("query", ["season=x", "season=0", "season=99999", "season=-1", "season=²", "ride=nothing"])
def test_an_address_that_asks_for_nothing_known_shows_the_usual_page(town: Town, query: str) -> None:
    page = town.browser(town.a).get(f"/power?{query}")

    assert 200 == page.status_code
    assert ["season", "recent", "all"] == [curve["key"] for curve in figures(page.text)["curves"]]


def test_a_chosen_ride_is_drawn_and_one_of_another_rider_does_not_exist(town: Town) -> None:
    own, others = (town.workouts.views[rider.user_id][0].workout.name for rider in (town.a, town.b))
    browser = town.browser(town.a)
    shown = browser.get(f"/power?ride={own.removeprefix('workouts/')}")

    assert "ride" == figures(shown.text)["curves"][-1]["key"]
    assert 404 == browser.get(f"/power?ride={others.removeprefix('workouts/')}").status_code


def test_the_power_page_says_which_fit_and_how_many_efforts() -> None:
    page = power(made.power_profile(TODAY, NAMES))

    assert page.critical is not None
    assert "least squares, through 6 efforts of 2 to 15 minutes, 15 March to 12 June 2025." in page.critical.fit_text
    assert "It lies 9 W below your FTP of 238 W." == page.critical.compared
    assert ["24 March 2025", "16 August 2024", "13 July 2023"] == [row.date_text for row in page.ftp_rows]
    assert ["+7 W", "+21 W", ""] == [row.change for row in page.ftp_rows]


def test_a_single_ride_without_ftp_or_weight_has_reasons_instead_of_figures() -> None:
    page = power(one_ride())

    assert [("FTP", None)] == [(tile.label, tile.value) for tile in page.tiles]
    assert all(tile.reason for tile in page.tiles)
    assert page.critical is None
    assert "no plausible line" in page.critical_reason
    assert "" == page.records[0].per_kilogram


@pytest.mark.parametrize(("key", "days"), [("6w", 42), ("3m", 91), ("6m", 182), ("1y", 364), ("nothing", 91)])
def test_a_span_ends_today(town: Town, key: str, days: int) -> None:
    drawn = figures(town.browser(town.a).get(f"/fitness?span={key}").text)

    assert (datetime.now(UTC).date() - timedelta(days=days - 1)).isoformat() == drawn["from"]
    assert days - 1 == drawn["today"]
    assert {len(drawn["load"])} == {len(drawn[name]) for name in ("fitness", "fatigue", "form", "ramp")}


def test_curves_of_which_the_same_is_to_be_said_share_a_sentence() -> None:
    page = power(one_ride())
    assert page.chart is not None

    assert page.chart.summary.startswith("2025 and all time: best ")
    assert 1 == page.chart.summary.count("best")


def test_planned_loads_are_of_items_to_come_whose_load_is_known() -> None:
    def item(day: date, load: float | None, state: "plans_pb2.ItemState.ValueType") -> plans_pb2.PlanItem:
        return plans_pb2.PlanItem(date=day.isoformat(), expected_load=load, state=state)

    planned, skipped = plans_pb2.ITEM_STATE_PLANNED, plans_pb2.ITEM_STATE_SKIPPED
    later = TODAY + timedelta(days=3)
    items = [
        item(TODAY, 50, planned), item(later, 40, planned), item(later, 25, planned), item(later, None, planned),
        item(later, 90, skipped),
    ]  # fmt: skip
    weeks = [plans_pb2.PlanWeek(days=[plans_pb2.PlanDay(items=items)])]

    assert {later: 65} == fitness.planned_loads(weeks, TODAY)


def test_warnings_are_words_with_their_figures() -> None:
    first = fitness.span_of(TODAY, 42)
    found = made.fitness(first, TODAY)
    found.warnings[:] = [pb.FITNESS_WARNING_STEEP_RAMP, pb.FITNESS_WARNING_MONOTONY, pb.FITNESS_WARNING_LOW_FORM]
    choice = fitness.SpanChoice(first=first, today=TODAY, tabs=(), zone=ZONE)
    page = fitness.fitness_page(found, choice, marks_url="", notes=())

    assert ["A steep week.", "Days are alike.", "Deep fatigue."] == [note.title for note in page.warnings]
    assert "by 9 in 7 days" in page.warnings[0].text
    assert page.missing is not None
    assert "4 of 31 workouts have no load." == page.missing.title
    assert [70, 30] == [share.share for share in page.sources]


def test_disciplines_that_brought_no_load_are_told_in_one_line() -> None:
    first = fitness.span_of(TODAY, 14)
    found = made.fitness(first, TODAY)
    for week in found.weeks:
        week.disciplines.add(discipline="yoga", workout_count=2, duration_seconds=3600)
        week.disciplines.add(discipline="stretching", workout_count=1, duration_seconds=600)
    choice = fitness.SpanChoice(first=first, today=TODAY, tabs=(), zone=ZONE)
    page = fitness.fitness_page(found, choice, marks_url="", notes=())

    assert ["Cycling", "Running"] == [share.name for share in page.disciplines]
    assert f"Stretching {len(found.weeks)}, Yoga {2 * len(found.weeks)}" == page.without_load


def test_disciplines_whose_only_record_is_their_length_stand_in_one_table() -> None:
    def lasting(discipline: str, seconds: float) -> pb.DisciplineRecords:
        best = pb.RecordMark(value=seconds, local_date=TODAY.isoformat(), workout=NAMES[0])
        return pb.DisciplineRecords(discipline=discipline, records=[pb.Record(kind=pb.RECORD_KIND_DURATION, best=best)])

    found = pb.Records(
        disciplines=[lasting("yoga", 2700), *made.discipline_records(TODAY, NAMES), lasting("strength", 1800)]
    )
    page = records.records_page(found, year=0, years=(), is_metric=True)

    assert ["Cycling", "Running"] == [group.name for group in page.groups]
    assert [("Yoga", "45:00"), ("Strength", "30:00")] == [(row.name, row.value) for row in page.times]


def test_a_challenge_start_is_marked_on_its_day(town: Town) -> None:
    kept = next(kept for kept in town.challenges.kept.values() if town.a.user_id in kept.members)
    answer = town.browser(town.a).get("/fitness/marks.json?since=2020-01-01")
    start = (date.fromisoformat(kept.challenge.start_date) - date(2020, 1, 1)).days

    assert [[start, kept.challenge.title]] == json.loads(answer.data)["marks"]


@pytest.mark.parametrize(
    ("discipline", "is_metric", "text"),
    [("cycling", True, "38.40 km"), ("running", False, "23.86 mi"), ("rowing", False, "38,400 m")],
)
def test_distances_are_in_the_riders_units_and_rowers_read_metres(
    discipline: str, text: str, *, is_metric: bool
) -> None:
    assert text == records.distance_text(38_400, discipline, is_metric=is_metric)


def test_a_record_stands_beside_what_was_before_it() -> None:
    rides, runs = (records.group(each, is_metric=True) for each in made.discipline_records(TODAY, NAMES))

    assert ("Best 5 min", "318 W", "305 W, 4 December 2024") == (
        rides.rows[0].name, rides.rows[0].value, rides.rows[0].previous,
    )  # fmt: skip
    assert ["Most work, 45 min"] == [row.name for row in rides.more]
    assert "" == runs.rows[1].previous


def test_round_kilometres_stay_round_for_those_who_read_miles() -> None:
    page = records.milestones_page(made.milestones(TODAY), made.eddington(), is_metric=False)

    assert ("55", "mi", "100 km (62 mi)", 88) == (
        page.milestones[3].total, page.milestones[3].unit, page.milestones[3].following, page.milestones[3].percent,
    )  # fmt: skip
    assert ["mi", "km", "km"] == [panel.unit for panel in page.eddington]


def test_an_eddington_number_says_what_the_next_one_needs() -> None:
    ride, _, run = made.eddington().numbers
    panel = records.eddington(ride)

    assert "35 days of at least 35 km. For 36: 4 more days of at least 36 km, 32 are there." == panel.sentence
    assert {"35 km", "36 km"} <= {distance for distance, _ in panel.rows}
    assert "For 2: 1 more day of at least 2 km, 1 is there." in records.eddington(run).sentence


def test_a_streak_names_its_frozen_days() -> None:
    page = records.milestones_page(made.milestones(TODAY), pb.Eddington(), is_metric=True)

    assert ["11", "37"] == [tile.value for tile in page.streak_tiles]
    assert "24 November 2024 to 5 January 2025, 6 frozen days" == page.streak_tiles[1].note
    assert page.streak_note.startswith("Today counts already. This week’s frozen day is still to be had.")
