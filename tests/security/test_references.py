"""T090, T091, T092: what a request refers to, what it smuggles in, and what an answer gives away."""

from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest
from ctz.identity.v1 import accounts_pb2
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from .cells import Outcome, Things
from .conftest import CANARY, Owner
from .inventory import Method, all_methods, fields_of
from .matrix import MATRIX, REFERENCES
from .matrix_workouts import FIRST_DAY, LAST_DAY
from .system import Answer, Member, System

pytestmark = pytest.mark.component

METHODS = all_methods()
FOR_PEOPLE = {name: method for name, method in METHODS.items() if method.is_for_people}
REFERRING_NAMES = {
    "name", "names", "workout", "program", "done", "routine", "exercise", "practice", "challenge", "member", "team",
    "class_name", "recorded_targets", "import", "primary", "absorbed", "other",
}  # fmt: skip
NOT_IDS = {"request_id"}

# Numbers that no message uses, and what a hopeful stranger puts there.
UNKNOWN_NUMBERS = (90, 91, 999, 2_047)
WIRE_VARINT, WIRE_BYTES = 0, 2


def references() -> Iterator[str]:
    """Every field of every request for people that can hold an id: `service Service/Method path`."""
    for name, method in FOR_PEOPLE.items():
        for path, field in fields_of(method.descriptor.input_type):
            is_reference = field.name in REFERRING_NAMES or field.name.endswith(("_id", "_ids"))
            if is_reference and field.type == FieldDescriptor.TYPE_STRING and field.name not in NOT_IDS:
                yield f"{name} {path}"


def put(message: Any, path: str, value: str) -> None:
    """Set one field of a message by its path; one more element where it is repeated."""
    head, _, rest = path.partition(".")
    part = getattr(message, head)
    is_repeated = message.DESCRIPTOR.fields_by_name[head].is_repeated
    if rest:
        put(part[0] if is_repeated else part, rest, value)
    elif is_repeated:
        part.append(value)
    else:
        setattr(message, head, value)


def at(message: Any, path: str) -> str:
    """Read one field of a message by its path; the first element where it is repeated."""
    for part in path.split("."):
        is_repeated = message.DESCRIPTOR.fields_by_name[part].is_repeated
        message = getattr(message, part)[0] if is_repeated else getattr(message, part)
    return str(message)


def call(system: System, method: Method, member: Member, request: bytes, **headers: str) -> Answer:
    credentials = system.credentials(method.service, method.rule.callers[0], member.user)
    return system.call(method.service, method.full_name, request, metadata=[*credentials, *headers.items()])


def own_request(method: Method, things: Things) -> Message:
    return method.request(**MATRIX[method.short].fields(things))


def test_t095_every_field_that_holds_an_id_is_decided_about() -> None:
    assert sorted(REFERENCES) == sorted(references())


CODES = {
    Outcome.HIDDEN: {"NOT_FOUND"},
    Outcome.ADMINISTRATOR: {"PERMISSION_DENIED"},
    Outcome.OWN: {"OK"},
    Outcome.EVERYBODY: {"OK"},
}
# What an edit of one's own thing may come to when it is made twice.
SECOND_EDIT = {"ABORTED"}


@pytest.mark.parametrize("reference", sorted(REFERENCES))
def test_t090_anothers_id_is_refused_before_anything_is_written(
    system: System, ada: Owner, bo: Owner, reference: str
) -> None:
    """Bo's request is in order but for one id, which is Ada's, written as a name and as the id alone."""
    short, path = reference.rsplit(" ", 1)
    method = METHODS[short]
    name = at(own_request(method, ada.things), path)
    everything = system.fingerprint()
    for form in dict.fromkeys((name, name.rsplit("/", 1)[-1])):
        request: Any = own_request(method, bo.things)
        put(request, path, form)
        adas = system.fingerprint(ada.user_id)
        answer = call(system, method, bo.member, request.SerializeToString())

        assert adas == system.fingerprint(ada.user_id)
        # The id without its kind is no name where a name is asked for, and is refused as such.
        expected = CODES[REFERENCES[reference]] if form == name else {*CODES[REFERENCES[reference]], "INVALID_ARGUMENT"}
        if REFERENCES[reference] is Outcome.OWN and MATRIX[short].outcome is Outcome.HIDDEN:
            expected = expected | SECOND_EDIT
        assert answer.code.name in expected, answer.text
    if REFERENCES[reference] in {Outcome.HIDDEN, Outcome.ADMINISTRATOR}:
        assert everything == system.fingerprint()


def unknown_fields(owner: Owner) -> bytes:
    """Fields that no message has: another person's id and name, and "yes", under several numbers."""
    smuggled = b""
    for number in UNKNOWN_NUMBERS:
        for text in (str(owner.user_id), owner.things.user):
            smuggled += varint(number << 3 | WIRE_BYTES) + varint(len(text)) + text.encode()
        smuggled += varint(number << 3 | WIRE_VARINT) + b"\x01"
    return smuggled


def varint(value: int) -> bytes:
    """An integer as protobuf writes it, seven bits a byte."""
    head, rest = value & 0x7F, value >> 7
    return bytes([head]) if rest == 0 else bytes([head | 0x80]) + varint(rest)


