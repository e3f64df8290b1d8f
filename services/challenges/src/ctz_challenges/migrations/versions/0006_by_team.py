"""Indexes by which a team that is deleted finds its rows, made while the tables are read and written."""

from ctz_chassis.migrations import ops

revision = "0006"
down_revision = "0005"

SCHEMA = "challenges"
TABLES = ("team_week", "team_contribution")


def upgrade() -> None:
    """Create them."""
    with ops.outside_transaction():
        for table in TABLES:
            ops.create_index_concurrently(SCHEMA, table, f"{table}_by_team", "(team_id)")


def downgrade() -> None:
    """Drop them."""
    for table in TABLES:
        ops.drop_index(SCHEMA, f"{table}_by_team")
