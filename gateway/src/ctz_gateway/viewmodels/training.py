"""Today, history and the page of one workout."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ctz_gateway.viewmodels.challenges import StandingPanel
from ctz_gateway.viewmodels.common import Figure, Note, Tag
from ctz_gateway.viewmodels.exercises import Ring
from ctz_gateway.viewmodels.plan import NextUp
from ctz_gateway.viewmodels.workout import NO_EXTRAS, Extras

# The icon beside a workout; every discipline maps to one of them.
Kind = Literal["bike", "run", "walk", "row", "strength", "yoga", "meditation", "other"]


@dataclass(frozen=True, slots=True)
class MiniBar:
    """One bar of a mini chart: height as a share of the drawing (0 to 1), zone 1 to 7, or 0 for no zone."""

    height: float
    zone: int


@dataclass(frozen=True, slots=True)
class MiniChart:
    """A workout at a glance: bars (power in zones) or a line (0 to 1, None is a gap); `text` says it in words."""

    text: str
    bars: Sequence[MiniBar] = ()
    line: Sequence[float | None] = ()


@dataclass(frozen=True, slots=True)
class WorkoutRow:
    """A workout in a list. Without a chart, `chart_reason` says why and `chart_pending` whether it will come."""

    id: str
    title: str
    kind: Kind
    discipline: str
    day: str
    weekday: str
    date_text: str
    time_text: str
    instructor: str
    figures: Sequence[Figure]
    duration_text: str = ""
    tags: Sequence[Tag] = ()
    chart: MiniChart | None = None
    chart_reason: str = ""
    chart_pending: bool = False
    rider_tags: Sequence[str] = ()
    excerpt: str = ""
    session_text: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """The head of a week and those of its workouts that are on this page; totals are of the whole week."""

    key: str
    title: str
    dates: str
    workouts: Sequence[WorkoutRow]
    count_text: str
    duration_text: str
    load_text: str
    zone_seconds: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """A filter in force; `remove_url` is the same list without it."""

    label: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class ZoneBand:
    """A power zone of the rider: watts as shown ("131–179 W", "over 357 W")."""

    number: int
    name: str
    range_text: str


@dataclass(frozen=True, slots=True)
class FtpPanel:
    """The FTP in force with its source, its age and its zones, hottest first."""

    watts: int
    source_text: str
    age_text: str
    is_stale: bool
    zones: Sequence[ZoneBand]


@dataclass(frozen=True, slots=True)
class DayTotal:
    """A day of the week: load done and load to come; a share is a bar's height against the week's largest day."""

    weekday: str
    day: str
    is_today: bool
    is_future: bool
    load_text: str
    share: float
    titles: Sequence[str]
    planned_text: str = ""
    planned_share: float = 0.0
    state: str = ""
    state_text: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class FormWord:
    """Fitness, fatigue and form as figures under one word; given only when there is enough history."""

    word: str
    meaning: str
    figures: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class TodayPage:
    """The dashboard: the week so far, recent workouts, FTP; `banners` come first."""

    weekday: str
    date_text: str
    banners: Sequence[Note]
    recent: Sequence[WorkoutRow]
    week_days: Sequence[DayTotal]
    week_figures: Sequence[Figure]
    week_zone_seconds: Sequence[int]
    ftp: FtpPanel | None
    form: FormWord | None
    notes: Sequence[Note]
    is_connected: bool
    is_training_known: bool = True
    is_ftp_known: bool = True
    next_up: NextUp | None = None
    is_plan_known: bool = True
    ring: Ring | None = None
    standings: Sequence[StandingPanel] | None = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A called block with what was ridden: seconds below, in and above the called zone."""

    start_seconds: int
    length_seconds: int
    zone: int
    zone_name: str
    target_text: str
    average_watts: int | None
    heart_rate: int | None
    below_seconds: int
    in_seconds: int
    above_seconds: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the class as Peloton names it ("Warm up", "Cycling", "Cool down")."""

    start_text: str
    length_text: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SegmentTable:
    """Movements, splits or segments: a caption, heads and rows of text; the first column is the name."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    how: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A label with a quiet value; `is_absent` draws a reason instead of a figure."""

    label: str
    text: str
    is_absent: bool = False
    how: str = ""


@dataclass(frozen=True, slots=True)
class ChartRef:
    """Where the chart gets its series and how it is told in words."""

    series_url: str
    summary: str
    has_power: bool
    has_targets: bool
    has_paces: bool = False


@dataclass(frozen=True, slots=True)
class WorkoutPage:
    """One workout: with `is_power_zone` read against its targets, else whatever is known of it."""

    id: str
    title: str
    kind: Kind
    discipline: str
    is_power_zone: bool
    date_text: str
    short_date: str
    instructor: str
    facts: Sequence[str]
    ftp_text: str
    tiles: Sequence[Figure]
    banners: Sequence[Note]
    chart: ChartRef | None
    chart_reason: str
    zone_seconds: Sequence[int]
    zone_note: str
    zone_reason: str
    blocks: Sequence[Block]
    blocks_reason: str
    segments: Sequence[Segment]
    tables: Sequence[SegmentTable]
    insights: Sequence[Note]
    pairs: Sequence[Pair]
    note_text: str
    can_delete: bool = True
    class_id: str = ""
    extras: Extras = NO_EXTRAS
