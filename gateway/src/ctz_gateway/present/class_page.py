"""One class as its page shows it: what is called, what it costs, the rider's own times, and why the rest is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from ctz.common.v1 import training_pb2 as training
from ctz.peloton_sync.events.v1 import events_pb2
from ctz.workouts.v1 import classes_pb2

from ctz_gateway.present import class_chart
from ctz_gateway.present.activities import type_name
from ctz_gateway.present.class_chart import Call
from ctz_gateway.present.classes import RETIRED_TAG, TEST_TAG, class_id_of, facts, length_text
from ctz_gateway.present.rows import KINDS
from ctz_gateway.present.tiles import AVERAGE_NAMES, TOTAL_NAMES
from ctz_gateway.present.zones import range_text
from ctz_gateway.viewmodels.classes import AttemptRow, CalledRow, ClassPage, SimilarLink, SongRow
from ctz_gateway.viewmodels.common import Figure, Note, Tag
from ctz_gateway.viewmodels.training import Pair, Segment
from ctz_gateway.words import day_month_year, duration, measure, plural, thousands

ON_A_MACHINE = frozenset({"bike", "run", "walk", "row"})
HOUR = 3600
LOAD_NEIGHBOURHOOD = 0.1
SHOWN_ATTEMPTS = 50
# What a class asks for by its expected intensity, in words that riders use.
HARDNESS = (
    (0.65, "an easy class"),
    (0.75, "a steady class"),
    (0.85, "a class of solid work"),
    (0.95, "a hard class"),
)
HARDEST = "a class near your limit"


@dataclass(frozen=True, slots=True)
class Around:
    """What the page is told besides the class: the rider's figures, the day, addresses."""

    is_metric: bool
    ftp_watts: float | None
    today: date
    library_url: str
    here: str
    note: Note | None = None


def class_page(view: classes_pb2.ClassView, around: Around) -> ClassPage:
    """The page of one class."""
    found = view.library_class
    blocks = list(view.targets or view.practice_targets)
    seconds = seconds_of(view, blocks)
    listed = class_chart.calls(blocks, seconds)
    drawn = class_chart.class_chart(listed, seconds, found.discipline)
    return ClassPage(
        id=class_id_of(found.name),
        title=found.title,
        kind=KINDS.get(found.discipline, "other"),
        facts=facts(found),
        tags=_tags(found),
        banners=[around.note] if around.note else [],
        tiles=_tiles(found),
        expected_text=expected_text(found),
        description=view.description,
        source_url=view.source_url if view.source_url.startswith("https://") else "",
        chart=drawn,
        chart_reason="" if drawn else _chart_reason(view),
        source_text=source_text(view),
        called=called_rows(listed, around.ftp_watts, found.discipline),
        zone_seconds=tuple(found.zone_seconds),
        zone_note=_zone_note(view),
        zone_reason="" if found.zone_seconds else "no zones are called",
        segments=_segments(view),
        songs=song_rows(view.songs),
        averages=[_average(each, is_metric=around.is_metric) for each in view.averages],
        attempts=[_attempt(each) for each in view.attempts],
        attempts_text=_attempts_text(found.attempt_count, len(view.attempts)),
        can_compare=len(view.attempts) > 1,
        is_favourite=found.is_favourite,
        rating=found.rating,
        can_practise=drawn is not None and bool(view.practice_targets),
        can_record=_can_record(view),
        recorded_text=_recorded_text(view),
        has_recorded=view.recorded_targets_count > 0,
        similar=_similar(found, around.library_url),
        plan_name=found.name,
        plan_date=around.today.isoformat(),
        here=around.here,
    )


def seconds_of(view: classes_pb2.ClassView, blocks: Sequence[training.TargetBlock]) -> int:
    """Seconds of the class clock: what comes before the pedalling counts."""
    found = view.library_class
    ridden = found.duration_seconds if found.HasField("duration_seconds") else 0
    return class_chart.length_of(blocks, view.pedaling_start_offset_seconds, ridden)


