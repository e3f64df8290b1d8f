"""A first sync, end to end inside the service."""

import pytest

from ctz_peloton_sync.domain.class_types import class_type_of
from ctz_peloton_sync.domain.runs import RunState
from ctz_simulator import RiderSpec

pytestmark = pytest.mark.component


def test_a_first_sync_brings_everything_within_the_calls_that_are_due(harness, simulate):
    """0 missing, 0 doubled; calls at most 1.05 times what architecture.md says is due."""
    with simulate(RiderSpec("rider", workouts=300)) as sim:
        user_id = harness.connect()
        before = sum(sim.calls().values())
        status = harness.sync(user_id)
        truth = sim.truth("rider")
        calls = sum(sim.calls().values()) - before
        due = truth["due"]

    shown = {key for key, workout in truth["workouts"].items() if not workout["deleted"]}
    assert RunState.DONE == status.run.state
    assert shown == set(harness.mirror(user_id))
    assert len(shown) == len(harness.events("recorded", user_id)) - status_details(harness, user_id)
    assert due["graphs"] == len(harness.events("performance", user_id))
    assert due["classes"] == len(harness.events("class.updated"))
    probes = status.run.run.phases["detail"].calls
    assert calls <= 1.05 * (due["list_pages"] + due["graphs"] + due["classes"] + probes)
    told = harness.mirror(user_id).values()
    assert [class_type_of(each.discipline, each.title) for each in told] == [each.class_type for each in told]
    assert {"power_zone", "power_zone_endurance", "low_impact"} <= {each.class_type for each in told}


def status_details(harness, user_id):
    return sum(event.revision > 1 for event in harness.events("recorded", user_id))
