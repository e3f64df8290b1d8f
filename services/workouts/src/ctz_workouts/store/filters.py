"""What a list keeps, as groups of terms and spans of figures, and how many workouts can match at the most."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store import terms
from ctz_workouts.store.orders import DURATION
from ctz_workouts.store.tables import workout
from ctz_workouts.store.terms import Term
from ctz_workouts.store.vocabulary import Known

_MANUAL: Final = (terms.SOURCE, "manual")
_MINUTE: Final = 60
# Of these kinds a workout has one value, so the counts of several values add up.
_EXCLUSIVE: Final = frozenset(
    {terms.DISCIPLINE, terms.INSTRUCTOR, terms.CLASS_TYPE, terms.SOURCE, terms.MINUTES, terms.LOAD}
)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list keeps; an empty field keeps everything."""

    words: tuple[str, ...] = ()
    disciplines: tuple[str, ...] = ()
    instructors: tuple[str, ...] = ()
    class_types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    from_date: date | None = None
    to_date: date | None = None
    min_duration_seconds: int | None = None
    max_duration_seconds: int | None = None
    min_load: float | None = None
    max_load: float | None = None
    is_manual: bool | None = None
    """Only what was entered by hand, or only what was not."""

    @property
    def is_empty(self) -> bool:
        """Whether everything is kept."""
        return self == Filter()

    def groups(self) -> Iterator[Sequence[Term]]:
        """Groups of terms without those of words: of each a workout has at least one."""
        for kind, values in (
            (terms.DISCIPLINE, self.disciplines),
            (terms.INSTRUCTOR, self.instructors),
            (terms.CLASS_TYPE, self.class_types),
            (terms.TAG, self.tags),
        ):
            if values:
                yield [(kind, value) for value in values]
        yield from ([(terms.MARK, mark)] for mark in self.marks)
        if self.is_manual:
            yield [_MANUAL]
        if self.min_duration_seconds is not None or self.max_duration_seconds is not None:
            yield [(terms.MINUTES, str(step)) for step in self._minutes()]
        if self.min_load is not None or self.max_load is not None:
            yield [(terms.LOAD, str(step)) for step in self._loads()]

    def months(self) -> tuple[str, str]:
        """The first and the last month of the days, `2026-05`; of an open end the first and the last of all."""
        first = self.from_date.isoformat()[:7] if self.from_date is not None else ""
        return first, self.to_date.isoformat()[:7] if self.to_date is not None else "9999-12"

    def _minutes(self) -> range:
        last = terms.minutes_step(self.max_duration_seconds) if self.max_duration_seconds is not None else None
        first = int(terms.minutes_step(self.min_duration_seconds or 0))
        return range(first, (int(last) if last is not None else terms.LONGEST_MINUTES) + 1)

    def _loads(self) -> range:
        last = terms.load_step(self.max_load) if self.max_load is not None else terms.HIGHEST_LOAD_STEP
        return range(int(terms.load_step(self.min_load or 0)), int(last) + 1)

    def days(self) -> list[sa.ColumnElement[bool]]:
        """The span of days."""
        return [*_between(workout.c.local_date, self.from_date, self.to_date)]

    def rest(self) -> list[sa.ColumnElement[bool]]:
        """What neither terms nor days say: lengths and loads to the second and the tenth, and what is not by hand."""
        lengths = _between(DURATION, self.min_duration_seconds, self.max_duration_seconds)
        loads = _between(workout.c.load, self.min_load, self.max_load)
        return [*lengths, *loads, *([workout.c.source != _MANUAL[1]] if self.is_manual is False else [])]

    @property
    def are_terms_enough(self) -> bool:
        """Whether terms say everything: whole minutes, no days, no loads."""
        low, high = self.min_duration_seconds, self.max_duration_seconds
        are_whole = (low is None or low % _MINUTE == 0) and (high is None or high % _MINUTE == _MINUTE - 1)
        rest = (self.from_date, self.to_date, self.min_load, self.max_load)
        is_whole_span = are_whole and (high is None or high // _MINUTE < terms.LONGEST_MINUTES)
        return is_whole_span and all(each is None for each in rest) and self.is_manual is not False


def _between(column: sa.ColumnElement[Any], low: object, high: object) -> Iterator[sa.ColumnElement[bool]]:
    if low is not None:
        yield column >= low
    if high is not None:
        yield column <= high


@dataclass(frozen=True, slots=True)
class Group:
    """Terms of which a workout has at least one; at most `bound` of the rider's listed workouts have one."""

    numbers: Sequence[int]
    bound: int
    is_bound_exact: bool


@dataclass(frozen=True, slots=True)
class Search:
    """A filter ready to be asked for, with what the rider's counts tell beforehand."""

    groups: Sequence[Group]
    days: Sequence[sa.ColumnElement[bool]]
    rest: Sequence[sa.ColumnElement[bool]]
    bound: int
    """At most this many match."""
    is_bound_exact: bool
    """Whether exactly as many match."""

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.groups or self.days or self.rest)

    def by_index(self) -> list[sa.ColumnElement[bool]]:
        """Conditions that the index of terms answers."""
        return [*(_shares(workout.c.terms, group) for group in self.groups), *self.days, *self.rest]

    def by_row(self) -> list[sa.ColumnElement[bool]]:
        """The same in a form that no index answers, without the days: for workouts that are looked at one by one."""
        found = [sa.func.arrayoverlap(workout.c.terms, _array(group)) for group in self.groups]
        return [sa.true(), *found, *self.rest]


EVERYTHING: Final = Search((), (), (), bound=1, is_bound_exact=False)
"""Nothing is left out; how many that are was not asked."""


def _array(group: Group) -> sa.ColumnElement[Any]:
    return sa.literal(list(group.numbers), pg.ARRAY(sa.BigInteger))


def _shares(column: sa.Column[Any], group: Group) -> sa.ColumnElement[bool]:
    return column.contains(_array(group)) if len(group.numbers) == 1 else column.overlap(_array(group))


def search_of(user_id: UUID, kept: Filter, known: Known) -> Search:
    """Make a filter ready, with what the rider's counts tell of it."""
    groups = [_group(user_id, group, known.counts) for group in kept.groups()]
    groups += [
        _group(user_id, [*found], found)
        for found in ({(terms.WORD, word): n for word, n in each.words.items()} for each in known.meanings)
    ]
    bounds = [known.listed, known.in_months, *(group.bound for group in groups)]
    is_exact = kept.are_terms_enough and (not groups or (len(groups) == 1 and groups[0].is_bound_exact))
    return Search(groups, kept.days(), kept.rest(), min(bounds), is_exact)


def _group(user_id: UUID, group: Sequence[Term], counts: Mapping[Term, int]) -> Group:
    known = [term for term in group if counts.get(term)]
    is_exact = len(known) <= 1 or known[0][0] in _EXCLUSIVE
    return Group([terms.number_of(user_id, term) for term in known], sum(counts[term] for term in known), is_exact)
