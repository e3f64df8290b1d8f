"""Everything that is computed when a workout arrives, in one call, and what of it a changed FTP recomputes."""

from dataclasses import dataclass, field, replace

import numpy as np

from ctz_workouts.domain import power
from ctz_workouts.domain.adherence import Adherence, range_adherence, zone_adherence
from ctz_workouts.domain.discipline import Discipline
from ctz_workouts.domain.figures import Absent, AbsentReason, Figure
from ctz_workouts.domain.grid import Dropout, Grid, grid_of, timeline
from ctz_workouts.domain.heart_rate import HEART_RATE_ZONE_COUNT, HeartRateZones
from ctz_workouts.domain.load import HeartRateThresholds
from ctz_workouts.domain.pace import PaceTable
from ctz_workouts.domain.pace_adherence import called_speed, pace_adherence
from ctz_workouts.domain.pause import Pause, WallClock, pause_of
from ctz_workouts.domain.series import HEART_RATE, OUTPUT, SPEED, Series
from ctz_workouts.domain.targets import PACE_INTENSITY, POWER_ZONE, TargetPlan
from ctz_workouts.domain.thumbnail import Thumbnail, thumbnail_of
from ctz_workouts.domain.workload import load_of_beats
from ctz_workouts.domain.zones import FTP

ANALYSIS_VERSION = 3
"""Raised when a rule changes, so that stored analyses made by the old rule can be found and redone."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an analysis needs besides the samples: the ride's kind, its targets and the rider's figures of that day."""

    discipline: Discipline
    ftp: FTP | None = None
    targets: TargetPlan | None = None
    heart_rate_zones: HeartRateZones | None = None
    heart_rate_thresholds: HeartRateThresholds | None = None
    pace_table: PaceTable | None = None
    clock: WallClock = field(default_factory=WallClock)


@dataclass(frozen=True, slots=True)
class Recording:
    """How good the recording is."""

    step_seconds: float | None
    last_second: int | None
    recorded_seconds: int | Absent
    """Seconds that count as time: samples and interpolated seconds, of power where there is power."""
    interpolated_seconds: int
    discarded_samples: int
    """Power or heart-rate samples that no sensor can mean."""
    dropouts: tuple[Dropout, ...]
    pause: Pause | None

    @property
    def is_coarse(self) -> bool:
        """Whether samples are more than a second apart."""
        return (self.step_seconds or 0) > 1

    @property
    def ridden_seconds(self) -> int | None:
        """How long the workout lasted as far as the samples tell: recorded time, else the last sample."""
        return self.last_second if isinstance(self.recorded_seconds, Absent) else self.recorded_seconds


@dataclass(frozen=True, slots=True)
class PowerFigures:
    """Figures from power. Those in the first group do not depend on the FTP."""

    mean_watts: Figure
    normalized_watts: Figure
    variability_index: Figure
    work_kilojoules: Figure
    efficiency_factor: Figure
    decoupling: Figure
    best_efforts: tuple[power.BestEffort, ...] | Absent
    intensity_factor: Figure
    training_stress: Figure
    zone_seconds: tuple[int, ...] | Absent


