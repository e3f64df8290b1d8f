"""Thousands of workouts that came twice: those that are certain are merged at once, and taken apart at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import transfers_pb2 as pb
from ctz.workouts.v1 import transfers_pb2_grpc as pb_grpc
from ctz.workouts.v1 import workouts_pb2

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, count_statements
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer, User
from ctz_workouts.app import merging_many
from ctz_workouts.app.merging_many import CHUNK, MergingMany
from ctz_workouts.store import tables
from ctz_workouts.store.merge_batches import MOST_ATTEMPTS, MergeBatchQueue, sweep_batches
from ctz_workouts.store.transfer_tables import merge_batch

from .aggregates import from_scratch, kept
from .harness import START, performance, recorded
from .test_borrowed_heart_rate import watch
from .test_merges import entry, facts, listed
from .transfers import PELOTON, NotStopping, doors, importing, run_all

pytestmark = pytest.mark.component


class Stopping:
    """A process that is to end, from the second question on."""

    def __init__(self) -> None:
        self.asked = 0

    def is_set(self) -> bool:
        self.asked += 1
        return self.asked > 1


@pytest.fixture
def merges(server: RunningServer, rider: User) -> pb_grpc.DuplicateServiceStub:
    return server.client(pb_grpc.DuplicateServiceStub, user=rider)


@pytest.fixture
def merging(database: Database) -> MergingMany:
    return MergingMany(database, lease_seconds=60)


@pytest.fixture(autouse=True)
def _nothing_waits(merging: MergingMany) -> None:
    """What another test left would be taken first."""
    while merging.run_once(NotStopping()):
        pass


def line(day: int, *, minutes: int = 45, output: str = "514") -> str:
    """A line of Peloton's CSV for the ride of that day, whose start is cut to the minute."""
    at = (START + timedelta(days=day)).strftime("%Y-%m-%d %H:%M")
    return f"{at} (UTC),On Demand,Denis Morton,{minutes},Cycling,,Ride of day {day},,{output},150,40%,80,,,,140,,\r\n"


def import_csv(server: RunningServer, database: Database, rider: User, *lines: str) -> None:
    imports = server.client(pb_grpc.ImportServiceStub, user=rider)
    name = imports.CreateImport(pb.CreateImportRequest(request_id=str(uuid4()), time_zone="UTC")).name
    doors(database, server.keys).send(rider, name, (PELOTON + "".join(lines)).encode(), "workouts.csv")
    run_all(importing(database))


def sync(consumer: Consumer, rider: User, day: int, **given: Any) -> str:
    """The same ride as Peloton tells it, nine seconds into its minute."""
    workout = uuid7()
    days = day + 9 / 86_400
    consumer.handle(recorded(workout, rider.user_id, days=days, **given))
    return f"workouts/{workout}"


def begin(merges: Any) -> pb.MergeBatch:
    batch: pb.MergeBatch = merges.CreateMergeBatch(pb.CreateMergeBatchRequest(request_id=str(uuid4())))
    return batch


def look(merges: Any, batch: pb.MergeBatch) -> pb.MergeBatch:
    found: pb.MergeBatch = merges.GetMergeBatch(pb.GetMergeBatchRequest(name=batch.name))
    return found


