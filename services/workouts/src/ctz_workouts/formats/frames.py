"""What the reading process says to the one that started it: frames of a kind, a length and a body."""

import json
import struct
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import IO, Any, Protocol

from ctz_workouts.formats.activity import LONGEST_SECONDS, UNITS, Activity, Lap, Samples
from ctz_workouts.formats.errors import FormatError
from ctz_workouts.formats.reading import Item, Opened, Sniffed
from ctz_workouts.formats.sniff import FileFormat

Said = Opened | Sniffed | Item
_HEAD = struct.Struct("<cII")
_OPENED, _SNIFFED, _ACTIVITY, _PROBLEM, _END = b"O", b"S", b"A", b"P", b"E"
LONGEST_TOLD_BYTES = 1024 * 1024
LONGEST_SAMPLES_BYTES = (LONGEST_SECONDS + 2) * (4 + 8 * len(UNITS))
_TIMES = ("start_time", "end_time")
_APART = {*_TIMES, "samples", "laps"}


class Source(Protocol):
    """Where frames come from."""

    def read(self, size: int, /) -> bytes:
        """So many bytes, or fewer where there are no more."""
        ...


class FramesBroken(Exception):
    """What came is no frame: the reading process ended, or is not to be believed."""


def write(said: Said | None, to: IO[bytes]) -> None:
    """Say one thing; none is the end."""
    kind, told, samples = _frame(said)
    body = json.dumps(told).encode()
    to.write(_HEAD.pack(kind, len(body), len(samples)) + body)
    to.write(samples)
    to.flush()


def read(source: Source) -> Iterator[Said]:
    """Everything that is said up to the end; `FramesBroken` where it breaks off."""
    while True:
        kind, told_bytes, samples_bytes = _HEAD.unpack(_exactly(source, _HEAD.size))
        if told_bytes > LONGEST_TOLD_BYTES or samples_bytes > LONGEST_SAMPLES_BYTES:
            raise FramesBroken
        told, samples = _exactly(source, told_bytes), _exactly(source, samples_bytes)
        if kind == _END:
            return
        try:
            yield _said(kind, json.loads(told), samples)
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            raise FramesBroken from error


def _frame(said: Said | None) -> tuple[bytes, Any, bytes]:
    if said is None:
        return _END, None, b""
    if isinstance(said, Opened):
        return _OPENED, [said.place, said.name, said.left], b""
    if isinstance(said, Sniffed):
        return _SNIFFED, int(said.format), b""
    if isinstance(said, FormatError):
        return _PROBLEM, [said.reason, str(said), said.place], b""
    told = {each.name: getattr(said, each.name) for each in fields(said) if each.name not in _APART}
    told |= {name: value.isoformat() for name in _TIMES if (value := getattr(said, name)) is not None}
    told["laps"] = [[lap.seconds, lap.meters, lap.climb_meters] for lap in said.laps]
    told["slugs"], told["count"] = list(said.samples.values), len(said.samples.seconds)
    columns = [array("d", said.samples.values[slug]).tobytes() for slug in told["slugs"]]
    return _ACTIVITY, told, array("i", said.samples.seconds).tobytes() + b"".join(columns)


class ToldProblem(FormatError):
    """A problem that the reading process met, in its words."""

    def __init__(self, reason: str, said: str, place: str) -> None:
        """Keep its words instead of those of a class."""
        self.reason = reason  # type: ignore[misc]
        self.said = said  # type: ignore[misc]
        super().__init__(place)


def _said(kind: bytes, told: Any, samples: bytes) -> Said:
    if kind == _OPENED:
        place, name, left = told
        return Opened(int(place), str(name), int(left))
    if kind == _SNIFFED:
        return Sniffed(FileFormat(told))
    if kind == _PROBLEM:
        reason, said, place = told
        return ToldProblem(str(reason)[:40], str(said)[:400], str(place)[:200])
    if kind != _ACTIVITY:
        raise FramesBroken
    return _activity(told, samples)


def _activity(told: Mapping[str, Any], samples: bytes) -> Activity:
    slugs, count = [slug for slug in told["slugs"] if slug in UNITS], int(told["count"])
    if len(slugs) != len(told["slugs"]) or len(samples) != count * (4 + 8 * len(slugs)):
        raise FramesBroken
    seconds = array("i", samples[: 4 * count])
    columns = {
        slug: array("d", samples[4 * count + 8 * count * at : 4 * count + 8 * count * (at + 1)])
        for at, slug in enumerate(slugs)
    }
    plain = {name: value for name, value in told.items() if name not in {*_APART, "slugs", "count"}}
    times: dict[str, Any] = {name: datetime.fromisoformat(told[name]) for name in _TIMES if name in told}
    made = Activity(**times, **plain)
    laps = [Lap(*lap) for lap in told["laps"]]
    return replace(made, samples=Samples(seconds, columns), laps=laps)


def _exactly(source: Source, size: int) -> bytes:
    data = source.read(size)
    if len(data) != size:
        raise FramesBroken
    return data
