"""What events leave behind: the newest of every part, whatever the order and however often they come."""

import random
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from ctz.common.v1 import training_pb2 as training
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.events.v1 import events_pb2
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_chassis.consumers import Consumer, decode
from ctz_chassis.db import Database, count_statements, make_engine
from ctz_chassis.events import Event, Poison
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer
from ctz_local.testing import ServiceDatabase
from ctz_workouts.app.publishing import ANALYZED
from ctz_workouts.app.recompute import Recomputing, carry_out
from ctz_workouts.cli import GROUP_HANDLERS, HANDLERS, MESSAGE_TYPES
from ctz_workouts.store import aggregate_tables as sums
from ctz_workouts.store import tables
from ctz_workouts.store.tasks import TaskStore

from .harness import START, block, class_updated, deleted, metric, metric_changed, performance, recorded

pytestmark = [pytest.mark.component, pytest.mark.long]

# Three of them only where records are made anew, as those that a first workout holds are.
MOST_STATEMENTS = 10
PERMUTATIONS = 500
WATTS = (130,) * 40 + (200,) * 40
BLOCKS = (block(61, 100, 2), block(101, 140, 4))
# How often figures were published depends on the order in which parts came; what was published last does not.
COUNTERS = {"analyzed_revision", "analyzed_digest"}
# Terms are hashed with the rider's id; what they stand for is counted in the tally.
IDS = {"user_id", "workout_id", "class_id", "source_id", "terms"}
Story = Callable[[UUID, str], list[Event]]


def edited_ride(user: UUID, class_id: str) -> list[Event]:
    """A ride whose series was corrected, whose class came late, and whose FTP changed."""
    edited = uuid7()
    return [
        metric_changed(user, 1, [(START.date(), 200)]),
        recorded(edited, user, 2, class_id=class_id, title="45 min Power Zone Endurance Ride"),
        performance(edited, user, 1, watts=(100,) * 80),
        performance(edited, user, 2, watts=WATTS),
        class_updated(class_id, 1, targets=BLOCKS),
        metric_changed(user, 2, [(START.date(), 200), (START.replace(day=30), 210)]),
    ]


def returned_ride(user: UUID, _class_id: str) -> list[Event]:
    """A ride that was deleted and came back on another day, beside one that is gone."""
    lifted, gone = uuid7(), uuid7()
    return [
        metric_changed(user, 3, [(START.date(), 200), (START.replace(day=30), 210)]),
        recorded(lifted, user, 1, days=1, class_id="", title="Just Ride", instructor=""),
        performance(lifted, user, 1, watts=WATTS),
        deleted(lifted, user, 2),
        recorded(lifted, user, 3, days=2, class_id="", title="Just Ride", instructor=""),
        deleted(gone, user, 2),
    ]


def history(user: UUID, class_id: str) -> list[Event]:
    """Both, of one rider."""
    return edited_ride(user, class_id) + returned_ride(user, class_id)


def rows_of(connection: sa.Connection, user: UUID) -> dict[str, list[dict[str, Any]]]:
    """Everything derived of a rider, in an order of its own."""
    found: dict[str, list[dict[str, Any]]] = {}
    mine = sa.select(tables.workout.c.workout_id).where(tables.workout.c.user_id == user)
    conditions = {
        tables.rider: tables.rider.c.user_id == user,
        tables.workout: tables.workout.c.user_id == user,
        tables.performance: tables.performance.c.workout_id.in_(mine),
        tables.tally: sa.and_(tables.tally.c.user_id == user, tables.tally.c.workout_count != 0),
        tables.task: tables.task.c.user_id == user,
        sums.total: sa.and_(sums.total.c.user_id == user, sums.total.c.workout_count != 0),
        sums.distance_day: sa.and_(sums.distance_day.c.user_id == user, sums.distance_day.c.day_count != 0),
        sums.streak: sums.streak.c.user_id == user,
    }
    for table, condition in conditions.items():
        rows = connection.execute(sa.select(table).where(condition).order_by(*table.primary_key)).mappings()
        found[table.name] = [{name: row[name] for name in row if name not in COUNTERS} for row in rows]
    return found


