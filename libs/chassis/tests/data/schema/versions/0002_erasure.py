"""What the tests of erasing need: rows of users, rows that refer to them, tombstones."""

import sqlalchemy as sa
from alembic import op

from ctz_chassis.migrations import ops

revision = "0002"
down_revision = "0001"

SCHEMA = "plans"


def upgrade() -> None:
    """Create the tables."""
    ops.create_tombstones(SCHEMA)
    op.create_table(
        "thing",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Uuid, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "note",
        sa.Column("user_id", sa.Uuid, primary_key=True),
        sa.Column("thing_id", sa.Integer, sa.ForeignKey(f"{SCHEMA}.thing.id"), primary_key=True),
        schema=SCHEMA,
    )
