"""The administrator's form of a challenge: what was typed, row by row, with what is wrong beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ctz_gateway.viewmodels.common import Form, Option


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """Something that counts: every field is named by `prefix`. `asks_class` shows the field for a class."""

    prefix: str
    what: str
    minutes: str
    title: str
    class_ref: str
    asks_class: bool
    error: str
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of a week."""

    key: str
    number: int
    label: str
    name: str
    week: int
    role: str
    days: Sequence[Option]
    activity: ActivityRow
    alternatives: Sequence[ActivityRow]


@dataclass(frozen=True, slots=True)
class WeekRows:
    """A week of the schedule."""

    number: int
    title: str
    dates: str
    items: Sequence[ItemRow]
    has_bonus: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule for amounts."""

    key: str
    number: int
    metrics: Sequence[Option]
    per: str
    without: str
    disciplines: Sequence[Option]
    error: str
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """Choices of a select under one head."""

    label: str
    choices: Sequence[Option]


@dataclass(frozen=True, slots=True)
class BuilderPage:
    """The whole form. `schedule_error` is about no row in particular."""

    form: Form
    challenge_id: str
    title: str
    action: str
    revision: str
    key: str
    kinds: Sequence[Option]
    modes: Sequence[Option]
    zones: Sequence[Option]
    audiences: Sequence[Option]
    rules: Sequence[RuleRow]
    weeks: Sequence[WeekRows]
    choices: Sequence[ChoiceGroup]
    schedule_error: str
    is_draft: bool
    join_code: str
    join_url: str
