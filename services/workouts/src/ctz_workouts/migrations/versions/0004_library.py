"""The class library: classes for lists, their tallies, marks, recorded targets and votes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0004"
down_revision = "0003"

SCHEMA = "workouts"
TABLES = ("recorded_vote", "recorded_targets", "class_mark", "library_tally", "library_class")


def _uuid(name, *, primary_key=False):
    return sa.Column(name, pg.UUID(as_uuid=True), primary_key=primary_key, nullable=False)


def _time(name, *, nullable=True):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name):
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _flag(name):
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _zone_seconds():
    return sa.Column("zone_seconds", pg.ARRAY(sa.Integer), nullable=False, server_default="{}")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "library_class",
        sa.Column("class_id", sa.Text, primary_key=True),
        _text("title"),
        _text("instructor"),
        _text("discipline"),
        _text("class_type"),
        _text("search_text"),
        _text("language"),
        sa.Column("duration_seconds", sa.Integer),
        _time("air_time"),
        sa.Column("air_year", sa.SmallInteger),
        sa.Column("difficulty", sa.Double),
        sa.Column("liked_share", sa.Double),
        sa.Column("taken_count", sa.BigInteger),
        _flag("is_power_zone"),
        _flag("is_ftp_test"),
        _flag("has_targets"),
        sa.Column("zones", sa.SmallInteger, nullable=False, server_default="0"),
        _zone_seconds(),
        sa.Column("expected_intensity", sa.Double),
        sa.Column("expected_stress", sa.Double),
        sa.Column("thumbnail_zones", sa.LargeBinary, nullable=False, server_default=sa.text("''::bytea")),
        _time("newest_order", nullable=False),
        sa.Column("load_order", sa.Double, nullable=False),
        sa.Column("length_order", sa.Integer, nullable=False),
        sa.Column("taken_order", sa.BigInteger, nullable=False),
        sa.Column("liked_order", sa.Double, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "library_tally",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("discipline", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
        sa.Column("class_count", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "kind IN ('class', 'class_type', 'instructor', 'minutes', 'year', 'word')", name="library_tally_kind"
        ),
        schema=SCHEMA,
    )
    _create_riders_tables()
    _create_indexes()


def _create_riders_tables() -> None:
    op.create_table(
        "class_mark",
        _uuid("user_id", primary_key=True),
        sa.Column("class_id", sa.Text, primary_key=True),
        _time("favourite_at"),
        sa.Column("rating", sa.SmallInteger),
        sa.Column("chosen_id", pg.UUID(as_uuid=True)),
        sa.Column("chosen_blocks", sa.LargeBinary),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name="class_mark_rating"),
        schema=SCHEMA,
    )
    op.create_table(
        "recorded_targets",
        _uuid("recorded_id", primary_key=True),
        _uuid("user_id"),
        sa.Column("class_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("blocks", sa.LargeBinary, nullable=False),
        _flag("is_shared"),
        sa.Column("revision", sa.BigInteger, nullable=False, server_default="1"),
        _time("created_at", nullable=False),
        _time("updated_at", nullable=False),
        _zone_seconds(),
        sa.Column("expected_intensity", sa.Double),
        sa.Column("expected_stress", sa.Double),
        schema=SCHEMA,
    )
    op.create_table(
        "recorded_vote",
        sa.Column(
            "recorded_id",
            pg.UUID(as_uuid=True),
            sa.ForeignKey(f"{SCHEMA}.recorded_targets.recorded_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        _uuid("user_id", primary_key=True),
        sa.Column("vote", sa.SmallInteger, nullable=False),
        sa.CheckConstraint("vote IN (-1, 1)", name="recorded_vote_vote"),
        schema=SCHEMA,
    )


def _create_indexes() -> None:
    for order in ("newest", "load", "taken", "liked"):
        columns = [sa.text(f"{order}_order DESC"), sa.text("class_id DESC")]
        op.create_index(f"library_class_by_{order}", "library_class", columns, schema=SCHEMA)
    op.create_index("library_class_by_length", "library_class", ["length_order", "class_id"], schema=SCHEMA)
    op.create_index(
        "library_class_by_words",
        "library_class",
        ["search_text"],
        schema=SCHEMA,
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_index("recorded_targets_by_class", "recorded_targets", ["class_id"], schema=SCHEMA)
    op.create_index("recorded_targets_by_user", "recorded_targets", ["user_id"], schema=SCHEMA)
    op.create_index("recorded_vote_by_user", "recorded_vote", ["user_id"], schema=SCHEMA)


def downgrade() -> None:
    """Drop the tables."""
    for table in TABLES:
        op.drop_table(table, schema=SCHEMA)
