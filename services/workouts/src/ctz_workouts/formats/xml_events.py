"""XML as a row of opened and closed elements. Neither entities nor document types are read, and nothing is fetched."""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from xml.parsers import expat

from ctz_workouts.formats.errors import FileDamaged, TooMuchInIt, XmlRefused

LARGEST_BYTES = 24 * 1024 * 1024
DEEPEST = 40
LONGEST_TEXT = 4_000
_LARGEST = 1e12
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?")
_CHUNK = 256 * 1024

Opened = Callable[[tuple[str, ...], dict[str, str]], None]
Closed = Callable[[tuple[str, ...], str], None]


def read_xml(data: bytes, opened: Opened, closed: Closed) -> None:
    """Tell of every element by its path of local names: opened with attributes, closed with its own text."""
    if len(data) > LARGEST_BYTES:
        raise TooMuchInIt
    walk = _Walk(opened, closed)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = walk.open, walk.close
    parser.CharacterDataHandler = walk.text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse_reference
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        for at in range(0, len(data), _CHUNK):
            parser.Parse(data[at : at + _CHUNK])
        parser.Parse(b"", True)  # noqa: FBT003 - a C function
    except expat.ExpatError as error:
        raise FileDamaged from error
    except (LookupError, ValueError) as error:  # an encoding that nobody has
        raise FileDamaged from error


def _refuse(*_arguments: object) -> None:
    raise XmlRefused


def _refuse_reference(*_arguments: object) -> int:
    raise XmlRefused


class _Walk:
    """Where the parser is."""

    def __init__(self, opened: Opened, closed: Closed) -> None:
        self._opened = opened
        self._closed = closed
        self._path: tuple[str, ...] = ()
        self._texts: list[str] = []

    def open(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._path) >= DEEPEST:
            raise TooMuchInIt
        self._path = (*self._path, _local(name))
        self._texts.append("")
        self._opened(self._path, {_local(key): value for key, value in attributes.items()})

    def text(self, text: str) -> None:
        if self._texts and len(self._texts[-1]) < LONGEST_TEXT:
            self._texts[-1] += text[:LONGEST_TEXT]

    def close(self, _name: str) -> None:
        self._closed(self._path, self._texts.pop())
        self._path = self._path[:-1]


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def number(text: str) -> float:
    """A number, or NaN where there is none that could be a measurement."""
    try:
        found = float(text)
    except ValueError:
        return math.nan
    return found if abs(found) <= _LARGEST else math.nan


def instant(text: str) -> datetime | None:
    """A time with its zone, UTC without one; none where it is no time."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    zone = "+00:00" if match[3] in {None, "Z"} else match[3]
    try:
        found = datetime.fromisoformat(f"{match[1]}{(match[2] or '')[:7]}{zone}")
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def offset_of(text: str) -> int | None:
    """The offset that a time states, in seconds; none for UTC, which most files state whatever the rider's zone."""
    match = _TIME.fullmatch(text.strip())
    if match is None or match[3] in {None, "Z"}:
        return None
    sign, digits = (-1 if match[3][0] == "-" else 1), match[3][1:].replace(":", "")
    seconds = sign * (int(digits[:2]) * 3600 + int(digits[2:]) * 60)
    return seconds or None
