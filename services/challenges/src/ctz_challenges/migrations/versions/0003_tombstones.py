"""Tombstones of erased accounts."""

from alembic import op

from ctz_chassis.migrations import ops

revision = "0003"
down_revision = "0002"

SCHEMA = "challenges"


def upgrade() -> None:
    """Create the table."""
    ops.create_tombstones(SCHEMA)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("tombstone", schema=SCHEMA)
