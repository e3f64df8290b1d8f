"""What events leave behind: the newest of every part, and nothing of what cannot be."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from ctz.common.v1 import training_pb2 as training
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.events.v1 import events_pb2
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, count_statements
from ctz_chassis.events import Event, Poison
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer
from ctz_workouts.app.publishing import ANALYZED
from ctz_workouts.app.recompute import Recomputing
from ctz_workouts.store import tables

from .harness import START, class_updated, deleted, metric, metric_changed, performance, recorded
from .left_behind import BLOCKS, WATTS, apply, last_published, rows_of

pytestmark = [pytest.mark.component, pytest.mark.long]

# Three of them only where records are made anew, as those that a first workout holds are.
MOST_STATEMENTS = 10


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
