"""Erasing an account in one service: its rows go, a tombstone stays, and what comes late finds it.

identity publishes `identity.user.deleted.v1`; every other service answers `<service>.user.erased.v1` from the
transaction in which its last row of the user went. Tables that may hold very much of a user are emptied before, in
small transactions, so that a service which is stopped goes on where it was. The tombstone (id and time, nothing else)
makes consumers drop what is still on its way or is replayed later; what a call or a worker that was under way writes
after that transaction is found by the hourly sweep.
"""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from ctz.identity.events.v1 import events_pb2 as identity
from google.protobuf.message import Message
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis import outbox
from ctz_chassis.clock import Clock, utc_now
from ctz_chassis.consumers import EventHandler, Preparation
from ctz_chassis.db import Database
from ctz_chassis.event_fields import identifier, instant
from ctz_chassis.events import Event, new_event

TABLE_NAME = "tombstone"
DELETED = "identity.user.deleted.v1"
ERASED = "{service}.user.erased.v1"
BATCH_ROWS = 2_000
"""Rows that one statement deletes: a history of years must not run into the statement time-out."""
# Longer than any user token lives and any task is leased, also where the sweep itself was down for a day.
_SWEPT_FOR = "interval '2 days'"

Extra = Callable[[sa.Connection, UUID], None]
"""Erases what the general rule does not reach, before it is applied."""


def tombstone_table(metadata: sa.MetaData, schema: str) -> sa.Table:
    """Return the tombstones of a schema; `migrations.ops.create_tombstones` creates them."""
    return sa.Table(
        TABLE_NAME,
        metadata,
        sa.Column("user_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        schema=schema,
    )


class Erasure:
    """Erases accounts from one schema: every table with a column `user_id`, the outbox, and what `extras` know.

    Tables that are `spared` keep their rows: `extras` see to them. Tables that are `heavy` say how many of their rows
    one statement deletes, and nothing of `extras` may rest on their rows.
    """

    def __init__(
        self,
        service: str,
        *,
        tombstones: sa.Table,
        outbox_table: sa.Table,
        extras: Sequence[Extra] = (),
        spared: Sequence[sa.Table] = (),
        heavy: Mapping[sa.Table, int] | None = None,
        batch_rows: int = BATCH_ROWS,
        clock: Clock = utc_now,
    ) -> None:
        self._service = service
        self._erased = ERASED.format(service=service)
        self._tombstones = tombstones
        self._outbox = outbox_table
        self._extras = tuple(extras)
        self._spared = {tombstones, *spared}
        self._heavy = dict(heavy or {})
        self._batch_rows = batch_rows
        self._clock = clock

    @property
    def handlers(self) -> Mapping[str, EventHandler]:
        """What the service's consumer does about deleted accounts."""
        return {DELETED: self.on_deleted}

    @property
    def preparations(self) -> Mapping[str, Preparation]:
        """What precedes the transaction of a deleted account."""
        return {DELETED: self.lighten}

    @property
    def message_types(self) -> Mapping[str, type[Message]]:
        """The messages of `handlers`."""
        return {DELETED: identity.UserDeleted}

    def lighten(self, database: Database, message: identity.UserDeleted) -> None:
        """Empty the heavy tables of an account, each statement in a transaction of its own."""
        user_id = identifier(message.user_id, "user_id")
        for table in self.tables:
            if table in self._heavy:
                batch = self._batch(table, table.c.user_id == user_id)
                while database.run(lambda connection, batch=batch: connection.execute(batch).rowcount):  # type: ignore[misc]
                    pass

    def on_deleted(self, connection: sa.Connection, message: identity.UserDeleted, event: Event) -> None:
        """Erase an account and say so, in the transaction of the event."""
        user_id = identifier(message.user_id, "user_id")
        deleted_at = instant(message.delete_time, "delete_time") if message.HasField("delete_time") else event.time
        bury = pg.insert(self._tombstones).values(user_id=user_id, deleted_at=deleted_at)
        connection.execute(bury.on_conflict_do_nothing(index_elements=[self._tombstones.c.user_id]))
        self.erase(connection, user_id)
        erased = identity.UserErased(user_id=str(user_id), service=self._service)
        erased.erase_time.FromDatetime(self._clock())
        told = new_event(self._erased, source=self._service, user_id=user_id, message=erased, clock=self._clock)
        outbox.add(connection, self._outbox, told)

    def erase(self, connection: sa.Connection, user_id: UUID) -> int:
        """Delete every row of a user but the tombstone; return how many the general rule deleted."""
        for extra in self._extras:
            extra(connection, user_id)
        return sum(self._delete(connection, table, own) for table, own in self._holding(user_id))

    def sweep(self, connection: sa.Connection) -> int:
        """Erase again what accounts erased within two days still or again have; return how many rows there were."""
        recent = self._tombstones.c.erased_at > sa.func.now() - sa.text(_SWEPT_FOR)
        buried = connection.execute(sa.select(self._tombstones.c.user_id).where(recent)).scalars().all()
        return sum(self._left(connection, user_id) and self.erase(connection, user_id) for user_id in buried)

    @property
    def tables(self) -> list[sa.Table]:
        """The tables with a column `user_id`, those that refer to others first."""
        known = reversed(self._tombstones.metadata.sorted_tables)
        return [table for table in known if "user_id" in table.c and table not in self._spared]

    def _holding(self, user_id: UUID) -> list[tuple[sa.Table, sa.ColumnElement[bool]]]:
        """Every table that may hold something of a user, with the condition that finds it.

        The event that tells of the erasing may wait for the broker while a sweep comes by: it stays.
        """
        waiting = sa.and_(self._outbox.c.subject == str(user_id), self._outbox.c.type != self._erased)
        return [(table, table.c.user_id == user_id) for table in self.tables] + [(self._outbox, waiting)]

    def _left(self, connection: sa.Connection, user_id: UUID) -> bool:
        found = [sa.exists().where(own) for _, own in self._holding(user_id)]
        return bool(connection.execute(sa.select(sa.or_(*found))).scalar())

    def _delete(self, connection: sa.Connection, table: sa.Table, own: sa.ColumnElement[bool]) -> int:
        batch, total = self._batch(table, own), 0
        while deleted := connection.execute(batch).rowcount:
            total += deleted
        return total

    def _batch(self, table: sa.Table, own: sa.ColumnElement[bool]) -> sa.Delete:
        key = list(table.primary_key.columns)
        some = sa.select(*key).where(own).limit(self._heavy.get(table, self._batch_rows))
        return sa.delete(table).where((sa.tuple_(*key) if len(key) > 1 else key[0]).in_(some))
