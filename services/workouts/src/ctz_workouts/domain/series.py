"""A recorded time series: whole seconds since pedalling began, and metrics sampled at them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ctz_workouts.domain.arrays import FloatArray, IntArray
from ctz_workouts.domain.errors import SeriesMalformedError

OUTPUT = "output"
HEART_RATE = "heart_rate"
CADENCE = "cadence"
RESISTANCE = "resistance"
SPEED = "speed"
PACE = "pace"
SPLIT_PACE = "split_pace"

LONGEST_SECONDS = 172_800
"""Two days: nothing that is one workout lasts longer, and grids stay bounded."""
MOST_METRICS = 64
LONGEST_NAME = 60
"""Characters of a metric's slug or unit."""

# What a sensor can mean; anything outside is a fault of the sensor or of the payload, not an effort.
_PLAUSIBLE: dict[str, tuple[float, float]] = {
    OUTPUT: (0, 3000),
    HEART_RATE: (20, 250),
    CADENCE: (0, 300),
    RESISTANCE: (0, 100),
    SPEED: (0, 130),
    PACE: (0.5, 600),
    SPLIT_PACE: (0.5, 600),
    "stroke_rate": (0, 200),
    "incline": (-20, 60),
    "altitude": (-2000, 40_000),
}


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """One metric of a series; NaN where the source sent null."""

    slug: str
    unit: str
    values: FloatArray

    def __post_init__(self) -> None:
        """Refuse names that are no names and values that are no measurements."""
        if not self.slug or max(len(self.slug), len(self.unit)) > LONGEST_NAME:
            raise SeriesMalformedError(f"a metric called {self.slug[:LONGEST_NAME]!r} in {self.unit[:LONGEST_NAME]!r}")
        if np.isinf(self.values).any():
            raise SeriesMalformedError(f"{self.slug} holds an infinite value")

    def __eq__(self, other: object) -> bool:
        """Equal names and equal samples; two nulls are equal."""
        if not isinstance(other, Metric):
            return NotImplemented
        names_equal = (self.slug, self.unit) == (other.slug, other.unit)
        return names_equal and np.array_equal(self.values, other.values, equal_nan=True)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Samples of one workout. Seconds rise strictly but may begin anywhere, skip and be unevenly spaced."""

    seconds: IntArray
    metrics: tuple[Metric, ...]

    def __post_init__(self) -> None:
        """Refuse what is not a time series."""
        _check_seconds(self.seconds)
        if len(set(self.slugs)) != len(self.slugs) or len(self.metrics) > MOST_METRICS:
            raise SeriesMalformedError(f"a metric occurs twice, or there are over {MOST_METRICS}: {self.slugs}")
        for metric in self.metrics:
            if metric.values.shape != self.seconds.shape:
                raise SeriesMalformedError(f"{metric.slug} has {metric.values.size} values, not {self.seconds.size}")

    def __eq__(self, other: object) -> bool:
        """Equal seconds and equal metrics in the same order."""
        if not isinstance(other, Series):
            return NotImplemented
        return np.array_equal(self.seconds, other.seconds) and self.metrics == other.metrics

    __hash__ = None  # type: ignore[assignment]

    @property
    def slugs(self) -> tuple[str, ...]:
        """Names of the metrics, in the order of the source."""
        return tuple(metric.slug for metric in self.metrics)

    @property
    def step_seconds(self) -> float | None:
        """Median distance of two samples in seconds; none with fewer than two samples."""
        return float(np.median(np.diff(self.seconds))) if self.seconds.size > 1 else None

    @property
    def is_coarse(self) -> bool:
        """Whether samples are so far apart that derived figures would be wrong."""
        return (self.step_seconds or 0) > 1

    def metric(self, slug: str) -> Metric | None:
        """Return the metric of that name as recorded."""
        return next((metric for metric in self.metrics if metric.slug == slug), None)

    def clean(self, slug: str) -> FloatArray | None:
        """Values of a metric with NaN where the sensor had no contact or said nonsense; none if nothing is left."""
        metric = self.metric(slug)
        if metric is None:
            return None
        values = without_nonsense(slug, metric.values)
        return None if np.isnan(values).all() else values

    def discarded(self, slug: str) -> int:
        """Return samples of a metric that were sent but mean nothing; a heart rate of zero is no contact."""
        metric = self.metric(slug)
        if metric is None:
            return 0
        refused = np.isnan(without_nonsense(slug, metric.values)) & ~np.isnan(metric.values)
        if slug == HEART_RATE:
            refused &= metric.values != 0
        return int(refused.sum())


def series_of(seconds: npt.ArrayLike, metrics: tuple[tuple[str, str, npt.ArrayLike], ...]) -> Series:
    """Return a series from plain sequences: (slug, unit, values) a metric, with NaN for null."""
    return Series(
        np.asarray(seconds, dtype=np.int32),
        tuple(Metric(slug, unit, np.asarray(values, dtype=np.float64)) for slug, unit, values in metrics),
    )


def without_nonsense(slug: str, values: FloatArray) -> FloatArray:
    """Return the same values with NaN where they are outside what the sensor can mean."""
    bounds = _PLAUSIBLE.get(slug)
    if bounds is None:
        return values
    low, high = bounds
    # A comparison with NaN is false, so nulls and nonsense leave by the same door.
    meant = (values >= low) & (values <= high)
    return values if meant.all() else np.where(meant, values, np.nan)


def _check_seconds(seconds: IntArray) -> None:
    if seconds.ndim != 1:
        raise SeriesMalformedError("seconds are not one row")
    if seconds.size == 0:
        return
    if (np.diff(seconds) <= 0).any():
        raise SeriesMalformedError("seconds do not rise")
    if seconds[0] < 0 or seconds[-1] > LONGEST_SECONDS:
        raise SeriesMalformedError(f"seconds lie outside 0 to {LONGEST_SECONDS}")
