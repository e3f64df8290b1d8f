"""A form with files, read as it comes: its fields first, then file by file, never more than a piece of one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

READ_BYTES = 64 * 1024
HELD_BYTES = 4 * READ_BYTES
LONGEST_FIELD = 1024
LONGEST_BOUNDARY = 200


class Stream(Protocol):
    """Where the bytes come from."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""
        ...


class CutOffError(Exception):
    """The form ended in the middle, or is none."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file of the form: the name that it was sent under, and its bytes, to be read once."""

    name: str
    pieces: Iterator[bytes]


class Upload:
    """One form. Ask for `fields` before `files`: a browser sends them in the order in which they stand in the page."""

    def __init__(self, stream: Stream, boundary: str, max_parts: int) -> None:
        """`boundary` is that of the content type."""
        if not boundary or len(boundary) > LONGEST_BOUNDARY or not boundary.isascii():
            raise CutOffError
        self._events = _events(stream, MultipartDecoder(boundary.encode(), HELD_BYTES, max_parts=max_parts))
        self._next: File | None = None

    def fields(self) -> dict[str, str]:
        """The fields before the first file; nothing of a file was looked at."""
        found: dict[str, bytes] = {}
        name = ""
        for event in self._events:
            if isinstance(event, File):
                self._next = event
                break
            if isinstance(event, Field):
                name = event.name or ""
            elif isinstance(event, Data):
                found[name] = (found.get(name, b"") + event.data)[:LONGEST_FIELD]
        return {name: value.decode(errors="replace") for name, value in found.items()}

    def files(self) -> Iterator[SentFile]:
        """The files; what was not read of one is passed over before the next."""
        while self._next is not None:
            pieces = self._pieces()
            yield SentFile(self._next.filename, pieces)
            for _ in pieces:
                pass
            self._next = next((event for event in self._events if isinstance(event, File)), None)

    def _pieces(self) -> Iterator[bytes]:
        for event in self._events:
            if isinstance(event, Data):
                if event.data:
                    yield event.data
                if not event.more_data:
                    return


def _events(stream: Stream, decoder: MultipartDecoder) -> Iterator[Event]:
    try:
        while not isinstance(event := decoder.next_event(), Epilogue):
            if isinstance(event, NeedData):
                decoder.receive_data(stream.read(READ_BYTES) or None)
            else:
                yield event
    except ValueError:
        raise CutOffError from None
