"""The facts that challenges publishes of challenges and memberships."""

from datetime import timedelta
from uuid import UUID

from ctz.challenges.events.v1 import events_pb2
from ctz.common.v1 import activity_pb2

from ctz_challenges.domain.challenge import Activity, ActivityKind, Challenge, Item, Role
from ctz_challenges.domain.errors import InvalidField
from ctz_challenges.domain.membership import Membership
from ctz_chassis.clock import Clock
from ctz_chassis.events import Event, EventTooLarge, new_event

SOURCE = "challenges"
CHALLENGE_UPDATED = "challenges.challenge.updated.v1"
MEMBERSHIP_CHANGED = "challenges.membership.changed.v1"
ACTIVITY_KINDS = {
    ActivityKind.CLASS: activity_pb2.ACTIVITY_KIND_CLASS,
    ActivityKind.CLASS_TYPE: activity_pb2.ACTIVITY_KIND_CLASS_TYPE,
    ActivityKind.DISCIPLINE: activity_pb2.ACTIVITY_KIND_DISCIPLINE,
    ActivityKind.ROUTINE: activity_pb2.ACTIVITY_KIND_ROUTINE,
}


def challenge_updated(challenge: Challenge, *, clock: Clock) -> Event:
    """Return a challenge with its whole schedule; refuse a schedule that no event could carry."""
    items = sorted(challenge.items, key=lambda item: (item.week, item.day, item.position))
    message = events_pb2.ChallengeUpdated(
        challenge_id=str(challenge.challenge_id),
        revision=challenge.revision,
        title=challenge.title,
        start_date=challenge.start_date.isoformat(),
        end_date=challenge.end_date.isoformat(),
        items=[_scheduled(challenge, item) for item in items],
    )
    try:
        return new_event(CHALLENGE_UPDATED, source=SOURCE, user_id=None, message=message, clock=clock)
    except EventTooLarge:
        raise InvalidField("items", "The schedule is too long: shorten titles, or take alternatives out.") from None


def challenge_deleted(challenge_id: UUID, revision: int, *, clock: Clock) -> Event:
    """Return that a challenge is gone, or no longer published."""
    message = events_pb2.ChallengeUpdated(challenge_id=str(challenge_id), revision=revision, is_deleted=True)
    return new_event(CHALLENGE_UPDATED, source=SOURCE, user_id=None, message=message, clock=clock)


def membership_changed(membership: Membership, *, clock: Clock) -> Event:
    """Return whether a rider takes part, and from which day on."""
    message = events_pb2.MembershipChanged(
        challenge_id=str(membership.challenge_id),
        user_id=str(membership.user_id),
        revision=membership.revision,
        is_member=not membership.has_left,
        join_date=membership.join_date.isoformat(),
    )
    return new_event(MEMBERSHIP_CHANGED, source=SOURCE, user_id=membership.user_id, message=message, clock=clock)


def activity_message(activity: Activity) -> activity_pb2.Activity:
    """Return an activity as the contract has it."""
    return activity_pb2.Activity(
        kind=ACTIVITY_KINDS[activity.kind],
        title=activity.title,
        class_id=activity.class_id,
        discipline=activity.discipline,
        class_type=activity.class_type,
        duration_seconds=activity.duration_seconds,
        routine=activity.routine,
    )


def _scheduled(challenge: Challenge, item: Item) -> events_pb2.ScheduledItem:
    first, last = challenge.days_of(item.week)
    return events_pb2.ScheduledItem(
        item_id=str(item.item_id),
        date=(first + timedelta(days=item.day)).isoformat(),
        last_date=last.isoformat(),
        is_bonus=item.role is Role.BONUS,
        activity=activity_message(item.activity),
        alternatives=[activity_message(each) for each in item.alternatives],
    )
