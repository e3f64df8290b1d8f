"""The power profile: curves over spans of time, critical power, and the history of the FTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.errors import NotFound
from ctz_workouts.domain import days
from ctz_workouts.domain.critical_power import (
    LONGEST_FIT_SECONDS,
    SHORTEST_FIT_SECONDS,
    CriticalPower,
    fit_critical_power,
)
from ctz_workouts.domain.figures import Absent, AbsentReason
from ctz_workouts.store import profiles
from ctz_workouts.store.profiles import Curve
from ctz_workouts.store.riders import FTP_KIND, WEIGHT_KIND, Dated, Timelines

RECENT_DAYS = 90
STALE_DAYS = 70
"""An FTP older than ten weeks is stale."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a curve."""

    seconds: int
    watts: float
    watts_per_kilogram: float | None
    day: str
    workout_id: str


@dataclass(frozen=True, slots=True)
class PowerProfile:
    """Everything of a rider's power; `ride` is none where no ride was asked for."""

    recent_span: tuple[date, date]
    season: Sequence[Point]
    recent: Sequence[Point]
    ever: Sequence[Point]
    ride: Sequence[Point]
    critical_power: CriticalPower | Absent
    seasons: Sequence[int]
    timelines: Timelines
    today: date

    @property
    def fitted(self) -> list[Point]:
        """The efforts that critical power was fitted to."""
        return [point for point in self.recent if SHORTEST_FIT_SECONDS <= point.seconds <= LONGEST_FIT_SECONDS]

    @property
    def end_of_day(self) -> datetime:
        """When the rider's day is over, wherever that is: what was told in its evening is in force."""
        return days.end_of(self.today)

    @property
    def ftp(self) -> Dated | None:
        """The FTP in force."""
        return self.timelines.at(FTP_KIND, self.end_of_day)

    @property
    def weight_kilograms(self) -> float | None:
        """The body weight in force; none where none was told."""
        weight = self.timelines.at(WEIGHT_KIND, self.end_of_day)
        return weight.value if weight is not None else None

    @property
    def ftp_age_days(self) -> int:
        """Whole days since the FTP is in force; 0 without one."""
        return max((self.today - self.ftp.effective_time.date()).days, 0) if self.ftp is not None else 0

    @property
    def is_ftp_stale(self) -> bool:
        """Whether the FTP is older than ten weeks."""
        return self.ftp_age_days > STALE_DAYS


def power_profile(
    connection: sa.Connection, user_id: UUID, today: date, season: int, workout_id: UUID | None
) -> PowerProfile:
    """Put the profile together in four statements; `NotFound` if the asked ride is not the rider's."""
    timelines = profiles.timelines_of(connection, user_id)
    bests = profiles.bests_of(connection, user_id, season)
    span = (today - timedelta(days=RECENT_DAYS - 1), today)
    recent = points(profiles.best_between(connection, user_id, *span), timelines)
    ride = profiles.curve_of(connection, user_id, workout_id) if workout_id is not None else {}
    if ride is None:
        raise NotFound
    found = fit_critical_power((point.seconds, point.watts) for point in recent)
    if isinstance(found, CriticalPower) and not found.is_shown:
        found = Absent(AbsentReason.TOO_FEW_EFFORTS)
    return PowerProfile(
        recent_span=span,
        season=points(bests.season, timelines),
        recent=recent,
        ever=points(bests.ever, timelines),
        ride=points(ride, timelines),
        critical_power=found,
        seasons=bests.seasons,
        timelines=timelines,
        today=today,
    )


def points(curve: Curve, timelines: Timelines) -> list[Point]:
    """Points of a curve, shortest first, by the weight in force at each."""
    return [
        Point(
            seconds,
            mark.value,
            per_kilogram(timelines, mark.value, _EPOCH + timedelta(microseconds=mark.microseconds)),
            mark.day,
            mark.workout_id,
        )
        for seconds, mark in sorted(curve.items())
    ]


def per_kilogram(timelines: Timelines, watts: float, instant: datetime) -> float | None:
    """Watts by the weight in force at an instant; none where none was told."""
    weight = timelines.at(WEIGHT_KIND, instant)
    return watts / weight.value if weight is not None and weight.value > 0 else None
