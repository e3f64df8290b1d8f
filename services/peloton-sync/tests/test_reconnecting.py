"""A rider who leaves and comes back, with the same account or with another one, while things are under way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from cryptography.fernet import Fernet

from ctz_local.waiting import wait_until
from ctz_peloton_sync.app import connect
from ctz_peloton_sync.app.changes import need_reconnect
from ctz_peloton_sync.app.keys import rotate
from ctz_peloton_sync.app.library import feed
from ctz_peloton_sync.app.sealing import Sealer
from ctz_peloton_sync.app.tokens import TokenKeeper
from ctz_peloton_sync.app.upkeep import start_scheduled
from ctz_peloton_sync.consumers.users import ERASURE
from ctz_peloton_sync.domain.errors import PelotonUnavailable, SignInRejected
from ctz_peloton_sync.domain.runs import RunState
from ctz_simulator import Failure, RiderSpec

pytestmark = pytest.mark.component

LIST_ONLY = {"mix": {"meditation": 1.0}, "heart_rate": False, "ftp_source": "none"}


def keeper(harness):
    return TokenKeeper(harness.store, harness.sealer, harness.doors.refresher, harness.clock)


def state_of(harness, user_id):
    return connect.get_connection(harness.store, user_id).state


def test_graphs_that_were_due_when_the_rider_left_arrive_when_they_are_back(harness, simulate):
    with simulate(RiderSpec("rider", workouts=40)) as sim:
        user_id = harness.connect()
        harness.start(user_id)
        harness.drain(steps=6)
        connect.disconnect(harness.store, user_id)
        early = len(harness.events("performance", user_id))
        harness.connect(user_id=user_id)
        status = harness.sync(user_id)
        due = sim.truth("rider")["due"]["graphs"]
        calls = sim.calls()["graph"]
        harness.sync(user_id)

    assert early < due
    assert RunState.DONE == status.run.state
    assert due == len(harness.events("performance", user_id))
    assert calls == sim.calls()["graph"]


def test_a_graph_that_failed_is_not_asked_for_by_every_run(harness, simulate):
    with simulate(RiderSpec("rider", workouts=20)) as sim:
        user_id = harness.connect()
        graph = next(key for key, each in sim.truth("rider")["workouts"].items() if each["has_graph"])
        sim.turn(failures=[Failure(match=f"{graph}/performance_graph", status=418)])
        harness.sync(user_id)
        calls = sim.calls()["graph"]
        harness.sync(user_id)

    assert calls == sim.calls()["graph"]


def test_t051_a_late_no_to_an_old_token_leaves_the_new_one_alone(harness, simulate):
    """A worker still holds the old token when the rider has pasted a new one; both are the first of their kind."""
    with simulate(RiderSpec("rider", workouts=3)) as sim:
        user_id = harness.connect()
        old = keeper(harness).access(user_id, None)
        sim.sign_in.revoke()
        fresh = sim.tokens("rider")["access_token"]
        connect.connect_with_token(harness.connector, user_id, fresh)
        given = keeper(harness).renewed(user_id, old)

    assert fresh == given.token
    assert "active" == state_of(harness, user_id)


def test_t053_a_sign_in_host_that_is_down_is_asked_once_a_minute_for_a_rider(harness, simulate):
    with simulate(RiderSpec("rider", workouts=30)) as sim:
        user_id = harness.connect()
        harness.clock.advance(days=3)
        sim.turn(failures=[Failure(kind="refresh", status=503)])
        harness.start(user_id)
        begun = harness.clock.now
        harness.drain(until=lambda: harness.clock.now - begun > timedelta(minutes=30))
        asked = sim.calls()["refresh"]
        sim.turn(failures=[])
        harness.drain()

    assert 5 < asked <= 31
    assert RunState.DONE == harness.status(user_id).run.state


def test_t040_the_sign_in_host_is_not_asked_before_the_time_that_it_names(harness, simulate):
    with simulate(RiderSpec("rider", workouts=3)) as sim:
        user_id = harness.connect()
        harness.clock.advance(days=3)
        sim.turn(failures=[Failure(kind="refresh", status=429, retry_after="600", count=1)])
        limited = harness.clock.now
        times = []
        sim.watch(lambda call: times.append(harness.clock.now) if call.kind == "refresh" else None)
        harness.sync(user_id)

    assert 2 == len(times)
    assert times[1] - limited >= timedelta(seconds=600)
    assert RunState.DONE == harness.status(user_id).run.state


def test_t053_a_token_that_still_works_is_not_renewed_with_every_call(harness, simulate):
    with simulate(RiderSpec("rider", workouts=30)) as sim:
        user_id = harness.connect()
        sim.turn(failures=[Failure(kind="refresh", status=503)])
        harness.clock.advance(hours=47, minutes=56)
        harness.start(user_id)
        harness.drain(steps=20)
        asked = sim.calls()["refresh"]

    assert asked <= 2


@pytest.mark.parametrize(("steps", "run_hours"), [(100_000, 6.0), (3, 6.0), (3, 0.0)])
def test_syncing_goes_on_by_itself_when_the_rider_is_back(harness, simulate, steps, run_hours):
    """By schedule, and at once where a run was under way when the rider left."""
    harness.with_settings(run_hours=run_hours)
    with simulate(RiderSpec("rider", workouts=30)):
        user_id = harness.connect()
        harness.start(user_id)
        harness.drain(steps=steps)
        connect.disconnect(harness.store, user_id)
        harness.clock.advance(hours=7)
        away = begun(harness)
        harness.connect(user_id=user_id)
        back = begun(harness)
        harness.drain()

    assert (0, 1) == (away, back)
    assert RunState.DONE == harness.status(user_id).run.state


def held(harness, locked, wanted, act):
    """Let an act wait for what a worker holds, and the worker then want what the act holds: the act gives way."""
    with psycopg.connect(harness.database.superuser_dsn()) as writing, ThreadPoolExecutor(1) as riders:
        writing.execute("SET deadlock_timeout = '1min'")
        writing.execute(locked)
        acting = riders.submit(act)
        assert wait_until(lambda: is_waiting(harness), timeout_seconds=10)
        writing.execute(wanted)
        writing.commit()
        return acting.result(timeout=10)


@pytest.mark.parametrize("leave", ["disconnect", "connect"])
def test_t034_a_rider_who_leaves_while_a_task_is_written_down_is_not_sent_away(harness, simulate, leave):
    with simulate(RiderSpec("rider", workouts=3), RiderSpec("other", workouts=3, seed=2)):
        user_id = harness.connect()
        harness.start(user_id)
        acts = {
            "disconnect": lambda: connect.disconnect(harness.store, user_id),
            "connect": lambda: harness.connect("other", user_id=user_id),
        }
        locked = "SELECT 1 FROM peloton_sync.sync_task FOR UPDATE"
        held(harness, locked, "UPDATE peloton_sync.connection SET total_workouts = 3", acts[leave])

    assert [] == harness.rows("SELECT 1 FROM sync_task")


@pytest.mark.parametrize("trigger", ["click", "schedule"])
def test_t034_a_run_that_begins_while_another_one_ends_gives_way(harness, simulate, trigger):
    with simulate(RiderSpec("rider", workouts=3)):
        user_id = harness.connect()
        harness.start(user_id)
        with harness.store.begin() as tx:
            tx.connections.schedule(user_id, tx.now)
        acts = {"click": lambda: harness.start(user_id), "schedule": lambda: begun(harness)}
        locked = "UPDATE peloton_sync.sync_run SET state = 'parked'"
        held(harness, locked, "UPDATE peloton_sync.connection SET total_workouts = 3", acts[trigger])

    assert [("running",)] == [tuple(row) for row in harness.rows("SELECT state FROM sync_run")]


def is_waiting(harness):
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return bool(harness.rows(waiting))


def begun(harness):
    rescan, uniform = timedelta(days=7), harness.dice.random
    return start_scheduled(harness.store, rescan=rescan, cadence=harness.workshop.cadence, uniform=uniform)


def test_t106_nobody_guesses_passwords_of_peloton_through_us(harness, simulate):
    """Five tries at once, then one a minute; another rider is not held up, and nothing is asked for a refused one."""
    with simulate(RiderSpec("rider", workouts=1)) as sim:
        user_id, tries = uuid4(), []
        for _ in range(8):
            try:
                connect.connect_with_password(harness.connector, user_id, "rider", "not the password")
            except (SignInRejected, PelotonUnavailable) as error:
                tries.append(type(error))
        asked = sim.calls()["signin"]
        harness.connect()
        harness.clock.advance(minutes=1)
        harness.connect(user_id=user_id)

    assert [SignInRejected] * 5 + [PelotonUnavailable] * 3 == tries
    assert 5 == asked


def test_t118_a_no_to_an_account_that_is_gone_changes_nothing(harness, simulate, caplog):
    with simulate(RiderSpec("rider", workouts=20)) as sim:
        user_id = harness.connect()
        harness.start(user_id)
        harness.drain(steps=2)
        sim.turn(failures=[Failure(match="/api/", status=403)])
        sim.watch(lambda _: erase(harness, user_id))
        harness.drain(steps=1)

    assert ["task.lease_lost"] == [each.message for each in caplog.records if each.levelname == "WARNING"]
    assert [] == harness.rows("SELECT 1 FROM connection")


def erase(harness, user_id):
    with harness.store.database.begin() as connection:
        ERASURE.erase(connection, user_id)


def test_another_account_brings_its_own_ftp_history(harness, simulate):
    """What was found in the first account is no history of the second, and the yes to it no yes to the other."""
    with simulate(RiderSpec("first", workouts=60), RiderSpec("second", workouts=60, seed=2)):
        user_id, alone = harness.connect("first"), harness.connect("second")
        harness.sync(user_id)
        harness.sync(alone)
        harness.connect("second", user_id=user_id)
        harness.sync(user_id)
        with harness.store.read() as tx:
            mine, theirs = (
                [(each.effective_time, each.reported_watts, each.kind) for each in tx.ftp.open_proposals(rider)]
                for rider in (user_id, alone)
            )

    assert theirs
    assert [each[1:] for each in theirs] == [each[1:] for each in mine]


def test_t040_nobody_connects_while_peloton_wants_to_be_left_alone(harness, simulate):
    with simulate(RiderSpec("rider", workouts=3), RiderSpec("other", workouts=3, seed=2)) as sim:
        user_id = harness.connect()
        sim.turn(failures=[Failure(kind="list", status=429, retry_after="90", count=1)])
        harness.start(user_id)
        harness.drain(until=lambda: harness.status(user_id).run.state == RunState.WAITING)
        calls = sum(sim.calls().values())
        with pytest.raises(PelotonUnavailable):
            harness.connect("other")
        asked = sum(sim.calls().values()) - calls
        harness.clock.advance(seconds=90)
        harness.connect("other")

    assert 0 == asked


def test_t114_a_token_that_no_key_opens_any_more_asks_the_rider(harness, simulate):
    with simulate(RiderSpec("rider", workouts=30)):
        user_id = harness.connect()
        harness.start(user_id)
        rotate(harness.store, Sealer([Fernet.generate_key().decode()]))
        view = harness.status(user_id).run

    assert (RunState.PARKED, "token_unreadable") == (view.state, view.state_reason)
    assert ["", "token_unreadable"] == [event.reason for event in harness.events("connection.changed")]
    assert [] == harness.rows("SELECT 1 FROM token")


def test_a_membership_that_is_paid_again_is_told(harness, simulate):
    with simulate(RiderSpec("rider", workouts=3), failures=[Failure(kind="list", status=402, count=1)]):
        user_id = harness.connect()
        harness.sync(user_id)
        harness.sync(user_id)

    assert ["", "payment_required", ""] == [event.reason for event in harness.events("connection.changed")]


def test_the_library_is_read_although_a_rider_has_to_sign_in_again(harness, simulate):
    with simulate(RiderSpec("rider", workouts=3, **LIST_ONLY), RiderSpec("gone", workouts=300, seed=2)):
        user_id, gone = harness.connect(), harness.connect("gone")
        harness.sync(user_id)
        harness.start(gone)
        harness.drain(steps=3)
        with harness.store.begin() as tx:
            need_reconnect(tx, gone, "refresh_rejected")
        queued = feed(harness.store, harness.workshop.library_policy)

    assert queued > 0
