"""GET /api/v2/ride/archived: the class library."""

from collections.abc import Mapping

from ctz_simulator.domain.catalogue import Catalogue
from ctz_simulator.domain.models import RideClass
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.paging import envelope
from ctz_simulator.payloads.instructor import instructor_object
from ctz_simulator.payloads.ride import DISPLAY_NAMES, ride_object

# Browse category ids by slug (peloton-api.md 4.6).
_CATEGORIES = {
    "cycling": "dfcaa3e323ee464b9498e8818daa0784",
    "running": "2e56ee670dd34cc9bbc95d3704ca90ad",
    "walking": "072fb234a6c14b29a0e7ec3c2d0f090d",
    "strength": "f24e8ddbc6314da29c1980c65e8989e7",
    "yoga": "bf8702474a5a4ec9b36b143a6a9dd3a1",
    "meditation": "945f74385ce14e19bb554c6664a24a73",
    "stretching": "70ced881326143949b1313534ec15871",
    "cardio": "946ed9ed0489457a8da22f6a03ed66d1",
    "caesar": "bcc0525de1f94749b467bea5659c30f3",
}
_DEFAULT_LIMIT, _MOST = 10, 100
_USER_FIELDS = {"total_user_workouts": 0, "total_following_workouts": 0, "is_favorite": False}


def archived(catalogue: Catalogue, asked: Mapping[str, str]) -> JsonObject:
    """A page of the library with its look-ups; filters: category, discipline, instructor, duration, words."""
    rides = [ride for ride in catalogue.all() if _is_wanted(ride, asked)]
    limit = max(1, min(_MOST, int(asked.get("limit", _DEFAULT_LIMIT))))
    page = max(0, int(asked.get("page", 0)))
    rows = [
        ride_object(ride, with_instructor=False) | _USER_FIELDS for ride in rides[page * limit : (page + 1) * limit]
    ]
    types = {ride.class_type_id: ride for ride in catalogue.all()}
    body = envelope(rows, total=len(rides), limit=limit, page=page)
    class_types = [_class_type(ride, order) for order, ride in enumerate(types.values())]
    return body | {
        "sort_by": [asked.get("sort_by", "original_air_time")],
        "instructors": [instructor_object(person) for person in catalogue.cast],
        "ride_types": class_types,
        "class_types": class_types,
        "browse_categories": [
            {"id": identifier, "name": DISPLAY_NAMES[slug], "slug": slug, "list_order": order}
            for order, (slug, identifier) in enumerate(_CATEGORIES.items())
        ],
        "fitness_disciplines": [{"id": slug, "name": name} for slug, name in DISPLAY_NAMES.items()],
    }


def _is_wanted(ride: RideClass, asked: Mapping[str, str]) -> bool:
    """Whether the filters let the class through."""
    discipline = asked.get("browse_category") or asked.get("fitness_discipline")
    teacher = ride.instructor.id if ride.instructor else None
    return (
        discipline in (None, ride.traits.discipline)
        and asked.get("instructor_id") in (None, teacher)
        and asked.get("duration") in (None, str(ride.duration))
        and asked.get("q", "").lower() in ride.title.lower()
    )


def _class_type(ride: RideClass, order: int) -> JsonObject:
    return {
        "id": ride.class_type_id,
        "name": ride.class_type,
        "display_name": ride.class_type,
        "fitness_discipline": ride.traits.discipline,
        "is_active": True,
        "list_order": order,
    }
