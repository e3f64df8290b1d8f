"""Sample contexts of the plan, exercises and the player, laid out by the real presenters. Content is invented."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ctz.common.v1 import activity_pb2
from ctz.plans.v1 import exercises_pb2, plans_pb2

from ctz_gateway.clients.times import stamp
from ctz_gateway.present import activities, player, today_plan
from ctz_gateway.present import exercises as exercise_words
from ctz_gateway.present import plan as plan_words
from ctz_gateway.present import plan_templates as template_words
from ctz_gateway.viewmodels import exercises, plan
from ctz_gateway.viewmodels.common import Form, Note, Option, blank_form
from gateway.tests.fake_exercises import library, timeline
from gateway.tests.fake_plans import built_in_template

TODAY = date(2025, 6, 12)
MONDAY = date(2025, 6, 9)
ITEM = "0197a0b0-0000-7000-8000-0000000000a1"
ZONES = [300, 900, 900, 420, 180, 60, 0]
HOSTILE = "Überlänge <b>and</b> {{ 7 * 7 }} with a title that goes on and on"
PLANNED, DONE, PARTIAL, SUBSTITUTED, MISSED, SKIPPED = range(1, 7)


def _activity(class_type: str, minutes: int, discipline: str = "cycling") -> activity_pb2.Activity:
    return activity_pb2.Activity(
        kind=activity_pb2.ACTIVITY_KIND_CLASS_TYPE,
        class_type=class_type,
        discipline=discipline,
        duration_seconds=minutes * 60,
    )


def _routine(title: str = "Long holds", category: str = "kegel", minutes: int = 8) -> activity_pb2.Activity:
    return activity_pb2.Activity(
        kind=activity_pb2.ACTIVITY_KIND_ROUTINE,
        title=title,
        discipline=category,
        duration_seconds=minutes * 60,
        routine="exercises/long-holds",
    )


def _done(day: date, title: str, minutes: int, load: float | None, **more: Any) -> plans_pb2.DoneActivity:
    done = plans_pb2.DoneActivity(
        name="workouts/0197a0b0-0000-7000-8000-000000000001",
        local_date=day.isoformat(),
        start_time=stamp(datetime(day.year, day.month, day.day, 6, 41, tzinfo=UTC)),
        title=title,
        duration_seconds=minutes * 60,
        **more,
    )
    if load is not None:
        done.load = load
    return done


class _Weeks:
    """Weeks that are filled item by item."""

    def __init__(self, first: date, count: int) -> None:
        self.first = first
        self.weeks = [plans_pb2.PlanWeek(start_date=(first + timedelta(days=7 * n)).isoformat()) for n in range(count)]
        for number, week in enumerate(self.weeks):
            for offset in range(7):
                week.days.append(plans_pb2.PlanDay(date=(first + timedelta(days=7 * number + offset)).isoformat()))
        self.count = 0

    def day(self, offset: int) -> plans_pb2.PlanDay:
        return self.weeks[offset // 7].days[offset % 7]

    def add(self, offset: int, activity: activity_pb2.Activity, state: int = PLANNED, **more: Any) -> None:
        self.count += 1
        day = self.day(offset)
        item = plans_pb2.PlanItem(
            name=f"items/0197a0b0-0000-7000-8000-{self.count:012}",
            date=day.date,
            position=len(day.items),
            activity=activity,
            state=plans_pb2.ItemState.ValueType(state),
            revision=3,
            **{"origin": plans_pb2.ITEM_ORIGIN_TEMPLATE, **more},
        )
        day.items.append(item)


def _three_weeks() -> list[plans_pb2.PlanWeek]:
    found = _Weeks(MONDAY - timedelta(days=7), 3)
    first = found.first

    def did(offset: int, title: str, minutes: int, load: float | None, class_type: str = "") -> plans_pb2.DoneActivity:
        zones = ZONES if load and load > 30 else []
        day = first + timedelta(days=offset)
        return _done(day, title, minutes, load, class_type=class_type, zone_seconds=zones)

    rest = activity_pb2.Activity(kind=activity_pb2.ACTIVITY_KIND_REST)
    found.add(0, _activity("power_zone_endurance", 45), MISSED)
    found.add(1, _activity("power_zone", 45), DONE, done=did(1, "45 min Power Zone Ride", 45, 58))
    found.day(2).unplanned.append(did(2, "30 min Full Body", 30, 27))
    found.add(3, _activity("power_zone_max", 30), DONE, done=did(3, "30 min Power Zone Max", 30, 41))
    found.add(4, rest)
    found.add(5, _activity("intervals", 45), PARTIAL, done=did(5, "30 min Intervals", 30, None))
    found.add(6, _activity("power_zone_endurance", 75), SUBSTITUTED,
              done=did(6, "60 min Power Zone Endurance", 60, 60, "power_zone_endurance"))  # fmt: skip
    for offset in (0, 1, 2, 4, 5, 6, 7, 8, 9):
        found.add(offset, _routine("Quick pulses" if offset % 3 == 2 else "Long holds"), DONE,
                  done=_done(first + timedelta(days=offset), "Long holds", 8, None, is_private=True))  # fmt: skip
    found.add(7, _activity("power_zone_endurance", 45), DONE, done=did(7, "45 min PZ Endurance", 45, 46))
    found.add(8, _activity("power_zone", 45), DONE, done=did(8, "45 min Power Zone", 45, 59))
    found.add(9, _routine("Hip mobility", "mobility", 20), PARTIAL, done=did(9, "Hip mobility", 10, None))
    found.add(10, _activity("power_zone_max", 45), expected_load=62)
    found.add(10, _routine())
    found.add(11, _activity("upper_body", 20, "strength"), expected_load=14)
    found.add(12, _activity("power_zone_endurance", 60), expected_load=49, origin=plans_pb2.ITEM_ORIGIN_CHALLENGE,
              challenge="challenges/0197a0b0-0000-7000-8000-0000000000c1")  # fmt: skip
    found.add(12, _routine("Elevator"))
    found.add(13, _activity("power_zone_endurance", 75), expected_load=78)
    found.add(13, activity_pb2.Activity(kind=activity_pb2.ACTIVITY_KIND_NOTE, title=HOSTILE))
    found.add(14, rest)
    found.add(15, _activity("power_zone_endurance", 45), expected_load=48)
    found.add(16, _activity("yoga_flow", 30, "yoga"))
    found.add(17, _activity("power_zone", 45), SKIPPED, is_decided=True)
    found.add(19, _activity("ftp_test", 20))
    found.add(20, activity_pb2.Activity(kind=activity_pb2.ACTIVITY_KIND_CLASS, title="45 min 80s Power Zone Ride",
                                        class_id="c1", discipline="cycling", duration_seconds=2700))  # fmt: skip
    figures = ((6, 8, 13500, 12600, 257, 247, 6), (5, 12, 18600, 6000, 320, 117, 3), (0, 5, 12900, 0, 0, 0, 0))
    for week, (done, planned, of_seconds, seconds, of_load, load, days) in zip(found.weeks, figures, strict=True):
        week.totals.CopyFrom(
            plans_pb2.WeekTotals(
                planned_count=planned, done_count=done, planned_seconds=of_seconds, done_seconds=seconds,
                done_load=load, pelvic_floor_days=days, zone_seconds=ZONES if load else [],
            )
        )  # fmt: skip
        if of_load:
            week.totals.planned_load = of_load
    return found.weeks


def plan_page() -> plan.PlanPage:
    """The three weeks of the mock."""
    program = plans_pb2.Program(name=f"programs/{ITEM}", title="4 Rides a Week", first_date="2025-05-26", week_count=4)
    return plan.PlanPage(
        title="9 to 15 June",
        subtitle=["4 Rides a Week, week 3 of 4"],
        week=MONDAY.isoformat(),
        weeks=[plan_words.week_of(week, TODAY, MONDAY) for week in _three_weeks()],
        programs=plan_words.programs([program], MONDAY),
        today=TODAY.isoformat(),
        previous_url="/plan?week=2025-06-02",
        next_url="/plan?week=2025-06-16",
        now_url="/plan",
        is_now=True,
        state_url="/plan/state.json?week=2025-06-09",
        version="sample",
        is_empty=False,
        undo=ITEM,
    )


def empty_plan() -> plan.PlanPage:
    """The first visit."""
    weeks = _Weeks(MONDAY - timedelta(days=7), 3).weeks
    shown = [plan_words.week_of(week, TODAY, MONDAY) for week in weeks]
    return replace(plan_page(), weeks=shown, subtitle=["No template is running"], programs=[], is_empty=True, undo="")


def item_page(**changes: Any) -> plan.ItemPage:
    """A ride that was counted, with another one that could."""
    page = plan.ItemPage(
        id=ITEM, title="Power Zone Endurance 45", day="2025-06-10", day_text="Tuesday 10 June 2025",
        back_url="/plan?week=2025-06-09", revision=3, state="done", state_text="Done", icon="done",
        facts=["from a template", "Cycling", "45 min", "load about 48"],
        done_text="45 min PZ Endurance, 10 June at 06:41, 45 min, load 46", is_decided=True, can_decide=True,
        candidates=[
            plan.Candidate("workouts/1", "45 min PZ Endurance", "10 June at 06:41, 45 min, load 46", is_chosen=True),
            plan.Candidate("workouts/2", HOSTILE, "11 June at 18:02, 30 min"),
        ],
        edit_url=f"/plan/items/{ITEM}/edit?day=2025-06-10", week="2025-06-10",
    )  # fmt: skip
    return replace(page, **changes)


def activity_form(kind: str, **changes: Any) -> plan.ActivityForm:
    """The form of one kind."""
    form = plan.ActivityForm(
        title="Add to the plan", lead="", post_url="/plan/items", back_url="/plan", act="Add", form=blank_form(),
        kind=kind,
        kinds=[Option(f"/plan/items/new?kind={value}", word, value == kind)
               for value, word in activities.KIND_WORDS.items()],
        class_types=activities.type_options("power_zone"), disciplines=activities.discipline_options("cycling"),
        lengths=activities.length_options(45),
        practices=activities.practice_options(library().values(), [], ""),
        classes=[Option("1", "45 min 80s Power Zone Ride, Hanna Beck")],
        hidden={"idempotency_key": "key"}, day="2025-06-12",
    )  # fmt: skip
    return replace(form, **changes)


def conflict() -> plan.Conflict:
    """A move of something that was moved elsewhere."""
    return plan.Conflict(
        "Power Zone Endurance 45", "Power Zone Endurance 45, Saturday 14 June 2025", "Friday 13 June 2025",
        f"/plan/items/{ITEM}/move", {"date": "2025-06-13", "revision": "4"}, "/plan",
    )  # fmt: skip


def templates_page() -> plan.TemplatesPage:
    """Built in ones and one of the rider's own."""
    first = template_words.card(built_in_template(), 0)
    return plan.TemplatesPage(
        [first, replace(first, id="five", title="5 Rides a Week")], [replace(first, title=HOSTILE)]
    )


