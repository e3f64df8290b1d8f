"""What a challenge is: its weeks, what it asks for, how it gives points."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

DAYS_OF_WEEK = 7
DEFAULT_CORE_POINTS = Decimal(50)
DEFAULT_BONUS_POINTS = Decimal(10)


class Kind(StrEnum):
    """Which disciplines count."""

    CYCLING = "cycling"
    RUNNING = "running"
    STRENGTH = "strength"
    YOGA = "yoga"
    MIXED = "mixed"


class Mode(StrEnum):
    """Who competes."""

    INDIVIDUAL = "individual"
    TEAM = "team"


class State(StrEnum):
    """Where a challenge stands, in its own zone."""

    DRAFT = "draft"
    OPEN = "open"
    RUNNING = "running"
    ENDED = "ended"


class Role(StrEnum):
    """What an item is within its week."""

    CORE = "core"
    BONUS = "bonus"


class ActivityKind(StrEnum):
    """What an activity asks for; the values are kept in the schedule."""

    CLASS = "class"
    CLASS_TYPE = "class_type"
    DISCIPLINE = "discipline"
    ROUTINE = "routine"


class Metric(StrEnum):
    """What a rule for amounts measures."""

    MINUTES = "minutes"
    KILOJOULES = "kilojoules"
    KILOMETRES = "kilometres"
    TSS = "tss"


@dataclass(frozen=True, slots=True)
class Activity:
    """Something to do; which fields count depends on the kind."""

    kind: ActivityKind
    title: str
    class_id: str = ""
    discipline: str = ""
    class_type: str = ""
    duration_seconds: int = 0
    routine: str = ""


@dataclass(frozen=True, slots=True)
class MetricRule:
    """Points for an amount, whatever the class. `points_per_minute_without` is for workouts without that figure."""

    metric: Metric
    points_per_unit: Decimal
    points_per_minute_without: Decimal = Decimal(0)
    disciplines: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scoring:
    """How points are given; `weekly_cap` bounds what one member gets in one week."""

    core_points: Decimal = DEFAULT_CORE_POINTS
    bonus_points: Decimal = DEFAULT_BONUS_POINTS
    metric_rules: tuple[MetricRule, ...] = ()
    weekly_cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do in one week (from 1); `day` is the suggested day of it, from 0."""

    item_id: UUID
    week: int
    day: int
    role: Role
    position: int
    activity: Activity
    alternatives: tuple[Activity, ...] = ()


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge with its schedule. Days are days in its own zone."""

    challenge_id: UUID
    title: str
    description: str
    kind: Kind
    mode: Mode
    start_date: date
    end_date: date
    time_zone: ZoneInfo
    is_public: bool
    join_until_date: date
    capacity: int
    team_capacity: int
    scoring: Scoring
    join_code: str
    published_at: datetime | None
    revision: int
    items: tuple[Item, ...] = field(default=())

    @property
    def week_count(self) -> int:
        """How many weeks it has; the last one may be shorter."""
        return (self.end_date - self.start_date).days // DAYS_OF_WEEK + 1

    def week_of(self, day: date) -> int | None:
        """The week that a day lies in, from 1; None outside the challenge."""
        if not self.start_date <= day <= self.end_date:
            return None
        return (day - self.start_date).days // DAYS_OF_WEEK + 1

    def days_of(self, week: int) -> tuple[date, date]:
        """First and last day of a week, both inclusive."""
        first = self.start_date + timedelta(days=DAYS_OF_WEEK * (week - 1))
        return first, min(first + timedelta(days=DAYS_OF_WEEK - 1), self.end_date)

    def day_at(self, instant: datetime) -> date:
        """The day of an instant in the challenge's zone."""
        return instant.astimezone(self.time_zone).date()

    def state_at(self, instant: datetime) -> State:
        """Where it stands at an instant."""
        if self.published_at is None:
            return State.DRAFT
        day = self.day_at(instant)
        if day < self.start_date:
            return State.OPEN
        return State.RUNNING if day <= self.end_date else State.ENDED

    def next_time(self, instant: datetime) -> datetime | None:
        """When it begins, or when the running week ends; None after the end."""
        day = self.day_at(instant)
        if day > self.end_date:
            return None
        week = self.week_of(day)
        turn = self.start_date if week is None else self.days_of(week)[1] + timedelta(days=1)
        return datetime.combine(turn, time(), self.time_zone)
