"""Classes ("rides" in Peloton's words, of any discipline)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ctz_peloton_sync.domain.fields import (
    NO_CLASS_ID,
    Json,
    flag,
    identifier,
    integer,
    items,
    mapping,
    moment,
    number,
    text,
)
from ctz_peloton_sync.domain.targets import TargetBlock, parse_cues, parse_targets

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


@dataclass(frozen=True, slots=True)
class ClassDetail:
    """What Peloton says of a class."""

    class_id: str
    title: str
    discipline: str
    instructor: str
    duration_seconds: int | None
    pedaling_start_offset_seconds: int
    is_power_zone: bool
    is_ftp_test: bool
    air_time: datetime | None
    difficulty: float | None
    targets: tuple[TargetBlock, ...]
    class_types: tuple[str, ...]


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


def parse_class_detail(payload: Json) -> ClassDetail | None:
    """The reply of /ride/{id}/details; none when it names no class."""
    body = mapping(payload)
    ride = mapping(body.get("ride"))
    stub = parse_ride(ride)
    if stub.class_id == "":
        return None
    targets = parse_targets(mapping(body.get("target_metrics_data")).get("target_metrics"))
    rating = number(ride.get("difficulty_rating_avg"), low=0, high=10)
    return ClassDetail(
        class_id=stub.class_id,
        title=stub.title,
        discipline=stub.discipline,
        instructor=stub.instructor,
        duration_seconds=stub.duration_seconds,
        pedaling_start_offset_seconds=stub.pedaling_start_offset_seconds or 0,
        is_power_zone=flag(body.get("is_power_zone_class")) or stub.is_power_zone,
        is_ftp_test=flag(body.get("is_ftp_test")),
        air_time=moment(ride.get("scheduled_start_time")) or moment(ride.get("original_air_time")),
        difficulty=rating if integer(ride.get("difficulty_rating_count")) else None,
        targets=targets or parse_cues(body.get("instructor_cues")),
        class_types=tuple(
            name
            for entry in items(body.get("class_types"))[:32]
            if (name := text(mapping(entry).get("name"), limit=100))
        ),
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
