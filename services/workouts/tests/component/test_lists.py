"""Pages, filters, search, weeks and periods of a history, against the workouts that went in."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, count_statements
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer, User

from .harness import START, metric_changed, performance, recorded

pytestmark = pytest.mark.component

TITLES = ("45 min Power Zone Ride", "30 min Höhenmeter 50%_Ride", "20 min Slow Flow", "5 km Run")
DISCIPLINES = ("cycling", "cycling", "yoga", "running")
INSTRUCTORS = ("Denis Morton", "Matt Wilpers", "Chelsea Jackson Roberts", "")
COUNT = 60


@dataclass(frozen=True)
class Told:
    """What was told of one workout."""

    workout_id: UUID
    day: date
    kind: int
    seconds: int
    is_record: bool
    has_series: bool


@pytest.fixture(scope="module")
def rider(server: RunningServer) -> User:
    return server.keys.user()


@pytest.fixture(scope="module")
def told(consumer: Consumer, rider: User) -> Sequence[Told]:
    """60 workouts on about 40 days of 2025 and 2026, newest first; every third has a chart."""
    chance, found = random.Random(3), []
    consumer.handle(metric_changed(rider.user_id, 1, [(date(2025, 1, 1), 200)]))
    for number in range(COUNT):
        kind = number % len(TITLES)
        one = Told(uuid7(), START.date(), kind, chance.choice((900, 1800, 2700)), number % 7 == 0, number % 3 == 0)
        days = -chance.randrange(0, 120) - number / 1_000
        event = recorded(
            one.workout_id,
            rider.user_id,
            days=days,
            title=TITLES[kind],
            discipline=DISCIPLINES[kind],
            instructor=INSTRUCTORS[kind],
            class_id="",
            duration_seconds=one.seconds,
            is_total_work_record=one.is_record,
            chart_state=peloton.CHART_STATE_DUE if one.has_series else peloton.CHART_STATE_NONE,
        )
        consumer.handle(event)
        if one.has_series:
            consumer.handle(performance(one.workout_id, rider.user_id, watts=(150,) * (one.seconds // 10)))
        day = date.fromisoformat(peloton.WorkoutRecorded.FromString(event.data).local_date)
        found.append(Told(one.workout_id, day, kind, one.seconds, one.is_record, one.has_series))
    return found


def every_page(asked: Any, size: int, kept: pb.WorkoutFilter | None = None) -> list[pb.ListWorkoutsResponse]:
    pages, token = [], ""
    while not pages or token:
        request = pb.ListWorkoutsRequest(page_size=size, page_token=token, filter=kept)
        pages.append(asked.ListWorkouts(request))
        token = pages[-1].next_page_token
    return pages


def ids(pages: Sequence[pb.ListWorkoutsResponse]) -> list[str]:
    return [row.name.removeprefix("workouts/") for page in pages for row in page.workouts]


@pytest.mark.parametrize("size", [1, 7, 25, 100])
def test_pages_hold_every_workout_once_newest_first(
    told: Sequence[Told], rider: User, client: Callable[..., Any], size: int
) -> None:
    pages = every_page(client(rider), size)
    days = [row.local_date for page in pages for row in page.workouts]
    starts = [row.start_time.ToNanoseconds() for page in pages for row in page.workouts]
    assert {str(one.workout_id) for one in told} == set(ids(pages))
    assert COUNT == len(ids(pages)) == pages[0].total_size
    assert {(COUNT, False)} == {(page.total_size, page.is_total_size_minimum) for page in pages}
    assert sorted(zip(days, starts, strict=True), reverse=True) == list(zip(days, starts, strict=True))


@pytest.mark.parametrize(
    ("kept", "holds"),
    [
        ({"query": "power ZONE"}, lambda one: one.kind == 0),
        ({"query": "ride morton"}, lambda one: one.kind == 0),
        ({"query": "hohenmeter"}, lambda one: one.kind == 1),
        ({"query": "50%_r"}, lambda one: one.kind == 1),
        ({"query": "%"}, lambda _: True),
        ({"query": "powr znoe"}, lambda one: one.kind == 0),
        ({"query": "Chelsae robrets"}, lambda one: one.kind == 2),
        ({"query": "chels"}, lambda one: one.kind == 2),
        ({"query": "chesl"}, lambda one: one.kind == 2),
        ({"query": "46 zone"}, lambda _: False),
        ({"query": "nobody"}, lambda _: False),
        ({"disciplines": ["yoga", "running"]}, lambda one: one.kind in {2, 3}),
        ({"instructors": ["Matt Wilpers"]}, lambda one: one.kind == 1),
        ({"from_date": "2026-01-15", "to_date": "2026-02-15"}, lambda one: (1, 15) <= md(one) <= (2, 15)),
        ({"has_series": True}, lambda one: one.has_series),
        ({"is_power_zone": True}, lambda one: one.kind == 0),
        ({"is_record": True, "disciplines": ["cycling"]}, lambda one: one.is_record and one.kind < 2),
        ({"min_duration_seconds": 1800}, lambda one: shown_seconds(one) >= 1800),
        ({"min_duration_seconds": 180, "max_duration_seconds": 900}, lambda one: 180 <= shown_seconds(one) <= 900),
    ],
)
def test_a_filter_keeps_what_it_says(
    told: Sequence[Told],
    rider: User,
    client: Callable[..., Any],
    kept: dict[str, Any],
    holds: Callable[[Told], bool],
) -> None:
    pages = every_page(client(rider), 9, pb.WorkoutFilter(**kept))
    wanted = {str(one.workout_id) for one in told if holds(one)}
    assert wanted == set(ids(pages))
    assert len(wanted) == len(ids(pages)) == pages[0].total_size


def md(one: Told) -> tuple[int, int]:
    return (one.day.month, one.day.day) if one.day.year == 2026 else (0, 0)


def shown_seconds(one: Told) -> int:
    """Seconds ridden where the series tells, else the length as reported."""
    return one.seconds // 10 if one.has_series else one.seconds


def test_a_page_token_belongs_to_its_filter(told: Sequence[Told], rider: User, client: Callable[..., Any]) -> None:
    asked = client(rider)
    token = asked.ListWorkouts(pb.ListWorkoutsRequest(page_size=5)).next_page_token
    other = pb.WorkoutFilter(disciplines=["yoga"])
    for bad in (pb.ListWorkoutsRequest(page_token=token, filter=other), pb.ListWorkoutsRequest(page_token="no token")):
        with pytest.raises(RemoteError) as refused:
            asked.ListWorkouts(bad)
        assert ("INVALID_ARGUMENT", "page_token") == (refused.value.code.name, refused.value.field_violations[0][0])


@pytest.mark.parametrize("week_start", [0, 6])
def test_t078_a_week_is_the_sum_of_its_days_and_of_its_workouts(
    told: Sequence[Told], rider: User, client: Callable[..., Any], week_start: int
) -> None:
    asked = client(rider)
    weeks = asked.ListWorkouts(pb.ListWorkoutsRequest(page_size=100, week_start=week_start)).weeks
    span = {"from_date": "2025-06-01", "to_date": "2026-06-30", "week_start": week_start}
    days = asked.SummarizePeriod(pb.SummarizePeriodRequest(size=pb.PERIOD_SIZE_DAY, **span)).periods
    by_week = asked.SummarizePeriod(pb.SummarizePeriodRequest(size=pb.PERIOD_SIZE_WEEK, **span)).periods
    months = asked.SummarizePeriod(pb.SummarizePeriodRequest(size=pb.PERIOD_SIZE_MONTH, **span)).periods

    assert list(weeks) == list(by_week)[::-1]
    assert sorted({one.day.isoformat() for one in told}) == [day.start_date for day in days]
    for week in weeks:
        first, last = date.fromisoformat(week.start_date), date.fromisoformat(week.end_date)
        inside = [day for day in days if week.start_date <= day.start_date <= week.end_date]
        assert (week_start, timedelta(days=6)) == (first.weekday(), last - first)
        assert week.workout_count == sum(first <= one.day <= last for one in told)
        assert week.duration_seconds == sum(shown_seconds(one) for one in told if first <= one.day <= last)
        for name in ("workout_count", "duration_seconds", "scored_count"):
            assert getattr(week, name) == sum(getattr(day, name) for day in inside)
        for name in ("work_kilojoules", "training_stress_score"):
            assert getattr(week, name) == pytest.approx(sum(getattr(day, name) for day in inside))
        assert list(week.zone_seconds) == [
            sum(column) for column in zip(*(d.zone_seconds for d in inside), strict=True)
        ]
    assert COUNT == sum(month.workout_count for month in months)
    assert all(month.start_date[:7] == month.end_date[:7] and month.start_date[8:] == "01" for month in months)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (pb.SummarizePeriodRequest(from_date="2026-01-01", to_date="2027-12-31"), "to_date"),
        (pb.SummarizePeriodRequest(from_date="2026-01-02", to_date="2026-01-01"), "to_date"),
        (pb.SummarizePeriodRequest(from_date="0001-01-01", to_date="0001-01-02"), "from_date"),
        (pb.SummarizePeriodRequest(from_date="9999-12-30", to_date="9999-12-31"), "from_date"),
        (pb.SummarizePeriodRequest(from_date="soon", to_date="2026-01-01"), "from_date"),
        (pb.SummarizePeriodRequest(from_date="2026-01-01", to_date="2026-01-02", week_start=7), "week_start"),
    ],
)
def test_t073_a_period_that_is_none_is_refused(
    rider: User, client: Callable[..., Any], request_: pb.SummarizePeriodRequest, field: str
) -> None:
    with pytest.raises(RemoteError) as refused:
        client(rider).SummarizePeriod(request_)
    assert ("INVALID_ARGUMENT", field) == (refused.value.code.name, refused.value.field_violations[0][0])


@pytest.mark.parametrize(
    ("kept", "first", "later"),
    [
        (None, 4, 3),
        (pb.WorkoutFilter(disciplines=["cycling"]), 4, 4),
        (pb.WorkoutFilter(query="ride", has_series=True), 4, 4),
        (pb.WorkoutFilter(query="rdie", has_series=True), 5, 5),
    ],
)
def test_a_long_history_costs_no_more_statements(
    told: Sequence[Told],
    database: Database,
    rider: User,
    client: Callable[..., Any],
    kept: pb.WorkoutFilter | None,
    first: int,
    later: int,
) -> None:
    """The counts, the page, its weeks, its stacks; words of a query, and mistyped ones; how many match in all."""
    asked = client(rider)
    with count_statements(database.engine) as seen:
        page = asked.ListWorkouts(pb.ListWorkoutsRequest(page_size=9, filter=kept))
    assert first == seen.count
    with count_statements(database.engine) as seen:
        asked.ListWorkouts(pb.ListWorkoutsRequest(page_size=9, filter=kept, page_token=page.next_page_token))
    assert later == seen.count
