"""When a rider works out: stacks of workouts at morning, noon and evening, at home and away."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np

from ctz_simulator.spec import RiderSpec

_SLOT_HOURS = (6, 12, 18)
_SLOTS_USED = 0.9
_STACK_SIZE = 1.6
_DAY = 86_400
_TRAVEL_ZONE = "Europe/London"
_TRAVEL_EVERY_DAYS, _TRAVEL_DAYS = 120, 6


@dataclass(frozen=True, slots=True)
class Place:
    """The time zone of a moment; `utc_offset` in seconds."""

    zone: str
    utc_offset: int

    @property
    def posix_name(self) -> str:
        """The zone as classes record it: `Etc/GMT+4` means UTC-4 (peloton-api.md 4.3)."""
        hours = self.utc_offset // 3600
        return "Etc/GMT" if hours == 0 else f"Etc/GMT{-hours:+d}"


@dataclass(frozen=True, slots=True)
class Timeline:
    """The days of a history."""

    first_day: datetime
    days: int
    home: ZoneInfo
    away: ZoneInfo

    @classmethod
    def of(cls, spec: RiderSpec) -> Self:
        """The days that end with the spec's last one."""
        days = max(1, round(spec.span_years * 365.25))
        last = datetime.combine(spec.ends_on, datetime.min.time(), UTC)
        return cls(last - timedelta(days=days), days, ZoneInfo(spec.time_zone), ZoneInfo(_TRAVEL_ZONE))

    @property
    def start(self) -> int:
        """The first second of the history."""
        return int(self.first_day.timestamp())

    def place(self, when: int) -> Place:
        """Where the rider is at a moment: at home, but for some days away every few months."""
        zone = self._zone((when - self.start) // _DAY)
        offset = datetime.fromtimestamp(when, zone).utcoffset() or timedelta()
        return Place(zone.key, int(offset.total_seconds()))

    def stacks(self, total: int, rng: np.random.Generator) -> Iterator[tuple[int, range]]:
        """(second, indexes) of each stack of workouts, in order of time; together they hold `total` workouts."""
        slots = self.days * len(_SLOT_HOURS)
        mean = max(_STACK_SIZE, total / (slots * _SLOTS_USED))
        ends = np.cumsum(rng.poisson(mean - 1, size=total) + 1)
        count = int(np.searchsorted(ends, total)) + 1
        bounds = [0, *ends[: count - 1].tolist(), total]
        chosen = np.sort(rng.choice(slots, size=count, replace=count > slots)).tolist()
        late = rng.integers(0, 3000, size=count).tolist()
        for (first, last), slot, seconds in zip(itertools.pairwise(bounds), chosen, late, strict=True):
            yield self._second(slot, seconds), range(first, last)

    def _second(self, slot: int, late: int) -> int:
        day, part = divmod(slot, len(_SLOT_HOURS))
        local = self.first_day + timedelta(days=day, hours=_SLOT_HOURS[part], seconds=late)
        return int(local.replace(tzinfo=self._zone(day)).timestamp())

    def _zone(self, day: int) -> ZoneInfo:
        return self.away if day % _TRAVEL_EVERY_DAYS >= _TRAVEL_EVERY_DAYS - _TRAVEL_DAYS else self.home
