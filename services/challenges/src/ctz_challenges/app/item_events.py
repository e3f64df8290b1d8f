"""The fact that challenges publishes of items."""

from uuid import UUID

from ctz.challenges.events.v1 import events_pb2

from ctz_challenges.domain.facts import DoneKind
from ctz_challenges.store.ledger import Told
from ctz_chassis import resource_name
from ctz_chassis.clock import Clock
from ctz_chassis.events import Event, new_event

ITEM_DECIDED = "challenges.item.decided.v1"
COLLECTIONS = {DoneKind.WORKOUT.value: "workouts", DoneKind.SESSION.value: "sessions"}
"""Where the resource names of what was done begin, by the kind that is stored."""


def item_decided(challenge_id: UUID, item_id: UUID, user_id: UUID, told: Told, *, clock: Clock) -> Event:
    """Return how an item stands for a member."""
    done = resource_name.format(COLLECTIONS[told.done_kind], told.done_id) if told.done_id else ""
    message = events_pb2.ItemDecided(
        challenge_id=str(challenge_id),
        item_id=str(item_id),
        user_id=str(user_id),
        revision=told.revision,
        is_done=told.is_done,
        done=done,
        done_date=told.done_date.isoformat() if told.done_date else "",
        points=float(told.points),
    )
    return new_event(ITEM_DECIDED, source="challenges", user_id=user_id, message=message, clock=clock)
