"""The queue table of machines without RabbitMQ: a schema of its own in Postgres."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.migrations import migrate

SCHEMA = "broker"
MIGRATIONS = Path(__file__).parent / "migrations"

METADATA = sa.MetaData(schema=SCHEMA)
QUEUE = sa.Table("queue", METADATA, sa.Column("name", sa.Text, primary_key=True))
BINDING = sa.Table(
    "binding",
    METADATA,
    sa.Column("queue", sa.Text, sa.ForeignKey(QUEUE.c.name, ondelete="CASCADE"), primary_key=True),
    sa.Column("pattern", sa.Text, primary_key=True),
)
MESSAGE = sa.Table(
    "message",
    METADATA,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("queue", sa.Text, sa.ForeignKey(QUEUE.c.name, ondelete="CASCADE"), nullable=False),
    sa.Column("headers", pg.JSONB, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("available_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("deliveries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("dead_at", sa.DateTime(timezone=True)),
    sa.Column("dead_reason", sa.Text),
    sa.Column("dead_detail", sa.Text),
    sa.Index("message_waiting", "queue", "available_at", "id", postgresql_where=sa.text("dead_at IS NULL")),
    sa.Index("message_dead", "queue", "dead_at", postgresql_where=sa.text("dead_at IS NOT NULL")),
)


def install(owner_url: str, role: str) -> None:
    """Bring the schema `broker` to its newest version, as its owner; `role` is the one in the broker's address."""
    migrate(owner_url, SCHEMA, MIGRATIONS, role)


def channel(queue: str) -> str:
    """Return the channel on which Postgres tells a queue's consumers of new messages."""
    return f"{SCHEMA}.{queue}"
