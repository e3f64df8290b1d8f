"""A ride without a heart rate shows that of a watch merged beneath it, and gives it back exactly."""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from ctz.common.v1 import training_pb2 as training
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.events.v1 import events_pb2
from ctz.workouts.v1 import analytics_pb2, workouts_pb2
from ctz.workouts.v1 import transfers_pb2 as pb
from ctz.workouts.v1 import transfers_pb2_grpc as pb_grpc

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, count_statements
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer, User
from ctz_workouts.app import own_workouts
from ctz_workouts.app.publishing import ANALYZED
from ctz_workouts.app.recompute import Recomputing, compute_anew
from ctz_workouts.domain.sources import IMPORT
from ctz_workouts.formats.activity import HEART_RATE, Activity, Samples
from ctz_workouts.store import tables
from ctz_workouts.store.riders import RiderStore

from .aggregates import from_scratch, kept
from .harness import START, deleted, metric_changed, performance, recorded
from .test_merges import facts, ignoring_refused

pytestmark = pytest.mark.component

LENGTH = 600
REVISIONS = {"analyzed_revision", "analyzed_digest"}
"""Columns that count what was told, and so never go back."""


@pytest.fixture
def merges(server: RunningServer, rider: User) -> pb_grpc.DuplicateServiceStub:
    return server.client(pb_grpc.DuplicateServiceStub, user=rider)


def ride(consumer: Consumer, rider: User, **given: Any) -> UUID:
    """A ride of ten minutes with power, and without a heart rate unless given."""
    workout = uuid7()
    consumer.handle(recorded(workout, rider.user_id, duration_seconds=LENGTH))
    consumer.handle(performance(workout, rider.user_id, watts=(150,) * LENGTH, **given))
    return workout


