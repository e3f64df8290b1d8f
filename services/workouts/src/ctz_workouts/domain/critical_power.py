"""Critical power and W': the linear work-time model and the differential W' balance.

CP and W' after Monod and Scherrer 1965 (work = CP x time + W', least squares on work over time). The balance after
Froncioni, Clarke and Skiba: below CP it recovers by (CP - P)(W' - w)/W' a second, above CP it falls by P - CP.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ctz_workouts.domain.arrays import FloatArray
from ctz_workouts.domain.figures import Absent, AbsentReason
from ctz_workouts.domain.grid import Grid

SHORTEST_FIT_SECONDS = 120
LONGEST_FIT_SECONDS = 900
FEWEST_EFFORTS_FITTED = 2
FEWEST_EFFORTS_SHOWN = 3
"""The fit takes two efforts; a page shows it from three, so that it cannot pass for exact."""


@dataclass(frozen=True, slots=True)
class CriticalPower:
    """Critical power in watts, W' in joules, and how many efforts the fit rests on."""

    watts: float
    w_prime_joules: float
    efforts: int

    @property
    def is_shown(self) -> bool:
        """Whether enough efforts stand behind it to be shown."""
        return self.efforts >= FEWEST_EFFORTS_SHOWN


def fit_critical_power(efforts: Iterable[tuple[float, float]]) -> CriticalPower | Absent:
    """Least-squares line of work over time through the (seconds, watts) efforts of 2 to 15 minutes."""
    used = [(t, watts) for t, watts in efforts if SHORTEST_FIT_SECONDS <= t <= LONGEST_FIT_SECONDS]
    if len({t for t, _ in used}) < FEWEST_EFFORTS_FITTED:
        return Absent(AbsentReason.TOO_FEW_EFFORTS)
    seconds = np.array([t for t, _ in used], dtype=np.float64)
    work = seconds * np.array([watts for _, watts in used], dtype=np.float64)
    away = seconds - seconds.mean()
    slope = float(np.dot(away, work - work.mean()) / np.dot(away, away))
    intercept = float(work.mean() - slope * seconds.mean())
    if slope <= 0 or intercept <= 0:
        return Absent(AbsentReason.IMPLAUSIBLE_FIT)
    return CriticalPower(slope, intercept, len(used))


def w_prime_balance(grid: Grid, model: CriticalPower) -> FloatArray:
    """Joules of W' left after each second of the grid, in explicit one-second steps.

    It is not clamped at zero, so that a wrong CP shows. A dropout is no time: the balance is not known inside (NaN) and
    goes on behind it where it stood.
    """
    left: list[float] = []
    capacity = balance = model.w_prime_joules
    for surplus in (grid.recorded - model.watts).tolist():
        balance -= surplus if surplus > 0 else surplus * (capacity - balance) / capacity
        left.append(balance)
    balances = np.full(grid.values.size, np.nan)
    balances[~grid.missing] = left
    return balances
