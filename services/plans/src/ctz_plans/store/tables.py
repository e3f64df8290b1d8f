"""The schema `plans`."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.erasure import tombstone_table
from ctz_chassis.idempotency import request_ids_table
from ctz_chassis.inbox import inbox_table
from ctz_chassis.outbox import outbox_table

SCHEMA = "plans"
metadata = sa.MetaData(schema=SCHEMA)

outbox = outbox_table(metadata, SCHEMA)
inbox = inbox_table(metadata, SCHEMA)
request_ids = request_ids_table(metadata, SCHEMA)
tombstones = tombstone_table(metadata, SCHEMA)


def _now(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


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
    # The load of everything; its name in SQL is from when that was of power alone.
    sa.Column("training_stress_score", sa.Double, key="load"),
    sa.Column("zone_seconds", pg.ARRAY(sa.Integer), nullable=False, server_default="{}"),
    _text("class_type"),
    sa.Column("elapsed_seconds", sa.Integer),
    sa.Column("absorbed_revision", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("absorbed_into", pg.UUID(as_uuid=True)),
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
# The erasing of an account finds every row, also those that no list shows.
sa.Index("recorded_workout_by_rider", recorded_workout.c.user_id)

# Weeks as JSON: a list of weeks, each of seven days from Sunday, each a list of activities (store/activities.py).
template = sa.Table(
    "template",
    metadata,
    sa.Column("template_id", pg.UUID(as_uuid=True), primary_key=True),
    sa.Column("user_id", pg.UUID(as_uuid=True), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    _text("description"),
    sa.Column("weeks", pg.JSONB, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False, server_default="1"),
    _now("created_at"),
)
sa.Index("template_by_title", template.c.user_id, template.c.title, template.c.template_id)

# One start of a template. `week_start` is how the rider's weeks lay when it was started.
program = sa.Table(
    "program",
    metadata,
    sa.Column("program_id", pg.UUID(as_uuid=True), primary_key=True),
    sa.Column("user_id", pg.UUID(as_uuid=True), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("week_start", sa.SmallInteger, nullable=False),
    sa.Column("first_date", sa.Date, nullable=False),
    sa.Column("last_date", sa.Date, nullable=False),
    sa.Column("week_count", sa.Integer, nullable=False),
    _now("created_at"),
)
sa.Index("program_by_rider", program.c.user_id, program.c.first_date)

# `position` orders a day and may have gaps. `is_changed` marks what the rider touched after a template put it there.
item = sa.Table(
    "item",
    metadata,
    sa.Column("item_id", pg.UUID(as_uuid=True), primary_key=True),
    sa.Column("user_id", pg.UUID(as_uuid=True), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    _text("title"),
    _text("class_id"),
    _text("discipline"),
    _text("class_type"),
    sa.Column("duration_seconds", sa.Integer, nullable=False, server_default="0"),
    _text("routine"),
    sa.Column("program_id", pg.UUID(as_uuid=True), sa.ForeignKey(program.c.program_id, ondelete="CASCADE")),
    sa.Column("is_changed", sa.Boolean, nullable=False, server_default=sa.false()),
    _text("decision"),
    sa.Column("decided_done", sa.Text),
    sa.Column("revision", sa.BigInteger, nullable=False, server_default="1"),
    _now("created_at"),
    _now("updated_at"),
    sa.Column("deleted_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("(decision = 'counts') = (decided_done IS NOT NULL)", name="item_decision_is_whole"),
)
IS_THERE = item.c.deleted_at.is_(None)
sa.Index("item_by_day", item.c.user_id, item.c.day, item.c.position, item.c.item_id, postgresql_where=IS_THERE)
sa.Index("item_by_rider", item.c.user_id)
sa.Index("item_by_program", item.c.program_id, postgresql_where=item.c.program_id.is_not(None))
# What the rider counted for one item counts for no other.
sa.Index(
    "item_decided_once",
    item.c.user_id,
    item.c.decided_done,
    unique=True,
    postgresql_where=sa.and_(item.c.decided_done.is_not(None), IS_THERE),
)
sa.Index("item_deleted", item.c.deleted_at, postgresql_where=item.c.deleted_at.is_not(None))

# Only the SHA-256 of the secret is kept.
calendar_feed = sa.Table(
    "calendar_feed",
    metadata,
    sa.Column("user_id", pg.UUID(as_uuid=True), primary_key=True),
    sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("last_read_at", sa.DateTime(timezone=True)),
)

# What challenges tells. Parts arrive in any order, so that none refers to another; a deleted challenge stays as a row
# that only a higher revision lifts. `changed_at` is the time of the event.
challenge = sa.Table(
    "challenge",
    metadata,
    sa.Column("challenge_id", pg.UUID(as_uuid=True), primary_key=True),
    sa.Column("revision", sa.BigInteger, nullable=False),
    _text("title"),
    sa.Column("is_deleted", sa.Boolean, nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
)
challenge_item = sa.Table(
    "challenge_item",
    metadata,
    sa.Column("item_id", pg.UUID(as_uuid=True), primary_key=True),
    sa.Column("challenge_id", pg.UUID(as_uuid=True), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("is_bonus", sa.Boolean, nullable=False),
    sa.Column("activity", pg.JSONB, nullable=False),
    sa.Column("alternatives", pg.JSONB, nullable=False),
)
sa.Index("challenge_item_by_day", challenge_item.c.challenge_id, challenge_item.c.day)
challenge_membership = sa.Table(
    "challenge_membership",
    metadata,
    sa.Column("user_id", pg.UUID(as_uuid=True), primary_key=True),
    sa.Column("challenge_id", pg.UUID(as_uuid=True), primary_key=True),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("is_member", sa.Boolean, nullable=False),
    sa.Column("join_date", sa.Date),
)
challenge_decision = sa.Table(
    "challenge_decision",
    metadata,
    sa.Column("user_id", pg.UUID(as_uuid=True), primary_key=True),
    sa.Column("item_id", pg.UUID(as_uuid=True), primary_key=True),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("is_done", sa.Boolean, nullable=False),
    _text("done"),
    sa.Column("points", sa.Double, nullable=False),
)
