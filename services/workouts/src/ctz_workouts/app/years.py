"""One calendar year in review, and the public link to it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.errors import NotFound
from ctz_workouts.app.power_profile import Point, points
from ctz_workouts.domain.streaks import Streak
from ctz_workouts.store import profiles
from ctz_workouts.store.profiles import DisciplineRecords
from ctz_workouts.store.riders import Timelines
from ctz_workouts.store.sums import Sums, SumStore
from ctz_workouts.store.years import Favourite, ShareStore, Shown, favourites

SECRET_BYTES = 32
MONTHS = range(1, 13)


@dataclass(slots=True)
class Totals:
    """Sums, and the days with a workout behind them."""

    sums: Sums = field(default_factory=Sums)
    days: set[date] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class YearReview:
    """Everything of one year."""

    year: int
    totals: Totals
    previous: Totals
    months: Sequence[Totals]
    disciplines: Sequence[tuple[str, Totals]]
    instructors: Sequence[Favourite]
    classes: Sequence[Favourite]
    curve: Sequence[Point]
    records: Sequence[DisciplineRecords]
    longest_streak: Streak | None
    longest_day: date | None
    years: Sequence[int]
    shared_at: datetime | None


def own_year(connection: sa.Connection, user_id: UUID, year: int) -> YearReview:
    """A rider's own year, in nine statements."""
    return _review(connection, user_id, year, profiles.timelines_of(connection, user_id))


def _review(connection: sa.Connection, user_id: UUID, year: int, timelines: Timelines) -> YearReview:
    """Put a year together; one without a workout is empty."""
    sums = SumStore(connection, user_id)
    first, last = date(year, 1, 1), date(year, 12, 31)
    before = first.replace(year=year - 1)
    totals, previous, months, disciplines = Totals(), Totals(), [Totals() for _ in MONTHS], dict[str, Totals]()
    for row in sums.months(before, last):
        if row["start_date"] < first:
            previous.sums.take(row)
            continue
        parts = totals, months[row["start_date"].month - 1], disciplines.setdefault(row["discipline"], Totals())
        for part in parts:
            part.sums.take(row)
    seconds: Mapping[date, int] = _take_days(
        sums.seconds_by_day(before, last), first, totals, previous, months, disciplines
    )
    instructors, classes = favourites(connection, user_id, year)
    records = profiles.records_of(connection, user_id, year)
    curve = profiles.bests_of(connection, user_id, year).season
    by_time = sorted(disciplines.items(), key=lambda each: (-each[1].sums["duration_seconds"], each[0]))
    return YearReview(
        year=year,
        totals=totals,
        previous=previous,
        months=months,
        disciplines=by_time,
        instructors=instructors,
        classes=classes,
        curve=points(curve, timelines),
        records=records,
        longest_streak=_longest(sums.streaks(first, last), totals.days, first, last),
        longest_day=max(seconds, key=lambda day: (seconds[day], day), default=None),
        years=sums.years(),
        shared_at=ShareStore(connection).created_at(user_id, year),
    )


def _take_days(
    rows: Sequence[tuple[date, str, int]],
    first: date,
    totals: Totals,
    previous: Totals,
    months: Sequence[Totals],
    disciplines: Mapping[str, Totals],
) -> dict[date, int]:
    """Count days with a workout; returns seconds by day of the year."""
    seconds: dict[date, int] = {}
    for day, discipline, duration in rows:
        if day < first:
            previous.days.add(day)
            continue
        seconds[day] = seconds.get(day, 0) + duration
        for part in (totals, months[day.month - 1], disciplines[discipline]):
            part.days.add(day)
    return seconds


def _longest(streaks: Sequence[Streak], active: set[date], first: date, last: date) -> Streak | None:
    """The longest streak as far as it lies within a span; of equal ones the latest."""
    clipped = []
    for one in streaks:
        within = sorted(day for day in active if max(one.first, first) <= day <= min(one.last, last))
        if within:
            clipped.append(Streak(within[0], within[-1], len(within)))
    return max(clipped, key=lambda one: (one.active_days, one.last), default=None)


def share(connection: sa.Connection, user_id: UUID, year: int, shown: Shown, now: datetime) -> str:
    """Make a link to a year, which ends an earlier one; returns its secret."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    ShareStore(connection).put(user_id, year, _hash(secret), shown, now)
    return secret


def revoke(connection: sa.Connection, user_id: UUID, year: int) -> None:
    """End the link to a year; ending it twice is ending it once."""
    ShareStore(connection).drop(user_id, year)


def shared_year(connection: sa.Connection, secret: str) -> tuple[YearReview, Shown]:
    """The year behind a link, without what points to the rider, and what to show; `NotFound` for no link."""
    found = ShareStore(connection).behind(_hash(secret))
    if found is None:
        raise NotFound
    review = _review(connection, found.user_id, found.year, Timelines({}))
    return replace(review, years=(), records=(), shared_at=None), Shown(found.shown_name, found.is_imperial)


def _hash(secret: str) -> bytes:
    # The secret is 256 random bits: one round of a fast hash is enough.
    return sha256(secret.encode()).digest()
