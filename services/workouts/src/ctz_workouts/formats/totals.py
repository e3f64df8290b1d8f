"""Totals of an activity: from its samples where they tell them, else as its file tells them."""

import math
from collections.abc import Sequence
from dataclasses import replace

from ctz_workouts.formats.activity import HEART_RATE, LONGEST_SECONDS, OUTPUT, Activity, mean
from ctz_workouts.formats.errors import TimesUnbelievable

_JOULES_PER_KILOJOULE = 1000
_MOST_METERS = 2_000_000.0
_DENSE = 0.6
"""Share of the seconds that must have a value for values to stand for one second each."""


def completed(activity: Activity, recorded_meters: float | None = None) -> Activity:
    """The same with work and means from the samples, and what no workout can have taken away."""
    if not 1 <= activity.duration_seconds <= LONGEST_SECONDS or activity.pause_seconds > LONGEST_SECONDS:
        raise TimesUnbelievable
    values = activity.samples.values
    watts, rate = values.get(OUTPUT, ()), values.get(HEART_RATE, ())
    mean_watts = mean(watts)
    meters = activity.distance_meters or recorded_meters
    return replace(
        activity,
        mean_power_watts=mean_watts if mean_watts is not None else activity.mean_power_watts,
        work_kilojoules=activity.work_kilojoules if mean_watts is None else _work(activity, watts, mean_watts),
        # A rate of zero is a strap without contact.
        mean_heart_rate_bpm=mean([beat for beat in rate if beat > 0]) or activity.mean_heart_rate_bpm or None,
        distance_meters=meters if meters is not None and 0 < meters <= _MOST_METERS else None,
    )


def _work(activity: Activity, watts: Sequence[float], mean_watts: float) -> float:
    """Kilojoules: a second for each value, unless values are seconds apart."""
    known = sum(not math.isnan(value) for value in watts)
    if known < _DENSE * activity.duration_seconds:
        return activity.work_kilojoules or mean_watts * activity.duration_seconds / _JOULES_PER_KILOJOULE
    return mean_watts * known / _JOULES_PER_KILOJOULE
