"""Templates: what came with the product, and where activities fall when one is started."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_plans.domain.activity import REST, Activity, Kind, checked
from ctz_plans.domain.built_in import BUILT_IN, built_in
from ctz_plans.domain.errors import NothingToStart
from ctz_plans.domain.practice_errors import FieldRefused
from ctz_plans.domain.template import Template, start_of

from .planning import NOTE, a_class, a_routine, a_type, any_of

MONDAY, SUNDAY = 0, 6
WORDS = {
    "power_zone_endurance": "PZ Endurance",
    "power_zone": "Power Zone",
    "tempo": "tempo run",
    "endurance": "endurance run",
    "intervals": "interval run",
    "yoga_flow": "yoga flow",
    "upper_body": "upper body",
    "lower_body": "lower body",
    "full_body": "full body",
}
# The table of the product's rules (docs), from Sunday.
TABLE = """
3 Rides a Week | rest | PZ Endurance | rest | Power Zone | rest | PZ Endurance | rest
4 Rides a Week | PZ Endurance | PZ Endurance | rest | Power Zone | rest | Power Zone | rest
3 Runs a Week | rest | tempo run | rest | endurance run | rest | interval run | rest
2 Runs 2 Rides | PZ Endurance | tempo run | rest | endurance run | rest | Power Zone | rest
Recovery and Mobility | rest | yoga flow | breathwork | pilates | mobility | yoga | recovery
Yoga and Core | rest | yoga flow | pilates | yoga | pilates | yoga | rest
Strength and Recovery | rest | upper body | recovery | lower body | recovery | full body | rest
"""


def word(activity: Activity) -> str:
    if activity.kind is Kind.REST:
        return "rest"
    return WORDS.get(activity.class_type) or activity.class_type or activity.discipline


def test_the_seven_templates_are_those_of_the_rules() -> None:
    told = [
        " | ".join([template.title, *(word(activity) for (activity,) in template.weeks[0])]) for template in BUILT_IN
    ]
    assert TABLE.strip().splitlines() == told
    assert all(template.is_built_in and len(template.weeks) == 1 for template in BUILT_IN)
    assert all(built_in(template.template_id) is template for template in BUILT_IN)


def test_everything_that_a_template_asks_for_has_a_length_and_a_title() -> None:
    asked = [activity for template in BUILT_IN for (activity,) in template.weeks[0] if activity.asks]
    assert all(600 <= checked(activity).duration_seconds <= 3600 and activity.title for activity in asked)


def made(*days: tuple[Activity, ...]) -> Template:
    """One week from Sunday; days that are not given are free."""
    return Template(uuid4(), "mine", "", ((*days, *((),) * (7 - len(days))),))


SUN_AND_WED = made((any_of("yoga"),), (), (), (a_type("power_zone"),))


@pytest.mark.parametrize(
    ("start", "week_start", "expected"),
    [
        # 2026-06-01 is a Monday.
        (date(2026, 6, 1), MONDAY, ["2026-06-03 power_zone", "2026-06-07 yoga"]),
        (date(2026, 6, 1), SUNDAY, ["2026-06-03 power_zone"]),
        (date(2026, 6, 7), SUNDAY, ["2026-06-07 yoga", "2026-06-10 power_zone"]),
        (date(2026, 6, 4), MONDAY, ["2026-06-07 yoga"]),
        (date(2026, 12, 31), MONDAY, ["2027-01-03 yoga"]),  # the week of ISO week 53
        (date(2028, 2, 28), MONDAY, ["2028-03-01 power_zone", "2028-03-05 yoga"]),  # over a leap day
    ],
)
def test_days_fall_on_their_weekday_whatever_the_week_begins_with(
    start: date, week_start: int, expected: list[str]
) -> None:
    found = start_of(SUN_AND_WED, start, repetitions=1, week_start=week_start)

    assert expected == [
        f"{day} {word(activity) if activity.class_type == '' else activity.class_type}"
        for day, activity in found.placed
    ]


def test_a_start_begins_on_any_day_and_repeats_whole_weeks() -> None:
    found = start_of(SUN_AND_WED, date(2026, 6, 4), repetitions=3, week_start=MONDAY)

    days = ["2026-06-07", "2026-06-10", "2026-06-14", "2026-06-17", "2026-06-21"]
    assert days == [str(day) for day, _ in found.placed]
    assert (3, date(2026, 6, 7), date(2026, 6, 21)) == (found.week_count, found.first_date, found.last_date)


def test_a_start_that_makes_nothing_says_so() -> None:
    with pytest.raises(NothingToStart):
        start_of(made((), (any_of("yoga"),), (REST,)), date(2026, 6, 2), repetitions=1, week_start=MONDAY)


@given(
    st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(0, 6), st.integers(1, 4), st.sampled_from([*BUILT_IN])
)
def test_t079_every_start_keeps_weekdays_and_lies_in_its_weeks(
    start: date, week_start: int, repetitions: int, template: Template
) -> None:
    try:
        found = start_of(template, start, repetitions=repetitions, week_start=week_start)
    except NothingToStart:
        return
    first = start - timedelta(days=(start.weekday() - week_start) % 7)
    for day, activity in found.placed:
        assert start <= day < first + timedelta(weeks=repetitions)
        assert (activity,) == template.weeks[0][day.isoweekday() % 7]
    days = [day for day, _ in found.placed]
    assert sorted(set(days)) == days
    assert (first + timedelta(weeks=repetitions) - start).days == len(days)


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("title", {"title": ""}),
    ("title", {"title": "x" * 81}),
    ("title", {"title": "two\nlines"}),
    ("description", {"description": "x" * 1001}),
    ("weeks", {"weeks": ()}),
    ("weeks", {"weeks": SUN_AND_WED.weeks * 17}),
    ("weeks[0].days", {"weeks": (((),) * 6,)}),
    ("weeks[0].days", {"weeks": (((any_of("yoga"),) * 9, *((),) * 6),)}),
    ("weeks", {"weeks": (((REST,), (NOTE,), *((),) * 5),)}),
]


@pytest.mark.parametrize(("field", "change"), REFUSED)
def test_a_template_that_means_nothing_cannot_be_made(field: str, change: dict[str, Any]) -> None:
    values = {"title": "mine", "description": "", "weeks": SUN_AND_WED.weeks} | change
    with pytest.raises(FieldRefused) as refused:
        Template(uuid4(), **values)
    assert field == refused.value.field


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("title", {"kind": Kind.NOTE}),
        ("title", {"kind": Kind.NOTE, "title": "x" * 201}),
        ("title", {"kind": Kind.NOTE, "title": "a\x00b"}),
        ("class_id", {"kind": Kind.CLASS, "title": "ride"}),
        ("class_id", {"kind": Kind.CLASS, "title": "ride", "class_id": "../x"}),
        ("class_id", {"kind": Kind.DISCIPLINE, "discipline": "yoga", "class_id": "c1"}),
        ("class_type", {"kind": Kind.CLASS_TYPE, "discipline": "cycling"}),
        ("class_type", {"kind": Kind.CLASS_TYPE, "discipline": "cycling", "class_type": "spinning"}),
        ("class_type", {"kind": Kind.DISCIPLINE, "discipline": "cycling", "class_type": "power_zone"}),
        ("discipline", {"kind": Kind.DISCIPLINE}),
        ("discipline", {"kind": Kind.DISCIPLINE, "discipline": "Cycling!"}),
        ("discipline", {"kind": Kind.DISCIPLINE, "discipline": "x" * 41}),
        ("duration_seconds", {"kind": Kind.DISCIPLINE, "discipline": "yoga", "duration_seconds": -1}),
        ("duration_seconds", {"kind": Kind.DISCIPLINE, "discipline": "yoga", "duration_seconds": 43_201}),
        ("duration_seconds", {"kind": Kind.REST, "duration_seconds": 60}),
        ("routine", {"kind": Kind.ROUTINE, "title": "hips", "discipline": "mobility"}),
        ("routine", {"kind": Kind.ROUTINE, "title": "hips", "discipline": "mobility", "routine": "hips"}),
        ("discipline", {"kind": Kind.ROUTINE, "title": "hips", "discipline": "cycling", "routine": "routines/hips"}),
        ("discipline", {"kind": Kind.REST, "discipline": "yoga"}),
    ],
)
def test_an_activity_that_means_nothing_cannot_be_asked_for(field: str, values: dict[str, Any]) -> None:
    with pytest.raises(FieldRefused) as refused:
        checked(Activity(**values))
    assert field == refused.value.field


def test_activities_that_mean_something_can_be_asked_for() -> None:
    asked = [a_class("c1"), a_type("hiit", 20, ""), any_of("caesar"), a_routine(), NOTE, REST]
    made_ones = [checked(activity) for activity in asked]
    assert [True, True, True, True, False, False] == [activity.asks for activity in made_ones]
