"""Orders of the history: what ranks workouts, and the indexes that hold each order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_workouts.store.tables import workout

DURATION: Final = sa.func.coalesce(workout.c.ridden_seconds, workout.c.reported_seconds, type_=sa.Integer)
"""Seconds ridden where the series tells, else the length as reported."""
WORK_KILOJOULES: Final = sa.func.coalesce(
    sa.func.nullif(workout.c.total_work_joules, sa.text("0")) / sa.text("1000"),
    workout.c.graph_work_kilojoules,
    workout.c.total_work_joules,
)
"""Work as the list tells it, unless it says 0 and the graph has a total."""
_NOTHING: Final = sa.text("-1")
_TIME: Final = (workout.c.local_date, workout.c.start_time, workout.c.workout_id)


@dataclass(frozen=True, slots=True)
class Order:
    """What an order compares, most telling first, and whether the largest comes first; ties stand newest first."""

    keys: Sequence[sa.ColumnElement[Any]]
    is_descending: bool = True

    @property
    def has_rank(self) -> bool:
        """Whether it compares more than time."""
        return len(self.keys) > len(_TIME)


def _ranked(name: str, rank: sa.ColumnElement[Any]) -> Order:
    """An order by a figure, in which workouts without it come last, with its index."""
    keys = (rank, *_TIME)
    expressions = (rank.desc(), *(key.desc() for key in _TIME))
    sa.Index(name, workout.c.user_id, *expressions, postgresql_where=workout.c.is_listed)
    return Order(keys)


ORDERS: Final[Mapping[int, Order]] = {
    pb.WORKOUT_ORDER_NEWEST: Order(_TIME),
    pb.WORKOUT_ORDER_OLDEST: Order(_TIME, is_descending=False),
    pb.WORKOUT_ORDER_LONGEST: _ranked(
        "workout_by_length", sa.func.coalesce(workout.c.ridden_seconds, workout.c.reported_seconds, _NOTHING)
    ),
    pb.WORKOUT_ORDER_MOST_WORK: _ranked(
        "workout_by_work",
        sa.func.coalesce(
            sa.func.nullif(workout.c.total_work_joules, sa.text("0")) / sa.text("1000"),
            workout.c.graph_work_kilojoules,
            workout.c.total_work_joules,
            _NOTHING,
        ),
    ),
    pb.WORKOUT_ORDER_HIGHEST_LOAD: _ranked("workout_by_load", sa.func.coalesce(workout.c.load, _NOTHING)),
    pb.WORKOUT_ORDER_BEST_TARGET_SHARE: _ranked(
        "workout_by_target_share", sa.func.coalesce(workout.c.target_share, _NOTHING)
    ),
    pb.WORKOUT_ORDER_MOST_EFFORT: _ranked(
        "workout_by_effort", sa.func.coalesce(workout.c.effort_points, workout.c.graph_effort_points, _NOTHING)
    ),
}
