"""The stages after the list: what one graph, class or detail changes, inside the task's own transaction."""

from dataclasses import dataclass, replace
from uuid import UUID

from ctz.peloton_sync.events.v1 import events_pb2 as pb

from ctz_peloton_sync.app import events, ftp_history
from ctz_peloton_sync.app.mirroring import with_detail
from ctz_peloton_sync.app.new_tasks import class_task
from ctz_peloton_sync.app.rides import pack_ride
from ctz_peloton_sync.clients import errors
from ctz_peloton_sync.domain.details import WorkoutDetail, parse_detail
from ctz_peloton_sync.domain.fields import Json
from ctz_peloton_sync.domain.graphs import GraphTooLarge, parse_graph
from ctz_peloton_sync.domain.library import parse_class_detail
from ctz_peloton_sync.domain.runs import Lease, TaskKind
from ctz_peloton_sync.store.payloads import content_hash
from ctz_peloton_sync.store.unit_of_work import UnitOfWork

# A graph has at least one of these; without any the answer is of something else.
GRAPH_PARTS = frozenset({"metrics", "summaries", "average_summaries"})


@dataclass(frozen=True, slots=True)
class ReadGraph:
    """A graph, parsed and packed before the transaction begins."""

    message: pb.WorkoutPerformance
    digest: bytes


def read_graph(lease: Lease, payload: Json) -> ReadGraph:
    """Parse a graph; raises TooLarge or UnexpectedContent."""
    if lease.workout_id is None or not isinstance(payload, dict) or not GRAPH_PARTS & payload.keys():
        raise errors.UnexpectedContent("graph")
    try:
        graph = parse_graph(payload)
    except GraphTooLarge:
        raise errors.TooLarge from None
    message = events.performance(graph, workout_id=lease.workout_id, user_id=lease.user_id)
    return ReadGraph(message, content_hash(message.SerializeToString(deterministic=True)))


def apply_graph(tx: UnitOfWork, lease: Lease, read: ReadGraph) -> bool:
    """Publish a graph under its next revision; False when it is the one that was published before."""
    if lease.workout_id is None:
        return False
    revision = tx.workouts.note_performance(lease.user_id, lease.workout_id, read.digest)
    if revision is None:
        return False
    read.message.revision = revision
    tx.publish([(events.PERFORMANCE, lease.user_id, read.message)])
    return True


def graph_is_missing(tx: UnitOfWork, user_id: UUID, workout_id: UUID) -> None:
    """Peloton has no graph of this workout: say so, instead of promising one."""
    ref = tx.workouts.owned(user_id, workout_id, lock=True)
    if ref is None or ref.summary is None or ref.performance_state == "missing":
        return
    message = pb.WorkoutRecorded.FromString(ref.summary)
    message.chart_state = events.CHART_STATES["missing"]
    summary = message.SerializeToString(deterministic=True)
    message.revision = ref.summary_revision + 1
    tx.workouts.update([replace(ref, performance_state="missing", summary=summary, summary_revision=message.revision)])
    tx.publish([(events.RECORDED, user_id, message)])


def apply_class(tx: UnitOfWork, class_id: str, payload: Json) -> bool:
    """Publish a class under its next revision; False when nothing changed."""
    detail = parse_class_detail(payload)
    if detail is None or detail.facts.ride.class_id != class_id:
        raise errors.UnexpectedContent("class")
    message = events.class_updated(detail)
    message.is_retired = _is_retired(tx, class_id)
    published = message.SerializeToString(deterministic=True)
    revision = tx.classes.note_fetched(class_id, content_hash(published), published, message.title, tx.now)
    if revision is None:
        return False
    message.revision = revision
    tx.publish([(events.CLASS_UPDATED, None, message)])
    return True


def _is_retired(tx: UnitOfWork, class_id: str) -> bool:
    """Whether the library lists a class no more: its own page may still be there."""
    known = tx.classes.known([class_id]).get(class_id)
    return known is not None and pb.ClassUpdated.FromString(known.published or b"").is_retired


def read_detail(lease: Lease, payload: Json) -> WorkoutDetail:
    """Parse a workout's own page; raises UnexpectedContent when it is of another workout."""
    detail = parse_detail(payload)
    if detail is None or detail.row.source_id != lease.target:
        raise errors.UnexpectedContent("detail")
    return detail


def apply_detail(tx: UnitOfWork, lease: Lease, detail: WorkoutDetail) -> list[TaskKind]:
    """Add what the detail knows to the workout's summary; returns what was queued."""
    source_id = detail.row.source_id
    ref = tx.workouts.by_source(lease.user_id, [source_id]).get(source_id)
    if ref is None:
        return []
    ride = detail.row.ride if _is_found_class(ref.summary, detail) else None
    ref = replace(
        ref,
        detail=events.detail_of(detail).SerializeToString(deterministic=True),
        lost_class=pack_ride(ride) if ride is not None else ref.lost_class or b"",
    )
    told, message = with_detail(ref, ride)
    tx.workouts.update([told])
    if message is not None:
        tx.publish([(events.RECORDED, lease.user_id, message)])
    if ride is None or not ride.is_detail_due or not tx.classes.claim_new({ride.class_id: ride.title}):
        return []
    return tx.tasks.add(lease.user_id, lease.run_id, [class_task(ride.class_id, ref.start_time)], tx.now)


def _is_found_class(summary: bytes | None, detail: WorkoutDetail) -> bool:
    """Whether the detail names a class that the list row did not."""
    if summary is None or not detail.row.ride.class_id:
        return False
    return not pb.WorkoutRecorded.FromString(summary).class_id


def apply_ftp(tx: UnitOfWork, lease: Lease, detail: WorkoutDetail | None) -> list[TaskKind]:
    """Keep the answer for the FTP history; what else the detail says is used as well."""
    queued = [] if detail is None else apply_detail(tx, lease, detail)
    return [*queued, *ftp_history.apply_answer(tx, lease, detail)]
