"""What planned classes are expected to bring: the load of their called zones, which the library knows."""

from contextlib import suppress

from ctz.plans.v1 import plans_pb2
from ctz.workouts.v1 import classes_pb2

from ctz_chassis.errors import RemoteError
from ctz_gateway.web.site import Site

MOST_CLASSES = 100


def add_class_loads(site: Site, found: plans_pb2.ListWeeksResponse) -> None:
    """Put it in the place of what the like of them brought; that stays where no zones are called, or nobody answers."""
    planned = [
        (week.totals, item)
        for week in found.weeks
        for day in week.days
        for item in day.items
        if item.activity.class_id and item.state == plans_pb2.ITEM_STATE_PLANNED and not item.goes_along
    ]
    if not planned:
        return
    loads = _loads(site, {f"classes/{item.activity.class_id}" for _, item in planned})
    for totals, item in planned:
        load = loads.get(f"classes/{item.activity.class_id}")
        if load is not None:
            totals.planned_load += load - item.expected_load
            item.expected_load = load


def _loads(site: Site, names: set[str]) -> dict[str, float]:
    wanted = classes_pb2.ClassFilter(names=sorted(names)[:MOST_CLASSES])
    request = classes_pb2.ListClassesRequest(page_size=MOST_CLASSES, filter=wanted)
    # The plan stands without it.
    with suppress(RemoteError):
        return {
            each.name: each.expected_training_stress_score
            for each in site.services.classes.ListClasses(request).classes
            if each.HasField("expected_training_stress_score")
        }
    return {}
