"""What there is to practise: exercises and routines of the library, and a rider's own routines."""

from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.db import Database
from ctz_plans.domain.library import Library
from ctz_plans.domain.practice import Collection, Practice, PracticeName, Routine
from ctz_plans.domain.practice_errors import PracticeNotFound
from ctz_plans.domain.timeline import Timeline, compile_timeline
from ctz_plans.store.practice import RoutineStore


def find_practice(connection: sa.Connection, library: Library, user_id: UUID, name: PracticeName) -> Practice:
    """The exercise or routine of that name, built in or the rider's own; raises PracticeNotFound."""
    return library.practice(name) or find_own_routine(connection, library, user_id, name)


def find_own_routine(connection: sa.Connection, library: Library, user_id: UUID, name: PracticeName) -> Routine:
    """The rider's own routine of that name; raises PracticeNotFound."""
    found = RoutineStore(connection, library).find_owned(user_id, routine_id_of(name))
    if found is None:
        raise PracticeNotFound("routine")
    return found


def routine_id_of(name: PracticeName) -> UUID:
    """The id in the name of an own routine; raises PracticeNotFound for any other name."""
    try:
        routine_id = UUID(name.key)
    except ValueError:
        raise PracticeNotFound("routine") from None
    if name.collection is not Collection.ROUTINES or str(routine_id) != name.key:
        raise PracticeNotFound("routine")
    return routine_id


def get_practice(database: Database, library: Library, user_id: UUID, name: PracticeName) -> Practice:
    """The exercise or routine of that name; what came with the product costs no statement."""
    built_in = library.practice(name)
    if built_in is not None:
        return built_in
    with database.read() as connection:
        return find_own_routine(connection, library, user_id, name)


def get_timeline(database: Database, library: Library, user_id: UUID, name: PracticeName) -> Timeline:
    """How a session of that practice runs."""
    return compile_timeline(get_practice(database, library, user_id, name))
