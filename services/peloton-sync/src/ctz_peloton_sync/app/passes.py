"""The end of a pass over the list: what is gone, whether to read again, what comes next."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from ctz.peloton_sync.events.v1 import events_pb2 as pb

from ctz_peloton_sync.app import events
from ctz_peloton_sync.app.ftp_history import advance
from ctz_peloton_sync.app.new_tasks import list_task
from ctz_peloton_sync.domain.runs import MAXIMUM_PASSES, Phase, TaskKind, pages_of
from ctz_peloton_sync.domain.scopes import Scope, first_pages, is_believable, reconcile_scope
from ctz_peloton_sync.store.runs import Run
from ctz_peloton_sync.store.unit_of_work import EventOf, UnitOfWork
from ctz_peloton_sync.store.workouts import WorkoutRef

logger = logging.getLogger(__name__)


def finish_pass(tx: UnitOfWork, run: Run) -> list[TaskKind]:
    """Called by the last list task of a pass, which holds the run; returns what was queued.

    A workout is gone when two passes in a row did not meet it where it should be: one pass alone may have missed it
    because the list moved while it was read.
    """
    if run.phases[Phase.LIST].failed:
        return _leave(tx, run)  # a page is missing, so nothing can be said of what was not met
    connection = tx.connections.get(run.user_id)
    total = run.workouts_total
    if total is None or not is_believable(total, None if connection is None else connection.total_workouts):
        logger.warning("list.not_believed", extra={"run_id": str(run.id), "total": total})
        return _leave(tx, run)
    scope = Scope.parse(run.scope)
    is_last = scope.last is None and not scope.is_recent
    is_last = is_last or run.pages_known >= pages_of(total)
    unmet, gone = tx.workouts.unseen_in_span(run.user_id, run.pass_key, is_first=scope.first == 0, is_last=is_last)
    _delete(tx, gone)
    tx.workouts.update([replace(ref, state="missing") for ref in unmet])
    again = _next_scope(tx, run, scope, total, has_unmet=bool(unmet))
    if again is not None and run.pass_number < MAXIMUM_PASSES:
        next_pass = tx.runs.begin_pass(run, str(again))
        tasks = [list_task(next_pass, page, tx.now) for page in first_pages(again)]
        return tx.tasks.add(run.user_id, run.id, tasks, tx.now)
    if again is not None:
        logger.warning("list.inconsistent", extra={"run_id": str(run.id), "passes": run.pass_number})
    return _leave(tx, run)


def _leave(tx: UnitOfWork, run: Run) -> list[TaskKind]:
    """The list is read as far as it will be in this run."""
    tx.runs.set_listed(run.id)
    return advance(tx, run.user_id, run.id)


def _next_scope(tx: UnitOfWork, run: Run, scope: Scope, total: int, *, has_unmet: bool) -> Scope | None:
    """The same again to confirm what was not met; a wider look when the counts still differ; none when all agrees."""
    if tx.workouts.count(run.user_id) + run.unreadable == total:
        return scope if has_unmet else None
    if scope.is_recent and run.months:
        return reconcile_scope(run.months, tx.workouts.months(run.user_id), total)
    return Scope()


def _delete(tx: UnitOfWork, gone: Sequence[WorkoutRef]) -> None:
    deleted = [replace(ref, state="deleted", summary_revision=ref.summary_revision + 1) for ref in gone]
    tx.workouts.update(deleted)
    tx.failed_tasks.forget([ref.id for ref in deleted])
    facts: list[EventOf] = [
        (events.DELETED, ref.user_id, _deleted_message(tx, ref)) for ref in deleted if ref.summary is not None
    ]
    tx.publish(facts)


def _deleted_message(tx: UnitOfWork, ref: WorkoutRef) -> pb.WorkoutDeleted:
    return events.deleted(workout_id=ref.id, user_id=ref.user_id, revision=ref.summary_revision, at=tx.now)
