"""Templates, programs, items, the calendar feed, and what challenges tells."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.migrations import ops

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "plans"


def _uuid(name: str, **options: bool) -> sa.Column[object]:
    return sa.Column(name, pg.UUID(as_uuid=True), nullable=False, **options)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def upgrade() -> None:
    ops.create_request_ids(SCHEMA)
    op.add_column("recorded_workout", _text("class_type"), schema=SCHEMA)
    op.add_column("recorded_workout", sa.Column("elapsed_seconds", sa.Integer), schema=SCHEMA)
    _create_templates()
    _create_items()
    op.create_table(
        "calendar_feed",
        _uuid("user_id", primary_key=True),
        sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_read_at", sa.DateTime(timezone=True)),
        schema=SCHEMA,
    )
    _create_challenges()


def _create_templates() -> None:
    op.create_table(
        "template",
        _uuid("template_id", primary_key=True),
        _uuid("user_id"),
        sa.Column("title", sa.Text, nullable=False),
        _text("description"),
        sa.Column("weeks", pg.JSONB, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False, server_default="1"),
        _now("created_at"),
        schema=SCHEMA,
    )
    op.create_index("template_by_title", "template", ["user_id", "title", "template_id"], schema=SCHEMA)
    op.create_table(
        "program",
        _uuid("program_id", primary_key=True),
        _uuid("user_id"),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("week_start", sa.SmallInteger, nullable=False),
        sa.Column("first_date", sa.Date, nullable=False),
        sa.Column("last_date", sa.Date, nullable=False),
        sa.Column("week_count", sa.Integer, nullable=False),
        _now("created_at"),
        schema=SCHEMA,
    )
    op.create_index("program_by_rider", "program", ["user_id", "first_date"], schema=SCHEMA)


def _create_items() -> None:
    op.create_table(
        "item",
        _uuid("item_id", primary_key=True),
        _uuid("user_id"),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        _text("title"),
        _text("class_id"),
        _text("discipline"),
        _text("class_type"),
        sa.Column("duration_seconds", sa.Integer, nullable=False, server_default="0"),
        _text("routine"),
        sa.Column(
            "program_id", pg.UUID(as_uuid=True), sa.ForeignKey(f"{SCHEMA}.program.program_id", ondelete="CASCADE")
        ),
        sa.Column("is_changed", sa.Boolean, nullable=False, server_default=sa.false()),
        _text("decision"),
        sa.Column("decided_done", sa.Text),
        sa.Column("revision", sa.BigInteger, nullable=False, server_default="1"),
        _now("created_at"),
        _now("updated_at"),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("(decision = 'counts') = (decided_done IS NOT NULL)", name="item_decision_is_whole"),
        schema=SCHEMA,
    )
    for name, columns, where in (
        ("item_by_day", ["user_id", "day", "position", "item_id"], "deleted_at IS NULL"),
        ("item_by_program", ["program_id"], "program_id IS NOT NULL"),
        ("item_deleted", ["deleted_at"], "deleted_at IS NOT NULL"),
    ):
        op.create_index(name, "item", columns, schema=SCHEMA, postgresql_where=sa.text(where))
    op.create_index(
        "item_decided_once",
        "item",
        ["user_id", "decided_done"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("decided_done IS NOT NULL AND deleted_at IS NULL"),
    )


def _create_challenges() -> None:
    op.create_table(
        "challenge",
        _uuid("challenge_id", primary_key=True),
        sa.Column("revision", sa.BigInteger, nullable=False),
        _text("title"),
        sa.Column("is_deleted", sa.Boolean, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "challenge_item",
        _uuid("item_id", primary_key=True),
        _uuid("challenge_id"),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("is_bonus", sa.Boolean, nullable=False),
        sa.Column("activity", pg.JSONB, nullable=False),
        sa.Column("alternatives", pg.JSONB, nullable=False),
        schema=SCHEMA,
    )
    op.create_index("challenge_item_by_day", "challenge_item", ["challenge_id", "day"], schema=SCHEMA)
    op.create_table(
        "challenge_membership",
        _uuid("user_id", primary_key=True),
        _uuid("challenge_id", primary_key=True),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("is_member", sa.Boolean, nullable=False),
        sa.Column("join_date", sa.Date),
        schema=SCHEMA,
    )
    op.create_table(
        "challenge_decision",
        _uuid("user_id", primary_key=True),
        _uuid("item_id", primary_key=True),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("is_done", sa.Boolean, nullable=False),
        _text("done"),
        sa.Column("points", sa.Double, nullable=False),
        schema=SCHEMA,
    )


def downgrade() -> None:
    for table in (
        "challenge_decision",
        "challenge_membership",
        "challenge_item",
        "challenge",
        "calendar_feed",
        "item",
        "program",
        "template",
        "request_id",
    ):
        op.drop_table(table, schema=SCHEMA)
    op.drop_column("recorded_workout", "elapsed_seconds", schema=SCHEMA)
    op.drop_column("recorded_workout", "class_type", schema=SCHEMA)
