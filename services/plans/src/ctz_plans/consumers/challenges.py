"""What challenges tells: challenges with their schedules, who takes part, and how items stand."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from ctz.challenges.events.v1 import events_pb2 as challenges
from ctz.common.v1 import activity_pb2 as common
from google.protobuf.message import Message

from ctz_chassis.consumers import EventHandler
from ctz_chassis.event_fields import MALFORMED, day, identifier, revision
from ctz_chassis.events import Event, Poison
from ctz_plans.app.activity_messages import read_activity
from ctz_plans.domain.activity import Activity
from ctz_plans.domain.item import ChallengeItem
from ctz_plans.store.challenges import ChallengeStore, ItemWord, Membership

UPDATED = "challenges.challenge.updated.v1"
MEMBERSHIP = "challenges.membership.changed.v1"
DECIDED = "challenges.item.decided.v1"

MESSAGE_TYPES: Mapping[str, type[Message]] = {
    UPDATED: challenges.ChallengeUpdated,
    MEMBERSHIP: challenges.MembershipChanged,
    DECIDED: challenges.ItemDecided,
}


def on_updated(connection: sa.Connection, message: challenges.ChallengeUpdated, event: Event) -> None:
    """Keep a challenge with its schedule, or that it is gone."""
    challenge_id = identifier(message.challenge_id)
    ChallengeStore(connection).keep_challenge(
        challenge_id,
        revision(message.revision),
        title=message.title,
        is_deleted=message.is_deleted,
        items=[] if message.is_deleted else [_item(challenge_id, *one) for one in enumerate(message.items)],
        changed_at=event.time,
    )


def on_membership(connection: sa.Connection, message: challenges.MembershipChanged, _event: Event) -> None:
    """Keep whether a rider takes part."""
    ChallengeStore(connection).keep_membership(
        Membership(
            user_id=identifier(message.user_id),
            challenge_id=identifier(message.challenge_id),
            revision=revision(message.revision),
            is_member=message.is_member,
            join_date=day(message.join_date, "join_date") if message.join_date else None,
        )
    )


def on_decided(connection: sa.Connection, message: challenges.ItemDecided, _event: Event) -> None:
    """Keep how an item stands for a rider."""
    ChallengeStore(connection).keep_word(
        ItemWord(
            user_id=identifier(message.user_id),
            item_id=identifier(message.item_id),
            revision=revision(message.revision),
            is_done=message.is_done,
            done=_done(message.done),
            points=message.points,
        )
    )


HANDLERS: Mapping[str, EventHandler] = {
    UPDATED: on_updated,
    MEMBERSHIP: on_membership,
    DECIDED: on_decided,
}


def _item(challenge_id: UUID, place: int, message: challenges.ScheduledItem) -> ChallengeItem:
    first = day(message.date, "date")
    return ChallengeItem(
        item_id=identifier(message.item_id),
        challenge_id=challenge_id,
        day=first,
        last_day=_last(message.last_date, first),
        place=place,
        is_bonus=message.is_bonus,
        activity=_activity(message.activity),
        alternatives=[_activity(one) for one in message.alternatives],
    )


def _last(text: str, first: date) -> date:
    return max(day(text, "last_date"), first) if text else first


def _activity(message: common.Activity) -> Activity:
    found = read_activity(message)
    if found is None:
        raise Poison(MALFORMED, "activity")
    return found


def _done(text: str) -> str:
    collection, _, number = text.partition("/")
    if text and (collection not in {"workouts", "sessions"} or str(identifier(number)) != number):
        raise Poison(MALFORMED, "done")
    return text
