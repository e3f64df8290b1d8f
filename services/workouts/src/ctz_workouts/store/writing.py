"""Writing one workout with its counts, its performance and the aggregates that it belongs to."""

from typing import Any

import sqlalchemy as sa

from ctz_workouts.store import aggregates, tallies
from ctz_workouts.store.workouts import (
    SAVE_FIGURES,
    SAVE_PERFORMANCE,
    SAVE_SUMMARY,
    Standing,
    StoredPerformance,
    StoredWorkout,
    halves_of,
)

_COUNTED = tallies.ADD.cte("counted")
_SUMMARY = SAVE_SUMMARY.add_cte(_COUNTED)
_FIGURES = SAVE_FIGURES.add_cte(_COUNTED)
_FIGURES_AND_PERFORMANCE = SAVE_FIGURES.add_cte(_COUNTED, SAVE_PERFORMANCE.cte("told"))


def write(
    connection: sa.Connection,
    standing: Standing,
    after: StoredWorkout,
    told: StoredPerformance | None = None,
    analysis: bytes | None = None,
) -> None:
    """Write a row as it is now, the performance where it was told, and the counts and aggregates that it changes."""
    counted = tallies.parameters_of(after.user_id, tallies.difference([standing.workout], [after]))
    summary, figures = halves_of(standing, after)
    if summary:
        connection.execute(_SUMMARY, summary | counted)
        counted = tallies.parameters_of(after.user_id, {})
    if told is not None:
        performance: dict[str, Any] = {
            "told_workout_id": after.workout_id,
            "told_reported": told.reported,
            "told_series": told.series,
            "told_analysis": analysis,
        }
        connection.execute(_FIGURES_AND_PERFORMANCE, figures | counted | performance)
    elif figures:
        connection.execute(_FIGURES, figures | counted)
    aggregates.change(connection, after.user_id, [standing.workout], [after])
