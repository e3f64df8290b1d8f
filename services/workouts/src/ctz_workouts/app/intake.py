"""Taking in what events tell of workouts: parts in any order, each once, the newest of each part.

Every function runs in the transaction of its event, takes the rider's turn first, and leaves rows, counts and outbox in
one state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_chassis import outbox
from ctz_chassis.events import Poison
from ctz_workouts.app import merging
from ctz_workouts.app.analysing import Figures, analysed, analysed_again, described, mean_beats_of, state_of
from ctz_workouts.app.lending import lenders_of
from ctz_workouts.app.publishing import published, published_again
from ctz_workouts.app.recompute import compute_anew
from ctz_workouts.domain.codec import encode_series
from ctz_workouts.domain.series import Series
from ctz_workouts.store import tables
from ctz_workouts.store.duplicates import keep_pairs, may_overlap_otherwise
from ctz_workouts.store.lenders import StoredLender
from ctz_workouts.store.riders import RiderStore, Timelines
from ctz_workouts.store.workouts import Standing, StoredPerformance, StoredWorkout, WorkoutStore
from ctz_workouts.store.writing import write


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of which workout an event tells, and which revision of it."""

    workout_id: UUID
    user_id: UUID
    revision: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What `recorded` tells, by column."""

    start_time: datetime
    local_date: date
    class_id: str
    columns: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Turn:
    """A change of one workout in the rider's turn."""

    connection: sa.Connection
    timelines: Timelines
    store: WorkoutStore
    standing: Standing

    def finish(
        self, changed: StoredWorkout, analysis: pb.Analysis | None = None, told: StoredPerformance | None = None
    ) -> None:
        """Write the row, its counts, what was told, and the fact if new figures differ from the published ones."""
        after, event, stored = self.standing.settled(changed), None, None
        if analysis is not None:
            after, event = published(Figures(after, analysis))
            stored = analysis.SerializeToString()
        else:
            after, event = published_again(self.connection, self.standing.workout, after)
        write(self.connection, self.standing, after, told, stored)
        if may_overlap_otherwise(self.standing.workout, after):
            keep_pairs(self.connection, after)
        if event is not None:
            outbox.add(self.connection, tables.outbox, event)
        above = self.standing.absorbed_into
        if above is not None and _lends(self.standing.workout) != _lends(after):
            compute_anew(self.connection, after.user_id, self.timelines, [above])

    @property
    def lenders(self) -> Sequence[StoredLender]:
        """Recordings beneath the workout, as far as they can lend anything."""
        return lenders_of(self.connection, [self.standing])[self.standing.workout.workout_id]


def keep_summary(connection: sa.Connection, part: Part, summary: Summary) -> None:
    """Keep what `recorded` tells, unless something newer is known; a higher revision lifts a deletion."""
    turn = _take_turn(connection, part, class_id=summary.class_id)
    before = turn.standing.workout
    if before.summary_revision >= part.revision:
        return
    told = _with_summary(before, part, summary)
    after = described(turn.standing, told)
    is_as_analysed = bool(after.performance_revision) and not _is_analysed_otherwise(before, after)
    if is_as_analysed or not (after.performance_revision or turn.standing.beneath):
        turn.finish(after)
        return
    performance = turn.store.performances([part.workout_id]).get(part.workout_id)
    figures = analysed_again(turn.standing, after, performance, turn.timelines, turn.lenders)
    if figures is None:
        turn.finish(after)
        return
    turn.store.save_analyses({part.workout_id: figures.analysis.SerializeToString()})
    turn.finish(figures.workout, figures.analysis)


def keep_whole(
    connection: sa.Connection,
    part: Part,
    summary: Summary,
    reported: peloton.WorkoutPerformance,
    series: Series | None,
) -> None:
    """Keep a workout of which everything is told at once; one that is known in a newer form stays."""
    turn = _take_turn(connection, part, class_id=summary.class_id)
    before = turn.standing.workout
    if max(before.summary_revision, before.performance_revision) >= part.revision:
        return
    told = replace(
        _with_summary(before, part, summary), performance_revision=part.revision, **_told_by(reported, series)
    )
    figures = analysed(turn.standing, described(turn.standing, told), reported, series, turn.timelines, turn.lenders)
    stored = StoredPerformance(reported.SerializeToString(), encode_series(series) if series is not None else None)
    turn.finish(figures.workout, figures.analysis, stored)


