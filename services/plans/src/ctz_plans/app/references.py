"""What items and templates may refer to: what came with the product, and the rider's own."""

from collections.abc import Collection, Iterable
from uuid import UUID

import sqlalchemy as sa

from ctz_plans.domain.activity import Activity
from ctz_plans.domain.practice import Collection as Names
from ctz_plans.domain.practice import PracticeName
from ctz_plans.domain.practice_errors import PracticeNotFound
from ctz_plans.store.practice import owned_routines


def refuse_others_routines(
    connection: sa.Connection, user_id: UUID, wanted: Iterable[Activity], *, known: Collection[str] = ()
) -> None:
    """Refuse routines of somebody else like those that do not exist; in one statement, and none where none is named.

    `known` are names that were there before: a rider may keep what refers to a routine that they deleted since.
    """
    named = {activity.routine for activity in wanted} - set(known)
    ids = {routine_id for name in named if (routine_id := _own_id(name)) is not None}
    if ids and ids - owned_routines(connection, user_id, ids):
        raise PracticeNotFound("routine")


def _own_id(name: str) -> UUID | None:
    """The id in the name of a rider's routine; none in other names, which are of the library."""
    if not name:
        return None
    practice = PracticeName.parse(name, "routine")
    try:
        return UUID(practice.key) if practice.collection is Names.ROUTINES else None
    except ValueError:
        return None
