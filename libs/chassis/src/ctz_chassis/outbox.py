"""Transactional outbox: an event is a row of the transaction whose fact it tells, and is published after the commit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.events import Event

TABLE_NAME = "outbox"
KEEP_PUBLISHED_DAYS = 30
_PRUNE_ROWS = 10_000


def outbox_table(metadata: sa.MetaData, schema: str) -> sa.Table:
    """Return the outbox of a schema; `migrations.ops.create_outbox` creates it with its trigger."""
    return sa.Table(
        TABLE_NAME,
        metadata,
        sa.Column("id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Index("outbox_due", "due_at", "id", postgresql_where=sa.text("published_at IS NULL")),
        sa.Index("outbox_published", "published_at", postgresql_where=sa.text("published_at IS NOT NULL")),
        schema=schema,
    )


def channel(table: sa.Table) -> str:
    """Return the channel on which Postgres tells the relay of new rows."""
    return f"{table.schema}.{table.name}"


def add(connection: sa.Connection, table: sa.Table, event: Event) -> None:
    """Store an event to be published when this transaction commits, and never if it does not."""
    add_all(connection, table, [event])


def add_all(connection: sa.Connection, table: sa.Table, events: Sequence[Event]) -> None:
    """Store several events in one statement."""
    if events:
        connection.execute(sa.insert(table), [_row(event) for event in events])


def _row(event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "type": event.type,
        "source": event.source,
        "subject": event.subject,
        "event_time": event.time,
        "data": event.data,
    }


def pending(connection: sa.Connection, table: sa.Table, *, limit: int = 10_000) -> int:
    """Return how many events wait to be published; counting stops at `limit`, so that a backlog costs no long count."""
    waiting = sa.select(table.c.id).where(table.c.published_at.is_(None)).limit(limit).subquery()
    return connection.execute(sa.select(sa.func.count()).select_from(waiting)).scalar_one()


def replay(connection: sa.Connection, table: sa.Table, *, user_id: UUID, since: datetime) -> int:
    """Let the relay publish a user's events from `since` on once more; return how many."""
    again = (
        sa.update(table)
        .where(
            table.c.subject == str(user_id),
            table.c.event_time >= since,
            table.c.published_at.is_not(None),
        )
        .values(published_at=None, due_at=sa.func.now(), attempts=0)
    )
    replayed = connection.execute(again).rowcount
    connection.execute(sa.select(sa.func.pg_notify(channel(table), "")))
    return replayed


def prune(connection: sa.Connection, table: sa.Table) -> int:
    """Delete events published more than 30 days ago, at most 10,000 in a call; return how many."""
    too_old = sa.func.now() - sa.text(f"interval '{KEEP_PUBLISHED_DAYS} days'")
    oldest = sa.select(table.c.id).where(table.c.published_at < too_old).limit(_PRUNE_ROWS)
    return connection.execute(sa.delete(table).where(table.c.id.in_(oldest))).rowcount
