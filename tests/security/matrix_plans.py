"""Rows of the authorization matrix: plans."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ctz.common.v1 import activity_pb2
from ctz.plans.v1 import exercises_pb2, plans_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from ctz_chassis.clock import utc_now

from .cells import HIDDEN, OWN, Outcome, Row, Things

TODAY = utc_now().date()
DAY, LATER = TODAY.isoformat(), (TODAY + timedelta(days=3)).isoformat()
MONDAY = (TODAY - timedelta(days=TODAY.weekday())).isoformat()
NEXT_MONDAY = (TODAY + timedelta(days=7 - TODAY.weekday())).isoformat()
EXERCISE = "exercises/cat-and-cow"


def _days(_: Things) -> Mapping[str, Any]:
    return {"from_date": MONDAY, "to_date": LATER}


def note() -> activity_pb2.Activity:
    """An activity that refers to nothing."""
    return activity_pb2.Activity(kind=activity_pb2.ACTIVITY_KIND_NOTE, title="mine")


def _of_routine(things: Things) -> activity_pb2.Activity:
    return activity_pb2.Activity(
        kind=activity_pb2.ACTIVITY_KIND_ROUTINE, title="mine", discipline="mobility", routine=things.routine
    )


def template(things: Things, *, is_named: bool = False) -> plans_pb2.Template:
    """A template of one routine; under a name where it is an edit."""
    week = plans_pb2.TemplateWeek(days=[plans_pb2.TemplateDay(activities=[_of_routine(things)])])
    week.days.extend(plans_pb2.TemplateDay() for _ in range(6))
    return plans_pb2.Template(
        name=things.template if is_named else "", title="mine", weeks=[week], revision=1 if is_named else 0
    )


def routine(things: Things | None = None) -> exercises_pb2.Routine:
    """A routine of one exercise; under a name where there are things."""
    return exercises_pb2.Routine(
        name=things.routine if things else "",
        title="mine",
        steps=[exercises_pb2.RoutineStep(exercise=EXERCISE)],
        revision=1 if things else 0,
    )


def _item(things: Things) -> Mapping[str, Any]:
    return {"name": things.item}


def _template_name(things: Things) -> Mapping[str, Any]:
    return {"name": things.template}


def started_moment() -> Timestamp:
    """A session that began twenty minutes ago."""
    start = Timestamp()
    start.FromDatetime(utc_now() - timedelta(minutes=20))
    return start


def _log(things: Things) -> Mapping[str, Any]:
    return {"practice": things.routine, "start_time": started_moment(), "local_date": DAY, "done_seconds": 60}


MATRIX: Mapping[str, Row] = {
    "plans TemplateService/ListTemplates": Row(OWN),
    "plans TemplateService/GetTemplate": Row(HIDDEN, _template_name),
    "plans TemplateService/CreateTemplate": Row(HIDDEN, lambda things: {"template": template(things)}),
    "plans TemplateService/UpdateTemplate": Row(HIDDEN, lambda things: {"template": template(things, is_named=True)}),
    "plans TemplateService/DeleteTemplate": Row(HIDDEN, _template_name),
    "plans TemplateService/StartTemplate": Row(
        HIDDEN, lambda things: {"name": things.template, "start_date": NEXT_MONDAY, "repetitions": 1}
    ),
    "plans TemplateService/StopProgram": Row(HIDDEN, lambda things: {"program": things.program, "from_date": DAY}),
    "plans PlanService/ListWeeks": Row(OWN, lambda _: {"from_date": MONDAY, "week_count": 1, "today": DAY}),
    "plans PlanService/CreateItem": Row(HIDDEN, lambda things: {"date": DAY, "activity": _of_routine(things)}),
    "plans PlanService/UpdateItem": Row(
        HIDDEN, lambda things: {"name": things.item, "revision": 1, "activity": _of_routine(things)}
    ),
    "plans PlanService/MoveItem": Row(HIDDEN, lambda things: {"name": things.item, "revision": 1, "date": LATER}),
    "plans PlanService/CopyItem": Row(HIDDEN, lambda things: {"name": things.item, "date": LATER}),
    "plans PlanService/DeleteItem": Row(HIDDEN, _item),
    "plans PlanService/UndeleteItem": Row(HIDDEN, _item),
    "plans PlanService/CopyWeek": Row(OWN, lambda _: {"from_date": MONDAY, "to_date": NEXT_MONDAY}),
    "plans PlanService/DecideItem": Row(
        HIDDEN,
        lambda things: {
            "name": things.item,
            "decision": plans_pb2.DECISION_COUNTS,
            "done": things.practised,
            "today": DAY,
        },
    ),
    "plans PlanService/ListCandidates": Row(HIDDEN, _item),
    "plans CalendarFeedService/GetCalendarFeed": Row(OWN),
    "plans CalendarFeedService/CreateCalendarFeed": Row(OWN),
    "plans CalendarFeedService/DeleteCalendarFeed": Row(OWN),
    # The library is the same for everybody.
    "plans ExerciseService/ListExercises": Row(OWN),
    "plans ExerciseService/GetExercise": Row(OWN, lambda _: {"name": EXERCISE}),
    "plans ExerciseService/ListRoutines": Row(OWN),
    "plans ExerciseService/GetRoutine": Row(HIDDEN, lambda things: {"name": things.routine}),
    "plans ExerciseService/CreateRoutine": Row(OWN, lambda _: {"routine": routine()}),
    "plans ExerciseService/UpdateRoutine": Row(HIDDEN, lambda things: {"routine": routine(things)}),
    "plans ExerciseService/DeleteRoutine": Row(HIDDEN, lambda things: {"name": things.routine}),
    "plans ExerciseService/GetTimeline": Row(HIDDEN, lambda things: {"name": things.routine}),
    "plans SessionService/LogSession": Row(HIDDEN, _log),
    "plans SessionService/ListSessions": Row(OWN, _days),
    "plans SessionService/DeleteSession": Row(HIDDEN, lambda things: {"name": things.practised}),
    "plans SessionService/GetPelvicFloorDay": Row(OWN, lambda _: {"date": DAY}),
    "plans SessionService/UpdatePelvicFloorSettings": Row(
        OWN, lambda _: {"settings": exercises_pb2.PelvicFloorSettings(daily_goal=2)}
    ),
}

# The name of what is made is nobody's to choose; an exercise and a class belong to everybody.
REFERENCES: Mapping[str, Outcome] = {
    "plans TemplateService/GetTemplate name": HIDDEN,
    "plans TemplateService/CreateTemplate template.name": OWN,
    "plans TemplateService/CreateTemplate template.weeks.days.activities.class_id": OWN,
    "plans TemplateService/CreateTemplate template.weeks.days.activities.routine": HIDDEN,
    "plans TemplateService/UpdateTemplate template.name": HIDDEN,
    "plans TemplateService/UpdateTemplate template.weeks.days.activities.class_id": OWN,
    "plans TemplateService/UpdateTemplate template.weeks.days.activities.routine": HIDDEN,
    "plans TemplateService/DeleteTemplate name": HIDDEN,
    "plans TemplateService/StartTemplate name": HIDDEN,
    "plans TemplateService/StopProgram program": HIDDEN,
    "plans PlanService/CreateItem activity.class_id": OWN,
    "plans PlanService/CreateItem activity.routine": HIDDEN,
    "plans PlanService/UpdateItem name": HIDDEN,
    "plans PlanService/UpdateItem activity.class_id": OWN,
    "plans PlanService/UpdateItem activity.routine": HIDDEN,
    "plans PlanService/MoveItem name": HIDDEN,
    "plans PlanService/CopyItem name": HIDDEN,
    "plans PlanService/DeleteItem name": HIDDEN,
    "plans PlanService/UndeleteItem name": HIDDEN,
    "plans PlanService/DecideItem name": HIDDEN,
    "plans PlanService/DecideItem done": HIDDEN,
    "plans PlanService/ListCandidates name": HIDDEN,
    "plans ExerciseService/GetExercise name": OWN,
    "plans ExerciseService/GetRoutine name": HIDDEN,
    "plans ExerciseService/CreateRoutine routine.name": OWN,
    "plans ExerciseService/CreateRoutine routine.steps.exercise": OWN,
    "plans ExerciseService/UpdateRoutine routine.name": HIDDEN,
    "plans ExerciseService/UpdateRoutine routine.steps.exercise": OWN,
    "plans ExerciseService/DeleteRoutine name": HIDDEN,
    "plans ExerciseService/GetTimeline name": HIDDEN,
    "plans SessionService/LogSession practice": HIDDEN,
    "plans SessionService/DeleteSession name": HIDDEN,
}
