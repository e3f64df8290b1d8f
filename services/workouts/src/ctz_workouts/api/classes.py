"""ClassService."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from ctz.workouts.v1 import classes_pb2 as pb
from ctz.workouts.v1 import classes_pb2_grpc as pb_grpc

from ctz_chassis import paging
from ctz_chassis.clock import Clock, utc_now
from ctz_chassis.db import Database
from ctz_chassis.errors import NotFound
from ctz_chassis.grpc_server import person_of
from ctz_chassis.idempotency import request_key
from ctz_workouts.api import class_messages as messages
from ctz_workouts.api import class_requests as requests
from ctz_workouts.app import library, recorded_targets
from ctz_workouts.store.class_marks import MarkStore
from ctz_workouts.store.library_filters import ORDERS
from ctz_workouts.store.library_listing import LibraryListing
from ctz_workouts.store.recorded import RecordedStore

DEFAULT_PAGE, LARGEST_PAGE = 24, 100
DEFAULT_RECOMMENDED, MOST_RECOMMENDED = 12, 50


class ClassServicer(pb_grpc.ClassServiceServicer):
    """The class library. Classes belong to nobody; every statement about marks, attempts and votes names the person."""

    def __init__(self, database: Database, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    def ListClasses(self, request: pb.ListClassesRequest, context: Any) -> pb.ListClassesResponse:
        """Classes by filter, in one of several orders."""
        kept, order = requests.filter_of(request.filter), requests.order_of(request.order)
        digest = requests.digest_of(kept, order)
        after, is_similar = requests.place_of(request.page_token, digest, order)
        limit = paging.page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
        with self._database.read() as connection:
            listing = LibraryListing(connection, person_of(context).user_id)
            told = library.list_classes(listing, kept, ORDERS[order], after, limit, is_similar=is_similar)
        token = ""
        if told.page.has_more:
            token = requests.token_of(told.page.rows[-1], digest, is_similar=told.is_similar)
        return messages.class_page(told, kept.disciplines, token)

    def GetClass(self, request: pb.GetClassRequest, context: Any) -> pb.ClassView:
        """One class with everything that is known of it."""
        class_id = requests.class_id_of(request.name)
        with self._database.read() as connection:
            return messages.class_view(library.told_class(connection, class_id, person_of(context).user_id))

    def FavouriteClass(self, request: pb.FavouriteClassRequest, context: Any) -> pb.FavouriteClassResponse:
        """Mark a class as a favourite."""
        class_id, now = requests.class_id_of(request.name), self._clock()
        self._mark(context, lambda marks: marks.favour(class_id, now))
        return pb.FavouriteClassResponse()

    def UnfavouriteClass(self, request: pb.UnfavouriteClassRequest, context: Any) -> pb.UnfavouriteClassResponse:
        """Take that mark away."""
        class_id = requests.class_id_of(request.name)
        self._mark(context, lambda marks: marks.disfavour(class_id))
        return pb.UnfavouriteClassResponse()

    def RateClass(self, request: pb.RateClassRequest, context: Any) -> pb.RateClassResponse:
        """Keep the person's rating."""
        class_id, rating = requests.class_id_of(request.name), requests.rating_of(request.rating)
        self._mark(context, lambda marks: marks.rate(class_id, rating))
        return pb.RateClassResponse()

    def Recommend(self, request: pb.RecommendRequest, context: Any) -> pb.RecommendResponse:
        """Instructors and classes that fit, with reasons."""
        discipline = requests.discipline_of(request.discipline)
        count = paging.page_size(request.class_count, DEFAULT_RECOMMENDED, MOST_RECOMMENDED)
        with self._database.read() as connection:
            user_id = person_of(context).user_id
            return messages.recommendations(library.recommend(connection, user_id, discipline, count, self._clock()))

    def GetReference(self, _request: pb.GetReferenceRequest, _context: Any) -> pb.Reference:
        """Power zones and pace tables."""
        return messages.reference()

    def ListRecordedTargets(
        self, request: pb.ListRecordedTargetsRequest, context: Any
    ) -> pb.ListRecordedTargetsResponse:
        """The person's own and the shared recorded targets of a class."""
        class_id = requests.class_id_of(request.class_name, "class_name")
        with self._database.read() as connection:
            rows = RecordedStore(connection, person_of(context).user_id).of_class(class_id)
        return pb.ListRecordedTargetsResponse(recorded_targets=[messages.recorded_targets(row) for row in rows])

    def CreateRecordedTargets(self, request: pb.CreateRecordedTargetsRequest, context: Any) -> pb.RecordedTargets:
        """Keep new recorded targets."""
        user_id, class_id = person_of(context).user_id, requests.class_id_of(request.class_name, "class_name")
        draft, key, now = requests.draft_of(request), request_key(request), self._clock()

        def work(connection: sa.Connection) -> pb.RecordedTargets:
            recorded_id = recorded_targets.create(connection, user_id, class_id, draft, key, now)
            return messages.recorded_targets(recorded_targets.seen(RecordedStore(connection, user_id), recorded_id))

        return self._database.run(work)

    def UpdateRecordedTargets(self, request: pb.UpdateRecordedTargetsRequest, context: Any) -> pb.RecordedTargets:
        """Change the person's own."""
        user_id, recorded_id = person_of(context).user_id, requests.recorded_id_of(request.name)
        draft, now = requests.draft_of(request), self._clock()

        def work(connection: sa.Connection) -> pb.RecordedTargets:
            recorded_targets.update(connection, user_id, recorded_id, request.revision, draft, now)
            return messages.recorded_targets(recorded_targets.seen(RecordedStore(connection, user_id), recorded_id))

        return self._database.run(work)

    def DeleteRecordedTargets(
        self, request: pb.DeleteRecordedTargetsRequest, context: Any
    ) -> pb.DeleteRecordedTargetsResponse:
        """Take the person's own away."""
        user_id, recorded_id = person_of(context).user_id, requests.recorded_id_of(request.name)
        self._database.run(lambda connection: recorded_targets.delete(connection, user_id, recorded_id))
        return pb.DeleteRecordedTargetsResponse()

    def VoteRecordedTargets(self, request: pb.VoteRecordedTargetsRequest, context: Any) -> pb.RecordedTargets:
        """Vote on shared ones of somebody else."""
        user_id, recorded_id = person_of(context).user_id, requests.recorded_id_of(request.name)
        given = requests.vote_of(request.vote)

        def work(connection: sa.Connection) -> pb.RecordedTargets:
            recorded_targets.vote(connection, user_id, recorded_id, given)
            return messages.recorded_targets(recorded_targets.seen(RecordedStore(connection, user_id), recorded_id))

        return self._database.run(work)

    def ChooseRecordedTargets(
        self, request: pb.ChooseRecordedTargetsRequest, context: Any
    ) -> pb.ChooseRecordedTargetsResponse:
        """Analyse the person's workouts of a class by recorded targets, or no longer."""
        user_id, class_id = person_of(context).user_id, requests.class_id_of(request.class_name, "class_name")
        given = request.recorded_targets
        recorded_id = requests.recorded_id_of(given, "recorded_targets") if given else None
        count = self._database.run(
            lambda connection: recorded_targets.choose(connection, user_id, class_id, recorded_id)
        )
        return pb.ChooseRecordedTargetsResponse(workout_count=count)

    def _mark(self, context: Any, change: Callable[[MarkStore], bool]) -> None:
        user_id = person_of(context).user_id
        if not self._database.run(lambda connection: change(MarkStore(connection, user_id))):
            raise NotFound(library.CLASS_NOT_FOUND)
