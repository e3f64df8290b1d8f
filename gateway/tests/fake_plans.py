"""Plans in memory behind their real contract: templates, the rider's weeks, the calendar feed."""

# ruff: noqa: N802 - methods are named by the contract

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from ctz.common.v1 import activity_pb2
from ctz.plans.v1 import plans_pb2

from ctz_chassis.errors import NotFound
from ctz_chassis.grpc_server import person_of
from ctz_gateway.clients.times import stamp
from gateway.tests.refusals import Refused
from gateway.tests.rides import NAMESPACE

DAY = timedelta(days=1)
BUILT_IN = "four-rides-a-week"
LONGEST_TITLE = 80


def today() -> date:
    """The day of the tests' riders, who live in UTC."""
    return datetime.now(UTC).date()


def endurance(minutes: int = 45) -> activity_pb2.Activity:
    """A type of class with a length."""
    return activity_pb2.Activity(
        kind=activity_pb2.ACTIVITY_KIND_CLASS_TYPE,
        title="Power Zone Endurance",
        discipline="cycling",
        class_type="power_zone_endurance",
        duration_seconds=minutes * 60,
    )


def built_in_template() -> plans_pb2.Template:
    """One that came with the product: a ride on Monday and on Thursday."""
    days = [plans_pb2.TemplateDay() for _ in range(7)]
    days[1].activities.append(endurance())
    days[4].activities.append(endurance(60))
    return plans_pb2.Template(
        name=f"templates/{BUILT_IN}",
        title="4 Rides a Week",
        description="A base.",
        weeks=[plans_pb2.TemplateWeek(days=days)],
        is_built_in=True,
        revision=1,
    )


@dataclass
class PlanStore:
    """Every rider's templates, items, what was done, feeds."""

    templates: dict[UUID, dict[str, plans_pb2.Template]] = field(default_factory=lambda: defaultdict(dict))
    items: dict[UUID, dict[str, plans_pb2.PlanItem]] = field(default_factory=lambda: defaultdict(dict))
    deleted: dict[UUID, dict[str, plans_pb2.PlanItem]] = field(default_factory=lambda: defaultdict(dict))
    done: dict[UUID, list[plans_pb2.DoneActivity]] = field(default_factory=lambda: defaultdict(list))
    programs: dict[UUID, dict[str, plans_pb2.Program]] = field(default_factory=lambda: defaultdict(dict))
    feeds: dict[UUID, str] = field(default_factory=dict)
    answered: dict[str, Any] = field(default_factory=dict)

    def add(self, owner: UUID, day: date, activity: activity_pb2.Activity, **more: Any) -> plans_pb2.PlanItem:
        """Put an item at the end of a day."""
        name = more.pop("name", f"items/{uuid4()}")
        place = sum(item.date == day.isoformat() for item in self.items[owner].values())
        item = plans_pb2.PlanItem(
            name=name, date=day.isoformat(), position=place, activity=activity, revision=1,
            origin=more.pop("origin", plans_pb2.ITEM_ORIGIN_OWN),
            state=more.pop("state", plans_pb2.ITEM_STATE_PLANNED), **more,
        )  # fmt: skip
        self.items[owner][name] = item
        return item

    def furnish(self, owner: UUID, mark: str) -> None:
        """An item of today, a template, a program, a feed, something done, all with a mark."""
        ids = {kind: uuid5(NAMESPACE, f"{mark}{kind}") for kind in ("item", "template", "program", "done", "gone")}
        note = activity_pb2.Activity(kind=activity_pb2.ACTIVITY_KIND_NOTE, title=f"{mark}note of the plan")
        program = f"programs/{ids['program']}"
        self.add(owner, today(), endurance(), name=f"items/{ids['item']}", program=program, expected_load=48)
        self.add(owner, today(), note)
        gone = self.add(owner, today(), endurance(20), name=f"items/{ids['gone']}")
        self.deleted[owner][gone.name] = self.items[owner].pop(gone.name)
        own = built_in_template()
        own.name, own.title, own.is_built_in = f"templates/{ids['template']}", f"{mark}template", False
        self.templates[owner][own.name] = own
        self.programs[owner][program] = plans_pb2.Program(
            name=program, title=f"{mark}program", first_date=today().isoformat(), week_count=2
        )
        self.done[owner].append(
            plans_pb2.DoneActivity(
                name=f"sessions/{uuid5(NAMESPACE, f'{mark}guided')}", local_date=today().isoformat(),
                start_time=stamp(datetime.now(UTC)), title=f"{mark}session", discipline="kegel",
                duration_seconds=480, is_private=True,
            )
        )  # fmt: skip
        self.feeds[owner] = f"secret-of-the-feed-{ids['item'].hex}"


