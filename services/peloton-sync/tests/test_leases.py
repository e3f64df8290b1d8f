"""Leases and fencing inside one process; real kills are in test_kills.py."""

from dataclasses import replace

import pytest

from ctz_peloton_sync.app.upkeep import sweep
from ctz_peloton_sync.domain.runs import RunState
from ctz_peloton_sync.workers.leases import LeaseBook, beat
from ctz_simulator import RiderSpec

pytestmark = pytest.mark.component


def everything(harness):
    tables = ("workout_ref", "sync_run", "outbox")
    return [harness.rows(f"SELECT * FROM {table} ORDER BY 1") for table in tables]  # noqa: S608 names of our own


def swept(harness):
    return sweep(
        harness.store,
        maximum_deaths=harness.settings.maximum_deaths,
        cadence=harness.workshop.cadence,
        uniform=harness.dice.random,
    )


def test_t004_a_worker_that_slept_past_its_lease_writes_nothing(harness, simulate):
    """The zombie holds an answer; its task went to somebody else meanwhile. Its whole transaction is refused."""
    with simulate(RiderSpec("rider", workouts=20)):
        user_id = harness.connect()
        harness.start(user_id)
        harness.drain(steps=2)
        zombie, executor = harness.claim(), harness.workshop.executor()
        harness.clock.advance(seconds=harness.settings.lease_seconds + 1)
        swept(harness)
        harness.drain()
        before = everything(harness)
        executor.execute(zombie.lease)
        executor.api.close()
        after = everything(harness)

    assert before == after
    assert RunState.DONE == harness.status(user_id).run.state


def test_t004_an_older_fence_can_neither_fail_nor_release_nor_extend(harness, simulate):
    with simulate(RiderSpec("rider", workouts=5)):
        harness.start(harness.connect())
        lease = harness.claim().lease
        old = replace(lease, fence=lease.fence - 1)
        with harness.store.begin() as tx:
            assert not tx.tasks.finish(old)
            assert not tx.tasks.fail(old, error="x", now=tx.now)
            assert not tx.tasks.release(old, not_before=tx.now, error="x", is_attempt=True)
            tx.tasks.extend([old], tx.now.replace(year=2030))
        until = harness.rows("SELECT lease_until FROM sync_task WHERE state = 'leased'")[0][0]

    assert until.year == harness.clock.now.year


def test_a_lease_in_hand_is_kept_by_the_heartbeat(harness, simulate):
    with simulate(RiderSpec("rider", workouts=5)):
        harness.start(harness.connect())
        lease, book = harness.claim().lease, LeaseBook()
        with book.holding(lease):
            for _ in range(5):
                harness.clock.advance(seconds=harness.settings.lease_seconds * 0.8)
                beat(harness.store, book, harness.settings.lease)
                swept(harness)

        with harness.store.begin() as tx:
            assert tx.tasks.finish(lease)


def test_t006_a_task_that_kills_its_worker_again_and_again_fails_and_the_run_ends(harness, simulate):
    with simulate(RiderSpec("rider", workouts=10)):
        user_id = harness.connect()
        harness.start(user_id)
        harness.drain(steps=2)
        victim = harness.claim().lease
        with harness.store.begin() as tx:
            tx.tasks.release(victim, not_before=tx.now, error="", is_attempt=False)
        for _ in range(harness.settings.maximum_deaths):
            lease = harness.claim().lease
            assert victim.task_id == lease.task_id
            harness.clock.advance(seconds=harness.settings.lease_seconds + 1)
            swept(harness)
            harness.clock.advance(minutes=1)  # the pause after a death
        harness.drain()
        status = harness.status(user_id)

    assert ["worker_died"] == [each.reason for each in status.failures]
    assert RunState.DONE_WITH_FAILURES == status.run.state


def test_no_account_holds_more_than_its_window(harness, simulate):
    harness.with_settings(account_window=3)
    with simulate(RiderSpec("rider", workouts=20), RiderSpec("other", workouts=20, seed=2)):
        for username in ("rider", "other"):
            harness.start(harness.connect(username))
        harness.drain(steps=4)
        leases = []
        while (claimed := harness.claim()) is not None:
            leases.append(claimed.lease)

    assert [3, 3] == [sum(lease.user_id == user for lease in leases) for user in {lease.user_id for lease in leases}]


@pytest.mark.parametrize(("fleet", "account"), [(20.0, 10.0), (5.0, 50.0)])
def test_the_limiter_spaces_calls_for_fleet_and_account(harness, simulate, fleet, account):
    """Slots of 60 calls of two accounts: never faster than either rate, and hardly slower."""
    harness.with_settings(rate_fleet=fleet, rate_account=account, burst=1)
    with simulate(RiderSpec("rider", workouts=1), RiderSpec("other", workouts=1, seed=2)):
        users = [harness.connect("rider"), harness.connect("other")]
    policy = harness.workshop.claim_policy
    slots = {user: [] for user in users}
    for turn in range(60):
        with harness.store.begin() as tx:
            slot = tx.gates.reserve(
                users[turn % 2], fleet=policy.fleet, account=policy.account, now=tx.now, patience=policy.patience * 100
            )
        slots[users[turn % 2]].append(slot)
    everybody = sorted(slot for taken in slots.values() for slot in taken)
    spans = [(everybody[-1] - everybody[0]).total_seconds(), *((s[-1] - s[0]).total_seconds() for s in slots.values())]

    rate = min(fleet, 2 * account)
    assert spans[0] == pytest.approx(59 / rate, rel=0.05)
    assert all(span >= 29 / account * 0.99 for span in spans[1:])


def test_retries_are_at_most_a_tenth_of_the_calls(harness):
    """Beyond a small burst, retries of all workers together take turns at a tenth of the fleet's rate (S19)."""
    interval = harness.workshop.executor().policy.retry_interval
    with harness.store.begin() as tx:
        slots = [tx.gates.retry_slot(interval=interval, burst=3, now=tx.now) for _ in range(23)]

    assert harness.settings.fleet_rate.interval * 10 == interval
    assert all(slot <= harness.clock.now for slot in slots[:3])
    assert harness.clock.now + 20 * interval == slots[-1]
