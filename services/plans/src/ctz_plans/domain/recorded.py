"""What a rider recorded, as plans keep it: facts by day, from events in any order."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


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
    load: float | None
    zone_seconds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Absorption:
    """That a workout is another one, recorded twice; `into_id` is none when it is not any more."""

    workout_id: UUID
    user_id: UUID
    revision: int
    into_id: UUID | None
