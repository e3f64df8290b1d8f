"""Reading one workout: its view with facts worth saying, and its series for a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_chassis.errors import NotFound
from ctz_workouts.app.lending import clock_of, lent_by
from ctz_workouts.app.pacing import Pace, pace_of
from ctz_workouts.domain.codec import decode_series
from ctz_workouts.domain.critical_power import CriticalPower, fit_critical_power, w_prime_balance
from ctz_workouts.domain.discipline import discipline_of
from ctz_workouts.domain.downsample import ChartSeries, downsample
from ctz_workouts.domain.figures import Absent
from ctz_workouts.domain.ftp_test import FTPTestResult, ftp_test_result
from ctz_workouts.domain.grid import LONGEST_FILLED_HOLE_SECONDS, grid_of
from ctz_workouts.domain.insights import RECENT_DAYS, Insight, facts_of
from ctz_workouts.domain.lending import UNIT, with_lent
from ctz_workouts.domain.pace import PaceDistance
from ctz_workouts.domain.pace_adherence import distance_of
from ctz_workouts.domain.power import BEST_EFFORT_SECONDS
from ctz_workouts.domain.series import HEART_RATE, OUTPUT, PACE, SPEED, SPLIT_PACE, Metric, Series, series_of
from ctz_workouts.store import analyses, views
from ctz_workouts.store.lenders import StoredLender
from ctz_workouts.store.views import WorkoutView

W_PRIME_BALANCE = "w_prime_balance"


@dataclass(frozen=True, slots=True)
class ToldWorkout:
    """One workout, unpacked: what was reported, what was derived, and what is worth saying."""

    view: WorkoutView
    reported: peloton.WorkoutPerformance
    published_class: peloton.ClassUpdated | None
    analysis: pb.Analysis
    insights: Sequence[Insight]
    ftp_test: FTPTestResult | None
    pace: Pace


@dataclass(frozen=True, slots=True)
class WPrime:
    """The model behind a W' balance, and where that was lowest: joules and second."""

    model: CriticalPower
    lowest_joules: float
    lowest_second: int


@dataclass(frozen=True, slots=True)
class ToldSeries:
    """Points of a chart, the metrics as reported without their samples, and holes as (last before, first after)."""

    chart: ChartSeries
    reported: peloton.WorkoutPerformance
    gaps: Sequence[tuple[int, int]]
    sample_count: int
    w_prime: WPrime | None = None


def told_workout(connection: sa.Connection, workout_id: UUID, user_id: UUID) -> ToldWorkout:
    """One workout of this rider, in two statements; `NotFound` if there is no such one."""
    view = views.view_of(connection, workout_id, user_id)
    if view is None:
        raise NotFound
    analysis = pb.Analysis.FromString(view.analysis) if view.analysis is not None else _not_analysed(view)
    efforts = analyses.best_efforts(analysis)
    bests = views.recent_bests(connection, view.workout, RECENT_DAYS) if efforts else {}
    published = peloton.ClassUpdated.FromString(view.class_published) if view.class_published else None
    stored, reported = view.workout, peloton.WorkoutPerformance.FromString(view.reported or b"")
    is_test = published is not None and published.is_ftp_test
    return ToldWorkout(
        view=view,
        reported=reported,
        published_class=published,
        analysis=analysis,
        insights=facts_of(efforts, analyses.zone_adherence(analysis), bests),
        ftp_test=ftp_test_result(stored.mean_power_watts, stored.ridden_seconds) if is_test else None,
        pace=pace_of(stored, reported, view.timelines, discipline_of(stored.discipline), _distance(reported)),
    )


def _distance(reported: peloton.WorkoutPerformance) -> PaceDistance | None:
    """The distance that recorded speeds or paces speak of."""
    units = {metric.slug: metric.unit for metric in reported.metrics}
    found = (distance_of(units.get(slug, "")) for slug in (SPEED, PACE, SPLIT_PACE))
    return next((distance for distance in found if distance is not None), None)


