"""RecordedDayService."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ctz.plans.v1 import recorded_days_pb2 as pb
from ctz.plans.v1 import recorded_days_pb2_grpc as pb_grpc

from ctz_chassis import paging, resource_name
from ctz_chassis.errors import InvalidArgument
from ctz_chassis.grpc_server import person_of
from ctz_plans.app.recorded import Position, Reading, list_recorded_workouts
from ctz_plans.domain.recorded import DaySpan, RecordedWorkout

DEFAULT_PAGE, LARGEST_PAGE = 100, 500


class RecordedDayServicer(pb_grpc.RecordedDayServiceServicer):
    """What the rider recorded, by day."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def ListRecordedWorkouts(
        self, request: pb.ListRecordedWorkoutsRequest, context: Any
    ) -> pb.ListRecordedWorkoutsResponse:
        """Recorded workouts of a span of days, oldest first."""
        span = DaySpan(_day("from_date", request.from_date), _day("to_date", request.to_date))
        bound_to = f"{span.first}/{span.last}"
        after = _position(paging.decode_token(request.page_token, bound_to)) if request.page_token else None
        workouts, end = list_recorded_workouts(
            self._reading,
            user_id=person_of(context).user_id,
            span=span,
            after=after,
            page_size=paging.page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE),
        )
        token = ""
        if end is not None:
            token = paging.encode_token({"d": end[0].isoformat(), "t": end[1].isoformat(), "i": str(end[2])}, bound_to)
        return pb.ListRecordedWorkoutsResponse(
            workouts=[_message(workout) for workout in workouts], next_page_token=token
        )


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidArgument(field, "is no day, such as 2026-05-08") from None


def _position(payload: Any) -> Position:
    try:
        return date.fromisoformat(payload["d"]), datetime.fromisoformat(payload["t"]), UUID(payload["i"])
    except (KeyError, TypeError, ValueError):
        raise InvalidArgument("page_token", "is none of this list") from None


def _message(workout: RecordedWorkout) -> pb.RecordedWorkout:
    message = pb.RecordedWorkout(
        name=resource_name.format("workouts", workout.workout_id),
        local_date=workout.local_date.isoformat(),
        discipline=workout.discipline,
        class_id=workout.class_id,
        title=workout.title,
        duration_seconds=workout.duration_seconds,
        work_kilojoules=None if workout.work_joules is None else workout.work_joules / 1000,
        training_stress_score=workout.training_stress_score,
        zone_seconds=workout.zone_seconds,
    )
    message.start_time.FromDatetime(workout.start_time)
    return message
