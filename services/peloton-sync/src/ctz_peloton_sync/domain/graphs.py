"""Performance graphs: series, averages, totals, targets, segments, splits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ctz_peloton_sync.domain.fields import Json, flag, identifier, integer, items, mapping, number, text
from ctz_peloton_sync.domain.series import Series, read_values, rising_seconds, scaled
from ctz_peloton_sync.domain.targets import (
    PaceBand,
    TargetBlock,
    parse_pace_bands,
    parse_pace_level,
    parse_targets,
)
from ctz_peloton_sync.domain.workouts import Effort, parse_effort

# A day of seconds: far beyond any workout, and with five metrics still under the megabyte that an event may have.
MAXIMUM_SAMPLES = 86_400
MAXIMUM_METRICS = 24
MAXIMUM_PARTS = 1_000
DISTANCES = ("meter", "mi", "km")
# Figures that may be below zero; everything else is a fault of the payload when it is.
SIGNED = {"incline", "altitude", "elevation", "avg_incline", "avg_altitude"}


class GraphTooLarge(Exception):
    """More samples than any workout has."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure as reported, with its unit."""

    slug: str
    value: float
    unit: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the class, on the pedalling clock."""

    name: str
    start_seconds: int
    length_seconds: int
    metrics_type: str


@dataclass(frozen=True, slots=True)
class Split:
    """A split as reported; `seconds` are of this split alone."""

    distance: float
    distance_unit: str
    seconds: float
    elevation_change: float | None
    elevation_unit: str
    is_best: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """What the graph of one workout says; `seconds` rise strictly and every series has as many values."""

    seconds: Sequence[int]
    series: tuple[Series, ...]
    averages: tuple[Measure, ...]
    totals: tuple[Measure, ...]
    targets: tuple[TargetBlock, ...]
    segments: tuple[Segment, ...]
    splits: tuple[Split, ...]
    effort: Effort | None
    pace_level: int | None
    pace_bands: tuple[PaceBand, ...]


def parse_graph(payload: Json) -> Graph:
    """Read a graph; a series that does not fit the seconds becomes a gap, never a shifted line."""
    body = mapping(payload)
    raw_seconds = items(body.get("seconds_since_pedaling_start"))
    if len(raw_seconds) > MAXIMUM_SAMPLES:
        raise GraphTooLarge
    seconds, kept = rising_seconds(raw_seconds)
    compliance = mapping(body.get("target_metrics_compliance"))
    level = parse_pace_level(compliance.get("workout_pace_level"))
    performance = mapping(body.get("target_metrics_performance_data"))
    return Graph(
        seconds=seconds,
        series=_all_series(items(body.get("metrics")), len(raw_seconds), kept),
        averages=_measures(body.get("average_summaries")),
        totals=_measures(body.get("summaries")),
        targets=parse_targets(performance.get("target_metrics")),
        segments=parse_segments(body.get("segment_list")),
        splits=_splits(body.get("splits_data")) or _splits_of_table(body.get("splits_metrics")),
        effort=parse_effort(body.get("effort_zones")),
        pace_level=level,
        pace_bands=parse_pace_bands(compliance.get("pace_intensities_mapping"), level),
    )


def _all_series(metrics: Sequence[Json], samples: int, kept: Sequence[int] | None) -> tuple[Series, ...]:
    """Metrics and their alternatives (speed beside pace), the first of each slug."""
    found: dict[str, Series] = {}
    for entry in metrics[:MAXIMUM_METRICS]:
        metric = mapping(entry)
        for body in (metric, *(mapping(other) for other in items(metric.get("alternatives"))[:4])):
            series = _series(body, samples, kept)
            if series is not None:
                found.setdefault(series.slug, series)
    return tuple(found.values())


def _series(body: Mapping[str, Json], samples: int, kept: Sequence[int] | None) -> Series | None:
    slug = identifier(body.get("slug"))
    if slug == "":
        return None
    low = -1e5 if slug in SIGNED else 0.0
    values = read_values(items(body.get("values")), samples, low=low)
    if kept is not None:
        values = [values[index] for index in kept]
    scale, integers = scaled(values)
    return Series(
        slug=slug,
        display_name=text(body.get("display_name"), limit=64),
        unit=text(body.get("display_unit"), limit=32),
        scale=scale,
        values=integers,
        average=number(body.get("average_value"), low=low, high=1e6),
        maximum=number(body.get("max_value"), low=low, high=1e6),
    )


def _measures(payload: Json) -> tuple[Measure, ...]:
    found: dict[str, Measure] = {}
    for entry in items(payload)[:MAXIMUM_METRICS]:
        body = mapping(entry)
        slug = identifier(body.get("slug"))
        value = number(body.get("value"), low=-1e5 if slug in SIGNED else 0.0, high=1e7)
        if slug and value is not None:
            unit, name = text(body.get("display_unit"), limit=32), text(body.get("display_name"), limit=64)
            found.setdefault(slug, Measure(slug, value, unit, name))
    return tuple(found.values())


def parse_segments(payload: Json) -> tuple[Segment, ...]:
    """Parts of a class; those without a place or a length are left out."""
    found = []
    for entry in items(payload)[:MAXIMUM_PARTS]:
        body = mapping(entry)
        start = integer(body.get("start_time_offset"), high=MAXIMUM_SAMPLES)
        length = integer(body.get("length"), low=1, high=MAXIMUM_SAMPLES)
        if start is not None and length is not None:
            name, kind = text(body.get("name"), limit=100), text(body.get("metrics_type"), limit=64)
            found.append(Segment(name, start, length, kind))
    return tuple(found)


def _splits(payload: Json) -> tuple[Split, ...]:
    """`splits_data` is an object, an empty object or an empty array."""
    body = mapping(payload)
    distance_unit = text(body.get("distance_marker_display_unit"), limit=32)
    elevation_unit = text(body.get("elevation_change_display_unit"), limit=32)
    found = []
    for entry in items(body.get("splits"))[:MAXIMUM_PARTS]:
        split = mapping(entry)
        distance = number(split.get("distance_marker"), low=0, high=1e5)
        seconds = number(split.get("seconds"), low=0, high=MAXIMUM_SAMPLES)
        if distance is not None and seconds is not None:
            change = number(split.get("elevation_change"), low=-1e5, high=1e5)
            found.append(Split(distance, distance_unit, seconds, change, elevation_unit, flag(split.get("is_best"))))
    return tuple(found)


def _splits_of_table(payload: Json) -> tuple[Split, ...]:
    """Splits that come only as a table: distance, and cumulative time in decimal minutes (peloton-api.md, 4.4.1)."""
    found: list[Split] = []
    before = 0.0
    for entry in items(mapping(payload).get("metrics"))[:MAXIMUM_PARTS]:
        row = mapping(entry)
        cells = {text(cell.get("slug")): cell for cell in map(mapping, items(row.get("data"))[:16])}
        place = next((cells[slug] for slug in DISTANCES if slug in cells), {})
        distance = number(place.get("value"), low=0, high=1e6)
        minutes = number(cells.get("total_time", {}).get("value"), low=before, high=MAXIMUM_SAMPLES / 60)
        if distance is None or minutes is None:
            return ()
        seconds = round((minutes - before) * 60, 1)
        found.append(Split(distance, text(place.get("unit"), limit=32), seconds, None, "", flag(row.get("is_best"))))
        before = minutes
    return tuple(found)
