"""Tombstones of erased accounts.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

from ctz_chassis.migrations import ops

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCHEMA = "peloton_sync"


def upgrade() -> None:
    ops.create_tombstones(SCHEMA)


def downgrade() -> None:
    op.drop_table("tombstone", schema=SCHEMA)
