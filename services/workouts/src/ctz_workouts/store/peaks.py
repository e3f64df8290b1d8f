"""Records as they are stored: peaks by key, of a discipline and a span, as `{"1:60": [first, best, before]}`."""

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_workouts.domain.amounts import Span, end_of_month
from ctz_workouts.domain.marks import Mark, Peak, alone, joined
from ctz_workouts.store.aggregate_tables import best
from ctz_workouts.store.contributions import Contribution, contribution_of
from ctz_workouts.store.tables import workout
from ctz_workouts.store.workouts import COLUMNS, StoredWorkout

Document = MutableMapping[str, list[Any]]
"""Stored peaks by key."""
Place = tuple[int, date, str]
"""Span, its first day, discipline."""
SPANS = (Span.MONTH, Span.YEAR, Span.EVER)


def peak_from(stored: Sequence[Any]) -> Peak:
    """A peak from its stored form."""
    (day, microseconds), highest, before = stored
    return Peak(Mark(*highest), Mark(*before) if before is not None else None, (day, microseconds))


def stored_form(peak: Peak) -> list[Any]:
    """The stored form of a peak."""
    before = _listed(peak.before) if peak.before is not None else None
    return [list(peak.first), _listed(peak.best), before]


def _listed(mark: Mark) -> list[Any]:
    return [mark.value, mark.day, mark.microseconds, mark.workout_id]


def places_of(one: Contribution) -> list[Place]:
    """Where the marks of a workout stand."""
    return [(span, span.start(one.day), one.discipline) for span in SPANS]


@dataclass(slots=True)
class PeakChange:
    """Peaks of a rider while marks are taken off and put on."""

    documents: dict[Place, Document]
    """What stands, by place, of every place that is touched."""
    changed: set[Place] = field(default_factory=set)
    unclear: set[Place] = field(default_factory=set)
    """Places whose peaks only what lies below them can tell."""

    def take_off(self, one: Contribution, keys: Iterable[str]) -> None:
        """Take marks of a workout off: a peak that holds one is unclear."""
        for place in places_of(one):
            document = self.documents.get(place, {})
            for key in keys:
                stored = document.get(key)
                if stored is not None and one.workout_id in _holders(stored):
                    self.unclear.add(place)

    def put_on(self, one: Contribution, keys: Iterable[str]) -> None:
        """Put marks of a workout on."""
        for place in places_of(one):
            document = self.documents.setdefault(place, {})
            for key in keys:
                self._put(place, document, key, one.marks[key])

    def _put(self, place: Place, document: Document, key: str, mark: Mark) -> None:
        stored = document.get(key)
        if stored is None:
            document[key] = stored_form(alone(mark))
        elif _says_nothing(stored, mark):
            return
        else:
            peak = peak_from(stored).with_mark(mark)
            if peak is None:
                self.unclear.add(place)
                return
            document[key] = stored_form(peak)
        self.changed.add(place)


def _holders(stored: Sequence[Any]) -> tuple[str, ...]:
    return tuple(mark[3] for mark in stored[1:] if mark is not None)


def _says_nothing(stored: Sequence[Any], mark: Mark) -> bool:
    """Whether a mark is plainly below both marks of a peak; most are, and need not be looked at more closely."""
    first, highest, before = stored
    return before is not None and mark.value < before[0] and mark.value < highest[0] and mark.moment >= tuple(first)


def clarify(connection: sa.Connection, user_id: UUID, change: PeakChange) -> None:
    """Make what is unclear anew, months before years before all time; the rows of workouts are written already."""
    months = {place for place in change.unclear if place[0] == Span.MONTH}
    if months:
        change.documents |= _months(connection, user_id, months)
    wider = change.unclear - months
    if wider:
        _widen(change, wider, _below(connection, user_id, wider) | change.documents)
    change.changed |= change.unclear


def _widen(change: PeakChange, wider: Iterable[Place], below: dict[Place, Document]) -> None:
    """Years from their months, then all time from its years."""
    for place in sorted(wider):
        span, start, discipline = place
        inner = Span.MONTH if span == Span.YEAR else Span.YEAR
        inside = (
            below[one]
            for one in sorted(below)
            if one[0] == inner and one[2] == discipline and Span(span).start(one[1]) == start
        )
        change.documents[place] = below[place] = joined_documents(inside)


def joined_documents(documents: Iterable[Mapping[str, Sequence[Any]]]) -> Document:
    """Peaks of spans in order of time, joined by key."""
    by_key: dict[str, list[Peak]] = {}
    for document in documents:
        for key, stored in document.items():
            by_key.setdefault(key, []).append(peak_from(stored))
    whole = {key: joined(peaks) for key, peaks in by_key.items()}
    return {key: stored_form(peak) for key, peak in whole.items() if peak is not None}


def document_of(contributions: Iterable[Contribution]) -> Document:
    """Peaks of some workouts of one discipline."""
    in_order = sorted(contributions, key=lambda one: min((mark.place for mark in one.marks.values()), default=()))
    return joined_documents({key: stored_form(alone(mark)) for key, mark in one.marks.items()} for one in in_order)


def _months(connection: sa.Connection, user_id: UUID, places: Iterable[Place]) -> dict[Place, Document]:
    firsts = sorted({start for _, start, _ in places})
    in_months = sa.or_(*(workout.c.local_date.between(first, end_of_month(first)) for first in firsts))
    query = sa.select(*(workout.c[name] for name in COLUMNS)).where(
        workout.c.user_id == user_id, workout.c.is_listed, in_months
    )
    found: dict[Place, list[Contribution]] = {place: [] for place in places}
    for row in connection.execute(query).mappings():
        one = contribution_of(StoredWorkout(**row))
        if one is not None and (place := (Span.MONTH, Span.MONTH.start(one.day), one.discipline)) in found:
            found[place].append(one)
    return {place: document_of(contributions) for place, contributions in found.items()}


def _below(connection: sa.Connection, user_id: UUID, places: Iterable[Place]) -> dict[Place, Document]:
    conditions = []
    for span, start, discipline in places:
        if span == Span.YEAR:
            within = best.c.start_date.between(start, start.replace(month=12, day=31))
            conditions.append(sa.and_(best.c.span == Span.MONTH, within, best.c.discipline == discipline))
        else:
            conditions.append(sa.and_(best.c.span == Span.YEAR, best.c.discipline == discipline))
    query = sa.select(best).where(best.c.user_id == user_id, sa.or_(*conditions))
    return {(row.span, row.start_date, row.discipline): row.marks for row in connection.execute(query)}
