"""The rower: strokes with their rate, pace and power."""

import numpy as np

from ctz_simulator.domain.intensity import block_at, called_shares
from ctz_simulator.domain.models import Workout
from ctz_simulator.series.signals import drift, lagged, recorded, whole_watts, wobble
from ctz_simulator.series.track import Track

# Concept2's public relation of pace and power: watts = 2.80 / (seconds per metre)^3.
_WATTS_PACE = 2.80
_SLOWEST_SPLIT_SECONDS = 900.0


def row_track(workout: Workout, rng: np.random.Generator) -> Track:
    """A recording on the rower; a value holds for a whole stroke, so neighbours are equal."""
    size = workout.ridden
    shares = np.full(size, 0.6) + drift(rng, size, 0.05)
    rate = np.full(size, 22.0)
    if workout.ride is not None and workout.ride.blocks:
        shares = called_shares(workout.ride)[:size]
        rate = block_at(workout.ride, "stroke_rate", 0.0, size)
    rate = np.where(rate > 0, np.rint(lagged(rate, 3.0) + wobble(rng, size, 0.8)), 0.0)
    power = np.where(rate > 0, lagged(shares, 4.0) * (1 + wobble(rng, size, 0.05)), 0.0)
    watts = whole_watts(np.maximum(power, 0.0), workout.total_work)
    split = np.where(watts > 1, 500 * np.cbrt(_WATTS_PACE / np.maximum(watts, 1)), _SLOWEST_SPLIT_SECONDS)
    split = np.minimum(split, _SLOWEST_SPLIT_SECONDS)
    kept = recorded(rng, size, workout.first_second, workout.hole_count)
    # mph from seconds per 500 m: 500 m in `split` seconds.
    speed = np.where(watts > 1, 500 / split * 3600 / 1609.344, 0.0)
    track = Track(kept, watts=watts, stroke_rate=rate, split_seconds=split, speed=speed)
    track.strokes = _strokes(track)
    return track


def _strokes(track: Track) -> list[tuple[int, float, float]]:
    """(second, watts, rate) of each stroke."""
    if track.watts is None or track.stroke_rate is None:
        return []
    done = np.floor(np.cumsum(track.stroke_rate) / 60)
    ends = np.flatnonzero(np.diff(done, prepend=0.0) > 0)
    return [(int(i) + 1, float(track.watts[i]), float(track.stroke_rate[i])) for i in ends]
