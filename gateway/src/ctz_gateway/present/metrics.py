"""Dated athlete metrics: kinds, ranges, sources, and their history as the profile shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ctz.common.v1 import training_pb2 as training
from ctz.identity.v1 import metrics_pb2

from ctz_gateway.clients.times import instant
from ctz_gateway.viewmodels.account import Metric, MetricEntry
from ctz_gateway.viewmodels.common import Figure, Option, Tag
from ctz_gateway.words import POUNDS_PER_KILOGRAM, age, day_month_year

FTP_STALE_AFTER = timedelta(weeks=10)
SOURCE_WORDS = {
    training.METRIC_SOURCE_MANUAL: "typed in",
    training.METRIC_SOURCE_TEST: "test",
    training.METRIC_SOURCE_PELOTON_TEST: "Peloton, from a test",
    training.METRIC_SOURCE_PELOTON_MANUAL: "Peloton, typed in there",
    training.METRIC_SOURCE_PELOTON_ESTIMATED: "Peloton’s estimate",
    training.METRIC_SOURCE_ESTIMATE: "estimate",
}
SOURCE_VALUES = {"manual": training.METRIC_SOURCE_MANUAL, "test": training.METRIC_SOURCE_TEST}


@dataclass(frozen=True, slots=True)
class KindWords:
    """How one kind of metric is named and bounded in forms; bounds in the unit of the kind."""

    kind: training.MetricKind.ValueType
    slug: str
    name: str
    unit: str
    help: str
    minimum: int
    maximum: int
    step: str = "1"


KINDS = (
    KindWords(training.METRIC_KIND_FTP, "ftp", "FTP", "W", "The power you can hold for about an hour.", 30, 650),
    KindWords(training.METRIC_KIND_WEIGHT, "weight", "Weight", "kg", "For watts per kilogram.", 25, 300, "0.1"),
    KindWords(
        training.METRIC_KIND_MAX_HEART_RATE,
        "max_heart_rate",
        "Maximum heart rate",
        "bpm",
        "Your heart-rate zones follow from it.",
        100,
        240,
    ),
    KindWords(
        training.METRIC_KIND_RESTING_HEART_RATE,
        "resting_heart_rate",
        "Resting heart rate",
        "bpm",
        "For the load of workouts without power.",
        25,
        120,
    ),
    KindWords(
        training.METRIC_KIND_THRESHOLD_HEART_RATE,
        "threshold_heart_rate",
        "Threshold heart rate",
        "bpm",
        "For the load of workouts without power.",
        60,
        230,
    ),
    KindWords(
        training.METRIC_KIND_RUNNING_PACE_LEVEL,
        "pace_level_run",
        "Running level",
        "",
        "Peloton’s levels 1 to 10.",
        1,
        10,
    ),
    KindWords(
        training.METRIC_KIND_WALKING_PACE_LEVEL,
        "pace_level_walk",
        "Walking level",
        "",
        "Peloton’s levels 1 to 9.",
        1,
        9,
    ),
    KindWords(
        training.METRIC_KIND_ROWING_PACE_LEVEL, "pace_level_row", "Rowing level", "", "Peloton’s levels 1 to 10.", 1, 10
    ),
)
BY_SLUG = {words.slug: words for words in KINDS}
BY_KIND = {words.kind: words for words in KINDS}


def is_pounds(words: KindWords, *, is_metric: bool) -> bool:
    """Whether the rider reads this kind in pounds."""
    return words.slug == "weight" and not is_metric


def shown_unit(words: KindWords, *, is_metric: bool) -> str:
    """The unit that the rider reads."""
    return "lb" if is_pounds(words, is_metric=is_metric) else words.unit


def to_shown(words: KindWords, value: float, *, is_metric: bool) -> str:
    """A stored value as the rider reads and types it."""
    shown = value * POUNDS_PER_KILOGRAM if is_pounds(words, is_metric=is_metric) else value
    return f"{shown:.1f}" if words.step == "0.1" else f"{shown:.0f}"


def from_shown(words: KindWords, typed: str, *, is_metric: bool) -> float:
    """A typed value in the unit of the kind. Raises ValueError for what is no number."""
    value = float(typed.replace(",", ".").strip())
    return value / POUNDS_PER_KILOGRAM if is_pounds(words, is_metric=is_metric) else value


def current_entry(entries: Sequence[training.MetricEntry], at: datetime) -> training.MetricEntry | None:
    """The entry in force at an instant; entries are oldest first."""
    in_force = [entry for entry in entries if instant(entry.effective_time) <= at]
    return in_force[-1] if in_force else None


def is_stale(entry: training.MetricEntry, at: datetime) -> bool:
    """Whether an FTP is older than ten weeks."""
    return at - instant(entry.effective_time) > FTP_STALE_AFTER


def metric(
    words: KindWords,
    timelines: Mapping[training.MetricKind.ValueType, metrics_pb2.MetricTimeline],
    *,
    zone: ZoneInfo,
    is_metric: bool,
    at: datetime,
) -> Metric:
    """One kind with its history, newest first."""
    timeline = timelines.get(words.kind)
    entries = tuple(timeline.entries) if timeline else ()
    in_force = current_entry(entries, at)
    unit = shown_unit(words, is_metric=is_metric)
    low, high = (to_shown(words, bound, is_metric=is_metric) for bound in (words.minimum, words.maximum))
    return Metric(
        slug=words.slug,
        name=words.name,
        unit=unit,
        help=words.help,
        current=_figure(words, in_force, unit, is_metric=is_metric, at=at),
        tags=_tags(words, in_force, at),
        entries=[
            _entry(words, entry, in_force, zone=zone, is_metric=is_metric, unit=unit) for entry in reversed(entries)
        ],
        sources=_sources(words),
        minimum=low,
        maximum=high,
        step=words.step,
    )


def _figure(
    words: KindWords, entry: training.MetricEntry | None, unit: str, *, is_metric: bool, at: datetime
) -> Figure:
    if entry is None:
        return Figure(words.name, None, unit, reason="not set")
    note = f"{SOURCE_WORDS.get(entry.source, '')}, {age(instant(entry.effective_time), at)}"
    return Figure(words.name, to_shown(words, entry.value, is_metric=is_metric), unit, note)


def _tags(words: KindWords, entry: training.MetricEntry | None, at: datetime) -> Sequence[Tag]:
    if words.slug != "ftp" or entry is None:
        return ()
    tags = []
    if is_stale(entry, at):
        tags.append(Tag("older than 10 weeks", "warn", "clock"))
    if entry.source in {training.METRIC_SOURCE_PELOTON_ESTIMATED, training.METRIC_SOURCE_ESTIMATE}:
        tags.append(Tag("an estimate", "plain", "info"))
    return tags


def _entry(
    words: KindWords,
    entry: training.MetricEntry,
    in_force: training.MetricEntry | None,
    *,
    zone: ZoneInfo,
    is_metric: bool,
    unit: str,
) -> MetricEntry:
    day = instant(entry.effective_time).astimezone(zone).date()
    value = to_shown(words, entry.value, is_metric=is_metric)
    return MetricEntry(
        id=entry.entry_id,
        date_text=day_month_year(day),
        date_value=day.isoformat(),
        text=f"{value} {unit}".strip(),
        value=value,
        source=next((slug for slug, source in SOURCE_VALUES.items() if source == entry.source), "manual"),
        source_text=SOURCE_WORDS.get(entry.source, ""),
        is_current=in_force is not None and entry.entry_id == in_force.entry_id,
    )


def _sources(words: KindWords) -> Sequence[Option]:
    if words.slug != "ftp":
        return ()
    return (Option("test", "Test"), Option("manual", "Typed in", selected=True))
