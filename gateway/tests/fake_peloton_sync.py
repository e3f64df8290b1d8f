"""Peloton-sync in memory behind its real contract: connection, runs, failures, FTP proposals."""

# ruff: noqa: N802 - methods are named by the contract

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from ctz.peloton_sync.v1 import connections_pb2, sync_pb2

from ctz_chassis.errors import InvalidArgument
from ctz_chassis.grpc_server import person_of
from ctz_chassis.resource_name import parse
from ctz_gateway.clients.times import stamp
from gateway.tests.refusals import Refused

RIGHT_PASSWORD = "peloton-right"
RIGHT_TOKEN = "bearer-right"
CONNECTED = datetime(2026, 3, 2, 7, 15, tzinfo=UTC)


@dataclass
class SyncStore:
    """Everything that peloton-sync knows, by rider."""

    connections: dict[UUID, connections_pb2.Connection] = field(default_factory=dict)
    runs: dict[UUID, sync_pb2.SyncRun] = field(default_factory=dict)
    failures: dict[UUID, list[sync_pb2.SyncFailure]] = field(default_factory=lambda: defaultdict(list))
    proposals: dict[UUID, list[connections_pb2.FTPProposal]] = field(default_factory=lambda: defaultdict(list))
    readings: dict[UUID, Any] = field(default_factory=dict)
    workouts: dict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    requested: list[str] = field(default_factory=list)
    is_peloton_up: bool = True

    def connect(self, owner: UUID, username: str) -> connections_pb2.Connection:
        """Keep a working connection."""
        self.connections[owner] = connections_pb2.Connection(
            peloton_username=username,
            state=connections_pb2.CONNECTION_STATE_ACTIVE,
            state_time=stamp(CONNECTED),
            connect_time=stamp(CONNECTED),
            is_renewable=True,
        )
        return self.connections[owner]


def run(state: sync_pb2.RunState.ValueType, *, trigger: str = "first", listed: int = 120) -> sync_pb2.SyncRun:
    """A run with all its phases half way, or complete when it is done."""
    is_over = state in {sync_pb2.RUN_STATE_DONE, sync_pb2.RUN_STATE_DONE_WITH_FAILURES}
    started = datetime.now(UTC) - timedelta(minutes=3)
    phases = [
        sync_pb2.Phase(kind=kind, done=total if is_over else total // 2, total=total, calls=total)
        for kind, total in (
            (sync_pb2.PHASE_KIND_LIST, 2),
            (sync_pb2.PHASE_KIND_PERFORMANCE, 80),
            (sync_pb2.PHASE_KIND_CLASS, 30),
            (sync_pb2.PHASE_KIND_DETAIL, 4),
        )
    ]
    return sync_pb2.SyncRun(
        name=f"syncRuns/{uuid4()}",
        state=state,
        trigger=trigger,
        start_time=stamp(started),
        end_time=stamp(datetime.now(UTC)) if is_over else None,
        phases=phases,
        workouts_listed=listed,
        workouts_total=listed,
        calls=116,
    )


class ConnectionService:
    """ConnectionService over the store."""

    def __init__(self, store: SyncStore) -> None:
        self.store = store

    def ConnectWithPassword(self, request: Any, context: Any) -> Any:
        if not request.username.strip():
            raise InvalidArgument("username", "must not be empty")
        if not self.store.is_peloton_up:
            raise Refused("UNAVAILABLE", "PELOTON_SIGN_IN_UNAVAILABLE")
        if request.password != RIGHT_PASSWORD:
            raise Refused("INVALID_ARGUMENT", "PELOTON_SIGN_IN_REJECTED")
        return self.store.connect(person_of(context).user_id, request.username)

    def ConnectWithToken(self, request: Any, context: Any) -> Any:
        if not request.pasted.strip():
            raise InvalidArgument("pasted", "must not be empty")
        if request.pasted != RIGHT_TOKEN:
            raise Refused("INVALID_ARGUMENT", "PASTED_TOKEN_REJECTED")
        connection = self.store.connect(person_of(context).user_id, "pasted")
        connection.is_renewable = False
        return connection

    def GetConnection(self, _request: Any, context: Any) -> Any:
        connection = self.store.connections.get(person_of(context).user_id)
        if connection is None:
            raise Refused("NOT_FOUND", "CONNECTION_MISSING")
        return connection

    def Disconnect(self, _request: Any, context: Any) -> Any:
        connection = self.store.connections.get(person_of(context).user_id)
        if connection is not None:
            connection.state = connections_pb2.CONNECTION_STATE_DISCONNECTED
        return connections_pb2.DisconnectResponse()

    def ListFTPProposals(self, _request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        return connections_pb2.ListFTPProposalsResponse(
            proposals=self.store.proposals[owner], accepted_reading=self.store.readings.get(owner, 0)
        )

    def AcceptFTPHistory(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        self.store.readings[owner] = request.reading
        self.store.proposals[owner] = []
        return connections_pb2.AcceptFTPHistoryResponse()

    def ResolveFTPProposals(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        self.store.proposals[owner] = [each for each in self.store.proposals[owner] if each.name not in request.names]
        return connections_pb2.ResolveFTPProposalsResponse()


class SyncService:
    """SyncService over the store."""

    def __init__(self, store: SyncStore) -> None:
        self.store = store

    def StartSync(self, _request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        connection = self.store.connections.get(owner)
        if connection is None or connection.state == connections_pb2.CONNECTION_STATE_DISCONNECTED:
            raise Refused("NOT_FOUND", "CONNECTION_MISSING")
        if connection.state == connections_pb2.CONNECTION_STATE_RECONNECT:
            raise Refused("FAILED_PRECONDITION", "RECONNECT_NEEDED")
        known = self.store.runs.get(owner)
        if known is None or known.state != sync_pb2.RUN_STATE_RUNNING:
            self.store.runs[owner] = run(sync_pb2.RUN_STATE_RUNNING, trigger="manual")
        return self.store.runs[owner]

    def GetSyncStatus(self, _request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        found, failures = self.store.runs.get(owner), self.store.failures[owner]
        return sync_pb2.SyncStatus(
            run=found,
            last_good_time=found.end_time if found is not None and found.HasField("end_time") else None,
            failures=failures,
            failure_count=len(failures),
            fleet_rate_per_second=2.0,
        )

    def RetryFailed(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        failures = self.store.failures[owner]
        if request.name:
            parse("syncTasks", request.name)
            if all(each.name != request.name for each in failures):
                raise Refused("NOT_FOUND", "SYNC_TASK_NOT_FOUND")
        retried = [each for each in failures if request.name in {"", each.name}]
        self.store.failures[owner] = [each for each in failures if each not in retried]
        return sync_pb2.RetryFailedResponse(count=len(retried))

    def RequestDetail(self, request: Any, context: Any) -> Any:
        if request.workout not in self.store.workouts[person_of(context).user_id]:
            raise Refused("NOT_FOUND", "WORKOUT_NOT_FOUND")
        self.store.requested.append(request.workout)
        return sync_pb2.RequestDetailResponse(is_requested=True)

    def RequestClass(self, request: Any, context: Any) -> Any:
        if person_of(context).user_id not in self.store.connections:
            raise Refused("NOT_FOUND", "CONNECTION_MISSING")
        self.store.requested.append(request.class_name)
        return sync_pb2.RequestClassResponse(is_requested=True)
