"""The tread and the road: speed, incline or altitude, and the power that belongs to them."""

import numpy as np

from ctz_simulator.domain.intensity import block_at
from ctz_simulator.domain.kinds import Kind
from ctz_simulator.domain.models import Workout
from ctz_simulator.domain.paces import speed_range
from ctz_simulator.series.signals import Floats, drift, lagged, recorded, whole_watts, wobble
from ctz_simulator.series.track import Track

_FREE_RUN_MPH, _FREE_WALK_MPH = 6.0, 3.3
_STANDING_MPH = 0.8
_GRADE_COST = 9.0


def tread_track(workout: Workout, pace_level: int, rng: np.random.Generator) -> Track:
    """A recording on the tread; the first seconds stand still, bootcamps stand still on the floor."""
    size = workout.ridden
    speed = _speed(workout, pace_level, rng)
    incline = np.zeros(size) if workout.ride is None else block_at(workout.ride, "incline", 0.0, size)
    incline = np.round(lagged(incline, 2.0) * 2) / 2
    watts = whole_watts(speed * (1 + _GRADE_COST * incline / 100), workout.total_work)
    kept = recorded(rng, size, workout.first_second, workout.hole_count)
    return Track(kept, watts=watts, speed=speed, incline=incline)


def outdoor_track(workout: Workout, rng: np.random.Generator) -> Track:
    """A recording of a phone outdoors: speed and altitude, no power."""
    size = workout.ridden
    speed = _speed(workout, 5, rng)
    altitude = 30.0 + np.cumsum(drift(rng, size, 0.12))
    kept = recorded(rng, size, workout.first_second, workout.hole_count)
    return Track(kept, speed=speed, altitude=altitude)


def _speed(workout: Workout, pace_level: int, rng: np.random.Generator) -> Floats:
    """Speed in mph, a tenth exact, 0 while standing."""
    size = workout.ridden
    walking = workout.traits.discipline == "walking"
    level = min(pace_level, 9) if walking else pace_level
    if workout.ride is None or not workout.ride.blocks:
        speed = np.full(size, _FREE_WALK_MPH if walking else _FREE_RUN_MPH) + drift(rng, size, 0.3)
    elif workout.kind is Kind.SPEED_RUN:
        speed = block_at(workout.ride, "speed", 3.0, size)
    else:
        speed = _called_speed(workout, "walking" if walking else "running", level)
    speed = lagged(speed, 4.0) + wobble(rng, size, 0.08, 8.0)
    speed[:8] = np.linspace(0.0, float(speed[min(8, size - 1)]), min(8, size))
    return np.where(speed < _STANDING_MPH, 0.0, np.round(speed, 1))


def _called_speed(workout: Workout, discipline: str, level: int) -> Floats:
    """The middle of the called pace range of the rider's level; standing where nothing is called."""
    ride = workout.ride
    speed = np.zeros(workout.ridden)
    for block in ride.blocks if ride else ():
        for target in block.targets:
            if ride and target.metric == "pace_intensity":
                slow, fast = speed_range(discipline, level, int(target.lower))
                middle = fast - 0.2 if target.lower == 0 else min((slow + fast) / 2, slow + 0.6)
                first = max(0, block.start - ride.pedaling_start_offset)
                speed[first : block.end - ride.pedaling_start_offset + 1] = middle
    return speed