def _not_analysed(view: WorkoutView) -> pb.Analysis:
    """Why there is no figure as long as there is no performance."""
    is_due = view.workout.series_state in {pb.SERIES_STATE_DUE, pb.SERIES_STATE_ON_OPEN}
    reason = pb.ABSENT_REASON_NO_SERIES_YET if is_due else pb.ABSENT_REASON_NO_SERIES
    return pb.Analysis(power_absent_reason=reason, ftp_absent_reason=reason, target_absent_reason=reason)


def told_series(
    connection: sa.Connection, workout_id: UUID, user_id: UUID, most_points: int, *, with_w_prime: bool = False
) -> ToldSeries:
    """The series of a workout of this rider, in one statement; every sample when `most_points` is 0.

    With `with_w_prime` a ride with power by the second gets the metric `w_prime_balance`, in a second statement.
    """
    found = views.series_of(connection, workout_id, user_id)
    if found is None:
        raise NotFound
    series = decode_series(found.series) if found.series is not None else series_of([], ())
    reported = peloton.WorkoutPerformance.FromString(found.reported or b"")
    if found.lender_series is not None:
        series = _with_lent(found, series, reported)
    gaps, w_prime = _gaps(series), None
    if with_w_prime and found.uses_ftp and found.best_watts:
        series, w_prime = _with_w_prime(connection, found, series)
    chart = downsample(series, most_points or max(series.seconds.size, 1))
    return ToldSeries(chart, reported, gaps, int(series.seconds.size), w_prime)


def _with_lent(found: Any, series: Series, reported: peloton.WorkoutPerformance) -> Series:
    """The series with the heart rate that the workout borrows, of which `reported` tells mean and maximum too."""
    lender = StoredLender(
        found.lender_workout_id,
        found.lender_start_time,
        found.lender_end_time,
        found.lender_detail,
        found.lender_series,
    )
    own = clock_of(found.start_time, found.end_time, found.detail, series)
    lent = lent_by(lender, own, series, found.reported_seconds)
    if lent is None:
        return series
    beats = lent.series.metrics[0].values
    kept = [metric for metric in reported.metrics if metric.slug != HEART_RATE]
    del reported.metrics[:]
    reported.metrics.extend(kept)
    reported.metrics.add(
        slug=HEART_RATE, display_name="Heart Rate", unit=UNIT, average=float(beats.mean()), maximum=float(beats.max())
    )
    return with_lent(series, lent.series)


def _with_w_prime(connection: sa.Connection, ride: Any, series: Series) -> tuple[Series, WPrime | None]:
    """The series with its W' balance by the curve of the 90 days up to the ride, itself included."""
    grid, own = grid_of(series, OUTPUT), dict(zip(BEST_EFFORT_SECONDS, ride.best_watts, strict=False))
    recent = views.recent_bests(connection, ride, RECENT_DAYS)
    curve = [(seconds, max(own.get(seconds) or 0.0, recent.get(seconds, 0.0))) for seconds in BEST_EFFORT_SECONDS]
    model = fit_critical_power((seconds, watts) for seconds, watts in curve if watts)
    if grid is None or isinstance(model, Absent) or not model.is_shown:
        return series, None
    balance = w_prime_balance(grid, model)
    lowest = int(np.nanargmin(balance))
    at = series.seconds - grid.first_second
    inside = (at >= 0) & (at < balance.size)
    values = np.where(inside, balance[np.clip(at, 0, balance.size - 1)], np.nan)
    metric = Metric(W_PRIME_BALANCE, "J", values)
    told = WPrime(model, float(balance[lowest]), lowest + grid.first_second)
    return Series(series.seconds, (*series.metrics, metric)), told


def _gaps(series: Series) -> list[tuple[int, int]]:
    """Holes well beyond the step of the recording; one that has no step has none."""
    if series.step_seconds is None:
        return []
    at = np.flatnonzero(np.diff(series.seconds) > series.step_seconds + LONGEST_FILLED_HOLE_SECONDS)
    return [(int(series.seconds[before]), int(series.seconds[before + 1])) for before in at]
