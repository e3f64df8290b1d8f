"""Sends an answer, whole or spoilt; the faults happen to real bytes on a real connection."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BufferedIOBase
from threading import Event

from ctz_simulator.knobs import Failure, Wire

_BOM = b"\xef\xbb\xbf"
_CHUNK = 65_536
_LONGEST_SILENCE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Status line, headers and body of an answer."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    is_head: bool = False


def send(out: BufferedIOBase, answer: Answer, failure: Failure | None, stopping: Event) -> bool:
    """Send the answer under the failure until `stopping`; whether the connection can serve another call."""
    if failure is None or failure.wire is Wire.INTACT:
        _write(out, answer, answer.body, len(answer.body), close=False)
        return True
    return _SPOILERS[failure.wire](out, answer, failure, stopping)


def _write(out: BufferedIOBase, answer: Answer, body: bytes, length: int | None, *, close: bool) -> None:
    """Head and body in one piece; without a length the body ends with the connection."""
    headers = [(name, value) for name, value in answer.headers if name.lower() != "content-length"]
    if length is not None:
        headers.append(("Content-Length", str(length)))
    if close or length is None:
        headers.append(("Connection", "close"))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    out.write(f"HTTP/1.1 {answer.status}\r\n{head}\r\n".encode("latin-1") + (b"" if answer.is_head else body))
    out.flush()


def _bom(out: BufferedIOBase, answer: Answer, _: Failure, __: Event) -> bool:
    """A byte order mark before the body."""
    body = _BOM + answer.body
    _write(out, answer, body, len(body), close=False)
    return True


def _truncate(out: BufferedIOBase, answer: Answer, failure: Failure, _: Event) -> bool:
    """The connection ends after a share of the promised bytes."""
    _write(out, answer, answer.body[: int(len(answer.body) * failure.share)], len(answer.body), close=True)
    return False


def _wrong_length(out: BufferedIOBase, answer: Answer, failure: Failure, _: Event) -> bool:
    """A whole body under a length that is too small: what follows is cut off by any client."""
    _write(out, answer, answer.body, int(len(answer.body) * failure.share), close=True)
    return False


def _broken_gzip(out: BufferedIOBase, answer: Answer, _: Failure, __: Event) -> bool:
    """A body that claims to be gzip and is not."""
    spoilt = Answer(answer.status, [*answer.headers, ("Content-Encoding", "gzip")], answer.body)
    _write(out, spoilt, b"\x1f\x8b\x08" + answer.body, len(answer.body) + 3, close=True)
    return False


def _drip(out: BufferedIOBase, answer: Answer, failure: Failure, stopping: Event) -> bool:
    """The promised bytes, a few a second."""
    _write(out, answer, b"", len(answer.body), close=True)
    step = max(1, failure.bytes_per_second)
    for first in range(0, len(answer.body), step):
        out.write(answer.body[first : first + step])
        out.flush()
        if stopping.wait(1.0):
            break
    return False


def _endless(out: BufferedIOBase, answer: Answer, _: Failure, stopping: Event) -> bool:
    """A body without length that goes on until the client leaves."""
    _write(out, answer, answer.body, None, close=True)
    while not stopping.wait(0.05):
        out.write(b" " * 1024)
        out.flush()
    return False


def _huge(out: BufferedIOBase, answer: Answer, failure: Failure, stopping: Event) -> bool:
    """A body of valid JSON with very much white space before its end."""
    _write(out, answer, b"", failure.size_bytes, close=True)
    for piece in _padding(answer.body, failure.size_bytes):
        if stopping.is_set():
            break
        out.write(piece)
    out.flush()
    return False


def _padding(body: bytes, size: int) -> Iterator[bytes]:
    yield body[:-1]
    left = size - len(body)
    while left > 0:
        yield b" " * min(_CHUNK, left)
        left -= _CHUNK
    yield body[-1:]


def _hang(_: BufferedIOBase, __: Answer, ___: Failure, stopping: Event) -> bool:
    """Not a byte."""
    stopping.wait(_LONGEST_SILENCE_SECONDS)
    return False


def _drop(_: BufferedIOBase, __: Answer, ___: Failure, ____: Event) -> bool:
    """The connection closes without an answer; the call has been processed."""
    return False


_SPOILERS: dict[Wire, Callable[[BufferedIOBase, Answer, Failure, Event], bool]] = {
    Wire.BOM: _bom,
    Wire.TRUNCATE: _truncate,
    Wire.WRONG_LENGTH: _wrong_length,
    Wire.BROKEN_GZIP: _broken_gzip,
    Wire.DRIP: _drip,
    Wire.ENDLESS: _endless,
    Wire.HUGE: _huge,
    Wire.HANG: _hang,
    Wire.DROP: _drop,
}
