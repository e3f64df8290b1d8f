"""One list row against the mirror: is it new, edited, back again, or as it was."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from ctz.peloton_sync.events.v1 import events_pb2 as pb

from ctz_chassis.ids import uuid7
from ctz_peloton_sync.app import events
from ctz_peloton_sync.app.rides import unpack_ride
from ctz_peloton_sync.domain.classes import RideStub
from ctz_peloton_sync.domain.workouts import WorkoutRow
from ctz_peloton_sync.store.workouts import WorkoutRef

FTP_DISCIPLINES = frozenset({"cycling", "bike_bootcamp"})


@dataclass(frozen=True, slots=True)
class Mirrored:
    """The new state of one workout; `message` is what has to be told, none when nothing is new."""

    ref: WorkoutRef
    row: WorkoutRow
    message: pb.WorkoutRecorded | None = None
    is_graph_due: bool = False


def mirror(row: WorkoutRow, known: WorkoutRef | None, user_id: UUID, pass_key: str, now: datetime) -> Mirrored:
    """Compare a row with what we had of it."""
    if row.is_held_back(now):
        held = _placed(row, known, user_id, pass_key, "in_progress")
        return Mirrored(held if known is not None else replace(held, performance_state="on_open"), row)
    ref = _placed(row, known, user_id, pass_key, "live")
    message = _message(row, ref)
    was_told = known is not None and known.state in {"live", "missing", "set_aside"}
    if was_told and known is not None and known.summary == message.SerializeToString(deterministic=True):
        return Mirrored(ref, row)
    is_graph_stale = known is not None and known.summary is not None and _is_graph_stale(row, known)
    if is_graph_stale:
        ref = replace(ref, performance_state=_initial(row), performance_hash=None)
        message = _message(row, ref)
    ref = replace(ref, summary=message.SerializeToString(deterministic=True), summary_revision=ref.summary_revision + 1)
    message.revision = ref.summary_revision
    was_due = known is not None and known.performance_state == "due" and not is_graph_stale
    return Mirrored(ref, row, message, is_graph_due=ref.performance_state == "due" and not was_due)


def with_detail(ref: WorkoutRef, ride: RideStub | None) -> tuple[WorkoutRef, pb.WorkoutRecorded | None]:
    """The summary after a detail was stored in `ref`; `ride` is a class that only the detail knew.

    No message when it says the same as before, or when nothing was told of this workout yet.
    """
    if ref.summary is None or ref.state not in {"live", "missing"}:
        return ref, None
    message = pb.WorkoutRecorded.FromString(ref.summary)
    if ref.detail is not None:
        message.detail.ParseFromString(ref.detail)
    if ride is not None:
        events.set_ride(message, ride)
    summary = message.SerializeToString(deterministic=True)
    if ref.summary == summary:
        return ref, None
    ref = replace(ref, summary=summary, summary_revision=ref.summary_revision + 1)
    message.revision = ref.summary_revision
    return ref, message


def _message(row: WorkoutRow, ref: WorkoutRef) -> pb.WorkoutRecorded:
    return events.recorded(
        row,
        workout_id=ref.id,
        user_id=ref.user_id,
        ride=ride_of(row, ref),
        performance_state=ref.performance_state,
        detail=ref.detail,
    )


def ride_of(row: WorkoutRow, ref: WorkoutRef) -> RideStub:
    """The row's class, or the one that the detail knew when the list did not."""
    return row.ride if row.ride.class_id or not ref.lost_class else unpack_ride(ref.lost_class)


def _initial(row: WorkoutRow) -> str:
    return "due" if row.is_chart_due else "on_open"


def _placed(row: WorkoutRow, known: WorkoutRef | None, user_id: UUID, pass_key: str, state: str) -> WorkoutRef:
    """The mirror's row with the list's times and title; ids, revisions and what was fetched stay."""
    end = row.end_time or row.start_time + timedelta(seconds=row.duration_seconds or 0)
    is_settled = known is not None and known.performance_state in {"fetched", "missing"}
    known = known or WorkoutRef(
        id=uuid7(),
        user_id=user_id,
        source_id=row.source_id,
        state=state,
        created_time=row.created_time,
        start_time=row.start_time,
        end_time=end,
        local_date=row.local_date,
        title="",
        is_ftp_candidate=False,
        summary_revision=0,
        summary=None,
        detail=None,
        lost_class=None,
        performance_state=_initial(row),
        performance_revision=0,
        performance_hash=None,
        seen_pass=pass_key,
    )
    return replace(
        known,
        state=state,
        created_time=row.created_time,
        start_time=row.start_time,
        end_time=end,
        local_date=row.local_date,
        title=row.title,
        is_ftp_candidate=row.discipline in FTP_DISCIPLINES and (row.total_work_joules or 0) > 0,
        performance_state=known.performance_state if is_settled or state == "in_progress" else _initial(row),
        seen_pass=pass_key,
    )


def _is_graph_stale(row: WorkoutRow, known: WorkoutRef) -> bool:
    """Whether the graph has to be fetched again: the workout was away, or an edit touches what graphs are made from."""
    if known.state == "deleted":
        return True
    before = pb.WorkoutRecorded.FromString(known.summary or b"")
    zone = row.start_time.tzinfo
    old_work = before.total_work_joules if before.HasField("total_work_joules") else None
    old_end = before.end_time.ToDatetime(tzinfo=zone) if before.HasField("end_time") else None
    old_start = before.start_time.ToDatetime(tzinfo=zone)
    return (old_work, old_end, old_start) != (row.total_work_joules, row.end_time, row.start_time)
