"""Runs, tasks and what is to be done next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from uuid import UUID

PAGE_SIZE = 100
# Above this many pages an account is not an account.
MAXIMUM_PAGES = 1_000
MAXIMUM_PASSES = 3


class Phase(StrEnum):
    """The four counted phases of a run."""

    LIST = "list"
    PERFORMANCE = "performance"
    CLASS = "class"
    DETAIL = "detail"


class TaskKind(StrEnum):
    """One kind of call each."""

    ACCOUNT = "account"
    LIST = "list"
    FTP = "ftp"
    PERFORMANCE = "performance"
    CLASS = "class"
    DETAIL = "detail"
    LIBRARY = "library"


PHASE_OF: Mapping[TaskKind, Phase] = {
    TaskKind.ACCOUNT: Phase.LIST,
    TaskKind.LIST: Phase.LIST,
    TaskKind.FTP: Phase.DETAIL,
    TaskKind.PERFORMANCE: Phase.PERFORMANCE,
    TaskKind.CLASS: Phase.CLASS,
    TaskKind.DETAIL: Phase.DETAIL,
    TaskKind.LIBRARY: Phase.CLASS,
}

# Lower comes first: what the rider waits for, then the list, then what the wizard asks, then the long tail, then what
# nobody waits for.
PRIORITY: Mapping[TaskKind, int] = {
    TaskKind.ACCOUNT: 10,
    TaskKind.LIST: 20,
    TaskKind.FTP: 30,
    TaskKind.CLASS: 40,
    TaskKind.PERFORMANCE: 40,
    TaskKind.DETAIL: 50,
    TaskKind.LIBRARY: 60,
}
PRIORITY_ON_OPEN = 0
PRIORITY_OF_LIBRARY = PRIORITY[TaskKind.LIBRARY]


class RunState(StrEnum):
    """State of a run; WAITING is derived from the gate, not stored."""

    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    DONE_WITH_FAILURES = "done_with_failures"
    PARKED = "parked"


class Trigger(StrEnum):
    """Why a run was started."""

    FIRST = "first"
    MANUAL = "manual"
    SCHEDULED = "scheduled"
    RECONCILE = "reconcile"


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be queued; `dedupe_key` is unique among open tasks."""

    kind: TaskKind
    dedupe_key: str
    target: str
    priority: int
    sort_time: datetime
    workout_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """A claimed task; writes are valid only while `fence` is the task's."""

    task_id: UUID
    fence: int
    user_id: UUID
    run_id: UUID | None
    kind: TaskKind
    target: str
    workout_id: UUID | None
    attempts: int
    connection_id: UUID | None
    peloton_user_id: str
    has_refusals: bool
    is_success_wanted: bool
    is_probe: bool


@dataclass(frozen=True, slots=True)
class PhaseCount:
    """How far a phase is."""

    done: int = 0
    total: int = 0
    failed: int = 0
    calls: int = 0

    @property
    def open(self) -> int:
        """Items neither done nor failed."""
        return self.total - self.done - self.failed


def pages_of(total: int) -> int:
    """Pages that a list of so many items has; at least one."""
    return min(MAXIMUM_PAGES, max(1, ceil(total / PAGE_SIZE)))


def expected_end(*, open_calls: int, calls_done: int, started: datetime, now: datetime) -> datetime | None:
    """When the rest would be done at the pace so far; none before there is a pace."""
    elapsed = (now - started).total_seconds()
    if calls_done < 3 or elapsed <= 0 or open_calls <= 0:  # noqa: PLR2004 three calls make a pace
        return None
    return now + timedelta(seconds=open_calls * elapsed / calls_done)


def next_run_time(now: datetime, interval: timedelta, jitter: float) -> datetime:
    """The next scheduled run: the interval, spread by up to a fifth so that riders do not come in step."""
    return now + interval * (0.9 + 0.2 * jitter)
