"""Which workouts were told by a version whose readers kept less of them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

SCHEMA = "peloton_sync"


def upgrade() -> None:
    """Add the column: false for what is there, true for what comes."""
    told = sa.Column("is_told_anew", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("workout_ref", told, schema=SCHEMA)
    op.alter_column("workout_ref", "is_told_anew", server_default=sa.true(), schema=SCHEMA)
    op.create_index(
        "workout_ref_told_before",
        "workout_ref",
        ["user_id", "source_id"],
        schema=SCHEMA,
        postgresql_where=sa.text("NOT is_told_anew"),
    )


def downgrade() -> None:
    """Drop the column, and the index with it."""
    op.drop_column("workout_ref", "is_told_anew", schema=SCHEMA)
