"""Pairs that are merged together, and the heart rate that a merged workout lends."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0009"
down_revision = "0008"

SCHEMA = "workouts"


def _uuid(name, *, primary_key=False):
    return sa.Column(name, pg.UUID(as_uuid=True), primary_key=primary_key, nullable=False)


def _count(name):
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _flag(name):
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _now(name):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def upgrade() -> None:
    """Create the tables and the column."""
    op.add_column("workout", sa.Column("heart_rate_from", pg.UUID(as_uuid=True)), schema=SCHEMA)
    op.create_table(
        "merge_batch",
        _uuid("batch_id", primary_key=True),
        _uuid("user_id"),
        _now("created_at"),
        sa.Column("state", sa.SmallInteger, nullable=False, server_default="1"),
        _flag("is_undone"),
        _count("pair_count"),
        _count("finished_count"),
        _count("merged_count"),
        _now("due_at"),
        sa.Column("fence", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
        schema=SCHEMA,
    )
    op.create_index("merge_batch_by_user", "merge_batch", ["user_id", sa.text("batch_id DESC")], schema=SCHEMA)
    op.create_index(
        "merge_batch_under_way",
        "merge_batch",
        ["user_id"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("state < 3"),
    )
    op.create_table(
        "merge_batch_pair",
        sa.Column(
            "batch_id",
            pg.UUID(as_uuid=True),
            sa.ForeignKey(f"{SCHEMA}.merge_batch.batch_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("place", sa.Integer, primary_key=True),
        _uuid("user_id"),
        _uuid("primary_id"),
        _uuid("absorbed_id"),
        _flag("is_merged"),
        schema=SCHEMA,
    )
    op.create_index("merge_batch_pair_by_user", "merge_batch_pair", ["user_id"], schema=SCHEMA)
    # An undo changes the row of its batch, so it wakes the workers too.
    op.execute(
        f"CREATE FUNCTION {SCHEMA}.merge_batch_notify() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN PERFORM pg_notify('{SCHEMA}.transfer', ''); RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER merge_batch_notify AFTER INSERT OR UPDATE OF is_undone ON {SCHEMA}.merge_batch "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.merge_batch_notify()"
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("merge_batch_pair", schema=SCHEMA)
    op.drop_table("merge_batch", schema=SCHEMA)
    op.execute(f"DROP FUNCTION {SCHEMA}.merge_batch_notify()")
    op.drop_column("workout", "heart_rate_from", schema=SCHEMA)