def keep_deletion(connection: sa.Connection, part: Part) -> None:
    """Keep that the source no longer has a workout, as a row that only a higher `recorded` lifts.

    Nothing of the summary stays, nor what was derived with it; the performance waits for a return. What lay beneath it
    is listed again.
    """
    turn = _take_turn(connection, part)
    before = turn.standing.workout
    if before.summary_revision >= part.revision:
        return
    if before.analysis_version:
        turn.store.save_analyses({part.workout_id: None})
    turn.finish(replace(before.without_summary(), summary_revision=part.revision, is_deleted=True))
    merging.release(connection, part.user_id, turn.timelines, part.workout_id)


def keep_performance(
    connection: sa.Connection, part: Part, reported: peloton.WorkoutPerformance, series: Series | None
) -> None:
    """Keep what `performance` tells, unless something newer is known; `reported` comes without its samples."""
    turn = _take_turn(connection, part)
    before = turn.standing.workout
    if before.performance_revision >= part.revision:
        return
    after = replace(before, performance_revision=part.revision, **_told_by(reported, series))
    analysis = None
    if after.has_summary:
        standing = described(turn.standing, after)
        figures = analysed(turn.standing, standing, reported, series, turn.timelines, turn.lenders)
        after, analysis = figures.workout, figures.analysis
    told = StoredPerformance(reported.SerializeToString(), encode_series(series) if series is not None else None)
    turn.finish(after, analysis, told)


def _with_summary(before: StoredWorkout, part: Part, summary: Summary) -> StoredWorkout:
    return replace(
        before,
        summary_revision=part.revision,
        is_deleted=False,
        start_time=summary.start_time,
        local_date=summary.local_date,
        class_id=summary.class_id,
        **summary.columns,
    )


def _take_turn(connection: sa.Connection, part: Part, *, class_id: str | None = None) -> _Turn:
    timelines = RiderStore(connection).take_turn(part.user_id)
    store = WorkoutStore(connection)
    standing = store.standing(part.workout_id, part.user_id, class_id=class_id)
    if standing.workout.user_id != part.user_id:
        raise Poison("owner_mismatch", "the workout is somebody else's")
    return _Turn(connection, timelines, store, standing)


def _is_analysed_otherwise(before: StoredWorkout, after: StoredWorkout) -> bool:
    """Whether anything changed that the analysis looks at."""

    def seen(workout: StoredWorkout) -> tuple[Any, ...]:
        times = (workout.start_time, workout.end_time, workout.local_date, workout.pedaling_start_offset_seconds)
        return (workout.discipline, workout.class_id, workout.detail, *times)

    return before.analysis_version == 0 or seen(before) != seen(after)


def _told_by(reported: peloton.WorkoutPerformance, series: Series | None) -> dict[str, Any]:
    """Columns of the row that `performance` tells."""
    averages = {measure.slug: measure.value for measure in reported.averages}
    totals = {measure.slug: measure for measure in reported.totals}
    means = {metric.slug: metric.average for metric in reported.metrics if metric.HasField("average")}
    distance = totals.get("distance")
    work = totals.get("total_output")
    return {
        "mean_power_watts": averages.get("avg_output", means.get("output")),
        "mean_heart_rate_bpm": mean_beats_of(reported),
        "graph_work_kilojoules": work.value if work is not None else None,
        "graph_effort_points": reported.effort_points if reported.HasField("effort_points") else None,
        "distance": distance.value if distance is not None else None,
        "distance_unit": distance.unit if distance is not None else "",
        "distance_name": distance.display_name if distance is not None else "",
        "has_graph_targets": bool(reported.targets),
        "series_state": state_of(series),
    }


def _lends(workout: StoredWorkout) -> tuple[Any, ...]:
    """What another workout that shows this one's heart rate looks at."""
    times = (workout.start_time, workout.end_time, workout.detail)
    return (workout.has_summary, workout.performance_revision, *times)
