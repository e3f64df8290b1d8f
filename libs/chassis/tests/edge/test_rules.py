"""Who passes a rule, for every field of it; and that no rule means nobody."""

from uuid import uuid4

import pytest
from ctz.common.v1 import auth_pb2
from ctz.identity.v1 import metrics_pb2
from google.protobuf import descriptor_pb2, descriptor_pool

from ctz_chassis.auth.rules import (
    AdministratorRequired,
    AuthRule,
    Caller,
    CallerNotAllowed,
    FreshSignInRequired,
    MethodWithoutRule,
    PersonRequired,
    ScopeRequired,
    authorize,
    rule_of,
    rules_of,
)
from ctz_chassis.auth.tokens import Person

FOR_PEOPLE = AuthRule(callers=["gateway"], person=auth_pb2.PERSON_REQUIRED)


def person(**changes: object) -> Person:
    fields = {"is_administrator": False, "scopes": None, "is_fresh": False, **changes}
    return Person(user_id=uuid4(), session_id=uuid4(), **fields)


def test_a_method_without_a_rule_admits_nobody() -> None:
    with pytest.raises(MethodWithoutRule):
        authorize(None, Caller("gateway", person(is_administrator=True)))


def test_a_rule_that_does_not_speak_of_people_is_no_rule() -> None:
    """`option (auth) = { callers: ["gateway"] }` without `person` must not open the method."""
    file = descriptor_pb2.FileDescriptorProto(
        name="unruled.proto", package="unruled", syntax="proto3", dependency=["ctz/common/v1/auth.proto"]
    )
    file.message_type.add(name="Nothing")
    service = file.service.add(name="Unruled")
    service.method.add(name="Bare", input_type=".unruled.Nothing", output_type=".unruled.Nothing")
    half = service.method.add(name="Half", input_type=".unruled.Nothing", output_type=".unruled.Nothing")
    half.options.Extensions[auth_pb2.auth].callers.append("gateway")
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(file.SerializeToString())
    descriptor = pool.FindServiceByName("unruled.Unruled")

    assert {} == rules_of([descriptor])
    assert rule_of(descriptor.methods_by_name["Half"]) is None


def test_rules_are_read_from_the_contract() -> None:
    rules = rules_of([metrics_pb2.DESCRIPTOR.services_by_name["MetricService"]])

    rule = rules["/ctz.identity.v1.MetricService/ListMetrics"]
    assert ["gateway", "front"] == list(rule.callers)
    assert ("metrics:read", True, True) == (rule.scope, rule.tools, rule.idempotent)


def test_only_named_services_may_call() -> None:
    authorize(FOR_PEOPLE, Caller("gateway", person()))

    with pytest.raises(CallerNotAllowed):
        authorize(FOR_PEOPLE, Caller("plans", person()))


def test_a_method_for_people_needs_one() -> None:
    with pytest.raises(PersonRequired):
        authorize(FOR_PEOPLE, Caller("gateway", None))
    authorize(AuthRule(callers=["gateway"], person=auth_pb2.PERSON_NONE), Caller("gateway", None))


def test_administrators_and_fresh_sign_in_are_asked_for_where_the_rule_says() -> None:
    administrators = AuthRule(callers=["gateway"], person=auth_pb2.PERSON_REQUIRED, administrator=True)
    fresh = AuthRule(callers=["gateway"], person=auth_pb2.PERSON_REQUIRED, fresh=True)

    with pytest.raises(AdministratorRequired):
        authorize(administrators, Caller("gateway", person()))
    with pytest.raises(FreshSignInRequired):
        authorize(fresh, Caller("gateway", person()))
    authorize(administrators, Caller("gateway", person(is_administrator=True)))
    authorize(fresh, Caller("gateway", person(is_fresh=True)))


def test_an_access_token_reaches_only_methods_for_tools_with_its_scope() -> None:
    tools = AuthRule(callers=["front"], person=auth_pb2.PERSON_REQUIRED, tools=True, scope="workouts:read")
    token = person(scopes=frozenset({"workouts:read"}))

    authorize(tools, Caller("front", token))
    for rule, who in (
        (tools, person(scopes=frozenset({"metrics:read"}))),
        (tools, person(scopes=frozenset())),
        (AuthRule(callers=["front"], person=auth_pb2.PERSON_REQUIRED, scope="workouts:read"), token),
        (AuthRule(callers=["front"], person=auth_pb2.PERSON_REQUIRED, tools=True), token),
    ):
        with pytest.raises(ScopeRequired):
            authorize(rule, Caller("front", who))
