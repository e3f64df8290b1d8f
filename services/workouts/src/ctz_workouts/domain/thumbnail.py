"""The mini chart of a history card: a few dozen bars with their zone."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ctz_workouts.domain.arrays import FloatArray
from ctz_workouts.domain.discipline import Discipline
from ctz_workouts.domain.heart_rate import HeartRateZones
from ctz_workouts.domain.series import HEART_RATE, OUTPUT, PACE, SPEED, SPLIT_PACE, Series
from ctz_workouts.domain.zones import FTP

BARS = 60


class ThumbnailKind(StrEnum):
    """What the bars stand for."""

    POWER = "power"
    SPEED = "speed"
    HEART_RATE = "heart_rate"


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """Bars from start to end; none where nothing was recorded. A zone of 0 means that the bar has none."""

    kind: ThumbnailKind
    levels: tuple[float | None, ...]
    zones: tuple[int, ...]


def thumbnail_of(
    series: Series, discipline: Discipline, ftp: FTP | None, heart_rate_zones: HeartRateZones | None, bars: int = BARS
) -> Thumbnail | None:
    """Return the bars of the most telling metric: power, else speed, else heart rate; none without any.

    A coarse series carries window maxima, so its bars get no power zone.
    """
    found = _telling(series, discipline)
    if found is None:
        return None
    kind, values = found
    levels = _levels(series, values, bars)
    zones = np.zeros(levels.size, dtype=np.int8)
    if kind is ThumbnailKind.POWER and ftp and discipline.is_on_a_bike and not series.is_coarse:
        zones = ftp.zones_of(levels)
    elif kind is ThumbnailKind.HEART_RATE and heart_rate_zones:
        zones = heart_rate_zones.zones_of(levels)
    shown = tuple(None if np.isnan(level) else round(float(level), 1) for level in levels)
    return Thumbnail(kind, shown, tuple(zones.tolist()))


def _telling(series: Series, discipline: Discipline) -> tuple[ThumbnailKind, FloatArray] | None:
    speed = series.clean(SPEED)
    for slug in (PACE, SPLIT_PACE):
        paces = series.clean(slug)
        if speed is None and paces is not None:
            # Faster is up, so a pace becomes distances an hour.
            speed = 60 / paces
    power = (ThumbnailKind.POWER, series.clean(OUTPUT))
    by_speed = (ThumbnailKind.SPEED, speed)
    first = (power, by_speed) if discipline.is_on_a_bike else (by_speed, power)
    candidates = (*first, (ThumbnailKind.HEART_RATE, series.clean(HEART_RATE)))
    return next(((kind, values) for kind, values in candidates if values is not None), None)


def _levels(series: Series, values: FloatArray, bars: int) -> FloatArray:
    """Means of equal stretches of time, NaN where a stretch has no data."""
    span = int(series.seconds[-1] - series.seconds[0]) + 1
    # Fewer bars than samples, so that an even series leaves no bar empty.
    count = min(bars, values.size)
    known = ~np.isnan(values)
    bar_of = ((series.seconds[known] - series.seconds[0]).astype(np.int64) * count) // span
    totals = np.bincount(bar_of, values[known], minlength=count)
    counts = np.bincount(bar_of, minlength=count)
    return np.where(counts > 0, totals / np.maximum(counts, 1), np.nan)
