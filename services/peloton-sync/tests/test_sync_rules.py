"""Runs: fairness, incremental runs, deletions, edits, the list that moves while it is read."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from ctz_peloton_sync.app import sync
from ctz_peloton_sync.domain.runs import RunState
from ctz_peloton_sync.domain.workouts import parse_list_page
from ctz_peloton_sync.store.unit_of_work import UnitOfWork
from ctz_simulator import RiderSpec

pytestmark = pytest.mark.component

# Workouts without charts and classes, for tests of the list alone.
LIST_ONLY = {"mix": {"meditation": 1.0}, "heart_rate": False, "ftp_source": "none"}


def shown(truth):
    return {key for key, workout in truth["workouts"].items() if not workout["deleted"]}


def finished(truth):
    return {key for key in shown(truth) if truth["workouts"][key]["status"] == "complete"}


def test_t005_twenty_clicks_are_one_run_and_one_crawl(harness, simulate):
    with simulate(RiderSpec("rider", workouts=40)) as sim:
        user_id = harness.connect()
        with ThreadPoolExecutor(20) as clicks:
            runs = {view.run.id for view in clicks.map(lambda _: harness.start(user_id), range(20))}
        harness.drain()
        pages = sim.calls()["list"]

    assert 1 == len(runs)
    assert 1 == len(harness.rows("SELECT id FROM sync_run"))
    assert 1 == pages


def test_a_second_run_of_an_unchanged_history_publishes_nothing(harness, simulate):
    with simulate(RiderSpec("rider", workouts=130, **LIST_ONLY)) as sim:
        user_id = harness.connect()
        harness.sync(user_id)
        before, calls = len(harness.events()), sum(sim.calls().values())
        status = harness.sync(user_id)
        spent = sum(sim.calls().values()) - calls

    assert RunState.DONE == status.run.state
    assert before == len(harness.events())
    assert spent <= 3  # the account and the newest page


def test_t050_edited_deleted_and_returning_workouts_are_mirrored(harness, simulate):
    with simulate(
        RiderSpec("rider", workouts=260, mix={"meditation": 9.0, "plain_ride": 1.0}, heart_rate=False)
    ) as sim:
        user_id = harness.connect()
        harness.sync(user_id)
        rider = sim.rider("rider")
        mirror = harness.mirror(user_id)
        newest_first = sorted(mirror.values(), key=lambda each: each.start_time.seconds, reverse=True)
        powered = [each for each in newest_first if each.total_work_joules]
        edited, gone, old = powered[0], newest_first[3], newest_first[200]
        charts = [each for each in harness.events("performance", user_id) if each.workout_id == edited.workout_id]

        rider.edit(edited.source_id, {"total_work": edited.total_work_joules + 1_000})
        rider.delete(gone.source_id)
        rider.delete(old.source_id)
        status = harness.sync(user_id)
        after = harness.mirror(user_id)
        rider.restore(old.source_id)
        harness.sync(user_id)
        again = harness.mirror(user_id)

    assert RunState.DONE == status.run.state
    assert set(mirror) - {gone.source_id, old.source_id} == set(after)
    assert edited.total_work_joules + 1_000 == after[edited.source_id].total_work_joules
    assert {gone.workout_id, old.workout_id} == {each.workout_id for each in harness.events("deleted", user_id)}
    assert set(mirror) - {gone.source_id} == set(again)
    assert old.workout_id == again[old.source_id].workout_id
    newer = [each for each in harness.events("performance", user_id) if each.workout_id == edited.workout_id]
    assert len(newer) in {len(charts), len(charts) + 1}


def test_t049_a_list_that_moves_while_it_is_read_still_ends_equal(harness, simulate):
    """Rows are added, deleted and finished between the pages of the first crawl, and after each run."""
    spec = RiderSpec("rider", workouts=350, in_progress=1, **LIST_ONLY)
    with simulate(spec) as sim:
        user_id = harness.connect()
        rider = sim.rider("rider")
        ids = sorted(finished(sim.truth("rider")))
        going_on = next(iter(shown(sim.truth("rider")) - set(ids)))
        pages = []

        def move(call):
            if "/workouts" not in call.path or len(pages) >= 6:
                return
            pages.append(call.path)
            rider.delete(ids[len(pages) * 31])
            if len(pages) == 3:
                rider.finish(going_on)

        sim.watch(move)
        harness.sync(user_id)
        for _ in range(2):
            harness.clock.advance(hours=1)
            harness.sync(user_id)
        expected = finished(sim.truth("rider"))

    assert expected == set(harness.mirror(user_id))


def test_a_workout_that_is_going_on_is_told_when_it_is_over(harness, simulate):
    with simulate(RiderSpec("rider", workouts=30, in_progress=1)) as sim:
        harness.with_settings(run_hours=6.0)
        harness.clock.now = harness.clock.now.fromtimestamp(newest_time(sim), tz=harness.clock.now.tzinfo) + timedelta(
            minutes=5
        )
        user_id = harness.connect()
        harness.sync(user_id)
        early = set(harness.mirror(user_id))
        next_run = harness.status(user_id).next_time
        going_on = next(iter(shown(sim.truth("rider")) - early))
        sim.rider("rider").finish(going_on)
        harness.sync(user_id)
        everything = shown(sim.truth("rider"))

    assert 1 == len(everything - early)
    assert next_run - harness.clock.now <= timedelta(minutes=30)
    assert everything == set(harness.mirror(user_id))


def newest_time(sim):
    return max(workout["created_at"] for workout in sim.truth("rider")["workouts"].values())


def test_the_least_recently_served_rider_comes_first(harness, simulate):
    """A rider with a long history does not keep another one waiting."""
    with simulate(RiderSpec("long", workouts=120), RiderSpec("short", workouts=10, seed=2)):
        long, short = harness.connect("long"), harness.connect("short")
        harness.start(long)
        harness.drain(steps=20)
        harness.start(short)
        steps = harness.drain(until=lambda: harness.status(short).run.state == RunState.DONE)
        open_items = harness.status(long).run.run.open

    assert steps <= 2 * 40
    assert open_items > 0


def test_newest_graphs_come_first(harness, simulate):
    with simulate(RiderSpec("rider", workouts=60)) as sim:
        user_id = harness.connect()
        harness.sync(user_id)
        asked = [call.path.split("/")[3] for call in sim.call_log.calls() if call.kind == "graph"]
        starts = sim.truth("rider")["workouts"]

    times = [starts[source_id]["start_time"] for source_id in asked]
    assert sorted(times, reverse=True) == times


def test_nothing_is_claimed_while_too_many_events_wait(harness, simulate):
    from ctz_peloton_sync.app.claim import is_backed_up  # noqa: PLC0415

    with simulate(RiderSpec("rider", workouts=30)):
        user_id = harness.connect()
        harness.start(user_id)
        harness.with_settings(outbox_bound=5)
        harness.drain(steps=2)

    assert is_backed_up(harness.store, harness.workshop.claim_policy)


def test_a_graph_that_is_not_there_is_a_failure_that_can_be_retried(harness, simulate):
    failure = {"kind": "graph", "status": 404, "count": 1}
    with simulate(RiderSpec("rider", workouts=30), failures=[failure]) as sim:
        user_id = harness.connect()
        status = harness.sync(user_id)
        calls = sim.calls()["graph"]
        due = sim.truth("rider")["due"]["graphs"]
        retried = sync.retry_failed(harness.store, user_id, None)
        harness.drain()
        after = harness.status(user_id)

    assert RunState.DONE_WITH_FAILURES == status.run.state
    assert [("not_found", 1)] == [(failed.reason, failed.attempts) for failed in status.failures]
    assert due == calls
    assert 1 == retried
    assert [] == after.failures
    assert due == len(harness.events("performance", user_id))


def test_an_opened_workout_gets_its_detail_before_everything_else(harness, simulate):
    with simulate(RiderSpec("rider", workouts=60)) as sim:
        user_id = harness.connect()
        harness.start(user_id)
        harness.drain(steps=4)
        oldest = min(harness.mirror(user_id).values(), key=lambda each: each.start_time.seconds)
        requested = sync.request_detail(harness.store, user_id, harness_id(oldest))
        harness.drain(steps=2)
        asked = [call.path for call in sim.call_log.calls()][-2:]
        told = [each for each in harness.events("recorded", user_id) if each.workout_id == oldest.workout_id]

    assert requested
    assert all(oldest.source_id in path for path in asked)
    assert told[-1].HasField("detail")


def harness_id(event):
    from uuid import UUID  # noqa: PLC0415

    return UUID(event.workout_id)


def test_what_was_received_can_be_read_again_without_calling(harness, simulate):
    with simulate(RiderSpec("rider", workouts=20)):
        user_id = harness.connect()
        harness.sync(user_id)

    with harness.store.read() as tx:
        payload = json.loads(_newest_list(tx, user_id))
    assert 20 == len(parse_list_page(payload).rows)
    assert [] == harness.rows("SELECT 1 FROM raw_payload WHERE kind = 'account'")


def _newest_list(tx: UnitOfWork, user_id):
    return tx.payloads.newest("list", f"{user_id}/0")
