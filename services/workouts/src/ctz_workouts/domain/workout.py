"""A workout as the archive knows it: who, what, when, and the totals that its source reported."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from ctz_workouts.domain.discipline import Discipline
from ctz_workouts.domain.errors import InstantNaiveError

LARGEST_OFFSET_SECONDS = 18 * 3600


@dataclass(frozen=True, slots=True)
class ReportedTotals:
    """Totals and averages as the source reported them; shown as reported, never recomputed. None is not reported."""

    total_work_joules: float | None = None
    distance_metres: float | None = None
    calories_kilocalories: float | None = None
    mean_power_watts: float | None = None
    mean_cadence_rpm: float | None = None
    mean_resistance_percent: float | None = None
    mean_speed_metres_per_second: float | None = None
    mean_heart_rate_bpm: float | None = None
    effort_points: float | None = None


@dataclass(frozen=True, slots=True)
class WorkoutRecord:
    """The summary of one workout."""

    workout_id: UUID
    user_id: UUID
    discipline: Discipline
    title: str
    started_at: datetime
    utc_offset_seconds: int
    duration_seconds: int | None = None
    ended_at: datetime | None = None
    class_id: str | None = None
    instructor: str | None = None
    totals: ReportedTotals = ReportedTotals()

    def __post_init__(self) -> None:
        """Refuse times that name no instant."""
        for field in ("started_at", "ended_at"):
            instant = getattr(self, field)
            if instant is not None and instant.tzinfo is None:
                raise InstantNaiveError(field)

    @property
    def local_date(self) -> date:
        """The day it belongs to: that of its start, in the zone of the workout."""
        return local_date(self.started_at, self.utc_offset_seconds)


def local_date(started_at: datetime, utc_offset_seconds: int) -> date:
    """Return the local day of an instant, by the offset that the device had; an impossible offset counts as none."""
    if started_at.utcoffset() is None:
        raise InstantNaiveError("started_at")
    offset = utc_offset_seconds if abs(utc_offset_seconds) <= LARGEST_OFFSET_SECONDS else 0
    in_utc = started_at.replace(tzinfo=None) - (started_at.utcoffset() or timedelta())
    return (in_utc + timedelta(seconds=offset)).date()