@pytest.mark.parametrize("is_csv_first", [True, False])
def test_a_csv_and_a_sync_of_the_same_rides_come_to_one_history(
    server: RunningServer,
    consumer: Consumer,
    database: Database,
    rider: User,
    client: Callable[..., Any],
    merges: Any,
    merging: MergingMany,
    is_csv_first: bool,
) -> None:
    """In both orders: merged, each ride is there once with the figures of the sync; undone, all is as before."""
    days, lines = range(CHUNK + 5), [line(day) for day in range(CHUNK + 5)]
    if is_csv_first:
        import_csv(server, database, rider, *lines)
    synced = [sync(consumer, rider, day, total_work_joules=514_400) for day in days]
    if not is_csv_first:
        import_csv(server, database, rider, *lines)
    asked = client(rider)
    consumer.handle(performance(UUID(synced[0].partition("/")[2]), rider.user_id, watts=(150,) * 2700))
    before = kept(database, rider.user_id)
    found = merges.ListDuplicates(pb.ListDuplicatesRequest())
    assert (len(days), len(days)) == (found.total_size, found.certain_size)

    batch = begin(merges)
    assert (pb.TRANSFER_STATE_WAITING, len(days), 0) == (batch.state, batch.pair_count, batch.merged_count)
    assert merging.run_once(NotStopping())
    done = look(merges, batch)
    assert (pb.TRANSFER_STATE_DONE, len(days), len(days)) == (done.state, done.finished_count, done.merged_count)
    page = asked.ListWorkouts(workouts_pb2.ListWorkoutsRequest(page_size=100)).workouts
    assert set(synced) == {one.name for one in page}
    assert {514.4} == {round(one.work_kilojoules, 1) for one in page}
    assert from_scratch(database, rider.user_id) == kept(database, rider.user_id)
    told = facts(database, rider)
    assert set(synced) == {f"workouts/{into}" for _, into, _ in told}
    assert len(days) == len(told)
    assert 0 == merges.ListDuplicates(pb.ListDuplicatesRequest()).certain_size

    merges.UndoMergeBatch(pb.UndoMergeBatchRequest(name=batch.name))
    assert merging.run_once(NotStopping())
    undone = look(merges, batch)
    assert (pb.TRANSFER_STATE_DONE, True, 0) == (undone.state, undone.is_undone, undone.merged_count)
    assert 2 * len(days) == len(asked.ListWorkouts(workouts_pb2.ListWorkoutsRequest(page_size=100)).workouts)
    assert before == kept(database, rider.user_id)
    assert [""] * len(days) == [into for _, into, revision in facts(database, rider) if revision == 2]


def test_only_what_is_certain_is_merged_and_the_rest_stays_a_suggestion(
    server: RunningServer, consumer: Consumer, database: Database, rider: User, client: Any, merges: Any, merging: Any
) -> None:
    lines = [line(1), line(2, minutes=40), line(3, output="700"), line(4)]
    import_csv(server, database, rider, *lines)
    for day in range(1, 6):
        sync(consumer, rider, day, total_work_joules=514_000)
    twice = sync(consumer, rider, 4, device_type="iPad")
    manual = server.client(pb_grpc.ManualWorkoutServiceStub, user=rider)
    manual.CreateManualWorkout(pb.CreateManualWorkoutRequest(workout=entry(START + timedelta(days=5))))
    (only,) = merges.ListCertainDuplicates(pb.ListCertainDuplicatesRequest()).duplicates
    assert ("peloton", "import", "Ride of day 1") == (only.primary.source, only.other.source, only.other.workout.title)
    before = len(listed(client(rider)))
    begin(merges)
    merging.run_once(NotStopping())
    left = listed(client(rider))
    assert before - 1 == len(left)
    assert twice in left
    assert merges.ListDuplicates(pb.ListDuplicatesRequest()).total_size > 0


def test_a_watch_is_merged_with_its_ride_and_lends_its_heart_rate(
    consumer: Consumer, database: Database, rider: User, client: Callable[..., Any], merges: Any, merging: MergingMany
) -> None:
    """The figures of both agree; a watch that tells none of those is not certain."""
    ride = uuid7()
    consumer.handle(recorded(ride, rider.user_id, duration_seconds=600))
    distance = training.Measure(slug="distance", value=5.0, unit="km")
    consumer.handle(performance(ride, rider.user_id, watts=(150,) * 600, totals=[distance]))
    absorbed = watch(database, rider, late=20, distance_meters=5040.0)
    assert 1 == begin(merges).pair_count
    merging.run_once(NotStopping())
    view = client(rider).GetWorkout(workouts_pb2.GetWorkoutRequest(name=f"workouts/{ride}"))
    assert f"workouts/{absorbed}" == view.borrowed_heart_rate.workout
    other = uuid7()
    consumer.handle(recorded(other, rider.user_id, days=3, duration_seconds=600))
    assert 0 == begin(merges).pair_count


