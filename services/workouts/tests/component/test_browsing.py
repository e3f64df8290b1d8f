"""Orders, pages both ways, counts, tags, notes and the calendar of a history, against the workouts that went in."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import grpc
import pytest
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import workouts_pb2 as pb
from google.protobuf.field_mask_pb2 import FieldMask

from ctz_chassis.consumers import Consumer
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer, User
from ctz_workouts.store import filters, listing

from .harness import deleted, recorded

pytestmark = pytest.mark.component

COUNT = 45
TITLES = ("60 min Power Zone Endurance Ride", "30 min Climb Ride", "20 min Focus Flow")
TYPES = ("power_zone_endurance", "climb", "focus_flow")
TAGS = ("commute", "with anna", "legs like lead")
ORDERS = [value for value in pb.WorkoutOrder.values() if value]


@dataclass(frozen=True)
class Told:
    """What was told of one workout, and what its rider wrote."""

    workout_id: UUID
    start: int
    day: str
    kind: int
    seconds: int
    joules: float
    points: float | None
    tags: tuple[str, ...]
    notes: str
    source: str


@pytest.fixture(scope="module")
def rider(server: RunningServer) -> User:
    return server.keys.user()


def asker(server: RunningServer, user: User) -> Any:
    from ctz.workouts.v1 import workouts_pb2_grpc  # noqa: PLC0415 - one use

    return server.client(workouts_pb2_grpc.WorkoutServiceStub, user=user)


@pytest.fixture(scope="module")
def told(server: RunningServer, consumer: Consumer, rider: User) -> Sequence[Told]:
    """45 workouts over about 20 days, several on some; of each fifth notes, of each fourth tags, each ninth by hand."""
    chance, found = random.Random(8), []
    asked = asker(server, rider)
    for number in range(COUNT):
        kind = number % len(TITLES)
        seconds, joules = chance.choice((1200, 1800, 3600)), float(chance.choice((0, 200_000, 400_000, 600_000)))
        points = None if number % 4 == 0 else float(chance.randrange(1, 90))
        source = "manual" if number % 9 == 0 else "peloton"
        tags = tuple(sorted({TAGS[number % 3], TAGS[0]})) if number % 4 == 0 else ()
        notes = f"Felt strong, saddle at {number}" if number % 5 == 0 else ""
        event = recorded(
            workout_id := uuid7(),
            rider.user_id,
            days=-chance.randrange(0, 20) - number / 1_000,
            title=TITLES[kind],
            class_type=TYPES[kind],
            discipline="cycling" if kind < 2 else "yoga",
            class_id="",
            source=source,
            duration_seconds=seconds,
            total_work_joules=joules,
            effort_points=points,
            chart_state=peloton.CHART_STATE_NONE,
        )
        consumer.handle(event)
        message = peloton.WorkoutRecorded.FromString(event.data)
        if tags or notes:
            asked.UpdateWorkout(
                pb.UpdateWorkoutRequest(
                    name=f"workouts/{workout_id}",
                    notes=notes,
                    tags=[tag.upper() for tag in tags],
                    update_mask=FieldMask(paths=["notes", "tags"]),
                    revision=0,
                )
            )
        start, day = message.start_time.ToNanoseconds(), message.local_date
        found.append(Told(workout_id, start, day, kind, seconds, joules, points, tags, notes, source))
    return found


def walk(asked: Any, size: int, **wanted: Any) -> list[pb.ListWorkoutsResponse]:
    """Every page to the end, and every page back to the beginning."""
    there = [asked.ListWorkouts(pb.ListWorkoutsRequest(page_size=size, **wanted))]
    while token := there[-1].next_page_token:
        there.append(asked.ListWorkouts(pb.ListWorkoutsRequest(page_size=size, page_token=token, **wanted)))
    back = [there[-1]]
    while token := back[0].previous_page_token:
        back.insert(0, asked.ListWorkouts(pb.ListWorkoutsRequest(page_size=size, page_token=token, **wanted)))
    assert [list(page.workouts) for page in there] == [list(page.workouts) for page in back]
    return there


def names(pages: Sequence[pb.ListWorkoutsResponse]) -> list[str]:
    return [row.name.removeprefix("workouts/") for page in pages for row in page.workouts]


def rank(order: int, one: Told) -> float:
    return {
        pb.WORKOUT_ORDER_LONGEST: one.seconds,
        pb.WORKOUT_ORDER_MOST_WORK: one.joules,
        pb.WORKOUT_ORDER_MOST_EFFORT: one.points if one.points is not None else -1,
    }.get(order, 0)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("looked_at", [2_000, 10])
def test_every_order_is_walked_both_ways_and_holds_every_workout_once(
    told: Sequence[Told],
    rider: User,
    client: Callable[..., Any],
    order: "pb.WorkoutOrder.ValueType",
    looked_at: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whether the index is asked first, or only when too few of the workouts that were looked at match."""
    if looked_at == 10:
        monkeypatch.setattr(listing, "SPARSE_AT_MOST", 0)
        monkeypatch.setattr(listing, "LOOKED_AT", looked_at)
    oldest_first = order == pb.WORKOUT_ORDER_OLDEST
    for kept, holds in (
        (None, lambda _: True),
        (pb.WorkoutFilter(disciplines=["yoga"]), lambda one: one.kind == 2),
        (pb.WorkoutFilter(query="ride", tags=["commute"]), lambda one: one.kind < 2 and "commute" in one.tags),
    ):
        wanted = [one for one in told if holds(one)]
        wanted.sort(key=lambda one: (rank(order, one), one.day, one.start, str(one.workout_id)), reverse=True)
        expected = [str(one.workout_id) for one in (wanted[::-1] if oldest_first else wanted)]
        pages = walk(client(rider), 7, order=order, filter=kept)
        assert expected == names(pages)
        assert {len(expected)} == {page.total_size for page in pages}
        is_by_time = order in {pb.WORKOUT_ORDER_NEWEST, pb.WORKOUT_ORDER_OLDEST}
        assert is_by_time == any(page.weeks for page in pages)


