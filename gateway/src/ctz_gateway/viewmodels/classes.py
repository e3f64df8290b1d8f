"""The class library, one class, recommendations."""

from collections.abc import Sequence
from dataclasses import dataclass

from ctz_gateway.viewmodels.common import Figure, Note, Option, Tag
from ctz_gateway.viewmodels.training import ActiveFilter, Kind, MiniChart, Pair, Segment


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class in a list; where a picture is missing, `no_picture` says why.

    `figures` are those that are known.
    """

    id: str
    title: str
    kind: Kind
    facts: Sequence[str]
    figures: Sequence[Figure]
    tags: Sequence[Tag]
    chart: MiniChart | None
    no_picture: str
    is_favourite: bool
    reasons: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ClassFilters:
    """What the list is narrowed to. Without the choices that the library offers, `choices` is False."""

    q: str
    choices: bool
    discipline: Sequence[Option]
    class_type: Sequence[Option]
    instructor: Sequence[Option]
    length: Sequence[Option]
    taken: Sequence[Option]
    order: Sequence[Option]
    from_year: Sequence[Option]
    to_year: Sequence[Option]
    favourites: bool
    targets: bool
    offered: bool
    zones: Sequence[Option]
    without_zones: Sequence[Option]
    bounds: dict[str, str]
    is_more_open: bool
    active: Sequence[ActiveFilter]


@dataclass(frozen=True, slots=True)
class ClassesPage:
    """The library."""

    rows: Sequence[ClassRow]
    filters: ClassFilters
    total_text: str
    match_text: str
    is_similar: bool
    has_any: bool
    next_url: str
    next_text: str
    here: str


@dataclass(frozen=True, slots=True)
class InstructorRow:
    """A recommended instructor; `url` lists the classes."""

    name: str
    discipline: str
    reasons: Sequence[str]
    untaken_text: str
    url: str


@dataclass(frozen=True, slots=True)
class RecommendedPage:
    """What fits the rider."""

    instructors: Sequence[InstructorRow]
    rows: Sequence[ClassRow]
    basis_text: str
    disciplines: Sequence[Option]
    here: str


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of a class. Places and sizes in percent of the drawing; `mark` is what stands on it.

    `zone` is 1 to 7, or 0 where no zone is called; `is_called` tells whether anything is. The mark of a step too thin
    for it stands above.
    """

    x: float
    y: float
    width: float
    height: float
    zone: int
    is_called: bool
    mark: str
    mark_x: float
    is_narrow: bool
    is_above: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, in percent, and what it says."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class ClassChart:
    """The class as called, on the class clock; `text` says it in words, `legend` what the numbers of paces mean."""

    steps: Sequence[Step]
    ticks: Sequence[Tick]
    text: str
    legend: Sequence[str]


@dataclass(frozen=True, slots=True)
class CalledRow:
    """A block of the class as a table shows it; `target_text` is in the rider's own figures."""

    start_text: str
    length_text: str
    zone: int
    name: str
    target_text: str


@dataclass(frozen=True, slots=True)
class SongRow:
    """A song; `start_text` is empty when its time is not known."""

    start_text: str
    title: str
    artists: str


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One time that the rider took the class."""

    workout_id: str
    date_text: str
    is_best: bool
    work_text: str
    power_text: str
    load_text: str
    target_text: str
    heart_text: str


@dataclass(frozen=True, slots=True)
class SimilarLink:
    """A list of classes like this one."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class ClassPage:
    """One class."""

    id: str
    title: str
    kind: Kind
    facts: Sequence[str]
    tags: Sequence[Tag]
    banners: Sequence[Note]
    tiles: Sequence[Figure]
    expected_text: str
    description: str
    source_url: str
    chart: ClassChart | None
    chart_reason: str
    source_text: str
    called: Sequence[CalledRow]
    zone_seconds: Sequence[int]
    zone_note: str
    zone_reason: str
    segments: Sequence[Segment]
    songs: Sequence[SongRow]
    averages: Sequence[Pair]
    attempts: Sequence[AttemptRow]
    attempts_text: str
    can_compare: bool
    is_favourite: bool
    rating: int
    can_practise: bool
    can_record: bool
    recorded_text: str
    has_recorded: bool
    similar: Sequence[SimilarLink]
    plan_name: str
    plan_date: str
    here: str
