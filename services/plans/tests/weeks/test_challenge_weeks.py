"""Weeks of riders and weeks of challenges that begin on different days."""

import pytest
from ctz.plans.v1 import plans_pb2 as pb

from ctz_chassis.consumers import Consumer
from ctz_chassis.ids import uuid7

from .harness import (
    FRI,
    LAST_SUN,
    MON,
    NEXT_MON,
    SUN,
    THU,
    TUE,
    WED,
    Rider,
    challenge,
    decided,
    membership,
    recorded,
    scheduled,
    states,
    type_of,
    unplanned,
)

pytestmark = pytest.mark.component


def test_a_ride_for_a_challenge_is_planned_in_whichever_week_of_the_rider_it_lies(
    rider: Rider, consumer: Consumer
) -> None:
    """The week of the challenge runs from Thursday to Wednesday: suggested for the one week, done in the other."""
    for first, day, last, done in ((THU, FRI, "2026-06-10", NEXT_MON), ("2026-05-28", MON, "2026-06-03", LAST_SUN)):
        challenge_id, item, ride = uuid7(), uuid7(), uuid7()
        items = [scheduled(item, day, type_of("power_zone"), last_date=last)]
        consumer.handle(challenge(challenge_id, items=items, start_date=first))
        consumer.handle(membership(challenge_id, rider.user_id, day=first))
        consumer.handle(recorded(ride, rider.user_id, "45 min Power Zone Ride", done))
        assert ["45 min Power Zone Ride"] == unplanned(rider.week(done))
        word = decided(challenge_id, item, rider.user_id, is_done=True, done=f"workouts/{ride}", points=50)
        consumer.handle(word)
        assert [] == unplanned(rider.week(done))

    assert ["done 45 min Power Zone Ride"] * 2 == states(rider.week(MON, today=SUN))


def test_an_item_of_a_challenge_that_asks_for_what_the_rider_planned_goes_along(
    rider: Rider, consumer: Consumer
) -> None:
    challenge_id = uuid7()
    items = [scheduled(uuid7(), TUE, type_of("power_zone")), scheduled(uuid7(), WED, type_of("climb"))]
    consumer.handle(challenge(challenge_id, items=items))
    consumer.handle(membership(challenge_id, rider.user_id))
    rider.put(MON, type_of("power_zone"))
    shown = [item for day in rider.week(today=MON).days for item in day.items]

    assert [("own", False), ("challenge", True), ("challenge", False)] == [
        (pb.ItemOrigin.Name(item.origin).removeprefix("ITEM_ORIGIN_").lower(), item.goes_along) for item in shown
    ]
