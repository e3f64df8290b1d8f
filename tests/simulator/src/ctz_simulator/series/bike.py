"""The bike: power that follows the targets, and the cadence, resistance and speed that belong to it."""

import numpy as np

from ctz_simulator.domain.intensity import block_at, called_shares
from ctz_simulator.domain.kinds import Kind
from ctz_simulator.domain.models import Workout
from ctz_simulator.series.signals import Floats, coasting, drift, lagged, recorded, whole_watts, wobble
from ctz_simulator.series.track import Track

_SPEED_BREAK_WATTS = 26.0


def bike_track(workout: Workout, rng: np.random.Generator) -> Track:
    """The recording of a ride; its power sums to the total work of the workout."""
    size = workout.ridden
    shares = _shares(workout, rng)
    stopped = coasting(rng, size)
    power = lagged(shares, 2.5) * (1 + wobble(rng, size, 0.035) + drift(rng, size, 0.015))
    power[stopped | (shares <= 0)] = 0.0
    watts = whole_watts(np.maximum(power, 0.0), workout.total_work)
    cadence = np.rint(_cadence(workout, shares, rng))
    cadence[watts <= 0] = 0.0
    kept = recorded(rng, size, workout.first_second, workout.hole_count)
    return Track(kept, watts=watts, cadence=cadence, resistance=_resistance(watts, cadence), speed=bike_speed(watts))


def app_track(workout: Workout, rng: np.random.Generator) -> Track:
    """A class in the app with a cadence sensor of another maker: no power."""
    cadence = np.rint(75 + drift(rng, workout.ridden, 6.0) + wobble(rng, workout.ridden, 2.0))
    return Track(recorded(rng, workout.ridden, workout.first_second, workout.hole_count), cadence=cadence)


def bike_speed(watts: Floats) -> Floats:
    """Peloton's speed in mph for a power: polynomials in its square root that fit the recorded rides to 0.1 mph."""
    root = np.sqrt(watts)
    slow = 0.057 - 0.172 * root + 0.759 * root**2 - 0.079 * root**3
    fast = -1.635 + 2.325 * root - 0.064 * root**2 + 0.001 * root**3
    return np.where(watts <= 0, 0.0, np.where(watts < _SPEED_BREAK_WATTS, slow, fast))


def _shares(workout: Workout, rng: np.random.Generator) -> Floats:
    """The share of FTP the rider means to ride at each second."""
    size = workout.ridden
    if workout.ride is not None:
        return called_shares(workout.ride)[:size].copy()
    if workout.kind is Kind.LANEBREAK:
        return np.repeat(rng.uniform(0.5, 1.2, size // 20 + 1), 20)[:size]
    return np.clip(0.68 + drift(rng, size, 0.12), 0.3, 1.1)


def _cadence(workout: Workout, shares: Floats, rng: np.random.Generator) -> Floats:
    """Legs follow a called cadence, else the effort; fast in a spin-up."""
    size = workout.ridden
    called = np.clip(74 + 14 * shares, 60, 105)
    if workout.kind in (Kind.RIDE, Kind.BIKE_BOOTCAMP) and workout.ride is not None:
        called = block_at(workout.ride, "cadence", 80.0, size)
    return np.clip(lagged(called, 3.0) + wobble(rng, size, 1.5), 30, 130)


def _resistance(watts: Floats, cadence: Floats) -> Floats:
    """The knob that gives this power at this cadence (the inverse of `intensity.bike_watts`)."""
    turning = (watts > 0) & (cadence > 0)
    ratio = np.where(turning, watts, 77.0) / 77.0 / np.where(turning, cadence / 80.0, 1.0) ** 1.69
    return np.clip(np.rint(35.0 + np.log(ratio) / 0.0634), 0, 100)
