"""Recorded workouts, outbox and inbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.migrations import ops

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "plans"


def upgrade() -> None:
    ops.create_outbox(SCHEMA)
    ops.create_inbox(SCHEMA)
    op.create_table(
        "recorded_workout",
        sa.Column("workout_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("user_id", pg.UUID(as_uuid=True), nullable=False),
        sa.Column("summary_revision", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("is_deleted", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("local_date", sa.Date),
        sa.Column("start_time", sa.DateTime(timezone=True)),
        sa.Column("discipline", sa.Text, nullable=False, server_default=""),
        sa.Column("class_id", sa.Text, nullable=False, server_default=""),
        sa.Column("title", sa.Text, nullable=False, server_default=""),
        sa.Column("duration_seconds", sa.Integer),
        sa.Column("work_joules", sa.Double),
        sa.Column("analyzed_revision", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("training_stress_score", sa.Double),
        sa.Column("zone_seconds", pg.ARRAY(sa.Integer), nullable=False, server_default="{}"),
        sa.CheckConstraint(
            "summary_revision = 0 OR is_deleted OR (local_date IS NOT NULL AND start_time IS NOT NULL)",
            name="recorded_workout_summary_is_whole",
        ),
        schema=SCHEMA,
    )
    op.create_index(
        "recorded_workout_by_day",
        "recorded_workout",
        ["user_id", "local_date", "start_time", "workout_id"],
        schema=SCHEMA,
        postgresql_where=sa.text("summary_revision > 0 AND NOT is_deleted"),
    )


def downgrade() -> None:
    op.drop_table("recorded_workout", schema=SCHEMA)
    op.drop_table("inbox", schema=SCHEMA)
    op.drop_table("outbox", schema=SCHEMA)
    op.execute(f"DROP FUNCTION {SCHEMA}.outbox_notify()")
