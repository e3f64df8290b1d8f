"""Heart rate and effort in the API's spelling."""

import numpy as np

from ctz_simulator.domain.models import Workout
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.payloads.metrics import metric
from ctz_simulator.payloads.resample import Sampler, whole
from ctz_simulator.series.heart import HeartRateZones
from ctz_simulator.series.track import Track


def heart_rate_metric(workout: Workout, track: Track, sampler: Sampler, zones: HeartRateZones) -> JsonObject | None:
    """The heart-rate metric with its five zones; none when no strap was worn."""
    if track.heart_rate is None or workout.heart_rate_zones is None:
        return None
    beats = track.heart_rate[track.heart_rate > 0]
    top = int(beats.max()) if len(beats) else None
    mean = round(float(np.mean(beats))) if len(beats) else None
    item = metric("Heart Rate", "heart_rate", "bpm", whole(sampler.largest(track.heart_rate)), top=top, mean=mean)
    item["zones"] = [
        {
            "display_name": f"Zone {number}",
            "slug": f"zone{number}",
            "range": _range(number, floor, highest),
            "duration": seconds,
            "max_value": highest,
            "min_value": floor,
        }
        for number, (floor, highest, seconds) in enumerate(
            zip(zones.floors, zones.tops, workout.heart_rate_zones, strict=True), start=1
        )
    ]
    item["missing_data_duration"] = workout.ridden - sum(workout.heart_rate_zones)
    return item


_HIGHEST = 5


def _range(number: int, floor: int, top: int) -> str:
    """The words of a zone's range."""
    if number == 1:
        return f"<{top + 1} bpm"
    return f">={floor} bpm" if number == _HIGHEST else f"{floor}-{top} bpm"


def zone_durations(seconds: tuple[int, ...]) -> JsonObject:
    """Seconds by heart-rate zone."""
    return {f"heart_rate_z{number}_duration": value for number, value in enumerate(seconds, start=1)}


def effort_zones(workout: Workout) -> JsonObject | None:
    """Effort points and zone seconds of a workout; null without heart rate."""
    if workout.heart_rate_zones is None:
        return None
    return {
        "total_effort_points": workout.effort_points,
        "heart_rate_zone_durations": zone_durations(workout.heart_rate_zones),
    }