def template_page(*, is_editing: bool = False) -> plan.TemplatePage:
    """A template, to look at or to edit."""
    template = built_in_template()
    template.weeks.add().CopyFrom(template.weeks[0])
    return plan.TemplatePage(
        id="four-rides-a-week", title=template.title, description="Two rides and two easy ones; a base to build on.",
        facts=template_words.facts(template), weeks=template_words.weeks(template, 0), is_own=is_editing,
        is_editing=is_editing, revision=1, start=blank_form(),
        starts=[Option("2025-06-16", "next week, 16 June", selected=True)],
        repetitions=[Option("1", "once", selected=True), Option("2", "2 times")],
        form=Form({"title": template.title, "description": ""}, {}),
    )  # fmt: skip


def player_page() -> exercises.PlayerPage:
    """A session with sets and sides, short enough for a test to play it."""
    steps = [(each, each.pattern) for each in library().values()]
    told = timeline(steps, "routines/sample", "Long holds and hips")
    form = Form({"date": "2025-06-12", "time": "06:30", "done_minutes": "1", "idempotency_key": "key"}, {})
    return player.player_page(
        told, streak_text="12 days in a row.", log_url="/player/routines/sample", leave_url="/exercises", form=form
    )


def short_player() -> exercises.PlayerPage:
    """A session of three seconds."""
    page = player_page()
    told = json.loads(page.timeline_json)
    phases = [{**phase, "seconds": 1} for phase in told["phases"][:3]]
    return replace(page, timeline_json=json.dumps({**told, "phases": phases, "seconds": 3}), seconds=3)


