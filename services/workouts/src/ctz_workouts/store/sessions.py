"""Guided sessions, as far as fitness counts them."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_workouts.store.aggregate_tables import guided_session
from ctz_workouts.store.contributions import Contribution, load_carries, load_milli


@dataclass(frozen=True, slots=True)
class StoredSession:
    """One row of `guided_session`."""

    session_id: UUID
    user_id: UUID
    revision: int
    is_deleted: bool = False
    local_date: date | None = None
    category: str = ""
    done_seconds: int = 0
    load: float | None = None

    @property
    def contribution(self) -> Contribution | None:
        """What the session adds to its sums; none when it is gone."""
        if self.is_deleted or self.local_date is None:
            return None
        amounts = {"workout_count": 1, "duration_seconds": self.done_seconds}
        if self.load is not None:
            amounts |= {"scored_count": 1, "effort_load": load_milli(self.load)}
        carried = load_carries(self.load, self.local_date)
        return Contribution(str(self.session_id), self.local_date, self.category, amounts, carried)


def stored_session(connection: sa.Connection, session_id: UUID) -> StoredSession | None:
    """One session as it stands; none if nothing is known of it."""
    query = sa.select(guided_session).where(guided_session.c.session_id == session_id)
    row = connection.execute(query).mappings().first()
    return StoredSession(**row) if row is not None else None


def save_session(connection: sa.Connection, session: StoredSession) -> None:
    """Write one session."""
    values = asdict(session)
    insert = pg.insert(guided_session).values(values)
    changed = {name: insert.excluded[name] for name in values if name != "session_id"}
    connection.execute(insert.on_conflict_do_update(index_elements=[guided_session.c.session_id], set_=changed))
