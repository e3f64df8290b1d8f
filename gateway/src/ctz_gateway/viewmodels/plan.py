"""The weekly plan: weeks of days with items, forms of an item, templates, the calendar feed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ctz_gateway.viewmodels.common import Form, Note, Option

State = Literal["planned", "done", "part", "subst", "miss", "skip", "extra", "plain"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a day: planned, done or both. `id` is empty where nothing was planned.

    `state_text` is the state in a word, `note` the line below the title, `is_quiet` a line instead of a sheet.
    """

    id: str
    title: str
    note: str
    state: State
    state_text: str
    icon: str
    url: str
    is_quiet: bool = False
    is_private: bool = False
    is_challenge: bool = False
    is_decided: bool = False
    can_move: bool = False
    revision: int = 0
    zone_seconds: Sequence[int] = ()
    load_text: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a week with what stands in it."""

    date: str
    number: str
    weekday: str
    text: str
    is_today: bool
    is_past: bool
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Totals:
    """The column at the right: done of planned; an empty text where there is nothing to tell."""

    load: str
    load_of: str
    load_percent: int | None
    time: str
    time_of: str
    items: str
    pelvic_floor: str
    zone_seconds: Sequence[int]


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days and their totals; `is_chosen` marks the week that the page is about."""

    start: str
    title: str
    dates: str
    is_chosen: bool
    is_now: bool
    days: Sequence[Day]
    totals: Totals


@dataclass(frozen=True, slots=True)
class Program:
    """A start of a template whose items lie in the weeks shown."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Three weeks; `undo` is the id of an item that was just deleted, `undo_text` what to say about it."""

    title: str
    subtitle: Sequence[str]
    week: str
    weeks: Sequence[Week]
    programs: Sequence[Program]
    today: str
    previous_url: str
    next_url: str
    now_url: str
    is_now: bool
    state_url: str
    version: str
    is_empty: bool
    undo: str = ""


@dataclass(frozen=True, slots=True)
class NextUp:
    """What is next on the plan, and a pelvic-floor session of today beside it; an empty title where there is none."""

    title: str
    when: str
    facts: Sequence[str]
    url: str
    play_url: str
    small_title: str
    small_url: str
    is_challenge: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that was done and could count for an item."""

    name: str
    title: str
    text: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One item: how it stands, what counts for it, where it could go."""

    id: str
    title: str
    day: str
    day_text: str
    back_url: str
    revision: int
    state: State
    state_text: str
    icon: str
    facts: Sequence[str]
    done_text: str
    is_decided: bool
    can_decide: bool
    candidates: Sequence[Candidate]
    edit_url: str
    week: str
    can_play: str = ""
    problem: Note | None = None


@dataclass(frozen=True, slots=True)
class ActivityForm:
    """The form that says what to do, in a week or in a template: one kind of thing at a time.

    `kinds` lead to the form of another kind (their values are addresses), `hidden` are further fields to send;
    `practices` and `classes` are None while they cannot be asked for.
    """

    title: str
    lead: str
    post_url: str
    back_url: str
    act: str
    form: Form
    kind: str
    kinds: Sequence[Option]
    class_types: Sequence[Option]
    disciplines: Sequence[Option]
    lengths: Sequence[Option]
    practices: Sequence[Option] | None
    classes: Sequence[Option] | None
    hidden: Mapping[str, str]
    day: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """An item that was changed elsewhere: what it is now, what was wanted, and how to insist."""

    title: str
    now_text: str
    yours_text: str
    again_url: str
    fields: Mapping[str, str]
    back_url: str
    active: str = "plan"


@dataclass(frozen=True, slots=True)
class TemplateCell:
    """One activity of a template: its title, a second line, its place."""

    title: str
    note: str
    icon: str
    week: int
    day: int
    place: int
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class TemplateDay:
    """A day of a template, by its place in the stored week (0 is Sunday)."""

    weekday: str
    week: int
    day: int
    cells: Sequence[TemplateCell]


@dataclass(frozen=True, slots=True)
class TemplateWeek:
    """One week of a template with its totals."""

    number: int
    days: Sequence[TemplateDay]
    text: str


@dataclass(frozen=True, slots=True)
class StripDay:
    """A day of a template's first week at a glance: a bar as high as the day is long (0 to 1)."""

    weekday: str
    titles: Sequence[str]
    share: float


@dataclass(frozen=True, slots=True)
class TemplateCard:
    """A template in the list, with its first week at a glance."""

    id: str
    title: str
    description: str
    facts: Sequence[str]
    days: Sequence[StripDay]
    is_own: bool


@dataclass(frozen=True, slots=True)
class TemplatesPage:
    """Every template: those that came with the product, then the rider's own."""

    built_in: Sequence[TemplateCard]
    own: Sequence[TemplateCard]


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """One template with its weeks; own ones can be edited. `start` is the form that puts it into the plan."""

    id: str
    title: str
    description: str
    facts: Sequence[str]
    weeks: Sequence[TemplateWeek]
    is_own: bool
    is_editing: bool
    revision: int
    start: Form
    starts: Sequence[Option]
    repetitions: Sequence[Option]
    form: Form
    can_add_week: bool = True


@dataclass(frozen=True, slots=True)
class FeedPage:
    """The calendar feed; `address` is shown once, right after it was made."""

    is_active: bool
    facts: Sequence[str]
    address: str = ""
