"""Weeks, items and templates as messages."""

from collections.abc import Sequence
from datetime import date

from ctz.plans.v1 import plans_pb2 as pb

from ctz_chassis import resource_name
from ctz_plans.app.activity_messages import activity_message
from ctz_plans.app.weeks import Weeks
from ctz_plans.domain.activity import Fact
from ctz_plans.domain.item import ChallengeItem, Decision, Item, Program
from ctz_plans.domain.matching import State
from ctz_plans.domain.template import Template
from ctz_plans.domain.weekly import Line, ShownWeek, Totals

_STATES = {
    State.NONE: pb.ITEM_STATE_UNSPECIFIED,
    State.PLANNED: pb.ITEM_STATE_PLANNED,
    State.DONE: pb.ITEM_STATE_DONE,
    State.PARTIAL: pb.ITEM_STATE_PARTIAL,
    State.SUBSTITUTED: pb.ITEM_STATE_SUBSTITUTED,
    State.MISSED: pb.ITEM_STATE_MISSED,
    State.SKIPPED: pb.ITEM_STATE_SKIPPED,
}


def template(told: Template) -> pb.Template:
    """A template with its weeks."""
    weeks = [
        pb.TemplateWeek(days=[pb.TemplateDay(activities=[activity_message(one) for one in day]) for day in week])
        for week in told.weeks
    ]
    return pb.Template(
        name=resource_name.format("templates", told.template_id),
        title=told.title,
        description=told.description,
        weeks=weeks,
        is_built_in=told.is_built_in,
        revision=told.revision,
    )


def done_activity(fact: Fact) -> pb.DoneActivity:
    """Something that was done."""
    message = pb.DoneActivity(
        name=fact.ref,
        local_date=fact.day.isoformat(),
        title=fact.title,
        discipline=fact.discipline,
        class_type=fact.class_type,
        duration_seconds=fact.done_seconds,
        load=fact.load,
        zone_seconds=fact.zone_seconds,
        is_private=fact.is_private,
    )
    message.start_time.FromDatetime(fact.start_time)
    return message


def item(told: Item) -> pb.PlanItem:
    """An item without how it stands, which only a week tells."""
    program = resource_name.format("programs", told.program.program_id) if told.program else ""
    return pb.PlanItem(
        name=resource_name.format("items", told.item_id),
        date=told.day.isoformat(),
        position=told.position,
        activity=activity_message(told.activity),
        origin=pb.ITEM_ORIGIN_TEMPLATE if told.program else pb.ITEM_ORIGIN_OWN,
        is_decided=told.decision is not Decision.NONE,
        revision=told.revision,
        program=program,
    )


def _challenge_item(told: ChallengeItem) -> pb.PlanItem:
    return pb.PlanItem(
        name=resource_name.format("challengeItems", told.item_id),
        date=told.day.isoformat(),
        activity=activity_message(told.activity),
        origin=pb.ITEM_ORIGIN_CHALLENGE,
        challenge=resource_name.format("challenges", told.challenge_id),
        points=told.points,
        alternatives=[activity_message(one) for one in told.alternatives],
    )


def line(told: Line) -> pb.PlanItem:
    """An item as its week shows it."""
    message = item(told.item) if isinstance(told.item, Item) else _challenge_item(told.item)
    message.position = told.position
    message.state = _STATES[told.standing.state]
    message.is_decided = told.standing.is_decided
    message.goes_along = told.goes_along
    if told.standing.fact is not None:
        message.done.CopyFrom(done_activity(told.standing.fact))
    if told.expected_load is not None:
        message.expected_load = told.expected_load
    return message


def weeks(told: Weeks) -> pb.ListWeeksResponse:
    """Weeks, and the starts of templates in them."""
    return pb.ListWeeksResponse(
        weeks=[_week(week) for week in told.shown], programs=[_program(program) for program in told.programs]
    )


def _week(told: ShownWeek) -> pb.PlanWeek:
    days = [_day(day, told.lines.get(day, ()), told.unplanned.get(day, ())) for day in told.week.days]
    return pb.PlanWeek(start_date=told.week.first.isoformat(), days=days, totals=_totals(told.totals))


def _day(day: date, lines: Sequence[Line], unplanned: Sequence[Fact]) -> pb.PlanDay:
    return pb.PlanDay(
        date=day.isoformat(),
        items=[line(one) for one in lines],
        unplanned=[done_activity(fact) for fact in unplanned],
    )


def _totals(told: Totals) -> pb.WeekTotals:
    return pb.WeekTotals(
        planned_count=told.planned_count,
        done_count=told.done_count,
        planned_seconds=told.planned_seconds,
        done_seconds=told.done_seconds,
        planned_load=told.planned_load,
        done_load=told.done_load,
        zone_seconds=told.zone_seconds,
        pelvic_floor_days=told.pelvic_floor_days,
    )


def _program(told: Program) -> pb.Program:
    return pb.Program(
        name=resource_name.format("programs", told.program_id),
        title=told.title,
        first_date=told.first_date.isoformat(),
        week_count=told.week_count,
    )