class PlanService:
    """PlanService over the store; matching is what the items were given."""

    def __init__(self, store: PlanStore) -> None:
        self.store = store

    def _own(self, name: str, context: Any) -> plans_pb2.PlanItem:
        found = self.store.items[person_of(context).user_id].get(name)
        if found is None:
            raise NotFound
        return found

    def _fresh(self, request: Any, context: Any) -> plans_pb2.PlanItem:
        item = self._own(request.name, context)
        if item.revision != request.revision:
            raise Refused("ABORTED", "REVISION_STALE")
        item.revision += 1
        return item

    def ListWeeks(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        day = date.fromisoformat(request.from_date)
        first = day - DAY * ((day.weekday() - request.week_start) % 7)
        weeks = [self._week(owner, first + DAY * 7 * ahead) for ahead in range(request.week_count or 1)]
        return plans_pb2.ListWeeksResponse(weeks=weeks, programs=self.store.programs[owner].values())

    def _week(self, owner: UUID, first: date) -> plans_pb2.PlanWeek:
        days = [self._day(owner, (first + DAY * ahead).isoformat()) for ahead in range(7)]
        items = [item for day in days for item in day.items if item.activity.kind < activity_pb2.ACTIVITY_KIND_NOTE]
        done = [item for item in items if item.HasField("done")]
        unplanned = [each for day in days for each in day.unplanned]
        totals = plans_pb2.WeekTotals(
            planned_count=len(items), done_count=len(done),
            planned_seconds=sum(item.activity.duration_seconds for item in items),
            done_seconds=sum(each.duration_seconds for each in [*(item.done for item in done), *unplanned]),
            planned_load=sum(item.expected_load for item in items),
            done_load=sum(each.load for each in [*(item.done for item in done), *unplanned]),
            pelvic_floor_days=sum(any(each.discipline == "kegel" for each in day.unplanned) for day in days),
        )  # fmt: skip
        return plans_pb2.PlanWeek(start_date=first.isoformat(), days=days, totals=totals)

    def _day(self, owner: UUID, day: str) -> plans_pb2.PlanDay:
        items = sorted((item for item in self.store.items[owner].values() if item.date == day), key=_place)
        taken = {item.done.name for item in self.store.items[owner].values()}
        unplanned = [each for each in self.store.done[owner] if each.local_date == day and each.name not in taken]
        return plans_pb2.PlanDay(date=day, items=items, unplanned=unplanned)

    def CreateItem(self, request: Any, context: Any) -> Any:
        if request.request_id not in self.store.answered:
            day = date.fromisoformat(request.date)
            item = self.store.add(person_of(context).user_id, day, request.activity)
            if not request.request_id:
                return item
            self.store.answered[request.request_id] = item
        return self.store.answered[request.request_id]

    def UpdateItem(self, request: Any, context: Any) -> Any:
        item = self._fresh(request, context)
        item.activity.CopyFrom(request.activity)
        return item

    def MoveItem(self, request: Any, context: Any) -> Any:
        item = self._fresh(request, context)
        owner = person_of(context).user_id
        others = sorted(
            (each for each in self.store.items[owner].values() if each.date == request.date and each is not item),
            key=_place,
        )
        item.date = request.date
        others.insert(request.position, item)
        for place, each in enumerate(others):
            each.position = place
        return item

    def CopyItem(self, request: Any, context: Any) -> Any:
        item = self._own(request.name, context)
        return self.store.add(person_of(context).user_id, date.fromisoformat(request.date), item.activity)

    def DeleteItem(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        self._own(request.name, context)
        self.store.deleted[owner][request.name] = self.store.items[owner].pop(request.name)
        return plans_pb2.DeleteItemResponse()

    def UndeleteItem(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        if request.name not in self.store.deleted[owner]:
            raise NotFound
        self.store.items[owner][request.name] = self.store.deleted[owner].pop(request.name)
        return self.store.items[owner][request.name]

    def CopyWeek(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        first, target = date.fromisoformat(request.from_date), date.fromisoformat(request.to_date)
        copied = [
            self.store.add(owner, target + (day - first), item.activity)
            for item, day in list(_dated(self.store.items[owner]))
            if first <= day < first + 7 * DAY
        ]
        return plans_pb2.CopyWeekResponse(item_count=len(copied))

    def DecideItem(self, request: Any, context: Any) -> Any:
        item = self._own(request.name, context)
        states = {
            plans_pb2.DECISION_COUNTS: plans_pb2.ITEM_STATE_DONE,
            plans_pb2.DECISION_DONE: plans_pb2.ITEM_STATE_DONE,
            plans_pb2.DECISION_SKIPPED: plans_pb2.ITEM_STATE_SKIPPED,
        }
        item.state = states.get(request.decision, plans_pb2.ITEM_STATE_PLANNED)
        item.is_decided = request.decision != plans_pb2.DECISION_CLEAR
        item.ClearField("done")
        if request.decision == plans_pb2.DECISION_COUNTS:
            done = [each for each in self.store.done[person_of(context).user_id] if each.name == request.done]
            if not done:
                raise NotFound
            item.done.CopyFrom(done[0])
        item.revision += 1
        return item

    def ListCandidates(self, request: Any, context: Any) -> Any:
        self._own(request.name, context)
        return plans_pb2.ListCandidatesResponse(candidates=self.store.done[person_of(context).user_id][:30])


def _place(item: plans_pb2.PlanItem) -> int:
    return item.position


def _dated(items: dict[str, plans_pb2.PlanItem]) -> Iterator[tuple[plans_pb2.PlanItem, date]]:
    return ((item, date.fromisoformat(item.date)) for item in items.values())
