"""Activities as the contracts tell them, in requests and in events alike."""

from ctz.common.v1 import activity_pb2 as common

from ctz_plans.domain.activity import Activity, Kind

_KINDS = {
    common.ACTIVITY_KIND_CLASS: Kind.CLASS,
    common.ACTIVITY_KIND_CLASS_TYPE: Kind.CLASS_TYPE,
    common.ACTIVITY_KIND_DISCIPLINE: Kind.DISCIPLINE,
    common.ACTIVITY_KIND_ROUTINE: Kind.ROUTINE,
    common.ACTIVITY_KIND_NOTE: Kind.NOTE,
    common.ACTIVITY_KIND_REST: Kind.REST,
}
_NUMBERS = {kind: number for number, kind in _KINDS.items()}


def read_activity(message: common.Activity) -> Activity | None:
    """What a message asks for, unchecked; None where it does not say what kind of thing that is."""
    kind = _KINDS.get(message.kind)
    if kind is None:
        return None
    return Activity(
        kind=kind,
        title=message.title,
        class_id=message.class_id,
        discipline=message.discipline,
        class_type=message.class_type,
        duration_seconds=message.duration_seconds,
        routine=message.routine,
    )


def activity_message(told: Activity) -> common.Activity:
    """What is asked for, as a message."""
    return common.Activity(
        kind=_NUMBERS[told.kind],
        title=told.title,
        class_id=told.class_id,
        discipline=told.discipline,
        class_type=told.class_type,
        duration_seconds=told.duration_seconds,
        routine=told.routine,
    )
