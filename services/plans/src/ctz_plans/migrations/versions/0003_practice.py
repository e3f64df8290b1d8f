"""Routines, sessions and what a rider chose about pelvic-floor work."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCHEMA = "plans"


def upgrade() -> None:
    op.create_table(
        "routine",
        sa.Column("routine_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("user_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("steps", pg.JSONB, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False, server_default="1"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        schema=SCHEMA,
    )
    op.create_index("routine_by_rider", "routine", ["user_id"], schema=SCHEMA)
    _create_sessions()
    op.create_table(
        "pelvic_floor",
        sa.Column("user_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("daily_goal", sa.SmallInteger, nullable=False),
        sa.Column("is_shared", sa.Boolean, nullable=False),
        schema=SCHEMA,
    )


def _create_sessions() -> None:
    op.create_table(
        "session",
        sa.Column("session_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("user_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("practice", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("start_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("local_date", sa.Date, nullable=False),
        sa.Column("done_seconds", sa.Integer, nullable=False),
        sa.Column("duration_seconds", sa.Integer, nullable=False),
        sa.Column("perceived_exertion", sa.SmallInteger),
        sa.Column("load", sa.Double),
        sa.Column("has_pelvic_floor", sa.Boolean, nullable=False),
        sa.Column("is_private", sa.Boolean, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False, server_default="1"),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        schema=SCHEMA,
    )
    op.create_index(
        "session_by_day",
        "session",
        ["user_id", "local_date", "start_time", "session_id"],
        schema=SCHEMA,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "session_of_pelvic_floor",
        "session",
        ["user_id", "local_date"],
        schema=SCHEMA,
        postgresql_where=sa.text("has_pelvic_floor AND deleted_at IS NULL"),
    )


def downgrade() -> None:
    for table in ("pelvic_floor", "session", "routine"):
        op.drop_table(table, schema=SCHEMA)
