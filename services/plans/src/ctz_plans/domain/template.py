"""Templates of plans, and where the activities of one fall when it is started."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ctz_plans.domain.activity import Activity
from ctz_plans.domain.errors import NothingToStart
from ctz_plans.domain.practice import refuse_text
from ctz_plans.domain.practice_errors import FieldRefused
from ctz_plans.domain.week import DAYS, Week, template_day

LONGEST_TITLE, LONGEST_DESCRIPTION = 80, 1_000
MOST_WEEKS, MOST_WEEKS_OF_A_START, MOST_REPETITIONS = 16, 26, 16
MOST_ACTIVITIES_OF_A_DAY = 8
MOST_TEMPLATES = 100

TemplateDay = tuple[Activity, ...]
TemplateWeek = tuple[TemplateDay, ...]
"""Seven days, from Sunday."""


@dataclass(frozen=True, slots=True)
class Template:
    """A plan to start again and again; those that came with the product belong to nobody."""

    template_id: UUID
    title: str
    description: str
    weeks: tuple[TemplateWeek, ...]
    is_built_in: bool = False
    revision: int = 1

    def __post_init__(self) -> None:
        """Refuse what no page could show and what asks for nothing."""
        refuse_text("title", self.title, shortest=1, longest=LONGEST_TITLE)
        refuse_text("description", self.description, shortest=0, longest=LONGEST_DESCRIPTION)
        if not 1 <= len(self.weeks) <= MOST_WEEKS:
            raise FieldRefused("weeks", f"must be 1 to {MOST_WEEKS}")
        for number, week in enumerate(self.weeks):
            if len(week) != DAYS:
                raise FieldRefused(f"weeks[{number}].days", f"must be {DAYS}, from Sunday")
            if max(len(day) for day in week) > MOST_ACTIVITIES_OF_A_DAY:
                raise FieldRefused(f"weeks[{number}].days", f"must have at most {MOST_ACTIVITIES_OF_A_DAY} activities")
        if not any(activity.asks for activity in self.activities):
            raise FieldRefused("weeks", "must ask for something to be done")

    @property
    def activities(self) -> list[Activity]:
        """Everything that it asks for, in order."""
        return [activity for week in self.weeks for day in week for activity in day]


@dataclass(frozen=True, slots=True)
class Start:
    """What a start puts into the weeks, by day and in order, and over how many weeks it runs."""

    placed: Sequence[tuple[date, Activity]]
    week_count: int

    @property
    def first_date(self) -> date:
        """Day of the first item."""
        return self.placed[0][0]

    @property
    def last_date(self) -> date:
        """Day of the last item."""
        return self.placed[-1][0]


def start_of(template: Template, start: date, *, repetitions: int, week_start: int) -> Start:
    """Place the template's weeks on the rider's weeks from the one that holds `start`; days before it stay free."""
    if not 1 <= repetitions <= MOST_REPETITIONS:
        raise FieldRefused("repetitions", f"must be 1 to {MOST_REPETITIONS}")
    count = len(template.weeks) * repetitions
    if count > MOST_WEEKS_OF_A_START:
        raise FieldRefused("repetitions", f"makes {count} weeks; a start has at most {MOST_WEEKS_OF_A_START}")
    first = Week.of(start, week_start)
    placed = [
        (day, activity)
        for number in range(count)
        for day in first.plus(number).days
        if day >= start
        for activity in template.weeks[number % len(template.weeks)][template_day(day)]
    ]
    if not any(activity.asks for _, activity in placed):
        raise NothingToStart
    return Start(placed, count)
