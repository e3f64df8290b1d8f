"""Consumers: an event has one effect, in the transaction of its inbox row, however often it comes, in any order."""

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message

from ctz_chassis import inbox
from ctz_chassis.broker.ports import Together
from ctz_chassis.db import Database
from ctz_chassis.events import LAST_WORDS, Event, Poison

EventHandler = Callable[[sa.Connection, Any, Event], None]
"""Applies a decoded message within the transaction; raises `Poison` for what can never be applied."""
Preparation = Callable[[Database, Any], None]
"""Does part of what a message asks for in transactions of its own, before that of its event; at every delivery."""
Told = tuple[Any, Event]
"""A decoded message and its event."""
GroupHandler = Callable[[sa.Connection, Sequence[Told]], None]
"""Applies messages about one user within one transaction, as if one came after the other."""

_FLOATS = frozenset({FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FLOAT})


class Consumer:
    """Applies the events of one queue to one database."""

    def __init__(
        self,
        name: str,
        database: Database,
        inbox_table: sa.Table,
        handlers: Mapping[str, EventHandler],
        message_types: Mapping[str, type[Message]],
        *,
        group_handlers: Mapping[str, GroupHandler] = MappingProxyType({}),
        preparations: Mapping[str, Preparation] = MappingProxyType({}),
        max_attempts: int = 5,
        tombstones: sa.Table | None = None,
    ) -> None:
        """Events that one of `group_handlers` takes may be applied together, all others are one by one.

        With `tombstones`, events about users who have one are dropped: done with, and without effect. A deletion that
        is told again is not: it is done and answered again, as after a restore.
        """
        if missing := (set(handlers) | set(group_handlers)) - set(message_types):
            raise ValueError(f"no message type for {sorted(missing)}")
        self.name = name
        self._database = database
        self._inbox = inbox_table
        self._handlers = {kind: _one_by_one(handler) for kind, handler in handlers.items()} | dict(group_handlers)
        self._group_handlers = dict(group_handlers)
        self._message_types = dict(message_types)
        self._preparations = dict(preparations)
        self._max_attempts = max_attempts
        self._tombstones = tombstones
        self.together = Together(self._group_of, self._handle_all)
        """Handles events that are delivered together."""

    def handle(self, event: Event) -> None:
        """Apply an event once; `Poison` when it never can be, any other error when it may be later.

        The row of the inbox and the effect are one transaction. A redelivered event is counted before it is started,
        so that one which kills the process runs out of attempts like one which raises.
        """
        told = self._told(event)
        if event.redelivered:
            self._count_start(event)
        if event.type in self._preparations:
            self._preparations[event.type](self._database, told[0])
        self._apply([told])

    def _group_of(self, event: Event) -> Hashable | None:
        handler = self._group_handlers.get(event.type)
        return (event.subject, handler) if handler is not None and event.subject else None

    def _handle_all(self, events: Sequence[Event]) -> None:
        self._apply([self._told(event) for event in events])

    def _told(self, event: Event) -> Told:
        if event.type not in self._handlers:
            raise Poison("unknown_type", event.type)
        return decode(self._message_types[event.type], event), event

    def _apply(self, told: Sequence[Told]) -> None:
        """Apply events of one handler about one user in one transaction."""
        events = [event for _, event in told]
        kind = events[0].type
        tombstones = None if kind.endswith(LAST_WORDS) else self._tombstones

        def apply(connection: sa.Connection) -> None:
            are_new = inbox.first_times(connection, self._inbox, self.name, events, tombstones)
            if any(are_new):
                self._handlers[kind](connection, [each for each, is_new in zip(told, are_new, strict=True) if is_new])

        self._database.run(apply)

    def _count_start(self, event: Event) -> None:
        with self._database.begin() as connection:
            starts = inbox.count_start(connection, self._inbox, self.name, event)
        if starts > self._max_attempts:
            raise Poison("attempts_exhausted", f"{self._max_attempts} attempts")


def _one_by_one(handler: EventHandler) -> GroupHandler:
    def handle(connection: sa.Connection, told: Sequence[Told]) -> None:
        for message, event in told:
            handler(connection, message, event)

    return handle


def decode(message_type: type[Message], event: Event) -> Message:
    """Return the message of an event; raises `Poison` for what no publisher of ours sends."""
    if not event.type.startswith(f"{event.source}."):
        raise Poison("source_mismatch", event.source)
    try:
        message = message_type.FromString(event.data)
    except DecodeError as error:
        raise Poison("undecodable", str(error)) from error
    user_id = getattr(message, "user_id", None)
    if user_id is not None and user_id != event.subject:
        raise Poison("subject_mismatch", "user_id")
    for path in _not_finite(message):
        raise Poison("not_finite", path)
    return message


def _not_finite(message: Message) -> Iterator[str]:
    """Yield the paths of floating point fields that hold NaN or an infinity: no figure may be computed from them."""
    for listed, content in message.ListFields():
        field, values = _values(listed, content)
        if field.type in _FLOATS:
            if not all(map(math.isfinite, values)):
                yield listed.name
        elif field.message_type is not None and _reaches_floats(field.message_type):
            for part in values:
                yield from (f"{listed.name}.{path}" for path in _not_finite(part))


def _values(field: FieldDescriptor, content: Any) -> tuple[FieldDescriptor, Iterable[Any]]:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        return field.message_type.fields_by_name["value"], content.values()
    return field, content if field.is_repeated else (content,)


@cache
def _reaches_floats(descriptor: Descriptor) -> bool:
    """Tell whether a message of this type can hold a floating point number at any depth."""
    seen, waiting = set(), [descriptor]
    while waiting:
        current = waiting.pop()
        seen.add(current)
        for field in current.fields:
            if field.type in _FLOATS:
                return True
            if field.message_type is not None and field.message_type not in seen:
                waiting.append(field.message_type)
    return False