@pytest.mark.parametrize("name", sorted(FOR_PEOPLE))
def test_t091_what_a_request_smuggles_in_is_never_applied(
    system: System, ada: Owner, nothing: Things, stranger: Callable[[str], Member], name: str
) -> None:
    """Unknown fields and headers that name Ada change neither the answer nor a row of hers, nor who Mallory is."""
    method = METHODS[name]
    plain = own_request(method, nothing).SerializeToString()
    usual = call(system, method, stranger(method.service), plain)
    mallory = stranger(method.service)
    standing = system.query(
        "SELECT is_administrator, is_active FROM identity.account WHERE id = %s", mallory.user.user_id
    )
    before = system.fingerprint(ada.user_id)
    answer = call(
        system,
        method,
        mallory,
        plain + unknown_fields(ada),
        **{"x-user-id": str(ada.user_id), "x-internal-user": ada.things.user, "ctz-administrator": "true"},
    )

    assert (usual.code, usual.reason) == (answer.code, answer.reason)
    assert before == system.fingerprint(ada.user_id)
    assert str(ada.user_id).encode() not in answer.body
    after = system.query("SELECT is_administrator, is_active FROM identity.account WHERE id = %s", mallory.user.user_id)
    assert ([] if name == "identity AccountService/DeleteAccount" else standing) == after


@pytest.mark.parametrize("path", ["is_administrator", "email", "user_id", "name", "create_time", "*", "password_hash"])
def test_t091_a_mask_opens_no_field_that_is_not_the_riders_to_change(
    system: System, stranger: Callable[[str], Member], path: str
) -> None:
    mallory = stranger("identity")
    before = system.query("SELECT a::text FROM identity.account AS a WHERE id = %s", mallory.user.user_id)
    profile = accounts_pb2.Profile(
        name="users/x", email="owned@example.org", is_administrator=True, display_name="Mallory"
    )
    request = accounts_pb2.UpdateProfileRequest(profile=profile, update_mask=FieldMask(paths=[path]))
    answer = call(system, METHODS["identity AccountService/UpdateProfile"], mallory, request.SerializeToString())

    assert grpc.StatusCode.INVALID_ARGUMENT == answer.code
    assert before == system.query("SELECT a::text FROM identity.account AS a WHERE id = %s", mallory.user.user_id)


def secrets_of(owner: Owner, system: System) -> set[bytes]:
    """What only its owner may read: names of things, words, addresses, and every id of every row of theirs."""
    words = {CANARY, owner.member.email, owner.token_secret, owner.member.session_secret, owner.join_code}
    ids = {name.rsplit("/", 1)[1] for name in vars_of(owner.things)}
    rows = system.query("SELECT workout_id::text FROM workouts.workout WHERE user_id = %s", owner.user_id)
    return {text.encode() for text in words | ids | {row[0] for row in rows} | {str(owner.user_id)}}


def vars_of(things: Things) -> list[str]:
    return [
        *(things.session, things.token, things.metric, things.workout, things.task, things.proposal, things.user),
        *(things.template, things.program, things.item, things.routine, things.practised),
        *(things.challenge, things.challenge_item, things.team),
    ]


SEARCHES: dict[str, list[dict[str, Any]]] = {
    "workouts WorkoutService/ListWorkouts": [
        {"filter": {"query": CANARY}, "page_size": 100},
        {"filter": {"query": "ride"}, "page_size": 100},
        {"filter": {"from_date": FIRST_DAY, "to_date": LAST_DAY}, "page_size": 100},
    ],
    "identity MetricService/ListMetrics": [{"kinds": [1]}],
    "identity AccountService/ListSecurityEvents": [{"page_size": 100}],
}


ENDING = ("Change", "Delete", "Disconnect", "End", "Leave", "Reauthenticate", "Revoke", "SignOut", "Stop")


@pytest.mark.parametrize("name", sorted(FOR_PEOPLE))
def test_t092_no_answer_to_another_rider_holds_a_trace_of_ada(
    system: System, ada: Owner, bo: Owner, stranger: Callable[[str], Member], name: str
) -> None:
    """Lists, searches, counts and errors, asked by a rider who has a history of their own; every canary is looked for.

    Acts that would end what Bo has are asked by a stranger.
    """
    method = METHODS[name]
    is_ending = method.descriptor.name.startswith(ENDING)
    asking = stranger(method.service) if is_ending else bo.member
    requests = [own_request(method, ada.things), own_request(method, bo.things)]
    requests += [method.request(**fields) for fields in SEARCHES.get(name, [])]
    canaries = secrets_of(ada, system)
    assert len(canaries) > len(vars_of(ada.things))
    if MATRIX[name].outcome is Outcome.EVERYBODY:
        canaries -= {CANARY.encode()}

    for request in requests:
        answer = call(system, method, asking, request.SerializeToString())
        said = answer.body + answer.text.encode()
        asked = request.SerializeToString()
        assert [] == [canary for canary in canaries if canary in said and canary not in asked]


def test_t092_the_owner_does_see_what_is_looked_for(system: System, ada: Owner) -> None:
    """The canaries are where the tests above look for them."""
    name = "workouts WorkoutService/GetWorkout"
    shown = call(system, METHODS[name], ada.member, own_request(METHODS[name], ada.things).SerializeToString())
    listed = call(system, METHODS["workouts WorkoutService/ListWorkouts"], ada.member, b"")

    assert CANARY.encode() in shown.body
    assert {canary for canary in secrets_of(ada, system) if canary in listed.body}
