"""The mail that a rider gets when Peloton asks for a new sign-in."""

import random
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from ctz.peloton_sync.events.v1 import events_pb2

from ctz_chassis.events import Event, Poison, new_event
from ctz_identity.cli.composition import build_event_consumer
from ctz_identity.consumers.connections import CONNECTION_CHANGED

from .harness import Browser, Instance

pytestmark = pytest.mark.component

ACTIVE = events_pb2.CONNECTION_STATE_ACTIVE
RECONNECT = events_pb2.CONNECTION_STATE_RECONNECT
DISCONNECTED = events_pb2.CONNECTION_STATE_DISCONNECTED
SUBJECT = "Peloton signed you out"


def changed(user_id: UUID, revision: int, state: "events_pb2.ConnectionState.ValueType") -> Event:
    message = events_pb2.ConnectionChanged(user_id=str(user_id), revision=revision, state=state, reason="grant_dead")
    return new_event(CONNECTION_CHANGED, source="peloton-sync", user_id=user_id, message=message)


def deliver(identity: Instance, *events: Event) -> None:
    consumer = build_event_consumer(identity.base)
    for event in events:
        consumer.handle(event)


def asked(identity: Instance, rider: Browser) -> int:
    """How many mails have asked this rider to connect again since the last look."""
    return sum((mail["To"], mail["Subject"]) == (rider.email, SUBJECT) for mail in identity.new_mails())


def test_the_mail_says_what_happened_and_where_to_go(identity: Instance) -> None:
    rider = identity.member()
    identity.new_mails()
    deliver(identity, changed(rider.user.user_id, 2, RECONNECT))
    (mail,) = identity.new_mails()
    assert (rider.email, SUBJECT) == (mail["To"], mail["Subject"])
    assert "https://zones.example/peloton" in mail.get_content()
    assert "grant_dead" not in mail.get_content()


@pytest.mark.parametrize(
    ("states", "mails"),
    [
        ([ACTIVE, RECONNECT], 1),
        ([RECONNECT, RECONNECT], 1),
        ([ACTIVE, RECONNECT, ACTIVE, RECONNECT], 2),
        ([ACTIVE, DISCONNECTED], 0),
    ],
)
def test_a_rider_is_asked_once_each_time(identity: Instance, states: Sequence[int], mails: int) -> None:
    rider = identity.member()
    deliver(identity, *(changed(rider.user.user_id, number, state) for number, state in enumerate(states, 1)))  # type: ignore[arg-type]
    assert mails == asked(identity, rider)


def test_t018_a_repeated_event_mails_nobody_again(identity: Instance) -> None:
    rider = identity.member()
    event = changed(rider.user.user_id, 2, RECONNECT)
    again = changed(rider.user.user_id, 2, RECONNECT)
    deliver(identity, event, event, again, event)
    assert 1 == asked(identity, rider)


def test_t019_whatever_arrives_late_is_not_told(identity: Instance) -> None:
    """In any order the last state stands, and a rider who is connected again is not asked behind it."""
    dice = random.Random(19)
    for _ in range(20):
        rider = identity.member()
        events = [changed(rider.user.user_id, n, RECONNECT if n % 2 else ACTIVE) for n in range(1, 7)]
        late = events[:-1]
        dice.shuffle(late)
        deliver(identity, events[-1], *late)
        assert 0 == asked(identity, rider)


def test_somebody_unknown_or_switched_off_gets_no_mail(identity: Instance) -> None:
    rider = identity.member()
    with identity.base.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE identity.account SET is_active = false WHERE id = %s", (str(rider.user.user_id),)
        )
    identity.new_mails()
    deliver(identity, changed(uuid4(), 2, RECONNECT), changed(rider.user.user_id, 2, RECONNECT))
    assert [] == identity.new_mails()


def test_t021_a_revision_that_no_publisher_counts_is_a_dead_letter(identity: Instance) -> None:
    with pytest.raises(Poison):
        deliver(identity, changed(identity.member().user.user_id, 0, RECONNECT))
