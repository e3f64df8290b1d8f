"""Indexes by which the erasing of an account finds all of its facts, made while the tables are read and written."""

from ctz_chassis.migrations import ops

revision = "0005"
down_revision = "0004"

SCHEMA = "challenges"
TABLES = ("recorded_workout", "recorded_session")


def upgrade() -> None:
    """Create them."""
    with ops.outside_transaction():
        for table in TABLES:
            ops.create_index_concurrently(SCHEMA, table, f"{table}_by_rider", "(user_id)")


def downgrade() -> None:
    """Drop them."""
    for table in TABLES:
        ops.drop_index(SCHEMA, f"{table}_by_rider")
