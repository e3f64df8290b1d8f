"""SyncService."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ctz.peloton_sync.v1 import sync_pb2 as pb
from ctz.peloton_sync.v1 import sync_pb2_grpc as pb_grpc

from ctz_chassis import resource_name
from ctz_chassis.clock import Clock
from ctz_chassis.errors import InvalidArgument
from ctz_chassis.grpc_server import person_of
from ctz_chassis.idempotency import request_key
from ctz_peloton_sync.api.times import timestamp
from ctz_peloton_sync.app import library, sync
from ctz_peloton_sync.app.sync import RunView
from ctz_peloton_sync.domain.fields import identifier
from ctz_peloton_sync.domain.runs import PHASE_OF, Phase, RunState
from ctz_peloton_sync.store.failed_tasks import FailedTask
from ctz_peloton_sync.store.unit_of_work import Store

RUNS, TASKS, WORKOUTS, CLASSES = "syncRuns", "syncTasks", "workouts", "classes"

STATES = {
    RunState.RUNNING: pb.RUN_STATE_RUNNING,
    RunState.WAITING: pb.RUN_STATE_WAITING,
    RunState.DONE: pb.RUN_STATE_DONE,
    RunState.DONE_WITH_FAILURES: pb.RUN_STATE_DONE_WITH_FAILURES,
    RunState.PARKED: pb.RUN_STATE_PARKED,
}
KINDS = {
    Phase.LIST: pb.PHASE_KIND_LIST,
    Phase.PERFORMANCE: pb.PHASE_KIND_PERFORMANCE,
    Phase.CLASS: pb.PHASE_KIND_CLASS,
    Phase.DETAIL: pb.PHASE_KIND_DETAIL,
}


@dataclass(frozen=True, slots=True)
class SyncPolicy:
    """What the servicer tells or needs of the settings."""

    rescan: timedelta
    fleet_rate_per_second: float


class SyncServicer(pb_grpc.SyncServiceServicer):
    """Sync runs of the person's connection."""

    def __init__(self, store: Store, clock: Clock, policy: SyncPolicy) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy

    def StartSync(self, request: pb.StartSyncRequest, context: Any) -> pb.SyncRun:
        """Begin a run, or give the one under way."""
        user_id = person_of(context).user_id
        return _run(sync.start_sync(self._store, user_id, key=request_key(request), rescan=self._policy.rescan))

    def GetSyncStatus(self, _request: pb.GetSyncStatusRequest, context: Any) -> pb.SyncStatus:
        """Show how syncing stands."""
        status = sync.get_status(self._store, person_of(context).user_id, self._clock)
        return pb.SyncStatus(
            run=None if status.run is None else _run(status.run),
            last_good_time=timestamp(status.last_good_time),
            next_time=timestamp(status.next_time),
            failures=map(_failure, status.failures),
            failure_count=status.failure_count,
            earlier_runs=map(_run, status.earlier),
            fleet_rate_per_second=self._policy.fleet_rate_per_second,
        )

    def RetryFailed(self, request: pb.RetryFailedRequest, context: Any) -> pb.RetryFailedResponse:
        """Try failures again."""
        task_id = resource_name.parse(TASKS, request.name) if request.name else None
        return pb.RetryFailedResponse(count=sync.retry_failed(self._store, person_of(context).user_id, task_id))

    def RequestDetail(self, request: pb.RequestDetailRequest, context: Any) -> pb.RequestDetailResponse:
        """Fetch what one opened workout lacks."""
        workout_id = resource_name.parse(WORKOUTS, request.workout, field="workout")
        requested = sync.request_detail(self._store, person_of(context).user_id, workout_id)
        return pb.RequestDetailResponse(is_requested=requested)

    def RequestClass(self, request: pb.RequestClassRequest, context: Any) -> pb.RequestClassResponse:
        """Fetch the detail of one opened class."""
        class_id = _class_id(request.class_name)
        return pb.RequestClassResponse(
            is_requested=library.request_class(self._store, person_of(context).user_id, class_id)
        )


def _class_id(name: str) -> str:
    """The id in `classes/{class}`: Peloton's own, not one of ours."""
    collection, _, class_id = name.partition("/")
    if collection != CLASSES or not identifier(class_id):
        raise InvalidArgument("class_name", f"must look like {CLASSES}/{{id}}")
    return class_id


def _run(view: RunView) -> pb.SyncRun:
    run = view.run
    return pb.SyncRun(
        name=resource_name.format(RUNS, run.id),
        state=STATES[view.state],
        state_reason=view.state_reason,
        trigger=run.trigger.value,
        start_time=timestamp(run.started_at),
        end_time=timestamp(run.ended_at),
        phases=[
            pb.Phase(kind=KINDS[phase], done=each.done, total=each.total, failed=each.failed, calls=each.calls)
            for phase, each in run.phases.items()
        ],
        workouts_listed=view.workouts_listed,
        workouts_total=run.workouts_total,
        calls=run.calls,
        expected_end_time=timestamp(view.expected_end),
        resume_time=timestamp(view.resume_time),
    )


def _failure(task: FailedTask) -> pb.SyncFailure:
    return pb.SyncFailure(
        name=resource_name.format(TASKS, task.task_id),
        kind=KINDS[PHASE_OF[task.kind]],
        title=task.title,
        workout="" if task.workout_id is None else resource_name.format(WORKOUTS, task.workout_id),
        reason=task.reason,
        attempts=task.attempts,
        fail_time=timestamp(task.failed_at),
    )