def last_published(connection: sa.Connection, user: UUID) -> dict[str, events_pb2.WorkoutAnalyzed]:
    rows = connection.execute(sa.select(tables.outbox.c.data).where(tables.outbox.c.subject == str(user))).scalars()
    messages = sorted((events_pb2.WorkoutAnalyzed.FromString(row) for row in rows), key=lambda one: one.revision)
    return {message.workout_id: message for message in messages}


def recompute_all(connection: sa.Connection) -> None:
    while (claim := TaskStore(connection).claim(30)) is not None:
        assert carry_out(connection, claim)


def apply(connection: sa.Connection, events: Sequence[Event]) -> None:
    """Apply events in this order through the real handlers; neighbours that may be handled together are."""
    for handle_group, neighbours in groupby(events, lambda each: GROUP_HANDLERS.get(each.type)):
        told = [(decode(MESSAGE_TYPES[each.type], each), each) for each in neighbours]
        if handle_group is not None:
            handle_group(connection, told)
        else:
            for message, each in told:
                HANDLERS[each.type](connection, message, each)


def left_by(database: Database, story: Story, seed: int | None) -> dict[str, Any]:
    """What a story of a new rider leaves when it is told in the order of a seed, or as it happened; without ids."""
    user = uuid7()
    events = story(user, uuid7().hex)
    told = events if seed is None else random.Random(seed).sample(events, len(events))
    with database.begin() as connection:
        apply(connection, told)
        recompute_all(connection)
        left = rows_of(connection, user)
        published = last_published(connection, user)
    for message in published.values():
        for name in ("revision", "user_id", "workout_id"):
            message.ClearField(name)
    # Ids grow with time, so that rows keep their order.
    bare = {name: [{key: row[key] for key in row.keys() - IDS} for row in rows] for name, rows in left.items()}
    return {**bare, "published": [published[key] for key in sorted(published)]}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("story", [edited_ride, returned_ride])
def test_t019_any_order_of_events_leaves_the_same(made: ServiceDatabase, story: Story) -> None:
    """1,000 shuffled orders, 500 of each story, against the order in which things happened."""
    url = made.app_url("workouts")
    database = Database(make_engine(url, application_name="test", synchronous_commit=False))
    ordered = left_by(database, story, None)
    assert 1 == len(ordered["published"])

    for seed in range(PERMUTATIONS):
        assert ordered == left_by(database, story, seed), f"seed {seed}"
    database.close()


def test_t018_events_delivered_three_times_leave_the_same_rows(database: Database, consumer: Consumer) -> None:
    """Three deliveries in disorder, against one."""
    once, thrice = uuid7(), uuid7()
    for user, times in ((once, 1), (thrice, 3)):
        events = history(user, uuid7().hex)
        for each in random.Random(7).sample(events * times, len(events) * times) if times > 1 else events:
            consumer.handle(each)
    with database.begin() as connection:
        recompute_all(connection)
        first, second = (rows_of(connection, user) for user in (once, thrice))
    assert [len(rows) for rows in first.values()] == [len(rows) for rows in second.values()]
    assert first["tally"] == [row | {"user_id": once} for row in second["tally"]]
    names = ("title", "is_listed", "training_stress_score", "zone_seconds", "target_share", "ftp_watts_used")
    figures = [[tuple(row[name] for name in names) for row in rows["workout"]] for rows in (first, second)]
    assert figures[0] == figures[1]
    assert [200.0, 210.0, None] == [row["ftp_watts_used"] for row in first["workout"]]


