"""WorkoutService."""

from typing import Any
from uuid import UUID

from ctz.workouts.v1 import workouts_pb2 as pb
from ctz.workouts.v1 import workouts_pb2_grpc as pb_grpc

from ctz_chassis import paging, resource_name
from ctz_chassis.clock import Clock, utc_now
from ctz_chassis.db import Database
from ctz_chassis.errors import InvalidArgument
from ctz_chassis.grpc_server import person_of
from ctz_workouts.api import messages, requests, whole_workout
from ctz_workouts.app import browsing, own, reading
from ctz_workouts.app.preview import preview_ftp
from ctz_workouts.store.archive import archive_head
from ctz_workouts.store.periods import Periods
from ctz_workouts.store.stacks import stacks_around

DEFAULT_PAGE, LARGEST_PAGE = 25, 100
DEFAULT_OF_A_DAY, MOST_OF_A_DAY = 4, 20
DEFAULT_CHANGES, MOST_CHANGES = 20, 100


class WorkoutServicer(pb_grpc.WorkoutServiceServicer):
    """The person's workouts. Every statement names the person; what is not theirs does not exist."""

    def __init__(self, database: Database, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    def ListWorkouts(self, request: pb.ListWorkoutsRequest, context: Any) -> pb.ListWorkoutsResponse:
        """Workouts by filter, in one of several orders, with pages both ways."""
        kept, first_weekday = requests.filter_of(request.filter), requests.week_start(request.week_start)
        order, user_id = requests.order_of(request.order), person_of(context).user_id
        digest = requests.digest_of(user_id, kept, request.order, first_weekday)
        at = requests.place_of(request.page_token, digest, order)
        limit = paging.page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
        with self._database.read() as connection:
            found = browsing.browse(connection, user_id, kept, order, at=at, limit=limit)
            days = [] if order.has_rank else [row.local_date for row in found.page.rows]
            weeks = Periods(connection, user_id).weeks(days, first_weekday) if days else []
            stacks = stacks_around(connection, user_id, found.page.rows)
        page = found.page
        return pb.ListWorkoutsResponse(
            workouts=[messages.listed(row) for row in page.rows],
            next_page_token=requests.token_of(page.following, found.count, digest),
            previous_page_token=requests.token_of(page.previous, found.count, digest),
            total_size=found.count.total,
            is_total_size_minimum=found.count.is_minimum,
            weeks=[messages.period(week) for week in weeks],
            stacks=[messages.stack(spans) for spans in stacks],
            corrections=[messages.correction(meaning) for meaning in found.corrections],
        )

    def GetCalendar(self, request: pb.GetCalendarRequest, context: Any) -> pb.Calendar:
        """The days of at most six weeks with the workouts that a filter keeps."""
        first, last = requests.calendar_span(request)
        kept = requests.filter_of(request.filter)
        most = paging.page_size(request.workouts_per_day, DEFAULT_OF_A_DAY, MOST_OF_A_DAY)
        with self._database.read() as connection:
            days = browsing.calendar(connection, person_of(context).user_id, kept, (first, last), most)
        return pb.Calendar(days=[messages.calendar_day(day) for day in days])

    def GetWorkout(self, request: pb.GetWorkoutRequest, context: Any) -> pb.WorkoutView:
        """One workout with everything derived from it, without its series."""
        return self._view(_id(request.name), person_of(context).user_id)

    def GetSeries(self, request: pb.GetSeriesRequest, context: Any) -> pb.Series:
        """The series of a workout, thinned to a number of points."""
        if request.max_points < 0:
            raise InvalidArgument("max_points", "must not be negative")
        with self._database.read() as connection:
            user_id = person_of(context).user_id
            told = reading.told_series(
                connection, _id(request.name), user_id, request.max_points, with_w_prime=request.include_w_prime
            )
        return messages.series(told)

    def SummarizePeriod(self, request: pb.SummarizePeriodRequest, context: Any) -> pb.SummarizePeriodResponse:
        """Totals by day, week or month of a period."""
        first, last = requests.span(request)
        first_weekday = requests.week_start(request.week_start)
        with self._database.read() as connection:
            periods = Periods(connection, person_of(context).user_id).periods(first, last, request.size, first_weekday)
        return pb.SummarizePeriodResponse(periods=[messages.period(totals) for totals in periods])

    def GetArchive(self, _request: pb.GetArchiveRequest, context: Any) -> pb.Archive:
        """How much of the archive is here, and what can be filtered by."""
        with self._database.read() as connection:
            return messages.archive(archive_head(connection, person_of(context).user_id))

    def UpdateWorkout(self, request: pb.UpdateWorkoutRequest, context: Any) -> pb.WorkoutView:
        """Change the rider's own notes, tags and effort."""
        workout_id, user_id, values = _id(request.name), person_of(context).user_id, requests.note_of(request)
        revision = request.revision if request.HasField("revision") else None
        self._database.run(lambda connection: own.write_note(connection, workout_id, user_id, values, revision))
        return self._view(workout_id, user_id)

    def DeleteWorkout(self, request: pb.DeleteWorkoutRequest, context: Any) -> pb.DeleteWorkoutResponse:
        """Hide a workout."""
        workout_id, user_id, now = _id(request.name), person_of(context).user_id, self._clock()
        self._database.run(lambda connection: own.hide(connection, workout_id, user_id, now))
        return pb.DeleteWorkoutResponse()

    def UndeleteWorkout(self, request: pb.UndeleteWorkoutRequest, context: Any) -> pb.UndeleteWorkoutResponse:
        """Show a hidden workout again."""
        workout_id, user_id = _id(request.name), person_of(context).user_id
        self._database.run(lambda connection: own.show(connection, workout_id, user_id))
        return pb.UndeleteWorkoutResponse()

    def PreviewFTP(self, request: pb.PreviewFTPRequest, context: Any) -> pb.PreviewFTPResponse:
        """Which workouts a changed FTP timeline would change, and how."""
        entries = requests.timeline_of(request)
        limit = paging.page_size(request.page_size, DEFAULT_CHANGES, MOST_CHANGES)
        with self._database.read() as connection:
            found = preview_ftp(connection, person_of(context).user_id, entries, limit)
        return messages.preview(found)

    def _view(self, workout_id: UUID, user_id: UUID) -> pb.WorkoutView:
        with self._database.read() as connection:
            return whole_workout.view(reading.told_workout(connection, workout_id, user_id))


def _id(name: str) -> UUID:
    return resource_name.parse(messages.COLLECTION, name)
