"""Notes, tags and effort: revisions that keep two browsers from losing each other's words."""

import random
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from ctz.workouts.v1 import workouts_pb2 as pb
from google.protobuf.field_mask_pb2 import FieldMask

from ctz_chassis.consumers import Consumer
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer

from .harness import recorded

pytestmark = pytest.mark.component
Changer = Callable[..., pb.WorkoutView]


@pytest.fixture
def change(server: RunningServer, consumer: Consumer, client: Callable[..., Any]) -> Changer:
    """Changes words of one workout of a rider of their own."""
    rider, workout_id = server.keys.user(), uuid7()
    consumer.handle(recorded(workout_id, rider.user_id))
    asked, name = client(rider), f"workouts/{workout_id}"

    def update(revision: int | None = None, **given: Any) -> pb.WorkoutView:
        if not given:
            return asked.GetWorkout(pb.GetWorkoutRequest(name=name))
        mask = FieldMask(paths=list(given))
        return asked.UpdateWorkout(pb.UpdateWorkoutRequest(name=name, update_mask=mask, revision=revision, **given))

    return update


def test_t076_a_stale_edit_is_refused_and_nothing_is_lost(change: Changer) -> None:
    first = change(0, notes="Saddle up a little", tags=["hot"])
    assert (1, ["hot"]) == (first.workout.revision, list(first.workout.tags))
    with pytest.raises(RemoteError) as refused:
        change(0, notes="Something else", tags=["cold"])
    assert (grpc.StatusCode.ABORTED, "REVISION_STALE", "1") == (
        refused.value.code,
        refused.value.reason,
        refused.value.metadata["revision"],
    )
    assert ("Saddle up a little", ["hot"]) == (change().notes, list(change().workout.tags))
    assert 2 == change(1, notes="Both").workout.revision


def test_c13_how_it_felt_is_kept_and_taken_back(change: Changer) -> None:
    """Beside the effort, under the same revision; a figure that is none is refused."""
    assert not change().HasField("feel")
    told = change(0, feel=4, perceived_exertion=7)
    assert (4, 7, 1) == (told.feel, told.perceived_exertion, told.workout.revision)
    for wrong in (-1, 6):
        with pytest.raises(RemoteError) as refused:
            change(1, feel=wrong)
        assert "feel" == refused.value.field_violations[0][0]
    gone = change(1, feel=0)
    assert (False, 7) == (gone.HasField("feel"), gone.perceived_exertion)


def test_t076_the_same_edit_sent_twice_is_one_edit(change: Changer) -> None:
    for _ in range(2):
        assert 1 == change(0, notes="Twice", tags=["a", "A", " a "]).workout.revision


def test_t076_random_interleavings_of_two_browsers_lose_no_update(change: Changer) -> None:
    """Each browser adds a tag to what it saw; who is refused looks again. In the end every accepted tag stands."""
    chance = random.Random(5)
    seen, accepted = {name: change() for name in "ab"}, []
    for number in range(18):
        name = chance.choice("ab")
        tag = f"{name}{number}"
        try:
            view = seen[name]
            seen[name] = change(view.workout.revision, tags=[*view.workout.tags, tag])
            accepted.append(tag)
        except RemoteError as error:
            if error.reason != "REVISION_STALE":
                raise
            seen[name] = change()
    assert accepted == list(change().workout.tags)
    assert len(accepted) == change().workout.revision
    assert 3 < len(accepted) < 18


def test_tags_are_kept_in_lower_case_each_once_in_order(change: Changer) -> None:
    assert ["zwift", "with anna"] == list(change(tags=["Zwift", "With  Anna", "zwift"]).workout.tags)
    assert [] == list(change(tags=[]).workout.tags)


@pytest.mark.parametrize(
    "tags", [["x" * 41], [""], ["  "], ["line\nbreak\x00"], ["\u202eright"], [str(number) for number in range(21)]]
)
def test_t073_tags_that_are_none_are_refused(change: Changer, tags: list[str]) -> None:
    with pytest.raises(RemoteError) as refused:
        change(tags=tags)
    assert ("INVALID_ARGUMENT", "tags") == (refused.value.code.name, refused.value.field_violations[0][0])
