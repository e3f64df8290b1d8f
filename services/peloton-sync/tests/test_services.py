"""The gRPC services and the console, over a real server with the real interceptor."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from ctz.peloton_sync.v1 import connections_pb2, connections_pb2_grpc, sync_pb2, sync_pb2_grpc

from ctz_chassis.errors import RemoteError
from ctz_chassis.grpc_server import Registration
from ctz_chassis.http import health_app
from ctz_chassis.readiness import Readiness
from ctz_chassis.testing import RunningServer, make_keys, running_server
from ctz_peloton_sync.api.connection_service import ConnectionServicer
from ctz_peloton_sync.api.sync_service import SyncPolicy, SyncServicer
from ctz_peloton_sync.http.console import console
from ctz_simulator import RiderSpec

pytestmark = pytest.mark.component

KEYS = make_keys()


@pytest.fixture
def rider():
    """A person with a token of now: tokens end after five minutes, a whole run of the tests takes longer."""
    return KEYS.user()


@pytest.fixture
def stranger():
    """Another person."""
    return KEYS.user()


@pytest.fixture
def server(harness, simulate) -> Iterator[RunningServer]:
    """The service's gRPC server beside a simulator with two riders."""
    with simulate(RiderSpec("rider", workouts=12), RiderSpec("other", workouts=3, seed=2)):
        registrations = [
            Registration(
                connections_pb2_grpc.add_ConnectionServiceServicer_to_server,
                ConnectionServicer(harness.connector),
                connections_pb2.DESCRIPTOR.services_by_name["ConnectionService"],
            ),
            Registration(
                sync_pb2_grpc.add_SyncServiceServicer_to_server,
                SyncServicer(harness.store, harness.clock, SyncPolicy(timedelta(days=7), 2.0)),
                sync_pb2.DESCRIPTOR.services_by_name["SyncService"],
            ),
        ]
        with running_server("peloton-sync", registrations, keys=KEYS) as running:
            yield running


def stubs(server, user):
    return (
        server.client(connections_pb2_grpc.ConnectionServiceStub, user=user),
        server.client(sync_pb2_grpc.SyncServiceStub, user=user),
    )


def connected(server, user, username):
    connections, sync = stubs(server, user)
    request = connections_pb2.ConnectWithPasswordRequest(username=username, password="simulated-password")
    return connections.ConnectWithPassword(request), connections, sync


def test_connecting_syncing_and_looking(harness, server, rider):
    connection, connections, sync = connected(server, rider, "rider")
    started = sync.StartSync(sync_pb2.StartSyncRequest(request_id=str(uuid4())))
    harness.drain()
    status = sync.GetSyncStatus(sync_pb2.GetSyncStatusRequest())

    assert ("rider", connections_pb2.CONNECTION_STATE_ACTIVE, True) == (
        connection.peloton_username,
        connection.state,
        connection.is_renewable,
    )
    assert connection == connections.GetConnection(connections_pb2.GetConnectionRequest())
    assert started.name == status.run.name
    assert sync_pb2.RUN_STATE_DONE == status.run.state
    assert (12, 12) == (status.run.workouts_listed, status.run.workouts_total)
    assert all(phase.done == phase.total for phase in status.run.phases)
    assert status.run.calls == sum(phase.calls for phase in status.run.phases)


def test_a_repeated_start_is_the_same_run(harness, server, rider):
    _, _, sync = connected(server, rider, "rider")
    request = sync_pb2.StartSyncRequest(request_id=str(uuid4()))
    first = sync.StartSync(request)
    harness.drain()

    assert first.name == sync.StartSync(request).name


def test_proposals_are_listed_until_they_are_answered(harness, server, rider):
    _, connections, sync = connected(server, rider, "rider")
    before = connections.ListFTPProposals(connections_pb2.ListFTPProposalsRequest())
    sync.StartSync(sync_pb2.StartSyncRequest())
    harness.drain()
    found = connections.ListFTPProposals(connections_pb2.ListFTPProposalsRequest())
    names = [proposal.name for proposal in found.proposals]
    connections.ResolveFTPProposals(connections_pb2.ResolveFTPProposalsRequest(names=names))
    after = connections.ListFTPProposals(connections_pb2.ListFTPProposalsRequest())

    assert (True, False) == (before.is_searching, found.is_searching)
    assert names
    assert all(proposal.proposed_watts > 0 for proposal in found.proposals)
    assert [] == list(after.proposals)


@pytest.mark.parametrize("is_early", [True, False])
def test_one_yes_hands_the_whole_ftp_history_over(harness, server, is_early, rider):
    """Whether the rider says yes before the first sync or after it, every value found is handed over once."""
    _, connections, sync = connected(server, rider, "rider")
    question = connections.ListFTPProposals(connections_pb2.ListFTPProposalsRequest())
    yes = connections_pb2.AcceptFTPHistoryRequest(reading=connections_pb2.FTP_READING_PROPOSED)
    if is_early:
        connections.AcceptFTPHistory(yes)
    sync.StartSync(sync_pb2.StartSyncRequest())
    harness.drain()
    connections.AcceptFTPHistory(yes)
    after = connections.ListFTPProposals(connections_pb2.ListFTPProposalsRequest())
    told = [value for message in harness.events("ftp.accepted.v1") for value in message.values]

    assert question.account_value.reported_watts == told[-1].watts
    assert sorted(value.effective_time.seconds for value in told) == [value.effective_time.seconds for value in told]
    assert len(told) == len({value.effective_time.seconds for value in told})
    assert ([], connections_pb2.FTP_READING_PROPOSED) == (list(after.proposals), after.accepted_reading)


