"""Four classes and the tables to look up, for fakes and samples."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid5

from ctz.common.v1 import training_pb2 as training
from ctz.peloton_sync.events.v1 import events_pb2
from ctz.workouts.v1 import classes_pb2

from ctz_gateway.clients.times import stamp
from gateway.tests.rides import NAMESPACE

OPEN_RIDE, MAX_RIDE, PACE_RUN, FLOW = "c0ffee01", "c0ffee02", "c0ffee03", "c0ffee04"
SHARED = str(uuid5(NAMESPACE, "shared targets"))
ZONE_BLOCKS = ((0, 599, 2), (600, 839, 4), (840, 959, 2), (960, 1199, 5), (1200, 1319, 1), (1320, 1559, 6))
EDGES = (0, 55, 75, 90, 105, 120, 150)
NAMES = ("Active recovery", "Endurance", "Tempo", "Lactate threshold", "VO2 max", "Anaerobic capacity", "Neuromuscular")
LINES = (45, 65, 82.5, 97.5, 112.5, 135, 160)
PACES = ((None, 3.0), (3.0, 4.1), (4.1, 5.0), (5.0, 6.2), (6.2, 7.0), (7.0, 8.0), (8.0, None))
RUN_NAMES = ("Recovery", "Easy", "Moderate", "Challenging", "Hard", "Very hard", "Max")


def block(start: int, end: int, low: int, high: int = 0, metric: str = "power_zone") -> training.TargetBlock:
    """A block that calls one range."""
    ranges = [training.TargetRange(metric=metric, lower=low, upper=high or low)]
    return training.TargetBlock(start_seconds=start, end_seconds=end, segment_type=metric, ranges=ranges)


def zone_blocks(first: int = 60) -> list[training.TargetBlock]:
    """The targets of a Power Zone ride whose pedalling starts at `first`."""
    return [block(start + first, end + first, zone) for start, end, zone in ZONE_BLOCKS]


def library() -> dict[str, classes_pb2.ClassView]:
    """Four classes: with targets, a Power Zone ride without, a run with paces, and yoga."""
    seconds = [0] * 7
    for start, end, zone in ZONE_BLOCKS:
        seconds[zone - 1] += end - start + 1
    ride = _view(MAX_RIDE, "30 min Power Zone Max Ride", "Ina Berg", "cycling", "power_zone_max", 1800, 2024)
    found = ride.library_class
    found.is_power_zone = found.has_targets = True
    found.zone_seconds.extend(seconds)
    found.expected_intensity_factor, found.expected_training_stress_score = 0.98, 48.2
    found.thumbnail_zones = bytes([2] * 20 + [4] * 8 + [2] * 4 + [5] * 8 + [1] * 4 + [6] * 8 + [0] * 8)
    ride.targets.extend(zone_blocks())
    ride.practice_targets.extend(zone_blocks())
    ride.practice_source, ride.untargeted_seconds = classes_pb2.PRACTICE_SOURCE_PUBLISHED, 240
    ride.pedaling_start_offset_seconds, ride.description = 60, "Short, sharp efforts."
    ride.source_url = "https://members.onepeloton.com/classes/cycling?modal=classDetailsModal&classId=c0ffee02"
    for start, title, artist in (
        (0, "Warm Up Song", "The Example"),
        (300, "Second Song", "A. N. Other"),
        (900, "x", ""),
    ):
        ride.songs.append(events_pb2.Song(title=title, artists=[artist] if artist else [], start_seconds=start))
    ride.averages.append(training.Measure(slug="avg_output", value=172, unit="watts"))
    ride.segments.append(events_pb2.Segment(name="Warm up", start_seconds=0, length_seconds=600))
    plain = _view(OPEN_RIDE, "45 min Power Zone Ride", "Otto Holm", "cycling", "power_zone", 2700, 2021)
    plain.library_class.is_power_zone = True
    run = _view(PACE_RUN, "20 min Intervals Run", "Ina Berg", "running", "intervals", 1200, 2025)
    run.library_class.has_targets = True
    paced = [block(0, 299, 1, metric="pace_intensity"), block(300, 599, 4, metric="pace_intensity")]
    run.targets.extend(paced)
    run.practice_targets.extend(paced)
    run.practice_source = classes_pb2.PRACTICE_SOURCE_PUBLISHED
    flow = _view(FLOW, "15 min Yoga Flow", "Mona Lind", "yoga", "yoga_flow", 900, 2023)
    return {view.library_class.name: view for view in (run, ride, flow, plain)}


def _view(key: str, title: str, instructor: str, discipline: str, kind: str, seconds: int, year: int) -> Any:
    found = classes_pb2.LibraryClass(
        name=f"classes/{key}", title=title, instructor=instructor, discipline=discipline, class_type=kind,
        duration_seconds=seconds, air_time=stamp(datetime(year, 3, 5, tzinfo=UTC)), difficulty=7.9, liked_share=0.98,
        taken_count=12_000,
    )  # fmt: skip
    return classes_pb2.ClassView(library_class=found, has_details=True)


def reference() -> classes_pb2.Reference:
    """Zones and two levels of running."""
    answer = classes_pb2.Reference()
    for place, (title, lower, target) in enumerate(zip(NAMES, EDGES, LINES, strict=True)):
        upper = EDGES[place + 1] if place + 1 < len(EDGES) else None
        answer.zones.append(
            classes_pb2.ReferenceZone(
                zone=place + 1, title=title, source_word=title.split()[0], lower_percent=lower, upper_percent=upper,
                target_percent=target,
            )
        )  # fmt: skip
    table = answer.pace_tables.add(activity="running")
    for number in (1, 5, 10):
        level = table.levels.add(level=number)
        for intensity, (slow, fast) in enumerate(PACES):
            band = level.bands.add(intensity=intensity, title=RUN_NAMES[intensity])
            if slow is not None:
                band.slowest_mph = slow + number / 10
            if fast is not None:
                band.fastest_mph = fast + number / 10
    return answer
