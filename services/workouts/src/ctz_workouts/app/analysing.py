"""Analysing a stored workout: what that needs from its row, its class and its rider, and what rows keep of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import classes_pb2 as classes
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_workouts.app.pacing import Pace, pace_of
from ctz_workouts.app.target_plans import plan_from
from ctz_workouts.domain.analysis import Analysis, Circumstances, analyse
from ctz_workouts.domain.codec import decode_series
from ctz_workouts.domain.discipline import Discipline, discipline_of
from ctz_workouts.domain.figures import Absent
from ctz_workouts.domain.load import HeartRateThresholds
from ctz_workouts.domain.pace_adherence import speeds_of
from ctz_workouts.domain.pause import WallClock
from ctz_workouts.domain.power import BEST_EFFORT_SECONDS, BestEffort
from ctz_workouts.domain.series import Series
from ctz_workouts.domain.targets import (
    DEFAULT_PEDALING_START_OFFSET_SECONDS,
    PACE_INTENSITY,
    TargetPlan,
    class_family,
)
from ctz_workouts.domain.thumbnail import Thumbnail, ThumbnailKind
from ctz_workouts.domain.workload import LoadSource, recorded_load
from ctz_workouts.domain.zones import FTP
from ctz_workouts.store import analyses
from ctz_workouts.store.riders import FTP_KIND, HEART_RATE_KINDS, Timelines
from ctz_workouts.store.workouts import Standing, StoredPerformance, StoredWorkout

FULL_HEIGHT = 255
_STATES: Mapping[int, "pb.SeriesState.ValueType"] = {
    peloton.CHART_STATE_DUE: pb.SERIES_STATE_DUE,
    peloton.CHART_STATE_ON_OPEN: pb.SERIES_STATE_ON_OPEN,
}
_WITHOUT_SERIES = {
    pb.SERIES_STATE_DUE: pb.ABSENT_REASON_NO_SERIES_YET,
    pb.SERIES_STATE_ON_OPEN: pb.ABSENT_REASON_NO_SERIES_YET,
}


@dataclass(frozen=True, slots=True)
class Figures:
    """A workout's row with its derived figures, and its whole analysis."""

    workout: StoredWorkout
    analysis: pb.Analysis


def described(standing: Standing, workout: StoredWorkout) -> StoredWorkout:
    """The row with what follows from its summary, its class and the state of its chart, without any sample."""
    if not workout.has_summary:
        return workout
    discipline = discipline_of(workout.discipline)
    is_power_zone = standing.class_is_power_zone
    if is_power_zone is None:
        is_power_zone = discipline.is_on_a_bike and class_family(workout.title) is not None
    if workout.performance_revision:
        return workout if workout.is_power_zone == is_power_zone else replace(workout, is_power_zone=is_power_zone)
    state = _STATES.get(workout.chart_state, pb.SERIES_STATE_NONE)
    reason = _WITHOUT_SERIES.get(state, pb.ABSENT_REASON_NO_SERIES)
    if not discipline.is_on_a_bike:
        reason = pb.ABSENT_REASON_NOT_APPLICABLE
    return replace(workout, is_power_zone=is_power_zone, series_state=state, power_absent_reason=reason)


def analysed(
    standing: Standing,
    workout: StoredWorkout,
    reported: peloton.WorkoutPerformance,
    series: Series | None,
    timelines: Timelines,
) -> Figures:
    """The row with all derived figures; the summary and the performance must be there."""
    if workout.start_time is None:
        raise ValueError("a workout without its summary cannot be analysed")
    discipline = discipline_of(workout.discipline)
    ftp = timelines.at(FTP_KIND, workout.start_time)
    plan = _plan(standing, workout, reported)
    beats = _beats_at(timelines, workout.start_time)
    pace = Pace()
    if plan and PACE_INTENSITY in plan.metrics:
        speeds = speeds_of(series) if series is not None else None
        pace = pace_of(workout, reported, timelines, discipline, speeds[1] if speeds else None)
    circumstances = Circumstances(
        discipline=discipline,
        ftp=FTP(ftp.value) if ftp else None,
        targets=plan,
        heart_rate_thresholds=_thresholds(beats),
        pace_table=pace.table,
        clock=_clock(workout),
    )
    found = analyse(series, circumstances)
    row = _with_load(_with_figures(workout, found, discipline, pace), found, beats)
    return Figures(row, analyses.told(found))


def analysed_again(
    standing: Standing, workout: StoredWorkout, told: StoredPerformance, timelines: Timelines
) -> Figures:
    """The same from what is stored of the performance."""
    series = decode_series(told.series) if told.series is not None else None
    return analysed(standing, workout, peloton.WorkoutPerformance.FromString(told.reported), series, timelines)