def test_a_yes_without_a_reading_is_refused(harness, server, rider):
    _, connections, _ = connected(server, rider, "rider")
    with pytest.raises(RemoteError) as refused:
        connections.AcceptFTPHistory(connections_pb2.AcceptFTPHistoryRequest())

    assert "reading" == refused.value.field_violations[0][0]


def test_another_riders_things_do_not_exist(harness, server, rider, stranger):
    _, _, sync = connected(server, rider, "rider")
    _, _, other = connected(server, stranger, "other")
    sync.StartSync(sync_pb2.StartSyncRequest())
    harness.drain()
    mine = next(iter(harness.mirror(rider.user_id).values()))

    with pytest.raises(RemoteError, match=r".") as refused:
        other.RequestDetail(sync_pb2.RequestDetailRequest(workout=f"workouts/{mine.workout_id}"))
    with pytest.raises(RemoteError) as missing:
        other.RetryFailed(sync_pb2.RetryFailedRequest(name=f"syncTasks/{uuid4()}"))

    assert ["WORKOUT_NOT_FOUND", "SYNC_TASK_NOT_FOUND"] == [each.value.reason for each in (refused, missing)]
    assert sync.RequestDetail(sync_pb2.RequestDetailRequest(workout=f"workouts/{mine.workout_id}")).is_requested


@pytest.mark.parametrize(
    ("username", "password", "reason"),
    [
        ("rider", "wrong", "PELOTON_SIGN_IN_REJECTED"),
        ("", "x", "INVALID_FIELD"),
        ("rider", "x" * 300, "INVALID_FIELD"),
    ],
)
def test_refusals_have_reasons(server, username, password, reason, rider):
    connections, _ = stubs(server, rider)

    with pytest.raises(RemoteError) as refused:
        connections.ConnectWithPassword(
            connections_pb2.ConnectWithPasswordRequest(username=username, password=password)
        )

    assert reason == refused.value.reason


def test_connecting_needs_a_fresh_sign_in(server):
    connections, _ = stubs(server, KEYS.user(is_fresh=False))

    with pytest.raises(RemoteError) as refused:
        connections.ConnectWithToken(connections_pb2.ConnectWithTokenRequest(pasted="x"))

    assert "FRESH_SIGN_IN_REQUIRED" == refused.value.reason


def test_nobody_connected_is_not_found(server, rider):
    connections, sync = stubs(server, rider)

    for call in (
        lambda: connections.GetConnection(connections_pb2.GetConnectionRequest()),
        lambda: sync.GetSyncStatus(sync_pb2.GetSyncStatusRequest()),
        lambda: sync.StartSync(sync_pb2.StartSyncRequest()),
    ):
        with pytest.raises(RemoteError) as refused:
            call()
        assert "CONNECTION_MISSING" == refused.value.reason


@pytest.fixture
def pages(harness):
    """The Flask application with the console."""
    app = health_app("peloton-sync", Readiness({}), KEYS.verifier())
    app.register_blueprint(console(harness.store, harness.clock))
    return app.test_client()


def headers(user, caller="gateway"):
    return {
        "authorization": f"Bearer {KEYS.service_signer(caller).token('peloton-sync')}",
        "ctz-user": user.token,
    }


def test_the_console_is_for_administrators(pages, rider):
    administrator = KEYS.user(is_administrator=True)

    assert 200 == pages.get("/console", headers=headers(administrator)).status_code
    assert 200 == pages.get("/console.json", headers=headers(administrator)).status_code
    assert 403 == pages.get("/console", headers=headers(rider)).status_code
    assert 401 == pages.get("/console").status_code


def test_the_kill_switch_stops_every_call_until_it_is_released(harness, simulate, pages):
    administrator = headers(KEYS.user(is_administrator=True))
    with simulate(RiderSpec("rider", workouts=3)) as sim:
        user_id = harness.connect()
        stopped = pages.post(
            "/console/kill-switch", headers=administrator, data={"is_killed": "true", "reason": "test"}
        )
        harness.start(user_id)
        calls = sum(sim.calls().values())
        harness.drain()
        idle = sum(sim.calls().values()) - calls
        view = harness.status(user_id).run
        pages.post("/console/kill-switch", headers=administrator, data={"is_killed": "false"})
        harness.drain()

    assert {"changed": True} == stopped.get_json()
    assert (0, "kill_switch") == (idle, view.state_reason)
    assert "done" == harness.status(user_id).run.state.value


def test_an_unclear_kill_switch_is_refused(pages):
    administrator = headers(KEYS.user(is_administrator=True))

    assert 400 == pages.post("/console/kill-switch", headers=administrator, data={}).status_code


def test_keys_of_two_riders_do_not_mix(harness, server, rider, stranger):
    connected(server, rider, "rider")
    connected(server, stranger, "other")
    with harness.store.read() as tx:
        mine, theirs = tx.tokens.get(rider.user_id), tx.tokens.get(stranger.user_id)

    assert mine != replace(theirs, user_id=mine.user_id)
    assert harness.sealer.open(mine) != harness.sealer.open(theirs)
