"""Golden files: one for each type of event, with every form that its bytes ever had.

A file holds the headers of the event and its generations, oldest first. A generation is a message with every field
set, as canonical JSON and as bytes. When a message gets a field, `python -m events.write` (in
`tests/contract`) adds a generation; those before stay, and are read by today's code in every run.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from google.protobuf import json_format, message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from ctz_chassis.events import Event

ROOT = Path(__file__).parents[3]
FOLDER = Path(__file__).parent / "golden"
USER_ID = "0190a000-0000-7000-8000-00000000000a"
EVENT_ID = UUID("0190a000-0000-7000-8000-0000000000ee")
TIME = datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=UTC)

_ROW = re.compile(r"^\| `([a-z-]+(?:\.[a-z_]+)+\.v\d+)`", re.MULTILINE)
_KINDS = FieldDescriptor
_WHOLE = {_KINDS.TYPE_INT32, _KINDS.TYPE_INT64, _KINDS.TYPE_UINT32, _KINDS.TYPE_UINT64}
# What a field holds where its name promises a form.
_FORMED: Mapping[str, Any] = {"user_id": USER_ID, "local_date": "2026-03-01", "seconds": 1_772_368_215}


@dataclass(frozen=True, slots=True)
class Generation:
    """One form of a message: its fields in JSON, and its bytes."""

    fields: dict[str, Any]
    data: bytes


@dataclass(frozen=True, slots=True)
class Golden:
    """What is known of one type of event."""

    type: str
    headers: dict[str, str]
    generations: list[Generation]

    @classmethod
    def read(cls, event_type: str) -> "Golden":
        """Read the file of a type."""
        content = json.loads((FOLDER / f"{event_type}.json").read_text("utf-8"))
        generations = [Generation(each["message"], bytes.fromhex(each["bytes"])) for each in content["generations"]]
        return cls(event_type, content["headers"], generations)

    def write(self) -> None:
        """Write the file."""
        generations = [{"message": each.fields, "bytes": each.data.hex()} for each in self.generations]
        content = {"headers": self.headers, "generations": generations}
        (FOLDER / f"{self.type}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def documented_types() -> list[str]:
    """The types that docs/events.md lists."""
    return sorted(_ROW.findall((ROOT / "docs/events.md").read_text("utf-8")))


def golden_types() -> list[str]:
    """The types that have a golden file."""
    return sorted(path.name.removesuffix(".json") for path in FOLDER.glob("*.json"))


def message_type(event_type: str) -> type[Message]:
    """The message of a type, by the rule of names: `peloton-sync.workout.recorded.v1` is `WorkoutRecorded`.

    That a service has erased an account is told by all alike, in the message of identity; workouts of our own are told
    like synced ones, in the messages of peloton-sync.
    """
    service, *words, version = event_type.replace("-", "_").split(".")
    service = "identity" if words == ["user", "erased"] else service
    service = "peloton_sync" if words in (["workout", "recorded"], ["workout", "deleted"]) else service
    module = import_module(f"ctz.{service}.events.{version}.events_pb2")
    wanted = "".join(words).replace("_", "").lower()
    named = {name.lower(): descriptor for name, descriptor in module.DESCRIPTOR.message_types_by_name.items()}
    return message_factory.GetMessageClass(named[wanted])


def sample(event_type: str) -> Message:
    """A message of a type with every field set, to values that tell fields apart."""
    message = message_type(event_type)()
    _fill(message)
    return message


def event_of(event_type: str, data: bytes) -> Event:
    """The event that carries these bytes."""
    has_rider = "user_id" in message_type(event_type).DESCRIPTOR.fields_by_name
    return Event(EVENT_ID, event_type, event_type.partition(".")[0], USER_ID if has_rider else "", TIME, data)


def fields_of(message: Message) -> dict[str, Any]:
    """The canonical JSON of a message, under the names of the contract."""
    return dict(json_format.MessageToDict(message, preserving_proto_field_name=True))


def bytes_of(message: Message) -> bytes:
    """The bytes of a message, the same in every run."""
    return message.SerializeToString(deterministic=True)


def paths_of(descriptor: Descriptor) -> Iterator[str]:
    """Every field of a message at any depth; a point in time is one field, as it is one text in JSON."""
    for field in descriptor.fields:
        yield field.name
        if field.message_type is not None and not field.message_type.full_name.startswith("google."):
            yield from (f"{field.name}.{path}" for path in paths_of(field.message_type))


def _fill(message: Any) -> None:
    for field in message.DESCRIPTOR.fields:
        if field.message_type is not None:
            _fill(getattr(message, field.name).add() if field.is_repeated else getattr(message, field.name))
        elif field.is_repeated:
            getattr(message, field.name).extend([_value(field, 0), _value(field, 1)])
        else:
            setattr(message, field.name, _value(field, 0))


def _value(field: FieldDescriptor, place: int) -> Any:
    """A value that depends on the field and, in lists, on the place in it."""
    if field.name in _FORMED:
        return _FORMED[field.name]
    if field.type == _KINDS.TYPE_STRING:
        return f"{field.name} {place}" if field.is_repeated else field.name
    if field.type == _KINDS.TYPE_BOOL:
        return True
    if field.type == _KINDS.TYPE_ENUM and field.enum_type is not None:
        return field.enum_type.values[1].number
    if field.type == _KINDS.TYPE_BYTES:
        return bytes([field.number, place])
    number = 100 * field.number + place
    # Signed deltas go down too; floating point numbers are exact in binary.
    return number if field.type in _WHOLE else -number if field.type == _KINDS.TYPE_SINT32 else number + 0.25
