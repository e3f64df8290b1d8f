"""The samples of a performance event as a series."""

import numpy as np
import numpy.typing as npt
from ctz.peloton_sync.events.v1 import events_pb2 as peloton

from ctz_chassis.events import Poison
from ctz_workouts.domain.errors import SeriesMalformedError
from ctz_workouts.domain.series import LONGEST_SECONDS, Metric, Series

NULL = -(2**31)
"""Stands for a missing value in `value_deltas`."""


def series_of(message: peloton.WorkoutPerformance) -> Series | None:
    """The series in an event, cut where no workout lasts longer; none without samples; `Poison` if it is none."""
    seconds = np.cumsum(np.fromiter(message.second_deltas, np.int64, len(message.second_deltas)))
    if not seconds.size:
        return None
    kept = int(np.searchsorted(seconds, LONGEST_SECONDS, side="right"))
    try:
        metrics = tuple(_metric(metric, seconds.size, kept) for metric in message.metrics)
        return Series(seconds[:kept].astype(np.int32), metrics)
    except SeriesMalformedError as error:
        raise Poison("malformed", error.why) from error


def _metric(metric: peloton.MetricSeries, samples: int, kept: int) -> Metric:
    deltas = np.fromiter(metric.value_deltas, np.int64, len(metric.value_deltas))
    if deltas.size != samples or metric.scale < 1:
        raise SeriesMalformedError(f"{metric.slug} has {deltas.size} values at scale {metric.scale}, not {samples}")
    return Metric(metric.slug, metric.unit, _values(deltas, metric.scale)[:kept])


def _values(deltas: npt.NDArray[np.int64], scale: int) -> npt.NDArray[np.float64]:
    known = deltas != NULL
    if known.all():
        return np.cumsum(deltas) / scale
    values = np.full(deltas.size, np.nan)
    values[known] = np.cumsum(deltas[known]) / scale
    return values
