"""The class library: a class as the archive lists it, and as its own page tells it (peloton-api.md, 4.5 and 4.6)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ctz_peloton_sync.domain.class_types import class_type_of
from ctz_peloton_sync.domain.classes import RideStub, is_ftp_test_title, parse_ride
from ctz_peloton_sync.domain.fields import Json, flag, identifier, integer, items, mapping, moment, number, text
from ctz_peloton_sync.domain.graphs import Measure, Segment, parse_segments
from ctz_peloton_sync.domain.runs import PAGE_SIZE
from ctz_peloton_sync.domain.targets import TargetBlock, parse_cues, parse_targets

# One class may stand in several of them.
CATEGORIES = (
    "cycling",
    "running",
    "outdoor",
    "walking",
    "strength",
    "yoga",
    "meditation",
    "stretching",
    "cardio",
    "bootcamp",
    "bike_bootcamp",
    "caesar",
    "caesar_bootcamp",
)
# Above this many pages a category is not a category.
MAXIMUM_CATEGORY_PAGES = 1_000
MAXIMUM_DESCRIPTION = 1_000
MAXIMUM_SONGS, MAXIMUM_ARTISTS, MAXIMUM_TYPES = 200, 10, 32
MAXIMUM_SONG_SECOND = 86_400
LEAST_LEFT = 0.5
# A few rows name no class of ours.
LEAST_OF_TOTAL = 0.98
_KEPT_DIGITS = 2
# The crowd's figures by our slugs; distance and speed are left out, because nothing tells their unit.
_AVERAGES = (
    ("average_total_work", "total_output", "kj", "Output"),
    ("average_avg_power", "avg_output", "watts", "Avg. output"),
    ("average_avg_cadence", "avg_cadence", "rpm", "Avg. cadence"),
    ("average_avg_resistance", "avg_resistance", "%", "Avg. resistance"),
    ("average_calories", "calories", "kcal", "Calories"),
    ("average_effort_score", "effort_points", "", "Effort"),
)


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What the archive and a class's own page both say of it."""

    ride: RideStub
    is_ftp_test: bool
    air_time: datetime | None
    difficulty: float | None
    class_types: tuple[str, ...]
    class_type: str
    language: str
    description: str
    liked_share: float | None
    taken_count: int | None


@dataclass(frozen=True, slots=True)
class Song:
    """One song; its second on the class clock is none where it is not told."""

    title: str
    artists: tuple[str, ...]
    start_seconds: int | None


@dataclass(frozen=True, slots=True)
class ClassDetail:
    """A class with what only its own page says."""

    facts: ClassFacts
    targets: tuple[TargetBlock, ...]
    songs: tuple[Song, ...]
    averages: tuple[Measure, ...]
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """One page of a category; `is_last` when nothing can follow it. `total` is what the source says that it lists."""

    classes: tuple[ClassFacts, ...]
    is_last: bool
    total: int | None


def parse_library_page(payload: Json, page: int) -> LibraryPage | None:
    """A page of the archive; none when the answer is of something else. Its page count is not to be relied on."""
    body = mapping(payload)
    if not isinstance(body.get("data"), list | tuple):
        return None
    rows = items(body.get("data"))[: 2 * PAGE_SIZE]
    people = {identifier(mapping(one).get("id")): one for one in items(body.get("instructors"))[:500]}
    names = _type_names(body.get("class_types"))
    total = integer(body.get("total"))
    found = [_listed(mapping(row), people, names) for row in rows]
    return LibraryPage(
        classes=tuple({facts.ride.class_id: facts for facts in found if facts.ride.class_id}.values()),
        is_last=len(rows) < PAGE_SIZE
        or (total is not None and (page + 1) * PAGE_SIZE >= total)
        or page + 1 >= MAXIMUM_CATEGORY_PAGES,
        total=total,
    )


def is_credible(counted: int, known: int, total: int | None) -> bool:
    """Whether a reading that listed `counted` classes may tell what is no longer offered.

    Not when the source says that it lists more, and not when most of what is known would be gone: that is rather a
    source that changed, or a page that ended early.
    """
    return counted >= known * LEAST_LEFT and (total is None or counted >= total * LEAST_OF_TOTAL)


