"""GET /api/v2/ride/archived: the class library."""

from collections.abc import Callable, Mapping

from ctz_simulator.domain.catalogue import Catalogue
from ctz_simulator.domain.kinds import Machine
from ctz_simulator.domain.models import RideClass
from ctz_simulator.jsontypes import JsonObject
from ctz_simulator.paging import envelope
from ctz_simulator.payloads.instructor import instructor_object
from ctz_simulator.payloads.ride import DISPLAY_NAMES, ride_object, standing

# Browse category ids by slug (peloton-api.md 4.6), and the disciplines that each shows.
_CATEGORIES: dict[str, tuple[str, frozenset[str]]] = {
    "cycling": ("dfcaa3e323ee464b9498e8818daa0784", frozenset({"cycling"})),
    "running": ("2e56ee670dd34cc9bbc95d3704ca90ad", frozenset({"running"})),
    "outdoor": ("94b0c6ff26c844cc8adbfdb07b9b3814", frozenset({"running", "walking"})),
    "walking": ("072fb234a6c14b29a0e7ec3c2d0f090d", frozenset({"walking"})),
    "strength": ("f24e8ddbc6314da29c1980c65e8989e7", frozenset({"strength"})),
    "yoga": ("bf8702474a5a4ec9b36b143a6a9dd3a1", frozenset({"yoga"})),
    "meditation": ("945f74385ce14e19bb554c6664a24a73", frozenset({"meditation"})),
    "stretching": ("70ced881326143949b1313534ec15871", frozenset({"stretching"})),
    "cardio": ("946ed9ed0489457a8da22f6a03ed66d1", frozenset({"cardio"})),
    "bootcamp": ("8a0ea0583ecf40a09c0e19d1c798c53e", frozenset({"circuit"})),
    "bike_bootcamp": ("db7d4efd5ba44af0a376a7bd10105e0c", frozenset({"bike_bootcamp"})),
    "caesar": ("bcc0525de1f94749b467bea5659c30f3", frozenset({"caesar"})),
    "caesar_bootcamp": ("49efd6fba5594b5681faba3014c05aaa", frozenset({"caesar_bootcamp"})),
}
_CATEGORY_NAMES = {
    "cycling": "Cycling",
    "running": "Running",
    "outdoor": "Outdoor",
    "walking": "Walking",
    "strength": "Strength",
    "yoga": "Yoga",
    "meditation": "Meditation",
    "stretching": "Stretching",
    "cardio": "Cardio",
    "bootcamp": "Bootcamp",
    "bike_bootcamp": "Bike Bootcamp",
    "caesar": "Rowing",
    "caesar_bootcamp": "Row Bootcamp",
}
_ORDERS: dict[str, Callable[[RideClass], float]] = {
    "original_air_time": lambda ride: ride.aired,
    "popularity": lambda ride: standing(ride)["total_workouts"],
    "trending": lambda ride: standing(ride)["total_workouts"],
    "top_rated": lambda ride: standing(ride)["overall_rating_avg"],
    "difficulty": lambda ride: ride.difficulty,
}
_DEFAULT_LIMIT, _MOST = 10, 100
_USER_FIELDS = {"total_user_workouts": 0, "total_following_workouts": 0, "is_favorite": False}


def archived(catalogue: Catalogue, asked: Mapping[str, str]) -> JsonObject:
    """A page of the library with its look-ups; filters: category, discipline, instructor, duration, words.

    An unknown order or category is a bad request.
    """
    order, is_falling = asked.get("sort_by", "original_air_time"), asked.get("desc", "true") != "false"
    if order not in _ORDERS or asked.get("browse_category", "cycling") not in _CATEGORIES:
        raise ValueError(order)
    rides = sorted(
        (ride for ride in catalogue.all() if _is_wanted(ride, asked)), key=_ORDERS[order], reverse=is_falling
    )
    limit = max(1, min(_MOST, int(asked.get("limit", _DEFAULT_LIMIT))))
    page = max(0, int(asked.get("page", 0)))
    rows = [
        ride_object(ride, with_instructor=False) | _USER_FIELDS for ride in rides[page * limit : (page + 1) * limit]
    ]
    types = {ride.class_type_id: ride for ride in catalogue.all()}
    body = envelope(rows, total=len(rides), limit=limit, page=page)
    class_types = [_class_type(ride, place) for place, ride in enumerate(types.values())]
    return body | {
        # Not to be relied on (peloton-api.md 3): it does not follow the limit.
        "page_count": -(-len(rides) // _DEFAULT_LIMIT),
        "sort_by": [order],
        "instructors": [instructor_object(person) for person in catalogue.cast],
        "ride_types": class_types,
        "class_types": class_types,
        "browse_categories": [
            {"id": identifier, "name": _CATEGORY_NAMES[slug], "slug": slug, "list_order": place}
            for place, (slug, (identifier, _)) in enumerate(_CATEGORIES.items())
        ],
        "fitness_disciplines": [{"id": slug, "name": name} for slug, name in DISPLAY_NAMES.items()],
    }


def _is_wanted(ride: RideClass, asked: Mapping[str, str]) -> bool:
    """Whether the filters let the class through."""
    category, teacher = asked.get("browse_category"), ride.instructor.id if ride.instructor else None
    return (
        (category is None or _is_in(ride, category))
        and asked.get("fitness_discipline") in (None, ride.traits.discipline)
        and asked.get("instructor_id") in (None, teacher)
        and asked.get("duration") in (None, str(ride.duration))
        and asked.get("q", "").lower() in ride.title.lower()
    )


def _is_in(ride: RideClass, category: str) -> bool:
    """Whether a category shows a class; an outdoor run is in two of them."""
    is_outdoor_only = category == "outdoor" and ride.traits.machine is not Machine.OUTDOOR
    return ride.traits.discipline in _CATEGORIES[category][1] and not is_outdoor_only


def _class_type(ride: RideClass, order: int) -> JsonObject:
    return {
        "id": ride.class_type_id,
        "name": ride.class_type,
        "display_name": ride.class_type,
        "fitness_discipline": ride.traits.discipline,
        "is_active": True,
        "list_order": order,
    }
