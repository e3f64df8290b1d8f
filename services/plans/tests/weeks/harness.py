"""A rider with stubs, events as others publish them, and words to say what is planned. Days are of June 2026."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from ctz.challenges.events.v1 import events_pb2 as challenges
from ctz.common.v1 import activity_pb2 as common
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.plans.v1 import exercises_pb2, exercises_pb2_grpc, plans_pb2_grpc
from ctz.plans.v1 import plans_pb2 as pb
from ctz.workouts.events.v1 import events_pb2 as workouts
from google.protobuf.message import Message

from ctz_chassis.errors import RemoteError
from ctz_chassis.events import Event, new_event
from ctz_chassis.testing import User
from ctz_plans.consumers.challenges import DECIDED, MEMBERSHIP, UPDATED
from ctz_plans.consumers.workouts import ABSORBED, ANALYZED, DELETED, RECORDED

MON, TUE, WED, THU, FRI, SAT, SUN = (f"2026-06-0{number}" for number in range(1, 8))
NEXT_MON, LAST_SUN = "2026-06-08", "2026-05-31"
MONDAY, SUNDAY = 0, 6


@dataclass(frozen=True)
class Rider:
    """Somebody with an account, and what they can ask."""

    user: User
    plan: plans_pb2_grpc.PlanServiceStub
    templates: plans_pb2_grpc.TemplateServiceStub
    feed: plans_pb2_grpc.CalendarFeedServiceStub
    sessions: exercises_pb2_grpc.SessionServiceStub
    practice: exercises_pb2_grpc.ExerciseServiceStub

    @property
    def user_id(self) -> UUID:
        return self.user.user_id

    def put(self, day: str, activity: common.Activity, request_id: str = "") -> pb.PlanItem:
        return self.plan.CreateItem(pb.CreateItemRequest(date=day, activity=activity, request_id=request_id))

    def make_routine(self, title: str) -> str:
        steps = [exercises_pb2.RoutineStep(exercise="exercises/cat-and-cow")]
        wanted = exercises_pb2.Routine(title=title, steps=steps)
        return self.practice.CreateRoutine(exercises_pb2.CreateRoutineRequest(routine=wanted)).name

    def delete_routine(self, name: str) -> None:
        self.practice.DeleteRoutine(exercises_pb2.DeleteRoutineRequest(name=name))

    def week(self, day: str = MON, *, today: str = NEXT_MON, week_start: int = MONDAY) -> pb.PlanWeek:
        return self.weeks(day, today=today, week_start=week_start).weeks[0]

    def weeks(
        self, day: str = MON, *, today: str = NEXT_MON, week_start: int = MONDAY, count: int = 1
    ) -> pb.ListWeeksResponse:
        return self.plan.ListWeeks(
            pb.ListWeeksRequest(from_date=day, week_count=count, week_start=week_start, today=today)
        )

    def decide(self, item: pb.PlanItem, decision: "pb.Decision.ValueType", done: str = "") -> pb.PlanItem:
        return self.plan.DecideItem(
            pb.DecideItemRequest(name=item.name, decision=decision, done=done, week_start=MONDAY, today=NEXT_MON)
        )

    def start(
        self, template: str, day: str, repetitions: int = 1, week_start: int = MONDAY
    ) -> pb.StartTemplateResponse:
        return self.templates.StartTemplate(
            pb.StartTemplateRequest(name=template, start_date=day, repetitions=repetitions, week_start=week_start)
        )


Riders = Callable[[], Rider]
"""Makes somebody new, with stubs of their own."""


def type_of(class_type: str, minutes: int = 45, discipline: str = "cycling") -> common.Activity:
    return common.Activity(
        kind=common.ACTIVITY_KIND_CLASS_TYPE,
        title=f"{minutes} min {class_type}",
        class_type=class_type,
        discipline=discipline,
        duration_seconds=minutes * 60,
    )


def note(text: str) -> common.Activity:
    return common.Activity(kind=common.ACTIVITY_KIND_NOTE, title=text)


def titles(week: pb.PlanWeek) -> dict[str, list[str]]:
    """Titles of the items, by day, in their order; days without items are left out."""
    return {day.date: [item.activity.title for item in day.items] for day in week.days if day.items}


def states(week: pb.PlanWeek) -> list[str]:
    """How the items stand, in order: `done a`, `missed`, with the title of what counts and "!" for the rider's word."""
    told = []
    for day in week.days:
        for item in day.items:
            name = pb.ItemState.Name(item.state).removeprefix("ITEM_STATE_").lower()
            told.append(" ".join([name, *([item.done.title] if item.HasField("done") else []), *"!" * item.is_decided]))
    return told


