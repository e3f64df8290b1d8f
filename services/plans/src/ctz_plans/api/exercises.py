"""ExerciseService."""

from typing import Any

from ctz.plans.v1 import exercises_pb2 as pb
from ctz.plans.v1 import exercises_pb2_grpc as pb_grpc

from ctz_chassis import paging
from ctz_chassis.db import Database
from ctz_chassis.errors import InvalidArgument
from ctz_chassis.grpc_server import person_of
from ctz_chassis.idempotency import request_key
from ctz_plans.api.practice_messages import (
    category_asked,
    exercise_message,
    routine_message,
    routine_wish,
    timeline_message,
)
from ctz_plans.app.practice import get_practice, get_timeline
from ctz_plans.app.practice_routines import RoutineBook, RoutinePosition
from ctz_plans.domain.library import Library
from ctz_plans.domain.practice import Collection, Exercise, PracticeName, Routine
from ctz_plans.domain.practice_errors import PracticeNotFound

DEFAULT_PAGE, LARGEST_PAGE = 50, 100
LONGEST_QUERY = 100
_ROUTINE_LIST = "routines"


class ExerciseServicer(pb_grpc.ExerciseServiceServicer):
    """The library, routines, and how a session of either runs."""

    def __init__(self, database: Database, library: Library, routines: RoutineBook) -> None:
        self._database = database
        self._library = library
        self._routines = routines

    def ListExercises(self, request: pb.ListExercisesRequest, _context: Any) -> pb.ListExercisesResponse:
        """Exercises that match, by category and title."""
        if len(request.query) > LONGEST_QUERY:
            raise InvalidArgument("query", f"must have at most {LONGEST_QUERY} characters")
        bound_to = paging.filter_digest(query=request.query, category=request.category)
        size = paging.page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
        found = self._library.matching(request.query, category_asked(request.category))
        last = paging.decode_token(request.page_token, bound_to).get("last")
        behind = _behind(found, last)
        page = behind[:size]
        token = paging.encode_token({"last": page[-1].slug}, bound_to) if len(behind) > size else ""
        return pb.ListExercisesResponse(exercises=[exercise_message(each) for each in page], next_page_token=token)

    def GetExercise(self, request: pb.GetExerciseRequest, _context: Any) -> pb.Exercise:
        """One exercise."""
        return exercise_message(self._library.exercise(_key(request.name, Collection.EXERCISES)))

    def ListRoutines(self, request: pb.ListRoutinesRequest, context: Any) -> pb.ListRoutinesResponse:
        """Routines built in and the rider's own, by title."""
        bound_to = paging.filter_digest(list=_ROUTINE_LIST)
        routines, end = self._routines.list(
            person_of(context).user_id,
            after=_position(paging.decode_token(request.page_token, bound_to)),
            page_size=paging.page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE),
        )
        token = paging.encode_token({"title": end[0], "key": end[1]}, bound_to) if end else ""
        return pb.ListRoutinesResponse(routines=[routine_message(each) for each in routines], next_page_token=token)

    def GetRoutine(self, request: pb.GetRoutineRequest, context: Any) -> pb.Routine:
        """One routine."""
        name = _routine_name(request.name)
        found = get_practice(self._database, self._library, person_of(context).user_id, name)
        if not isinstance(found, Routine):
            raise PracticeNotFound("routine")
        return routine_message(found)

    def CreateRoutine(self, request: pb.CreateRoutineRequest, context: Any) -> pb.Routine:
        """Makes a routine of the rider's own."""
        key = request_key(request)
        return routine_message(
            self._routines.create(person_of(context).user_id, routine_wish(request.routine), key=key)
        )

    def UpdateRoutine(self, request: pb.UpdateRoutineRequest, context: Any) -> pb.Routine:
        """Replaces title, description and steps of an own routine."""
        wanted = request.routine
        name = _routine_name(wanted.name, "routine.name")
        changed = self._routines.replace(
            person_of(context).user_id, name, routine_wish(wanted), revision=wanted.revision
        )
        return routine_message(changed)

    def DeleteRoutine(self, request: pb.DeleteRoutineRequest, context: Any) -> pb.DeleteRoutineResponse:
        """Deletes an own routine."""
        self._routines.delete(person_of(context).user_id, _routine_name(request.name))
        return pb.DeleteRoutineResponse()

    def GetTimeline(self, request: pb.GetTimelineRequest, context: Any) -> pb.Timeline:
        """The phases of a session of one exercise or routine, second by second."""
        name = PracticeName.parse(request.name)
        return timeline_message(get_timeline(self._database, self._library, person_of(context).user_id, name))


def _routine_name(text: str, field: str = "name") -> PracticeName:
    return PracticeName(Collection.ROUTINES, _key(text, Collection.ROUTINES, field))


def _key(text: str, collection: Collection, field: str = "name") -> str:
    name = PracticeName.parse(text, field)
    if name.collection is not collection:
        raise InvalidArgument(field, f"must look like {collection}/{{id}}")
    return name.key


def _behind(found: list[Exercise], last: object) -> list[Exercise]:
    """What comes after the exercise of that slug; an exercise of the list that a token names is always there."""
    if last is None:
        return found
    slugs = [exercise.slug for exercise in found]
    if last not in slugs:
        raise InvalidArgument("page_token", "does not belong to this list; start again without it")
    return found[slugs.index(str(last)) + 1 :]


def _position(payload: dict[str, Any]) -> RoutinePosition | None:
    if not payload:
        return None
    try:
        return str(payload["title"]), str(payload["key"])
    except KeyError:
        raise InvalidArgument("page_token", "does not belong to this list; start again without it") from None
