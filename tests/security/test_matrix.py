"""T089, T095, T116: every method of every service, called by everybody who may not call it."""

from collections.abc import Callable, Mapping

import grpc
import pytest
from ctz.common.v1 import auth_pb2

from ctz_chassis.auth.rules import rule_of
from ctz_chassis.testing import SERVICES, User
from ctz_identity.domain.tokens import SCOPES

from .cells import Outcome, Things
from .conftest import Owner
from .inventory import Method, all_methods
from .matrix import MATRIX
from .system import Answer, Member, System

pytestmark = pytest.mark.component

METHODS = all_methods()
FOR_PEOPLE = {name: method for name, method in METHODS.items() if method.is_for_people}
Cell = Callable[[Method], Answer]
UNAUTHENTICATED, DENIED = grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED


def refusals(system: System, methods: Mapping[str, Method], cell: Cell) -> dict[str, tuple[grpc.StatusCode, str]]:
    """Call every method, and see that nothing in any table of any service has changed behind the refusals."""
    before = system.fingerprint()
    answers = {name: cell(method) for name, method in methods.items()}
    assert before == system.fingerprint()
    return {name: (answer.code, answer.reason) for name, answer in answers.items()}


def every(methods: Mapping[str, Method], code: grpc.StatusCode, reason: str) -> dict[str, tuple[grpc.StatusCode, str]]:
    return dict.fromkeys(methods, (code, reason))


def request_of(method: Method, things: Things) -> bytes:
    return method.request(**MATRIX[method.short].fields(things)).SerializeToString()


def test_t095_every_method_of_every_contract_has_a_row_in_the_matrix_and_no_row_is_of_the_past() -> None:
    assert sorted(METHODS) == sorted(MATRIX)


def test_t095_every_method_says_who_may_call_it() -> None:
    ruleless = [name for name, method in METHODS.items() if rule_of(method.descriptor) is None]
    unknown = {name: set(method.rule.callers) - set(SERVICES) for name, method in METHODS.items()}
    assert [] == ruleless
    assert {} == {name: callers for name, callers in unknown.items() if callers}
    assert [] == [name for name, method in METHODS.items() if not method.rule.callers]


def test_t095_the_matrix_and_the_rules_agree_about_who_is_asking() -> None:
    assert {name for name, row in MATRIX.items() if row.outcome is Outcome.NOBODY} == set(METHODS) - set(FOR_PEOPLE)
    assert {name for name, row in MATRIX.items() if row.outcome is Outcome.ADMINISTRATOR} == {
        name for name, method in METHODS.items() if method.rule.administrator
    }
    assert [] == [name for name, method in METHODS.items() if method.rule.tools and not method.rule.scope]
    assert set(SCOPES) == {method.rule.scope for method in METHODS.values() if method.rule.tools}
    assert [] == [name for name, method in METHODS.items() if method.rule.person == auth_pb2.PERSON_UNSPECIFIED]


def test_t095_every_contract_is_served(system: System, ada: Owner) -> None:
    """A method that nobody implements would pass every refusal below."""

    def call(method: Method) -> Answer:
        credentials = system.credentials(method.service, method.rule.callers[0], ada.member.user)
        return system.call(method.service, method.full_name, b"\xff", metadata=credentials)

    answers = {name: call(method).code for name, method in METHODS.items() if not method.rule.administrator}
    assert dict.fromkeys(answers, grpc.StatusCode.INVALID_ARGUMENT) == answers


def test_t116_nobody_gets_in_without_credentials(system: System, ada: Owner) -> None:
    def call(method: Method) -> Answer:
        return system.call(method.service, method.full_name, request_of(method, ada.things))

    assert every(METHODS, UNAUTHENTICATED, "SERVICE_TOKEN_MISSING") == refusals(system, METHODS, call)


def test_t116_a_person_without_a_calling_service_is_nobody(system: System, ada: Owner) -> None:
    """A stolen user token alone opens nothing inside the network."""

    def call(method: Method) -> Answer:
        metadata = [("ctz-user", ada.member.user.token), ("authorization", f"Bearer {ada.member.user.token}")]
        return system.call(method.service, method.full_name, request_of(method, ada.things), metadata=metadata)

    assert every(METHODS, UNAUTHENTICATED, "TOKEN_REFUSED") == refusals(system, METHODS, call)


def test_t089_a_service_alone_cannot_act_for_people(system: System, ada: Owner) -> None:
    def call(method: Method) -> Answer:
        credentials = system.credentials(method.service, method.rule.callers[0])
        return system.call(method.service, method.full_name, request_of(method, ada.things), metadata=credentials)

    assert every(FOR_PEOPLE, UNAUTHENTICATED, "PERSON_REQUIRED") == refusals(system, FOR_PEOPLE, call)


@pytest.mark.parametrize("caller", SERVICES)
def test_t089_a_service_that_a_method_does_not_name_is_refused(system: System, ada: Owner, caller: str) -> None:
    """Even with a valid person behind it."""
    closed = {name: method for name, method in METHODS.items() if caller not in method.rule.callers}

    def call(method: Method) -> Answer:
        credentials = system.credentials(method.service, caller, ada.member.user)
        return system.call(method.service, method.full_name, request_of(method, ada.things), metadata=credentials)

    assert every(closed, DENIED, "CALLER_NOT_ALLOWED") == refusals(system, closed, call)