def session_page() -> exercises.SessionPage:
    """A session that was logged."""
    session = exercises_pb2.Session(
        name=f"sessions/{ITEM}", practice="exercises/long-holds", title="Long holds", category=1,
        start_time=stamp(datetime(2025, 6, 12, 18, 5, tzinfo=UTC)), local_date="2025-06-12", done_seconds=400,
        duration_seconds=480, perceived_exertion=5, load=3.4, is_private=True,
    )  # fmt: skip
    return exercise_words.session_page(session, ZoneInfo("UTC"), "/plan")


def library_page(**changes: Any) -> exercises.LibraryPage:
    """The library, whole."""
    routine = exercises.RoutineCard("r", "Hips after the ride", "Mobility", "Ten minutes.",
                                    ["Mobility", "3 exercises", "10 min"], is_own=True, is_private=False)  # fmt: skip
    page = exercises.LibraryPage(
        query="", category="",
        categories=[Option("/exercises", "All", selected=True), Option("/exercises?category=kegel", "Pelvic floor")],
        cards=[exercise_words.card(each) for each in library().values()],
        routines=[routine, replace(routine, title=HOSTILE, is_own=False, is_private=True)], count_text="2 exercises",
    )  # fmt: skip
    return replace(page, **changes)


def routine_page(*, is_editing: bool = False) -> exercises.RoutinePage:
    """A routine, to look at or to edit."""
    told = timeline([(each, each.pattern) for each in library().values()], "routines/r", "Hips and floor")
    return exercises.RoutinePage(
        key="r", title="Hips and floor", description="Before bed.", facts=["Pelvic floor", "2 exercises", "1 min"],
        steps=exercise_words.step_rows(told), is_own=True, is_private=True, is_editing=is_editing, revision=2,
        form=Form({"title": "Hips and floor", "description": "Before bed."}, {}),
        exercises=[Option(each.name, each.title) for each in library().values()], play_url="/player/routines/r",
        plan_url="/plan/items/new",
    )  # fmt: skip


