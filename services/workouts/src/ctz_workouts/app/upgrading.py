"""What a new version does once about workouts and classes that an older one kept; nothing where there are none.

Every step is small and in a transaction of its own. A run that breaks off is done again from the beginning: what is
done already is not done a second time.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.db import Database
from ctz_workouts.app.classes import shelve
from ctz_workouts.domain.analysis import ANALYSIS_VERSION
from ctz_workouts.store.library import LibraryStore
from ctz_workouts.store.riders import RiderStore
from ctz_workouts.store.tables import rider, rider_note, workout
from ctz_workouts.store.tasks import TaskStore

_PAGE = 500


def bring_up_to_date(database: Database) -> None:
    """Put classes into the library that are not there, and let workouts that an older rule analysed be recomputed."""
    for class_id in _unshelved(database):
        database.run(partial(shelve, class_id=class_id))
    for user_id in _riders(database):
        with database.begin() as connection:
            RiderStore(connection).take_turn(user_id)
            TaskStore(connection).add_others(user_id, _outdated(connection, user_id))


def _unshelved(database: Database) -> Iterator[str]:
    page: Sequence[str] = ("",)
    while page:
        with database.read() as connection:
            page = LibraryStore(connection).unshelved(page[-1], _PAGE)
        yield from page


def _riders(database: Database) -> Iterator[UUID]:
    page: Sequence[UUID] = (UUID(int=0),)
    while page:
        behind = sa.select(rider.c.user_id).where(rider.c.user_id > page[-1]).order_by(rider.c.user_id).limit(_PAGE)
        with database.read() as connection:
            page = connection.execute(behind).scalars().all()
        yield from page


def _outdated(connection: sa.Connection, user_id: UUID) -> Sequence[UUID]:
    """What an older rule analysed, and what has an effort but no load yet; newest first."""
    is_outdated = sa.and_(workout.c.analysis_version > 0, workout.c.analysis_version < ANALYSIS_VERSION)
    lacks_load = sa.and_(workout.c.load.is_(None), rider_note.c.perceived_exertion.is_not(None))
    query = (
        sa.select(workout.c.workout_id)
        .select_from(workout.outerjoin(rider_note, rider_note.c.workout_id == workout.c.workout_id))
        .where(workout.c.user_id == user_id, sa.or_(is_outdated, lacks_load), workout.c.summary_revision > 0)
        .order_by(workout.c.start_time.desc())
    )
    return connection.execute(query).scalars().all()
