"""Every question, asked by somebody else or by nobody: what is not yours does not exist."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from ctz.workouts.v1 import workouts_pb2 as pb
from google.protobuf.message import Message

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer, User
from ctz_workouts.store import tables

from .harness import START, metric_changed, performance, recorded

pytestmark = pytest.mark.component

SERVICE = pb.DESCRIPTOR.services_by_name["WorkoutService"]
METHODS = [method.name for method in SERVICE.methods]
NAMING = [method.name for method in SERVICE.methods if "name" in method.input_type.fields_by_name]
CANARY = "canary-7f3e"


@dataclass(frozen=True)
class Owned:
    """A's workout, full of canaries."""

    owner: User
    name: str


@pytest.fixture(scope="module")
def owned(server: RunningServer, consumer: Consumer) -> Owned:
    owner, workout = server.keys.user(), uuid7()
    title, instructor = f"{CANARY} ride", f"{CANARY} coach"
    consumer.handle(metric_changed(owner.user_id, 1, [(START.date(), 199)]))
    consumer.handle(recorded(workout, owner.user_id, title=title, instructor=instructor, discipline=CANARY))
    consumer.handle(performance(workout, owner.user_id))
    return Owned(owner, f"workouts/{workout}")


def request_of(method: str, name: str) -> Message:
    """A request that would do something to A's workout."""
    request: Any = getattr(pb, f"{method}Request")()
    if "name" in request.DESCRIPTOR.fields_by_name:
        request.name = name
    if method == "UpdateWorkout":
        request.notes = "mine now"
        request.update_mask.paths.append("notes")
    if method in {"SummarizePeriod", "GetCalendar"}:
        request.from_date, request.to_date = "2026-03-15", "2026-04-15"
    return request


def everything(database: Database) -> list[Any]:
    with database.read() as connection:
        tabs = (tables.workout, tables.performance, tables.rider_note, tables.tally, tables.task, tables.ridden_class)
        return [connection.execute(sa.select(table).order_by(*table.primary_key)).all() for table in tabs]


@pytest.mark.parametrize("method", NAMING)
def test_t089_anothers_workout_is_not_found_like_a_random_one(
    owned: Owned, server: RunningServer, client: Callable[..., Any], database: Database, method: str
) -> None:
    """The same answer word for word, and nothing changes."""
    other, before, answers = server.keys.user(), everything(database), []
    for name in (owned.name, f"workouts/{uuid7()}"):
        with pytest.raises(RemoteError) as refused:
            getattr(client(other), method)(request_of(method, name))
        answers.append((refused.value.code.name, refused.value.reason, refused.value.message))
    assert [("NOT_FOUND", "NOT_FOUND", "Not found.")] * 2 == answers
    assert before == everything(database)


@pytest.mark.parametrize("method", METHODS)
def test_t089_nobody_is_answered(owned: Owned, client: Callable[..., Any], method: str) -> None:
    with pytest.raises(RemoteError) as refused:
        getattr(client(None), method)(request_of(method, owned.name))
    assert "UNAUTHENTICATED" == refused.value.code.name


@pytest.mark.parametrize("method", sorted(set(METHODS) - set(NAMING)))
def test_t092_lists_search_and_counts_show_no_trace_of_another(
    owned: Owned, server: RunningServer, client: Callable[..., Any], method: str
) -> None:
    """B asks for everything, and for A's words."""
    asked = client(server.keys.user())
    requests = [request_of(method, owned.name)]
    if method == "ListWorkouts":
        filters = ({"query": CANARY}, {"instructors": [f"{CANARY} coach"]}, {"disciplines": [CANARY]})
        requests += [pb.ListWorkoutsRequest(filter=pb.WorkoutFilter(**kept)) for kept in filters]
    for request in requests:
        answer = getattr(asked, method)(request)
        assert CANARY.encode() not in answer.SerializeToString()
        assert not answer.ByteSize() or (method, 0) == ("ListWorkouts", answer.total_size)


def test_t091_a_page_token_of_another_is_refused(
    owned: Owned, server: RunningServer, client: Callable[..., Any], consumer: Consumer
) -> None:
    """A token holds a place in one rider's list, and how many workouts are in it."""
    consumer.handle(recorded(uuid7(), owned.owner.user_id, days=1))
    token = client(owned.owner).ListWorkouts(pb.ListWorkoutsRequest(page_size=1)).next_page_token
    with pytest.raises(RemoteError) as refused:
        client(server.keys.user()).ListWorkouts(pb.ListWorkoutsRequest(page_token=token))
    assert ("INVALID_ARGUMENT", "page_token") == (refused.value.code.name, refused.value.field_violations[0][0])


def test_the_owner_is_answered_by_every_method(owned: Owned, client: Callable[..., Any]) -> None:
    """So that the refusals above mean something."""
    for method in METHODS:
        getattr(client(owned.owner), method)(request_of(method, owned.name))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"notes": "x" * 4_001}, "notes"),
        ({"notes": "a\0b"}, "notes"),
        ({"perceived_exertion": 11}, "perceived_exertion"),
        ({"user_id": 1}, "update_mask"),
        ({}, "update_mask"),
    ],
)
def test_t091_only_listed_fields_can_be_changed(
    owned: Owned, client: Callable[..., Any], change: dict[str, Any], field: str
) -> None:
    request = pb.UpdateWorkoutRequest(name=owned.name)
    request.update_mask.paths.extend(change)
    for name, value in change.items():
        if name in request.DESCRIPTOR.fields_by_name:
            setattr(request, name, value)
    with pytest.raises(RemoteError) as refused:
        client(owned.owner).UpdateWorkout(request)
    assert ("INVALID_ARGUMENT", field) == (refused.value.code.name, refused.value.field_violations[0][0])