def test_a_dozen_events_together_cost_no_more_statements_than_one(database: Database, consumer: Consumer) -> None:
    costs = []
    for number in (1, 12):
        user, rides = uuid7(), [uuid7() for _ in range(number)]
        consumer.handle(metric_changed(user, 1, [(START.date(), 200)]))
        for tell in (recorded, performance):
            days = {"days": 1} if tell is recorded else {}
            with count_statements(database.engine) as sent:
                consumer.together.handle([tell(ride, user, **days) for ride in rides])
            costs.append(sent.count)
        with database.read() as connection:
            assert number == len(last_published(connection, user))
    assert costs[:2] == costs[2:]
    assert max(costs) <= MOST_STATEMENTS


def test_t028_the_first_body_under_an_event_id_wins(database: Database, consumer: Consumer) -> None:
    user, workout = uuid7(), uuid7()
    first, second = recorded(workout, user, 1, title="first"), recorded(workout, user, 2, title="second")
    consumer.handle(first)
    consumer.handle(Event(first.id, second.type, second.source, second.subject, second.time, second.data))
    with database.read() as connection:
        assert ["first"] == [row["title"] for row in rows_of(connection, user)["workout"]]


def test_t015_what_is_rolled_back_leaves_neither_figures_nor_event(database: Database) -> None:
    """The figures and the fact are one transaction."""
    user, workout = uuid7(), uuid7()
    events = [metric_changed(user, 1, [(START.date(), 200)]), recorded(workout, user), performance(workout, user)]
    with database.engine.connect() as connection, connection.begin() as transaction:
        apply(connection, events)
        assert {str(workout)} == last_published(connection, user).keys()
        transaction.rollback()
    with database.read() as connection:
        assert {} == last_published(connection, user)
        assert not any(rows_of(connection, user).values())


def test_t048_a_part_that_changes_no_figure_publishes_nothing(database: Database, consumer: Consumer) -> None:
    """A new title and the same samples again are no new figures; other samples are."""
    user, workout = uuid7(), uuid7()
    told = [
        recorded(workout, user),
        performance(workout, user, 1, watts=WATTS),
        recorded(workout, user, 2, title="Another title", is_total_work_record=True),
        performance(workout, user, 2, watts=WATTS),
        performance(workout, user, 3, watts=(*WATTS, 500)),
    ]
    revisions = []
    for each in told:
        consumer.handle(each)
        with database.read() as connection:
            revisions.append(last_published(connection, user).get(str(workout), events_pb2.WorkoutAnalyzed()).revision)
    assert [0, 1, 1, 1, 2] == revisions


def test_a_workout_without_figures_publishes_nothing(database: Database, consumer: Consumer) -> None:
    """Yoga with heart rate has no load, no zones and no best efforts."""
    user, workout = uuid7(), uuid7()
    beats = [metric("heart_rate", "bpm", (100,) * 80, average=100)]
    consumer.handle(recorded(workout, user, discipline="yoga", title="20 min Slow Flow", class_id=""))
    consumer.handle(performance(workout, user, watts=(0,) * 80, metrics=beats, averages=[], totals=[]))
    with database.read() as connection:
        assert {} == last_published(connection, user)


def test_a_distance_is_published_whether_or_not_there_is_power_or_a_series(
    database: Database, consumer: Consumer
) -> None:
    """In metres whatever the rider's units; parts in either order; a distance that changes is told again."""
    user, ride, walk, row = uuid7(), uuid7(), uuid7(), uuid7()
    consumer.handle(recorded(ride, user))
    consumer.handle(performance(ride, user, watts=WATTS))
    consumer.handle(performance(walk, user, watts=(), seconds=(), metrics=[], averages=[], totals=[total(3.1, "km")]))
    consumer.handle(recorded(walk, user, discipline="walking", class_id="", total_work_joules=None))
    consumer.handle(recorded(row, user, discipline="caesar", class_id="", total_work_joules=None))
    for revision, meters in enumerate((2_000, 2_150), start=1):
        consumer.handle(
            performance(row, user, revision, watts=(), metrics=[], averages=[], totals=[total(meters, "m")])
        )
    with database.read() as connection:
        told = last_published(connection, user)
    assert {str(ride): 22_852.6848, str(walk): 3_100.0, str(row): 2_150.0} == {
        workout: pytest.approx(message.distance_meters) for workout, message in told.items()
    }
    assert [1, 1, 2] == [told[str(workout)].revision for workout in (ride, walk, row)]
    assert [False, False] == [bool(told[str(each)].best_efforts) for each in (walk, row)]


