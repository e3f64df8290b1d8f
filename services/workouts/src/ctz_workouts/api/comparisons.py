"""ComparisonService."""

from typing import Any

from ctz.workouts.v1 import comparisons_pb2 as pb
from ctz.workouts.v1 import comparisons_pb2_grpc as pb_grpc
from ctz.workouts.v1 import workouts_pb2

from ctz_chassis import paging, resource_name
from ctz_chassis.db import Database
from ctz_chassis.errors import NotFound
from ctz_chassis.grpc_server import person_of
from ctz_workouts.api import messages
from ctz_workouts.app.comparisons import Comparison, compare
from ctz_workouts.domain.comparing import Compared, Overlay
from ctz_workouts.domain.figures import Absent
from ctz_workouts.store import analyses
from ctz_workouts.store import comparisons as store

DEFAULT_POINTS, MOST_POINTS = 600, 5_400
DEFAULT_SIMILAR, MOST_SIMILAR = 30, 100
_METRICS = {Compared.POWER: pb.COMPARED_METRIC_POWER, Compared.SPEED: pb.COMPARED_METRIC_SPEED}


class ComparisonServicer(pb_grpc.ComparisonServiceServicer):
    """Workouts of one person beside each other."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def CompareWorkout(self, request: pb.CompareWorkoutRequest, context: Any) -> pb.Comparison:
        """All attempts at the class of a workout, and one of them on the same time axis."""
        workout_id = resource_name.parse(messages.COLLECTION, request.name)
        other_id = resource_name.parse(messages.COLLECTION, request.other) if request.other else None
        points = paging.page_size(request.max_points, DEFAULT_POINTS, MOST_POINTS)
        with self._database.read() as connection:
            return _message(compare(connection, person_of(context).user_id, workout_id, other_id, points))

    def ListSimilarWorkouts(
        self, request: pb.ListSimilarWorkoutsRequest, context: Any
    ) -> pb.ListSimilarWorkoutsResponse:
        """Workouts like one: same discipline, class type, length and instructor, newest first."""
        workout_id = resource_name.parse(messages.COLLECTION, request.name)
        most = paging.page_size(request.page_size, DEFAULT_SIMILAR, MOST_SIMILAR)
        with self._database.read() as connection:
            rows = store.similar_to(connection, person_of(context).user_id, workout_id, most)
        if rows is None:
            raise NotFound
        return pb.ListSimilarWorkoutsResponse(workouts=[messages.workout(row) for row in rows])


def _message(found: Comparison) -> pb.Comparison:
    message = pb.Comparison(
        workout=messages.workout(found.workout),
        other=messages.workout(found.other) if found.other is not None else None,
        attempts=[pb.Attempt(workout=messages.workout(row), rank=rank) for row, rank in found.attempts],
        attempt_count=found.attempt_count,
        class_averages=found.published_class.averages,
    )
    _tell_overlay(message, found.overlay)
    return message


def _tell_overlay(message: pb.Comparison, found: Overlay | Absent) -> None:
    if isinstance(found, Absent):
        message.absent_reason = (
            analyses.reason(found) if message.HasField("other") else workouts_pb2.ABSENT_REASON_UNSPECIFIED
        )
        return
    message.metric = _METRICS[found.metric]
    message.seconds.extend(found.seconds.tolist())
    message.values.extend(found.values.tolist())
    message.other_values.extend(found.other_values.tolist())
    message.ahead.extend(found.ahead.tolist())
    for split in found.splits:
        message.splits.add(
            start_seconds=split.first_second,
            end_seconds=split.last_second,
            amount=split.amount,
            other_amount=split.other_amount,
        )
