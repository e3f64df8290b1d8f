"""Queries on browser sessions and known devices."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_identity.domain.errors import NotFound
from ctz_identity.domain.metrics import MetricKind
from ctz_identity.domain.security_events import Client
from ctz_identity.domain.sessions import (
    ABSOLUTE_LIFETIME,
    DEVICE_LIFETIME,
    IDLE_LIFETIME,
    MAX_SESSIONS,
    TOUCH_INTERVAL,
    Session,
)
from ctz_identity.store.tables import account, device, metric_entry, session


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A valid session with what the pages need about its person."""

    session_id: UUID
    user_id: UUID
    authenticated_at: datetime
    created_at: datetime
    display_name: str
    is_administrator: bool
    time_zone: str
    units: str
    week_start: int
    onboarding_done: tuple[str, ...]
    ftp_watts: Decimal | None
    weight_kilograms: Decimal | None


class Sessions:
    """Sessions inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def open(self, session_id: UUID, user_id: UUID, secret_hash: bytes, *, client: Client, now: datetime) -> None:
        """Store a new session; beyond the most that one may have, those longest unused end."""
        surplus = (
            sa.select(session.c.id)
            .where(session.c.user_id == user_id)
            .order_by(session.c.last_used_at.desc(), session.c.id.desc())
            .offset(MAX_SESSIONS - 1)
        )
        self._connection.execute(sa.delete(session).where(session.c.id.in_(surplus)))
        self._connection.execute(
            sa.insert(session).values(
                id=session_id,
                user_id=user_id,
                secret_hash=secret_hash,
                created_at=now,
                last_used_at=now,
                authenticated_at=now,
                client_address=client.address,
                user_agent=client.user_agent,
            )
        )

    def exchange(self, secret_hash: bytes, *, now: datetime) -> OpenSession | None:
        """Return the valid session behind a secret, in one statement that writes at most once a minute."""
        moments = {"now": now, "idle_since": now - IDLE_LIFETIME, "born": now - ABSOLUTE_LIFETIME}
        values = {**moments, "hash_shown": secret_hash, "touch_before": now - TOUCH_INTERVAL}
        row = self._connection.execute(_EXCHANGE, values).one_or_none()
        if row is None:
            return None
        return OpenSession(
            session_id=row.id,
            user_id=row.user_id,
            authenticated_at=row.authenticated_at,
            created_at=row.created_at,
            display_name=row.display_name,
            is_administrator=row.is_administrator,
            time_zone=row.time_zone,
            units=row.units,
            week_start=row.week_start,
            onboarding_done=tuple(row.onboarding_done),
            ftp_watts=row.ftp_watts,
            weight_kilograms=row.weight_kilograms,
        )

    def renew(self, session_id: UUID, user_id: UUID, secret_hash: bytes, *, now: datetime) -> None:
        """Give a session a new secret and count its password as just entered; the old secret ends."""
        renewed = self._connection.execute(
            sa.update(session)
            .where(session.c.id == session_id, session.c.user_id == user_id)
            .values(secret_hash=secret_hash, authenticated_at=now, last_used_at=now)
        )
        if renewed.rowcount == 0:
            raise NotFound

    def list_owned(self, user_id: UUID, *, now: datetime) -> list[Session]:
        """Return a person's valid sessions, last used first."""
        rows = self._connection.execute(
            sa.select(session)
            .where(session.c.user_id == user_id, *_alive(now))
            .order_by(session.c.last_used_at.desc(), session.c.id.desc())
            .limit(MAX_SESSIONS)
        )
        return [Session(row.id, row.created_at, row.last_used_at, row.client_address, row.user_agent) for row in rows]

    def end_owned(self, user_id: UUID, session_id: UUID) -> bool:
        """End one of a person's sessions; say whether there was one."""
        ended = self._connection.execute(
            sa.delete(session).where(session.c.id == session_id, session.c.user_id == user_id)
        )
        return ended.rowcount == 1

    def end_all(self, user_id: UUID, *, except_session: UUID | None = None) -> None:
        """End a person's sessions, save perhaps one."""
        statement = sa.delete(session).where(session.c.user_id == user_id)
        if except_session is not None:
            statement = statement.where(session.c.id != except_session)
        self._connection.execute(statement)

    def know_device(self, user_id: UUID, secret_hash: bytes, *, known_hash: bytes | None, now: datetime) -> None:
        """Store a device's new secret in place of the one that it showed, if it showed a valid one."""
        if known_hash is not None:
            self._connection.execute(
                sa.delete(device).where(device.c.user_id == user_id, device.c.secret_hash == known_hash)
            )
        self._connection.execute(sa.insert(device).values(user_id=user_id, secret_hash=secret_hash, created_at=now))

    def forget_devices(self, user_id: UUID) -> None:
        """Trust no device of a person any more."""
        self._connection.execute(sa.delete(device).where(device.c.user_id == user_id))

    def prune(self, *, now: datetime) -> int:
        """Delete what has expired; return how many rows."""
        too_old = sa.or_(session.c.last_used_at <= now - IDLE_LIFETIME, session.c.created_at <= now - ABSOLUTE_LIFETIME)
        old_sessions = self._connection.execute(sa.delete(session).where(too_old)).rowcount
        old_devices = self._connection.execute(
            sa.delete(device).where(device.c.created_at <= now - DEVICE_LIFETIME)
        ).rowcount
        return old_sessions + old_devices


def _in_force(kind: MetricKind) -> sa.ScalarSelect[Decimal]:
    """Return the value of a metric that is in force `:now` for the session's person."""
    return (
        sa.select(metric_entry.c.value)
        .where(
            metric_entry.c.user_id == session.c.user_id,
            metric_entry.c.kind == kind.value,
            metric_entry.c.effective_at <= sa.bindparam("now"),
        )
        .order_by(metric_entry.c.effective_at.desc())
        .limit(1)
        .correlate(session)
        .scalar_subquery()
    )


def _exchange() -> sa.Select[Any]:
    is_valid = sa.and_(
        session.c.secret_hash == sa.bindparam("hash_shown"),
        session.c.last_used_at > sa.bindparam("idle_since"),
        session.c.created_at > sa.bindparam("born"),
    )
    touched = (
        sa.update(session)
        .where(is_valid, session.c.last_used_at < sa.bindparam("touch_before"))
        .values(last_used_at=sa.bindparam("now", type_=sa.DateTime(timezone=True)))
        .returning(session.c.id)
        .cte("touched")
    )
    return (
        sa.select(
            session.c.id,
            session.c.user_id,
            session.c.authenticated_at,
            session.c.created_at,
            account.c.display_name,
            account.c.is_administrator,
            account.c.time_zone,
            account.c.units,
            account.c.week_start,
            account.c.onboarding_done,
            _in_force(MetricKind.FTP).label("ftp_watts"),
            _in_force(MetricKind.WEIGHT).label("weight_kilograms"),
        )
        .join_from(session, account, sa.and_(account.c.id == session.c.user_id, account.c.is_active))
        .where(is_valid)
        .add_cte(touched)
    )


# Every page asks this: to put it together each time would cost more than to ask it.
_EXCHANGE = _exchange()


def _alive(now: datetime) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return session.c.last_used_at > now - IDLE_LIFETIME, session.c.created_at > now - ABSOLUTE_LIFETIME
