"""Tasks as the stages make them: key, urgency, place in the order."""

from datetime import datetime, timedelta
from uuid import UUID

from ctz_peloton_sync.domain.runs import PRIORITY, NewTask, TaskKind
from ctz_peloton_sync.store.runs import Run
from ctz_peloton_sync.store.workouts import WorkoutRef


def account_task(run: Run, now: datetime) -> NewTask:
    """Ask who the rider is at Peloton."""
    kind = TaskKind.ACCOUNT
    return NewTask(kind, f"account:{run.id}", "me", PRIORITY[kind], now)


def list_task(run: Run, page: int, now: datetime) -> NewTask:
    """One page of the present pass; earlier pages come first."""
    kind = TaskKind.LIST
    return NewTask(kind, f"list:{run.pass_key}:{page}", str(page), PRIORITY[kind], now - timedelta(seconds=page))


def graph_task(ref: WorkoutRef, priority: int = PRIORITY[TaskKind.PERFORMANCE]) -> NewTask:
    """One graph."""
    return NewTask(TaskKind.PERFORMANCE, f"performance:{ref.id}", ref.source_id, priority, ref.start_time, ref.id)


def detail_task(ref: WorkoutRef, priority: int = PRIORITY[TaskKind.DETAIL]) -> NewTask:
    """One workout's own page."""
    return NewTask(TaskKind.DETAIL, f"detail:{ref.id}", ref.source_id, priority, ref.start_time, ref.id)


def class_task(class_id: str, sort_time: datetime, priority: int = PRIORITY[TaskKind.CLASS]) -> NewTask:
    """One class."""
    return NewTask(TaskKind.CLASS, f"class:{class_id}", class_id, priority, sort_time)


def library_task(slug: str, page: int, now: datetime) -> NewTask:
    """One page of a browse category."""
    kind = TaskKind.LIBRARY
    return NewTask(kind, f"library:{slug}:{page}", f"{slug}:{page}", PRIORITY[kind], now)


def ftp_task(user_id: UUID, source_id: str, sort_time: datetime) -> NewTask:
    """The FTP in force during one workout."""
    return NewTask(TaskKind.FTP, f"ftp:{user_id}:{source_id}", source_id, PRIORITY[TaskKind.FTP], sort_time)
