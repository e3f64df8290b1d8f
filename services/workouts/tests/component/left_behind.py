"""What events leave behind of a rider, for tests."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from ctz.workouts.events.v1 import events_pb2

from ctz_chassis.consumers import decode
from ctz_chassis.events import Event
from ctz_workouts.cli import GROUP_HANDLERS, HANDLERS, MESSAGE_TYPES
from ctz_workouts.store import aggregate_tables as sums
from ctz_workouts.store import tables

from .harness import block

WATTS = (130,) * 40 + (200,) * 40
BLOCKS = (block(61, 100, 2), block(101, 140, 4))
# How often figures were published depends on the order in which parts came; what was published last does not.
COUNTERS = {"analyzed_revision", "analyzed_digest"}


def rows_of(connection: sa.Connection, user: UUID) -> dict[str, list[dict[str, Any]]]:
    """Everything derived of a rider, in an order of its own."""
    found: dict[str, list[dict[str, Any]]] = {}
    mine = sa.select(tables.workout.c.workout_id).where(tables.workout.c.user_id == user)
    conditions = {
        tables.rider: tables.rider.c.user_id == user,
        tables.workout: tables.workout.c.user_id == user,
        tables.performance: tables.performance.c.workout_id.in_(mine),
        tables.tally: sa.and_(tables.tally.c.user_id == user, tables.tally.c.workout_count != 0),
        tables.task: tables.task.c.user_id == user,
        sums.total: sa.and_(sums.total.c.user_id == user, sums.total.c.workout_count != 0),
        sums.distance_day: sa.and_(sums.distance_day.c.user_id == user, sums.distance_day.c.day_count != 0),
        sums.streak: sums.streak.c.user_id == user,
    }
    for table, condition in conditions.items():
        rows = connection.execute(sa.select(table).where(condition).order_by(*table.primary_key)).mappings()
        found[table.name] = [{name: row[name] for name in row if name not in COUNTERS} for row in rows]
    return found


def last_published(connection: sa.Connection, user: UUID) -> dict[str, events_pb2.WorkoutAnalyzed]:
    rows = connection.execute(sa.select(tables.outbox.c.data).where(tables.outbox.c.subject == str(user))).scalars()
    messages = sorted((events_pb2.WorkoutAnalyzed.FromString(row) for row in rows), key=lambda one: one.revision)
    return {message.workout_id: message for message in messages}


def apply(connection: sa.Connection, events: Sequence[Event]) -> None:
    """Apply events in this order through the real handlers; neighbours that may be handled together are."""
    for handle_group, neighbours in groupby(events, lambda each: GROUP_HANDLERS.get(each.type)):
        told = [(decode(MESSAGE_TYPES[each.type], each), each) for each in neighbours]
        if handle_group is not None:
            handle_group(connection, told)
        else:
            for message, each in told:
                HANDLERS[each.type](connection, message, each)
