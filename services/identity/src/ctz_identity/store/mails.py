"""The queue of outgoing mail: sealed, leased while it is sent, deleted when it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.ids import uuid7
from ctz_identity.store.tables import outgoing_mail


@dataclass(frozen=True, slots=True)
class LeasedMail:
    """A mail that this worker may send until its lease ends."""

    mail_id: UUID
    sealed: bytes
    attempts: int


class OutgoingMails:
    """Outgoing mail inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, sealed: bytes, *, now: datetime) -> None:
        """Store a mail to be sent when this transaction commits."""
        self._connection.execute(
            sa.insert(outgoing_mail).values(id=uuid7(), sealed=sealed, created_at=now, due_at=now, attempts=0)
        )

    def lease(self, *, now: datetime, lease: timedelta) -> LeasedMail | None:
        """Take the mail that is due longest; no other worker takes it before the lease ends."""
        due = (
            sa.select(outgoing_mail.c.id)
            .where(outgoing_mail.c.due_at <= now)
            .order_by(outgoing_mail.c.due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = self._connection.execute(
            sa.update(outgoing_mail)
            .where(outgoing_mail.c.id == due.scalar_subquery())
            .values(due_at=now + lease, attempts=outgoing_mail.c.attempts + 1)
            .returning(outgoing_mail.c.id, outgoing_mail.c.sealed, outgoing_mail.c.attempts)
        ).one_or_none()
        return None if row is None else LeasedMail(row.id, bytes(row.sealed), row.attempts)

    def remove(self, mail_id: UUID) -> None:
        """Forget a mail that was sent or given up."""
        self._connection.execute(sa.delete(outgoing_mail).where(outgoing_mail.c.id == mail_id))

    def put_off(self, mail_id: UUID, *, until: datetime) -> None:
        """Try a mail again later."""
        self._connection.execute(sa.update(outgoing_mail).where(outgoing_mail.c.id == mail_id).values(due_at=until))
