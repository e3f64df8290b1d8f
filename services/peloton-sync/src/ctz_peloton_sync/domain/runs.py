"""Runs, tasks and what is to be done next."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from uuid import UUID

from ctz_peloton_sync.domain.workouts import WorkoutRow

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


PHASE_OF: Mapping[TaskKind, Phase] = {
    TaskKind.ACCOUNT: Phase.LIST,
    TaskKind.LIST: Phase.LIST,
    TaskKind.FTP: Phase.DETAIL,
    TaskKind.PERFORMANCE: Phase.PERFORMANCE,
    TaskKind.CLASS: Phase.CLASS,
    TaskKind.DETAIL: Phase.DETAIL,
}

# Lower comes first: what the rider waits for, then the list, then what the wizard asks, then the long tail.
PRIORITY: Mapping[TaskKind, int] = {
    TaskKind.ACCOUNT: 10,
    TaskKind.LIST: 20,
    TaskKind.FTP: 30,
    TaskKind.CLASS: 40,
    TaskKind.PERFORMANCE: 40,
    TaskKind.DETAIL: 50,
}
PRIORITY_ON_OPEN = 0


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


class ListScope(StrEnum):
    """How much of the list a pass reads."""

    RECENT = "recent"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be queued; `dedupe_key` is unique among open tasks."""

    kind: TaskKind
    dedupe_key: str
    target: str
    priority: int
    sort_time: datetime
    workout_id: UUID | None = None
    is_counted: bool = True


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


def pages_to_add(*, page: int, total: int, scope: ListScope, known_pages: int, is_recent_covered: bool) -> range:
    """Pages to queue after this one: all others of a whole pass at once; of a recent pass the next, until it is covered."""
    last = pages_of(total)
    if scope == ListScope.WHOLE:
        return range(known_pages, max(last, known_pages))
    return range(page + 1, page + 2) if not is_recent_covered and page + 1 < last else range(0)


def is_recent_covered(rows: Sequence[WorkoutRow], *, unreadable: int, known: Collection[str], since: datetime) -> bool:
    """Whether a page reaches back beyond the re-scanned days and ends in workouts that we have."""
    if not rows:
        return unreadable == 0
    oldest = min(rows, key=lambda row: row.created_time)
    return oldest.created_time < since and oldest.source_id in known


def expected_end(*, open_calls: int, calls_done: int, started: datetime, now: datetime) -> datetime | None:
    """When the rest would be done at the pace so far; none before there is a pace."""
    elapsed = (now - started).total_seconds()
    if calls_done < 3 or elapsed <= 0 or open_calls <= 0:  # noqa: PLR2004 three calls make a pace
        return None
    return now + timedelta(seconds=open_calls * elapsed / calls_done)


def reconcile_pages(theirs: Mapping[str, int], ours: Mapping[str, int], total: int) -> range | None:
    """Pages that hold the months whose counts differ, one page to either side; none when the months explain nothing."""
    differing = {month for month in theirs.keys() | ours.keys() if theirs.get(month, 0) != ours.get(month, 0)}
    if not differing or sum(theirs.values()) != total:
        return None
    newest, oldest = max(differing), min(differing)
    before = sum(count for month, count in theirs.items() if month > newest)
    through = sum(count for month, count in theirs.items() if month >= oldest)
    return range(max(0, before // PAGE_SIZE - 1), min(pages_of(total), through // PAGE_SIZE + 2))


def next_run_time(now: datetime, interval: timedelta, jitter: float) -> datetime:
    """The next scheduled run: the interval, spread by up to a fifth so that riders do not come in step."""
    return now + interval * (0.9 + 0.2 * jitter)
