"""Analysing a stored workout: what that needs from its row, its class and its rider, and what rows keep of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import classes_pb2 as classes
from ctz.workouts.v1 import workouts_pb2 as pb

from ctz_workouts.app.lending import Loan, loan_to, wall_clock
from ctz_workouts.app.pacing import Pace, pace_of
from ctz_workouts.app.target_plans import plan_from
from ctz_workouts.domain.analysis import Analysis, Circumstances, analyse
from ctz_workouts.domain.codec import decode_series
from ctz_workouts.domain.discipline import Discipline, discipline_of
from ctz_workouts.domain.figures import Absent
from ctz_workouts.domain.heart_rate import HIGHEST_MAXIMUM_BPM, LOWEST_MAXIMUM_BPM, HeartRateZones, MaximumHeartRate
from ctz_workouts.domain.load import HeartRateThresholds
from ctz_workouts.domain.pace_adherence import speeds_of
from ctz_workouts.domain.power import BEST_EFFORT_SECONDS, BestEffort
from ctz_workouts.domain.series import HEART_RATE, Series
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
from ctz_workouts.store.lenders import StoredLender
from ctz_workouts.store.riders import FTP_KIND, HEART_RATE_KINDS, MAXIMUM_HEART_RATE_KIND, Timelines
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
    workout = workout.without_figures()
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
    lenders: Sequence[StoredLender] = (),
) -> Figures:
    """The row with all derived figures; the summary must be there, and a performance or a heart rate that is lent."""
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
    loan = loan_to(workout, series, lenders)
    counts_zones = loan is not None or not (reported.heart_rate_zone_seconds or workout.heart_rate_zone_seconds)
    circumstances = Circumstances(
        discipline=discipline,
        ftp=FTP(ftp.value) if ftp else None,
        targets=plan,
        heart_rate_zones=_zones(beats) if counts_zones else None,
        heart_rate_thresholds=_thresholds(beats),
        pace_table=pace.table,
        clock=wall_clock(workout.start_time, workout.end_time, workout.detail),
    )
    found = analyse(series, circumstances, loan.lent.series if loan is not None else None)
    row = _with_load(_with_figures(workout, found, discipline, pace), found, beats, counts_zones=counts_zones)
    return Figures(_with_beats(row, reported, series, found, loan), analyses.told(found, loan.lent if loan else None))


def analysed_again(
    standing: Standing,
    workout: StoredWorkout,
    told: StoredPerformance | None,
    timelines: Timelines,
    lenders: Sequence[StoredLender] = (),
) -> Figures | None:
    """The same from what is stored; none where there is nothing to compute figures from."""
    if not workout.has_summary:
        return None
    if not workout.performance_revision or told is None:
        if loan_to(workout, None, lenders) is None:
            return None
        return analysed(standing, workout, peloton.WorkoutPerformance(), None, timelines, lenders)
    series = decode_series(told.series) if told.series is not None else None
    reported = peloton.WorkoutPerformance.FromString(told.reported)
    return analysed(standing, workout, reported, series, timelines, lenders)


def mean_beats_of(reported: peloton.WorkoutPerformance) -> float | None:
    """The mean heart rate that a performance tells."""
    means = [metric.average for metric in reported.metrics if metric.slug == HEART_RATE and metric.HasField("average")]
    return next(iter((*means, *(each.value for each in reported.averages if each.slug == "avg_heart_rate"))), None)


def state_of(series: Series | None) -> "pb.SeriesState.ValueType":
    """Whether a series that came has any value."""
    has_values = series is not None and any(series.clean(slug) is not None for slug in series.slugs)
    return pb.SERIES_STATE_STORED if has_values else pb.SERIES_STATE_NONE


def _with_beats(
    workout: StoredWorkout,
    reported: peloton.WorkoutPerformance,
    series: Series | None,
    found: Analysis,
    loan: Loan | None,
) -> StoredWorkout:
    """What a borrowed heart rate changes of the row; what was told where nothing is borrowed."""
    if loan is None:
        state = state_of(series)
        return replace(workout, mean_heart_rate_bpm=mean_beats_of(reported), heart_rate_from=None, series_state=state)
    mean = analyses.number(found.heart_rate.mean_bpm)
    return replace(
        workout,
        mean_heart_rate_bpm=mean if mean is not None else mean_beats_of(reported),
        heart_rate_from=loan.lender_id,
        series_state=pb.SERIES_STATE_STORED,
    )


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


def _with_load(
    workout: StoredWorkout, found: Analysis, beats: Sequence[float | None], *, counts_zones: bool
) -> StoredWorkout:
    """The load that the recording tells; what the rider tells of it is put in its place by `Standing.settled`."""
    recorded = recorded_load(found.power.training_stress, found.heart_rate.load)
    # Zones that are counted here rest on the maximum, whatever the load rests on.
    rests_on_it = counts_zones or recorded.source != LoadSource.POWER
    uses_heart_rate = rests_on_it and not isinstance(found.heart_rate.mean_bpm, Absent)
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


def _zones(beats: Sequence[float | None]) -> HeartRateZones | None:
    """Zones by the maximum in force; none where the rider told none that a heart can have."""
    maximum = round(beats[HEART_RATE_KINDS.index(MAXIMUM_HEART_RATE_KIND)] or 0)
    is_a_heart = LOWEST_MAXIMUM_BPM <= maximum <= HIGHEST_MAXIMUM_BPM
    return HeartRateZones.of_maximum(MaximumHeartRate(maximum)) if is_a_heart else None


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
