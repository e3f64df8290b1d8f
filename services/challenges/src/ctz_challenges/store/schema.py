"""The schema `challenges`: its name, its tables of the chassis, and the columns that many tables share."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.erasure import tombstone_table
from ctz_chassis.idempotency import request_ids_table
from ctz_chassis.inbox import inbox_table
from ctz_chassis.outbox import outbox_table

SCHEMA = "challenges"
metadata = sa.MetaData(schema=SCHEMA)

outbox = outbox_table(metadata, SCHEMA)
inbox = inbox_table(metadata, SCHEMA)
request_id = request_ids_table(metadata, SCHEMA)
tombstones = tombstone_table(metadata, SCHEMA)


def id_column(name: str, *, primary_key: bool = False, nullable: bool = False) -> sa.Column[object]:
    """Return a column for an id."""
    return sa.Column(name, pg.UUID(as_uuid=True), primary_key=primary_key, nullable=nullable)


def now_column(name: str) -> sa.Column[object]:
    """Return a column for the time at which its row was written."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def of_challenge() -> sa.ForeignKeyConstraint:
    """Return the rule by which rows go with their challenge."""
    return sa.ForeignKeyConstraint(["challenge_id"], [f"{SCHEMA}.challenge.challenge_id"], ondelete="CASCADE")
