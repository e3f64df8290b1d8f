"""What all workouts together say: power, fitness, records, milestones."""

from collections.abc import Sequence
from dataclasses import dataclass

from ctz_gateway.viewmodels.challenges import Tab
from ctz_gateway.viewmodels.common import Figure, Note, Option, Tag


@dataclass(frozen=True, slots=True)
class TrendChart:
    """A chart that a script draws: its figures as JSON, in words, and what its lines mean.

    `legend` has the mark of each line (season, recent, all, ride, load, fitness, fatigue, form) and its name.
    """

    data: str
    summary: str
    legend: Sequence[tuple[str, str]]
    marks_url: str = ""


@dataclass(frozen=True, slots=True)
class PowerRecord:
    """The best mean power over a length of time: ever, in the season, and on the chosen ride."""

    length: str
    best: str
    per_kilogram: str
    date_text: str
    url: str
    season: str
    ride: str = ""


@dataclass(frozen=True, slots=True)
class FtpRow:
    """An FTP with what it was by weight, how it changed, where it comes from."""

    date_text: str
    watts: str
    change: str
    per_kilogram: str
    source: str


@dataclass(frozen=True, slots=True)
class CriticalPanel:
    """Critical power as a second opinion: its figures, which efforts it was fitted to, how it stands to the FTP."""

    figures: Sequence[Figure]
    fit_text: str
    efforts: Sequence[tuple[str, str]]
    compared: str


@dataclass(frozen=True, slots=True)
class PowerPage:
    """The rider's power. Without any curve `chart` is none."""

    tiles: Sequence[Figure]
    tags: Sequence[Tag]
    has_weight: bool
    chart: TrendChart | None
    seasons: Sequence[Tab]
    season: str
    rides: Sequence[Option]
    ride_name: str
    records: Sequence[PowerRecord]
    critical: CriticalPanel | None
    critical_reason: str
    ftp_rows: Sequence[FtpRow]
    ftp_line: str
    ftp_text: str
    ftp_high: str
    ftp_low: str


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A week's time in zones with its load."""

    dates: str
    load: str
    duration: str
    count: str
    zone_seconds: Sequence[int]
    zone_text: str


@dataclass(frozen=True, slots=True)
class LoadShare:
    """A part of the load: of a discipline or of a source; `share` in percent."""

    name: str
    load: str
    share: int
    detail: str


@dataclass(frozen=True, slots=True)
class FitnessPage:
    """Load over a span and what follows from it. Without any load `chart` is none."""

    spans: Sequence[Tab]
    tiles: Sequence[Figure]
    warnings: Sequence[Note]
    notes: Sequence[Note]
    chart: TrendChart | None
    weeks: Sequence[WeekRow]
    earlier_weeks: Sequence[WeekRow]
    disciplines: Sequence[LoadShare]
    without_load: str
    sources: Sequence[LoadShare]
    missing: Note | None


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record with what stood before it."""

    name: str
    value: str
    date_text: str
    url: str
    previous: str


@dataclass(frozen=True, slots=True)
class RecordGroup:
    """The records of one discipline: the ones to be seen at once, and every other length of time and class."""

    name: str
    kind: str
    rows: Sequence[RecordRow]
    more: Sequence[RecordRow]


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """Records by discipline, of all time or of one year; `times` are those of disciplines with no other record."""

    years: Sequence[Tab]
    groups: Sequence[RecordGroup]
    times: Sequence[RecordRow]
    year: int
    has_any: bool


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A total between the round number that was reached and the next one; `percent` of the way between them."""

    name: str
    total: str
    unit: str
    reached: str
    following: str
    percent: int


@dataclass(frozen=True, slots=True)
class EddingtonPanel:
    """An Eddington number, its curve of days over distance as SVG paths in a square of 100, and its table."""

    name: str
    number: str
    unit: str
    sentence: str
    curve: str
    x: float
    y: float
    most_days: str
    longest: str
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class MilestonesPage:
    """Streaks, round numbers, Eddington numbers."""

    streak_tiles: Sequence[Figure]
    streak_note: str
    milestones: Sequence[MilestoneRow]
    eddington: Sequence[EddingtonPanel]
    since: str