def expected_text(found: classes_pb2.LibraryClass) -> str:
    """What the called zones cost, in a sentence."""
    if not found.HasField("expected_training_stress_score") or not found.HasField("expected_intensity_factor"):
        return ""
    load, intensity = found.expected_training_stress_score, found.expected_intensity_factor
    hard = next((words for below, words in HARDNESS if intensity < below), HARDEST)
    as_long = duration(load / 100 * HOUR)
    return (
        f"Hold every zone as it is called and this is {hard}: intensity {intensity:.2f}, load {thousands(load)} TSS, "
        f"as much as {as_long} at your FTP. It does not depend on how high your FTP is."
    )


def called_rows(listed: Sequence[Call], ftp_watts: float | None, discipline: str) -> Sequence[CalledRow]:
    """Every stretch, with the watts of its zones at an FTP."""
    return [
        CalledRow(
            duration(call.start),
            duration(call.end - call.start),
            call.zone,
            class_chart.name_of(call, discipline),
            watts_text(call, ftp_watts) if ftp_watts else "",
        )
        for call in listed
    ]


def watts_text(call: Call, ftp_watts: float) -> str:
    """`131–179 W`; a range of zones from the lower edge of the first to the upper edge of the last."""
    if not call.zones:
        return ""
    low, high = (range_text(zone, ftp_watts) for zone in call.zones)
    if low == high:
        return low
    lower = low.removesuffix(" W").split("–")[0]
    return f"over {lower} W" if high.startswith("over") else f"{lower}–{high.split('–')[1]}"


def song_rows(songs: Sequence[events_pb2.Song]) -> Sequence[SongRow]:
    """The music in the order played."""
    return [
        SongRow(duration(song.start_seconds) if song.HasField("start_seconds") else "", song.title,
                ", ".join(song.artists))
        for song in songs
    ]  # fmt: skip


def _tags(found: classes_pb2.LibraryClass) -> Sequence[Tag]:
    tags = [tag for tag, holds in ((TEST_TAG, found.is_ftp_test), (RETIRED_TAG, found.is_retired)) if holds]
    if found.attempt_count:
        often = "Taken once" if found.attempt_count == 1 else f"Taken {plural(found.attempt_count, 'time')}"
        tags.append(Tag(often, "good", "done"))
    return tags


def _tiles(found: classes_pb2.LibraryClass) -> Sequence[Figure]:
    unrated = "not rated at Peloton"
    share = f"{100 * found.liked_share:.0f}" if found.HasField("liked_share") else None
    hard = f"{found.difficulty:.1f}" if found.HasField("difficulty") else None
    taken = f"taken about {thousands(found.taken_count)} times" if found.HasField("taken_count") else ""
    expected = (
        _expected("Expected load", found.expected_training_stress_score, "TSS", "{:,.0f}", found),
        _expected("Expected intensity", found.expected_intensity_factor, "of FTP", "{:.2f}", found),
    )
    # Only of classes that call zones something is to be expected.
    is_zoned = found.is_power_zone or found.HasField("expected_training_stress_score")
    return (
        Figure("Length", length_text(found) or None, reason="open"),
        *(expected if is_zoned else ()),
        Figure("Difficulty", hard, "of 10", reason=unrated),
        Figure("Liked by", share, "%", taken, unrated),
    )


def _expected(label: str, value: float, unit: str, shape: str, found: classes_pb2.LibraryClass) -> Figure:
    if not found.HasField("expected_training_stress_score"):
        return Figure(label, None, unit, reason="no zones are called")
    return Figure(label, shape.format(value), unit)


def _chart_reason(view: classes_pb2.ClassView) -> str:
    if not view.has_details:
        return "What is called in this class is not here yet."
    if view.library_class.is_power_zone:
        return "Peloton publishes no targets for this class. Riders can record them."
    return "Nothing is called in this class."


