"""The history: list and calendar, filters, saved filters."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ctz_gateway.viewmodels.common import Form, Option, blank_form
from ctz_gateway.viewmodels.training import ActiveFilter, Kind, Week, WorkoutRow


@dataclass(frozen=True, slots=True)
class HistoryFilters:
    """The filter form of the history: every value is a query parameter of the same name.

    Choices with one option only are not shown.
    """

    q: str
    discipline: Sequence[Option]
    class_type: Sequence[Option]
    instructor: Sequence[Option]
    length: Sequence[Option]
    tag: Sequence[Option]
    source: Sequence[Option]
    sort: Sequence[Option]
    chart: bool
    record: bool
    notes: bool
    since: str
    until: str
    view: str = ""
    month: str = ""
    active: Sequence[ActiveFilter] = ()


@dataclass(frozen=True, slots=True)
class SavedLink:
    """A saved filter to be followed; the one in force is marked."""

    title: str
    url: str
    is_on: bool = False


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A workout in a cell of the calendar."""

    title: str
    url: str
    kind: Kind
    length: str


@dataclass(frozen=True, slots=True)
class CalendarCell:
    """A day: the first of its workouts, and the address of the list with all of them where there are more."""

    date: str
    day: str
    weekday: str
    full_text: str
    is_of_month: bool
    is_today: bool
    entries: Sequence[CalendarEntry] = ()
    more_text: str = ""
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """A month in whole weeks, with its totals and the addresses of the months around."""

    title: str
    weekdays: Sequence[str]
    cells: Sequence[CalendarCell]
    total_text: str
    previous_url: str
    next_url: str
    next_title: str
    previous_title: str


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """The history: a page of weeks, a page of rows in another order, or a month; and what filters it."""

    filters: HistoryFilters
    total_text: str
    match_text: str
    has_any: bool
    is_connected: bool
    list_url: str
    calendar_url: str
    clear_url: str
    weeks: Sequence[Week] = ()
    rows: Sequence[WorkoutRow] = ()
    month: CalendarMonth | None = None
    corrections: Sequence[str] = ()
    saved: Sequence[SavedLink] = ()
    save_query: str = ""
    anew_text: str = ""
    is_saved_known: bool = True
    next_url: str = ""
    next_text: str = ""
    previous_url: str = ""
    previous_text: str = ""


@dataclass(frozen=True, slots=True)
class SavedFilterRow:
    """A saved filter where it is changed."""

    id: str
    title: str
    url: str
    kept_text: str
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class SavedFiltersPage:
    """Saved filters to be renamed, moved and deleted; a refused one with its form."""

    rows: Sequence[SavedFilterRow]
    refused_id: str = ""
    form: Form = field(default_factory=blank_form)


@dataclass(frozen=True, slots=True)
class SaveFilterPage:
    """A title that was refused for a new saved filter."""

    query: str
    kept_text: str
    back_url: str
    form: Form = field(default_factory=blank_form)