def total(value: float, unit: str) -> training.Measure:
    return training.Measure(slug="distance", value=value, unit=unit, display_name="Distance")


def test_a_deletion_is_lifted_only_by_a_higher_summary(
    consumer: Consumer, server: RunningServer, client: Callable[..., Any]
) -> None:
    rider, workout = server.keys.user(), uuid7()
    seen = []
    for each in (
        recorded(workout, rider.user_id, 1),
        deleted(workout, rider.user_id, 3),
        recorded(workout, rider.user_id, 2),
        recorded(workout, rider.user_id, 4, title="Back again"),
    ):
        consumer.handle(each)
        seen.append(facts(client(rider)))
    back = (["Back again"], 1, ["cycling"], ["Denis Morton"], 1, "2026-03-29")
    there = (["45 min Power Zone Ride"], *back[1:])
    gone = ([], 0, [], [], 0, "")
    assert [there, gone, gone, back] == seen


def facts(client: Any) -> tuple[object, ...]:
    """Where a workout shows: list, count, facets, months, oldest day."""
    listed, archive = client.ListWorkouts(pb.ListWorkoutsRequest()), client.GetArchive(pb.GetArchiveRequest())
    return (
        [row.title for row in listed.workouts],
        archive.workout_count,
        [facet.value for facet in archive.disciplines],
        [facet.value for facet in archive.instructors],
        sum(week.workout_count for week in listed.weeks),
        archive.oldest_date,
    )


def test_t050_what_the_rider_wrote_outlives_every_sync(
    consumer: Consumer, server: RunningServer, client: Callable[..., Any]
) -> None:
    """Notes and effort stand after an edit, a deletion and a return; a hidden workout stays hidden."""
    rider, kept, hidden = server.keys.user(), uuid7(), uuid7()
    for workout in (kept, hidden):
        consumer.handle(recorded(workout, rider.user_id, 1))
        note = pb.UpdateWorkoutRequest(name=f"workouts/{workout}", notes="Left knee.\nBetter.", perceived_exertion=7)
        note.update_mask.paths.extend(["notes", "perceived_exertion"])
        client(rider).UpdateWorkout(note)
    client(rider).DeleteWorkout(pb.DeleteWorkoutRequest(name=f"workouts/{hidden}"))
    for revision, told in enumerate((recorded, deleted, recorded), start=2):
        for workout in (kept, hidden):
            consumer.handle(told(workout, rider.user_id, revision))

    assert 1 == facts(client(rider))[1]
    for workout, is_hidden in ((kept, False), (hidden, True)):
        view = client(rider).GetWorkout(pb.GetWorkoutRequest(name=f"workouts/{workout}"))
        assert ("Left knee.\nBetter.", 7, is_hidden) == (view.notes, view.perceived_exertion, view.is_hidden)
    client(rider).UndeleteWorkout(pb.UndeleteWorkoutRequest(name=f"workouts/{hidden}"))
    assert 2 == facts(client(rider))[1]


def test_targets_of_a_class_that_arrives_late_are_judged(
    consumer: Consumer, server: RunningServer, client: Callable[..., Any], recomputing: Recomputing
) -> None:
    """The graph came without targets; those of the class are taken as soon as they are known."""
    rider, workout, class_id = server.keys.user(), uuid7(), uuid7().hex
    consumer.handle(metric_changed(rider.user_id, 1, [(START.date(), 200)]))
    consumer.handle(recorded(workout, rider.user_id, class_id=class_id, title="45 min Ride"))
    consumer.handle(performance(workout, rider.user_id, watts=WATTS))
    before = view_of(client(rider), workout)
    consumer.handle(class_updated(class_id, 1, targets=BLOCKS, difficulty=7.5, duration_seconds=2700))
    while recomputing.run_once():
        pass
    after = view_of(client(rider), workout)

    assert (pb.ABSENT_REASON_NO_TARGETS, False) == (before.analysis.target_absent_reason, before.workout.is_power_zone)
    assert (80, 80, 1.0, True, 7.5, 2700) == (
        after.analysis.called_seconds,
        after.analysis.in_target_seconds,
        after.workout.target_share,
        after.workout.is_power_zone,
        after.class_difficulty,
        after.class_duration_seconds,
    )


