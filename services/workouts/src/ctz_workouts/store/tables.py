"""The schema `workouts`.

Everything but `rider_note` can be rebuilt from events: sync never writes there, so what the rider wrote is never lost.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.erasure import tombstone_table
from ctz_chassis.idempotency import request_ids_table
from ctz_chassis.inbox import inbox_table
from ctz_chassis.outbox import outbox_table

SCHEMA = "workouts"
metadata = sa.MetaData(schema=SCHEMA)

outbox = outbox_table(metadata, SCHEMA)
inbox = inbox_table(metadata, SCHEMA)
request_ids = request_ids_table(metadata, SCHEMA)
tombstones = tombstone_table(metadata, SCHEMA)


def _id(name: str, *, primary_key: bool = False) -> sa.Column[object]:
    return sa.Column(name, pg.UUID(as_uuid=True), primary_key=primary_key, nullable=False)


def _revision(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _texts(name: str) -> sa.Column[Any]:
    return sa.Column(name, pg.ARRAY(sa.Text), nullable=False, server_default="{}")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


# One row a rider: its lock is the turn of whoever changes anything of that rider, and it holds the projection of the
# rider's dated metrics, by kind: {"1": {"revision": 3, "entries": [[microseconds since 1970, value, source], …]}}.
rider = sa.Table(
    "rider",
    metadata,
    _id("user_id", primary_key=True),
    sa.Column("timelines", pg.JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
)

# One row a workout: what `recorded` told, what lists show of the rest. It may begin with either part: revision 0 means
# that the part has not arrived. Series and blocks stand in `performance`, so that lists read narrow rows.
workout = sa.Table(
    "workout",
    metadata,
    _id("workout_id", primary_key=True),
    _id("user_id"),
    _revision("summary_revision"),
    _revision("performance_revision"),
    _revision("analyzed_revision"),
    sa.Column("analyzed_digest", sa.LargeBinary),
    _flag("is_deleted"),
    _flag("is_listed"),
    # What a listed workout is found by (store/terms.py).
    sa.Column("terms", pg.ARRAY(sa.BigInteger), nullable=False, server_default="{}"),
    # What `recorded` told.
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
    _text("class_id"),
    _text("class_type"),
    # What the rider wrote, as far as lists show it; every word of title, instructor, notes and tags (domain/words.py).
    _texts("tags"),
    _texts("words"),
    _flag("has_notes"),
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
    # What `performance` told.
    sa.Column("graph_work_kilojoules", sa.Double),
    sa.Column("graph_effort_points", sa.Double),
    sa.Column("mean_power_watts", sa.Double),
    sa.Column("mean_heart_rate_bpm", sa.Double),
    sa.Column("distance", sa.Double),
    _text("distance_unit"),
    _text("distance_name"),
    _flag("has_graph_targets"),
    sa.Column("series_state", sa.SmallInteger, nullable=False, server_default="0"),
    # What was derived.
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
    sa.Column("load", sa.Double),
    sa.Column("load_source", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("load_absent_reason", sa.SmallInteger, nullable=False, server_default="0"),
    # Whether the load depends on resting, threshold and maximum heart rate, and those that it was computed with.
    _flag("uses_heart_rate"),
    sa.Column("heart_rate_bpm_used", pg.ARRAY(sa.Double)),
    # The workout beneath this one whose heart rate it shows.
    sa.Column("heart_rate_from", pg.UUID(as_uuid=True)),
    sa.CheckConstraint(
        "NOT is_listed OR (summary_revision > 0 AND NOT is_deleted AND start_time IS NOT NULL AND "
        "local_date IS NOT NULL)",
        name="workout_listed_is_whole",
    ),
)
sa.Index("workout_by_user", workout.c.user_id)
sa.Index(
    "workout_by_day",
    workout.c.user_id,
    workout.c.local_date.desc(),
    workout.c.start_time.desc(),
    workout.c.workout_id.desc(),
    postgresql_where=workout.c.is_listed,
)
sa.Index(
    "workout_by_kind",
    workout.c.user_id,
    workout.c.discipline,
    workout.c.class_type,
    workout.c.instructor,
    workout.c.local_date.desc(),
    workout.c.start_time.desc(),
    workout.c.workout_id.desc(),
    postgresql_where=workout.c.is_listed,
)
sa.Index(
    "workout_by_class", workout.c.class_id, workout.c.user_id, postgresql_where=workout.c.class_id != sa.text("''")
)
sa.Index(
    "workout_by_terms",
    workout.c.terms,
    postgresql_using="gin",
    postgresql_with={"fastupdate": "off"},
    postgresql_where=workout.c.is_listed,
)

# An item of a file becomes one workout, however often the file is read.
sa.Index(
    "workout_once_by_import",
    workout.c.user_id,
    workout.c.source_id,
    unique=True,
    postgresql_where=sa.and_(workout.c.source == sa.text("'import'"), sa.not_(workout.c.is_deleted)),
)

# What only the page of one workout needs. `reported` is the performance event without its samples, `series` the
# samples in the form of domain/codec.py (null without any), `analysis` a `ctz.workouts.v1.Analysis`.
performance = sa.Table(
    "performance",
    metadata,
    sa.Column(
        "workout_id", pg.UUID(as_uuid=True), sa.ForeignKey(workout.c.workout_id, ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("reported", sa.LargeBinary, nullable=False),
    sa.Column("series", sa.LargeBinary),
    sa.Column("analysis", sa.LargeBinary),
)

# What the rider wrote or hid; events never touch it.
rider_note = sa.Table(
    "rider_note",
    metadata,
    _id("workout_id", primary_key=True),
    _id("user_id"),
    _text("notes"),
    sa.Column("perceived_exertion", sa.SmallInteger),
    sa.Column("feel", sa.SmallInteger),
    _texts("tags"),
    # Of notes, effort, feel and tags; hiding is no word of the rider.
    _revision("revision"),
    sa.Column("hidden_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("perceived_exertion BETWEEN 1 AND 10", name="rider_note_perceived_exertion"),
    sa.CheckConstraint("feel BETWEEN 1 AND 5", name="rider_note_feel"),
)
sa.Index("rider_note_by_user", rider_note.c.user_id)

# Classes as their source publishes them; `published` is the newest `ClassUpdated`.
ridden_class = sa.Table(
    "ridden_class",
    metadata,
    sa.Column("class_id", sa.Text, primary_key=True),
    _revision("revision"),
    _flag("is_power_zone"),
    sa.Column("published", sa.LargeBinary, nullable=False),
)

# How many listed workouts a rider has by month, discipline, word and more (store/terms.py), and how far their charts
# are: kept with every change in its transaction, so that counts cost the same at 500 and at 50,000 workouts.
tally = sa.Table(
    "tally",
    metadata,
    _id("user_id", primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    # With the collation "C", in which words with one beginning stand side by side.
    sa.Column("value", sa.Text, primary_key=True),
    sa.Column("workout_count", sa.Integer, nullable=False),
    sa.Column("chartable_count", sa.Integer, nullable=False),
    sa.Column("charted_count", sa.Integer, nullable=False),
    sa.Column("analyzed_count", sa.Integer, nullable=False),
    sa.CheckConstraint(
        "kind IN ('month', 'discipline', 'instructor', 'class_type', 'source', 'tag', 'mark', 'minutes', 'load', "
        "'word')",
        name="tally_kind",
    ),
)

# Filters of the history that riders keep: `kept` is a `ctz.workouts.v1.WorkoutFilter`, `title_form` the title as it is
# compared, `in_order` a number of the contract's WorkoutOrder.
saved_filter = sa.Table(
    "saved_filter",
    metadata,
    _id("saved_filter_id", primary_key=True),
    _id("user_id"),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("title_form", sa.Text, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("kept", sa.LargeBinary, nullable=False),
    sa.Column("in_order", sa.SmallInteger, nullable=False, server_default="0"),
    sa.UniqueConstraint("user_id", "title_form", name="saved_filter_title"),
)

# Workouts whose figures are to be computed anew. `fence` counts claims: only the newest one may write.
task = sa.Table(
    "task",
    metadata,
    _id("task_id", primary_key=True),
    _id("user_id"),
    sa.Column("workout_ids", pg.ARRAY(pg.UUID(as_uuid=True)), nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("fence", sa.BigInteger, nullable=False, server_default="0"),
)
sa.Index("task_due", task.c.place, task.c.created_at)
sa.Index("task_by_user", task.c.user_id)