def watch(database: Database, rider: User, *, late: int = 0, seconds: int = LENGTH, **given: Any) -> UUID:
    """What a watch recorded: beats that count up by one in ten seconds, from 100."""
    beats = Samples(range(1, seconds + 1), {HEART_RATE: [100.0 + at // 10 for at in range(seconds)]})
    start = START + timedelta(seconds=late)
    fields = {"device": "Forerunner 255", "samples": beats, "title": "Cardio"} | given
    told = own_workouts.told_of(Activity(start, seconds, "cycling", **fields), IMPORT, uuid7().hex, 0)
    workout = uuid7()
    with database.begin() as connection:
        RiderStore(connection).take_turn(rider.user_id)
        own_workouts.keep(connection, rider.user_id, workout, 1, told)
    return workout


def merge(merges: Any, primary: UUID, *absorbed: UUID) -> None:
    merges.MergeWorkouts(
        pb.MergeWorkoutsRequest(primary=f"workouts/{primary}", absorbed=[f"workouts/{one}" for one in absorbed])
    )


def part(merges: Any, workout: UUID) -> None:
    merges.UnmergeWorkout(pb.UnmergeWorkoutRequest(name=f"workouts/{workout}"))


def shown(client: Any, workout: UUID) -> workouts_pb2.WorkoutView:
    view: workouts_pb2.WorkoutView = client.GetWorkout(workouts_pb2.GetWorkoutRequest(name=f"workouts/{workout}"))
    return view


def beats_of(client: Any, workout: UUID) -> Mapping[int, float]:
    """Heart rate by second, as the chart gets it."""
    series = client.GetSeries(workouts_pb2.GetSeriesRequest(name=f"workouts/{workout}"))
    values: Sequence[float] = next((one.values for one in series.metrics if one.slug == "heart_rate"), [])
    return {second: value for second, value in zip(series.seconds, values, strict=False) if not math.isnan(value)}


def rows_of(database: Database, user: User) -> Mapping[UUID, tuple[Any, ...]]:
    """Every workout of a rider with its analysis, as stored."""
    names, told = [column.name for column in tables.workout.c if column.name not in REVISIONS], tables.performance
    query = (
        sa.select(tables.workout, told.c.reported, told.c.series, told.c.analysis)
        .outerjoin(told, told.c.workout_id == tables.workout.c.workout_id)
        .where(tables.workout.c.user_id == user.user_id)
    )
    with database.read() as connection:
        rows = list(connection.execute(query).mappings())
    return {
        row["workout_id"]: (
            *((name, row[name]) for name in names),
            row["reported"] or b"",
            row["series"],
            row["analysis"],
        )
        for row in rows
    }


def test_a_ride_shows_the_heart_rate_of_the_watch_beneath_it(
    consumer: Consumer, database: Database, rider: User, client: Callable[..., Any], merges: Any
) -> None:
    """Chart, mean, maximum, zones and effort points; the watch was started 37 seconds late."""
    asked = client(rider)
    maximum = [((START - timedelta(days=9)), 180)]
    consumer.handle(metric_changed(rider.user_id, 1, maximum, training.METRIC_KIND_MAX_HEART_RATE))
    primary, absorbed = ride(consumer, rider), watch(database, rider, late=37)
    before = rows_of(database, rider)
    assert {} == beats_of(asked, primary)
    merge(merges, primary, absorbed)

    beats = beats_of(asked, primary)
    assert (38, LENGTH) == (min(beats), max(beats))
    assert 100 + (200 - 38) // 10 == beats[200]
    view = shown(asked, primary)
    assert ["output", "heart_rate"] == list(view.series_slugs)
    lent = view.borrowed_heart_rate
    assert (f"workouts/{absorbed}", "import", "Forerunner 255", "Cardio") == (
        lent.workout,
        lent.source,
        lent.device_type,
        lent.title,
    )
    assert sum(beats.values()) / len(beats) == pytest.approx(view.workout.mean_heart_rate_bpm)
    assert max(beats.values()) == view.analysis.maximum_heart_rate_bpm
    edges = [0.65 * 180, 0.75 * 180, 0.85 * 180, 0.95 * 180]
    zones = [1 + sum(value >= edge for edge in edges) for value in beats.values()]
    by_hand = [zones.count(zone) for zone in range(1, 6)]
    assert by_hand == list(view.heart_rate_zone_seconds)
    points = sum(seconds / 60 * each for seconds, each in zip(by_hand, (0.3, 0.6, 1.2, 2.4, 2.4), strict=True))
    assert points == pytest.approx(view.workout.effort_points)
    assert 100 == beats_of(asked, absorbed)[1], "the watch keeps its own clock"

    part(merges, absorbed)
    assert before == rows_of(database, rider)
    assert not shown(asked, primary).HasField("borrowed_heart_rate")


def test_a_class_without_any_samples_has_a_load_by_the_watch(
    consumer: Consumer, database: Database, rider: User, client: Callable[..., Any], merges: Any
) -> None:
    """Also told to plans and challenges, and taken back."""
    for kind, value in (
        (training.METRIC_KIND_RESTING_HEART_RATE, 50),
        (training.METRIC_KIND_THRESHOLD_HEART_RATE, 165),
        (training.METRIC_KIND_MAX_HEART_RATE, 185),
    ):
        consumer.handle(metric_changed(rider.user_id, 1, [(START - timedelta(days=9), value)], kind))
    primary, asked = uuid7(), client(rider)
    consumer.handle(
        recorded(
            primary,
            rider.user_id,
            discipline="strength",
            duration_seconds=LENGTH,
            total_work_joules=None,
            chart_state=peloton.CHART_STATE_NONE,
        )
    )
    before = rows_of(database, rider)[primary]
    absorbed = watch(database, rider)
    own = shown(asked, absorbed).workout.load
    merge(merges, primary, absorbed)
    view = shown(asked, primary)
    assert (own, analytics_pb2.LOAD_SOURCE_HEART_RATE) == (view.workout.load, view.workout.load_source)
    assert own > 0
    assert LENGTH == len(beats_of(asked, primary))
    assert LENGTH == view.workout.duration_seconds
    assert from_scratch(database, rider.user_id) == kept(database, rider.user_id)
    assert own == pytest.approx(analyzed(database, rider, primary)[-1].load)

    part(merges, absorbed)
    after = rows_of(database, rider)[primary]
    assert before == after
    assert not analyzed(database, rider, primary)[-1].load
    assert from_scratch(database, rider.user_id) == kept(database, rider.user_id)


def analyzed(database: Database, user: User, workout: UUID) -> list[events_pb2.WorkoutAnalyzed]:
    box = tables.outbox
    query = sa.select(box.c.data).where(box.c.subject == str(user.user_id), box.c.type == ANALYZED)
    with database.read() as connection:
        told = [events_pb2.WorkoutAnalyzed.FromString(row.data) for row in connection.execute(query.order_by(box.c.id))]
    return [one for one in told if one.workout_id == str(workout)]


def test_a_ride_with_a_heart_rate_of_its_own_borrows_none(
    consumer: Consumer, database: Database, rider: User, client: Callable[..., Any], merges: Any
) -> None:
    primary = ride(consumer, rider, beats=(133,) * LENGTH)
    before = rows_of(database, rider)[primary]
    merge(merges, primary, watch(database, rider))
    assert before == rows_of(database, rider)[primary]
    assert {133} == set(beats_of(client(rider), primary).values())


def test_pauses_of_the_watch_are_taken_out_by_the_clock_on_the_wall(
    consumer: Consumer, database: Database, rider: User, client: Callable[..., Any], merges: Any
) -> None:
    """The watch stood still for 40 seconds behind its second 100, while the ride went on."""
    primary = ride(consumer, rider)
    absorbed = watch(
        database,
        rider,
        seconds=LENGTH - 40,
        end_time=START + timedelta(seconds=LENGTH),
        pause_seconds=40,
        pauses=[(100, 40)],
    )
    merge(merges, primary, absorbed)
    beats = beats_of(client(rider), primary)
    assert (100 + 99 // 10, 100 + 100 // 10) == (beats[100], beats[141])
    assert not set(range(101, 141)) & set(beats)
    assert 0 == shown(client(rider), primary).analysis.heart_rate_uncertain_seconds


def test_a_pause_of_the_ride_is_told_as_what_may_be_off(
    consumer: Consumer, database: Database, rider: User, client: Callable[..., Any], merges: Any
) -> None:
    primary = uuid7()
    detail = peloton.WorkoutDetail(has_paused=True, pause_seconds=30)
    consumer.handle(recorded(primary, rider.user_id, duration_seconds=LENGTH, detail=detail))
    consumer.handle(performance(primary, rider.user_id, watts=(150,) * LENGTH))
    merge(merges, primary, watch(database, rider, seconds=LENGTH + 30))
    assert 30 == shown(client(rider), primary).analysis.heart_rate_uncertain_seconds


def test_what_lends_may_change_move_or_go(
    consumer: Consumer, database: Database, rider: User, client: Callable[..., Any], merges: Any
) -> None:
    """A merged recording goes on following its source, and the ride above it with it."""
    primary, asked, lender = ride(consumer, rider), client(rider), uuid7()
    plain = rows_of(database, rider)[primary]
    consumer.handle(recorded(lender, rider.user_id, duration_seconds=LENGTH))
    merge(merges, primary, lender)
    assert plain == rows_of(database, rider)[primary]
    consumer.handle(performance(lender, rider.user_id, watts=(100,) * LENGTH, beats=(120,) * LENGTH))
    assert {120} == set(beats_of(asked, primary).values())
    consumer.handle(performance(lender, rider.user_id, 2, watts=(100,) * LENGTH, beats=(140,) * LENGTH))
    assert 140 == shown(asked, primary).workout.mean_heart_rate_bpm
    consumer.handle(recorded(lender, rider.user_id, 2, days=1, duration_seconds=LENGTH))
    assert plain == rows_of(database, rider)[primary]
    consumer.handle(recorded(lender, rider.user_id, 3, duration_seconds=LENGTH))
    assert {140} == set(beats_of(asked, primary).values())
    consumer.handle(deleted(lender, rider.user_id, 4))
    assert plain == rows_of(database, rider)[primary]


def test_a_page_of_a_borrowed_heart_rate_costs_no_statement_more(
    consumer: Consumer, database: Database, rider: User, client: Callable[..., Any], merges: Any
) -> None:
    primary, asked = ride(consumer, rider), client(rider)

    def statements() -> int:
        with count_statements(database.engine) as counted:
            shown(asked, primary)
            beats_of(asked, primary)
        return counted.count

    alone = statements()
    merge(merges, primary, watch(database, rider))
    assert alone == statements()


class Story:
    """Random changes of recordings of the same few minutes: what is known, merged, taken apart, deleted."""

    def __init__(self, seed: int, consumer: Consumer, merges: Any, rider: User) -> None:
        self.chance, self.consumer, self.merges, self.user_id = random.Random(seed), consumer, merges, rider.user_id
        self.workouts = [uuid7() for _ in range(7)]
        self.metric_revision = self.newest = 0
        for workout in self.workouts:
            self.record(workout)

    def revision(self) -> int:
        """Mostly the newest so far, at times one that comes too late."""
        self.newest += 1
        return self.newest if self.chance.random() < 0.8 else self.chance.randrange(1, self.newest + 1)

    def step(self) -> None:
        acts = (self.record, self.perform, self.merge, self.merge, self.part, self.delete, self.change_heart_rate)
        self.chance.choices(acts, (4, 6, 5, 5, 5, 1, 1))[0]()

    def record(self, workout: UUID | None = None) -> None:
        detail = self.chance.choice((None, peloton.WorkoutDetail(has_paused=True, pause_seconds=20)))
        self.consumer.handle(
            recorded(
                workout or self.chance.choice(self.workouts),
                self.user_id,
                self.revision(),
                days=self.chance.randrange(-30, 30) / 86_400,
                duration_seconds=300,
                discipline=self.chance.choice(("cycling", "strength")),
                class_id="",
                total_work_joules=0,
                detail=detail,
                chart_state=self.chance.choice((peloton.CHART_STATE_DUE, peloton.CHART_STATE_NONE)),
            )
        )

    def perform(self) -> None:
        seconds = self.chance.choice((0, 200, 300, 320))
        beats = [self.chance.choice((110, 140, 165)) for _ in range(seconds)] if self.chance.random() < 0.5 else None
        watts = [self.chance.choice((120, 240)) for _ in range(seconds)]
        workout = self.chance.choice(self.workouts)
        self.consumer.handle(performance(workout, self.user_id, self.revision(), watts=watts, beats=beats))

    def merge(self) -> None:
        primary, *absorbed = self.chance.sample(self.workouts, self.chance.choice((2, 3)))
        ignoring_refused(lambda: merge(self.merges, primary, *absorbed))

    def part(self) -> None:
        ignoring_refused(lambda: part(self.merges, self.chance.choice(self.workouts)))

    def delete(self) -> None:
        self.consumer.handle(deleted(self.chance.choice(self.workouts), self.user_id, self.revision()))

    def change_heart_rate(self) -> None:
        self.metric_revision += 1
        value = self.chance.randrange(170, 200)
        entries = [(START.date().replace(year=2023), value)]
        self.consumer.handle(
            metric_changed(self.user_id, self.metric_revision, entries, training.METRIC_KIND_MAX_HEART_RATE)
        )


@pytest.mark.parametrize("seed", range(4))
def test_borrowing_equals_a_recomputation_after_any_sequence(
    consumer: Consumer, database: Database, recomputing: Recomputing, rider: User, merges: Any, seed: int
) -> None:
    """After every few changes all rows equal those computed anew, and nothing is borrowed once nothing is merged."""
    story, borrowed = Story(seed, consumer, merges, rider), 0
    for step in range(60):
        story.step()
        while recomputing.run_once():
            pass
        if step % 5:
            continue
        stored = rows_of(database, rider)
        compute_all_anew(database, rider)
        assert stored == rows_of(database, rider)
        assert from_scratch(database, rider.user_id) == kept(database, rider.user_id)
        borrowed += len(borrowers(database, rider))
    assert borrowed, "the story never borrowed anything"
    for workout in story.workouts:
        ignoring_refused(lambda workout=workout: part(merges, workout))  # type: ignore[misc]
    assert [] == borrowers(database, rider)
    stored = rows_of(database, rider)
    compute_all_anew(database, rider)
    assert stored == rows_of(database, rider)
    assert len({revision for _, _, revision in facts(database, rider)}) >= 1


def compute_all_anew(database: Database, user: User) -> None:
    with database.begin() as connection:
        timelines = RiderStore(connection).take_turn(user.user_id)
        own = sa.select(tables.workout.c.workout_id).where(tables.workout.c.user_id == user.user_id)
        compute_anew(connection, user.user_id, timelines, connection.execute(own).scalars().all())


def borrowers(database: Database, user: User) -> list[UUID]:
    own = tables.workout.c.user_id == user.user_id
    query = sa.select(tables.workout.c.workout_id).where(own, tables.workout.c.heart_rate_from.is_not(None))
    with database.read() as connection:
        return list(connection.execute(query).scalars())