def source_text(view: classes_pb2.ClassView) -> str:
    """Where the drawn targets come from; empty for Peloton's own."""
    if view.targets or not view.practice_targets:
        return ""
    if view.practice_source == classes_pb2.PRACTICE_SOURCE_CHOSEN:
        return "The targets are those that you chose. Peloton publishes none."
    title = view.practice_recorded_targets.title if view.HasField("practice_recorded_targets") else ""
    return f"The targets are a rider’s: {title}. Peloton publishes none." if title else "The targets are a rider’s."


def _zone_note(view: classes_pb2.ClassView) -> str:
    return f"nothing called for {duration(view.untargeted_seconds)}" if view.untargeted_seconds else "all of it called"


def _segments(view: classes_pb2.ClassView) -> Sequence[Segment]:
    offset = view.pedaling_start_offset_seconds
    return [
        Segment(duration(offset + each.start_seconds), duration(each.length_seconds), each.name)
        for each in view.segments
    ]


def _average(found: training.Measure, *, is_metric: bool) -> Pair:
    names = {**AVERAGE_NAMES, **TOTAL_NAMES}
    value, unit = measure(found.value, found.unit, is_metric=is_metric)
    label = names.get(found.slug) or found.display_name or found.slug.replace("_", " ").capitalize()
    return Pair(label, f"{value} {unit}".strip())


def _attempt(found: classes_pb2.ClassAttempt) -> AttemptRow:
    return AttemptRow(
        workout_id=found.workout.removeprefix("workouts/"),
        date_text=day_month_year(date.fromisoformat(found.local_date)),
        is_best=found.is_best,
        work_text=f"{found.work_kilojoules:,.0f} kJ" if found.HasField("work_kilojoules") else "",
        power_text=f"{found.mean_power_watts:,.0f} W" if found.HasField("mean_power_watts") else "",
        load_text=thousands(found.load) if found.HasField("load") else "",
        target_text=f"{100 * found.target_share:.0f} %" if found.HasField("target_share") else "",
        heart_text=f"{found.mean_heart_rate_bpm:.0f} bpm" if found.HasField("mean_heart_rate_bpm") else "",
    )


def _attempts_text(count: int, shown: int) -> str:
    if count > shown:
        return f"The last {shown} of {thousands(count)}"
    return plural(count, "time")


def _can_record(view: classes_pb2.ClassView) -> bool:
    """Whether anything can be called that a machine measures, and Peloton does not say what."""
    return not view.targets and KINDS.get(view.library_class.discipline) in ON_A_MACHINE


def _recorded_text(view: classes_pb2.ClassView) -> str:
    if view.recorded_targets_count:
        return f"{plural(view.recorded_targets_count, 'set')} of targets recorded by riders"
    return "No rider recorded targets yet." if _can_record(view) else ""


def _similar(found: classes_pb2.LibraryClass, library_url: str) -> Sequence[SimilarLink]:
    """Lists of the library that this class leads to."""
    length = {"length": str(round(found.duration_seconds / 60))} if found.HasField("duration_seconds") else {}
    kind = {"class_type": found.class_type} if found.class_type else {"discipline": found.discipline}
    name = type_name(found.class_type) if found.class_type else "this discipline"
    links = [(f"{name}, {length_text(found)}" if length else name, {**kind, **length})]
    if found.instructor:
        links.append((f"More by {found.instructor}", {"instructor": found.instructor, "discipline": found.discipline}))
    if found.HasField("expected_training_stress_score"):
        load = found.expected_training_stress_score
        low, high = round(load * (1 - LOAD_NEIGHBOURHOOD)), round(load * (1 + LOAD_NEIGHBOURHOOD))
        links.append((f"{low} to {high} TSS", {"min_load": str(low), "max_load": str(high)}))
    return [SimilarLink(text, _address(library_url, given)) for text, given in links]


def _address(library_url: str, given: Mapping[str, str]) -> str:
    return f"{library_url}?{urlencode(given)}"
