"""AnalyticsService in memory behind its real contract: invented figures about a rider's own workouts."""

# ruff: noqa: N802 - methods are named by the contract

import secrets
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from ctz.workouts.v1 import analytics_pb2 as pb

from ctz_chassis.errors import InvalidArgument, NotFound
from ctz_chassis.grpc_server import person_of
from ctz_chassis.resource_name import parse
from ctz_gateway.clients.times import stamp
from gateway.tests import made_analytics as made
from gateway.tests.fake_workouts import WorkoutStore

LONGEST_NAME = 60


@dataclass
class Share:
    """A public link to a year."""

    secret: str
    shown_name: str
    is_imperial: bool
    at: datetime


@dataclass
class ShareStore:
    """Public links by rider and year."""

    shares: dict[UUID, dict[int, Share]] = field(default_factory=lambda: defaultdict(dict))

    def put(self, owner: UUID, year: int, shown_name: str = "", *, is_imperial: bool = False) -> Share:
        """Make a link; an earlier one to the year ends."""
        share = Share(secrets.token_urlsafe(32), shown_name, is_imperial, datetime.now(UTC))
        self.shares[owner][year] = share
        return share


class AnalyticsService:
    """AnalyticsService about riders who have any workout; nobody else has anything."""

    def __init__(self, store: WorkoutStore, shares: ShareStore) -> None:
        self.store = store
        self.shares = shares

    def _workouts(self, owner: UUID) -> list[str]:
        return [view.workout.name for view in self.store.views[owner] if not view.is_hidden]

    def GetPowerProfile(self, request: Any, context: Any) -> Any:
        workouts = self._workouts(person_of(context).user_id)
        if request.workout:
            parse("workouts", request.workout)
            if request.workout not in workouts:
                raise NotFound
        if not workouts:
            return pb.PowerProfile(critical_power_absence=pb.CRITICAL_POWER_ABSENCE_TOO_FEW_EFFORTS)
        return made.power_profile(date.fromisoformat(request.today), workouts, request.workout)

    def GetFitness(self, request: Any, context: Any) -> Any:
        first, last = date.fromisoformat(request.from_date), date.fromisoformat(request.to_date)
        if [each for each in request.planned if date.fromisoformat(each.local_date) <= last]:
            raise InvalidArgument("planned", "must lie after to_date")
        if not self._workouts(person_of(context).user_id):
            return pb.Fitness()
        return made.fitness(first, last, request.planned, request.week_start)

    def GetRecords(self, request: Any, context: Any) -> Any:
        workouts = self._workouts(person_of(context).user_id)
        if not workouts:
            return pb.Records()
        today = datetime.now(UTC).date()
        disciplines = made.discipline_records(today, workouts) if request.year in {0, today.year} else []
        return pb.Records(disciplines=disciplines, years=[today.year, today.year - 1])

    def GetEddington(self, _request: Any, context: Any) -> Any:
        return made.eddington() if self._workouts(person_of(context).user_id) else pb.Eddington()

    def GetMilestones(self, request: Any, context: Any) -> Any:
        if not self._workouts(person_of(context).user_id):
            return pb.Milestones()
        return made.milestones(date.fromisoformat(request.today))

    def _review(self, owner: UUID, year: int) -> pb.YearReview:
        shown = [view.workout for view in self.store.views[owner] if view.workout.local_date.startswith(str(year))]
        if not shown:
            return pb.YearReview(year=year)
        review = made.year_review(year, self._workouts(owner))
        review.instructors[0].title, review.classes[0].title = shown[0].instructor, shown[0].title
        return review

    def GetYear(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        review = self._review(owner, request.year)
        share = self.shares.shares[owner].get(request.year)
        if share is not None:
            review.shared_time.CopyFrom(stamp(share.at))
        return review

    def CreateYearShare(self, request: Any, context: Any) -> Any:
        owner = person_of(context).user_id
        if not self._review(owner, request.year).years:
            raise NotFound
        if len(request.shown_name) > LONGEST_NAME:
            raise InvalidArgument("shown_name", "must have at most 60 characters")
        share = self.shares.put(owner, request.year, request.shown_name, is_imperial=request.is_imperial)
        return pb.CreateYearShareResponse(secret=share.secret, shared_time=stamp(share.at))

    def RevokeYearShare(self, request: Any, context: Any) -> Any:
        self.shares.shares[person_of(context).user_id].pop(request.year, None)
        return pb.RevokeYearShareResponse()

    def GetSharedYear(self, request: Any, _context: Any) -> Any:
        for years in self.shares.shares.values():
            for year, share in years.items():
                if share.secret == request.secret:
                    # What is meant for everybody carries no mark of its rider.
                    review = made.year_review(year, ())
                    del review.records[:], review.years[:]
                    for point in review.power_curve.points:
                        point.workout = ""
                        point.ClearField("watts_per_kilogram")
                    return pb.SharedYear(review=review, shown_name=share.shown_name, is_imperial=share.is_imperial)
        raise NotFound
