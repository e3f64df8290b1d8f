"""What a new version does once about workouts that an older one told less of; nothing where there are none.

What is done already is not done a second time: a run that breaks off is done again from the beginning.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from uuid import UUID

from ctz.peloton_sync.events.v1 import events_pb2 as pb

from ctz_peloton_sync.app import events
from ctz_peloton_sync.domain.class_types import class_type_of
from ctz_peloton_sync.store.unit_of_work import Store
from ctz_peloton_sync.store.workouts import WorkoutRef

_PAGE = 500


def bring_up_to_date(store: Store) -> None:
    """Tell workouts again of which no class type was told, some hundreds in a transaction."""
    user_id, source_id = UUID(int=0), ""
    while True:
        with store.begin() as tx:
            refs = tx.workouts.told_after(user_id, source_id, _PAGE)
            told = list(_told_more(refs))
            tx.workouts.update([ref for ref, _ in told])
            tx.publish([(events.RECORDED, ref.user_id, message) for ref, message in told])
        if not refs:
            return
        user_id, source_id = refs[-1].user_id, refs[-1].source_id


def _told_more(refs: Iterable[WorkoutRef]) -> Iterator[tuple[WorkoutRef, pb.WorkoutRecorded]]:
    for ref in refs:
        message = pb.WorkoutRecorded.FromString(ref.summary or b"")
        class_type = class_type_of(message.discipline, message.title)
        if message.class_type or not class_type:
            continue
        message.class_type = class_type
        summary = message.SerializeToString(deterministic=True)
        message.revision = ref.summary_revision + 1
        yield replace(ref, summary=summary, summary_revision=message.revision), message