def unplanned(week: pb.PlanWeek) -> list[str]:
    return [done.title for day in week.days for done in day.unplanned]


@contextmanager
def refused(code: str, reason: str = "", field: str = "") -> Iterator[None]:
    """A call inside must be refused like this."""
    with pytest.raises(RemoteError) as error:
        yield
    assert code == error.value.code.name
    assert not reason or reason == error.value.reason
    assert not field or field == error.value.field_violations[0][0]


def event(kind: str, message: Message, user_id: UUID | None) -> Event:
    return new_event(kind, source=kind.split(".", 1)[0], user_id=user_id, message=message)


def recorded(workout: UUID, user: UUID, title: str, day: str, revision: int = 1, **given: Any) -> Event:
    """A 45-minute Power Zone ride at seven in the morning, or at another hour of UTC."""
    start = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
    start += timedelta(hours=given.pop("utc_hour", 7))
    fields: dict[str, Any] = {
        "discipline": "cycling",
        "class_type": "power_zone",
        "class_id": "a" * 32,
        "duration_seconds": 2700,
    } | given
    elapsed = fields.pop("elapsed_seconds", None)
    message = peloton.WorkoutRecorded(
        workout_id=str(workout), user_id=str(user), revision=revision, title=title, local_date=day, **fields
    )
    message.start_time.FromDatetime(start)
    if elapsed is not None:
        message.end_time.FromDatetime(start + timedelta(seconds=elapsed))
    return event(RECORDED, message, user)


def deleted(workout: UUID, user: UUID, revision: int) -> Event:
    message = peloton.WorkoutDeleted(workout_id=str(workout), user_id=str(user), revision=revision)
    return event(DELETED, message, user)


def analyzed(workout: UUID, user: UUID, load: float | None, revision: int = 1) -> Event:
    zones = [600, 500, 400, 300, 200, 100, 0]
    message = workouts.WorkoutAnalyzed(
        workout_id=str(workout), user_id=str(user), revision=revision, load=load, zone_seconds=zones
    )
    return event(ANALYZED, message, user)


def absorbed(workout: UUID, user: UUID, into: UUID | None, revision: int = 1) -> Event:
    message = workouts.WorkoutAbsorbed(
        workout_id=str(workout), user_id=str(user), revision=revision, into_workout_id=str(into) if into else ""
    )
    return event(ABSORBED, message, user)


def scheduled(item: UUID, day: str, activity: common.Activity, **given: Any) -> challenges.ScheduledItem:
    return challenges.ScheduledItem(item_id=str(item), date=day, activity=activity, **{"last_date": day} | given)


def challenge(
    challenge_id: UUID, revision: int = 1, items: Sequence[challenges.ScheduledItem] = (), **given: Any
) -> Event:
    fields = {"title": "Summer of Zones", "start_date": MON, "end_date": SUN} | given
    message = challenges.ChallengeUpdated(challenge_id=str(challenge_id), revision=revision, items=items, **fields)
    return event(UPDATED, message, None)


def membership(challenge_id: UUID, user: UUID, revision: int = 1, *, is_member: bool = True, day: str = MON) -> Event:
    message = challenges.MembershipChanged(
        challenge_id=str(challenge_id), user_id=str(user), revision=revision, is_member=is_member, join_date=day
    )
    return event(MEMBERSHIP, message, user)


def decided(challenge_id: UUID, item: UUID, user: UUID, revision: int = 1, **given: Any) -> Event:
    message = challenges.ItemDecided(
        challenge_id=str(challenge_id), item_id=str(item), user_id=str(user), revision=revision, **given
    )
    return event(DECIDED, message, user)
