"""Saved filters in memory behind their real contract."""

# ruff: noqa: N802 - methods are named by the contract

from typing import Any
from uuid import UUID, uuid4

from ctz.workouts.v1 import saved_filters_pb2

from ctz_chassis.errors import InvalidArgument, NotFound
from ctz_chassis.grpc_server import person_of
from ctz_chassis.resource_name import parse
from gateway.tests.refusals import Refused


class SavedFilterService:
    """SavedFilterService over a list a rider."""

    def __init__(self, kept: dict[UUID, list[saved_filters_pb2.SavedFilter]]) -> None:
        self.kept = kept

    def _own(self, context: Any) -> list[saved_filters_pb2.SavedFilter]:
        return self.kept[person_of(context).user_id]

    def ListSavedFilters(self, _request: Any, context: Any) -> Any:
        answer = saved_filters_pb2.ListSavedFiltersResponse(saved_filters=self._own(context))
        for place, each in enumerate(answer.saved_filters, start=1):
            each.place = place
        return answer

    def CreateSavedFilter(self, request: Any, context: Any) -> Any:
        self._check(request.title, "", context)
        made = saved_filters_pb2.SavedFilter(
            name=f"savedFilters/{uuid4()}", title=request.title, filter=request.filter, order=request.order
        )
        self.kept[person_of(context).user_id].append(made)
        return made

    def UpdateSavedFilter(self, request: Any, context: Any) -> Any:
        given, own = request.saved_filter, self._own(context)
        found = self._found(given.name, context)
        if "title" in request.update_mask.paths:
            self._check(given.title, given.name, context)
            found.title = given.title
        if "place" in request.update_mask.paths:
            own.remove(found)
            own.insert(max(given.place, 1) - 1, found)
        return found

    def DeleteSavedFilter(self, request: Any, context: Any) -> Any:
        own = self._own(context)
        own.remove(self._found(request.name, context))
        return saved_filters_pb2.DeleteSavedFilterResponse()

    def _found(self, name: str, context: Any) -> saved_filters_pb2.SavedFilter:
        parse("savedFilters", name)
        for each in self._own(context):
            if each.name == name:
                return each
        raise NotFound

    def _check(self, title: str, name: str, context: Any) -> None:
        if not title:
            raise InvalidArgument("title", "is 1 to 60 letters, digits, signs and spaces")
        if any(each.title.lower() == title.lower() and each.name != name for each in self._own(context)):
            raise Refused("ALREADY_EXISTS", "SAVED_FILTER_TITLE_TAKEN")
