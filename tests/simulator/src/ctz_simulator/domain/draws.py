"""All the dice of a history, thrown at once: one column a property, one row a workout."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from ctz_simulator.domain.kinds import TRAITS, Kind, Machine
from ctz_simulator.spec import BadRiderSpec, RiderSpec

_QUIT_SHARE, _PAUSE_SHARE, _HOLE_SHARE, _NO_HEART_RATE_SHARE, _PARTIAL_SHARE = 0.012, 0.05, 0.05, 0.12, 0.04
_SKIPPED_INTRO_SHARE = 0.1
# Recorded series begin at second 1 in 312 of 369 rides, at 2 in 50 (peloton-api.md 4.4).
_FIRST_SECOND_IS_TWO_SHARE = 0.14

Column = list[float]


@dataclass(slots=True)
class Draws:
    """Uniform numbers in 0..1 for each workout of a history, and its kinds."""

    kinds: list[Kind]
    choice: Column
    gap: Column
    length: Column
    lead_in: Column
    quirk: Column
    share: Column
    strap: Column
    zone_noise: list[list[float]]

    @classmethod
    def make(cls, rng: np.random.Generator, spec: RiderSpec) -> Self:
        """Throw the dice for a spec."""
        kinds, weights = _weights(spec)
        total = sum(weights)
        picks = rng.choice(len(kinds), size=spec.workouts, p=[weight / total for weight in weights]).tolist()
        names = ("choice", "gap", "length", "lead_in", "quirk", "share", "strap")
        columns: list[Column] = rng.random((len(names), spec.workouts)).tolist()
        noise = rng.normal(1.0, 0.15, (spec.workouts, 5)).clip(0.3).tolist()
        return cls(kinds=[kinds[pick] for pick in picks], zone_noise=noise, **dict(zip(names, columns, strict=True)))

    def quits(self, index: int, kind: Kind) -> bool:
        """Whether the rider leaves the class early."""
        return self.quirk[index] < _QUIT_SHARE and TRAITS[kind].is_class and kind is not Kind.FTP_TEST

    def pauses(self, index: int, kind: Kind) -> bool:
        """Whether the rider pauses, which leaves no hole in the series."""
        machine = TRAITS[kind].machine is not Machine.FLOOR and kind is not Kind.FTP_TEST
        return machine and 1 - _PAUSE_SHARE < self.quirk[index]

    def holes(self, index: int, kind: Kind) -> int:
        """How many dropouts the series has."""
        dropped = 0.5 < self.quirk[index] < 0.5 + _HOLE_SHARE and TRAITS[kind].machine is not Machine.FLOOR
        return 1 + int(3 * self.length[index]) if dropped else 0

    def first_second(self, index: int) -> int:
        """The first recorded second."""
        return 2 if 0.3 < self.quirk[index] < 0.3 + _FIRST_SECOND_IS_TWO_SHARE else 1

    def lead(self, index: int, kind: Kind) -> int:
        """Seconds between the server's row and the start of pedalling."""
        throw = self.lead_in[index]
        if kind is Kind.SCENIC:
            return 4 + int(3 * throw)
        if not TRAITS[kind].is_class:
            return -1 if throw < 0.3 else 0
        return 16 + int(300 * throw) if throw < _SKIPPED_INTRO_SHARE else 60 + int(3 * throw)

    def wears_strap(self, index: int) -> bool:
        """Whether heart rate is recorded at all."""
        return self.strap[index] >= _NO_HEART_RATE_SHARE

    def strapless_seconds(self, index: int, ridden: int) -> int:
        """Seconds without heart rate in a workout that has it."""
        loses_contact = self.strap[index] > 1 - _PARTIAL_SHARE
        return int(ridden * (0.1 + 0.3 * self.length[index])) if loses_contact else int(6 * self.gap[index])


def _weights(spec: RiderSpec) -> tuple[list[Kind], list[float]]:
    """The kinds of the history with their weights."""
    if not spec.mix:
        return list(TRAITS), [traits.weight for traits in TRAITS.values()]
    try:
        return [Kind(name) for name in spec.mix], [float(weight) for weight in spec.mix.values()]
    except ValueError as error:
        raise BadRiderSpec(str(error)) from error
