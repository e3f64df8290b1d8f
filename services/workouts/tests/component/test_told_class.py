"""What a workout's page is told of its class: music, averages over everybody, paces of the rider's level."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from ctz.common.v1 import training_pb2 as training
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import comparisons_pb2, comparisons_pb2_grpc
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_chassis.consumers import Consumer
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer, User

from .harness import class_updated, metric, metric_changed, performance, recorded

pytestmark = pytest.mark.component

LEVEL_3_FAST_MPH = (3.5, 3.9, 4.2, 4.6, 5.1, 5.6)
MILE_KILOMETERS = 1.609344


def test_music_and_class_averages_are_told(
    server: RunningServer, client: Callable[..., Any], consumer: Consumer, rider: User
) -> None:
    """Songs on the workout, averages beside its attempts, both as the class has them."""
    workout, class_id = uuid7(), uuid7().hex
    song = peloton.Song(title="Slow Harbour", artists=["The Ferries"], start_seconds=75)
    average = training.Measure(slug="total_output", value=401, unit="kj", display_name="Total Output")
    consumer.handle(class_updated(class_id, songs=[song], averages=[average]))
    consumer.handle(recorded(workout, rider.user_id, class_id=class_id))
    comparing = server.client(comparisons_pb2_grpc.ComparisonServiceStub, user=rider, caller="gateway")
    name = f"workouts/{workout}"

    assert [song] == list(client(user=rider).GetWorkout(pb.GetWorkoutRequest(name=name)).songs)
    compared = comparing.CompareWorkout(comparisons_pb2.CompareWorkoutRequest(name=name))
    assert [average] == list(compared.class_averages)


def test_the_paces_of_the_level_of_that_day_are_told(
    client: Callable[..., Any], consumer: Consumer, rider: User
) -> None:
    """Without the source's table: seven intensities of the dated level, open at both ends."""
    workout = uuid7()
    kind = training.METRIC_KIND_RUNNING_PACE_LEVEL
    consumer.handle(metric_changed(rider.user_id, 1, [(datetime(2020, 1, 1, tzinfo=UTC), 3)], kind))
    consumer.handle(recorded(workout, rider.user_id, discipline="running"))
    consumer.handle(performance(workout, rider.user_id, metrics=[metric("speed", "mph", [4.0] * 120)]))

    view = client(user=rider).GetWorkout(pb.GetWorkoutRequest(name=f"workouts/{workout}"))

    told = view.pace_targets
    assert (3, 7, "Recovery", "Max") == (view.dated_pace_level, len(told), told[0].title, told[-1].title)
    assert (False, False) == (
        told[0].HasField("slow_seconds_per_kilometer"),
        told[-1].HasField("fast_seconds_per_kilometer"),
    )
    fast = [one.fast_seconds_per_kilometer for one in told[:-1]]
    assert [pytest.approx(3600 / (speed * MILE_KILOMETERS)) for speed in LEVEL_3_FAST_MPH] == fast


def test_peloton_s_own_pace_table_wins(client: Callable[..., Any], consumer: Consumer, rider: User) -> None:
    """In the distance of the recorded pace."""
    workout = uuid7()
    bands = [
        peloton.PaceBand(intensity=0, display_name="Recovery", fast_seconds=960),
        peloton.PaceBand(intensity=1, display_name="Easy", fast_seconds=720, slow_seconds=940),
    ]
    given = {"metrics": [metric("pace", "min/mi", [12] * 120)], "pace_bands": bands, "pace_level": 4}
    consumer.handle(recorded(workout, rider.user_id, discipline="running"))
    consumer.handle(performance(workout, rider.user_id, **given))

    view = client(user=rider).GetWorkout(pb.GetWorkoutRequest(name=f"workouts/{workout}"))

    assert (4, False) == (view.pace_level, view.HasField("dated_pace_level"))
    easy = view.pace_targets[1]
    assert ("Easy", pytest.approx(940 / MILE_KILOMETERS)) == (easy.title, easy.slow_seconds_per_kilometer)
