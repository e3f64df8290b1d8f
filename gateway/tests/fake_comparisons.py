"""Workouts beside each other, in memory behind the real contract, over the same store."""

# ruff: noqa: N802 - methods are named by the contract

from typing import Any

from ctz.common.v1 import training_pb2 as training
from ctz.workouts.v1 import comparisons_pb2 as pb

from ctz_chassis.errors import InvalidArgument, NotFound
from ctz_chassis.grpc_server import person_of
from ctz_chassis.resource_name import parse
from gateway.tests.fake_workouts import WorkoutStore

LEAD_AT_THE_END = -1.8
SPLIT_SECONDS = 300


class ComparisonService:
    """ComparisonService over the store: every ride of a rider is an attempt at the same class."""

    def __init__(self, store: WorkoutStore) -> None:
        self.store = store

    def _kin(self, name: str, context: Any) -> tuple[Any, list[Any]]:
        """A workout and every other of its discipline."""
        parse("workouts", name)
        views = [view for view in self.store.views[person_of(context).user_id] if not view.is_hidden]
        asked = next((view.workout for view in views if view.workout.name == name), None)
        if asked is None:
            raise NotFound
        return asked, [
            view.workout for view in views if view.workout.name != name and view.workout.discipline == asked.discipline
        ]

    def CompareWorkout(self, request: Any, context: Any) -> Any:
        asked, others = self._kin(request.name, context)
        other = next((each for each in others if each.name == request.other), None)
        if request.other and other is None:
            raise InvalidArgument("other", "is no other attempt at the same class; choose one of `attempts`")
        other = other or (others[0] if others else None)
        found = pb.Comparison(
            workout=asked,
            other=other,
            attempts=[pb.Attempt(workout=each, rank=rank) for rank, each in enumerate([asked, *others], start=1)],
            attempt_count=len(others) + 1,
            class_averages=[
                training.Measure(slug="total_output", value=401, unit="kj", display_name="Output"),
                training.Measure(slug="avg_cadence", value=84, unit="rpm", display_name="Avg. cadence"),
            ],
        )
        if other is not None and asked.work_kilojoules and other.work_kilojoules:
            self._lay(found, request.max_points or 600)
        return found

    def _lay(self, found: pb.Comparison, points: int) -> None:
        seconds, last = list(range(points)), max(points - 1, 1)
        found.metric = pb.COMPARED_METRIC_POWER
        found.seconds.extend(seconds)
        found.values.extend(200.0 for _ in seconds)
        found.other_values.extend(200.0 + (second % 40 - 20) for second in seconds)
        found.ahead.extend(LEAD_AT_THE_END * second / last for second in seconds)
        found.splits.add(start_seconds=1, end_seconds=SPLIT_SECONDS, amount=60.0, other_amount=61.8)

    def ListSimilarWorkouts(self, request: Any, context: Any) -> Any:
        asked, others = self._kin(request.name, context)
        every = sorted([asked, *others], key=lambda each: each.local_date, reverse=True)
        return pb.ListSimilarWorkoutsResponse(workouts=every[: request.page_size or 30])
