"""Transactional outbox: an event is a row of the transaction whose fact it tells, and is published after the commit."""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.backoff import pause_seconds
from ctz_chassis.broker.ports import BrokerUnavailable, Outcome, Publisher
from ctz_chassis.db import Database, DatabaseUnavailable
from ctz_chassis.events import LAST_WORDS, Event
from ctz_chassis.listener import Listener
from ctz_chassis.metrics import counter

logger = logging.getLogger(__name__)

TABLE_NAME = "outbox"
KEEP_PUBLISHED_DAYS = 30
GATHER_SECONDS = 0.2
# An event may have a megabyte.
_PRUNE_ROWS, _REPLAY_ROWS = 1_000, 2_000
# A batch is in memory twice, here and in the publisher.
_BATCH_BYTES = 8_000_000
_LONGEST_PAUSE_SECONDS = 5.0
_LONGEST_DELAY = timedelta(minutes=1)


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


def replay(database: Database, table: sa.Table, *, user_id: UUID | None, since: datetime) -> int:
    """Let the relay publish events from `since` on once more, of one user or of all; return how many.

    Some thousands at a time, oldest first: what is told again by then is published, and not taken a second time.
    """
    with database.read() as connection:
        begun = connection.execute(sa.select(sa.func.now())).scalar_one()
    of_whom = sa.true() if user_id is None else table.c.subject == str(user_id)
    some = (
        sa.select(table.c.id)
        .where(of_whom, table.c.event_time >= since, table.c.published_at < begun)
        .order_by(table.c.published_at)
        .limit(_REPLAY_ROWS)
    )
    again = sa.update(table).where(table.c.id.in_(some)).values(published_at=None, due_at=sa.func.now(), attempts=0)
    total = 0
    while replayed := database.run(lambda connection: _told_again(connection, table, again)):
        total += replayed
    return total


def _told_again(connection: sa.Connection, table: sa.Table, again: sa.Update) -> int:
    replayed = connection.execute(again).rowcount
    connection.execute(sa.select(sa.func.pg_notify(channel(table), "")))
    return replayed


def prune(connection: sa.Connection, table: sa.Table) -> int:
    """Delete events published more than 30 days ago, at most 1,000 in a call; return how many."""
    too_old = sa.func.now() - sa.text(f"interval '{KEEP_PUBLISHED_DAYS} days'")
    oldest = sa.select(table.c.id).where(table.c.published_at < too_old).limit(_PRUNE_ROWS)
    return connection.execute(sa.delete(table).where(table.c.id.in_(oldest))).rowcount