@dataclass(frozen=True, slots=True)
class HeartRateFigures:
    """Figures from heart rate."""

    mean_bpm: Figure
    maximum_bpm: Figure
    zone_seconds: tuple[int, ...] | Absent
    load: Figure
    """TRIMPexp; an hour at threshold heart rate is 100."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """All derived figures of one workout; each is a number or the reason why there is none."""

    version: int
    recording: Recording
    power: PowerFigures
    heart_rate: HeartRateFigures
    zone_adherence: Adherence | Absent
    """Against called power zones."""
    range_adherences: tuple[Adherence, ...]
    """Against called ranges of other recorded metrics: resistance, cadence, speed, incline, stroke rate."""
    pace_adherence: Adherence | Absent
    """Against called pace intensities."""
    thumbnail: Thumbnail | None
    ftp_watts_used: float | None


@dataclass(frozen=True, slots=True)
class _Grids:
    """The grids that figures come from; a reason instead of power where it says nothing."""

    power: Grid | Absent
    heart_rate: Grid | Absent


def analyse(series: Series | None, circumstances: Circumstances, lent: Series | None = None) -> Analysis:
    """Return all figures of a workout. A missing series is one without samples.

    `lent` is the heart rate of another recording on this one's clock; it counts instead of its own.
    """
    samples = series if series is not None else Series(np.empty(0, np.int32), ())
    beats = lent if lent is not None else samples
    grids = _Grids(_power_grid(samples, circumstances.discipline), _heart_rate_grid(beats))
    return Analysis(
        ANALYSIS_VERSION,
        _recording(samples, grids, circumstances.clock),
        _power_figures(grids, circumstances.ftp),
        _heart_rate_figures(grids.heart_rate, circumstances),
        _zone_adherence(grids, circumstances),
        _range_adherences(samples, grids, circumstances.targets),
        _pace_adherence(samples, grids, circumstances),
        _thumbnail(samples if samples.seconds.size else beats, circumstances),
        circumstances.ftp.watts if circumstances.ftp else None,
    )


def _power_grid(series: Series, discipline: Discipline) -> Grid | Absent:
    if missing := _no_grid(series):
        return missing
    refused = _power_reason(series.clean(OUTPUT) is not None, discipline)
    if series.is_coarse:
        return refused or Absent(AbsentReason.COARSE_SERIES)
    return refused or grid_of(series, OUTPUT) or Absent(AbsentReason.NO_POWER)


def _heart_rate_grid(series: Series) -> Grid | Absent:
    if missing := _no_grid(series):
        return missing
    if series.is_coarse and series.clean(HEART_RATE) is not None:
        return Absent(AbsentReason.COARSE_SERIES)
    return grid_of(series, HEART_RATE) or Absent(AbsentReason.NO_HEART_RATE)


def _no_grid(series: Series) -> Absent | None:
    if not series.seconds.size:
        return Absent(AbsentReason.NO_SERIES)
    # One sample does not tell whether it stands for one second or for sixty.
    return Absent(AbsentReason.TOO_SHORT) if series.step_seconds is None else None


def _power_reason(has_power: bool, discipline: Discipline) -> Absent | None:
    if not has_power:
        return Absent(AbsentReason.NO_POWER)
    return None if discipline.is_on_a_bike else Absent(AbsentReason.NOT_CYCLING)


def _recording(series: Series, grids: _Grids, clock: WallClock) -> Recording:
    last = int(series.seconds[-1]) if series.seconds.size else None
    discarded = series.discarded(OUTPUT) + series.discarded(HEART_RATE)
    pause = pause_of(clock, last)
    if series.step_seconds is None or series.is_coarse:
        single = AbsentReason.NO_SERIES if last is None else AbsentReason.TOO_SHORT
        reason = AbsentReason.COARSE_SERIES if series.is_coarse else single
        return Recording(series.step_seconds, last, Absent(reason), 0, discarded, (), pause)
    counted = grids.power if isinstance(grids.power, Grid) else timeline(series)
    return Recording(
        series.step_seconds,
        last,
        counted.recorded_seconds,
        counted.interpolated_seconds,
        discarded,
        counted.dropouts,
        pause,
    )


def _power_figures(grids: _Grids, ftp: FTP | None) -> PowerFigures:
    grid = grids.power
    if isinstance(grid, Absent):
        return PowerFigures(grid, grid, grid, grid, grid, grid, grid, grid, grid, grid)
    mean, normalized = power.mean_power(grid), power.normalized_power(grid)
    beats = grids.heart_rate if isinstance(grids.heart_rate, Grid) else None
    mean_beats: Figure = float(beats.recorded.mean()) if beats else Absent(AbsentReason.NO_HEART_RATE)
    figures = PowerFigures(
        mean_watts=mean,
        normalized_watts=normalized,
        variability_index=power.variability_index(normalized, mean),
        work_kilojoules=power.work_kilojoules(grid),
        efficiency_factor=power.efficiency_factor(normalized, mean_beats),
        decoupling=power.decoupling(grid, beats),
        best_efforts=power.best_efforts(grid),
        intensity_factor=Absent(AbsentReason.NO_FTP),
        training_stress=Absent(AbsentReason.NO_FTP),
        zone_seconds=Absent(AbsentReason.NO_FTP),
    )
    return _with_ftp(figures, grid, ftp)


def _with_ftp(figures: PowerFigures, grid: Grid | Absent, ftp: FTP | None) -> PowerFigures:
    if isinstance(grid, Absent):
        return figures
    return replace(
        figures,
        intensity_factor=power.intensity_factor(figures.normalized_watts, ftp),
        training_stress=power.training_stress(figures.normalized_watts, ftp, grid.recorded_seconds),
        zone_seconds=power.zone_seconds(grid, ftp),
    )


def _heart_rate_figures(grid: Grid | Absent, circumstances: Circumstances) -> HeartRateFigures:
    if isinstance(grid, Absent):
        return HeartRateFigures(grid, grid, grid, grid)
    beats, zones = grid.recorded, circumstances.heart_rate_zones
    mean, maximum = float(beats.mean()), float(beats.max())
    load = load_of_beats(beats, circumstances.heart_rate_thresholds)
    if zones is None:
        return HeartRateFigures(mean, maximum, Absent(AbsentReason.NO_HEART_RATE_ZONES), load)
    counts = np.bincount(zones.zones_of(beats), minlength=HEART_RATE_ZONE_COUNT + 1)
    return HeartRateFigures(mean, maximum, tuple(counts[1:].tolist()), load)


def _zone_adherence(grids: _Grids, circumstances: Circumstances) -> Adherence | Absent:
    plan = circumstances.targets
    if plan is None or POWER_ZONE not in plan.metrics:
        return Absent(AbsentReason.NO_TARGETS)
    if isinstance(grids.power, Absent):
        return grids.power
    return zone_adherence(grids.power, plan, circumstances.ftp, _beats(grids))


def _range_adherences(series: Series, grids: _Grids, plan: TargetPlan | None) -> tuple[Adherence, ...]:
    if plan is None or series.is_coarse:
        return ()
    called = (metric for metric in plan.metrics if metric not in (POWER_ZONE, PACE_INTENSITY))
    found = ((metric, called_speed(series) if metric == SPEED else grid_of(series, metric)) for metric in called)
    judged = (range_adherence(metric, grid, plan, _beats(grids)) for metric, grid in found if grid is not None)
    return tuple(adherence for adherence in judged if isinstance(adherence, Adherence))


def _pace_adherence(series: Series, grids: _Grids, circumstances: Circumstances) -> Adherence | Absent:
    plan = circumstances.targets
    if plan is None or PACE_INTENSITY not in plan.metrics:
        return Absent(AbsentReason.NO_TARGETS)
    return pace_adherence(series, plan, circumstances.pace_table, _beats(grids))


def _beats(grids: _Grids) -> Grid | None:
    return grids.heart_rate if isinstance(grids.heart_rate, Grid) else None


def _thumbnail(series: Series, circumstances: Circumstances) -> Thumbnail | None:
    if not series.seconds.size:
        return None
    return thumbnail_of(series, circumstances.discipline, circumstances.ftp, circumstances.heart_rate_zones)
