"""T029: consumers of today understand what publishers of yesterday wrote, and the reverse."""

from collections.abc import Mapping

import pytest
from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet

import ctz_challenges.cli
import ctz_identity.cli.composition
import ctz_peloton_sync.cli
import ctz_plans.cli
import ctz_workouts.cli
from ctz_chassis.consumers import decode
from ctz_chassis.events import Event, Poison, from_headers, to_headers

from .golden import (
    Golden,
    bytes_of,
    documented_types,
    event_of,
    fields_of,
    golden_types,
    message_type,
    paths_of,
    sample,
)

TYPES = golden_types()
CONSUMERS: Mapping[str, Mapping[str, type[Message]]] = {
    "identity": ctz_identity.cli.composition.MESSAGE_TYPES,
    "peloton-sync": ctz_peloton_sync.cli.MESSAGE_TYPES,
    "workouts": ctz_workouts.cli.MESSAGE_TYPES,
    "plans": ctz_plans.cli.MESSAGE_TYPES,
    "challenges": ctz_challenges.cli.MESSAGE_TYPES,
}
# Field 2047 of a later version, a string of three letters.
LATER_FIELD = b"\xfa\x7f\x03new"


def present(fields: object, prefix: str = "") -> set[str]:
    """The paths that JSON holds."""
    if isinstance(fields, list):
        return set().union(*(present(each, prefix) for each in fields))
    if not isinstance(fields, dict):
        return set()
    return {f"{prefix}{name}" for name in fields}.union(
        *(present(value, f"{prefix}{name}.") for name, value in fields.items())
    )


def test_every_documented_event_has_a_golden_file_and_no_other_has_one() -> None:
    assert documented_types() == TYPES


def test_every_event_that_a_service_takes_is_documented_and_the_tables_agree() -> None:
    """Each consumer reads a type as the message that its name says."""
    read = {(event_type, message) for types in CONSUMERS.values() for event_type, message in types.items()}
    assert {event_type for event_type, _ in read} == set(TYPES)
    assert {(event_type, message_type(event_type).DESCRIPTOR.full_name) for event_type in TYPES} == {
        (event_type, message.DESCRIPTOR.full_name) for event_type, message in read
    }


@pytest.mark.parametrize("event_type", TYPES)
def test_t029_whatever_was_ever_published_is_read_as_it_was_meant(event_type: str) -> None:
    """Every generation of bytes still gives its fields, none of them unknown, through every consumer's own decoder."""
    golden = Golden.read(event_type)
    readers = [types[event_type] for types in CONSUMERS.values() if event_type in types]
    assert readers
    for generation in golden.generations:
        event = from_headers(golden.headers, generation.data)
        for reader in readers:
            message = decode(reader, event)
            assert generation.fields == fields_of(message)
            assert 0 == len(UnknownFieldSet(message))


@pytest.mark.parametrize("event_type", TYPES)
def test_t029_what_is_published_today_is_what_is_on_file(event_type: str) -> None:
    """Consumers of yesterday read fields by number and type: both are pinned by the bytes."""
    message, newest = sample(event_type), Golden.read(event_type).generations[-1]
    command = "in tests/contract run `python -m events.write` and read its difference"
    assert newest.fields == fields_of(message), command
    assert newest.data == bytes_of(message), command


@pytest.mark.parametrize("event_type", TYPES)
def test_t029_the_file_holds_every_field_of_the_message(event_type: str) -> None:
    assert set(paths_of(message_type(event_type).DESCRIPTOR)) == present(Golden.read(event_type).generations[-1].fields)


@pytest.mark.parametrize("event_type", TYPES)
def test_t029_a_field_of_tomorrow_disturbs_no_consumer_of_today(event_type: str) -> None:
    golden = Golden.read(event_type)
    newest = golden.generations[-1]
    event = from_headers(golden.headers, newest.data + LATER_FIELD)
    for types in CONSUMERS.values():
        if event_type in types:
            assert newest.fields == fields_of(decode(types[event_type], event))


@pytest.mark.parametrize("event_type", TYPES)
def test_the_headers_are_cloudevents_of_version_1_and_stay_so(event_type: str) -> None:
    golden = Golden.read(event_type)
    event = event_of(event_type, golden.generations[-1].data)
    assert golden.headers == to_headers(event)
    assert event == from_headers(golden.headers, event.data)
    needed = {"cloudEvents:specversion", "cloudEvents:id", "cloudEvents:type", "cloudEvents:source", "cloudEvents:time"}
    assert needed <= set(golden.headers) <= {*needed, "cloudEvents:subject"}


@pytest.mark.parametrize(
    "event_type", [each for each in TYPES if "user_id" in message_type(each).DESCRIPTOR.fields_by_name]
)
def test_an_event_about_one_rider_under_the_name_of_another_is_refused(event_type: str) -> None:
    golden = Golden.read(event_type)
    event = event_of(event_type, golden.generations[-1].data)
    forged = Event(event.id, event.type, event.source, str(event.id), event.time, event.data)
    for types in CONSUMERS.values():
        if event_type in types:
            with pytest.raises(Poison):
                decode(types[event_type], forged)