def test_certain_pairs_page_through_at_the_same_number_of_statements(
    server: RunningServer, consumer: Consumer, database: Database, rider: User, merges: Any
) -> None:
    import_csv(server, database, rider, *(line(day) for day in range(7)))
    for day in range(7):
        sync(consumer, rider, day)
    counts, titles, token = set(), [], ""
    while True:
        with count_statements(database.engine) as counted:
            page = merges.ListCertainDuplicates(pb.ListCertainDuplicatesRequest(page_size=3, page_token=token))
        counts.add(counted.count)
        titles += [pair.other.workout.title for pair in page.duplicates]
        assert 7 == page.total_size
        token = page.next_page_token
        if not token:
            break
    assert [f"Ride of day {day}" for day in reversed(range(7))] == titles
    assert 1 == len(counts)


def test_a_batch_goes_on_where_a_stopped_worker_left_it(
    server: RunningServer, consumer: Consumer, database: Database, rider: User, merges: Any, merging: MergingMany
) -> None:
    days = range(CHUNK + 3)
    import_csv(server, database, rider, *(line(day) for day in days))
    for day in days:
        sync(consumer, rider, day)
    batch = begin(merges)
    merging.run_once(Stopping())
    halfway = look(merges, batch)
    assert (pb.TRANSFER_STATE_WAITING, CHUNK, CHUNK) == (halfway.state, halfway.finished_count, halfway.merged_count)
    assert batch.name == begin(merges).name, "one at a time"
    merging.run_once(NotStopping())
    assert len(days) == look(merges, batch).merged_count
    assert not merging.run_once(NotStopping())


def test_an_undo_turns_a_batch_round_halfway(
    server: RunningServer,
    consumer: Consumer,
    database: Database,
    rider: User,
    client: Callable[..., Any],
    merges: Any,
    merging: MergingMany,
) -> None:
    """What was not merged yet is left alone, and a worker that still has the batch writes nothing more."""
    days = range(CHUNK + 3)
    import_csv(server, database, rider, *(line(day) for day in days))
    for day in days:
        sync(consumer, rider, day)
    batch = begin(merges)
    merging.run_once(Stopping())
    with database.begin() as connection:
        claim = MergeBatchQueue(connection).claim(60)
    assert claim is not None
    merges.UndoMergeBatch(pb.UndoMergeBatchRequest(name=batch.name))
    with database.begin() as connection:
        assert not MergeBatchQueue(connection).note(claim, len(days), [CHUNK], 60)
    merges.UndoMergeBatch(pb.UndoMergeBatchRequest(name=batch.name))
    merging.run_once(NotStopping())
    assert 0 == look(merges, batch).merged_count
    assert 2 * len(days) == len(client(rider).ListWorkouts(workouts_pb2.ListWorkoutsRequest(page_size=100)).workouts)
    assert from_scratch(database, rider.user_id) == kept(database, rider.user_id)


def test_undoing_leaves_what_was_changed_by_hand_since_then(
    server: RunningServer, consumer: Consumer, database: Database, rider: User, merges: Any, merging: MergingMany
) -> None:
    import_csv(server, database, rider, line(1), line(2))
    first, second = sync(consumer, rider, 1), sync(consumer, rider, 2)
    batch = begin(merges)
    merging.run_once(NotStopping())
    (moved,) = merges.GetMerge(pb.GetMergeRequest(workout=first)).absorbed
    merges.UnmergeWorkout(pb.UnmergeWorkoutRequest(name=moved.workout.name))
    merges.MergeWorkouts(pb.MergeWorkoutsRequest(primary=second, absorbed=[moved.workout.name]))
    merges.UndoMergeBatch(pb.UndoMergeBatchRequest(name=batch.name))
    merging.run_once(NotStopping())
    assert [moved.workout.name] == [
        one.workout.name for one in merges.GetMerge(pb.GetMergeRequest(workout=second)).absorbed
    ]


