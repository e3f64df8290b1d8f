"""GET /api/workout/{id}/performance_graph."""

from dataclasses import dataclass

import numpy as np

from ctz_simulator.domain.kinds import Kind, Machine
from ctz_simulator.domain.models import Workout
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.payloads.heart import effort_zones, heart_rate_metric
from ctz_simulator.payloads.metrics import metric_set
from ctz_simulator.payloads.resample import Sampler
from ctz_simulator.payloads.ride import muscle_groups, segment_list
from ctz_simulator.payloads.row import caesar_metrics
from ctz_simulator.payloads.splits import splits_data, splits_metrics
from ctz_simulator.payloads.targets import pace_compliance, target_graphs, target_performance
from ctz_simulator.payloads.units import Units
from ctz_simulator.series.heart import HeartRateZones
from ctz_simulator.series.track import Track

# A place in the middle of the Atlantic: nobody lives on the simulated routes.
_LATITUDE, _LONGITUDE, _DEGREES_PER_MILE = 12.5, -41.5, 0.0145
_ACCURACY_METRES = 5.2


@dataclass(frozen=True, slots=True)
class GraphRequest:
    """How a graph is asked for."""

    every_n: int
    units: Units
    zones: HeartRateZones
    pace_level: int
    with_location: bool


def performance_graph(workout: Workout, track: Track, request: GraphRequest) -> JsonObject:
    """The payload of a recording."""
    sampler = Sampler.of(track.seconds, request.every_n)
    found = metric_set(workout, track, sampler, request.units)
    beats = heart_rate_metric(workout, track, sampler, request.zones)
    ride = workout.ride
    payload: JsonObject = {
        "duration": workout.duration,
        "is_class_plan_shown": ride is not None,
        "segment_list": segment_list(ride) if ride and workout.traits.workout_type == "class" else [],
        "seconds_since_pedaling_start": sampler.seconds,
        "average_summaries": found.averages,
        "summaries": found.summaries,
        "metrics": [*found.metrics, beats] if beats else found.metrics,
        "has_apple_watch_metrics": False,
        "location_data": _location(track, request) if workout.traits.machine is Machine.OUTDOOR else [],
        "is_location_data_accurate": True if workout.traits.machine is Machine.OUTDOOR else None,
        "target_metrics_performance_data": target_performance(ride, track),
        "effort_zones": effort_zones(workout),
        "muscle_group_score": muscle_groups(ride) if ride and workout.total_work else [],
        "summary_available": workout.is_complete,
        "performance_graph_available": workout.is_complete,
    }
    payload |= _splits(workout, track, request.units)
    graphs = target_graphs(ride, track, max(1, request.every_n))
    if graphs is not None:
        payload["target_performance_metrics"] = graphs
    compliance = pace_compliance(ride, request.pace_level, metric=request.units.metric)
    if compliance is not None:
        payload["target_metrics_compliance"] = compliance
    if track.strokes:
        payload["caesar_metrics"] = caesar_metrics(track)
    return payload


def _splits(workout: Workout, track: Track, units: Units) -> JsonObject:
    """Splits as their machine spells them: `[]` for app rides, `{}` for freestyle, only the table for the row."""
    if workout.kind is Kind.APP_RIDE:
        return {"splits_data": []}
    if workout.traits.machine is Machine.ROW:
        return {"splits_metrics": splits_metrics(track, units)}
    if workout.ride is None or track.speed is None:
        return {"splits_data": {}, "splits_metrics": {}}
    return {"splits_data": splits_data(track, units), "splits_metrics": splits_metrics(track, units)}


def _location(track: Track, request: GraphRequest) -> list[JsonObject]:
    """A circular route; hidden without the platform header."""
    if not request.with_location or track.speed is None or track.size == 0:
        return []
    miles = np.cumsum(track.speed) / 3600
    columns = (
        np.round(_LATITUDE + _DEGREES_PER_MILE * np.sin(2 * miles), 5).tolist(),
        np.round(_LONGITUDE + _DEGREES_PER_MILE * np.cos(2 * miles), 5).tolist(),
        np.round(miles * request.units.per_mile, 3).tolist(),
    )
    coordinates = [
        {
            "seconds_offset_from_start": second,
            "latitude": latitude,
            "longitude": longitude,
            "accuracy": _ACCURACY_METRES,
            "distance": distance,
            "distance_display_unit": request.units.distance_unit,
        }
        for second, (latitude, longitude, distance) in enumerate(zip(*columns, strict=True))
    ]
    return [{"segment_id": None, "is_gap": False, "coordinates": coordinates}]
