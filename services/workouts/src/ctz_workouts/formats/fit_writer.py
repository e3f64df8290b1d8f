"""A workout as a FIT activity, in the order that Garmin asks for: who made it, the timer, records, lap, session."""

import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ctz_workouts.formats import fit_profile as profile
from ctz_workouts.formats.activity import (
    ALTITUDE,
    CADENCE,
    HEART_RATE,
    INCLINE,
    OUTPUT,
    RESISTANCE,
    SPEED,
    Activity,
    mean,
)
from ctz_workouts.formats.fit_container import TIMESTAMP, checksum
from ctz_workouts.formats.recorder import KPH_PER_METER_A_SECOND

_PROTOCOL, _PROFILE = 0x20, 21_218
_HEADER = struct.Struct("<BBHI4s")
_DEFINITION = 0x40
_PRODUCT_NAME = "Chase The Zones"
# Base types of the profile: number, form, value that means nothing.
_ENUM, _U8, _U8Z, _S16, _U16, _U32, _U32Z = 0x00, 0x02, 0x0A, 0x83, 0x84, 0x86, 0x8C
_STRING = 0x07
_FORMS = {
    _ENUM: ("B", 0xFF, 0, 0xFE),
    _U8: ("B", 0xFF, 0, 0xFE),
    _U8Z: ("B", 0, 1, 0xFF),
    _S16: ("h", 0x7FFF, -0x7FFF, 0x7FFE),
    _U16: ("H", 0xFFFF, 0, 0xFFFE),
    _U32: ("I", 0xFFFFFFFF, 0, 0xFFFFFFFE),
    _U32Z: ("I", 0, 1, 0xFFFFFFFF),
}
_MILLI, _CENTI = 1000, 100


@dataclass(frozen=True, slots=True)
class _Field:
    """One field: its number, base type, and value in the units of the profile; none where there is none."""

    number: int
    base: int
    value: float | str | None


@dataclass(frozen=True, slots=True)
class _Sample:
    """How a sample is written into records: field, base type, and its value in the units of the profile."""

    slug: str
    number: int
    base: int
    scaled: Callable[[float], float]


_SAMPLES = (
    _Sample(OUTPUT, 7, _U16, lambda watts: watts),
    _Sample(HEART_RATE, 3, _U8, lambda rate: rate),
    _Sample(CADENCE, 4, _U8, math.floor),
    _Sample(CADENCE, 53, _U8, lambda rate: (rate - math.floor(rate)) * 128),
    _Sample(SPEED, 73, _U32, lambda kph: kph / KPH_PER_METER_A_SECOND * _MILLI),
    _Sample(RESISTANCE, 10, _U8, lambda percent: percent * 2.54),
    _Sample(ALTITUDE, 78, _U32, lambda meters: (meters + 500) * 5),
    _Sample(INCLINE, 9, _S16, lambda percent: percent * _CENTI),
)
_FRACTION = 53


def write_fit(activity: Activity) -> bytes:
    """The whole file."""
    start = int((activity.start_time - profile.EPOCH).total_seconds())
    seconds = activity.samples.seconds
    timed = max(activity.duration_seconds, seconds[-1] if seconds else 0)
    body = b"".join(
        (
            *_opening(activity, start),
            _records(activity, start),
            *_closing(activity, start, timed),
        )
    )
    header = _HEADER.pack(14, _PROTOCOL, _PROFILE, len(body), b".FIT")
    whole = header + checksum(header).to_bytes(2, "little") + body
    return whole + checksum(whole).to_bytes(2, "little")


def _opening(activity: Activity, start: int) -> list[bytes]:
    file = [
        _Field(0, _ENUM, profile.ACTIVITY_FILE),
        _Field(1, _U16, profile.DEVELOPMENT),
        _Field(2, _U16, 0),
        _Field(4, _U32, start),
        _Field(8, _STRING, _PRODUCT_NAME),
    ]
    device = [
        _Field(TIMESTAMP, _U32, start),
        _Field(0, _U8, 0),
        _Field(2, _U16, profile.DEVELOPMENT),
        _Field(27, _STRING, activity.device or _PRODUCT_NAME),
    ]
    workout = [_Field(8, _STRING, activity.title)] if activity.title else []
    return [
        _message(profile.FILE_ID, file),
        _message(profile.DEVICE_INFO, device),
        *([_message(profile.WORKOUT, workout)] if workout else []),
        _message(profile.EVENT, _timer(start, profile.START)),
    ]


def _timer(at: int, kind: int) -> list[_Field]:
    return [_Field(TIMESTAMP, _U32, at), _Field(0, _ENUM, profile.TIMER_EVENT), _Field(1, _ENUM, kind)]


