"""Routines, sessions and what a rider chose about pelvic-floor work, in the schema `plans`."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_plans.store.tables import metadata

routine = sa.Table(
    "routine",
    metadata,
    sa.Column("routine_id", pg.UUID(as_uuid=True), primary_key=True),
    sa.Column("user_id", pg.UUID(as_uuid=True), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    # [{"exercise": slug, "pattern": {…} or null}, …]; length and category follow from the library when it is read.
    sa.Column("steps", pg.JSONB, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False, server_default="1"),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
)
sa.Index("routine_by_rider", routine.c.user_id)

# A deleted session stays as a row that keeps no more than its times, so that its revision goes on.
session = sa.Table(
    "session",
    metadata,
    sa.Column("session_id", pg.UUID(as_uuid=True), primary_key=True),
    sa.Column("user_id", pg.UUID(as_uuid=True), nullable=False),
    sa.Column("practice", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("start_time", sa.DateTime(timezone=True), nullable=False),
    sa.Column("local_date", sa.Date, nullable=False),
    sa.Column("done_seconds", sa.Integer, nullable=False),
    sa.Column("duration_seconds", sa.Integer, nullable=False),
    sa.Column("perceived_exertion", sa.SmallInteger),
    sa.Column("load", sa.Double),
    # Whether pelvic-floor work was in it: the rider's choice about sharing changes `is_private` of these.
    sa.Column("has_pelvic_floor", sa.Boolean, nullable=False),
    sa.Column("is_private", sa.Boolean, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False, server_default="1"),
    sa.Column("deleted_at", sa.DateTime(timezone=True)),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
)
sa.Index(
    "session_by_day",
    session.c.user_id,
    session.c.local_date,
    session.c.start_time,
    session.c.session_id,
    postgresql_where=session.c.deleted_at.is_(None),
)
sa.Index("session_by_rider", session.c.user_id)
sa.Index(
    "session_of_pelvic_floor",
    session.c.user_id,
    session.c.local_date,
    postgresql_where=sa.and_(session.c.has_pelvic_floor, session.c.deleted_at.is_(None)),
)

pelvic_floor = sa.Table(
    "pelvic_floor",
    metadata,
    sa.Column("user_id", pg.UUID(as_uuid=True), primary_key=True),
    sa.Column("daily_goal", sa.SmallInteger, nullable=False),
    sa.Column("is_shared", sa.Boolean, nullable=False),
)
