"""Runs: starting, looking, trying again, asking for one workout."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ctz_chassis.clock import Clock
from ctz_chassis.idempotency import RequestKey
from ctz_chassis.ids import uuid7
from ctz_peloton_sync.app import changes
from ctz_peloton_sync.app.new_tasks import account_task, detail_task, graph_task, list_task
from ctz_peloton_sync.domain.errors import ConnectionMissing, ReconnectNeeded, TaskUnknown, WorkoutUnknown
from ctz_peloton_sync.domain.limits import Gate
from ctz_peloton_sync.domain.runs import PRIORITY_ON_OPEN, Phase, RunState, Trigger, expected_end
from ctz_peloton_sync.domain.scopes import RECENT, WHOLE
from ctz_peloton_sync.store.connections import StoredConnection
from ctz_peloton_sync.store.failed_tasks import FailedTask
from ctz_peloton_sync.store.runs import Progress, Run
from ctz_peloton_sync.store.unit_of_work import Store, UnitOfWork

FAILURES_SHOWN = 50
RUNS_SHOWN = 11


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as the rider sees it: waiting is told from running."""

    run: Run
    state: RunState
    state_reason: str
    workouts_listed: int
    expected_end: datetime | None
    resume_time: datetime | None


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """How syncing stands for one rider."""

    run: RunView | None
    last_good_time: datetime | None
    next_time: datetime | None
    failures: list[FailedTask]
    failure_count: int
    earlier: list[RunView]


def start_sync(store: Store, user_id: UUID, *, key: RequestKey, rescan: timedelta) -> RunView:
    """Begin a run, or give the one under way; however many clicks, one run."""

    def work(tx: UnitOfWork) -> RunView:
        connection = _connected(tx, user_id)
        begun = tx.once(user_id, key, lambda: _wanted_run(tx, connection, rescan).id.bytes)
        run = tx.runs.get(UUID(bytes=begun)) or _wanted_run(tx, connection, rescan)  # forgotten since, or just begun
        return _view(tx, run, connection, tx.gates.get(), tx.now)

    return store.run(work)


def _wanted_run(tx: UnitOfWork, connection: StoredConnection, rescan: timedelta) -> Run:
    user_id = connection.user_id
    if connection.state == "reconnect" and connection.state_reason == "payment_required":
        changes.activate(tx, user_id)  # the rider says that it is paid: ask Peloton
    elif connection.state != "active":
        raise ReconnectNeeded
    tx.connections.pause(user_id, None)
    run = tx.runs.resume(user_id) or begin_run(tx, user_id, Trigger.MANUAL, rescan) or tx.runs.open_run(user_id)
    if run is None:  # ended between two statements; what the rider asked for has just happened
        run = tx.runs.recent(user_id, 1)[0]
    tx.wake_workers()
    return run


def begin_run(tx: UnitOfWork, user_id: UUID, trigger: Trigger, rescan: timedelta) -> Run | None:
    """Begin a run with its first tasks; none when one is open."""
    last_good = tx.runs.last_complete_start(user_id)
    is_first = last_good is None
    run = tx.runs.start(
        run_id=uuid7(),
        user_id=user_id,
        trigger=Trigger.FIRST if is_first else trigger,
        scope=WHOLE if is_first else RECENT,
        rescan_since=None if last_good is None else last_good - rescan,
        now=tx.now,
    )
    if run is None:
        return None
    graphs = map(graph_task, tx.workouts.without_graph_task(user_id))
    tasks = [account_task(run, tx.now), list_task(run, 0, tx.now), *graphs]
    queued = tx.tasks.add(user_id, run.id, tasks, tx.now)
    tx.wake_workers()
    return tx.runs.add(run.id, Progress(Phase.LIST, queued=queued))


def get_status(store: Store, user_id: UUID, clock: Clock) -> SyncStatus:
    """Everything that the rider's Peloton page shows."""
    with store.read() as tx:
        connection = tx.connections.get(user_id)
        if connection is None:
            raise ConnectionMissing
        gate, now = tx.gates.get(), clock()
        views = [_view(tx, run, connection, gate, now) for run in tx.runs.recent(user_id, RUNS_SHOWN)]
        return SyncStatus(
            run=views[0] if views else None,
            last_good_time=tx.runs.last_good_end(user_id),
            next_time=connection.next_run_at if connection.state == "active" else None,
            failures=tx.failed_tasks.newest(user_id, FAILURES_SHOWN),
            failure_count=tx.failed_tasks.count(user_id),
            earlier=views[1:],
        )


def retry_failed(store: Store, user_id: UUID, task_id: UUID | None) -> int:
    """Queue one failure, or all, again; they count in the open run, if there is one."""
    with store.begin() as tx:
        _connected(tx, user_id)
        run = tx.runs.open_run(user_id)
        queued = tx.failed_tasks.retry(user_id, None if run is None else run.id, task_id, tx.now)
        if task_id is not None and not queued:
            raise TaskUnknown
        if run is not None and queued:
            tx.runs.add(run.id, Progress(Phase.LIST, queued=queued))
        tx.wake_workers()
        return len(queued)


def request_detail(store: Store, user_id: UUID, workout_id: UUID) -> bool:
    """Fetch what a bulk sync leaves out of one workout, before everything else; False when nothing is missing."""
    with store.begin() as tx:
        ref = tx.workouts.owned(user_id, workout_id)
        if ref is None:
            raise WorkoutUnknown
        connection = tx.connections.get(user_id)
        if connection is None or connection.state != "active" or ref.state not in {"live", "missing"}:
            return False
        wanted = [detail_task(ref, PRIORITY_ON_OPEN)] if ref.detail is None else []
        if ref.performance_state in {"on_open", "due"}:
            wanted.append(graph_task(ref, PRIORITY_ON_OPEN))
        for task in wanted:
            tx.tasks.add_quietly(user_id, task, tx.now)
        tx.wake_workers()
        return bool(wanted)


def _connected(tx: UnitOfWork, user_id: UUID) -> StoredConnection:
    connection = tx.connections.get(user_id)
    if connection is None or connection.state == "disconnected":
        raise ConnectionMissing
    return connection


def _view(tx: UnitOfWork, run: Run, connection: StoredConnection, gate: Gate, now: datetime) -> RunView:
    state, reason, resume = run.state, run.state_reason, None
    if state == RunState.RUNNING:
        state, reason, resume = _waiting(connection, gate, now)
    calls = run.calls
    return RunView(
        run=run,
        state=state,
        state_reason=reason,
        workouts_listed=tx.workouts.count(run.user_id)
        if state in {RunState.RUNNING, RunState.WAITING}
        else _listed(run),
        expected_end=(
            expected_end(open_calls=run.open, calls_done=calls, started=run.started_at, now=now)
            if state == RunState.RUNNING
            else None
        ),
        resume_time=resume,
    )


def _listed(run: Run) -> int:
    return run.workouts_total or 0


def _waiting(connection: StoredConnection, gate: Gate, now: datetime) -> tuple[RunState, str, datetime | None]:
    """Why a running run does not move, if it does not."""
    if gate.is_killed:
        return RunState.WAITING, "kill_switch", None
    if gate.breaker.is_open():
        return RunState.WAITING, gate.breaker.reason, gate.breaker.next_probe_time
    if connection.resume_at is not None and connection.resume_at > now:
        return RunState.WAITING, "peloton_down", connection.resume_at
    return RunState.RUNNING, "", None
