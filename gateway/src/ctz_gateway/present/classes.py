"""Classes as lists show them: what they are, what they cost, what the rider did of them."""

from collections.abc import Sequence

from ctz.workouts.v1 import classes_pb2

from ctz_gateway.clients.times import instant
from ctz_gateway.present.activities import type_name
from ctz_gateway.present.rows import KINDS, discipline_name
from ctz_gateway.viewmodels.classes import ClassRow
from ctz_gateway.viewmodels.common import Figure, Tag
from ctz_gateway.viewmodels.training import MiniBar, MiniChart
from ctz_gateway.words import MONTHS, duration, plural, thousands

MINUTE = 60
ZONES = 7
TEST_TAG = Tag("FTP test", "accent", "power")
RETIRED_TAG = Tag("No longer offered by Peloton", "warn", "info")


def class_id_of(name: str) -> str:
    """The id of a resource name."""
    return name.removeprefix("classes/")


def class_row(found: classes_pb2.LibraryClass, reasons: Sequence[str] = ()) -> ClassRow:
    """One line of a list."""
    return ClassRow(
        id=class_id_of(found.name),
        title=found.title,
        kind=KINDS.get(found.discipline, "other"),
        facts=facts(found),
        figures=[each for each in (_load(found), _intensity(found), _difficulty(found)) if each is not None],
        tags=_tags(found),
        chart=_chart(found),
        no_picture="Targets not here" if found.is_power_zone else "",
        is_favourite=found.is_favourite,
        reasons=reasons,
    )


def facts(found: classes_pb2.LibraryClass) -> Sequence[str]:
    """Who teaches it, what it is, how long, since when; a length that the title begins with is not told again."""
    length = length_text(found)
    told = [
        found.instructor,
        type_name(found.class_type) if found.class_type else discipline_name(found.discipline),
        "" if found.title.startswith(f"{length} ") else length,
        shown_text(found),
    ]
    return [fact for fact in told if fact]


def length_text(found: classes_pb2.LibraryClass) -> str:
    """`45 min`; lengths that are no whole minutes as a clock."""
    if not found.HasField("duration_seconds"):
        return ""
    minutes, rest = divmod(found.duration_seconds, MINUTE)
    return duration(found.duration_seconds) if rest else f"{minutes} min"


def shown_text(found: classes_pb2.LibraryClass) -> str:
    """`March 2024`, the month in which it was first shown."""
    if not found.HasField("air_time"):
        return ""
    day = instant(found.air_time)
    return f"{MONTHS[day.month - 1]}\N{NO-BREAK SPACE}{day.year}"


def _tags(found: classes_pb2.LibraryClass) -> Sequence[Tag]:
    tags = []
    if found.attempt_count:
        often = "Taken" if found.attempt_count == 1 else f"Taken {plural(found.attempt_count, 'time')}"
        tags.append(Tag(often, "good", "done"))
    if found.rating:
        tags.append(Tag(f"You: {found.rating} of 5", "plain", "star"))
    if found.is_ftp_test:
        tags.append(TEST_TAG)
    if found.is_retired:
        tags.append(RETIRED_TAG)
    if found.has_targets and not found.thumbnail_zones:
        tags.append(Tag("Has targets", "plain", "exercise"))
    if found.has_recorded_targets and not found.has_targets:
        tags.append(Tag("Targets by riders", "plain", "group"))
    return tags


def _load(found: classes_pb2.LibraryClass) -> Figure | None:
    if not found.HasField("expected_training_stress_score"):
        return None
    return Figure("load", thousands(found.expected_training_stress_score), "TSS")


def _intensity(found: classes_pb2.LibraryClass) -> Figure | None:
    if not found.HasField("expected_intensity_factor"):
        return None
    return Figure("intensity", f"{found.expected_intensity_factor:.2f}")


def _difficulty(found: classes_pb2.LibraryClass) -> Figure | None:
    if not found.HasField("difficulty"):
        return None
    return Figure("difficulty", f"{found.difficulty:.1f}")


def _chart(found: classes_pb2.LibraryClass) -> MiniChart | None:
    """The called zones as bars; a stretch without a call is a low bar in no zone's colour."""
    if not found.thumbnail_zones:
        return None
    bars = [MiniBar(max(zone, 0.5) / ZONES, zone) for zone in found.thumbnail_zones]
    return MiniChart(f"Called zones: {zones_text(found.zone_seconds)}", bars=bars)


def zones_text(zone_seconds: Sequence[int]) -> str:
    """`26:00 in zone 2, 12:00 in zone 4`; empty without zones."""
    parts = (f"{duration(seconds)} in zone {zone}" for zone, seconds in enumerate(zone_seconds, 1) if seconds)
    return ", ".join(parts)
