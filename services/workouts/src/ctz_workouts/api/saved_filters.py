"""SavedFilterService."""

from typing import Any
from uuid import UUID

from ctz.workouts.v1 import saved_filters_pb2 as pb
from ctz.workouts.v1 import saved_filters_pb2_grpc as pb_grpc
from ctz.workouts.v1 import workouts_pb2

from ctz_chassis import resource_name
from ctz_chassis.db import Database
from ctz_chassis.errors import InvalidArgument
from ctz_chassis.grpc_server import person_of
from ctz_workouts.api import requests
from ctz_workouts.store.saved_filters import SavedFilterStore

COLLECTION = "savedFilters"
LONGEST_TITLE = 60


class SavedFilterServicer(pb_grpc.SavedFilterServiceServicer):
    """The person's saved filters. Every statement names the person; what is not theirs does not exist."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ListSavedFilters(self, _request: pb.ListSavedFiltersRequest, context: Any) -> pb.ListSavedFiltersResponse:
        """All of them, in the rider's order."""
        with self._database.read() as connection:
            rows = SavedFilterStore(connection, person_of(context).user_id).all()
        return pb.ListSavedFiltersResponse(saved_filters=[_message(row) for row in rows])

    def CreateSavedFilter(self, request: pb.CreateSavedFilterRequest, context: Any) -> pb.SavedFilter:
        """Keep a filter, after the others."""
        user_id, title = person_of(context).user_id, _title(request.title)
        kept, order = _kept(request.filter), _order(request.order)
        return _message(
            self._database.run(lambda connection: SavedFilterStore(connection, user_id).add(title, kept, order))
        )

    def UpdateSavedFilter(self, request: pb.UpdateSavedFilterRequest, context: Any) -> pb.SavedFilter:
        """Rename a filter, move it among the others, or have it keep something else."""
        given, user_id = request.saved_filter, person_of(context).user_id
        saved_filter_id, values = _id(given.name), _values(request)
        place = values.pop("place", None)
        return _message(
            self._database.run(
                lambda connection: SavedFilterStore(connection, user_id).change(saved_filter_id, place=place, **values)
            )
        )

    def DeleteSavedFilter(self, request: pb.DeleteSavedFilterRequest, context: Any) -> pb.DeleteSavedFilterResponse:
        """Take a filter away."""
        user_id, saved_filter_id = person_of(context).user_id, _id(request.name)
        self._database.run(lambda connection: SavedFilterStore(connection, user_id).remove(saved_filter_id))
        return pb.DeleteSavedFilterResponse()


def _values(request: pb.UpdateSavedFilterRequest) -> dict[str, Any]:
    """What changes, by column."""
    given, values = request.saved_filter, dict[str, Any]()
    for path in request.update_mask.paths:
        if path == "title":
            values["title"] = _title(given.title)
        elif path == "filter":
            values["kept"] = _kept(given.filter)
        elif path == "order":
            values["in_order"] = _order(given.order)
        elif path == "place":
            values["place"] = given.place
        else:
            raise InvalidArgument("update_mask", f"{path[:40]!r} cannot be changed")
    if not values:
        raise InvalidArgument("update_mask", "names nothing to change")
    return values


def _message(row: Any) -> pb.SavedFilter:
    return pb.SavedFilter(
        name=resource_name.format(COLLECTION, row.saved_filter_id),
        title=row.title,
        filter=workouts_pb2.WorkoutFilter.FromString(row.kept),
        order=row.in_order,
        place=row.place,
    )


def _id(name: str) -> UUID:
    return resource_name.parse(COLLECTION, name)


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not 0 < len(title) <= LONGEST_TITLE or not title.isprintable():
        raise InvalidArgument("title", f"is 1 to {LONGEST_TITLE} letters, digits, signs and spaces")
    return title


def _kept(message: workouts_pb2.WorkoutFilter) -> bytes:
    requests.filter_of(message)
    return message.SerializeToString(deterministic=True)


def _order(number: int) -> int:
    requests.order_of(number)
    return number
