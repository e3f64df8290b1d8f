"""Deleted accounts: their points leave the boards, and nothing of them stays."""

from collections.abc import Mapping
from functools import partial

from ctz.identity.events.v1 import events_pb2 as identity

from ctz_challenges.app.erasing import leave_everything, leave_step_by_step
from ctz_challenges.store import tables
from ctz_challenges.store.members import OF_MEMBERSHIP
from ctz_chassis.clock import Clock
from ctz_chassis.consumers import Preparation
from ctz_chassis.db import Database
from ctz_chassis.erasure import BATCH_ROWS, DELETED, Erasure
from ctz_chassis.event_fields import identifier

SERVICE = "challenges"


def erasure(clock: Clock) -> Erasure:
    """What erases an account here. Rows of a membership go with it, by its challenge: no index has them by rider."""
    return Erasure(
        SERVICE,
        tombstones=tables.tombstones,
        outbox_table=tables.outbox,
        extras=[partial(leave_everything, clock=clock)],
        spared=OF_MEMBERSHIP,
        heavy={tables.recorded_workout: BATCH_ROWS},
        clock=clock,
    )


def preparations(clock: Clock) -> Mapping[str, Preparation]:
    """What precedes the transaction of a deleted account."""
    lighten = erasure(clock).lighten

    def prepare(database: Database, message: identity.UserDeleted) -> None:
        leave_step_by_step(database, identifier(message.user_id, "user_id"), clock=clock)
        lighten(database, message)

    return {DELETED: prepare}
