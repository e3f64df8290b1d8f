"""A rider's own routines: made, changed and deleted; listed with those built in."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis import idempotency
from ctz_chassis.clock import Clock
from ctz_chassis.db import Database
from ctz_chassis.idempotency import RequestKey
from ctz_chassis.ids import uuid7
from ctz_plans.app.practice import find_own_routine, routine_id_of
from ctz_plans.domain.errors import RevisionStale
from ctz_plans.domain.library import Library
from ctz_plans.domain.practice import Collection, Pattern, PracticeName, Routine, Step
from ctz_plans.domain.practice_errors import (
    FieldRefused,
    PracticeNotFound,
    RoutineBuiltIn,
    RoutineLimitReached,
)
from ctz_plans.store.practice import RoutineStore, lock_rider
from ctz_plans.store.tables import request_ids

MOST_ROUTINES = 100

RoutinePosition = tuple[str, str]
"""Where a page of routines ends: title, folded, and key of its last one."""


@dataclass(frozen=True, slots=True)
class StepWish:
    """One step as a rider states it; the exercise's own pattern where none is told."""

    exercise: PracticeName
    pattern: Pattern | None


@dataclass(frozen=True, slots=True)
class RoutineWish:
    """A routine as a rider states it."""

    title: str
    description: str
    steps: Sequence[StepWish]


class RoutineBook:
    """Routines of riders."""

    def __init__(self, database: Database, library: Library, *, clock: Clock) -> None:
        self._database = database
        self._library = library
        self._clock = clock

    def list(
        self, user_id: UUID, *, after: RoutinePosition | None, page_size: int
    ) -> tuple[Sequence[Routine], RoutinePosition | None]:
        """A page of the built-in and the rider's own routines by title, and where it ends unless it is the last.

        Both are few (MOST_ROUTINES own ones), so they are read whole and put in one order here.
        """
        with self._database.read() as connection:
            own = RoutineStore(connection, self._library).of(user_id)
        ordered = sorted([*self._library.routines.values(), *own], key=_position)
        behind = [routine for routine in ordered if after is None or _position(routine) > after]
        page = behind[:page_size]
        return page, _position(page[-1]) if len(behind) > page_size else None

    def create(self, user_id: UUID, wish: RoutineWish, *, key: RequestKey) -> Routine:
        """Make a routine; a repeated request makes none and gets the one that it made, as it is now."""
        made = self._routine(str(uuid7()), wish, revision=1)

        def make(connection: sa.Connection) -> bytes:
            lock_rider(connection, user_id)
            store = RoutineStore(connection, self._library)
            if store.count(user_id) >= MOST_ROUTINES:
                raise RoutineLimitReached(MOST_ROUTINES)
            store.add(user_id, made, now=self._clock())
            return UUID(made.key).bytes

        def work(connection: sa.Connection) -> Routine:
            first = UUID(bytes=idempotency.once(connection, request_ids, user_id, key, lambda: make(connection)).body)
            return find_own_routine(connection, self._library, user_id, PracticeName(Collection.ROUTINES, str(first)))

        return self._database.run(work)

    def replace(self, user_id: UUID, name: PracticeName, wish: RoutineWish, *, revision: int) -> Routine:
        """Replace an own routine where `revision` is the stored one."""
        self._refuse_built_in(name)
        changed = self._routine(str(routine_id_of(name)), wish, revision=revision + 1)

        def work(connection: sa.Connection) -> Routine:
            store = RoutineStore(connection, self._library)
            if not store.replace_owned(user_id, changed, now=self._clock()):
                raise RevisionStale(find_own_routine(connection, self._library, user_id, name).revision)
            return changed

        return self._database.run(work)

    def delete(self, user_id: UUID, name: PracticeName) -> None:
        """Delete an own routine."""
        self._refuse_built_in(name)
        routine_id = routine_id_of(name)
        if not self._database.run(
            lambda connection: RoutineStore(connection, self._library).delete_owned(user_id, routine_id)
        ):
            raise PracticeNotFound("routine")

    def _refuse_built_in(self, name: PracticeName) -> None:
        if name.collection is Collection.ROUTINES and name.key in self._library.routines:
            raise RoutineBuiltIn

    def _routine(self, key: str, wish: RoutineWish, *, revision: int) -> Routine:
        steps = tuple(self._step(number, step) for number, step in enumerate(wish.steps))
        try:
            return Routine(key, wish.title, wish.description, steps, is_built_in=False, revision=revision)
        except FieldRefused as refused:
            raise refused.under("routine") from refused

    def _step(self, number: int, wish: StepWish) -> Step:
        known = self._library.exercises.get(wish.exercise.key)
        if wish.exercise.collection is not Collection.EXERCISES or known is None:
            raise FieldRefused(f"routine.steps[{number}].exercise", "there is no such exercise")
        return Step(known, wish.pattern)


def _position(routine: Routine) -> RoutinePosition:
    return routine.title.casefold(), routine.key
