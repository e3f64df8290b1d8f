"""Every question, asked by somebody else or by nobody: what is not yours does not exist."""

from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from ctz.plans.v1 import plans_pb2 as pb
from ctz.plans.v1 import plans_pb2_grpc
from google.protobuf.message import Message

from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer
from ctz_plans.store import tables

from .harness import MON, NEXT_MON, TUE, Rider, Riders, note, recorded, type_of

pytestmark = pytest.mark.component
CANARY = "canary-7f3e"
SERVICES = ("TemplateService", "PlanService", "CalendarFeedService")
METHODS = [(service, method.name) for service in SERVICES for method in pb.DESCRIPTOR.services_by_name[service].methods]
TABLES = (tables.item, tables.template, tables.program, tables.calendar_feed)


class Owned:
    """A rider's week, template and start, full of canaries."""

    def __init__(self, rider: Rider, consumer: Consumer) -> None:
        self.rider = rider
        template = pb.Template(
            title=CANARY, weeks=[pb.TemplateWeek(days=[pb.TemplateDay(activities=[type_of("climb")])] * 7)]
        )
        made = rider.templates.CreateTemplate(pb.CreateTemplateRequest(template=template))
        item = rider.put(MON, note(CANARY))
        workout = uuid7()
        consumer.handle(recorded(workout, rider.user_id, CANARY, MON))
        self.names = {
            "template": made.name,
            "program": rider.start(made.name, NEXT_MON).program,
            "item": item.name,
            "done": f"workouts/{workout}",
        }


def request_of(method: str, names: dict[str, str]) -> Message:
    """A request that would do something to what these names stand for."""
    request: Any = getattr(pb, f"{method}Request")()
    if method in {"CreateTemplate", "UpdateTemplate"}:
        weeks = [pb.TemplateWeek(days=[pb.TemplateDay(activities=[note("x"), type_of("climb")])] * 7)]
        request.template.CopyFrom(pb.Template(title="mine now", weeks=weeks, revision=1))
    values: dict[str, Any] = {
        "date": TUE,
        "from_date": MON,
        "to_date": NEXT_MON,
        "today": NEXT_MON,
        "start_date": MON,
        "repetitions": 1,
        "revision": 1,
        "decision": pb.DECISION_SKIPPED,
        "program": names["program"],
    }
    for name, value in values.items():
        if name in request.DESCRIPTOR.fields_by_name:
            setattr(request, name, value)
    if "activity" in request.DESCRIPTOR.fields_by_name:
        request.activity.CopyFrom(type_of("climb"))
    kind = "template" if "Template" in method else "item"
    if method == "UpdateTemplate":
        request.template.name = names[kind]
    elif "name" in request.DESCRIPTOR.fields_by_name:
        request.name = names[kind]
    return request


NAMING = [
    (service, method)
    for service, method in METHODS
    if {"name", "program"} & set(getattr(pb, f"{method}Request").DESCRIPTOR.fields_by_name)
    or method == "UpdateTemplate"
]


def client(server: RunningServer, service: str, user: Any) -> Any:
    return server.client(getattr(plans_pb2_grpc, f"{service}Stub"), user=user)


def everything(database: Database) -> list[Any]:
    with database.read() as connection:
        return [connection.execute(sa.select(table).order_by(*table.primary_key)).all() for table in TABLES]


@pytest.fixture
def owned(riders: Riders, consumer: Consumer) -> Owned:
    return Owned(riders(), consumer)


@pytest.mark.parametrize(("service", "method"), NAMING, ids=[method for _, method in NAMING])
def test_t089_what_is_anothers_is_not_found_like_what_is_not_there(
    owned: Owned, server: RunningServer, database: Database, service: str, method: str
) -> None:
    """The same answer word for word, and nothing changes."""
    other, before, answers = server.keys.user(), everything(database), []
    nowhere = {kind: f"{name.partition('/')[0]}/{uuid4()}" for kind, name in owned.names.items()}
    for names in (owned.names, nowhere):
        with pytest.raises(RemoteError) as refused:
            getattr(client(server, service, other), method)(request_of(method, names))
        answers.append((refused.value.code.name, refused.value.reason, refused.value.message))
    assert [("NOT_FOUND", "NOT_FOUND", "Not found.")] * 2 == answers
    assert before == everything(database)


@pytest.mark.parametrize(("service", "method"), METHODS, ids=[method for _, method in METHODS])
def test_t089_nobody_is_answered(owned: Owned, server: RunningServer, service: str, method: str) -> None:
    with pytest.raises(RemoteError) as refused:
        getattr(client(server, service, None), method)(request_of(method, owned.names))
    assert "UNAUTHENTICATED" == refused.value.code.name


@pytest.mark.parametrize(("service", "method"), sorted(set(METHODS) - set(NAMING)))
def test_t092_what_names_nothing_tells_nothing_of_others(
    owned: Owned, server: RunningServer, service: str, method: str
) -> None:
    answer = getattr(client(server, service, server.keys.user()), method)(request_of(method, owned.names))
    assert CANARY.encode() not in answer.SerializeToString()


def test_t091_anothers_workout_cannot_count_for_ones_item(owned: Owned, riders: Riders, database: Database) -> None:
    rider = riders()
    item = rider.put(MON, type_of("climb"))
    before = everything(database)
    for ref in (owned.names["done"], f"workouts/{UUID(int=5)}"):
        with pytest.raises(RemoteError) as refused:
            rider.decide(item, pb.DECISION_COUNTS, ref)
        assert "NOT_FOUND" == refused.value.code.name
    assert before == everything(database)


@pytest.mark.parametrize(("service", "method"), METHODS, ids=[method for _, method in METHODS])
def test_the_owner_is_answered_by_every_method(owned: Owned, server: RunningServer, service: str, method: str) -> None:
    """So that the refusals above mean something."""
    if method in {"UpdateItem", "DecideItem", "MoveItem"}:
        owned.names["item"] = owned.rider.put(TUE, type_of("climb")).name
    getattr(client(server, service, owned.rider.user), method)(request_of(method, owned.names))