def test_pairs_that_changed_since_the_confirmation_are_not_merged(
    server: RunningServer, consumer: Consumer, database: Database, rider: User, merges: Any, merging: MergingMany
) -> None:
    import_csv(server, database, rider, line(1), line(2))
    synced = [sync(consumer, rider, day) for day in (1, 2)]
    batch = begin(merges)
    (pair,) = merges.ListDuplicates(pb.ListDuplicatesRequest(workout=synced[0])).duplicates
    merges.DismissDuplicate(pb.DismissDuplicateRequest(workout=synced[0], other=pair.other.workout.name))
    merging.run_once(NotStopping())
    done = look(merges, batch)
    assert (2, 1) == (done.finished_count, done.merged_count)
    assert not merges.GetMerge(pb.GetMergeRequest(workout=synced[0])).absorbed


def test_several_pairs_are_kept_apart_at_once_all_or_none(
    server: RunningServer, merges: Any, rider: User, consumer: Consumer, database: Database
) -> None:
    import_csv(server, database, rider, line(1), line(2))
    for day in (1, 2):
        sync(consumer, rider, day)
    pairs = [
        pb.DismissDuplicateRequest(workout=pair.primary.workout.name, other=pair.other.workout.name)
        for pair in merges.ListDuplicates(pb.ListDuplicatesRequest()).duplicates
    ]
    foreign = pb.DismissDuplicateRequest(workout=pairs[0].workout, other=f"workouts/{uuid7()}")
    for refused in ([*pairs, foreign], []):
        with pytest.raises(RemoteError):
            merges.DismissDuplicates(pb.DismissDuplicatesRequest(pairs=refused))
    assert 2 == merges.ListDuplicates(pb.ListDuplicatesRequest()).total_size
    merges.DismissDuplicates(pb.DismissDuplicatesRequest(pairs=pairs))
    assert 0 == merges.ListDuplicates(pb.ListDuplicatesRequest()).total_size


def test_a_batch_that_nobody_can_go_on_with_is_given_up_and_an_old_one_forgotten(
    database: Database, rider: User, merges: Any, merging: MergingMany, server: RunningServer, consumer: Consumer
) -> None:
    import_csv(server, database, rider, line(1))
    sync(consumer, rider, 1)
    batch = begin(merges)
    own = merge_batch.c.user_id == rider.user_id
    with database.begin() as connection:
        connection.execute(sa.update(merge_batch).where(own).values(attempts=MOST_ATTEMPTS))
    assert not merging.run_once(NotStopping())
    assert pb.TRANSFER_STATE_FAILED == look(merges, batch).state
    with database.begin() as connection:
        connection.execute(sa.update(merge_batch).where(own).values(created_at=START - timedelta(days=400)))
    with database.begin() as connection:
        assert 1 == sweep_batches(connection, keep_days=90)
        assert 0 == sweep_batches(connection, keep_days=90)
    with pytest.raises(RemoteError) as gone:
        look(merges, batch)
    assert "NOT_FOUND" == gone.value.code.name


def test_another_riders_batch_is_neither_told_nor_undone(
    server: RunningServer, consumer: Consumer, database: Database, rider: User, merges: Any, merging: MergingMany
) -> None:
    import_csv(server, database, rider, line(1))
    sync(consumer, rider, 1)
    batch = begin(merges)
    merging.run_once(NotStopping())
    door = server.client(pb_grpc.DuplicateServiceStub, user=server.keys.user())
    for request in (
        lambda: look(door, batch),
        lambda: door.UndoMergeBatch(pb.UndoMergeBatchRequest(name=batch.name)),
    ):
        with pytest.raises(RemoteError) as refused:
            request()
        assert "NOT_FOUND" == refused.value.code.name
    assert 1 == look(merges, batch).merged_count
    with database.begin() as connection:
        assert merging_many.begin(connection, uuid7()) != UUID(batch.name.partition("/")[2])
        own = sa.select(sa.func.count()).where(tables.workout.c.user_id == rider.user_id, tables.workout.c.is_listed)
        assert 1 == connection.execute(own).scalar_one()
