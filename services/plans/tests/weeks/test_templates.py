"""Templates: listed, made, changed; started into the weeks and taken back, without touching anything else."""

from typing import Any
from uuid import UUID

import pytest
from ctz.common.v1 import activity_pb2 as common
from ctz.plans.v1 import plans_pb2 as pb

from ctz_chassis import paging
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database, count_statements
from ctz_chassis.ids import uuid7
from ctz_plans.domain.built_in import BUILT_IN

from .harness import (
    FRI,
    MON,
    MONDAY,
    NEXT_MON,
    SAT,
    SUN,
    SUNDAY,
    THU,
    TUE,
    WED,
    Rider,
    Riders,
    note,
    recorded,
    refused,
    states,
    titles,
    type_of,
)

pytestmark = pytest.mark.component
RIDES = "templates/00000000-0000-7000-8000-000000000001"
PZE, PZ = "45 min Power Zone Endurance Ride", "45 min Power Zone Ride"


def template(title: str = "Mine", *days: list[common.Activity]) -> pb.Template:
    """One week from Sunday, with a ride on Wednesday unless days are given."""
    given = list(days) or [[], [], [], [type_of("power_zone")], [], [], []]
    return pb.Template(
        title=title,
        description="for June",
        weeks=[pb.TemplateWeek(days=[pb.TemplateDay(activities=day) for day in given])],
    )


def create(rider: Rider, made: pb.Template) -> pb.Template:
    return rider.templates.CreateTemplate(pb.CreateTemplateRequest(template=made))


def listed(rider: Rider, size: int = 0) -> list[list[str]]:
    """Titles by page."""
    pages, token = [], ""
    while True:
        page = rider.templates.ListTemplates(pb.ListTemplatesRequest(page_size=size, page_token=token))
        pages.append([one.title for one in page.templates])
        token = page.next_page_token
        if not token:
            return pages


def test_the_seven_built_in_templates_are_there(rider: Rider) -> None:
    told = rider.templates.ListTemplates(pb.ListTemplatesRequest()).templates
    assert [one.title for one in BUILT_IN] == [one.title for one in told]
    assert all(one.is_built_in for one in told)
    assert told[0] == rider.templates.GetTemplate(pb.GetTemplateRequest(name=RIDES))


@pytest.mark.parametrize("size", [1, 3, 6, 7, 8, 100])
def test_own_templates_follow_by_title_page_by_page(rider: Rider, size: int) -> None:
    for title in ("c", "a", "b"):
        create(rider, template(title))
    pages = listed(rider, size)
    assert [*(one.title for one in BUILT_IN), "a", "b", "c"] == [title for page in pages for title in page]
    assert all(len(page) == size for page in pages[:-1])
    assert pages[-1]


def test_a_page_token_of_nowhere_is_refused(rider: Rider) -> None:
    for token in ("x", "WyIiLHt9XQ"):
        with refused("INVALID_ARGUMENT", field="page_token"):
            rider.templates.ListTemplates(pb.ListTemplatesRequest(page_token=token))


@pytest.mark.parametrize("forged", [{"t": "\0"}, {"t": "\ud800"}, {"t": ""}, {"b": float("inf")}, {"i": 7}])
def test_t102_a_forged_page_token_is_refused(rider: Rider, forged: dict[str, Any]) -> None:
    place = {"b": 7, "t": "Mine", "i": str(uuid7()), **forged}
    token = paging.encode_token(place, paging.filter_digest(list="templates"))
    with refused("INVALID_ARGUMENT", field="page_token"):
        rider.templates.ListTemplates(pb.ListTemplatesRequest(page_token=token))


def test_a_template_is_made_changed_and_deleted(rider: Rider) -> None:
    made = create(rider, template())
    assert (1, False, "for June") == (made.revision, made.is_built_in, made.description)
    assert template().weeks[0] == made.weeks[0]
    wanted = pb.Template(name=made.name, revision=1, title="Changed", weeks=made.weeks)
    changed = rider.templates.UpdateTemplate(pb.UpdateTemplateRequest(template=wanted))
    assert (2, "Changed", "") == (changed.revision, changed.title, changed.description)
    with refused("ABORTED", "REVISION_STALE"):
        rider.templates.UpdateTemplate(pb.UpdateTemplateRequest(template=wanted))
    assert changed == rider.templates.GetTemplate(pb.GetTemplateRequest(name=made.name))
    rider.templates.DeleteTemplate(pb.DeleteTemplateRequest(name=made.name))
    with refused("NOT_FOUND"):
        rider.templates.GetTemplate(pb.GetTemplateRequest(name=made.name))