def view_of(client: Any, workout: UUID) -> pb.WorkoutView:
    found: pb.WorkoutView = client.GetWorkout(pb.GetWorkoutRequest(name=f"workouts/{workout}"))
    return found


@pytest.mark.parametrize(
    "broken",
    [
        {"value_deltas": [150]},
        {"scale": 0},
        {"slug": ""},
    ],
)
def test_t021_a_series_that_is_none_is_poison(consumer: Consumer, broken: dict[str, Any]) -> None:
    user, workout = uuid7(), uuid7()
    message = peloton.MetricSeries(
        **{"slug": "output", "unit": "watts", "scale": 1, "value_deltas": [1] * 120, **broken}
    )
    with pytest.raises(Poison, match="malformed"):
        consumer.handle(performance(workout, user, metrics=[message]))


@pytest.mark.parametrize(
    "given",
    [{"local_date": "2026-13-01"}, {"local_date": ""}, {"workout_id": "7"}, {"revision": 0}],
)
def test_t021_a_summary_that_is_none_is_poison(consumer: Consumer, given: dict[str, Any]) -> None:
    user = uuid7()
    event = recorded(uuid7(), user)
    message = peloton.WorkoutRecorded.FromString(event.data)
    for name, value in given.items():
        setattr(message, name, value)
    changed = Event(event.id, event.type, event.source, event.subject, event.time, message.SerializeToString())
    with pytest.raises(Poison, match="malformed"):
        consumer.handle(changed)


def test_an_event_about_somebody_elses_workout_is_poison(
    database: Database, consumer: Consumer, server: RunningServer
) -> None:
    """A workout belongs to whom it was first told of."""
    owner, other, workout = server.keys.user(), server.keys.user(), uuid7()
    consumer.handle(recorded(workout, owner.user_id))
    for told in (recorded, performance, deleted):
        with pytest.raises(Poison, match="owner_mismatch"):
            consumer.handle(told(workout, other.user_id, 9))
    with database.read() as connection:
        assert [1] == [row["summary_revision"] for row in rows_of(connection, owner.user_id)["workout"]]


def test_the_published_event_says_what_the_archive_shows(
    database: Database, consumer: Consumer, server: RunningServer, client: Callable[..., Any]
) -> None:
    rider, workout = server.keys.user(), uuid7()
    consumer.handle(metric_changed(rider.user_id, 1, [(START.date(), 200)]))
    consumer.handle(recorded(workout, rider.user_id))
    consumer.handle(performance(workout, rider.user_id, watts=WATTS, targets=BLOCKS))
    view = view_of(client(rider), workout)
    with database.read() as connection:
        row = connection.execute(sa.select(tables.outbox).where(tables.outbox.c.subject == str(rider.user_id))).one()
        message = last_published(connection, rider.user_id)[str(workout)]
    assert (ANALYZED, "workouts") == (row.type, row.source)
    assert (1, "2026-03-29", 200.0, view.analysis.normalized_power_watts, view.analysis.training_stress_score) == (
        message.revision,
        message.local_date,
        message.ftp_watts,
        message.normalized_power_watts,
        message.training_stress_score,
    )
    assert list(view.analysis.zone_seconds) == list(message.zone_seconds)
    assert [best.mean_power_watts for best in view.analysis.best_efforts] == [
        best.mean_power_watts for best in message.best_efforts
    ]