@pytest.mark.parametrize(
    ("kept", "holds"),
    [
        ({"tags": ["with anna"]}, lambda one: "with anna" in one.tags),
        ({"tags": ["With  Anna", "legs like lead"]}, lambda one: {"with anna", "legs like lead"} & set(one.tags)),
        ({"class_types": ["climb"]}, lambda one: one.kind == 1),
        ({"has_notes": True}, lambda one: one.notes),
        ({"query": "saddle"}, lambda one: one.notes),
        ({"query": "sadle strng"}, lambda one: one.notes),
        ({"query": "anna"}, lambda one: "with anna" in one.tags),
        ({"query": "lead flow"}, lambda one: "legs like lead" in one.tags and one.kind == 2),
        ({"source_choice": pb.SOURCE_CHOICE_ONLY_MANUAL}, lambda one: one.source == "manual"),
        ({"source_choice": pb.SOURCE_CHOICE_WITHOUT_MANUAL}, lambda one: one.source != "manual"),
        ({"min_duration_seconds": 1201, "max_duration_seconds": 1800}, lambda one: one.seconds == 1800),
        ({"min_duration_seconds": 1200, "max_duration_seconds": 1259}, lambda one: one.seconds == 1200),
        ({"min_load": 1, "max_load": 2}, lambda _: False),
    ],
)
def test_filters_of_what_riders_write_and_of_figures(
    told: Sequence[Told], rider: User, client: Callable[..., Any], kept: dict[str, Any], holds: Callable[[Told], object]
) -> None:
    pages = walk(client(rider), 6, filter=pb.WorkoutFilter(**kept))
    wanted = {str(one.workout_id) for one in told if holds(one)}
    assert wanted == set(names(pages))
    assert (len(wanted), False) == (pages[0].total_size, pages[0].is_total_size_minimum)


def test_a_row_carries_tags_notes_revision_type_and_source(
    told: Sequence[Told], rider: User, client: Callable[..., Any]
) -> None:
    rows = {row.name: row for page in walk(client(rider), 100) for row in page.workouts}
    for one in told:
        row = rows[f"workouts/{one.workout_id}"]
        assert (list(one.tags), one.notes) == (list(row.tags), row.notes_excerpt)
        assert (TYPES[one.kind], one.source, int(bool(one.tags or one.notes))) == (
            row.class_type,
            row.source,
            row.revision,
        )


def test_a_correction_tells_what_was_searched_instead(
    told: Sequence[Told], rider: User, client: Callable[..., Any]
) -> None:
    answer = client(rider).ListWorkouts(pb.ListWorkoutsRequest(filter=pb.WorkoutFilter(query="enduarnce ride xyzzy")))
    assert [pb.Correction(typed="enduarnce", words=["endurance"]), pb.Correction(typed="xyzzy")] == list(
        answer.corrections
    )
    assert 0 == answer.total_size