def test_a_built_in_template_stays_as_it_came(rider: Rider) -> None:
    wanted = pb.Template(name=RIDES, revision=1, title="Mine", weeks=template().weeks)
    with refused("FAILED_PRECONDITION", "TEMPLATE_BUILT_IN"):
        rider.templates.UpdateTemplate(pb.UpdateTemplateRequest(template=wanted))
    with refused("FAILED_PRECONDITION", "TEMPLATE_BUILT_IN"):
        rider.templates.DeleteTemplate(pb.DeleteTemplateRequest(name=RIDES))


def test_a_rider_has_a_hundred_templates_at_most(rider: Rider) -> None:
    for number in range(100):
        create(rider, template(str(number)))
    with refused("FAILED_PRECONDITION", "TEMPLATE_LIMIT_REACHED"):
        create(rider, template("one more"))


def test_a_start_fills_the_riders_weeks_from_its_day_on(rider: Rider) -> None:
    """A fault of the app that this one replaces: a plan without a challenge was empty.

    On a Wednesday, in weeks from Monday: what lies before stays free, Sunday is the end of the week.
    """
    started = rider.start(RIDES, WED, repetitions=2)
    assert (12, WED, "2026-06-14") == (started.item_count, started.first_date, started.last_date)
    long_ride = "60 min Power Zone Endurance Ride"
    assert {WED: [PZ], THU: [""], FRI: [long_ride], SAT: [""], SUN: [""]} == titles(rider.week())
    told = rider.weeks(MON, count=3)
    assert [PZE] == titles(told.weeks[1])[NEXT_MON]
    assert {} == titles(told.weeks[2])
    (program,) = told.programs
    assert (started.program, "3 Rides a Week", WED, 2) == (
        program.name,
        program.title,
        program.first_date,
        program.week_count,
    )
    item = told.weeks[0].days[2].items[0]
    assert (pb.ITEM_ORIGIN_TEMPLATE, started.program) == (item.origin, item.program)


def test_the_first_day_of_the_week_decides_where_weeks_end(rider: Rider) -> None:
    assert 4 == rider.start(RIDES, WED, week_start=SUNDAY).item_count
    assert {WED, THU, FRI, SAT} == set(titles(rider.week(week_start=MONDAY)))


def test_starting_touches_nothing_else(rider: Rider, consumer: Consumer) -> None:
    """A fault of the app that this one replaces: a week made anew wiped what else was in it."""
    kept = [rider.put(WED, note("mine")), rider.put(WED, type_of("power_zone"))]
    consumer.handle(recorded(uuid7(), rider.user_id, "a", WED))
    before = rider.week()
    assert ["unspecified", "done a"] == states(before)
    rider.start(RIDES, MON)
    rider.start(RIDES, MON)
    week = rider.week()
    assert ["mine", "45 min power_zone", PZ, PZ] == titles(week)[WED]
    assert list(before.days[2].items) == list(week.days[2].items)[:2]
    assert [item.name for item in kept] == [item.name for item in week.days[2].items][:2]


def test_starts_cost_the_same_however_long_they_are(rider: Rider, database: Database) -> None:
    counts = []
    for repetitions in (1, 16):
        with count_statements(database.engine) as counted:
            rider.start(RIDES, MON, repetitions=repetitions)
        counts.append(counted.count)
    assert 1 == len(set(counts))


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("repetitions", {"repetitions": 0}),
        ("repetitions", {"repetitions": 17}),
        ("start_date", {"start_date": "monday"}),
        ("week_start", {"week_start": -1}),
        ("name", {"name": "templates/x"}),
    ],
)
def test_a_start_that_does_not_fit_is_refused_by_its_field(rider: Rider, field: str, change: dict[str, object]) -> None:
    values: dict[str, object] = {"name": RIDES, "start_date": MON, "repetitions": 1} | change
    with refused("INVALID_ARGUMENT", field=field):
        rider.templates.StartTemplate(pb.StartTemplateRequest(**values))  # type: ignore[arg-type]


