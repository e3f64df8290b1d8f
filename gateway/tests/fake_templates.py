"""Templates and the calendar feed in memory behind their real contract."""

# ruff: noqa: N802 - methods are named by the contract

from datetime import date
from typing import Any
from uuid import uuid4

from ctz.common.v1 import activity_pb2
from ctz.plans.v1 import plans_pb2

from ctz_chassis.errors import InvalidArgument, NotFound
from ctz_chassis.grpc_server import person_of
from gateway.tests.fake_plans import BUILT_IN, DAY, PlanStore, built_in_template
from gateway.tests.refusals import Refused


class TemplateService:
    """TemplateService over the store."""

    def __init__(self, store: PlanStore) -> None:
        self.store = store

    def _one(self, name: str, context: Any) -> plans_pb2.Template:
        if name == f"templates/{BUILT_IN}":
            return built_in_template()
        found = self.store.templates[person_of(context).user_id].get(name)
        if found is None:
            raise NotFound
        return found

    def ListTemplates(self, _request: Any, context: Any) -> Any:
        own = self.store.templates[person_of(context).user_id].values()
        return plans_pb2.ListTemplatesResponse(templates=[built_in_template(), *own])

    def GetTemplate(self, request: Any, context: Any) -> Any:
        return self._one(request.name, context)

    def CreateTemplate(self, request: Any, context: Any) -> Any:
        _must_ask(request.template)
        made = plans_pb2.Template.FromString(request.template.SerializeToString())
        made.name, made.revision, made.is_built_in = f"templates/{uuid4()}", 1, False
        self.store.templates[person_of(context).user_id][made.name] = made
        return made

    def UpdateTemplate(self, request: Any, context: Any) -> Any:
        kept = self._one(request.template.name, context)
        if kept.revision != request.template.revision:
            raise Refused("ABORTED", "REVISION_STALE")
        if not request.template.title:
            raise InvalidArgument("template.title", "must not be empty")
        _must_ask(request.template)
        kept.CopyFrom(request.template)
        kept.revision += 1
        return kept

    def DeleteTemplate(self, request: Any, context: Any) -> Any:
        self._one(request.name, context)
        del self.store.templates[person_of(context).user_id][request.name]
        return plans_pb2.DeleteTemplateResponse()

    def StartTemplate(self, request: Any, context: Any) -> Any:
        owner, template = person_of(context).user_id, self._one(request.name, context)
        first = date.fromisoformat(request.start_date)
        program = f"programs/{uuid4()}"
        made = []
        for number, week in enumerate(list(template.weeks) * request.repetitions):
            for offset in range(7):
                day = first + DAY * (7 * number + offset)
                planned = week.days[(day.weekday() + 1) % 7].activities
                made.extend(self.store.add(owner, day, each, program=program, origin=2) for each in planned)
        self.store.programs[owner][program] = plans_pb2.Program(
            name=program, title=template.title, first_date=made[0].date,
            week_count=len(template.weeks) * request.repetitions,
        )  # fmt: skip
        return plans_pb2.StartTemplateResponse(
            program=program, item_count=len(made), first_date=made[0].date, last_date=made[-1].date
        )

    def StopProgram(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        if request.program not in self.store.programs[owner]:
            raise NotFound
        gone = [
            name for name, item in self.store.items[owner].items()
            if item.program == request.program and item.date >= request.from_date
        ]  # fmt: skip
        for name in gone:
            del self.store.items[owner][name]
        return plans_pb2.StopProgramResponse(item_count=len(gone))


class CalendarFeedService:
    """CalendarFeedService over the store."""

    def __init__(self, store: PlanStore) -> None:
        self.store = store

    def GetCalendarFeed(self, _request: Any, context: Any) -> Any:
        return plans_pb2.CalendarFeed(is_active=person_of(context).user_id in self.store.feeds)

    def CreateCalendarFeed(self, _request: Any, context: Any) -> Any:
        secret = f"secret-of-the-feed-{uuid4().hex}"
        self.store.feeds[person_of(context).user_id] = secret
        return plans_pb2.CreateCalendarFeedResponse(secret=secret)

    def DeleteCalendarFeed(self, _request: Any, context: Any) -> Any:
        self.store.feeds.pop(person_of(context).user_id, None)
        return plans_pb2.DeleteCalendarFeedResponse()


def _must_ask(template: plans_pb2.Template) -> None:
    every = [each for week in template.weeks for day in week.days for each in day.activities]
    if all(each.kind >= activity_pb2.ACTIVITY_KIND_NOTE for each in every):
        raise InvalidArgument("template.weeks", "must ask for something to be done")
