"""A workout beside other attempts at its class."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import comparisons_pb2 as pb
from ctz.workouts.v1 import comparisons_pb2_grpc, workouts_pb2

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, count_statements
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer, User

from .harness import deleted, metric, performance, recorded

pytestmark = pytest.mark.component

Client = comparisons_pb2_grpc.ComparisonServiceStub
COMMON = "d" * 32


@pytest.fixture
def comparing(server: RunningServer, rider: User) -> Client:
    return server.client(Client, user=rider, caller="gateway")


@pytest.fixture
def attempt(consumer: Consumer, rider: User) -> Callable[..., str]:
    """`attempt(days, watts)`: a ride of ten minutes at steady watts, `days` after the first; returns its name."""

    def ride(days: float, watts: int, **given: object) -> str:
        workout = uuid7()
        fields: dict[str, object] = {"class_id": COMMON, "total_work_joules": watts * 600} | given
        consumer.handle(recorded(workout, rider.user_id, days=days, **fields))
        consumer.handle(performance(workout, rider.user_id, watts=[watts] * 600))
        return f"workouts/{workout}"

    return ride


def test_a_workout_stands_beside_the_best_earlier_attempt(comparing: Client, attempt: Callable[..., str]) -> None:
    """Not beside a later one, though it was better; all are ranked, equal ones share a place."""
    first, best, asked, equal, later = (
        attempt(days, watts) for days, watts in ((0, 180), (10, 220), (20, 200), (30, 200), (40, 250))
    )

    found = comparing.CompareWorkout(pb.CompareWorkoutRequest(name=asked))

    assert (asked, best) == (found.workout.name, found.other.name)
    assert [later, equal, asked, best, first] == [one.workout.name for one in found.attempts]
    assert ([1, 3, 3, 2, 5], 5) == ([one.rank for one in found.attempts], found.attempt_count)
    assert pb.COMPARED_METRIC_POWER == found.metric
    assert -12.0 == pytest.approx(found.ahead[-1], abs=1e-4)
    assert [(1, 300, 60.0, 66.0), (301, 600, 60.0, 66.0)] == [
        pytest.approx((split.start_seconds, split.end_seconds, split.amount, split.other_amount))
        for split in found.splits
    ]


def test_any_attempt_can_be_chosen_and_points_are_bounded(comparing: Client, attempt: Callable[..., str]) -> None:
    """The lead at the end does not depend on the points."""
    asked, later = attempt(0, 200), attempt(5, 230)

    found = comparing.CompareWorkout(pb.CompareWorkoutRequest(name=asked, other=later, max_points=60))

    assert (later, 60) == (found.other.name, len(found.seconds))
    assert -18.0 == pytest.approx(found.ahead[-1], abs=1e-4)


def test_the_first_attempt_stands_beside_the_best_other(comparing: Client, attempt: Callable[..., str]) -> None:
    """A rider who opens the oldest one also sees what became of it."""
    asked, better, _ = attempt(0, 200), attempt(5, 230), attempt(9, 210)

    for chosen in ("", asked):
        assert better == comparing.CompareWorkout(pb.CompareWorkoutRequest(name=asked, other=chosen)).other.name


def test_without_another_attempt_there_is_only_the_workout(comparing: Client, attempt: Callable[..., str]) -> None:
    """Also for workouts without a class, which are no attempts at one."""
    for asked in (attempt(0, 200), attempt(1, 210, class_id=""), attempt(2, 220, class_id="")):
        found = comparing.CompareWorkout(pb.CompareWorkoutRequest(name=asked))

        assert ([asked], False) == ([one.workout.name for one in found.attempts], found.HasField("other"))
        assert (0, workouts_pb2.ABSENT_REASON_UNSPECIFIED) == (len(found.seconds), found.absent_reason)


@pytest.fixture
def run(consumer: Consumer, rider: User) -> Callable[..., str]:
    """`run(days, speed, distance, unit)`: a run of ten minutes at a steady speed; returns its name."""

    def told(days: float, speed: float, distance: float, unit: str = "km") -> str:
        workout = uuid7()
        consumer.handle(recorded(workout, rider.user_id, days=days, class_id=COMMON, discipline="running"))
        event = performance(
            workout,
            rider.user_id,
            watts=[0] * 600,
            metrics=[metric("speed", "kph", [speed] * 600, scale=10)],
            totals=[training.Measure(slug="distance", value=distance, unit=unit, display_name="Distance")],
        )
        consumer.handle(event)
        return f"workouts/{workout}"

    return told


def test_runs_are_compared_by_distance(comparing: Client, run: Callable[..., str]) -> None:
    """Without power in both, speed decides, and the farthest is first."""
    names = [run(0, 9.0, 1.5), run(1, 6.0, 1.0)]

    found = comparing.CompareWorkout(pb.CompareWorkoutRequest(name=names[1]))

    assert (pb.COMPARED_METRIC_SPEED, names[0]) == (found.metric, found.other.name)
    assert -0.5 == pytest.approx(found.ahead[-1], abs=1e-4)
    assert [2, 1] == [one.rank for one in found.attempts]


def test_the_best_earlier_run_is_the_farthest_in_whatever_unit(comparing: Client, run: Callable[..., str]) -> None:
    """A rider who went over from miles to kilometres has attempts in both."""
    farthest, other, asked = run(0, 9.6, 1.0, "mi"), run(1, 8.0, 1.3), run(2, 6.0, 1.0)

    found = comparing.CompareWorkout(pb.CompareWorkoutRequest(name=asked))

    assert farthest == found.other.name
    assert [(asked, 3), (other, 2), (farthest, 1)] == [(one.workout.name, one.rank) for one in found.attempts]


def test_what_cannot_be_laid_over_says_why(
    comparing: Client, consumer: Consumer, rider: User, attempt: Callable[..., str]
) -> None:
    """A series that has not arrived; the attempts are listed all the same."""
    asked, late = attempt(5, 200), uuid7()
    consumer.handle(recorded(late, rider.user_id, class_id=COMMON))

    found = comparing.CompareWorkout(pb.CompareWorkoutRequest(name=asked))

    assert (f"workouts/{late}", workouts_pb2.ABSENT_REASON_NO_SERIES) == (found.other.name, found.absent_reason)


def test_deleted_and_hidden_attempts_are_none(
    comparing: Client,
    client: Callable[..., Any],
    consumer: Consumer,
    rider: User,
    attempt: Callable[..., str],
) -> None:
    """A hidden one still has its own page, and stands beside the listed ones there."""
    asked, gone, hidden = attempt(9, 200), attempt(1, 240), attempt(2, 230)
    consumer.handle(deleted(_id(gone), rider.user_id, 2))
    client(rider).DeleteWorkout(workouts_pb2.DeleteWorkoutRequest(name=hidden))

    assert not comparing.CompareWorkout(pb.CompareWorkoutRequest(name=asked)).HasField("other")
    assert asked == comparing.CompareWorkout(pb.CompareWorkoutRequest(name=hidden)).other.name
    with pytest.raises(RemoteError, match="NOT_FOUND"):
        comparing.CompareWorkout(pb.CompareWorkoutRequest(name=gone))


@pytest.mark.parametrize("stranger", [True, False])
def test_only_an_own_attempt_at_the_same_class_can_be_chosen(
    server: RunningServer, comparing: Client, consumer: Consumer, attempt: Callable[..., str], *, stranger: bool
) -> None:
    """Somebody else's equals one of another class; nothing tells whether it exists."""
    asked, other = attempt(0, 200), attempt(1, 210, class_id="e" * 32)
    if stranger:
        workout = uuid7()
        consumer.handle(recorded(workout, server.keys.user().user_id, class_id=COMMON))
        other = f"workouts/{workout}"

    with pytest.raises(RemoteError, match="NOT_FOUND"):
        comparing.CompareWorkout(pb.CompareWorkoutRequest(name=asked, other=other))


