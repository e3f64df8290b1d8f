"""Lists that say too little, or too little of what the account counts: nothing is taken for deleted by them."""

import pytest

from ctz_peloton_sync.domain.runs import RunState
from ctz_simulator import RiderSpec

pytestmark = pytest.mark.component

LIST_ONLY = {"mix": {"meditation": 1.0}, "heart_rate": False, "ftp_source": "none"}


@pytest.mark.parametrize("total", [None, "240", -1])
def test_t047_a_first_list_without_a_total_is_read_to_its_end(harness, simulate, total):
    with simulate(RiderSpec("rider", workouts=240, **LIST_ONLY), list_edits={"total": total}):
        user_id = harness.connect()
        status = harness.sync(user_id)

    assert RunState.DONE == status.run.state
    assert 240 == len(harness.mirror(user_id))


@pytest.mark.parametrize("edits", [{"total": None}, {"total": 0, "data": []}, {"total": 100}])
def test_t049_a_list_that_lost_its_end_takes_nothing_away(harness, simulate, edits):
    """No total, an empty history, a total that only counts the page: the account itself still counts 240."""
    with simulate(RiderSpec("rider", workouts=240, **LIST_ONLY)) as sim:
        user_id = harness.connect()
        harness.sync(user_id)
        sim.turn(list_edits=edits)
        for _ in range(3):
            harness.sync(user_id)
        kept = harness.mirror(user_id)
        sim.turn(list_edits={})
        gone = next(iter(kept))
        sim.rider("rider").delete(gone)
        harness.sync(user_id)

    assert 240 == len(kept)
    assert set(kept) - {gone} == set(harness.mirror(user_id))


def test_t050_an_account_that_was_emptied_is_mirrored(harness, simulate):
    with simulate(RiderSpec("rider", workouts=30, **LIST_ONLY)) as sim:
        user_id = harness.connect()
        harness.sync(user_id)
        for source_id in harness.mirror(user_id):
            sim.rider("rider").delete(source_id)
        harness.sync(user_id)

    assert {} == harness.mirror(user_id)


def test_t047_months_with_impossible_names_are_left_out(harness, simulate):
    months = {"2026-11": 3, "\x00": 1, "x" * 100_000: 2, "2026-13-99": 4}
    with simulate(RiderSpec("rider", workouts=3, **LIST_ONLY), list_edits={"summary": months}):
        user_id = harness.connect()
        status = harness.sync(user_id)

    assert RunState.DONE == status.run.state
    assert {"2026-11": 3} == status.run.run.months
