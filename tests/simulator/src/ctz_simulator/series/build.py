"""The recording of any workout."""

import numpy as np

from ctz_simulator.domain.kinds import Kind, Machine
from ctz_simulator.domain.models import Workout
from ctz_simulator.seeds import array_random
from ctz_simulator.series.bike import app_track, bike_track
from ctz_simulator.series.heart import HeartRateZones, heart_rate
from ctz_simulator.series.row import row_track
from ctz_simulator.series.signals import Floats, drift, recorded
from ctz_simulator.series.track import Track
from ctz_simulator.series.tread import outdoor_track, tread_track


def build_track(workout: Workout, zones: HeartRateZones, pace_level: int) -> Track:
    """The recording of a workout; the same workout always gives the same one. Empty while it is in progress."""
    if workout.ridden == 0:
        return Track(np.zeros(0, dtype=np.bool_))
    rng = array_random(workout.seed)
    track = _machine_track(workout, pace_level, rng)
    if workout.heart_rate_zones is not None:
        track.heart_rate = heart_rate(_effort(track, rng), workout.heart_rate_zones, zones, rng)
    return track


def _machine_track(workout: Workout, pace_level: int, rng: np.random.Generator) -> Track:
    """What the machine of the kind records."""
    if workout.kind is Kind.APP_RIDE:
        return app_track(workout, rng)
    match workout.traits.machine:
        case Machine.BIKE:
            return bike_track(workout, rng)
        case Machine.TREAD:
            return tread_track(workout, pace_level, rng)
        case Machine.ROW:
            return row_track(workout, rng)
        case Machine.OUTDOOR:
            return outdoor_track(workout, rng)
        case Machine.FLOOR:
            # Floor classes have a seconds axis with a few odd gaps although nothing is measured.
            return Track(recorded(rng, workout.ridden, 1, 2))


def _effort(track: Track, rng: np.random.Generator) -> Floats:
    """What the heart answers to: power, else speed, else a wander."""
    for signal in (track.watts, track.speed, track.cadence):
        if signal is not None:
            return np.asarray(np.nan_to_num(signal), dtype=np.float64)
    return np.abs(1 + drift(rng, track.size, 0.2))
