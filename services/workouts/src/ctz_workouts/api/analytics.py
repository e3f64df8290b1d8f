"""AnalyticsService."""

import math
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from ctz.workouts.v1 import analytics_pb2 as pb
from ctz.workouts.v1 import analytics_pb2_grpc as pb_grpc

from ctz_chassis import resource_name
from ctz_chassis.clock import Clock, utc_now
from ctz_chassis.db import Database
from ctz_chassis.errors import InvalidArgument
from ctz_chassis.grpc_server import person_of
from ctz_workouts.api import analytics_messages as messages
from ctz_workouts.api import requests, year_messages
from ctz_workouts.api.messages import COLLECTION
from ctz_workouts.app import years
from ctz_workouts.app.fitness import fitness
from ctz_workouts.app.milestones import milestones
from ctz_workouts.app.power_profile import power_profile
from ctz_workouts.store.profiles import records_of
from ctz_workouts.store.sums import SumStore
from ctz_workouts.store.years import Shown

FIRST_YEAR, LAST_YEAR = 1970, 2200
MOST_PROJECTED_DAYS = 120
HIGHEST_PLANNED_LOAD = 2_000
LONGEST_SHOWN_NAME = 60
LONGEST_SECRET = 100


class AnalyticsServicer(pb_grpc.AnalyticsServiceServicer):
    """What follows from all workouts of the person. Every statement names the person."""

    def __init__(self, database: Database, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    def GetPowerProfile(self, request: pb.GetPowerProfileRequest, context: Any) -> pb.PowerProfile:
        """Curves, critical power, history of the FTP."""
        today = self._today(request.today)
        season = _year("season", request.season) if request.season else today.year
        ride = resource_name.parse(COLLECTION, request.workout, field="workout") if request.workout else None
        with self._database.read() as connection:
            found = power_profile(connection, person_of(context).user_id, today, season, ride)
        return messages.power_profile(found, season)

    def GetFitness(self, request: pb.GetFitnessRequest, context: Any) -> pb.Fitness:
        """Load over days and weeks."""
        first, last = requests.span(request)
        week_start, planned = requests.week_start(request.week_start), _planned(request.planned, last)
        with self._database.read() as connection:
            found = fitness(connection, person_of(context).user_id, (first, last), week_start, planned)
        return messages.fitness(found, first, last)

    def GetRecords(self, request: pb.GetRecordsRequest, context: Any) -> pb.Records:
        """Records by discipline."""
        year, user_id = _year("year", request.year) if request.year else None, person_of(context).user_id
        with self._database.read() as connection:
            found, with_workouts = records_of(connection, user_id, year), SumStore(connection, user_id).years()
        return pb.Records(disciplines=[messages.discipline_records(each) for each in found], years=with_workouts)

    def GetEddington(self, _request: pb.GetEddingtonRequest, context: Any) -> pb.Eddington:
        """Eddington numbers."""
        with self._database.read() as connection:
            return messages.eddington(SumStore(connection, person_of(context).user_id).distances())

    def GetMilestones(self, request: pb.GetMilestonesRequest, context: Any) -> pb.Milestones:
        """Round numbers and streaks."""
        today = self._today(request.today)
        with self._database.read() as connection:
            return messages.milestones(milestones(connection, person_of(context).user_id, today))

    def GetYear(self, request: pb.GetYearRequest, context: Any) -> pb.YearReview:
        """One calendar year."""
        year = _year("year", request.year)
        with self._database.read() as connection:
            return year_messages.review(years.own_year(connection, person_of(context).user_id, year))

    def CreateYearShare(self, request: pb.CreateYearShareRequest, context: Any) -> pb.CreateYearShareResponse:
        """Make a public link to a year."""
        year, user_id, now = _year("year", request.year), person_of(context).user_id, self._clock()
        name = request.shown_name.strip()
        if len(name) > LONGEST_SHOWN_NAME or not name.isprintable():
            raise InvalidArgument("shown_name", f"is one line of at most {LONGEST_SHOWN_NAME} characters")
        shown = Shown(name, request.is_imperial)
        secret = self._database.run(lambda connection: years.share(connection, user_id, year, shown, now))
        response = pb.CreateYearShareResponse(secret=secret)
        response.shared_time.FromDatetime(now)
        return response

    def RevokeYearShare(self, request: pb.RevokeYearShareRequest, context: Any) -> pb.RevokeYearShareResponse:
        """End a public link."""
        year, user_id = _year("year", request.year), person_of(context).user_id
        self._database.run(lambda connection: years.revoke(connection, user_id, year))
        return pb.RevokeYearShareResponse()

    def GetSharedYear(self, request: pb.GetSharedYearRequest, _context: Any) -> pb.SharedYear:
        """The year behind a public link."""
        with self._database.read() as connection:
            found, shown = years.shared_year(connection, request.secret[:LONGEST_SECRET])
        review = year_messages.review(found, is_shared=True)
        return pb.SharedYear(review=review, shown_name=shown.shown_name, is_imperial=shown.is_imperial)

    def _today(self, text: str) -> date:
        return requests.day_to_count_from("today", text) if text else self._clock().date()


def _year(field: str, number: int) -> int:
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise InvalidArgument(field, f"is a year from {FIRST_YEAR} to {LAST_YEAR}")
    return number


def _planned(told: Iterable[pb.PlannedLoad], last: date) -> dict[date, float]:
    """Planned loads by day; of one day they add up."""
    planned: dict[date, float] = {}
    for one in told:
        day = requests.day("planned.local_date", one.local_date)
        if not timedelta() < day - last <= timedelta(days=MOST_PROJECTED_DAYS):
            raise InvalidArgument("planned.local_date", f"lies 1 to {MOST_PROJECTED_DAYS} days after to_date")
        if not math.isfinite(one.load) or not 0 <= one.load <= HIGHEST_PLANNED_LOAD:
            raise InvalidArgument("planned.load", f"is 0 to {HIGHEST_PLANNED_LOAD}")
        planned[day] = planned.get(day, 0.0) + one.load
    return planned
