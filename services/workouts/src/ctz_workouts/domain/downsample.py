"""Fewer points for a chart. Never for a figure: figures come from the whole series.

Each bucket of equal time gives its mean with its minimum and maximum, so a line keeps its shape and a band its peaks.
"""

from dataclasses import dataclass

import numpy as np

from ctz_workouts.domain.arrays import FloatArray, IntArray
from ctz_workouts.domain.grid import LONGEST_FILLED_HOLE_SECONDS
from ctz_workouts.domain.series import Series


@dataclass(frozen=True, slots=True, eq=False)
class ChartMetric:
    """Points of one metric; NaN where the bucket holds no data."""

    slug: str
    unit: str
    mean: FloatArray
    lowest: FloatArray
    highest: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ChartSeries:
    """A series for a chart: `seconds` is where each bucket begins, `bucket_seconds` how long it is."""

    seconds: IntArray
    bucket_seconds: int
    metrics: tuple[ChartMetric, ...]
    gap_before: tuple[bool, ...]
    """Whether the line breaks before this point: a dropout lies between it and the one before."""


def downsample(series: Series, most_points: int) -> ChartSeries:
    """Return at most that many points with nonsense removed; a series that is short enough keeps every sample."""
    if not series.seconds.size:
        return ChartSeries(series.seconds, 1, (), ())
    span = int(series.seconds[-1] - series.seconds[0]) + 1
    width = 1 if series.seconds.size <= most_points else -(-span // max(most_points, 1))
    bucket = (series.seconds - series.seconds[0]) // width
    starts = np.flatnonzero(np.diff(bucket, prepend=-1)).astype(np.int32)
    seconds = series.seconds[starts] if width == 1 else (series.seconds[0] + bucket[starts] * width)
    metrics = tuple(
        ChartMetric(slug, metric.unit, *_bucketed(values, starts))
        for slug in series.slugs
        if (metric := series.metric(slug)) and (values := series.clean(slug)) is not None
    )
    # A coarse series has its own step; only a hole well beyond it is a dropout.
    step = series.step_seconds or 1
    allowed = step + LONGEST_FILLED_HOLE_SECONDS
    holes = np.diff(series.seconds, prepend=series.seconds[0]) > allowed
    gaps = np.logical_or.reduceat(holes, starts)
    return ChartSeries(seconds.astype(np.int32), width, metrics, tuple(gaps.tolist()))


def _bucketed(values: FloatArray, starts: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    known = ~np.isnan(values)
    counts = np.add.reduceat(known, starts, dtype=np.int64)
    empty = counts == 0
    mean = np.add.reduceat(np.where(known, values, 0.0), starts) / np.maximum(counts, 1)
    lowest = np.minimum.reduceat(np.where(known, values, np.inf), starts)
    highest = np.maximum.reduceat(np.where(known, values, -np.inf), starts)
    mean[empty] = lowest[empty] = highest[empty] = np.nan
    return mean, lowest, highest
