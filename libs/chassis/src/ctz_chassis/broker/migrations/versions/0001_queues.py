"""Queues, what they are bound to, and their messages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0001"
down_revision = None

SCHEMA = "broker"


def upgrade() -> None:
    op.create_table("queue", sa.Column("name", sa.Text, primary_key=True), schema=SCHEMA)
    op.create_table(
        "binding",
        sa.Column("queue", sa.Text, sa.ForeignKey("broker.queue.name", ondelete="CASCADE"), primary_key=True),
        sa.Column("pattern", sa.Text, primary_key=True),
        schema=SCHEMA,
    )
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("queue", sa.Text, sa.ForeignKey("broker.queue.name", ondelete="CASCADE"), nullable=False),
        sa.Column("headers", pg.JSONB, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("deliveries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("dead_at", sa.DateTime(timezone=True)),
        sa.Column("dead_reason", sa.Text),
        sa.Column("dead_detail", sa.Text),
        schema=SCHEMA,
    )
    alive, dead = sa.text("dead_at IS NULL"), sa.text("dead_at IS NOT NULL")
    op.create_index(
        "message_waiting", "message", ["queue", "available_at", "id"], schema=SCHEMA, postgresql_where=alive
    )
    op.create_index("message_dead", "message", ["queue", "dead_at"], schema=SCHEMA, postgresql_where=dead)
