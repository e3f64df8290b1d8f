"""The schema `challenges`."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.inbox import inbox_table
from ctz_chassis.outbox import outbox_table

SCHEMA = "challenges"
metadata = sa.MetaData(schema=SCHEMA)

outbox = outbox_table(metadata, SCHEMA)
inbox = inbox_table(metadata, SCHEMA)

# A row may begin with either part: `summary_revision` 0 means that `recorded` has not arrived yet.
recorded_workout = sa.Table(
    "recorded_workout",
    metadata,
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
)
sa.Index(
    "recorded_workout_by_day",
    recorded_workout.c.user_id,
    recorded_workout.c.local_date,
    recorded_workout.c.start_time,
    recorded_workout.c.workout_id,
    postgresql_where=sa.and_(recorded_workout.c.summary_revision > 0, sa.not_(recorded_workout.c.is_deleted)),
)
