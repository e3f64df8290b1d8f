"""Connections of riders to Peloton."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_peloton_sync.store.tables import connection as t
from ctz_peloton_sync.store.tables import sync_task


@dataclass(frozen=True, slots=True)
class StoredConnection:
    """One rider's connection; no secret is in it."""

    user_id: UUID
    connection_id: UUID
    peloton_user_id: str
    peloton_username: str
    state: str
    state_reason: str
    state_time: datetime
    connected_at: datetime
    is_renewable: bool
    total_workouts: int | None
    revision: int
    refusals: int
    resume_at: datetime | None
    next_run_at: datetime | None
    ftp_account: str
    ftp_searched: str
    is_ftp_searching: bool
    ftp_reading: str


_COLUMNS = tuple(t.c[name] for name in StoredConnection.__slots__)


class ConnectionStore:
    """Reads and writes connections."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, user_id: UUID, *, lock: bool = False) -> StoredConnection | None:
        """The rider's connection."""
        query = sa.select(*_COLUMNS).where(t.c.user_id == user_id)
        row = self._connection.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else StoredConnection(*row)

    def connect(
        self,
        *,
        user_id: UUID,
        connection_id: UUID,
        peloton_user_id: str,
        username: str,
        total_workouts: int | None,
        is_renewable: bool,
        now: datetime,
    ) -> StoredConnection:
        """Store a new or renewed connection as active; the plan of runs of an earlier one holds."""
        fresh = {
            "connection_id": connection_id,
            "peloton_user_id": peloton_user_id,
            "peloton_username": username,
            "state": "active",
            "state_reason": "",
            "state_time": now,
            "connected_at": now,
            "is_renewable": is_renewable,
            "total_workouts": total_workouts,
            "refusals": 0,
            "refused_at": None,
            "resume_at": None,
        }
        upsert = (
            pg.insert(t)
            .values(user_id=user_id, revision=1, **fresh)
            .on_conflict_do_update(index_elements=[t.c.user_id], set_={**fresh, "revision": t.c.revision + 1})
            .returning(*_COLUMNS)
        )
        return StoredConnection(*self._connection.execute(upsert).one())

    def set_state(self, user_id: UUID, state: str, reason: str, now: datetime) -> StoredConnection | None:
        """Change the state; none when it is so already."""
        change = (
            sa.update(t)
            .where(t.c.user_id == user_id, sa.or_(t.c.state != state, t.c.state_reason != reason))
            .values(state=state, state_reason=reason, state_time=now, revision=t.c.revision + 1)
            .returning(*_COLUMNS)
        )
        row = self._connection.execute(change).one_or_none()
        return None if row is None else StoredConnection(*row)

    def note_account(self, user_id: UUID, *, username: str, total: int | None, ftp_account: str) -> None:
        """Keep what /me said."""
        self._connection.execute(
            sa.update(t)
            .where(t.c.user_id == user_id)
            .values(peloton_username=username, total_workouts=total, ftp_account=ftp_account)
        )

    def note_refusal(self, user_id: UUID, now: datetime) -> int:
        """Count a 403 of this account; return how many there are since the last good answer, 0 when it is gone."""
        count = (
            sa.update(t)
            .where(t.c.user_id == user_id)
            .values(refusals=t.c.refusals + 1, refused_at=now)
            .returning(t.c.refusals)
        )
        return self._connection.execute(count).scalar_one_or_none() or 0

    def clear_refusals(self, user_id: UUID) -> None:
        """A call of this account went through."""
        self._connection.execute(
            sa.update(t).where(t.c.user_id == user_id, t.c.refusals > 0).values(refusals=0, refused_at=None)
        )

    def end_refusals(self) -> None:
        """Let every refused account try again."""
        self._connection.execute(
            sa.update(t).where(t.c.refused_at.is_not(None)).values(refusals=0, refused_at=None, resume_at=None)
        )

    def refused_accounts(self, since: datetime) -> int:
        """How many accounts Peloton refuses lately."""
        query = sa.select(sa.func.count()).select_from(t).where(t.c.refused_at >= since)
        return self._connection.execute(query).scalar_one()

    def pause(self, user_id: UUID, until: datetime | None) -> None:
        """Claim nothing for this account before the later of this time and the one that is set; none ends the pause."""
        resume = None if until is None else sa.func.greatest(t.c.resume_at, until)
        self._connection.execute(sa.update(t).where(t.c.user_id == user_id).values(resume_at=resume))

    def schedule(self, user_id: UUID, at: datetime | None) -> None:
        """Set the next run by schedule."""
        self._connection.execute(sa.update(t).where(t.c.user_id == user_id).values(next_run_at=at))

    def due_for_run(self, now: datetime, limit: int) -> list[UUID]:
        """Active connections whose next run is due; others at the same work pass them over."""
        query = (
            sa.select(t.c.user_id)
            .where(t.c.state == "active", t.c.next_run_at <= now)
            .order_by(t.c.next_run_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return list(self._connection.execute(query).scalars())

    def best_served(self, now: datetime) -> UUID | None:
        """The active account whose call went through last: for what is asked for everybody; none without one."""
        query = (
            sa.select(t.c.user_id)
            .where(t.c.state == "active", t.c.served_at.is_not(None), t.c.refusals == 0)
            .where(sa.not_(_is_paused(now)))
            .order_by(t.c.served_at.desc(), t.c.user_id)
            .limit(1)
        )
        return self._connection.execute(query).scalar()

    def is_any_waiting(self, now: datetime) -> bool:
        """Whether anything is under way, or waits for a rider whom Peloton may be asked for."""
        task = sync_task.c
        waiting = sa.exists().where(
            task.user_id == t.c.user_id, task.state == "pending", t.c.state == "active", sa.not_(_is_paused(now))
        )
        leased = sa.exists().where(task.state == "leased")
        return bool(self._connection.execute(sa.select(sa.or_(waiting, leased))).scalar())

    def set_ftp_search(self, user_id: UUID, *, is_searching: bool, searched: str) -> None:
        """Note whether the FTP history is being looked up, and for which account value."""
        self._connection.execute(
            sa.update(t).where(t.c.user_id == user_id).values(is_ftp_searching=is_searching, ftp_searched=searched)
        )

    def set_ftp_reading(self, user_id: UUID, reading: str) -> None:
        """Keep the reading of the FTP history that the rider said yes to."""
        self._connection.execute(sa.update(t).where(t.c.user_id == user_id).values(ftp_reading=reading))


def _is_paused(now: datetime) -> sa.ColumnElement[bool]:
    return sa.func.coalesce(t.c.resume_at > now, sa.false())
