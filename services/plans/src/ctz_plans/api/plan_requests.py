"""What requests about weeks and templates ask for, checked."""

from datetime import date
from uuid import UUID

from ctz.common.v1 import activity_pb2 as common
from ctz.plans.v1 import plans_pb2 as pb

from ctz_chassis import resource_name
from ctz_chassis.errors import InvalidArgument
from ctz_plans.app.activity_messages import read_activity
from ctz_plans.domain.activity import Activity, checked
from ctz_plans.domain.item import Decision
from ctz_plans.domain.practice_errors import FieldRefused
from ctz_plans.domain.template import Template, TemplateDay
from ctz_plans.domain.week import refuse_day

LAST_PLACE = 1_000

_DECISIONS = {
    pb.DECISION_CLEAR: Decision.NONE,
    pb.DECISION_COUNTS: Decision.COUNTS,
    pb.DECISION_DONE: Decision.DONE,
    pb.DECISION_SKIPPED: Decision.SKIPPED,
    pb.DECISION_NOTHING_COUNTS: Decision.NOTHING_COUNTS,
}


def day(field: str, text: str) -> date:
    """A day written `YYYY-MM-DD`, not far from where people live."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise InvalidArgument(field, "is no day, such as 2026-05-08") from None
    if found.isoformat() != text:
        raise InvalidArgument(field, "must be written like 2026-05-08")
    refuse_day(field, found)
    return found


def item_id(name: str) -> UUID:
    """The id in the name of an item of the rider's own."""
    return resource_name.parse("items", name)


def place(number: int) -> int:
    """A place within a day; beyond the end means the end."""
    if number < 0:
        raise InvalidArgument("position", "must not be negative")
    return min(number, LAST_PLACE)


def activity(message: common.Activity, path: str = "activity") -> Activity:
    """What somebody asks for; `path` is where it stood in the request."""
    found = read_activity(message)
    if found is None:
        raise InvalidArgument(f"{path}.kind", "must be a class, class type, discipline, routine, note or rest")
    try:
        return checked(found)
    except FieldRefused as refused:
        raise refused.under(path) from None


def template(message: pb.Template, template_id: UUID) -> Template:
    """A template as a rider states it."""
    try:
        return Template(
            template_id=template_id,
            title=message.title,
            description=message.description,
            weeks=tuple(
                tuple(_template_day(f"weeks[{week}].days[{number}]", one) for number, one in enumerate(days.days))
                for week, days in enumerate(message.weeks)
            ),
            revision=message.revision,
        )
    except FieldRefused as refused:
        raise refused.under("template") from None


def _template_day(path: str, message: pb.TemplateDay) -> TemplateDay:
    return tuple(activity(one, f"{path}.activities[{number}]") for number, one in enumerate(message.activities))


def decision(request: pb.DecideItemRequest) -> tuple[Decision, str]:
    """The rider's word and what it is about."""
    found = _DECISIONS.get(request.decision)
    if found is None:
        raise InvalidArgument("decision", "must say what the item is to be")
    if found is not Decision.COUNTS and request.done:
        raise InvalidArgument("done", "is only for what counts")
    if found is Decision.COUNTS:
        collection = "sessions" if request.done.startswith("sessions/") else "workouts"
        resource_name.parse(collection, request.done, field="done")
    return found, request.done
