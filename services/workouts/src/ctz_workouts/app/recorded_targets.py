"""Targets that riders record: kept, changed, taken away, voted on, chosen for one's own analysis.

They never take the place of what the source publishes, and change nobody's analysis but that of a rider who chose them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

import sqlalchemy as sa
from ctz.common.v1 import training_pb2 as training
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import classes_pb2 as pb

from ctz_chassis import idempotency
from ctz_chassis.errors import Aborted, ChassisError, NotFound
from ctz_chassis.idempotency import RequestKey
from ctz_chassis.ids import uuid7
from ctz_workouts.app.library import CLASS_NOT_FOUND
from ctz_workouts.app.target_plans import told_blocks
from ctz_workouts.domain.errors import RecordedTargetsMalformedError, TargetMalformedError
from ctz_workouts.domain.library import called_zones
from ctz_workouts.domain.recorded_targets import blocks_of, title_of
from ctz_workouts.domain.targets import TargetBlock, TargetRange, plan_of
from ctz_workouts.store import tables
from ctz_workouts.store.class_marks import MarkStore
from ctz_workouts.store.class_views import ClassViews
from ctz_workouts.store.recorded import RecordedStore
from ctz_workouts.store.riders import RiderStore
from ctz_workouts.store.tasks import TaskStore

MOST_OF_A_CLASS: Final = 10
MOST_OF_A_RIDER: Final = 500
_NOT_FOUND: Final = "No such recorded targets."
_CREATE: Final = "CreateRecordedTargets"
_SEGMENT_TYPES: Final = {
    "power_zone": "power_zone",
    "cadence": "cycling",
    "resistance": "cycling",
    "pace_intensity": "running",
    "incline": "running",
    "speed": "running",
    "stroke_rate": "caesar",
}


class ClassHasTargets(ChassisError):
    """The source publishes targets of this class; recorded ones would compete with them."""

    reason: ClassVar[str] = "CLASS_HAS_TARGETS"
    code: ClassVar[str] = "FAILED_PRECONDITION"


class TooManyRecordedTargets(ChassisError):
    """The rider has recorded as many as are kept."""

    reason: ClassVar[str] = "TOO_MANY_RECORDED_TARGETS"
    code: ClassVar[str] = "RESOURCE_EXHAUSTED"


class RecordedTargetsChanged(Aborted):
    """They have another revision by now."""

    reason: ClassVar[str] = "RECORDED_TARGETS_CHANGED"


class OwnTargets(ChassisError):
    """Nobody votes for what they recorded themselves."""

    reason: ClassVar[str] = "OWN_RECORDED_TARGETS"
    code: ClassVar[str] = "FAILED_PRECONDITION"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a rider wants to keep."""

    title: str
    blocks: Sequence[training.TargetBlock]
    is_shared: bool


def create(
    connection: sa.Connection, user_id: UUID, class_id: str, draft: Draft, key: RequestKey, now: datetime
) -> UUID:
    """Keep new recorded targets; a repeated request gives the same ones."""

    def add() -> bytes:
        store, recorded_id = RecordedStore(connection, user_id), uuid7()
        published = _class_of(connection, user_id, class_id)
        if published.targets:
            raise ClassHasTargets("The source publishes targets of this class.")
        of_class, in_all = store.counts(class_id)
        if of_class >= MOST_OF_A_CLASS or in_all >= MOST_OF_A_RIDER:
            raise TooManyRecordedTargets(f"At most {MOST_OF_A_CLASS} a class and {MOST_OF_A_RIDER} in all are kept.")
        store.add({"recorded_id": recorded_id, "class_id": class_id, **_values(draft, published)}, now)
        return recorded_id.bytes

    return UUID(bytes=idempotency.once(connection, tables.request_ids, user_id, key, add).body)