def _with_figures(workout: StoredWorkout, found: Analysis, discipline: Discipline, pace: Pace) -> StoredWorkout:
    power, recorded = found.power, found.recording.recorded_seconds
    heights, zones = _bars(found.thumbnail)
    uses_ftp = analyses.uses_ftp(found)
    absent = analyses.reason(power.normalized_watts) or analyses.reason(power.training_stress)
    return replace(
        workout,
        analysis_version=found.version,
        ridden_seconds=found.recording.ridden_seconds,
        power_seconds=None if isinstance(recorded, Absent) or not uses_ftp else recorded,
        normalized_power_watts=analyses.number(power.normalized_watts),
        training_stress_score=analyses.number(power.training_stress),
        target_share=analyses.target_share(found),
        zone_seconds=[] if isinstance(power.zone_seconds, Absent) else list(power.zone_seconds),
        best_watts=_best_watts(power.best_efforts),
        thumbnail_heights=heights,
        thumbnail_zones=zones,
        power_absent_reason=absent if discipline.is_on_a_bike else pb.ABSENT_REASON_NOT_APPLICABLE,
        uses_ftp=uses_ftp,
        ftp_watts_used=found.ftp_watts_used if uses_ftp else None,
        uses_pace_level=pace.kind,
        pace_level_used=pace.level,
    )


def _with_load(workout: StoredWorkout, found: Analysis, beats: Sequence[float | None]) -> StoredWorkout:
    """The load that the recording tells; what the rider tells of it is put in its place by `Standing.settled`."""
    recorded = recorded_load(found.power.training_stress, found.heart_rate.load)
    uses_heart_rate = recorded.source != LoadSource.POWER and not isinstance(found.heart_rate.mean_bpm, Absent)
    return replace(
        workout,
        load=recorded.load,
        load_source=int(recorded.source),
        uses_heart_rate=uses_heart_rate,
        heart_rate_bpm_used=list(beats) if uses_heart_rate else None,
    )


def _beats_at(timelines: Timelines, instant: datetime) -> Sequence[float | None]:
    """Resting, threshold and maximum heart rate in force; none where the rider told none."""
    dated = (timelines.at(kind, instant) for kind in HEART_RATE_KINDS)
    return [entry.value if entry is not None else None for entry in dated]


def _thresholds(beats: Sequence[float | None]) -> HeartRateThresholds | None:
    resting, threshold, maximum = beats
    if resting is None or threshold is None or maximum is None:
        return None
    return HeartRateThresholds(resting, threshold, maximum)


def _best_watts(efforts: Sequence[BestEffort] | Absent) -> list[float | None]:
    """Best means in the order of the power curve's durations, none for those that no stretch lasted."""
    if isinstance(efforts, Absent):
        return []
    watts = {effort.duration_seconds: effort.watts for effort in efforts}
    return [watts.get(duration) for duration in BEST_EFFORT_SECONDS if duration <= max(watts, default=0)]


def _bars(thumbnail: Thumbnail | None) -> tuple[bytes, bytes]:
    """Heights relative to the highest bar, and power zones where there are any; none where nothing stands out."""
    levels = [level or 0.0 for level in thumbnail.levels] if thumbnail else []
    highest = max(levels, default=0.0)
    if thumbnail is None or highest <= 0:
        return b"", b""
    heights = bytes(round(max(level, 0.0) / highest * FULL_HEIGHT) for level in levels)
    has_zones = thumbnail.kind is ThumbnailKind.POWER and any(thumbnail.zones)
    return heights, bytes(thumbnail.zones) if has_zones else b""


def _plan(standing: Standing, workout: StoredWorkout, reported: peloton.WorkoutPerformance) -> TargetPlan | None:
    """The targets that came with the graph, else those of the class, else recorded ones that the rider chose."""
    published = peloton.ClassUpdated.FromString(standing.class_published or b"")
    chosen = classes.RecordedTargets.FromString(standing.chosen_targets or b"")
    blocks = reported.targets or published.targets or chosen.blocks
    if not blocks:
        return None
    offset = workout.pedaling_start_offset_seconds
    if offset is None:
        offset = (
            published.pedaling_start_offset_seconds
            if standing.class_published is not None
            else DEFAULT_PEDALING_START_OFFSET_SECONDS
        )
    return plan_from(blocks, offset)


def _clock(workout: StoredWorkout) -> WallClock:
    elapsed = None
    if workout.start_time is not None and workout.end_time is not None:
        elapsed = round((workout.end_time - workout.start_time).total_seconds())
    if workout.detail is None:
        return WallClock(elapsed)
    detail = peloton.WorkoutDetail.FromString(workout.detail)
    return WallClock(elapsed, detail.has_paused, detail.pause_seconds if detail.HasField("pause_seconds") else None)
