"""What a new version does once about workouts that an older one told; nothing where there are none."""

from ctz.peloton_sync.events.v1 import events_pb2 as pb

from ctz_peloton_sync.app import events
from ctz_peloton_sync.store.unit_of_work import EventOf, Store
from ctz_peloton_sync.store.workouts import WorkoutRef

_PAGE = 500


def bring_up_to_date(store: Store) -> None:
    """Tell them again as they were told, since readers keep more of it now; some hundreds in a transaction.

    A run that breaks off is done again: what is told already is not told a third time.
    """
    is_left = True
    while is_left:
        with store.begin() as tx:
            refs = tx.workouts.told_before(_PAGE)
            tx.workouts.note_told_anew(refs)
            tx.publish([_told(ref) for ref in refs])
        is_left = bool(refs)


def _told(ref: WorkoutRef) -> EventOf:
    message = pb.WorkoutRecorded.FromString(ref.summary or b"")
    message.revision = ref.summary_revision + 1
    return events.RECORDED, ref.user_id, message
