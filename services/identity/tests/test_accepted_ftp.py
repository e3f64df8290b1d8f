"""Peloton's FTP history, once the rider said yes to it, becomes dated metrics like any other."""

import itertools
from datetime import UTC, datetime
from uuid import UUID

import pytest
from ctz.common.v1 import training_pb2
from ctz.peloton_sync.events.v1 import events_pb2

from ctz_chassis.events import Event, new_event
from ctz_identity.cli.composition import build_event_consumer
from ctz_identity.consumers.accepted_ftp import FTP_ACCEPTED

from .harness import Instance
from .test_metrics import FTP, add, at, new, published, timelines

pytestmark = pytest.mark.component

PELOTON_TEST = training_pb2.METRIC_SOURCE_PELOTON_TEST
MARCH, JUNE, AUGUST = (datetime(2025, month, 8, 6, 41, tzinfo=UTC) for month in (3, 6, 8))


def accepted(user_id: UUID, *values: tuple[datetime, int]) -> Event:
    message = events_pb2.FTPAccepted(
        user_id=str(user_id),
        values=[
            events_pb2.AcceptedFTP(effective_time=at(moment), watts=watts, source=PELOTON_TEST)
            for moment, watts in values
        ],
    )
    return new_event(FTP_ACCEPTED, source="peloton-sync", user_id=user_id, message=message)


def deliver(identity: Instance, *events: Event) -> None:
    consumer = build_event_consumer(identity.base)
    for event in events:
        consumer.handle(event)


def test_the_history_is_told_once_and_whole(identity: Instance) -> None:
    """One event of several values is one change of the timeline."""
    user = identity.member().user
    deliver(identity, accepted(user.user_id, (MARCH, 214), (JUNE, 222)))

    assert {FTP: (1, [214.0, 222.0])} == timelines(identity, user)
    (told,) = published(identity, user)
    assert [(214.0, PELOTON_TEST), (222.0, PELOTON_TEST)] == [(each.value, each.source) for each in told.entries]


def test_what_the_rider_typed_in_for_that_instant_stays(identity: Instance) -> None:
    """The rider's own value wins over what Peloton has from the same instant."""
    user = identity.member().user
    add(identity, user, new(JUNE, 230))
    deliver(identity, accepted(user.user_id, (MARCH, 214), (JUNE, 222)))

    assert [214.0, 230.0] == timelines(identity, user)[FTP][1]


def test_a_value_that_is_no_ftp_is_left_out(identity: Instance) -> None:
    """One impossible value does not hold up the others."""
    user = identity.member().user
    deliver(identity, accepted(user.user_id, (MARCH, 4), (JUNE, 222)))

    assert [222.0] == timelines(identity, user)[FTP][1]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_t019_accepted_values_in_any_order_and_again_make_one_history(
    identity: Instance, order: tuple[int, ...]
) -> None:
    """Repeated and reordered events end in the same entries."""
    user = identity.member().user
    events = [accepted(user.user_id, value) for value in ((MARCH, 214), (JUNE, 222), (AUGUST, 238))]
    again = accepted(user.user_id, (JUNE, 222))
    deliver(identity, *(events[place] for place in order), *events, again)

    assert [214.0, 222.0, 238.0] == timelines(identity, user)[FTP][1]
