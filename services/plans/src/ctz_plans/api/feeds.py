"""CalendarFeedService."""

from typing import Any

from ctz.plans.v1 import plans_pb2 as pb
from ctz.plans.v1 import plans_pb2_grpc as pb_grpc

from ctz_chassis.clock import Clock, utc_now
from ctz_chassis.db import Database
from ctz_chassis.grpc_server import person_of
from ctz_plans.app import feeds


class CalendarFeedServicer(pb_grpc.CalendarFeedServiceServicer):
    """The person's calendar feed."""

    def __init__(self, database: Database, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    def GetCalendarFeed(self, _request: pb.GetCalendarFeedRequest, context: Any) -> pb.CalendarFeed:
        """Whether there is a feed."""
        with self._database.read() as connection:
            feed = feeds.find(connection, person_of(context).user_id)
        if feed is None:
            return pb.CalendarFeed()
        message = pb.CalendarFeed(is_active=True)
        message.create_time.FromDatetime(feed.created_at)
        if feed.last_read_at is not None:
            message.last_read_time.FromDatetime(feed.last_read_at)
        return message

    def CreateCalendarFeed(self, _request: pb.CreateCalendarFeedRequest, context: Any) -> pb.CreateCalendarFeedResponse:
        """Makes a new address; the one before stops to work."""
        user_id, now = person_of(context).user_id, self._clock()
        secret = self._database.run(lambda connection: feeds.create(connection, user_id, now))
        return pb.CreateCalendarFeedResponse(secret=secret)

    def DeleteCalendarFeed(self, _request: pb.DeleteCalendarFeedRequest, context: Any) -> pb.DeleteCalendarFeedResponse:
        """Makes the address stop to work."""
        user_id = person_of(context).user_id
        self._database.run(lambda connection: feeds.delete(connection, user_id))
        return pb.DeleteCalendarFeedResponse()