@pytest.mark.parametrize("audience", ["identity", "workouts"])
def test_t116_a_token_for_one_service_opens_no_other(system: System, ada: Owner, audience: str) -> None:
    others = {name: method for name, method in METHODS.items() if method.service != audience}

    def call(method: Method) -> Answer:
        credentials = system.credentials(audience, method.rule.callers[0], ada.member.user)
        return system.call(method.service, method.full_name, request_of(method, ada.things), metadata=credentials)

    assert every(others, UNAUTHENTICATED, "TOKEN_REFUSED") == refusals(system, others, call)


def as_person(system: System, user: User, things: Things) -> Cell:
    def call(method: Method) -> Answer:
        caller = "front" if "front" in method.rule.callers else method.rule.callers[0]
        credentials = system.credentials(method.service, caller, user)
        return system.call(method.service, method.full_name, request_of(method, things), metadata=credentials)

    return call


def test_t089_an_access_token_without_the_scope_is_refused(system: System, ada: Owner) -> None:
    """Each method for tools is tried with a token that has every other scope."""
    tools = {name: method for name, method in FOR_PEOPLE.items() if method.rule.tools}

    def call(method: Method) -> Answer:
        others = tuple(scope for scope in SCOPES if scope != method.rule.scope)
        return as_person(system, limited(system, ada, others), ada.things)(method)

    assert every(tools, DENIED, "SCOPE_REQUIRED") == refusals(system, tools, call)


def test_t089_an_access_token_reaches_no_method_that_is_not_for_tools(system: System, ada: Owner) -> None:
    closed = {
        name: method for name, method in FOR_PEOPLE.items() if not method.rule.tools and not method.rule.administrator
    }
    call = as_person(system, limited(system, ada, SCOPES), ada.things)

    assert every(closed, DENIED, "SCOPE_REQUIRED") == refusals(system, closed, call)


def limited(system: System, owner: Owner, scopes: tuple[str, ...]) -> User:
    """The person behind an access token of an owner, with these scopes."""
    token = system.keys.user_signer().issue(owner.user_id, owner.member.user.session_id, scopes=scopes)
    return User(owner.user_id, owner.member.user.session_id, token)


def test_t089_what_needs_a_fresh_sign_in_is_refused_later(system: System, ada: Owner) -> None:
    fresh = {name: method for name, method in FOR_PEOPLE.items() if method.rule.fresh}
    token = system.keys.user_signer().issue(ada.user_id, ada.member.user.session_id)
    stale = User(ada.user_id, ada.member.user.session_id, token)

    assert {
        "identity AccountService/ChangePassword",
        "identity AccountService/DeleteAccount",
        "identity TokenService/CreateToken",
        "peloton-sync ConnectionService/ConnectWithPassword",
        "peloton-sync ConnectionService/ConnectWithToken",
    } == set(fresh)
    assert every(fresh, DENIED, "FRESH_SIGN_IN_REQUIRED") == refusals(
        system, fresh, as_person(system, stale, ada.things)
    )


def test_t089_what_is_for_administrators_is_refused_to_everybody_else(system: System, ada: Owner, bo: Owner) -> None:
    closed = {name: method for name, method in METHODS.items() if MATRIX[name].outcome is Outcome.ADMINISTRATOR}
    call = as_person(system, bo.member.user, ada.things)

    assert every(closed, DENIED, "ADMINISTRATOR_REQUIRED") == refusals(system, closed, call)


@pytest.mark.parametrize("name", sorted(name for name, row in MATRIX.items() if row.outcome is Outcome.HIDDEN))
def test_t089_another_riders_things_do_not_exist(
    system: System, ada: Owner, nothing: Things, stranger: Callable[[str], Member], name: str
) -> None:
    """Word for word the answer for an id of nothing, and not a row has changed in any table."""
    method = METHODS[name]
    call = as_person(system, stranger(method.service).user, ada.things)
    before = system.fingerprint()
    refused = call(method)
    assert before == system.fingerprint()

    for_nothing = as_person(system, stranger(method.service).user, nothing)(method)
    assert grpc.StatusCode.NOT_FOUND == refused.code
    assert (for_nothing.code, for_nothing.reason) == (refused.code, refused.reason)
    assert without_request_id(for_nothing.text) == without_request_id(refused.text)


def without_request_id(text: str) -> list[str]:
    """What an error says, without what is new with every call."""
    return [line for line in text.splitlines() if "request_id" not in line and "value:" not in line]


WORKING = {Outcome.OWN, Outcome.EVERYBODY}


@pytest.mark.parametrize("name", sorted(name for name, row in MATRIX.items() if row.outcome in WORKING))
def test_t089_a_method_for_ones_own_things_leaves_another_riders_alone(
    system: System, ada: Owner, stranger: Callable[[str], Member], name: str
) -> None:
    method = METHODS[name]
    mallory = stranger(method.service)
    before = system.fingerprint(ada.user_id)
    answer = as_person(system, mallory.user, ada.things)(method)
    # What is no token is refused as such; everything else works.
    expected = grpc.StatusCode.INVALID_ARGUMENT if name.endswith("ConnectWithToken") else grpc.StatusCode.OK

    assert expected == answer.code, answer.text
    assert before == system.fingerprint(ada.user_id)
    # The name to show is the one canary that others may see, where names are asked for.
    assert MATRIX[name].outcome is Outcome.EVERYBODY or b"CANARY" not in answer.body
