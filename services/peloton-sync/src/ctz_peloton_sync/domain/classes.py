"""Classes ("rides" in Peloton's words, of any discipline)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ctz_peloton_sync.domain.fields import (
    NO_CLASS_ID,
    Json,
    flag,
    identifier,
    integer,
    items,
    mapping,
    text,
)

MAXIMUM_OFFSET_SECONDS = 7_200
MAXIMUM_CLASS_SECONDS = 86_400
# Peloton's class type "Power Zone" (peloton-api.md, section 4.6).
POWER_ZONE_TYPE = "665395ff3abf4081bf315686227d1a51"

_POWER_ZONE = re.compile(r"\bpower zone\b|\bpz\b", re.IGNORECASE)
_FTP_TEST = re.compile(r"\bftp test\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RideStub:
    """What a workout says of its class; `class_id` is empty for a Just Ride and the like."""

    class_id: str
    title: str
    instructor: str
    discipline: str
    duration_seconds: int | None
    pedaling_start_offset_seconds: int | None
    has_pace_targets: bool
    is_power_zone: bool

    @property
    def is_detail_due(self) -> bool:
        """Whether the class's detail is worth a call: Power Zone, pace targets, FTP tests (architecture.md)."""
        return self.class_id != "" and (self.has_pace_targets or self.is_power_zone or is_ftp_test_title(self.title))


def is_power_zone_title(title: str) -> bool:
    """Whether a title is of a Power Zone class."""
    return _POWER_ZONE.search(title) is not None


def is_ftp_test_title(title: str) -> bool:
    """Whether a title is of an FTP test."""
    return _FTP_TEST.search(title) is not None


def parse_ride(payload: Json) -> RideStub:
    """The class of a list row; missing, null and six-key stubs give an empty class id."""
    body = mapping(payload)
    class_id = _class_id(body.get("id"))
    return RideStub(
        class_id=class_id,
        title=text(body.get("title")),
        instructor=_instructor(body.get("instructor")),
        discipline=text(body.get("fitness_discipline"), limit=64),
        duration_seconds=_duration(body.get("duration")) or _duration(body.get("pedaling_duration")),
        pedaling_start_offset_seconds=(
            integer(body.get("pedaling_start_offset"), high=MAXIMUM_OFFSET_SECONDS) if class_id else None
        ),
        is_power_zone=_is_power_zone(body),
        has_pace_targets=flag(body.get("has_tread_pace_target")) or text(body.get("pace_target_type")) != "",
    )


def _is_power_zone(ride: Mapping[str, Json]) -> bool:
    """By class type or title; the type also covers FTP warm-ups."""
    types = items(ride.get("class_type_ids"))[:32]
    return POWER_ZONE_TYPE in types or is_power_zone_title(text(ride.get("title")))


def _class_id(value: Json) -> str:
    found = identifier(value)
    return "" if found == NO_CLASS_ID else found


def _duration(value: Json) -> int | None:
    return integer(value, low=1, high=MAXIMUM_CLASS_SECONDS)


def _instructor(payload: Json) -> str:
    """Name of a person; the pseudo instructors of Just Ride and the like have no id."""
    body = mapping(payload)
    return text(body.get("name"), limit=100) if identifier(body.get("id")) else ""
