"""The container of FIT: headers, definitions, records and checksums.

After Garmin's description of the protocol: a file is a header, records and a checksum; a record either defines how
messages of a local number are laid out, or is one. Nothing that a file says of its own size is believed.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ctz_workouts.formats.errors import FileDamaged, TooMuchInIt

Value = float | int | bytes
TIMESTAMP = 253
MOST_MESSAGES = 600_000
MOST_CHAINED = 50
_SHORT_HEADER, _LONG_HEADER, _CHECKSUM_BYTES = 12, 14, 2
_MAGIC_AT = slice(8, 12)
_MAGIC = b".FIT"
_COMPRESSED, _DEFINITION, _DEVELOPER = 0x80, 0x40, 0x20
_BIG_ENDIAN = 1
_BYTES_BEFORE_FIELDS = 5
_FIELD_BYTES = 3
_BASE_TYPE = 0x1F

# Number of the base type -> (format of struct, size, value that means nothing); what is not here is bytes.
_TYPES: Mapping[int, tuple[str, int, float | None]] = {
    0x00: ("B", 1, 0xFF),
    0x01: ("b", 1, 0x7F),
    0x02: ("B", 1, 0xFF),
    0x03: ("h", 2, 0x7FFF),
    0x04: ("H", 2, 0xFFFF),
    0x05: ("i", 4, 0x7FFFFFFF),
    0x06: ("I", 4, 0xFFFFFFFF),
    0x08: ("f", 4, None),
    0x09: ("d", 8, None),
    0x0A: ("B", 1, 0),
    0x0B: ("H", 2, 0),
    0x0C: ("I", 4, 0),
    0x0E: ("q", 8, 0x7FFFFFFFFFFFFFFF),
    0x0F: ("Q", 8, 0xFFFFFFFFFFFFFFFF),
    0x10: ("Q", 8, 0),
}


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its global number, and its fields by number where they mean something."""

    number: int
    fields: Mapping[int, Value]


@dataclass(frozen=True, slots=True)
class _Layout:
    """How messages of a local number are laid out; only wanted fields are in `places`."""

    number: int
    reader: struct.Struct
    size: int
    places: Sequence[tuple[int, int, float | None]]
    """Field, place in what `reader` unpacks, and the value that means nothing."""


Wanted = Mapping[int, frozenset[int]]
"""Fields by global message number that a reader asks for."""


def is_fit(head: bytes) -> bool:
    """Whether bytes begin as a FIT file does."""
    return len(head) >= _SHORT_HEADER and head[0] in {_SHORT_HEADER, _LONG_HEADER} and head[_MAGIC_AT] == _MAGIC


def messages(data: bytes, wanted: Wanted) -> Iterator[Message]:
    """Every wanted message of a file, and of files that were put behind it; `FileDamaged` where bytes contradict."""
    view, budget = memoryview(data), _Budget(MOST_MESSAGES)
    for _ in range(MOST_CHAINED):
        body, rest = _body(view)
        yield from _Records(body, wanted, budget).read()
        if len(rest) < _SHORT_HEADER or not is_fit(bytes(rest[:_LONG_HEADER])):
            return
        view = rest
    raise TooMuchInIt


def _body(view: memoryview) -> tuple[memoryview, memoryview]:
    """The records of the first file in some bytes, checked, and the bytes behind that file."""
    if not is_fit(bytes(view[:_LONG_HEADER])):
        raise FileDamaged
    header = view[0]
    end = header + int.from_bytes(view[4:8], "little")
    after = min(end + _CHECKSUM_BYTES, len(view))
    # Some writers leave the checksum out, by writing zero or nothing.
    if header >= len(view) or after - end not in {0, _CHECKSUM_BYTES}:
        raise FileDamaged
    told = int.from_bytes(view[end:after], "little")
    if told and told != checksum(view[:end]):
        raise FileDamaged
    return view[header:end], view[after:]


class _Budget:
    """How many messages may still come."""

    def __init__(self, most: int) -> None:
        self._left = most

    def spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise TooMuchInIt


