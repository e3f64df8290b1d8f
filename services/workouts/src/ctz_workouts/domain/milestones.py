"""Round numbers of what adds up."""

from dataclasses import dataclass
from enum import IntEnum


class MilestoneKind(IntEnum):
    """What is counted; numbers of the contract's MilestoneKind."""

    WORKOUTS = 1
    MINUTES = 2
    WORK = 3
    DISTANCE = 4


@dataclass(frozen=True, slots=True)
class Ladder:
    """The round numbers of a kind, in the unit that people read, and how many stored units make one of those."""

    kind: MilestoneKind
    amount: str
    """Which of the kept sums is counted."""
    stored_per_unit: int
    first: int
    """The lowest round number; then come 2, 3, 5 and 7.5 times it, and the same times ten, a hundred …"""


LADDERS = (
    Ladder(MilestoneKind.WORKOUTS, "workout_count", 1, 10),
    Ladder(MilestoneKind.MINUTES, "duration_seconds", 60, 1_000),
    Ladder(MilestoneKind.WORK, "work_joules", 1_000, 1_000),
    Ladder(MilestoneKind.DISTANCE, "distance_meters", 1_000, 100),
)
_STEPS = (10, 20, 30, 50, 75)
"""Tenths of the first number, and of ten times it, and so on."""


def reached_and_next(total: float, first: int) -> tuple[int, int]:
    """The last round number at or below a total, 0 when there is none, and the one above it."""
    reached, power = 0, first
    while True:
        for step in _STEPS:
            number = power * step // 10
            if number > total:
                return reached, number
            reached = number
        power *= 10
