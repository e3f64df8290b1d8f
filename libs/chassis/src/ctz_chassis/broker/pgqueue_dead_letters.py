"""Dead letters in the queue table, for operators."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.broker.pgqueue_session import is_one_of
from ctz_chassis.broker.pgqueue_tables import MESSAGE, channel
from ctz_chassis.broker.ports import BrokerUnavailable, DeadLetter, QueueSpec
from ctz_chassis.db import Database, DatabaseUnavailable, make_engine
from ctz_chassis.events import MAX_BODY_BYTES, Poison, from_headers

_M = MESSAGE.c
_COLUMNS = (_M.id, _M.headers, _M.data, _M.dead_at, _M.dead_reason, _M.dead_detail)


class PgDeadLetters:
    """The dead letters of one consumer's queue."""

    def __init__(self, url: str, spec: QueueSpec) -> None:
        self._spec = spec
        self._database = Database(make_engine(url, application_name="dead letters", pool_size=1, max_overflow=0))

    def list(self, limit: int = 100) -> Sequence[DeadLetter]:
        """Return the oldest ones."""
        oldest = sa.select(*_COLUMNS).where(self._dead()).order_by(_M.dead_at, _M.id).limit(limit)
        return self._letters(oldest)

    def replay(self, keys: Sequence[str] | None = None) -> Sequence[DeadLetter]:
        """Put these, or all, back into the queue, as if they had never been delivered."""
        alive = {"dead_at": None, "dead_reason": None, "dead_detail": None}
        chosen = self._dead() if keys is None else self._dead() & is_one_of(_numbers(keys))
        # Read before they change: the answer says why each of them had died.
        dying = sa.select(*_COLUMNS).where(chosen).with_for_update().cte("dying")
        back = (
            sa.update(MESSAGE)
            .where(_M.id == dying.c.id)
            .values(**alive, available_at=sa.func.now(), deliveries=0)
            .returning(*dying.c)
        )
        return self._letters(back)

    def discard(self, keys: Sequence[str]) -> Sequence[DeadLetter]:
        """Delete these for good."""
        return self._letters(sa.delete(MESSAGE).where(self._dead(), is_one_of(_numbers(keys))).returning(*_COLUMNS))

    def close(self) -> None:
        """Close the connection."""
        self._database.close()

    def _dead(self) -> sa.ColumnElement[bool]:
        return (_M.queue == self._spec.name) & _M.dead_at.is_not(None)

    def _letters(self, statement: Any) -> Sequence[DeadLetter]:
        try:
            with self._database.begin() as connection:
                rows = connection.execute(statement).all()
                connection.execute(sa.select(sa.func.pg_notify(channel(self._spec.name), "")))
        except DatabaseUnavailable as error:
            raise BrokerUnavailable(str(error)) from error
        return [_letter(row) for row in rows]


def _numbers(keys: Sequence[str]) -> list[int]:
    return [int(key) for key in keys if key.isdecimal()]


def _letter(row: sa.Row[Any]) -> DeadLetter:
    event_id: UUID | None = None
    event_type = subject = ""
    body = bytes(row.data)
    with suppress(Poison):
        event = from_headers(row.headers, body[:MAX_BODY_BYTES])
        event_id, event_type, subject = event.id, event.type, event.subject
    return DeadLetter(
        key=str(row.id),
        event_id=event_id,
        type=event_type,
        subject=subject,
        reason=row.dead_reason,
        detail=row.dead_detail,
        dead_at=row.dead_at,
        data=body,
    )
