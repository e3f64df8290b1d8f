"""Kinds of records, and the keys under which the best of each is kept."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Self

CLASS_MINUTES = (5, 10, 15, 20, 30, 45, 60, 75, 90, 120)
"""Lengths of classes that have records of their own."""
_TOLERANCE_SECONDS = 30


class RecordKind(IntEnum):
    """What a record is about; numbers of the contract's RecordKind."""

    POWER = 1
    WORK = 2
    DISTANCE = 3
    DURATION = 4
    TRAINING_STRESS = 5


@dataclass(frozen=True, slots=True, order=True)
class RecordKey:
    """A kind, and a length: of the window in seconds for power, of the class in minutes for work and distance."""

    kind: RecordKind
    length: int = 0

    @property
    def text(self) -> str:
        """The key as it is stored."""
        return f"{self.kind.value}:{self.length}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key behind a stored one."""
        kind, length = text.split(":")
        return cls(RecordKind(int(kind)), int(length))


def class_minutes(seconds: int | None) -> int | None:
    """The length of class that a workout of so many seconds belongs to; none between lengths."""
    if seconds is None:
        return None
    return next((minutes for minutes in CLASS_MINUTES if abs(seconds - minutes * 60) <= _TOLERANCE_SECONDS), None)