def parse_class_detail(payload: Json) -> ClassDetail | None:
    """The reply of /ride/{id}/details; none when it names no class."""
    body = mapping(payload)
    ride = mapping(body.get("ride"))
    types = tuple(
        name
        for entry in items(body.get("class_types"))[:MAXIMUM_TYPES]
        if (name := text(mapping(entry).get("name"), limit=100))
    )
    is_power_zone, is_ftp_test = flag(body.get("is_power_zone_class")), flag(body.get("is_ftp_test"))
    facts = _facts(ride, parse_ride(ride), types, is_power_zone=is_power_zone, is_ftp_test=is_ftp_test)
    if facts.ride.class_id == "":
        return None
    targets = parse_targets(mapping(body.get("target_metrics_data")).get("target_metrics"))
    return ClassDetail(
        facts=facts,
        targets=targets or parse_cues(body.get("instructor_cues")),
        songs=_songs(mapping(body.get("playlist")).get("songs")),
        averages=_averages(mapping(body.get("averages"))),
        segments=parse_segments(mapping(body.get("segments")).get("segment_list")),
    )


def _listed(row: Mapping[str, Json], people: Mapping[str, Json], names: Mapping[str, str]) -> ClassFacts:
    """A row names its instructor and its types by id; the page brings the names along."""
    teacher = identifier(row.get("instructor_id"))
    ride = parse_ride({"instructor": people.get(teacher), **row})
    types = map(identifier, items(row.get("class_type_ids"))[:MAXIMUM_TYPES])
    named = tuple(names[key] for key in types if key in names)
    return _facts(row, ride, named, is_power_zone=False, is_ftp_test=is_ftp_test_title(ride.title))


def _facts(
    ride: Mapping[str, Json], stub: RideStub, types: tuple[str, ...], *, is_power_zone: bool, is_ftp_test: bool
) -> ClassFacts:
    """Figures of the crowd change by the minute: they are kept as coarse as a page shows them."""
    difficulty = number(ride.get("difficulty_rating_avg"), low=0, high=10)
    liked = number(ride.get("overall_rating_avg"), low=0, high=1)
    return ClassFacts(
        ride=replace(stub, is_power_zone=True) if is_power_zone else stub,
        is_ftp_test=is_ftp_test,
        air_time=moment(ride.get("scheduled_start_time")) or moment(ride.get("original_air_time")),
        difficulty=_rounded(difficulty) if integer(ride.get("difficulty_rating_count")) else None,
        class_types=types,
        class_type=class_type_of(stub.discipline, stub.title),
        language=text(ride.get("language"), limit=64),
        description=text(ride.get("description"), limit=MAXIMUM_DESCRIPTION),
        liked_share=_rounded(liked) if integer(ride.get("overall_rating_count")) else None,
        taken_count=_coarse(integer(ride.get("total_workouts"), high=2**53)),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _KEPT_DIGITS)


def _coarse(count: int | None) -> int | None:
    """Two digits of a count, the rest zeros."""
    if not count:
        return count
    return int(round(count, _KEPT_DIGITS - 1 - math.floor(math.log10(count))))


def _type_names(payload: Json) -> dict[str, str]:
    """Names of class types by id."""
    entries = [mapping(entry) for entry in items(payload)[:2_000]]
    named = {identifier(entry.get("id")): text(entry.get("name"), limit=100) for entry in entries}
    return {key: name for key, name in named.items() if key and name}


def _songs(payload: Json) -> tuple[Song, ...]:
    found = []
    for entry in items(payload)[:MAXIMUM_SONGS]:
        body = mapping(entry)
        title = text(body.get("title"))
        start = integer(body.get("start_time_offset"), high=MAXIMUM_SONG_SECOND)
        if start is None:
            start = integer(body.get("cue_time_offset"), high=MAXIMUM_SONG_SECOND)
        artists = [text(mapping(one).get("artist_name"), limit=200) for one in items(body.get("artists"))]
        if title:
            found.append(Song(title, tuple(name for name in artists[:MAXIMUM_ARTISTS] if name), start))
    return tuple(found)


def _averages(body: Mapping[str, Json]) -> tuple[Measure, ...]:
    known = ((number(body.get(key), low=0), slug, unit, name) for key, slug, unit, name in _AVERAGES)
    return tuple(Measure(slug, value, unit, name) for value, slug, unit, name in known if value is not None)