def test_a_comparison_costs_two_statements_however_many_attempts(
    database: Database, comparing: Client, attempt: Callable[..., str]
) -> None:
    """And the asked and the chosen one are among the 25 that are told, however old."""
    oldest, *_, newest = [attempt(days, 200) for days in range(102)]
    with count_statements(database.engine) as statements:
        found = comparing.CompareWorkout(pb.CompareWorkoutRequest(name=newest, other=oldest))

    assert (2, 102, 25) == (statements.count, found.attempt_count, len(found.attempts))
    assert oldest == found.attempts[-1].workout.name


def test_similar_workouts_share_discipline_type_length_and_instructor(
    comparing: Client, consumer: Consumer, rider: User
) -> None:
    """Other classes of the same kind, newest first; each of the four set apart alone."""

    def told(days: float, **given: Any) -> str:
        workout = uuid7()
        consumer.handle(recorded(workout, rider.user_id, days=days, class_type="power_zone", **given))
        return f"workouts/{workout}"

    asked, alike = told(3, class_id="1" * 32), told(1, class_id="2" * 32, duration_seconds=2_710)
    for different in ({"instructor": "Matt Wilpers"}, {"discipline": "bike_bootcamp"}, {"duration_seconds": 3_600}):
        told(2, **different)
    consumer.handle(recorded(uuid7(), rider.user_id, days=2, class_type="climb"))

    found = comparing.ListSimilarWorkouts(pb.ListSimilarWorkoutsRequest(name=asked))

    assert [asked, alike] == [one.name for one in found.workouts]
    one = comparing.ListSimilarWorkouts(pb.ListSimilarWorkoutsRequest(name=asked, page_size=1))
    assert [asked] == [each.name for each in one.workouts]
    with pytest.raises(RemoteError, match="NOT_FOUND"):
        comparing.ListSimilarWorkouts(pb.ListSimilarWorkoutsRequest(name=f"workouts/{uuid7()}"))


def _id(name: str) -> UUID:
    return UUID(name.removeprefix("workouts/"))
