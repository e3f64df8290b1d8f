"""How a workout felt, in the rider's own word."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

SCHEMA = "workouts"


def upgrade() -> None:
    """Add the column."""
    is_known = sa.CheckConstraint("feel BETWEEN 1 AND 5", name="rider_note_feel")
    op.add_column("rider_note", sa.Column("feel", sa.SmallInteger, is_known), schema=SCHEMA)


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("rider_note", "feel", schema=SCHEMA)
