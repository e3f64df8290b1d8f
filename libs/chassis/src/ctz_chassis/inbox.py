"""Inbox: which events a consumer has handled, so that a second delivery has no effect, and how often it tried."""

import hashlib
import logging
from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.events import Event
from ctz_chassis.metrics import counter

logger = logging.getLogger(__name__)

TABLE_NAME = "inbox"
# Longer than any event can come back: the outbox replays 30 days, dead letters are looked at within weeks.
KEEP_DAYS = 90
_PRUNE_ROWS = 10_000
_FINGERPRINT_BYTES = 16


def inbox_table(metadata: sa.MetaData, schema: str) -> sa.Table:
    """Return the inbox of a schema; `migrations.ops.create_inbox` creates it."""
    return sa.Table(
        TABLE_NAME,
        metadata,
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("event_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="1"),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("handled_at", sa.DateTime(timezone=True)),
        sa.Index("inbox_seen", "seen_at"),
        schema=schema,
    )


def fingerprint(event: Event) -> bytes:
    """Return what tells two bodies under one event id apart."""
    digest = hashlib.blake2b(event.type.encode(), digest_size=_FINGERPRINT_BYTES)
    digest.update(event.data)
    return digest.digest()


def first_times(
    connection: sa.Connection,
    table: sa.Table,
    consumer: str,
    events: Sequence[Event],
    tombstones: sa.Table | None = None,
) -> list[bool]:
    """Mark events about one user as handled in this transaction; tell of each whether it was not: the first body wins.

    None is new where the user has a tombstone; such events are dropped without a trace.
    """
    places = {event.id: place for place, event in reversed(list(enumerate(events)))}
    mine: dict[str, Any] = {
        "consumer": consumer,
        "event_ids": list(places),
        "fingerprints": [fingerprint(events[place]) for place in places.values()],
    }
    if tombstones is not None:
        mine["subject"] = _user_of(events[0])
    marked = set(connection.execute(_handle_once(table, tombstones), mine).scalars())
    are_new = [event.id in marked and place == places[event.id] for place, event in enumerate(events)]
    for event, is_new in zip(events, are_new, strict=True):
        if not is_new:
            _report_conflict(connection, table, consumer, event)
    return are_new


@cache
def _handle_once(table: sa.Table, tombstones: sa.Table | None) -> sa.Executable:
    """Return the statement once for a table: building it costs more than running it."""
    uuids, bodies = pg.ARRAY(pg.UUID(as_uuid=True)), pg.ARRAY(sa.LargeBinary)
    arrays = sa.bindparam("event_ids", type_=uuids), sa.bindparam("fingerprints", type_=bodies)
    columns = sa.column("event_id", uuids.item_type), sa.column("fingerprint", bodies.item_type)
    told = sa.func.unnest(*arrays).table_valued(*columns, name="told").render_derived()
    consumer = sa.bindparam("consumer", type_=sa.Text)
    row = sa.select(consumer, told.c.event_id, told.c.fingerprint, sa.func.now())
    if tombstones is not None:
        subject = sa.bindparam("subject", type_=pg.UUID(as_uuid=True))
        row = row.where(~sa.exists().where(tombstones.c.user_id == subject))
    mine = pg.insert(table).from_select(["consumer", "event_id", "fingerprint", "handled_at"], row)
    return mine.on_conflict_do_update(
        index_elements=[table.c.consumer, table.c.event_id],
        set_={"handled_at": mine.excluded.handled_at, "fingerprint": mine.excluded.fingerprint},
        where=table.c.handled_at.is_(None),
    ).returning(table.c.event_id)


def _user_of(event: Event) -> UUID | None:
    """Return who an event is about; none when it is about nobody."""
    try:
        return UUID(event.subject)
    except ValueError:
        return None


def _report_conflict(connection: sa.Connection, table: sa.Table, consumer: str, event: Event) -> None:
    known = connection.execute(
        sa.select(table.c.fingerprint).where(
            table.c.consumer == consumer, table.c.event_id == event.id, table.c.handled_at.is_not(None)
        )
    ).scalar_one_or_none()
    if known is None:
        counter("ctz_inbox_dropped", "Events about erased accounts that were dropped", ["consumer"]).labels(
            consumer
        ).inc()
    elif bytes(known) != fingerprint(event):
        counter("ctz_inbox_conflicts", "Events whose id was seen with another body", ["consumer"]).labels(
            consumer
        ).inc()
        logger.error("event_id_reused", extra={"consumer": consumer, "event_id": str(event.id), "type": event.type})


def count_start(connection: sa.Connection, table: sa.Table, consumer: str, event: Event) -> int:
    """Count one more start of a handler on a redelivered event and return the number of starts, this one included.

    Commit before the handler starts: then a start that kills the process is counted too. The first delivery is not
    written, it counts as the one start before the row. An event that is handled already returns 0.
    """
    mine = pg.insert(table).values(consumer=consumer, event_id=event.id, fingerprint=fingerprint(event), attempts=2)
    counted = mine.on_conflict_do_update(
        index_elements=[table.c.consumer, table.c.event_id],
        set_={"attempts": table.c.attempts + 1},
        where=table.c.handled_at.is_(None),
    ).returning(table.c.attempts)
    return connection.execute(counted).scalar() or 0


def forget_starts(connection: sa.Connection, table: sa.Table, consumer: str, event_ids: Sequence[UUID]) -> None:
    """Give events that were not handled all their attempts back, for instance before dead letters are replayed."""
    connection.execute(
        sa.delete(table).where(
            table.c.consumer == consumer, table.c.event_id.in_(event_ids), table.c.handled_at.is_(None)
        )
    )


def prune(connection: sa.Connection, table: sa.Table) -> int:
    """Delete rows older than 90 days, at most 10,000 in a call; return how many."""
    too_old = sa.func.now() - sa.text(f"interval '{KEEP_DAYS} days'")
    oldest = sa.select(table.c.consumer, table.c.event_id).where(table.c.seen_at < too_old).limit(_PRUNE_ROWS)
    key = sa.tuple_(table.c.consumer, table.c.event_id)
    return connection.execute(sa.delete(table).where(key.in_(oldest))).rowcount
