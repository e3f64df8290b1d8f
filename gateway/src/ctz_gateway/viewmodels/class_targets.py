"""Targets that riders record, practice of a class, zones and paces to look up."""

from collections.abc import Sequence
from dataclasses import dataclass

from ctz_gateway.viewmodels.classes import ClassChart, SongRow
from ctz_gateway.viewmodels.common import Note, Option, Tag


@dataclass(frozen=True, slots=True)
class RecordedRow:
    """Targets that somebody recorded; `vote` is the rider's own: 1, -1 or 0."""

    id: str
    title: str
    facts: Sequence[str]
    tags: Sequence[Tag]
    chart: ClassChart
    is_own: bool
    is_chosen: bool
    votes_for: int
    votes_against: int
    vote: int
    confirm_text: str


@dataclass(frozen=True, slots=True)
class RecordedPage:
    """The recorded targets of a class. `can_record` is False where the source publishes its own."""

    class_id: str
    title: str
    rows: Sequence[RecordedRow]
    can_record: bool
    is_chosen: bool
    chosen_text: str
    notes: Sequence[Note]


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """A row of the editor as typed, with what is wrong with it."""

    start: str
    end: str
    called: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class RecordingPage:
    """The editor of recorded targets."""

    class_id: str
    class_title: str
    title: str
    post_url: str
    name: str
    name_error: str
    is_shared: bool
    rows: Sequence[RecordingRow]
    hints: Sequence[Option]
    problem: Note | None
    hidden: dict[str, str]
    length_text: str
    chart: ClassChart | None


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of the practice as a list shows it."""

    start_text: str
    length_text: str
    zone: int
    name: str
    target_text: str


@dataclass(frozen=True, slots=True)
class PracticePage:
    """The practice player: `timeline_json` goes to the script as it stands, everything else is text."""

    class_id: str
    title: str
    facts: Sequence[str]
    timeline_json: str
    intervals: Sequence[Interval]
    songs: Sequence[SongRow]
    chart: ClassChart
    source_text: str
    seconds: int
    uses_power: bool
    ftp: str
    ftp_error: str
    levels: Sequence[Option]
    leave_url: str


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """A power zone at an FTP."""

    zone: int
    name: str
    word: str
    percent_text: str
    watts_text: str
    target_text: str


@dataclass(frozen=True, slots=True)
class PaceRow:
    """A level: for each intensity the span of speeds, and of paces."""

    level: str
    cells: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PaceTable:
    """Paces of an activity by level; `units` says what the two figures of a cell are."""

    key: str
    caption: str
    units: str
    names: Sequence[str]
    rows: Sequence[PaceRow]


@dataclass(frozen=True, slots=True)
class ReferencePage:
    """Zones and paces to look up."""

    zones: Sequence[ZoneRow]
    ftp: str
    ftp_error: str
    ftp_text: str
    paces: Sequence[PaceTable]
