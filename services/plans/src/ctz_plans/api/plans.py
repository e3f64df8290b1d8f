"""PlanService."""

from collections.abc import Callable
from typing import Any, TypeVar

from ctz.plans.v1 import plans_pb2 as pb
from ctz.plans.v1 import plans_pb2_grpc as pb_grpc

from ctz_chassis import idempotency
from ctz_chassis.clock import Clock, utc_now
from ctz_chassis.db import Database
from ctz_chassis.grpc_server import person_of
from ctz_chassis.idempotency import RequestKey, request_key
from ctz_plans.api import plan_messages as messages
from ctz_plans.api import plan_requests as requests
from ctz_plans.app import items, weeks
from ctz_plans.app.items import Rider
from ctz_plans.domain.item import Item
from ctz_plans.domain.week import Week
from ctz_plans.store.tables import request_ids

T = TypeVar("T")


class PlanServicer(pb_grpc.PlanServiceServicer):
    """The person's weeks. Every statement names the person; what is not theirs does not exist."""

    def __init__(self, database: Database, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    def ListWeeks(self, request: pb.ListWeeksRequest, context: Any) -> pb.ListWeeksResponse:
        """Whole weeks with items, what was done, and totals."""
        first = Week.of(requests.day("from_date", request.from_date), request.week_start)
        today = requests.day("today", request.today)
        with self._database.read() as connection:
            found = weeks.read_weeks(
                connection,
                person_of(context).user_id,
                first,
                count=request.week_count or 1,
                today=today,
                now=self._clock(),
            )
        return messages.weeks(found)

    def CreateItem(self, request: pb.CreateItemRequest, context: Any) -> pb.PlanItem:
        """Adds an item at the end of a day."""
        day, activity = requests.day("date", request.date), requests.activity(request.activity)
        key = request_key(request)
        return self._make_item(context, key, lambda rider: items.create(rider, day, activity))

    def UpdateItem(self, request: pb.UpdateItemRequest, context: Any) -> pb.PlanItem:
        """Replaces what an item asks for."""
        item_id, activity = requests.item_id(request.name), requests.activity(request.activity)
        return messages.item(
            self._change(context, lambda rider: items.update(rider, item_id, request.revision, activity))
        )

    def MoveItem(self, request: pb.MoveItemRequest, context: Any) -> pb.PlanItem:
        """Moves an item to a place of a day."""
        item_id, day, place = requests.item_id(request.name), requests.day("date", request.date), request.position
        position = requests.place(place)
        return messages.item(
            self._change(context, lambda rider: items.move(rider, item_id, request.revision, day, position))
        )

    def CopyItem(self, request: pb.CopyItemRequest, context: Any) -> pb.PlanItem:
        """Puts a copy of an item at the end of a day."""
        item_id, day = requests.item_id(request.name), requests.day("date", request.date)
        return self._make_item(context, request_key(request), lambda rider: items.copy(rider, item_id, day))

    def DeleteItem(self, request: pb.DeleteItemRequest, context: Any) -> pb.DeleteItemResponse:
        """Deletes an item."""
        item_id = requests.item_id(request.name)
        self._change(context, lambda rider: items.delete(rider, item_id))
        return pb.DeleteItemResponse()

    def UndeleteItem(self, request: pb.UndeleteItemRequest, context: Any) -> pb.PlanItem:
        """Brings a deleted item back, within a day."""
        item_id = requests.item_id(request.name)
        return messages.item(self._change(context, lambda rider: items.undelete(rider, item_id)))

    def CopyWeek(self, request: pb.CopyWeekRequest, context: Any) -> pb.CopyWeekResponse:
        """Copies the own items of a week to another week."""
        from_day, to_day = requests.day("from_date", request.from_date), requests.day("to_date", request.to_date)
        key = request_key(request)

        def make(rider: Rider) -> bytes:
            count = items.copy_week(rider, from_day, to_day)
            return pb.CopyWeekResponse(item_count=count).SerializeToString()

        return pb.CopyWeekResponse.FromString(self._once(context, key, make))

    def DecideItem(self, request: pb.DecideItemRequest, context: Any) -> pb.PlanItem:
        """Keeps the rider's own word on an item."""
        item_id, (decision, ref) = requests.item_id(request.name), requests.decision(request)
        today = requests.day("today", request.today)
        Week.of(today, request.week_start)  # refused before anything is kept

        def work(rider: Rider) -> pb.PlanItem:
            decided = items.decide(rider, item_id, decision, ref)
            line = weeks.read_line(
                rider.connection,
                rider.user_id,
                decided,
                week_start=request.week_start,
                today=today,
                now=rider.now,
            )
            return messages.line(line)

        return self._change(context, work)

    def ListCandidates(self, request: pb.ListCandidatesRequest, context: Any) -> pb.ListCandidatesResponse:
        """What could be counted for an item."""
        item_id = requests.item_id(request.name)
        with self._database.read() as connection:
            found = weeks.candidates(connection, person_of(context).user_id, item_id, self._clock())
        return pb.ListCandidatesResponse(candidates=[messages.done_activity(fact) for fact in found])

    def _make_item(self, context: Any, key: RequestKey, make: Callable[[Rider], Item]) -> pb.PlanItem:
        answer = self._once(context, key, lambda rider: messages.item(make(rider)).SerializeToString())
        return pb.PlanItem.FromString(answer)

    def _once(self, context: Any, key: RequestKey, make: Callable[[Rider], bytes]) -> bytes:
        return self._change(
            context,
            lambda rider: idempotency.once(rider.connection, request_ids, rider.user_id, key, lambda: make(rider)).body,
        )

    def _change(self, context: Any, work: Callable[[Rider], T]) -> T:
        user_id, now = person_of(context).user_id, self._clock()
        return self._database.run(lambda connection: work(Rider(connection, user_id, now)))