def test_a_start_is_at_most_half_a_year(rider: Rider) -> None:
    days = template().weeks[0]
    long = create(rider, pb.Template(title="long", weeks=[days] * 14))
    with refused("INVALID_ARGUMENT", field="repetitions"):
        rider.start(long.name, MON, repetitions=2)


def test_a_start_that_would_make_nothing_or_too_much_makes_nothing(rider: Rider) -> None:
    with refused("FAILED_PRECONDITION", "NOTHING_TO_START"):
        rider.start(create(rider, template()).name, THU)
    for _ in range(12):
        rider.put(FRI, note("full"))
    with refused("FAILED_PRECONDITION", "DAY_FULL"):
        rider.start(RIDES, MON)
    assert {FRI} == set(titles(rider.week()))


def test_stopping_takes_back_what_is_to_come_and_nothing_else(rider: Rider, consumer: Consumer) -> None:
    """What lies before, what is done, what the rider changed or spoke about, and what others put there stays."""
    program = rider.start(RIDES, MON, repetitions=3).program
    other = rider.start(RIDES, NEXT_MON).program
    own = rider.put(FRI, note("mine"))
    consumer.handle(recorded(uuid7(), rider.user_id, "a", WED, class_type="power_zone"))
    later = {day.date: day.items[0] for week in rider.weeks(NEXT_MON, count=2).weeks for day in week.days}
    moved = later["2026-06-08"]
    rider.plan.MoveItem(pb.MoveItemRequest(name=moved.name, revision=1, date="2026-06-09", position=0))
    rider.plan.UpdateItem(pb.UpdateItemRequest(name=later["2026-06-10"].name, revision=1, activity=note("instead")))
    rider.decide(later["2026-06-12"], pb.DECISION_SKIPPED)
    request = pb.StopProgramRequest(program=program, from_date=WED)
    # 21 days: 2 before, 1 done, 3 touched.
    assert 21 - 2 - 1 - 3 == rider.templates.StopProgram(request).item_count
    assert 0 == rider.templates.StopProgram(request).item_count
    left = {
        day.date: [item.name for item in day.items if item.program == program]
        for week in rider.weeks(MON, count=3).weeks
        for day in week.days
    }
    assert {MON, TUE, WED, "2026-06-09", "2026-06-10", "2026-06-12"} == {day for day, names in left.items() if names}
    assert own.activity.title in titles(rider.week())[FRI]
    assert 7 == sum(item.program == other for day in rider.week(NEXT_MON).days for item in day.items)


def test_a_deleted_template_leaves_what_was_started(rider: Rider) -> None:
    made = create(rider, template())
    rider.start(made.name, MON)
    rider.templates.DeleteTemplate(pb.DeleteTemplateRequest(name=made.name))
    assert {WED: ["45 min power_zone"]} == titles(rider.week())
    assert ["Mine"] == [program.title for program in rider.weeks().programs]


def test_t091_a_template_asks_for_routines_that_are_ones_own(riders: Riders) -> None:
    rider, other = riders(), riders()
    asked = common.Activity(
        kind=common.ACTIVITY_KIND_ROUTINE, title="x", discipline="mobility", routine=other.make_routine("x")
    )
    wanted = template("mine", [asked], [], [], [], [], [], [])
    with refused("NOT_FOUND", "NOT_FOUND"):
        create(rider, wanted)
    made = create(other, wanted)
    other.delete_routine(asked.routine)
    made.title = "changed"
    changed = other.templates.UpdateTemplate(pb.UpdateTemplateRequest(template=made))
    assert asked == changed.weeks[0].days[0].activities[0]
    assert 1 == other.start(changed.name, MON).item_count
    own = create(rider, template())
    own.weeks[0].days[0].activities.append(asked)
    with refused("NOT_FOUND", "NOT_FOUND"):
        rider.templates.UpdateTemplate(pb.UpdateTemplateRequest(template=own))


def test_templates_of_others_do_not_exist(riders: Riders) -> None:
    owner, other = riders(), riders()
    made = create(owner, template("canary"))
    for name in (made.name, f"templates/{UUID(int=9)}"):
        with refused("NOT_FOUND", "NOT_FOUND"):
            other.templates.GetTemplate(pb.GetTemplateRequest(name=name))
        with refused("NOT_FOUND", "NOT_FOUND"):
            other.start(name, MON)
    assert "canary" not in str(listed(other))