def update(
    connection: sa.Connection, user_id: UUID, recorded_id: UUID, revision: int, draft: Draft, now: datetime
) -> None:
    """Change one's own; refused when they have another revision by now."""
    store = RecordedStore(connection, user_id)
    row = _own(store, recorded_id)
    values = _values(draft, _class_of(connection, user_id, row.class_id))
    if not store.change(recorded_id, revision, values, now):
        raise RecordedTargetsChanged("These targets were changed meanwhile.")


def delete(connection: sa.Connection, user_id: UUID, recorded_id: UUID) -> None:
    """Take one's own away."""
    if not RecordedStore(connection, user_id).remove(recorded_id):
        raise NotFound(_NOT_FOUND)


def vote(connection: sa.Connection, user_id: UUID, recorded_id: UUID, given: int) -> None:
    """Vote on shared ones of somebody else."""
    store = RecordedStore(connection, user_id)
    row = seen(store, recorded_id)
    if row.is_own:
        raise OwnTargets("These are your own.")
    store.vote(recorded_id, given)


def choose(connection: sa.Connection, user_id: UUID, class_id: str, recorded_id: UUID | None) -> int:
    """Analyse one's workouts of a class by a copy of recorded targets, or no longer; returns how many that changes."""
    RiderStore(connection).take_turn(user_id)
    blocks: bytes | None = None
    if recorded_id is not None:
        row = seen(RecordedStore(connection, user_id), recorded_id)
        if row.class_id != class_id:
            raise NotFound(_NOT_FOUND)
        blocks = row.blocks
    marks = MarkStore(connection, user_id)
    published = _class_of(connection, user_id, class_id)
    if not marks.choose(class_id, recorded_id, blocks):
        raise NotFound(CLASS_NOT_FOUND)
    changed = [] if published.targets else marks.analysed_otherwise(class_id)
    TaskStore(connection).add(user_id, changed)
    return len(changed)


def seen(store: RecordedStore, recorded_id: UUID) -> Any:
    """Recorded targets that the rider may see."""
    row = store.one(recorded_id)
    if row is None:
        raise NotFound(_NOT_FOUND)
    return row


def _own(store: RecordedStore, recorded_id: UUID) -> Any:
    row = seen(store, recorded_id)
    if not row.is_own:
        raise NotFound(_NOT_FOUND)
    return row


def _class_of(connection: sa.Connection, user_id: UUID, class_id: str) -> peloton.ClassUpdated:
    stored = ClassViews(connection, user_id).stored(class_id)
    if stored is None:
        raise NotFound(CLASS_NOT_FOUND)
    return peloton.ClassUpdated.FromString(stored.published)


def _values(draft: Draft, published: peloton.ClassUpdated) -> dict[str, Any]:
    """Columns of a draft, judged."""
    offset = published.pedaling_start_offset_seconds
    seconds = published.duration_seconds if published.HasField("duration_seconds") else None
    blocks = blocks_of(_read(draft.blocks), offset + seconds if seconds is not None else None)
    called = called_zones(plan_of(blocks, offset), seconds)
    return {
        "title": title_of(draft.title),
        "is_shared": draft.is_shared,
        "blocks": pb.RecordedTargets(blocks=told_blocks(blocks)).SerializeToString(deterministic=True),
        "zone_seconds": list(called.zone_seconds) if called else [],
        "expected_intensity": called.intensity_factor if called else None,
        "expected_stress": called.training_stress if called else None,
    }


def _read(blocks: Sequence[training.TargetBlock]) -> list[TargetBlock]:
    """Blocks of a request; what they are segments of is ours to say, since it is shown to others."""
    try:
        return [
            TargetBlock(
                block.start_seconds,
                block.end_seconds,
                tuple(TargetRange(each.metric, each.lower, each.upper) for each in block.ranges),
                _SEGMENT_TYPES.get(block.ranges[0].metric, "") if block.ranges else "",
            )
            for block in blocks
        ]
    except TargetMalformedError as error:
        raise RecordedTargetsMalformedError("blocks.ranges", error.why) from None
