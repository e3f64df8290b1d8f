"""Load of every workout, kept aggregates, guided sessions, public links to a year."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0005"
down_revision = "0004"

SCHEMA = "workouts"
TABLES = ("year_share", "guided_session", "streak", "distance_day", "best", "total")
COLUMNS = ("load", "load_source", "load_absent_reason", "uses_heart_rate", "heart_rate_bpm_used")
AMOUNTS = (
    "workout_count",
    "duration_seconds",
    "work_joules",
    "distance_meters",
    "scored_count",
    "power_load",
    "heart_rate_load",
    "effort_load",
    *(f"zone_{zone}" for zone in range(1, 8)),
    "fitness_carry",
    "fatigue_carry",
)


def _uuid(name, *, primary_key=True):
    return sa.Column(name, pg.UUID(as_uuid=True), primary_key=primary_key, nullable=False)


def _key(name, kind):
    return sa.Column(name, kind, primary_key=True, nullable=False)


def _small(name):
    return sa.Column(name, sa.SmallInteger, nullable=False, server_default="0")


def upgrade() -> None:
    """Create tables and columns."""
    op.add_column("workout", sa.Column("load", sa.Double), schema=SCHEMA)
    op.add_column("workout", _small("load_source"), schema=SCHEMA)
    op.add_column("workout", _small("load_absent_reason"), schema=SCHEMA)
    uses = sa.Column("uses_heart_rate", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("workout", uses, schema=SCHEMA)
    op.add_column("workout", sa.Column("heart_rate_bpm_used", pg.ARRAY(sa.Double)), schema=SCHEMA)
    spans = [_key("span", sa.SmallInteger), _key("start_date", sa.Date), _key("discipline", sa.Text)]
    op.create_table(
        "total",
        _uuid("user_id"),
        _key("origin", sa.SmallInteger),
        *spans,
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in AMOUNTS),
        schema=SCHEMA,
    )
    spans = [_key("span", sa.SmallInteger), _key("start_date", sa.Date), _key("discipline", sa.Text)]
    op.create_table("best", _uuid("user_id"), *spans, sa.Column("marks", pg.JSON, nullable=False), schema=SCHEMA)
    op.create_table(
        "distance_day",
        _uuid("user_id"),
        *(_key(name, sa.SmallInteger) for name in ("activity", "unit", "reached")),
        sa.Column("day_count", sa.Integer, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "streak",
        _uuid("user_id"),
        _key("start_date", sa.Date),
        sa.Column("end_date", sa.Date, nullable=False),
        sa.Column("active_days", sa.Integer, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "guided_session",
        _uuid("session_id"),
        _uuid("user_id", primary_key=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("is_deleted", sa.Boolean, nullable=False),
        sa.Column("local_date", sa.Date),
        sa.Column("category", sa.Text, nullable=False, server_default=""),
        sa.Column("done_seconds", sa.Integer, nullable=False, server_default="0"),
        sa.Column("load", sa.Double),
        schema=SCHEMA,
    )
    op.create_table(
        "year_share",
        _uuid("user_id"),
        _key("year", sa.SmallInteger),
        sa.Column("secret_hash", sa.LargeBinary, nullable=False),
        sa.Column("shown_name", sa.Text, nullable=False, server_default=""),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        schema=SCHEMA,
    )
    longest = ["user_id", sa.text("active_days DESC"), sa.text("end_date DESC")]
    op.create_index("streak_by_length", "streak", longest, schema=SCHEMA)
    op.create_index("streak_by_end", "streak", ["user_id", sa.text("end_date DESC")], schema=SCHEMA)
    op.create_index("guided_session_by_user", "guided_session", ["user_id"], schema=SCHEMA)
    op.create_index("year_share_by_secret", "year_share", ["secret_hash"], unique=True, schema=SCHEMA)


def downgrade() -> None:
    """Drop them."""
    for table in TABLES:
        op.drop_table(table, schema=SCHEMA)
    for column in COLUMNS:
        op.drop_column("workout", column, schema=SCHEMA)
