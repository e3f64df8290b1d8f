"""Workouts that are another one, recorded twice."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0004"
down_revision = "0003"

SCHEMA = "challenges"


def upgrade() -> None:
    """Add the columns."""
    revisions = sa.Column("absorbed_revision", sa.BigInteger, nullable=False, server_default="0")
    op.add_column("recorded_workout", revisions, schema=SCHEMA)
    op.add_column("recorded_workout", sa.Column("absorbed_into", pg.UUID(as_uuid=True)), schema=SCHEMA)
    op.create_index(
        "recorded_workout_beneath",
        "recorded_workout",
        ["absorbed_into"],
        schema=SCHEMA,
        postgresql_where=sa.text("absorbed_into IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop the columns, and the index with them."""
    op.drop_column("recorded_workout", "absorbed_into", schema=SCHEMA)
    op.drop_column("recorded_workout", "absorbed_revision", schema=SCHEMA)
