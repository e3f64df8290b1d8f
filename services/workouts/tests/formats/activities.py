"""Activities and FIT files for tests of formats."""

import math
import struct
from array import array
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any

from ctz_workouts.formats.activity import (
    ALTITUDE,
    CADENCE,
    HEART_RATE,
    INCLINE,
    OUTPUT,
    RESISTANCE,
    SPEED,
    Activity,
    Samples,
)
from ctz_workouts.formats.fit_container import checksum

NOW = datetime(2026, 11, 22, tzinfo=UTC)
START = datetime(2026, 5, 8, 12, 0, tzinfo=UTC)
FIT_START = 1_147_176_000
"""`START` in seconds since the epoch of FIT."""


def ride(seconds: int = 120, seed: int = 1, **given: Any) -> Activity:
    """A ride with every kind of sample, some of them missing."""
    chance = Random(seed)

    def column(low: float, high: float, decimals: int = 0) -> list[float]:
        return [
            math.nan if chance.random() < 0.03 else round(chance.uniform(low, high), decimals) for _ in range(seconds)
        ]

    values: Mapping[str, Sequence[float]] = {
        OUTPUT: column(0, 900),
        HEART_RATE: column(60, 190),
        CADENCE: column(0, 130),
        RESISTANCE: column(0, 100),
        SPEED: column(0, 70, 1),
        ALTITUDE: [round(value / 5) * 5.0 for value in array("d", [chance.uniform(0, 3000) for _ in range(seconds)])],
        INCLINE: column(-10, 15, 1),
    }
    fields: dict[str, Any] = {
        "start_time": START,
        "utc_offset_seconds": -14_400,
        "duration_seconds": seconds,
        "discipline": "cycling",
        "title": "45 min Power Zone Ride",
        "calories_kcal": 321.0,
        "samples": Samples(range(1, seconds + 1), values),
    }
    return Activity(**(fields | given))


def equal(told: Sequence[float], given: Sequence[float], within: float = 0.0) -> bool:
    """Whether two columns are the same, missing values included."""
    return len(told) == len(given) and all(
        (math.isnan(a) and math.isnan(b)) or abs(a - b) <= within for a, b in zip(told, given, strict=True)
    )


def known_equal(told: Sequence[float], given: Sequence[float], within: float = 0.0) -> bool:
    """Whether everything that was given is told; short holes come back filled."""
    return len(told) == len(given) and all(
        math.isnan(b) or abs(a - b) <= within for a, b in zip(told, given, strict=True)
    )


class FitBytes:
    """FIT files byte by byte, as a device could write them. Fields are (number, base type, form of struct, values)."""

    def __init__(self, order: str = "<") -> None:
        self.order = order
        self.body = bytearray()

    def define(self, local: int, number: int, fields: Sequence[tuple[int, int, int]], developer: bytes = b"") -> None:
        """Lay out messages: fields are (number, size, base type)."""
        self.body.append((0x60 if developer else 0x40) | local)
        self.body += bytes((0, 1 if self.order == ">" else 0)) + struct.pack(f"{self.order}H", number)
        self.body.append(len(fields))
        for field in fields:
            self.body += bytes(field)
        if developer:
            self.body.append(len(developer) // 3)
            self.body += developer

    def message(self, local: int, form: str, *values: Any) -> None:
        self.body.append(local)
        self.body += struct.pack(self.order + form, *values)

    def compressed(self, local: int, offset: int, form: str, *values: Any) -> None:
        self.body.append(0x80 | local << 5 | offset)
        self.body += struct.pack(self.order + form, *values)

    def file(self, *, header: int = 14, crc: bool = True) -> bytes:
        head = struct.pack("<BBHI4s", header, 0x20, 2132, len(self.body), b".FIT")
        if header == 14:
            head += checksum(head).to_bytes(2, "little")
        whole = head + bytes(self.body)
        return whole + (checksum(whole).to_bytes(2, "little") if crc else b"\0\0")

    def session(self, start: int, elapsed: int, timed: int, sport: int = 2) -> None:
        self.define(1, 18, [(2, 4, 0x86), (5, 1, 0), (7, 4, 0x86), (8, 4, 0x86)])
        self.message(1, "IBII", start, sport, elapsed * 1000, timed * 1000)