def today_of_plan() -> dict[str, Any]:
    """What the plan gives to Today: its week, what is next, the ring."""
    weeks = _three_weeks()[1:]
    day = exercises_pb2.PelvicFloorDay(
        done_count=2, settings=exercises_pb2.PelvicFloorSettings(daily_goal=3), streak_days=12
    )
    return {
        "week_days": today_plan.day_totals(weeks[0], TODAY),
        "week_figures": today_plan.week_figures(weeks[0].totals),
        "next_up": today_plan.next_up(weeks, TODAY),
        "ring": exercise_words.ring(day),
    }


def plan_samples() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of the sample → template and context."""
    wrong = Form({"kind": "note", "title": ""}, {"title": "Write a few words."}, Note("Look again.", tone="bad"))
    exercise = library()["exercises/long-holds"]
    goals = [Option(str(count), f"{count} sessions a day", count == 3) for count in range(1, 5)]
    figures = {"hold_seconds": "6", "release_seconds": "6", "repetitions": "8", "sets": "2", "rest_seconds": "40"}
    return {
        "plan": ("plan/week.html", {"page": plan_page()}),
        "plan-empty": ("plan/week.html", {"page": empty_plan()}),
        "plan-item": ("plan/item.html", {"page": item_page()}),
        "plan-item-planned": (
            "plan/item.html",
            {"page": item_page(state="planned", state_text="Planned", icon="todo", done_text="", candidates=[],
                               is_decided=False, can_decide=False, can_play="/player/exercises/long-holds")},
        ),
        **{f"plan-add-{kind}": ("plan/activity.html", {"page": activity_form(kind)}) for kind in activities.KIND_WORDS},
        "plan-add-wrong": ("plan/activity.html", {"page": activity_form("note", form=wrong)}),
        "plan-conflict": ("plan/conflict.html", {"page": conflict()}),
        "templates": ("plan/templates.html", {"page": templates_page()}),
        "template": ("plan/template.html", {"page": template_page()}),
        "template-edit": ("plan/template.html", {"page": template_page(is_editing=True)}),
        "template-cell": (
            "plan/template_cell.html",
            {"title": "Power Zone 45", "key": "t", "revision": 1, "place": {"week": 0, "day": 1, "place": 0},
             "days": [Option("0-1", "Week 1, Mon", selected=True)]},
        ),
        "feed": ("plan/feed.html", {"page": plan.FeedPage(is_active=True, facts=["made today 06:41", "not read yet"])}),
        "feed-new": (
            "plan/feed.html",
            {"page": plan.FeedPage(is_active=True, facts=(),
                                   address="https://zones.example/calendar/9f0f7c2e8b4d16a5c3e1f09b7d2468.ics")},
        ),
        "feed-none": ("plan/feed.html", {"page": plan.FeedPage(is_active=False, facts=())}),
        "exercises": ("exercises/library.html", {"page": library_page()}),
        "exercises-none": ("exercises/library.html", {"page": library_page(cards=[], routines=[], query="nothing")}),
        "exercise": (
            "exercises/exercise.html",
            {"page": exercise_words.exercise_page(exercise, "/exercises?category=kegel", "/plan/items/new")},
        ),
        "routine": ("exercises/routine.html", {"page": routine_page()}),
        "routine-edit": ("exercises/routine.html", {"page": routine_page(is_editing=True)}),
        "routine-step": (
            "exercises/step.html", {"page": exercises.StepPage("r", 0, "Long holds", 2, Form(figures, {}))},
        ),
        "session": ("exercises/session.html", {"page": session_page()}),
        "pelvic-floor": (
            "exercises/pelvic_floor.html",
            {"page": exercises.PelvicFloorPage(goals, is_shared=False, form=blank_form())},
        ),
        "player": ("player.html", {"page": player_page()}),
        "player-short": ("player.html", {"page": short_player()}),
    }  # fmt: skip