def _records(activity: Activity, start: int) -> bytes:
    """One definition and a record for each sample; the first second of a series is the start."""
    values = activity.samples.values
    samples = [each for each in _SAMPLES if each.slug in values and not _is_idle(each, values[each.slug])]
    meters = distances(activity)
    columns = [values[each.slug] for each in samples]
    fields = [_Field(TIMESTAMP, _U32, 0), *([_Field(5, _U32, 0)] if meters else [])]
    fields += [_Field(each.number, each.base, 0) for each in samples]
    layout = struct.Struct("<B" + "".join(_FORMS[field.base][0] for field in fields))
    packed = [_definition(profile.RECORD, fields)]
    for at, second in enumerate(activity.samples.seconds):
        row = [_sample(each, column[at]) for each, column in zip(samples, columns, strict=True)]
        way = [_fitted(_U32, meters[at] * _CENTI)] if meters else []
        packed.append(layout.pack(0, start + max(second - 1, 0), *way, *row))
    return b"".join(packed)


def _sample(sample: _Sample, value: float) -> int:
    return _fitted(sample.base, None if math.isnan(value) else sample.scaled(value))


def _is_idle(sample: _Sample, values: Sequence[float]) -> bool:
    """Whether a column of fractions would hold nothing but zeros."""
    return sample.number == _FRACTION and all(math.isnan(value) or float(value).is_integer() for value in values)


def distances(activity: Activity) -> list[float]:
    """Metres from the start at each sample, by speed, ending at the distance as told; empty without speed."""
    speeds, seconds = activity.samples.values.get(SPEED), activity.samples.seconds
    if not speeds:
        return []
    way, before, found = 0.0, 0, []
    for second, speed in zip(seconds, speeds, strict=True):
        way += (0.0 if math.isnan(speed) else speed) / KPH_PER_METER_A_SECOND * (second - before)
        before = second
        found.append(way)
    told = activity.distance_meters
    factor = told / way if told and way > 0 else 1.0
    return [each * factor for each in found]


def _closing(activity: Activity, start: int, timed: int) -> list[bytes]:
    end = start + timed
    offset = activity.utc_offset_seconds or 0
    span = [
        _Field(TIMESTAMP, _U32, end),
        _Field(2, _U32, start),
        _Field(7, _U32, timed * _MILLI),
        _Field(8, _U32, timed * _MILLI),
        _Field(9, _U32, _times(activity.distance_meters, _CENTI)),
        _Field(11, _U16, activity.calories_kcal),
        _Field(254, _U16, 0),
    ]
    cadence = mean(activity.samples.values.get(CADENCE, ()))
    work = _times(activity.work_kilojoules, _MILLI)
    sport, sub_sport = profile.WRITTEN.get(activity.discipline, (0, 0))
    lap = [
        *span,
        _Field(0, _ENUM, profile.LAP_EVENT),
        _Field(1, _ENUM, profile.STOP),
        _Field(15, _U8, activity.mean_heart_rate_bpm),
        _Field(17, _U8, cadence),
        _Field(19, _U16, activity.mean_power_watts),
        _Field(41, _U32, work),
    ]
    session = [
        *span,
        _Field(0, _ENUM, profile.SESSION_EVENT),
        _Field(1, _ENUM, profile.STOP),
        _Field(5, _ENUM, sport),
        _Field(6, _ENUM, sub_sport),
        _Field(16, _U8, activity.mean_heart_rate_bpm),
        _Field(18, _U8, cadence),
        _Field(20, _U16, activity.mean_power_watts),
        _Field(25, _U16, 0),
        _Field(26, _U16, 1),
        _Field(48, _U32, work),
    ]
    whole = [
        _Field(TIMESTAMP, _U32, end),
        _Field(0, _U32, timed * _MILLI),
        _Field(1, _U16, 1),
        _Field(2, _ENUM, 0),
        _Field(3, _ENUM, profile.ACTIVITY_EVENT),
        _Field(4, _ENUM, profile.STOP),
        _Field(5, _U32, end + offset),
    ]
    return [
        _message(profile.EVENT, _timer(end, profile.STOP_ALL)),
        _message(profile.LAP, lap),
        _message(profile.SESSION, session),
        _message(profile.ACTIVITY, whole),
    ]


def _times(value: float | None, scale: float) -> float | None:
    return None if value is None else value * scale


def _message(number: int, fields: Sequence[_Field]) -> bytes:
    """A definition and its one message."""
    told = [field for field in fields if field.value is not None]
    body = b"".join(_packed(field) for field in told)
    return _definition(number, told) + b"\x00" + body


def _definition(number: int, fields: Sequence[_Field]) -> bytes:
    sizes = [len(_packed(field)) for field in fields]
    listed = b"".join(bytes((field.number, size, field.base)) for field, size in zip(fields, sizes, strict=True))
    return bytes((_DEFINITION, 0, 0)) + number.to_bytes(2, "little") + bytes((len(fields),)) + listed


def _packed(field: _Field) -> bytes:
    if isinstance(field.value, str):
        return _cut(field.value) + b"\0"
    return struct.pack("<" + _FORMS[field.base][0], _fitted(field.base, field.value))


def _cut(text: str) -> bytes:
    """At most 200 bytes, no half letters."""
    return text.encode()[:200].decode("utf-8", "ignore").replace("\0", "").encode()


def _fitted(base: int, value: float | None) -> int:
    """A whole number within what the type can say; what it cannot say is not there."""
    _, nothing, lowest, highest = _FORMS[base]
    if value is None or math.isnan(value):
        return nothing
    whole = math.floor(value + 0.5)
    return whole if lowest <= whole <= highest else nothing
