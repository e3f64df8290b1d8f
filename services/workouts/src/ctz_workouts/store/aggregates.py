"""Kept aggregates: sums, records, distances by day and streaks, changed with the rows in the same transaction.

A change costs one statement that reads what stands on the days and spans that it touches, and one that writes. Only
where a record was taken away, or cannot be told from what stands, its spans are made anew: a month from its workouts, a
year from its months, all time from its years.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from ctz_workouts.domain.amounts import Span
from ctz_workouts.domain.eddington import DISCIPLINES, Activity, Unit, whole_units
from ctz_workouts.domain.streaks import Streak, restitched, windows_of
from ctz_workouts.store import aggregate_rows, peaks
from ctz_workouts.store.aggregate_rows import LEFT_DAYS, SESSIONS, WORKOUTS, Stood, StreakChange, Window
from ctz_workouts.store.contributions import Contribution, contribution_of
from ctz_workouts.store.peaks import Document, PeakChange, Place
from ctz_workouts.store.workouts import StoredWorkout

_WORKOUT_SPANS = (Span.DAY, Span.MONTH, Span.YEAR, Span.EVER)
_SESSION_SPANS = (Span.DAY, Span.MONTH)
_CARRIES = ("fitness_carry", "fatigue_carry")
Amounts = Counter[tuple[Place, str]]
"""What is added to which amount of which sum."""


def add_amounts(amounts: Amounts, one: Contribution, sign: int, spans: Iterable[Span]) -> None:
    """Add what a contribution brings to its sums, or take it off."""
    for span in spans:
        place = (span, span.start(one.day), one.discipline)
        for name, amount in one.amounts.items():
            amounts[(place, name)] += sign * amount
        if span == Span.MONTH:
            for name, amount in zip(_CARRIES, one.carried, strict=True):
                amounts[(place, name)] += sign * amount


def change_sessions(connection: sa.Connection, user_id: UUID, changed: Iterable[tuple[Contribution, int]]) -> None:
    """Let the sums of guided sessions follow what is added (1) or taken off (-1)."""
    amounts: Amounts = Counter()
    for one, sign in changed:
        add_amounts(amounts, one, sign, _SESSION_SPANS)
    if any(amounts.values()):
        aggregate_rows.write(connection, user_id, SESSIONS, amounts)


@dataclass(slots=True)
class _Difference:
    """What a change of workouts adds and takes away."""

    amounts: Amounts = field(default_factory=Counter)
    lost: list[tuple[Contribution, Sequence[str]]] = field(default_factory=list)
    gained: list[tuple[Contribution, Sequence[str]]] = field(default_factory=list)

    def add(self, before: Contribution | None, after: Contribution | None) -> None:
        """Put the change of one workout in."""
        if before is not None:
            add_amounts(self.amounts, before, -1, _WORKOUT_SPANS)
            if lost := _other_marks(before, after):
                self.lost.append((before, lost))
        if after is not None:
            add_amounts(self.amounts, after, 1, _WORKOUT_SPANS)
            if gained := _other_marks(after, before):
                self.gained.append((after, gained))

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not (any(self.amounts.values()) or self.lost or self.gained)

    def by_day(self, name: str) -> Mapping[tuple[date, str], int]:
        """What is added to an amount, by day and discipline."""
        return {
            (start, discipline): amount
            for ((span, start, discipline), each), amount in self.amounts.items()
            if amount and each == name and span == Span.DAY
        }


def change(
    connection: sa.Connection, user_id: UUID, before: Iterable[StoredWorkout], after: Iterable[StoredWorkout]
) -> None:
    """Let the aggregates follow a change of workouts whose rows are written already; both are in the same order."""
    difference = _Difference()
    for old, new in zip(before, after, strict=True):
        difference.add(contribution_of(old), contribution_of(new))
    if difference.is_empty:
        return
    counts, meters = difference.by_day("workout_count"), difference.by_day("distance_meters")
    windows = windows_of(day for day, _ in counts)
    days = {day for day, _ in meters} | {day for window in windows for day in _days_of(window)}
    places = {place for one, _ in (*difference.lost, *difference.gained) for place in peaks.places_of(one)}
    stood = aggregate_rows.read(connection, user_id, days, windows, places)
    aggregate_rows.write(
        connection,
        user_id,
        WORKOUTS,
        difference.amounts,
        records=_records(connection, user_id, difference, stood),
        distances=_distances(meters, stood),
        streaks=_streaks(connection, user_id, counts, windows, stood),
    )


def _other_marks(these: Contribution, those: Contribution | None) -> Sequence[str]:
    """Keys of marks that the other does not have in the same place."""
    if those is None:
        return list(these.marks)
    if (these.discipline, these.day) != (those.discipline, those.day):
        return list(these.marks)
    return [key for key, mark in these.marks.items() if those.marks.get(key) != mark]


def _records(
    connection: sa.Connection, user_id: UUID, difference: _Difference, stood: Stood
) -> Mapping[Place, Document]:
    found = PeakChange(stood.records)
    for one, keys in difference.lost:
        found.take_off(one, keys)
    for one, keys in difference.gained:
        found.put_on(one, keys)
    if found.unclear:
        peaks.clarify(connection, user_id, found)
    return {place: found.documents[place] for place in found.changed}


def _distances(meters: Mapping[tuple[date, str], int], stood: Stood) -> Mapping[tuple[Activity, Unit, int], int]:
    """Days that move from one distance to another."""
    moved = {(day, DISCIPLINES[discipline]) for day, discipline in meters if discipline in DISCIPLINES}
    days: Counter[tuple[Activity, Unit, int]] = Counter()
    for day, activity in moved:
        disciplines = [discipline for discipline, counted in DISCIPLINES.items() if counted == activity]
        before = sum(stood.days.get((day, discipline), (0, 0))[1] for discipline in disciplines)
        after = before + sum(meters.get((day, discipline), 0) for discipline in disciplines)
        for unit in Unit:
            for gone, sign in ((before, -1), (after, 1)):
                if reached := whole_units(gone, unit):
                    days[(activity, unit, reached)] += sign
    return {key: count for key, count in days.items() if count}


def _streaks(
    connection: sa.Connection,
    user_id: UUID,
    counts: Mapping[tuple[date, str], int],
    windows: Sequence[Window],
    stood: Stood,
) -> StreakChange | None:
    workouts: Counter[date] = Counter()
    for (day, _), (count, _) in stood.days.items():
        workouts[day] += count
    was_active = {day for day, count in workouts.items() if count}
    for (day, _), count in counts.items():
        workouts[day] += count
    is_active = {day for day, count in workouts.items() if count}
    if was_active == is_active:
        return None
    streaks = list(stood.streaks)
    for window in windows:
        streaks = _restitched(connection, user_id, streaks, window, (was_active, is_active))
    firsts = {one.first for one in streaks}
    standing = [one for one in streaks if one not in stood.streaks]
    return StreakChange([one.first for one in stood.streaks if one.first not in firsts], standing)


def _restitched(
    connection: sa.Connection,
    user_id: UUID,
    streaks: Sequence[Streak],
    window: Window,
    active: tuple[set[date], set[date]],
) -> list[Streak]:
    """Streaks with those that touch a window made anew; `active` are days with a workout before and now."""
    (first, last), (was_active, is_active) = window, active
    left = next((one for one in streaks if one.first < first <= one.last), None)
    right = next((one for one in streaks if one.first <= last < one.last), None)

    def inside(one: Streak) -> int:
        return sum(max(first, one.first) <= day <= min(last, one.last) for day in was_active)

    left_days = right_days = 0
    if left is not None and left == right:
        values = {"user_id": user_id, "first": left.first, "before": first}
        left_days = connection.execute(LEFT_DAYS, values).scalar_one()
        right_days = left.active_days - left_days - inside(left)
    else:
        left_days = left.active_days - inside(left) if left is not None else 0
        right_days = right.active_days - inside(right) if right is not None else 0
    day = timedelta(days=1)
    made = restitched(
        window,
        {each for each in is_active if first <= each <= last},
        Streak(left.first, first - day, left_days) if left is not None else None,
        Streak(last + day, right.last, right_days) if right is not None else None,
    )
    return [one for one in streaks if one.last < first or one.first > last] + made


def _days_of(window: Window) -> list[date]:
    first, last = window
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
