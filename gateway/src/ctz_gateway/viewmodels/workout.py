"""What the page of one workout has beyond its chart and blocks, another attempt beside it, and its picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from ctz_gateway.viewmodels.common import Figure, Note, Option


@dataclass(frozen=True, slots=True)
class SongLine:
    """A song of the class: when it began, on the clock of the chart; empty when nobody knows."""

    start_text: str
    title: str
    artists: str


@dataclass(frozen=True, slots=True)
class HeartZone:
    """Time in one heart-rate zone; `percent` is its share of all."""

    number: int
    range_text: str
    time_text: str
    percent: int


@dataclass(frozen=True, slots=True)
class PaceLine:
    """One intensity of the level: number, name, paces as shown."""

    number: int
    name: str
    range_text: str


@dataclass(frozen=True, slots=True)
class RangeShare:
    """How one called metric was followed: seconds below, in and above its ranges."""

    name: str
    below_seconds: int
    in_seconds: int
    above_seconds: int


@dataclass(frozen=True, slots=True)
class Extras:
    """Parts that only some workouts have; what is empty is not shown.

    `heart_text` names another recording whose heart rate this is, `heart_note` tells by how much it may be off.
    """

    songs: Sequence[SongLine] = ()
    heart_zones: Sequence[HeartZone] = ()
    effort_text: str = ""
    heart_text: str = ""
    heart_url: str = ""
    heart_note: str = ""
    paces: Sequence[PaceLine] = ()
    paces_text: str = ""
    shares: Sequence[RangeShare] = ()
    attempt_count: int = 0
    has_similar: bool = False


NO_EXTRAS = Extras()


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt at the class: its place, what it added up, and where it leads."""

    id: str
    date_text: str
    rank_text: str
    figures: Sequence[str]
    is_this: bool
    is_other: bool
    compare_url: str


@dataclass(frozen=True, slots=True)
class SplitRow:
    """A stretch of both attempts, and who was ahead in it."""

    span_text: str
    this_text: str
    other_text: str
    difference_text: str


@dataclass(frozen=True, slots=True)
class AverageRow:
    """One figure of the rider beside the average of everybody who took the class."""

    name: str
    this_text: str
    average_text: str
    difference_text: str


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A workout of the same kind in the drawing of the trend; `x` and `y` are percent of it."""

    x: float
    y: float
    is_this: bool


@dataclass(frozen=True, slots=True)
class TrendRow:
    """The same workout in the table below."""

    id: str
    date_text: str
    title: str
    value_text: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """Workouts of the same kind over time: a drawing, a sentence and a table, newest first."""

    kind_text: str
    summary: str
    value_name: str
    points: Sequence[TrendPoint]
    rows: Sequence[TrendRow]
    high_text: str
    low_text: str
    first_text: str
    last_text: str


@dataclass(frozen=True, slots=True)
class ComparePage:
    """A workout beside another attempt at its class, the class average, and others of its kind."""

    id: str
    title: str
    date_text: str
    short_date: str
    metric_name: str
    figures: Sequence[Figure]
    summary: str
    reason: str
    attempts: Sequence[AttemptRow]
    attempt_heads: Sequence[str]
    attempts_text: str
    others: Sequence[Option]
    splits: Sequence[SplitRow]
    averages: Sequence[AverageRow]
    averages_reason: str
    series_url: str
    other_date: str = ""
    trend: Trend | None = None


@dataclass(frozen=True, slots=True)
class SharePage:
    """The picture of a workout: which figures stand on it, and which could."""

    id: str
    title: str
    short_date: str
    image_url: str
    download_name: str
    text: str
    choices: Sequence[Option]
    most: int
    problem: Note | None = None
