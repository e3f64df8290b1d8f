"""Archive, series, notes, classes, tallies, recompute tasks, outbox and inbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.migrations import ops

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "workouts"


def _id(name, *, primary_key=False):
    return sa.Column(name, pg.UUID(as_uuid=True), primary_key=primary_key, nullable=False)


def _revision(name):
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")


def _flag(name):
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _text(name):
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def upgrade() -> None:
    ops.create_outbox(SCHEMA)
    ops.create_inbox(SCHEMA)
    op.create_table(
        "rider",
        _id("user_id", primary_key=True),
        sa.Column("timelines", pg.JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
        schema=SCHEMA,
    )
    op.create_table(
        "workout",
        _id("workout_id", primary_key=True),
        _id("user_id"),
        _revision("summary_revision"),
        _revision("performance_revision"),
        _revision("analyzed_revision"),
        sa.Column("analyzed_digest", sa.LargeBinary),
        _flag("is_deleted"),
        _flag("is_listed"),
        _text("source"),
        _text("source_id"),
        sa.Column("start_time", sa.DateTime(timezone=True)),
        sa.Column("end_time", sa.DateTime(timezone=True)),
        sa.Column("utc_offset_seconds", sa.Integer, nullable=False, server_default="0"),
        sa.Column("local_date", sa.Date),
        _text("discipline"),
        _text("workout_type"),
        _text("title"),
        _text("instructor"),
        _text("search_text"),
        _text("class_id"),
        sa.Column("reported_seconds", sa.Integer),
        sa.Column("pedaling_start_offset_seconds", sa.Integer),
        sa.Column("total_work_joules", sa.Double),
        sa.Column("effort_points", sa.Double),
        sa.Column("heart_rate_zone_seconds", pg.ARRAY(sa.Integer), nullable=False, server_default="{}"),
        _text("device_type"),
        _flag("is_total_work_record"),
        sa.Column("chart_state", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("detail", sa.LargeBinary),
        _flag("is_power_zone"),
        sa.Column("graph_work_kilojoules", sa.Double),
        sa.Column("graph_effort_points", sa.Double),
        sa.Column("mean_power_watts", sa.Double),
        sa.Column("mean_heart_rate_bpm", sa.Double),
        sa.Column("distance", sa.Double),
        _text("distance_unit"),
        _text("distance_name"),
        _flag("has_graph_targets"),
        sa.Column("series_state", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("analysis_version", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("ridden_seconds", sa.Integer),
        sa.Column("power_seconds", sa.Integer),
        sa.Column("normalized_power_watts", sa.Double),
        sa.Column("training_stress_score", sa.Double),
        sa.Column("target_share", sa.Double),
        sa.Column("zone_seconds", pg.ARRAY(sa.Integer), nullable=False, server_default="{}"),
        sa.Column("best_watts", pg.ARRAY(sa.Double), nullable=False, server_default="{}"),
        sa.Column("thumbnail_heights", sa.LargeBinary, nullable=False, server_default=sa.text("''::bytea")),
        sa.Column("thumbnail_zones", sa.LargeBinary, nullable=False, server_default=sa.text("''::bytea")),
        sa.Column("power_absent_reason", sa.SmallInteger, nullable=False, server_default="0"),
        _flag("uses_ftp"),
        sa.Column("ftp_watts_used", sa.Double),
        sa.Column("uses_pace_level", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("pace_level_used", sa.Double),
        sa.CheckConstraint(
            "NOT is_listed OR (summary_revision > 0 AND NOT is_deleted AND start_time IS NOT NULL AND "
            "local_date IS NOT NULL)",
            name="workout_listed_is_whole",
        ),
        schema=SCHEMA,
    )
    op.create_table(
        "performance",
        sa.Column(
            "workout_id", pg.UUID(as_uuid=True), sa.ForeignKey(f"{SCHEMA}.workout.workout_id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("reported", sa.LargeBinary, nullable=False),
        sa.Column("series", sa.LargeBinary),
        sa.Column("analysis", sa.LargeBinary),
        schema=SCHEMA,
    )
    op.create_table(
        "rider_note",
        _id("workout_id", primary_key=True),
        _id("user_id"),
        _text("notes"),
        sa.Column("perceived_exertion", sa.SmallInteger),
        sa.Column("hidden_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("perceived_exertion BETWEEN 1 AND 10", name="rider_note_perceived_exertion"),
        schema=SCHEMA,
    )
    op.create_table(
        "ridden_class",
        sa.Column("class_id", sa.Text, primary_key=True),
        _revision("revision"),
        _flag("is_power_zone"),
        sa.Column("published", sa.LargeBinary, nullable=False),
        schema=SCHEMA,
    )
    op.create_table(
        "tally",
        _id("user_id", primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
        sa.Column("workout_count", sa.Integer, nullable=False),
        sa.Column("chartable_count", sa.Integer, nullable=False),
        sa.Column("charted_count", sa.Integer, nullable=False),
        sa.Column("analyzed_count", sa.Integer, nullable=False),
        sa.CheckConstraint("kind IN ('month', 'discipline', 'instructor')", name="tally_kind"),
        schema=SCHEMA,
    )
    op.create_table(
        "task",
        _id("task_id", primary_key=True),
        _id("user_id"),
        sa.Column("workout_ids", pg.ARRAY(pg.UUID(as_uuid=True)), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("fence", sa.BigInteger, nullable=False, server_default="0"),
        schema=SCHEMA,
    )
    # A workout is inserted with its summary and grows when its chart arrives: room on the page keeps that update off
    # the indexes.
    op.execute(f"ALTER TABLE {SCHEMA}.workout SET (fillfactor = 55)")
    # Already compressed.
    op.execute(f"ALTER TABLE {SCHEMA}.performance ALTER COLUMN series SET STORAGE EXTERNAL")
    _create_indexes()


def _create_indexes() -> None:
    newest = ["user_id", sa.text("local_date DESC"), sa.text("start_time DESC"), sa.text("workout_id DESC")]
    op.create_index("workout_by_day", "workout", newest, schema=SCHEMA, postgresql_where=sa.text("is_listed"))
    op.create_index(
        "workout_by_class", "workout", ["class_id", "user_id"], schema=SCHEMA, postgresql_where=sa.text("class_id <> ''")
    )
    op.create_index(
        "workout_by_words",
        "workout",
        ["search_text"],
        schema=SCHEMA,
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_index("rider_note_by_user", "rider_note", ["user_id"], schema=SCHEMA)
    op.create_index("task_due", "task", ["place", "created_at"], schema=SCHEMA)
    op.create_index("task_by_user", "task", ["user_id"], schema=SCHEMA)
    op.execute(
        f"CREATE FUNCTION {SCHEMA}.task_notify() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN PERFORM pg_notify('{SCHEMA}.task', ''); RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER task_notify AFTER INSERT ON {SCHEMA}.task "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.task_notify()"
    )


def downgrade() -> None:
    for table in ("task", "tally", "ridden_class", "rider_note", "performance", "workout", "rider", "inbox", "outbox"):
        op.drop_table(table, schema=SCHEMA)
    op.execute(f"DROP FUNCTION {SCHEMA}.task_notify()")
    op.execute(f"DROP FUNCTION {SCHEMA}.outbox_notify()")
