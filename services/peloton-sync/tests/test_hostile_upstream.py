"""Peloton limits, fails, hangs, lies and closes: what then happens to calls, tasks, riders."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from ctz_chassis.events import MAX_BODY_BYTES
from ctz_peloton_sync.app.console import set_kill_switch
from ctz_peloton_sync.clients import errors
from ctz_peloton_sync.clients.http import Allowlist, retry_after
from ctz_peloton_sync.domain.errors import SignInUnavailable
from ctz_peloton_sync.domain.runs import RunState
from ctz_simulator import Failure, RiderSpec

pytestmark = pytest.mark.component

LIST_ONLY = {"mix": {"meditation": 1.0}, "heart_rate": False, "ftp_source": "none"}


def watched(sim, harness):
    """The virtual times of all API calls from now on, by member."""
    seen = []
    sim.watch(lambda call: seen.append((harness.clock.now, call.username, call.kind)))
    return seen


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_t040_retry_after_is_obeyed_by_everybody_and_the_run_waits(harness, simulate, form):
    with simulate(RiderSpec("rider", workouts=30), RiderSpec("other", workouts=10, seed=2)) as sim:
        user_id, other = harness.connect(), harness.connect("other")
        wait = "90" if form == "seconds" else format_datetime(harness.clock.now + timedelta(seconds=90), usegmt=True)
        sim.turn(failures=[Failure(kind="list", status=429, retry_after=wait, count=1)])
        harness.start(user_id)
        limited = harness.clock.now
        calls = watched(sim, harness)
        harness.drain(until=lambda: harness.status(user_id).run.state == RunState.WAITING)
        status = harness.status(user_id)
        harness.start(other)
        harness.drain()
        ended = [harness.status(each).run.state for each in (user_id, other)]

    after = [at for at, _, kind in calls if kind not in {"me", "list"} or at > limited]
    first = min(at for at in after if at > limited + timedelta(seconds=1))
    assert first >= limited + timedelta(seconds=89)  # the date form has whole seconds
    assert "rate_limited" == status.run.state_reason
    assert status.run.resume_time >= limited + timedelta(seconds=89)
    assert [RunState.DONE, RunState.DONE] == ended


@pytest.mark.parametrize("status", [500, 502, 503])
def test_t041_one_bad_graph_is_tried_within_its_attempts_and_the_others_arrive(harness, simulate, status):
    with simulate(RiderSpec("rider", workouts=25)) as sim:
        user_id = harness.connect()
        graphs = [key for key, workout in sim.truth("rider")["workouts"].items() if workout["has_graph"]]
        sim.turn(failures=[Failure(match=f"{graphs[0]}/performance_graph", status=status)])
        ended = harness.sync(user_id)
        calls = Counter(call.path for call in sim.call_log.calls())

    assert RunState.DONE_WITH_FAILURES == ended.run.state
    assert [("server_fault", harness.settings.maximum_attempts)] == [
        (each.reason, each.attempts) for each in ended.failures
    ]
    assert calls[f"/api/workout/{graphs[0]}/performance_graph"] <= 2 * harness.settings.maximum_attempts
    assert len(graphs) - 1 == len(harness.events("performance", user_id))


def test_t042_an_outage_costs_one_probe_a_minute_and_ends_by_itself(harness, simulate):
    with simulate(RiderSpec("rider", workouts=20), RiderSpec("other", workouts=10, seed=2)) as sim:
        riders = [harness.connect(), harness.connect("other")]
        sim.turn(failures=[Failure(match="/api/", status=503)])
        for each in riders:
            harness.start(each)
        calls = watched(sim, harness)
        harness.drain(until=lambda: len(calls) >= harness.settings.breaker_failures)
        opened = harness.clock.now
        waiting = harness.status(riders[0]).run
        harness.drain(until=lambda: harness.clock.now - opened > timedelta(minutes=30))
        probes = [at for at, _, _ in calls if at > opened]
        failed = [each.failures for each in map(harness.status, riders)]
        sim.turn(failures=[])
        harness.drain()
        ended = [harness.status(each).run.state for each in riders]

    assert (RunState.WAITING, "peloton_down") == (waiting.state, waiting.state_reason)
    assert len(probes) <= 31
    assert all(later - earlier >= timedelta(seconds=59) for earlier, later in pairwise(probes))
    assert [[], []] == failed
    assert [RunState.DONE, RunState.DONE] == ended


@pytest.mark.parametrize("wire", ["hang", "drip", "endless"])
def test_t043_a_call_that_does_not_end_is_ended(harness, simulate, wire):
    """The total deadline (here a second) or the size cap ends it; the task is tried again and arrives."""
    harness.with_settings(call_seconds=1.0)
    with simulate(RiderSpec("rider", workouts=3)) as sim:
        user_id = harness.connect()
        sim.turn(failures=[Failure(kind="list", wire=wire, count=1)])
        ended = harness.sync(user_id)

    assert RunState.DONE == ended.run.state
    assert 3 == len(harness.mirror(user_id))


def test_t043_nobody_there_is_transient(harness, simulate):
    with simulate(RiderSpec("rider", workouts=3)):
        user_id = harness.connect()
    harness.start(user_id)
    harness.drain(steps=1)

    assert [("unreachable", "pending")] == [
        tuple(row) for row in harness.rows("SELECT last_error, state FROM sync_task WHERE attempts = 1")
    ]


@pytest.mark.parametrize("share", [number / 20 for number in range(1, 20)])
def test_t044_a_body_cut_anywhere_is_transient_and_leaves_nothing_half(harness, simulate, share):
    with simulate(RiderSpec("rider", workouts=2, **LIST_ONLY)) as sim:
        user_id = harness.connect()
        sim.turn(failures=[Failure(kind="list", wire="truncate", share=share, count=1)])
        harness.start(user_id)
        harness.drain(steps=2)
        stored = harness.rows("SELECT 1 FROM workout_ref")
        harness.drain()
        state = harness.status(user_id).run.state

    assert [] == stored
    assert RunState.DONE == state
    assert 2 == len(harness.mirror(user_id))


@pytest.mark.parametrize("wire", ["wrong_length", "broken_gzip", "drop"])
def test_t044_wrong_length_broken_gzip_and_a_dropped_link_are_transient(harness, simulate, wire):
    with simulate(RiderSpec("rider", workouts=2, **LIST_ONLY)) as sim:
        user_id = harness.connect()
        sim.turn(failures=[Failure(kind="list", wire=wire, count=1)])
        state = harness.sync(user_id).run.state

    assert RunState.DONE == state
    assert 2 == len(harness.mirror(user_id))


@pytest.mark.parametrize(
    "failure",
    [
        {"status": 200, "body": "html"},
        {"status": 200, "body": "empty"},
        {"wire": "bom"},
    ],
)
def test_t045_what_is_not_the_expected_json_is_neither_stored_nor_shown(harness, simulate, failure):
    with simulate(RiderSpec("rider", workouts=2, **LIST_ONLY)) as sim:
        user_id = harness.connect()
        sim.turn(failures=[Failure.from_json({"kind": "list", **failure})])
        ended = harness.sync(user_id)

    assert ["unexpected_content"] == [each.reason for each in ended.failures]
    assert [] == harness.rows("SELECT 1 FROM raw_payload")
    assert {} == harness.mirror(user_id)


def test_t046_a_closed_endpoint_costs_two_calls_a_rider_and_stops_the_fleet(harness, simulate):
    """The replay of November 2025: 403 for all."""
    names = [f"rider{number}" for number in range(5)]
    with simulate(*(RiderSpec(name, workouts=3, seed=number) for number, name in enumerate(names))) as sim:
        riders = [harness.connect(name) for name in names]
        sim.turn(endpoint_gone=True)
        calls = watched(sim, harness)
        for each in riders:
            harness.start(each)
        harness.drain()
        per_rider = Counter(name for _, name, _ in calls)
        views = [harness.status(each).run for each in riders]
        states = harness.rows("SELECT DISTINCT state FROM connection")
        killed = harness.rows("SELECT is_killed, kill_reason FROM gate")
        sim.turn(endpoint_gone=False)
        set_kill_switch(harness.store, is_killed=False, reason="", by="operator")
        harness.drain()
        after = {harness.status(each).run.state for each in riders}

    assert max(per_rider.values()) <= 2
    assert harness.settings.refused_accounts == len(per_rider)
    assert [(True, "endpoint_gone")] == [tuple(row) for row in killed]
    assert [("active",)] == [tuple(row) for row in states]
    assert {"endpoint_gone", "kill_switch"} == {view.state_reason for view in views}
    assert {RunState.DONE} == after


def test_402_parks_the_run_until_the_rider_has_seen_to_it(harness, simulate):
    with simulate(RiderSpec("rider", workouts=3), failures=[{"kind": "list", "status": 402, "count": 1}]) as sim:
        user_id = harness.connect()
        parked = harness.sync(user_id)
        calls = sum(sim.calls().values())
        harness.drain()
        idle = sum(sim.calls().values()) - calls
        resumed = harness.sync(user_id)

    assert (RunState.PARKED, "payment_required") == (parked.run.state, parked.run.state_reason)
    assert 0 == idle
    assert RunState.DONE == resumed.run.state


def test_t055_a_giant_body_a_deep_one_and_a_giant_figure_fail_cleanly(harness, simulate):
    with simulate(RiderSpec("rider", workouts=12)) as sim:
        user_id = harness.connect()
        graphs = [key for key, workout in sim.truth("rider")["workouts"].items() if workout["has_graph"]]
        sim.rider("rider").edit(
            graphs[2], {"graph": {"duration": 10**400, "effort_zones": {"total_effort_points": 10**400}}}
        )
        sim.turn(
            failures=[
                Failure(match=graphs[0], kind="graph", wire="huge"),
                Failure(match=graphs[1], kind="graph", status=200, body="deep_json"),
            ]
        )
        ended = harness.sync(user_id)

    assert {"too_large", "too_deep"} == {each.reason for each in ended.failures}
    assert len(graphs) - 2 == len(harness.events("performance", user_id))
    assert all(len(bytes(row[0])) <= MAX_BODY_BYTES for row in harness.rows("SELECT data FROM outbox"))


@pytest.mark.parametrize(
    "location", ["http://[::1", "https://\u2100.com/", "https://user@auth.example/", "//169.254.169.254/"]
)
def test_t056_a_sign_in_that_is_sent_anywhere_else_says_so(harness, simulate, location):
    failure = Failure(kind="authorize", status=302, location=location)
    with simulate(RiderSpec("rider", workouts=1), failures=[failure]), pytest.raises(SignInUnavailable):
        harness.connect()


@pytest.mark.parametrize("url", ["https://[", "http://[::1", "https://\u2100.com", "https://api.example:99999/", ""])
def test_t056_what_is_no_address_is_not_on_the_list(url):
    with pytest.raises(errors.OutsideAllowlist):
        Allowlist(frozenset({"https://api.example"}), is_loopback_allowed=False).check(url)


def test_t053_a_refusal_that_cannot_be_read_is_no_refusal_of_the_grant(harness, simulate):
    """Nested beyond reason, with the status of a rejection: the grant is kept, and renewing is tried again."""
    with simulate(RiderSpec("rider", workouts=3)) as sim:
        user_id = harness.connect()
        sim.sign_in.expire_access()
        sim.turn(failures=[Failure(kind="refresh", status=403, body="deep_json", count=1)])
        ended = harness.sync(user_id)

    assert RunState.DONE == ended.run.state


NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("         12345678901", 86_400),
        ("99999999999999999999", 86_400),
        ("Sun, 22 Nov 2026 12:01:00 GMT", 60),
        ("Sun, 22 Nov 2026 12:01:00", 60),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
        ("Wed, 21 Oct 9999 07:28:00 -2359", 86_400),
        ("-5", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_t040_the_time_to_wait_is_read_in_every_form_and_bounded(value, seconds):
    assert (None if seconds is None else timedelta(seconds=seconds)) == retry_after(value, NOW)


def test_t056_redirects_are_not_followed_and_other_hosts_not_called(harness, simulate):
    with simulate(RiderSpec("rider", workouts=3)) as sim:
        user_id = harness.connect()
        sim.turn(failures=[Failure(kind="list", status=302, location="http://127.0.0.1:9/steal")])
        ended = harness.sync(user_id)
        api = harness.doors.api()
        with pytest.raises(errors.OutsideAllowlist):
            api._client.request("GET", "https://169.254.169.254/latest")
        with pytest.raises(errors.OutsideAllowlist):
            api._client.request("GET", sim.url.replace("http://", "http://user:pass@"))
        api.close()

    assert ["outside_allowlist"] == [each.reason for each in ended.failures]
