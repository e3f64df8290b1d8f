"""What the rider wrote or hid: rows that events never touch."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.tables import rider_note


class NoteStore:
    """Notes within one transaction; the workout must be known to be the rider's."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    def write(self, workout_id: UUID, **values: Any) -> None:
        """Change `notes`, `perceived_exertion` or both."""
        self._upsert(workout_id, values)

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
