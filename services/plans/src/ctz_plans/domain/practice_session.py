"""Sessions of a practice that a rider did: what may be logged, what load it is, and who may know of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from ctz_plans.domain.practice import Category, Practice
from ctz_plans.domain.practice_errors import FieldRefused
from ctz_plans.domain.timeline import compile_timeline

LONGEST_AHEAD = timedelta(minutes=1)
"""How far a rider's clock may be ahead of ours."""
LONGEST_BEHIND = timedelta(days=7)
"""How late a session that was done without a connection may be logged."""
HARDEST_EXERTION = 10
THRESHOLD_EXERTION = 7
LOAD_OF_THRESHOLD_HOUR = 100
LARGEST_DAILY_GOAL = 10
LONGEST_SPAN_DAYS = 400


@dataclass(frozen=True, slots=True)
class DaySpan:
    """Whole days from the first to the last, both inclusive."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a span that ends before it begins or is longer than a page of history."""
        if self.last < self.first:
            raise FieldRefused("to_date", "lies before from_date")
        if (self.last - self.first).days > LONGEST_SPAN_DAYS:
            raise FieldRefused("to_date", f"lies more than {LONGEST_SPAN_DAYS} days after from_date")


@dataclass(frozen=True, slots=True)
class SessionReport:
    """What a rider tells of a session; `perceived_exertion` is None when not told."""

    start_time: datetime
    local_date: date
    done_seconds: int
    perceived_exertion: int | None


@dataclass(frozen=True, slots=True)
class Session:
    """A session that was done, with what it was called and how long it was at that time."""

    session_id: UUID
    practice: str
    title: str
    category: Category
    start_time: datetime
    local_date: date
    done_seconds: int
    duration_seconds: int
    perceived_exertion: int | None
    load: float | None
    has_pelvic_floor: bool
    is_private: bool
    revision: int


@dataclass(frozen=True, slots=True)
class PelvicFloorSettings:
    """Sessions a day that close the ring, and whether they may be seen beyond the rider's own pages."""

    daily_goal: int = 1
    is_shared: bool = False

    def __post_init__(self) -> None:
        """Refuse a goal that is none."""
        if not 1 <= self.daily_goal <= LARGEST_DAILY_GOAL:
            raise FieldRefused("settings.daily_goal", f"must be 1 to {LARGEST_DAILY_GOAL}")


@dataclass(frozen=True, slots=True)
class PelvicFloorDay:
    """How pelvic-floor work of a day stands."""

    done_count: int
    settings: PelvicFloorSettings
    streak_days: int


def session_load(perceived_exertion: int | None, done_seconds: int) -> float | None:
    """Foster's session load, effort times minutes, on the scale of TSS: an hour at 7 of 10 is 100."""
    if perceived_exertion is None:
        return None
    return perceived_exertion * done_seconds / (THRESHOLD_EXERTION * 3600) * LOAD_OF_THRESHOLD_HOUR


def log_session(
    session_id: UUID, practice: Practice, report: SessionReport, settings: PelvicFloorSettings, *, now: datetime
) -> Session:
    """The session that a report makes; raises FieldRefused where it cannot have been so."""
    duration = compile_timeline(practice).duration_seconds
    _refuse_report(report, duration, now)
    return Session(
        session_id=session_id,
        practice=str(practice.name),
        title=practice.title,
        category=practice.category,
        start_time=report.start_time,
        local_date=report.local_date,
        done_seconds=report.done_seconds,
        duration_seconds=duration,
        perceived_exertion=report.perceived_exertion,
        load=session_load(report.perceived_exertion, report.done_seconds),
        has_pelvic_floor=practice.is_private,
        is_private=practice.is_private and not settings.is_shared,
        revision=1,
    )


def _refuse_report(report: SessionReport, duration_seconds: int, now: datetime) -> None:
    if report.start_time > now + LONGEST_AHEAD:
        raise FieldRefused("start_time", "lies in the future")
    if report.start_time < now - LONGEST_BEHIND:
        raise FieldRefused("start_time", f"lies more than {LONGEST_BEHIND.days} days back")
    # No zone is further than 14 hours from UTC, so the rider's day is never two away.
    if abs(report.local_date - report.start_time.astimezone(UTC).date()) > timedelta(days=1):
        raise FieldRefused("local_date", "must be the rider's day of start_time")
    if not 1 <= report.done_seconds <= duration_seconds:
        raise FieldRefused("done_seconds", f"must be 1 to {duration_seconds}, the length of the session")
    if report.perceived_exertion is not None and not 1 <= report.perceived_exertion <= HARDEST_EXERTION:
        raise FieldRefused("perceived_exertion", f"must be 1 to {HARDEST_EXERTION}, or 0 when not told")
