"""What a rider recorded, as plans keep it: facts by day, from events in any order."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

LONGEST_SPAN_DAYS = 400


@dataclass(frozen=True, slots=True)
class RecordedWorkout:
    """The facts of one workout. What was analysed is absent until its event arrives."""

    workout_id: UUID
    user_id: UUID
    local_date: date
    start_time: datetime
    discipline: str
    class_id: str
    title: str
    duration_seconds: int | None
    work_joules: float | None
    training_stress_score: float | None
    zone_seconds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """The part of a workout that `recorded` tells; `revision` orders it against `deleted`."""

    workout_id: UUID
    user_id: UUID
    revision: int
    local_date: date
    start_time: datetime
    discipline: str
    class_id: str
    title: str
    duration_seconds: int | None
    work_joules: float | None
    class_type: str = ""
    elapsed_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """The part of a workout that `analyzed` tells."""

    workout_id: UUID
    user_id: UUID
    revision: int
    training_stress_score: float | None
    zone_seconds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DaySpan:
    """Whole days from the first to the last, both inclusive."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a span that ends before it begins or is longer than a page of history."""
        if self.last < self.first:
            raise DaySpanRefusedError("to_date", "lies before from_date")
        if (self.last - self.first).days > LONGEST_SPAN_DAYS:
            raise DaySpanRefusedError("to_date", f"lies more than {LONGEST_SPAN_DAYS} days after from_date")


class DaySpanRefusedError(Exception):
    """A span of days that cannot be listed."""

    reason = "DAY_SPAN_REFUSED"
    code = "INVALID_ARGUMENT"

    def __init__(self, field: str, description: str) -> None:
        super().__init__(f"{field} {description}")
        self.field_violations = ((field, description),)
