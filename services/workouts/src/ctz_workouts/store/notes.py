"""What the rider wrote or hid: rows that events never touch."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.domain.errors import RevisionStaleError
from ctz_workouts.store.tables import rider_note

_NOTHING: Final[Mapping[str, Any]] = {"notes": "", "tags": [], "perceived_exertion": None, "feel": None, "revision": 0}
"""What stands before anything was written."""


class NoteStore:
    """Notes within one transaction; the workout must be known to be the rider's."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    def write(self, workout_id: UUID, *, revision: int | None, **values: Any) -> None:
        """Change any of `notes`, `tags`, `perceived_exertion` and `feel` where the rider saw the stored revision.

        Without a revision the newest word stands. Writing what stands already changes nothing, however old the
        revision: so a request that is sent twice is not refused.
        """
        stored = self._stored(workout_id)
        if all(stored[name] == value for name, value in values.items()):
            return
        if revision not in {None, stored["revision"]}:
            raise RevisionStaleError(stored["revision"])
        self._upsert(workout_id, values | {"revision": stored["revision"] + 1})

    def _stored(self, workout_id: UUID) -> Mapping[str, Any]:
        own = sa.and_(rider_note.c.workout_id == workout_id, rider_note.c.user_id == self._user_id)
        row = self._connection.execute(sa.select(*(rider_note.c[name] for name in _NOTHING)).where(own)).mappings()
        found = row.first()
        return dict(found) if found is not None else _NOTHING

    def hide(self, workout_id: UUID, at: datetime) -> None:
        """Mark a workout as hidden."""
        self._upsert(workout_id, {"hidden_at": at})

    def show(self, workout_id: UUID) -> None:
        """Take the mark away."""
        self._upsert(workout_id, {"hidden_at": None})

    def _upsert(self, workout_id: UUID, values: dict[str, Any]) -> None:
        insert = pg.insert(rider_note).values(workout_id=workout_id, user_id=self._user_id, **values)
        self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=[rider_note.c.workout_id], set_=values, where=rider_note.c.user_id == self._user_id
            )
        )
