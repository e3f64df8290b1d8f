"""Tombstones of erased accounts."""

from alembic import op

from ctz_chassis.migrations import ops

revision = "0004"
down_revision = "0003"

SCHEMA = "plans"


def upgrade() -> None:
    """Create the table."""
    ops.create_tombstones(SCHEMA)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("tombstone", schema=SCHEMA)
