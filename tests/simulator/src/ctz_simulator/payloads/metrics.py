"""The `metrics`, `average_summaries` and `summaries` of a performance graph, by machine."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ctz_simulator.domain.models import Workout
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.payloads.resample import Sampler, rounded, whole
from ctz_simulator.payloads.units import Units
from ctz_simulator.series.signals import Floats
from ctz_simulator.series.track import Track

METRES_PER_MILE = 1609.344
_FLOOR_CALORIES_PER_MINUTE = 5.0
_CALORIES_PER_KILOJOULE = 1.12


def entry(name: str, slug: str, unit: str | None, value: float | None) -> JsonObject:
    """One line of a summary."""
    return {"display_name": name, "display_unit": unit, "value": value, "slug": slug}


def metric(name: str, slug: str, unit: str, values: list[Any], *, top: float | None, mean: float | None) -> JsonObject:
    """One metric with its values."""
    return {
        "display_name": name,
        "display_unit": unit,
        "max_value": top,
        "average_value": mean,
        "values": values,
        "slug": slug,
    }


@dataclass(slots=True)
class MetricSet:
    """What a performance graph says about one recording."""

    metrics: list[JsonObject] = field(default_factory=list)
    averages: list[JsonObject] = field(default_factory=list)
    summaries: list[JsonObject] = field(default_factory=list)

    def add(self, item: JsonObject, average_slug: str, average_name: str) -> None:
        """A metric whose mean is also an average summary."""
        self.metrics.append(item)
        self.averages.append(entry(average_name, average_slug, item["display_unit"], item["average_value"]))


def metric_set(workout: Workout, track: Track, sampler: Sampler, units: Units) -> MetricSet:
    """All metrics of a recording except heart rate."""
    found = MetricSet()
    if track.size == 0:
        return found
    if track.watts is not None:
        name = "Stroke Output" if track.stroke_rate is not None else "Output"
        _whole_metric(found, name, "output", "watts", track.watts, sampler)
        found.summaries.append(entry("Total Output", "total_output", "kj", round(workout.total_work / 1000)))
    if track.cadence is not None:
        _whole_metric(found, "Cadence", "cadence", "rpm", track.cadence, sampler)
    if track.resistance is not None:
        _whole_metric(found, "Resistance", "resistance", "%", track.resistance, sampler)
        _speed(found, track, sampler, units)
    elif track.stroke_rate is not None:
        _row(found, track, sampler)
    elif track.speed is not None:
        _pace(found, track, sampler, units)
    _distance(found, track, units)
    _closing_summaries(found, workout, track, units)
    return found


def _whole_metric(found: MetricSet, name: str, slug: str, unit: str, column: Floats, sampler: Sampler) -> None:
    top, mean = round(float(column.max())), round(float(column.mean()))
    item = metric(name, slug, unit, whole(sampler.largest(column)), top=top, mean=mean)
    found.add(item, f"avg_{slug}", f"Avg {name}")


def _speed(found: MetricSet, track: Track, sampler: Sampler, units: Units) -> None:
    """Speed of the bike, one decimal."""
    found.add(_speed_metric(track, sampler, units), "avg_speed", "Avg Speed")


def _speed_metric(track: Track, sampler: Sampler, units: Units) -> JsonObject:
    speed = (track.speed if track.speed is not None else np.zeros(track.size)) * units.per_mile
    values = rounded(sampler.largest(speed), 1)
    top, mean = round(float(speed.max()), 1), round(float(speed.mean()), 1)
    return metric("Speed", "speed", units.speed_unit, values, top=top, mean=mean)


def _pace(found: MetricSet, track: Track, sampler: Sampler, units: Units) -> None:
    """Pace in decimal minutes, null while standing, with speed as its alternative; then incline or altitude."""
    speed_metric = _speed_metric(track, sampler, units)
    speed = (track.speed if track.speed is not None else np.zeros(track.size)) * units.per_mile
    pace = np.divide(60.0, speed, out=np.full(track.size, np.nan), where=speed > 0)
    mean = round(60.0 / float(speed.mean()), 2) if speed.any() else None
    top = round(float(np.nanmin(pace)), 2) if speed.any() else None
    item = metric("Pace", "pace", units.pace_unit, rounded(sampler.smallest(pace), 2), top=top, mean=mean)
    item["alternatives"] = [speed_metric]
    found.add(item, "avg_pace", "Avg Pace")
    found.averages.append(entry("Avg Speed", "avg_speed", units.speed_unit, speed_metric["average_value"]))
    if track.incline is not None:
        values = rounded(sampler.largest(track.incline), 1)
        top, mean = round(float(track.incline.max()), 1), round(float(track.incline.mean()), 1)
        found.add(metric("Incline", "incline", "%", values, top=top, mean=mean), "avg_incline", "Avg Incline")
    if track.altitude is not None:
        values = rounded(sampler.largest(track.altitude * units.per_foot), 1)
        found.metrics.append(metric("Altitude", "altitude", units.elevation_unit, values, top=None, mean=None))


def _row(found: MetricSet, track: Track, sampler: Sampler) -> None:
    """Stroke rate, and pace per 500 m in decimal minutes."""
    if track.stroke_rate is None or track.split_seconds is None:
        return
    _whole_metric(found, "Stroke Rate", "stroke_rate", "spm", track.stroke_rate, sampler)
    pace = track.split_seconds / 60
    metres = track.miles * METRES_PER_MILE
    mean = round(track.size / 60 / metres * 500, 2) if metres else None
    top = round(float(pace.min()), 2)
    item = metric("Pace", "split_pace", "min/500m", rounded(sampler.smallest(pace), 2), top=top, mean=mean)
    found.add(item, "avg_split_pace", "Avg Pace")


def _distance(found: MetricSet, track: Track, units: Units) -> None:
    if track.stroke_rate is not None:
        found.summaries.append(entry("Distance", "distance", "m", round(track.miles * METRES_PER_MILE, 2)))
        found.summaries.append(entry("Strokes", "stroke_count", None, len(track.strokes)))
    elif track.speed is not None:
        distance = round(track.miles * units.per_mile, 2)
        found.summaries.append(entry("Distance", "distance", units.distance_unit, distance))


def _closing_summaries(found: MetricSet, workout: Workout, track: Track, units: Units) -> None:
    """Elevation and calories."""
    climb = climbed_feet(track)
    if climb is not None:
        found.summaries.append(entry("Elevation", "elevation", units.elevation_unit, round(climb * units.per_foot)))
    if workout.total_work:
        calories = workout.total_work / 1000 * _CALORIES_PER_KILOJOULE
    else:
        calories = workout.ridden / 60 * _FLOOR_CALORIES_PER_MINUTE
    if workout.heart_rate_zones is not None or found.metrics:
        found.summaries.append(entry("Calories", "calories", "kcal", round(calories)))


def climbed_feet(track: Track) -> float | None:
    """The climb of what knows an incline or an altitude."""
    feet_per_mile = 5280.0
    if track.incline is not None and track.speed is not None:
        return float((track.speed / 3600 * feet_per_mile * track.incline / 100).sum())
    if track.altitude is not None:
        return float(np.maximum(np.diff(track.altitude), 0).sum())
    return None