class _Records:
    """The records of one file, read in order."""

    def __init__(self, body: memoryview, wanted: Wanted, budget: _Budget) -> None:
        self._body = body
        self._wanted = wanted
        self._budget = budget
        self._layouts: dict[int, _Layout] = {}
        self._clock = 0

    def read(self) -> Iterator[Message]:
        """Every wanted message."""
        at, end = 0, len(self._body)
        while at < end:
            self._budget.spend()
            head = self._body[at]
            if head & _COMPRESSED:
                self._tick(head & 0x1F)
                found, at = self._message((head >> 5) & 0x3, at + 1, is_compressed=True)
            elif head & _DEFINITION:
                at = self._define(head & 0x0F, at + 1, has_developer_fields=bool(head & _DEVELOPER))
                continue
            else:
                found, at = self._message(head & 0x0F, at + 1, is_compressed=False)
            if found is not None:
                yield found

    def _tick(self, offset: int) -> None:
        """Five bits of a time, in seconds, behind the time before."""
        self._clock += (offset - self._clock) & 0x1F

    def _message(self, local: int, at: int, *, is_compressed: bool) -> tuple[Message | None, int]:
        layout = self._layouts.get(local)
        if layout is None or at + layout.size > len(self._body):
            raise FileDamaged
        after = at + layout.size
        if not layout.places:
            return None, after
        unpacked = layout.reader.unpack_from(self._body, at)
        fields = {}
        for field, place, nothing in layout.places:
            value = unpacked[place]
            if value != nothing:
                fields[field] = value
        told = fields.get(TIMESTAMP)
        if isinstance(told, int):
            self._clock = told
        elif is_compressed:
            fields[TIMESTAMP] = self._clock
        return (Message(layout.number, fields) if layout.number in self._wanted else None), after

    def _define(self, local: int, at: int, *, has_developer_fields: bool) -> int:
        body = self._body
        if at + _BYTES_BEFORE_FIELDS > len(body):
            raise FileDamaged
        order = ">" if body[at + 1] == _BIG_ENDIAN else "<"
        number = int.from_bytes(body[at + 2 : at + 4], "big" if order == ">" else "little")
        first = at + _BYTES_BEFORE_FIELDS
        after = first + body[at + 4] * _FIELD_BYTES
        if after > len(body):
            raise FileDamaged
        fields = bytes(body[first:after])
        extra = 0
        if has_developer_fields:
            if after >= len(body) or after + 1 + body[after] * _FIELD_BYTES > len(body):
                raise FileDamaged
            developer = bytes(body[after + 1 : after + 1 + body[after] * _FIELD_BYTES])
            extra = sum(developer[1::_FIELD_BYTES])
            after += 1 + len(developer)
        self._layouts[local] = _layout(number, order, fields, extra, self._wanted.get(number, frozenset()))
        return after


def _layout(number: int, order: str, fields: bytes, extra_bytes: int, wanted: frozenset[int]) -> _Layout:
    codes, places = [order], []
    for place, at in enumerate(range(0, len(fields), _FIELD_BYTES)):
        field, size, base = fields[at : at + _FIELD_BYTES]
        # The bits above the number say that byte order matters, which some writers forget.
        code, width, nothing = _TYPES.get(base & _BASE_TYPE, ("", 0, None))
        # Arrays, texts and sizes that do not fit their type are bytes.
        codes.append(code if code and size == width else f"{size}s")
        if field in wanted or field == TIMESTAMP:
            places.append((field, place, nothing if size == width else None))
    codes.append(f"{extra_bytes}x")
    reader = struct.Struct("".join(codes))
    return _Layout(number, reader, reader.size, places)


@cache
def _checksum_table() -> tuple[int, ...]:
    """Remainders of all bytes for CRC-16/ARC, which FIT uses."""

    def remainder(byte: int) -> int:
        for _ in range(8):
            byte = (byte >> 1) ^ 0xA001 if byte & 1 else byte >> 1
        return byte

    return tuple(remainder(byte) for byte in range(256))


def checksum(data: "bytes | memoryview") -> int:
    """CRC-16/ARC of some bytes."""
    table = _checksum_table()
    found = 0
    for byte in data:
        found = (found >> 8) ^ table[(found ^ byte) & 0xFF]
    return found