class Relay:
    """Publishes what the outbox holds, each row at least once, in any order; any number of relays may run."""

    def __init__(
        self,
        database: Database,
        publisher: Publisher,
        table: sa.Table,
        *,
        batch: int = 200,
        poll_seconds: float = 5.0,
        gather_seconds: float = GATHER_SECONDS,
    ) -> None:
        """Behind a batch it waits for `gather_seconds`, so that a flow of single rows goes in batches.

        A row after a moment of quiet goes at once.
        """
        self._database = database
        self._publisher = publisher
        self._table = table
        self._batch = batch
        self._poll_seconds = poll_seconds
        self._gather_seconds = gather_seconds
        self._claim = _claim_statement(table, batch)
        self._events = counter("ctz_outbox_events", "Events offered to the broker, by what became of them", ["outcome"])

    def run(self, stop: threading.Event) -> None:
        """Publish until `stop` is set, through outages of Postgres and of the broker; asleep while there is nothing."""
        listener = Listener(self._database.engine, channel(self._table))
        failures = 0
        try:
            while not stop.is_set():
                try:
                    claimed, troubled = self._publish_batch()
                    failures = failures + 1 if troubled else 0
                    # A full batch means that more may wait.
                    if claimed < self._batch and not troubled:
                        stop.wait(self._gather_seconds if claimed else 0)
                        listener.wait(self._poll_seconds, stop)
                except (BrokerUnavailable, DatabaseUnavailable) as error:
                    failures += 1
                    logger.warning("relay_paused", extra={"failures": failures, "cause": repr(error)})
                if failures:
                    stop.wait(pause_seconds(failures, first=0.2, longest=_LONGEST_PAUSE_SECONDS))
        finally:
            listener.close()
            self._publisher.close()

    def publish_once(self) -> int:
        """Publish one batch and return how many rows it claimed."""
        return self._publish_batch()[0]

    def _publish_batch(self) -> tuple[int, bool]:
        """Claim, publish and mark in one transaction, so that the rows of a relay that dies are free at once."""
        with self._database.begin() as connection:
            rows = connection.execute(self._claim, {"bytes": _BATCH_BYTES}).all()
            if not rows:
                return 0, False
            outcomes = self._publisher.publish([_event(row) for row in rows])
            self._settle(connection, rows, outcomes)
        self._count(rows, outcomes)
        return len(rows), Outcome.FAILED in outcomes

    def _settle(self, connection: sa.Connection, rows: Sequence[sa.Row[Any]], outcomes: Sequence[Outcome]) -> None:
        pairs = list(zip(rows, outcomes, strict=True))
        sent = [row.id for row, outcome in pairs if outcome is Outcome.CONFIRMED]
        last = [row.id for row, outcome in pairs if outcome is Outcome.CONFIRMED and row.type.endswith(LAST_WORDS)]
        kept = [row.id for row, outcome in pairs if outcome is not Outcome.CONFIRMED]
        table = self._table
        if last:
            connection.execute(sa.delete(table).where(table.c.id.in_(last)))
        if sent:
            connection.execute(
                sa.update(table).where(table.c.id == sa.any_(sa.literal(sent, _IDS))).values(published_at=sa.func.now())
            )
        if kept:
            # Rows that cannot go now step behind the others: one full or missing queue must not hold up the rest.
            delay = sa.func.least(sa.func.pow(2, table.c.attempts) * timedelta(seconds=1), _LONGEST_DELAY)
            connection.execute(
                sa.update(table)
                .where(table.c.id == sa.any_(sa.literal(kept, _IDS)))
                .values(due_at=sa.func.now() + delay, attempts=sa.func.least(table.c.attempts + 1, 16))
            )

    def _count(self, rows: Sequence[sa.Row[Any]], outcomes: Sequence[Outcome]) -> None:
        for outcome in Outcome:
            self._events.labels(outcome.value).inc(outcomes.count(outcome))
        unroutable = {row.type for row, outcome in zip(rows, outcomes, strict=True) if outcome is Outcome.UNROUTABLE}
        if unroutable:
            logger.error("event_unroutable", extra={"event_types": sorted(unroutable)})


_IDS = pg.ARRAY(pg.UUID(as_uuid=True))


def _claim_statement(table: sa.Table, batch: int) -> sa.Select[Any]:
    """Lock the next due rows that nobody else has, and return those that fit into `:bytes`; the first one always does.

    Claimed rows, never a watermark: a transaction that commits late would put its rows behind one.
    """
    c = table.c
    locked = (
        sa.select(c.id, c.due_at, sa.func.octet_length(c.data).label("size"))
        .where(c.published_at.is_(None), c.due_at <= sa.func.now())
        .order_by(c.due_at, c.id)
        .limit(batch)
        .with_for_update(skip_locked=True)
        .cte("locked")
    )
    before = sa.func.sum(locked.c.size).over(order_by=(locked.c.due_at, locked.c.id)) - locked.c.size
    sized = sa.select(locked.c.id, before.label("before")).cte("sized")
    return (
        sa.select(c.id, c.type, c.source, c.subject, c.event_time, c.data)
        .join(sized, sized.c.id == c.id)
        .where(sized.c.before <= sa.bindparam("bytes", type_=sa.BigInteger))
    )


def _event(row: sa.Row[Any]) -> Event:
    return Event(
        id=row.id, type=row.type, source=row.source, subject=row.subject, time=row.event_time, data=bytes(row.data)
    )
