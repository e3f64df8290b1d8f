"""Writing workouts with their counts, performances, pairs and the aggregates that they belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store import aggregates, tallies
from ctz_workouts.store.duplicates import keep_pairs, may_overlap_otherwise
from ctz_workouts.store.tables import performance, workout
from ctz_workouts.store.workouts import (
    FIGURES,
    KEYS,
    SHARED,
    SUMMARY,
    Standing,
    StoredPerformance,
    StoredWorkout,
    WorkoutStore,
)


def _upsert(table: sa.Table, key: sa.Column[Any], names: Sequence[str], *, prefix: str = "") -> pg.Insert:
    insert = pg.insert(table).values({name: sa.bindparam(prefix + name) for name in names})
    changed = {name: insert.excluded[name] for name in names if name != key.name}
    return insert.on_conflict_do_update(index_elements=[key], set_=changed)


_SAVE_SUMMARY = _upsert(workout, workout.c.workout_id, (*KEYS, *SHARED, *SUMMARY))
_SAVE_FIGURES = (
    sa.update(workout)
    .where(workout.c.workout_id == sa.bindparam("of_workout"))
    .values({name: sa.bindparam(name) for name in (*SHARED, *FIGURES)})
)
_SAVE_PERFORMANCE = _upsert(
    performance, performance.c.workout_id, ("workout_id", "reported", "series", "analysis"), prefix="told_"
)
_COUNTED = tallies.ADD.cte("counted")
_SUMMARY = _SAVE_SUMMARY.add_cte(_COUNTED)
_FIGURES = _SAVE_FIGURES.add_cte(_COUNTED)
_FIGURES_AND_PERFORMANCE = _SAVE_FIGURES.add_cte(_COUNTED, _SAVE_PERFORMANCE.cte("told"))


@dataclass(frozen=True, slots=True)
class Change:
    """A workout as it stood and as it is now, the performance where it was told, and what was derived anew."""

    standing: Standing
    after: StoredWorkout
    told: StoredPerformance | None = None
    analysis: bytes | None = None


def write(connection: sa.Connection, user_id: UUID, changes: Sequence[Change]) -> None:
    """Write a rider's workouts as they are now, and everything that is kept of them elsewhere."""
    before, after = [change.standing.workout for change in changes], [change.after for change in changes]
    counted = tallies.parameters_of(user_id, tallies.difference(before, after))
    nothing = tallies.parameters_of(user_id, {})
    for statement, rows in _rows(changes).items():
        if rows:
            # The first row of all takes the counts along.
            first = rows[0] | counted
            connection.execute(statement, [first, *(row | nothing for row in rows[1:])] if len(rows) > 1 else first)
            counted = nothing
    WorkoutStore(connection).save_analyses(_analyses(changes))
    aggregates.change(connection, user_id, before, after)
    moved = [change.after for change in changes if may_overlap_otherwise(change.standing.workout, change.after)]
    keep_pairs(connection, moved)


def _rows(changes: Sequence[Change]) -> Mapping[sa.Executable, Sequence[dict[str, Any]]]:
    """What each statement writes, in the order in which they are executed."""
    summaries, figures, whole = [], [], []
    for change in changes:
        summary, of_figures = _halves_of(change.standing, change.after)
        if summary:
            summaries.append(summary)
        if change.told is not None:
            whole.append(of_figures | _performance(change, change.told))
        elif of_figures:
            figures.append(of_figures)
    return {_SUMMARY: summaries, _FIGURES: figures, _FIGURES_AND_PERFORMANCE: whole}


def _performance(change: Change, told: StoredPerformance) -> dict[str, Any]:
    return {
        "told_workout_id": change.after.workout_id,
        "told_reported": told.reported,
        "told_series": told.series,
        "told_analysis": change.analysis,
    }


def _analyses(changes: Sequence[Change]) -> Mapping[UUID, bytes | None]:
    """What was derived anew of performances that stay as they were, or that nothing is any more."""
    return {
        change.after.workout_id: change.analysis
        for change in changes
        if change.told is None
        and (
            change.analysis is not None
            or (change.standing.workout.analysis_version and not change.after.analysis_version)
        )
    }


def _halves_of(standing: Standing, after: StoredWorkout) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parameters of `_SUMMARY` and of `_FIGURES`, each empty where its half stays as it was."""
    before = standing.workout
    has_summary = not standing.is_known or _differ(before, after, SUMMARY)
    has_figures = _differ(before, after, FIGURES)
    summary = {name: getattr(after, name) for name in (*KEYS, *SHARED, *SUMMARY)} if has_summary else {}
    if has_figures or (not has_summary and _differ(before, after, SHARED)):
        return summary, {"of_workout": after.workout_id} | {name: getattr(after, name) for name in (*SHARED, *FIGURES)}
    return summary, {}


def _differ(before: StoredWorkout, after: StoredWorkout, names: Sequence[str]) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in names)
