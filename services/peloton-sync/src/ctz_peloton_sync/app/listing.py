"""The list stage: one page into the mirror."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ctz_peloton_sync.app import events
from ctz_peloton_sync.app.mirroring import Mirrored, mirror
from ctz_peloton_sync.app.new_tasks import class_task, detail_task, graph_task, list_task
from ctz_peloton_sync.domain.fields import Json
from ctz_peloton_sync.domain.runs import Lease, NewTask, TaskKind
from ctz_peloton_sync.domain.scopes import Scope, is_recent_covered, length_of, pages_after
from ctz_peloton_sync.domain.workouts import ListPage, parse_list_page
from ctz_peloton_sync.store.runs import Run
from ctz_peloton_sync.store.unit_of_work import UnitOfWork
from ctz_peloton_sync.store.workouts import WorkoutRef

logger = logging.getLogger(__name__)


def apply_page(tx: UnitOfWork, lease: Lease, run: Run, payload: Json) -> tuple[list[TaskKind], bool]:
    """Take one page into the mirror; returns what was queued, and whether the page told anything new."""
    page = parse_list_page(payload)
    known = tx.workouts.by_source(lease.user_id, [row.source_id for row in page.rows])
    mirrored = [mirror(row, known.get(row.source_id), lease.user_id, run.pass_key, tx.now) for row in page.rows]
    told = _store(tx, mirrored, known, run.pass_key)
    pages = _next_pages(tx, run, int(lease.target), page, known)
    due = [
        *(graph_task(each.ref) for each in told if each.is_graph_due),
        *_class_tasks(tx, told),
        *(detail_task(each.ref) for each in told if each.row.is_class_lost and each.ref.lost_class is None),
        *(list_task(run, other, tx.now) for other in pages),
    ]
    queued = tx.tasks.add(lease.user_id, run.id, due, tx.now)
    _note(tx, run, int(lease.target), page, pages)
    return queued, bool(told)


def _next_pages(tx: UnitOfWork, run: Run, number: int, page: ListPage, known: Mapping[str, WorkoutRef]) -> range:
    """The pages to ask after this one."""
    total = length_of(page, number)
    is_covered = is_recent_covered(page.rows, known=known, since=run.rescan_since or tx.now)
    return pages_after(Scope.parse(run.scope), page=number, total=total, known=run.pages_known, is_covered=is_covered)


def _note(tx: UnitOfWork, run: Run, number: int, page: ListPage, pages: range) -> None:
    """Keep what the page says of the whole list; late in the transaction, because all pages write this row."""
    if page.unreadable:
        logger.warning("list.rows_unreadable", extra={"run_id": str(run.id), "count": page.unreadable})
    tx.runs.note_page(
        run,
        total=page.total,
        months=page.months if number == 0 else None,
        unreadable=page.unreadable,
        pages_known=max([number, *pages]) + 1,
    )


def _store(
    tx: UnitOfWork, mirrored: Sequence[Mirrored], known: Mapping[str, WorkoutRef], pass_key: str
) -> list[Mirrored]:
    """Write what differs and publish what is new; returns what has been published."""
    new = [each for each in mirrored if each.ref.source_id not in known]
    old = [each for each in mirrored if each.ref.source_id in known]
    differing = [each for each in old if _differs(each.ref, known[each.ref.source_id])]
    touched = {each.ref.id for each in differing}
    inserted = tx.workouts.insert([each.ref for each in new])
    tx.workouts.update([each.ref for each in differing])
    tx.workouts.mark_seen([each.ref.id for each in old if each.ref.id not in touched], pass_key)
    told = [each for each in new if each.ref.id in inserted] + differing
    told = [each for each in told if each.message is not None]
    tx.publish([(events.RECORDED, each.ref.user_id, each.message) for each in told if each.message is not None])
    return told


def _differs(ref: WorkoutRef, known: WorkoutRef) -> bool:
    return replace(ref, seen_pass=known.seen_pass) != known


def _class_tasks(tx: UnitOfWork, told: Sequence[Mirrored]) -> list[NewTask]:
    """Details of classes that nobody on this instance has asked for yet."""
    due: dict[str, Mirrored] = {}
    for each in told:
        if each.row.ride.is_detail_due:
            due.setdefault(each.row.ride.class_id, each)
    new = tx.classes.claim_new({class_id: each.row.ride.title for class_id, each in due.items()})
    return [class_task(class_id, due[class_id].ref.start_time) for class_id in sorted(new)]