def test_counting_ends_at_a_bound_and_says_so(
    told: Sequence[Told], rider: User, client: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One value of one kind is told exactly by the rider's counts; of several kinds together as many are counted."""
    monkeypatch.setattr(listing, "COUNTED_AT_MOST", 5)
    asked = client(rider)
    one = asked.ListWorkouts(pb.ListWorkoutsRequest(filter=pb.WorkoutFilter(disciplines=["cycling"])))
    both = asked.ListWorkouts(
        pb.ListWorkoutsRequest(filter=pb.WorkoutFilter(disciplines=["cycling"], has_notes=True), page_size=4)
    )
    cycled = [each for each in told if each.kind < 2]
    assert (len(cycled), False) == (one.total_size, one.is_total_size_minimum)
    assert (5, True) == (both.total_size, both.is_total_size_minimum)
    assert 5 < sum(bool(each.notes) for each in cycled)
    following = asked.ListWorkouts(
        pb.ListWorkoutsRequest(
            filter=pb.WorkoutFilter(disciplines=["cycling"], has_notes=True),
            page_size=4,
            page_token=both.next_page_token,
        )
    )
    assert (5, True) == (following.total_size, following.is_total_size_minimum)


def test_a_calendar_tells_days_with_their_first_workouts(
    told: Sequence[Told], rider: User, client: Callable[..., Any]
) -> None:
    days = sorted({one.day for one in told})
    span = {"from_date": days[0], "to_date": days[-1], "workouts_per_day": 2}
    calendar = client(rider).GetCalendar(pb.GetCalendarRequest(**span))
    assert days == [day.date for day in calendar.days]
    for day in calendar.days:
        members = sorted((one for one in told if one.day == day.date), key=lambda one: one.start)
        assert (len(members), sum(one.seconds for one in members)) == (day.workout_count, day.duration_seconds)
        assert [f"workouts/{one.workout_id}" for one in members[:2]] == [row.name for row in day.workouts]
    kept = pb.WorkoutFilter(query="flow", from_date="2030-01-01")
    flows = client(rider).GetCalendar(pb.GetCalendarRequest(**span, filter=kept))
    assert Counter(one.day for one in told if one.kind == 2) == {day.date: day.workout_count for day in flows.days}


@pytest.mark.parametrize(("first", "last"), [("2026-01-01", "2026-02-12"), ("2026-01-02", "2026-01-01"), ("", "x")])
def test_t073_a_calendar_of_more_than_six_weeks_is_refused(
    rider: User, client: Callable[..., Any], first: str, last: str
) -> None:
    with pytest.raises(RemoteError) as refused:
        client(rider).GetCalendar(pb.GetCalendarRequest(from_date=first, to_date=last))
    assert grpc.StatusCode.INVALID_ARGUMENT == refused.value.code


def test_facets_tell_tags_types_and_sources_and_forget_what_is_gone(
    server: RunningServer, consumer: Consumer, client: Callable[..., Any]
) -> None:
    rider = server.keys.user()
    asked, kept, gone = client(rider), uuid7(), uuid7()
    for workout_id in (kept, gone):
        consumer.handle(recorded(workout_id, rider.user_id, class_type="climb"))
        asked.UpdateWorkout(
            pb.UpdateWorkoutRequest(name=f"workouts/{workout_id}", tags=["hot"], update_mask=FieldMask(paths=["tags"]))
        )
    consumer.handle(deleted(gone, rider.user_id, 2))
    archive = asked.GetArchive(pb.GetArchiveRequest())
    for facets, value in ((archive.tags, "hot"), (archive.class_types, "climb"), (archive.sources, "peloton")):
        assert [pb.FacetValue(value=value, count=1)] == list(facets)
    asked.DeleteWorkout(pb.DeleteWorkoutRequest(name=f"workouts/{kept}"))
    assert not asked.GetArchive(pb.GetArchiveRequest()).tags
    assert 0 == asked.ListWorkouts(pb.ListWorkoutsRequest(filter=pb.WorkoutFilter(query="denis"))).total_size
    asked.UndeleteWorkout(pb.UndeleteWorkoutRequest(name=f"workouts/{kept}"))
    found = asked.ListWorkouts(pb.ListWorkoutsRequest(filter=pb.WorkoutFilter(query="denis hot")))
    assert [f"workouts/{kept}"] == [row.name for row in found.workouts]
    assert date.fromisoformat(archive.oldest_date)
    assert filters.EVERYTHING.is_everything
