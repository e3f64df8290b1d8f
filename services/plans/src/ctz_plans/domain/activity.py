"""What an item asks for, and what was done."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from ctz_plans.domain.practice import CATEGORIES, Category, PracticeName, refuse_text
from ctz_plans.domain.practice_errors import FieldRefused

LONGEST_TITLE = 200
LONGEST_SECONDS = 12 * 60 * 60

CYCLING_TYPES = frozenset({"power_zone_endurance", "power_zone", "power_zone_max", "ftp_test", "low_impact", "climb"})
RUNNING_TYPES = frozenset({"tempo", "endurance", "hills"})
STRENGTH_TYPES = frozenset({"upper_body", "lower_body", "full_body", "core", "arms"})
YOGA_TYPES = frozenset({"yoga_flow", "power_yoga", "restorative"})
COMMON_TYPES = frozenset(
    {"intervals", "hiit", "warm_up", "cool_down", "recovery", "mobility", "pilates", "barre", "breathwork"}
)
CLASS_TYPES = CYCLING_TYPES | RUNNING_TYPES | STRENGTH_TYPES | YOGA_TYPES | COMMON_TYPES
"""Types that peloton-sync tells classes apart by (docs/glossary.md)."""

_DISCIPLINE = re.compile(r"(?=.{1,40}$)[a-z0-9]+(_[a-z0-9]+)*")
_CLASS_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


class Kind(StrEnum):
    """What kind of thing an item is."""

    CLASS = "class"
    CLASS_TYPE = "class_type"
    DISCIPLINE = "discipline"
    ROUTINE = "routine"
    NOTE = "note"
    REST = "rest"


_FIELDS_OF: dict[Kind, frozenset[str]] = {
    Kind.CLASS: frozenset({"class_id", "discipline", "class_type", "duration_seconds"}),
    Kind.CLASS_TYPE: frozenset({"discipline", "class_type", "duration_seconds"}),
    Kind.DISCIPLINE: frozenset({"discipline", "duration_seconds"}),
    Kind.ROUTINE: frozenset({"discipline", "routine", "duration_seconds"}),
    Kind.NOTE: frozenset(),
    Kind.REST: frozenset(),
}
_NEEDED: dict[Kind, tuple[str, ...]] = {
    Kind.CLASS: ("title", "class_id"),
    Kind.CLASS_TYPE: ("class_type",),
    Kind.DISCIPLINE: ("discipline",),
    Kind.ROUTINE: ("title", "routine", "discipline"),
    Kind.NOTE: ("title",),
    Kind.REST: (),
}


@dataclass(frozen=True, slots=True)
class Activity:
    """Something to do. `duration_seconds` is 0 when any length will do; `discipline` may be a category of practice."""

    kind: Kind
    title: str = ""
    class_id: str = ""
    discipline: str = ""
    class_type: str = ""
    duration_seconds: int = 0
    routine: str = ""

    @property
    def asks(self) -> bool:
        """Whether there is something to be done."""
        return self.kind not in {Kind.NOTE, Kind.REST}

    @property
    def is_pelvic_floor(self) -> bool:
        """Whether it is pelvic-floor work, which is private unless the rider says otherwise."""
        return self.discipline == Category.KEGEL


REST = Activity(Kind.REST)


def checked(activity: Activity) -> Activity:
    """The activity that somebody asks for, refused where no rider could do it.

    What is stored or told by events is not checked again: what was asked for once stays readable whatever the rules.
    """
    refuse_text("title", activity.title, shortest=0, longest=LONGEST_TITLE)
    for field in ("class_id", "discipline", "class_type", "duration_seconds", "routine"):
        if getattr(activity, field) and field not in _FIELDS_OF[activity.kind]:
            raise FieldRefused(field, f"must be empty for the kind {activity.kind}")
    for field in _NEEDED[activity.kind]:
        if not getattr(activity, field):
            raise FieldRefused(field, f"must be given for the kind {activity.kind}")
    if not 0 <= activity.duration_seconds <= LONGEST_SECONDS:
        raise FieldRefused("duration_seconds", f"must be 0 to {LONGEST_SECONDS}")
    _refuse_words(activity)
    return activity


def _refuse_words(activity: Activity) -> None:
    if activity.class_id and not _CLASS_ID.fullmatch(activity.class_id):
        raise FieldRefused("class_id", "must be letters and digits, at most 64")
    if activity.discipline and not _DISCIPLINE.fullmatch(activity.discipline):
        raise FieldRefused("discipline", "must be a lower-case word such as cycling")
    if activity.class_type and activity.class_type not in CLASS_TYPES:
        raise FieldRefused("class_type", "must be a known type such as power_zone")
    if activity.routine:
        PracticeName.parse(activity.routine, "routine")
        if activity.discipline not in CATEGORIES:
            raise FieldRefused("discipline", "must be the category of the routine, such as mobility")


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that was done: `ref` is `workouts/{workout}` or `sessions/{session}`.

    `done_seconds` is what was done of `whole_seconds`, the length of the class or routine; both are None when unknown.
    `taken_by` is the item that the rider counted it for, in whichever week that lies.
    """

    ref: str
    day: date
    start_time: datetime
    title: str = ""
    discipline: str = ""
    class_type: str = ""
    class_id: str = ""
    practice: str = ""
    done_seconds: int | None = None
    whole_seconds: int | None = None
    load: float | None = None
    zone_seconds: tuple[int, ...] = ()
    is_private: bool = False
    is_pelvic_floor: bool = False
    taken_by: UUID | None = None
