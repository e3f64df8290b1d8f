"""A workout as the archive knows it: who, what, when, and what its source reported."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from ctz_workouts.domain.discipline import Discipline
from ctz_workouts.domain.errors import InstantNaiveError
from ctz_workouts.domain.pause import WallClock

LARGEST_OFFSET_SECONDS = 18 * 3600


@dataclass(frozen=True, slots=True)
class WorkoutRecord:
    """The summary of one workout. What is none was not reported; what was reported is shown as it is."""

    workout_id: UUID
    user_id: UUID
    source: str
    source_id: str
    discipline: Discipline
    workout_type: str
    title: str
    started_at: datetime
    utc_offset_seconds: int
    ended_at: datetime | None = None
    instructor: str = ""
    class_id: str = ""
    duration_seconds: int | None = None
    pedaling_start_offset_seconds: int | None = None
    total_work_joules: float | None = None
    effort_points: float | None = None
    heart_rate_zone_seconds: tuple[int, ...] = ()
    device_type: str = ""
    is_total_work_record: bool = False
    has_paused: bool | None = None
    paused_seconds: int | None = None

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

    @property
    def clock(self) -> WallClock:
        """What its times and its detail say about pausing."""
        elapsed = round((self.ended_at - self.started_at).total_seconds()) if self.ended_at else None
        return WallClock(elapsed, self.has_paused, self.paused_seconds)


def local_date(started_at: datetime, utc_offset_seconds: int) -> date:
    """Return the local day of an instant, by the offset that the device had; an impossible offset counts as none."""
    if started_at.utcoffset() is None:
        raise InstantNaiveError("started_at")
    offset = utc_offset_seconds if abs(utc_offset_seconds) <= LARGEST_OFFSET_SECONDS else 0
    in_utc = started_at.replace(tzinfo=None) - (started_at.utcoffset() or timedelta())
    return (in_utc + timedelta(seconds=offset)).date()
