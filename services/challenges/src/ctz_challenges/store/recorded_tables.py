"""What riders did, as events told it."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_challenges.store.schema import id_column, metadata

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
    sa.Column("class_type", sa.Text, nullable=False, server_default=""),
    sa.Column("title", sa.Text, nullable=False, server_default=""),
    sa.Column("duration_seconds", sa.Integer),
    sa.Column("work_joules", sa.Double),
    sa.Column("analyzed_revision", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("training_stress_score", sa.Double),
    sa.Column("distance_meters", sa.Double),
    sa.Column("absorbed_revision", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("absorbed_into", pg.UUID(as_uuid=True)),
    # Nothing is written here any more; a later version drops it, when no running one expects it.
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
# The erasing of an account finds every row, also those that count nowhere.
sa.Index("recorded_workout_by_rider", recorded_workout.c.user_id)
sa.Index(
    "recorded_workout_beneath",
    recorded_workout.c.absorbed_into,
    postgresql_where=recorded_workout.c.absorbed_into.is_not(None),
)

# Guided sessions of plans. A private one never comes to be counted, so nothing but its tombstone is kept of it.
recorded_session = sa.Table(
    "recorded_session",
    metadata,
    id_column("session_id", primary_key=True),
    id_column("user_id"),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("is_gone", sa.Boolean, nullable=False),
    sa.Column("local_date", sa.Date),
    sa.Column("start_time", sa.DateTime(timezone=True)),
    sa.Column("category", sa.Text, nullable=False, server_default=""),
    sa.Column("practice", sa.Text, nullable=False, server_default=""),
    sa.Column("title", sa.Text, nullable=False, server_default=""),
    sa.Column("done_seconds", sa.Integer),
    sa.Column("load", sa.Double),
    sa.CheckConstraint(
        "is_gone OR (local_date IS NOT NULL AND start_time IS NOT NULL)", name="recorded_session_is_whole"
    ),
)
sa.Index(
    "recorded_session_by_day",
    recorded_session.c.user_id,
    recorded_session.c.local_date,
    postgresql_where=sa.not_(recorded_session.c.is_gone),
)
sa.Index("recorded_session_by_rider", recorded_session.c.user_id)
