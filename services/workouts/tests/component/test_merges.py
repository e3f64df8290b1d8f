"""Workouts that are one, recorded twice: found, merged on the rider's word, taken apart again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from ctz.workouts.events.v1 import events_pb2
from ctz.workouts.v1 import transfers_pb2 as pb
from ctz.workouts.v1 import transfers_pb2_grpc as pb_grpc
from ctz.workouts.v1 import workouts_pb2

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer, User
from ctz_workouts.app.recompute import Recomputing
from ctz_workouts.store import tables

from .aggregates import from_scratch, kept
from .harness import START, deleted, performance, recorded
from .test_aggregates import ignoring_unknown
from .test_kept_aggregates import Story

pytestmark = pytest.mark.component

ABSORBED = "workouts.workout.absorbed.v1"


@pytest.fixture
def merges(server: RunningServer, rider: User) -> pb_grpc.DuplicateServiceStub:
    return server.client(pb_grpc.DuplicateServiceStub, user=rider)


@pytest.fixture
def manual(server: RunningServer, rider: User) -> pb_grpc.ManualWorkoutServiceStub:
    return server.client(pb_grpc.ManualWorkoutServiceStub, user=rider)


def entry(start: Any = START, seconds: int = 2700, **given: Any) -> pb.ManualWorkout:
    fields: dict[str, Any] = {"discipline": "cycling", "title": "Evening spin", "utc_offset_seconds": -14_400} | given
    workout = pb.ManualWorkout(duration_seconds=seconds, **fields)
    workout.start_time.FromDatetime(start)
    return workout


def enter(manual: Any, workout: pb.ManualWorkout) -> str:
    name: str = manual.CreateManualWorkout(pb.CreateManualWorkoutRequest(workout=workout)).name
    return name


def listed(client: Any) -> list[str]:
    return [one.name for one in client.ListWorkouts(workouts_pb2.ListWorkoutsRequest()).workouts]


def facts(database: Database, user: User) -> list[tuple[str, str, int]]:
    query = sa.select(tables.outbox).where(
        tables.outbox.c.subject == str(user.user_id), tables.outbox.c.type == ABSORBED
    )
    with database.read() as connection:
        rows = connection.execute(query.order_by(tables.outbox.c.id)).all()
    told = [events_pb2.WorkoutAbsorbed.FromString(row.data) for row in rows]
    return [(f"workouts/{one.workout_id}", one.into_workout_id, one.revision) for one in told]


def test_an_overlap_is_suggested_merged_and_taken_apart(
    consumer: Consumer, database: Database, rider: User, client: Callable[..., Any], merges: Any, manual: Any
) -> None:
    synced = uuid7()
    consumer.handle(recorded(synced, rider.user_id))
    consumer.handle(performance(synced, rider.user_id, watts=(150,) * 2700))
    other = enter(manual, entry(START + timedelta(seconds=90), 2600))
    enter(manual, entry(START + timedelta(hours=3)))
    name, asked = f"workouts/{synced}", client(rider)
    (pair,) = merges.ListDuplicates(pb.ListDuplicatesRequest()).duplicates
    assert (name, other) == (pair.primary.workout.name, pair.other.workout.name)
    assert ("peloton", "manual", ["output"]) == (
        pair.primary.source,
        pair.other.source,
        list(pair.primary.series_slugs),
    )
    assert 1.0 == pair.overlap_share

    merge = merges.MergeWorkouts(pb.MergeWorkoutsRequest(primary=name, absorbed=[other]))
    assert (name, [other]) == (merge.primary.workout.name, [one.workout.name for one in merge.absorbed])
    assert [] == list(merges.ListDuplicates(pb.ListDuplicatesRequest()).duplicates)
    assert name in listed(asked)
    assert other not in listed(asked)
    assert name == merges.GetMerge(pb.GetMergeRequest(workout=other)).primary.workout.name
    assert "Evening spin" == asked.GetWorkout(workouts_pb2.GetWorkoutRequest(name=other)).workout.title
    assert from_scratch(database, rider.user_id) == kept(database, rider.user_id)
    assert [(other, str(synced), 1)] == facts(database, rider)
    merges.MergeWorkouts(pb.MergeWorkoutsRequest(primary=name, absorbed=[other]))
    assert 1 == len(facts(database, rider))

    assert not merges.UnmergeWorkout(pb.UnmergeWorkoutRequest(name=other)).absorbed
    assert other in listed(asked)
    assert [(other, str(synced), 1), (other, "", 2)] == facts(database, rider)
    assert 1 == len(merges.ListDuplicates(pb.ListDuplicatesRequest()).duplicates)
    assert from_scratch(database, rider.user_id) == kept(database, rider.user_id)


def test_a_dismissed_pair_is_suggested_no_more(merges: Any, manual: Any) -> None:
    first, second = enter(manual, entry()), enter(manual, entry(START + timedelta(seconds=30)))
    third = enter(manual, entry(START + timedelta(seconds=60)))
    assert 3 == merges.ListDuplicates(pb.ListDuplicatesRequest()).total_size
    merges.DismissDuplicate(pb.DismissDuplicateRequest(workout=second, other=first))
    left = merges.ListDuplicates(pb.ListDuplicatesRequest(page_size=1))
    assert (1, 2) == (len(left.duplicates), left.total_size)
    following = merges.ListDuplicates(pb.ListDuplicatesRequest(page_size=1, page_token=left.next_page_token))
    assert 1 == len(following.duplicates)
    assert "" == following.next_page_token
    of_first = merges.ListDuplicates(pb.ListDuplicatesRequest(workout=first)).duplicates
    assert [{first, third}] == [{one.primary.workout.name, one.other.workout.name} for one in of_first]


def test_what_lies_beneath_moves_along_and_returns_when_its_primary_is_gone(
    consumer: Consumer, rider: User, client: Callable[..., Any], merges: Any, manual: Any
) -> None:
    synced = uuid7()
    consumer.handle(recorded(synced, rider.user_id))
    first, second = enter(manual, entry()), enter(manual, entry(START + timedelta(seconds=30)))
    merges.MergeWorkouts(pb.MergeWorkoutsRequest(primary=first, absorbed=[second]))
    merge = merges.MergeWorkouts(pb.MergeWorkoutsRequest(primary=f"workouts/{synced}", absorbed=[first]))
    assert {first, second} == {one.workout.name for one in merge.absorbed}
    with pytest.raises(RemoteError) as refused:
        merges.MergeWorkouts(pb.MergeWorkoutsRequest(primary=first, absorbed=[f"workouts/{synced}"]))
    assert "MERGE_REFUSED" == refused.value.reason
    (only,) = merges.ListMerges(pb.ListMergesRequest()).merges
    assert 2 == len(only.absorbed)
    consumer.handle(deleted(synced, rider.user_id, 2))
    assert {first, second} == set(listed(client(rider)))
    assert [] == list(merges.ListMerges(pb.ListMergesRequest()).merges)


def test_anothers_workouts_are_neither_merged_nor_told(
    server: RunningServer, merges: Any, manual: Any, database: Database
) -> None:
    first, second = enter(manual, entry()), enter(manual, entry())
    other = server.keys.user()
    door = server.client(pb_grpc.DuplicateServiceStub, user=other)
    mine = enter(server.client(pb_grpc.ManualWorkoutServiceStub, user=other), entry())
    requests: list[Callable[[], Any]] = [
        lambda: door.MergeWorkouts(pb.MergeWorkoutsRequest(primary=mine, absorbed=[first])),
        lambda: door.MergeWorkouts(pb.MergeWorkoutsRequest(primary=first, absorbed=[mine])),
        lambda: door.UnmergeWorkout(pb.UnmergeWorkoutRequest(name=second)),
        lambda: door.GetMerge(pb.GetMergeRequest(workout=second)),
        lambda: door.DismissDuplicate(pb.DismissDuplicateRequest(workout=mine, other=first)),
    ]
    for request in requests:
        with pytest.raises(RemoteError) as refused:
            request()
        assert "NOT_FOUND" == refused.value.code.name
    assert [] == list(door.ListDuplicates(pb.ListDuplicatesRequest()).duplicates)
    assert [] == facts(database, other)


class MergingStory(Story):
    """The same with workouts that the rider enters, merges and takes apart."""

    def __init__(self, seed: int, consumer: Consumer, asked: Any, rider: User, merges: Any, manual: Any) -> None:
        super().__init__(seed, consumer, asked, rider)
        self.merges, self.manual = merges, manual
        self.entered: list[str] = []

    def step(self) -> None:
        chosen = self.chance.random()
        if chosen < 0.15:
            self.enter_or_change()
        elif chosen < 0.4:
            names = self.chance.sample([*self.entered, *(f"workouts/{one}" for one in self.workouts)], 3)
            request = pb.MergeWorkoutsRequest(primary=names[0], absorbed=names[1:])
            ignoring_refused(lambda: self.merges.MergeWorkouts(request))
        elif chosen < 0.55:
            name = self.chance.choice([*self.entered, *(f"workouts/{one}" for one in self.workouts)])
            ignoring_refused(lambda: self.merges.UnmergeWorkout(pb.UnmergeWorkoutRequest(name=name)))
        else:
            super().step()

    def enter_or_change(self) -> None:
        start = START + timedelta(days=self.chance.randrange(-20, 20))
        given = entry(start, self.chance.choice((600, 1800)), distance_meters=self.chance.choice((1000, 9000)))
        if not self.entered or self.chance.random() < 0.4:
            self.entered.append(enter(self.manual, given))
            return
        name = self.chance.choice(self.entered)
        standing = self.manual.GetManualWorkout(pb.GetManualWorkoutRequest(name=name))
        if self.chance.random() < 0.3:
            self.entered.remove(name)
            self.manual.DeleteManualWorkout(pb.DeleteManualWorkoutRequest(name=name, revision=standing.revision))
            return
        given.name, given.revision = name, standing.revision
        self.manual.UpdateManualWorkout(pb.UpdateManualWorkoutRequest(workout=given))


def ignoring_refused(act: Callable[[], Any]) -> None:
    try:
        ignoring_unknown(act)
    except RemoteError as error:
        if error.reason != "MERGE_REFUSED":
            raise


@pytest.mark.parametrize("seed", range(3))
def test_aggregates_equal_a_recomputation_after_merges(
    consumer: Consumer,
    database: Database,
    recomputing: Recomputing,
    rider: User,
    client: Callable[..., Any],
    merges: Any,
    manual: Any,
    seed: int,
) -> None:
    """Merged and taken apart between every other change; what lists show is what is neither hidden nor beneath."""
    story = MergingStory(seed, consumer, client(rider), rider, merges, manual)
    for step in range(70):
        story.step()
        if story.chance.random() < 0.3:
            while recomputing.run_once():
                pass
        if step % 7 == 0:
            assert from_scratch(database, rider.user_id) == kept(database, rider.user_id)
    assert from_scratch(database, rider.user_id) == kept(database, rider.user_id)
    beneath = {UUID(name.partition("/")[2]) for name in beneath_of(merges)}
    with database.read() as connection:
        own = tables.workout.c.user_id == rider.user_id
        rows = connection.execute(sa.select(tables.workout).where(own, tables.workout.c.is_listed)).all()
    assert not beneath & {row.workout_id for row in rows}


def beneath_of(merges: Any) -> list[str]:
    told = merges.ListMerges(pb.ListMergesRequest(page_size=50)).merges
    return [one.workout.name for merge in told for one in merge.absorbed]


def test_workouts_that_follow_each_other_are_told_as_one_session(
    rider: User, client: Callable[..., Any], manual: Any
) -> None:
    """Also where a filter, or the end of a page, hides a part of it."""
    ride = enter(manual, entry(START, 1800))
    stretch = enter(manual, entry(START + timedelta(minutes=34), 600, discipline="stretching"))
    enter(manual, entry(START + timedelta(hours=5), 600))
    request = workouts_pb2.ListWorkoutsRequest(filter=workouts_pb2.WorkoutFilter(disciplines=["stretching"]))
    (stack,) = client(rider).ListWorkouts(request).stacks
    assert ([ride, stretch], 2400) == (list(stack.workouts), stack.duration_seconds)
    assert 1 == len(client(rider).ListWorkouts(workouts_pb2.ListWorkoutsRequest()).stacks)
