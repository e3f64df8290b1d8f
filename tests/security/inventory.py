"""Every method of every contract, found in the .proto files: what is new is in here without being named."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ctz.common.v1 import auth_pb2
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message

from ctz_chassis.auth.rules import AuthRule, rule_of
from ctz_local.testing.contracts import service_descriptors, service_of

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Method:
    """One method of one service."""

    service: str
    """The service that serves it, as tokens name it (`peloton-sync`)."""
    full_name: str
    """As gRPC calls it: `/package.Service/Method`."""
    descriptor: MethodDescriptor

    @property
    def short(self) -> str:
        """`workouts WorkoutService/GetWorkout`: unique, and short enough for a table."""
        return f"{self.service} {self.full_name.rsplit('.', 1)[1]}"

    @property
    def rule(self) -> AuthRule:
        """Who may call it."""
        rule = rule_of(self.descriptor)
        assert rule is not None, f"{self.full_name} has no rule"
        return rule

    @property
    def is_for_people(self) -> bool:
        """Whether a call needs a person."""
        return self.rule.person == auth_pb2.PERSON_REQUIRED

    def request(self, **fields: Any) -> Message:
        """A request of this method."""
        return message_factory.GetMessageClass(self.descriptor.input_type)(**fields)

    def parse(self, answer: bytes) -> Message:
        """The answer of this method."""
        return message_factory.GetMessageClass(self.descriptor.output_type).FromString(answer)


def all_methods() -> Mapping[str, Method]:
    """Every method by its short name."""
    methods = [
        Method(service_of(service), f"/{service.full_name}/{each.name}", each)
        for service in service_descriptors(ROOT)
        for each in service.methods
    ]
    return {method.short: method for method in methods}


def fields_of(message: Descriptor, inside: tuple[Descriptor, ...] = ()) -> Iterator[tuple[str, FieldDescriptor]]:
    """Every field of a message at any depth, with its dotted path; a map's values stand under its own name."""
    for field in message.fields:
        yield field.name, field
        kind = field.message_type
        if kind is not None and kind.GetOptions().map_entry:
            kind = kind.fields_by_name["value"].message_type
        if kind is not None and kind not in inside and kind is not message:
            yield from ((f"{field.name}.{path}", each) for path, each in fields_of(kind, (*inside, message)))
