"""Reading one workout: its view with facts worth saying, and its series for a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_chassis.errors import NotFound
from ctz_workouts.domain.codec import decode_series
from ctz_workouts.domain.downsample import ChartSeries, downsample
from ctz_workouts.domain.grid import LONGEST_FILLED_HOLE_SECONDS
from ctz_workouts.domain.insights import RECENT_DAYS, Insight, facts_of
from ctz_workouts.domain.series import Series, series_of
from ctz_workouts.store import analyses, views
from ctz_workouts.store.views import WorkoutView


@dataclass(frozen=True, slots=True)
class ToldWorkout:
    """One workout, unpacked: what was reported, what was derived, and what is worth saying."""

    view: WorkoutView
    reported: peloton.WorkoutPerformance
    published_class: peloton.ClassUpdated | None
    analysis: pb.Analysis
    insights: Sequence[Insight]


@dataclass(frozen=True, slots=True)
class ToldSeries:
    """Points of a chart, the metrics as reported without their samples, and holes as (last before, first after)."""

    chart: ChartSeries
    reported: peloton.WorkoutPerformance
    gaps: Sequence[tuple[int, int]]
    sample_count: int


def told_workout(connection: sa.Connection, workout_id: UUID, user_id: UUID) -> ToldWorkout:
    """One workout of this rider, in two statements; `NotFound` if there is no such one."""
    view = views.view_of(connection, workout_id, user_id)
    if view is None:
        raise NotFound
    analysis = pb.Analysis.FromString(view.analysis) if view.analysis is not None else _not_analysed(view)
    efforts = analyses.best_efforts(analysis)
    bests = views.recent_bests(connection, view.workout, RECENT_DAYS) if efforts else {}
    return ToldWorkout(
        view=view,
        reported=peloton.WorkoutPerformance.FromString(view.reported or b""),
        published_class=peloton.ClassUpdated.FromString(view.class_published) if view.class_published else None,
        analysis=analysis,
        insights=facts_of(efforts, analyses.zone_adherence(analysis), bests),
    )


def _not_analysed(view: WorkoutView) -> pb.Analysis:
    """Why there is no figure as long as there is no performance."""
    is_due = view.workout.series_state in {pb.SERIES_STATE_DUE, pb.SERIES_STATE_ON_OPEN}
    reason = pb.ABSENT_REASON_NO_SERIES_YET if is_due else pb.ABSENT_REASON_NO_SERIES
    return pb.Analysis(power_absent_reason=reason, ftp_absent_reason=reason, target_absent_reason=reason)


def told_series(connection: sa.Connection, workout_id: UUID, user_id: UUID, most_points: int) -> ToldSeries:
    """The series of a workout of this rider, in one statement; every sample when `most_points` is 0."""
    found = views.series_of(connection, workout_id, user_id)
    if found is None:
        raise NotFound
    series = decode_series(found.series) if found.series is not None else series_of([], ())
    chart = downsample(series, most_points or max(series.seconds.size, 1))
    reported = peloton.WorkoutPerformance.FromString(found.reported or b"")
    return ToldSeries(chart, reported, _gaps(series), int(series.seconds.size))


def _gaps(series: Series) -> list[tuple[int, int]]:
    """Holes well beyond the step of the recording; one that has no step has none."""
    if series.step_seconds is None:
        return []
    at = np.flatnonzero(np.diff(series.seconds) > series.step_seconds + LONGEST_FILLED_HOLE_SECONDS)
    return [(int(series.seconds[before]), int(series.seconds[before + 1])) for before in at]
