"""Power figures of one ride, from a grid of watts at every second.

Conventions: zeros count; interpolated seconds count as time; dropouts are neither time nor zeros, and no rolling window
reaches across one. NP, IF, TSS, VI after Coggan ("Training and Racing with a Power Meter").
"""

from dataclasses import dataclass

import numpy as np

from ctz_workouts.domain.arrays import FloatArray
from ctz_workouts.domain.figures import Absent, AbsentReason, Figure
from ctz_workouts.domain.grid import Grid
from ctz_workouts.domain.zones import FTP

ROLLING_SECONDS = 30
SECONDS_PER_HOUR = 3600
BEST_EFFORT_SECONDS = (1, 5, 10, 15, 30, 60, 120, 180, 300, 480, 600, 900, 1200, 1800, 2700, 3600, 5400)
"""Durations of the power curve."""
STEADY_VARIABILITY = 1.05
"""A ride above this variability index is too uneven for decoupling to mean anything."""
STEADY_SECONDS = 1200
"""A ride under this length is too short for decoupling to mean anything."""


@dataclass(frozen=True, slots=True)
class BestEffort:
    """The best mean power over a duration, and the second of the series at which it begins."""

    duration_seconds: int
    watts: float
    start_second: int


def normalized_power(grid: Grid) -> Figure:
    """NP in watts: fourth root of the mean fourth power of the 30-second trailing mean.

    The mean begins at second 30 of each unbroken stretch.
    """
    means = _rolling_means(grid, ROLLING_SECONDS)
    if not means.size:
        return Absent(AbsentReason.TOO_SHORT)
    squares = means * means
    return float(np.sqrt(np.sqrt(np.dot(squares, squares) / means.size)))


def mean_power(grid: Grid) -> Figure:
    """Mean power in watts over recorded time, zeros included."""
    return float(grid.recorded.mean()) if grid.recorded_seconds else Absent(AbsentReason.NO_POWER)


def intensity_factor(normalized_power_watts: Figure, ftp: FTP | None) -> Figure:
    """IF: normalised power as a share of FTP."""
    if isinstance(normalized_power_watts, Absent):
        return normalized_power_watts
    return normalized_power_watts / ftp.watts if ftp else Absent(AbsentReason.NO_FTP)


def training_stress(normalized_power_watts: Figure, ftp: FTP | None, recorded_seconds: float) -> Figure:
    """TSS: hours x IF² x 100 on recorded time."""
    intensity = intensity_factor(normalized_power_watts, ftp)
    if isinstance(intensity, Absent):
        return intensity
    return recorded_seconds / SECONDS_PER_HOUR * intensity**2 * 100


def variability_index(normalized_power_watts: Figure, mean_power_watts: Figure) -> Figure:
    """VI: normalised over mean power."""
    if isinstance(normalized_power_watts, Absent):
        return normalized_power_watts
    if isinstance(mean_power_watts, Absent):
        return mean_power_watts
    return normalized_power_watts / mean_power_watts if mean_power_watts > 0 else Absent(AbsentReason.ZERO_POWER)


def work_kilojoules(grid: Grid) -> Figure:
    """Work in kJ: the integral of power over recorded time."""
    return float(grid.recorded.sum()) / 1000 if grid.recorded_seconds else Absent(AbsentReason.NO_POWER)


def zone_seconds(grid: Grid, ftp: FTP | None) -> tuple[int, ...] | Absent:
    """Seconds in zones 1 to 7; they sum to the recorded time."""
    if ftp is None:
        return Absent(AbsentReason.NO_FTP)
    counts = np.bincount(ftp.zones_of(grid.recorded), minlength=8)
    return tuple(int(count) for count in counts[1:])


def best_efforts(grid: Grid, durations: tuple[int, ...] = BEST_EFFORT_SECONDS) -> tuple[BestEffort, ...]:
    """Return the power curve: best rolling mean of each duration that some unbroken stretch lasts, shortest first."""
    sums = _running_sums(grid)
    absent = grid.missing_in if grid.has_holes else None
    efforts = []
    for duration in durations:
        if duration > grid.values.size:
            break
        totals = sums[duration:] - sums[:-duration]
        if absent is not None:
            totals = np.where(absent[duration:] == absent[:-duration], totals, -np.inf)
        best = int(totals.argmax())
        if np.isfinite(totals[best]):
            efforts.append(BestEffort(duration, float(totals[best]) / duration, grid.first_second + best))
    return tuple(efforts)


def efficiency_factor(normalized_power_watts: Figure, mean_heart_rate_bpm: Figure) -> Figure:
    """EF: normalised power per heart beat a minute."""
    if isinstance(normalized_power_watts, Absent):
        return normalized_power_watts
    if isinstance(mean_heart_rate_bpm, Absent):
        return mean_heart_rate_bpm
    return normalized_power_watts / mean_heart_rate_bpm


def decoupling(power: Grid, heart_rate: Grid | None) -> Figure:
    """How much EF falls from the first half to the second, as a share of the first; for steady rides of 20 minutes."""
    if heart_rate is None:
        return Absent(AbsentReason.NO_HEART_RATE)
    if power.recorded_seconds < STEADY_SECONDS:
        return Absent(AbsentReason.TOO_SHORT)
    variability = variability_index(normalized_power(power), mean_power(power))
    if isinstance(variability, Absent):
        return variability
    if variability > STEADY_VARIABILITY:
        return Absent(AbsentReason.NOT_STEADY)
    first, second = (_half_efficiency(half, heart_rate) for half in power.split())
    if isinstance(first, Absent) or isinstance(second, Absent):
        return Absent(AbsentReason.NO_HEART_RATE)
    return (first - second) / first


def _half_efficiency(half: Grid, heart_rate: Grid) -> Figure:
    begin = half.first_second - heart_rate.first_second
    beats = heart_rate.values[max(begin, 0) : max(begin + half.values.size, 0)]
    known = beats[~np.isnan(beats)]
    if known.size < half.recorded_seconds / 2:
        return Absent(AbsentReason.NO_HEART_RATE)
    return efficiency_factor(normalized_power(half), float(known.mean()))


def _running_sums(grid: Grid) -> FloatArray:
    values = np.where(grid.missing, 0.0, grid.values) if grid.has_holes else grid.values
    return np.concatenate(([0.0], np.cumsum(values)))


def _rolling_means(grid: Grid, seconds: int) -> FloatArray:
    """Trailing means of windows that contain no missing second, in order."""
    if grid.values.size < seconds:
        return np.empty(0)
    sums = _running_sums(grid)
    means: FloatArray = (sums[seconds:] - sums[:-seconds]) / seconds
    if not grid.has_holes:
        return means
    absent = grid.missing_in
    whole: FloatArray = means[absent[seconds:] == absent[:-seconds]]
    return whole
