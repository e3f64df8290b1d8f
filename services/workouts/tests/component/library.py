"""Libraries for tests: classes by the hundred, as peloton-sync publishes them."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.workouts.v1 import classes_pb2 as pb
from ctz.workouts.v1 import classes_pb2_grpc

from ctz_chassis.ids import uuid7

from .harness import block

OPENED = datetime(2020, 1, 1, tzinfo=UTC)
INSTRUCTORS = ("Ada Invented", "Ben Example", "Çağla Örnek", "Denis Morton", "Eli Vandermeer")
TYPES = (
    ("power_zone_endurance", "Power Zone Endurance Ride"),
    ("power_zone_max", "Power Zone Max Ride"),
    ("low_impact", "Low Impact Ride"),
    ("climb", "Climb Ride"),
)


def made_class(**given: Any) -> peloton.ClassUpdated:
    """One class; a Power Zone Endurance Ride of 30 minutes in zones 2 and 3 unless told otherwise."""
    fields: dict[str, Any] = {
        "class_id": uuid7().hex,
        "revision": 1,
        "title": "30 min Power Zone Endurance Ride",
        "discipline": "cycling",
        "class_type": "power_zone_endurance",
        "instructor": "Ada Invented",
        "duration_seconds": 1800,
        "pedaling_start_offset_seconds": 60,
        "is_power_zone": True,
        "language": "english",
        "difficulty": 7.5,
        "liked_share": 0.98,
        "taken_count": 12_000,
        "has_details": True,
        "targets": [block(60, 959, 2), block(960, 1859, 3)],
    } | given
    aired = fields.pop("aired", OPENED)
    message = peloton.ClassUpdated(**fields)
    if aired is not None:
        message.air_time.FromDatetime(aired)
    return message


def many_classes(count: int, seed: int = 1) -> list[peloton.ClassUpdated]:
    """A library of a size, the same for a seed but for its ids."""
    dice = random.Random(seed)
    found = []
    for number in range(count):
        class_type, title = TYPES[number % len(TYPES)]
        minutes = dice.choice((10, 20, 30, 45, 60))
        is_power_zone = class_type.startswith("power_zone")
        zones = (2, 3) if class_type == "power_zone_endurance" else (1, 6)
        half = 60 + minutes * 30
        found.append(
            made_class(
                title=f"{minutes} min {title}",
                class_type=class_type,
                instructor=dice.choice(INSTRUCTORS),
                duration_seconds=minutes * 60,
                is_power_zone=is_power_zone,
                has_details=is_power_zone,
                targets=[block(60, half - 1, zones[0]), block(half, 59 + minutes * 60, zones[1])]
                if is_power_zone
                else [],
                aired=OPENED + timedelta(hours=number),
                taken_count=dice.randrange(100, 50_000),
                liked_share=dice.randrange(80, 100) / 100,
                difficulty=dice.randrange(50, 95) / 10,
            )
        )
    return found


def pages(stub: classes_pb2_grpc.ClassServiceStub, size: int = 17, **given: Any) -> list[pb.LibraryClass]:
    """All classes of a list, page by page."""
    found: list[pb.LibraryClass] = []
    token = ""
    while True:
        answer = stub.ListClasses(pb.ListClassesRequest(page_size=size, page_token=token, **given))
        found += answer.classes
        token = answer.next_page_token
        if not token:
            return found


def names(found: Iterable[pb.LibraryClass]) -> set[str]:
    """The names of classes."""
    return {each.name for each in found}
