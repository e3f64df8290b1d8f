"""Classes that their source no longer offers, and the units in which a public year is told."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

SCHEMA = "workouts"


def upgrade() -> None:
    """Add the columns."""
    for table, name in (("library_class", "is_retired"), ("year_share", "is_imperial")):
        op.add_column(table, sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()), schema=SCHEMA)


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("year_share", "is_imperial", schema=SCHEMA)
    op.drop_column("library_class", "is_retired", schema=SCHEMA)
