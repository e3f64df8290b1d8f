"""A rider's FTP through the years and what Peloton says about it (peloton-api.md section 6)."""

import math
from dataclasses import dataclass

from ctz_simulator.domain.models import Baseline
from ctz_simulator.seeds import hex_id, plain_random
from ctz_simulator.spec import RiderSpec

FTP_SHARE_OF_TEST = 0.95
TEST_SECONDS = 1200
_YEAR = 365.25 * 86_400
_TESTS_PER_YEAR = 5


@dataclass(frozen=True, slots=True)
class Fitness:
    """The true threshold power over time: early gains that level off, with a yearly swing."""

    start: int
    base_watts: float
    gain: float
    phase: float

    @classmethod
    def of(cls, spec: RiderSpec, start: int) -> "Fitness":
        """The rider's own curve."""
        rng = plain_random("fitness", spec.username, spec.seed)
        return cls(start, rng.uniform(130, 230), rng.uniform(0.15, 0.4), rng.uniform(0, math.tau))

    def watts(self, when: int) -> float:
        """True FTP at a moment, in watts."""
        years = max(0.0, (when - self.start) / _YEAR)
        swing = 0.03 * math.sin(math.tau * years + self.phase)
        return self.base_watts * (1 + self.gain * (1 - math.exp(-years / 1.5)) + swing)


@dataclass(slots=True)
class BaselineLog:
    """The baseline in force while a history is written in order of time."""

    spec: RiderSpec
    fitness: Fitness
    current: Baseline

    @classmethod
    def begin(cls, spec: RiderSpec, fitness: Fitness) -> "BaselineLog":
        """Nothing known yet, or an estimate that never changes."""
        if spec.ftp_source == "estimated":
            watts = round(fitness.watts(fitness.start))
            return cls(spec, fitness, Baseline(watts, "ftp_estimated_source"))
        return cls(spec, fitness, Baseline())

    def at(self, when: int) -> Baseline:
        """The baseline in force at a moment; a manual one is re-typed once a year as a 20-minute best."""
        if self.spec.ftp_source == "manual":
            year_start = self.fitness.start + int((when - self.fitness.start) // _YEAR * _YEAR)
            return Baseline(round(self.fitness.watts(year_start) / FTP_SHARE_OF_TEST), "ftp_manual_source")
        return self.current

    def take_test(self, workout_id: str, total_work: float) -> None:
        """A finished 20-minute test sets the baseline of everything that follows."""
        average_output = round(total_work / TEST_SECONDS)
        self.current = Baseline(round(average_output * FTP_SHARE_OF_TEST), "ftp_workout_source", workout_id)


def test_positions(spec: RiderSpec) -> list[int]:
    """Which workouts of the history are FTP tests, oldest first; the workout before each is the warm-up."""
    if spec.ftp_source != "test" or spec.workouts < 4 or spec.mix:
        return []
    count = max(1, round(spec.span_years * _TESTS_PER_YEAR))
    step = spec.workouts / (count + 1)
    positions = {min(spec.workouts - 1, max(1, round(step * (index + 0.6)))) for index in range(count)}
    return sorted(position for position in positions if position - 1 not in positions)


def user_id(spec: RiderSpec) -> str:
    """The account id of a rider."""
    return hex_id("rider", spec.username, spec.seed)
