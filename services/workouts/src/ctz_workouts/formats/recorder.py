"""Points in time become samples: one a second, pauses left out, nothing but what is kept."""

import math
from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ctz_workouts.formats.activity import DECIMALS, LONGEST_SECONDS, SPEED, UNITS, Samples, column
from ctz_workouts.formats.errors import TimesUnbelievable, TooMuchInIt

DISTANCE = "distance"
"""Metres from the start, as a point tells them: they make the total and the speed, and are not kept."""
MOST_POINTS = 400_000
KPH_PER_METER_A_SECOND = 3.6
_SPEED_REACH = 2
_LARGEST = 1e7


@dataclass(frozen=True, slots=True)
class Recording:
    """What points came to: their samples, the seconds of pause between them, and how far they went."""

    samples: Samples
    pause_seconds: int
    distance_meters: float | None


class Recorder:
    """Takes points in any order. Times are seconds of any clock that the pauses share."""

    def __init__(self) -> None:
        self._times = array("d")
        self._columns: dict[str, array[float]] = {}
        self._pauses: list[tuple[float, float]] = []

    def __len__(self) -> int:
        """How many points there are."""
        return len(self._times)

    @property
    def first_time(self) -> float | None:
        """The earliest point; none without any."""
        return min(self._times, default=None)

    @property
    def last_time(self) -> float | None:
        """The latest point; none without any."""
        return max(self._times, default=None)

    def add(self, time: float, values: Mapping[str, float]) -> None:
        """Take a point. Values that are not finite are not there."""
        if len(self._times) >= MOST_POINTS:
            raise TooMuchInIt
        self._times.append(time)
        for slug, value in values.items():
            if not (math.isfinite(value) and abs(value) <= _LARGEST):
                continue
            kept = self._columns.get(slug)
            if kept is None:
                kept = self._columns[slug] = array("d")
            if len(kept) < len(self._times) - 1:
                kept.extend(column(len(self._times) - 1 - len(kept)))
            kept.append(value)

    def pause(self, begin: float, end: float) -> None:
        """The clock stood still between these two times."""
        if end > begin:
            self._pauses.append((begin, end))

    def recording(self, first: float, last: float = math.inf) -> Recording:
        """The points from a time on and up to another, on a clock that starts at 1 and stops in pauses."""
        clock = _Clock(
            first, [(max(a, first), min(b, last)) for a, b in _joined(self._pauses) if b > first and a < last]
        )
        seconds, place_of = array("l"), array("l")
        order = sorted(range(len(self._times)), key=self._times.__getitem__)
        for at in order:
            time = self._times[at]
            if not first <= time <= last or clock.is_paused(time):
                continue
            second = clock.second(time)
            if second > LONGEST_SECONDS:
                raise TimesUnbelievable
            if not seconds or second > seconds[-1]:
                seconds.append(second)
            place_of.extend((at, len(seconds) - 1))
        spread = {slug: self._spread(kept, place_of, len(seconds)) for slug, kept in self._columns.items()}
        travelled = spread.pop(DISTANCE, None)
        if travelled is not None and SPEED not in spread:
            spread[SPEED] = _speeds(seconds, travelled)
        values = {slug: _rounded(slug, spread[slug]) for slug in UNITS if slug in spread and _has_any(spread[slug])}
        return Recording(Samples(seconds, values), clock.paused_seconds, _way(travelled))

    @staticmethod
    def _spread(kept: Sequence[float], place_of: Sequence[int], length: int) -> "array[float]":
        """A column by second; of two points within one the later one counts."""
        spread = column(length)
        for point in range(0, len(place_of), 2):
            at = place_of[point]
            value = kept[at] if at < len(kept) else math.nan
            if not math.isnan(value):
                spread[place_of[point + 1]] = value
        return spread


class _Clock:
    """Seconds since a start, standing still in pauses."""

    def __init__(self, first: float, pauses: Sequence[tuple[float, float]]) -> None:
        self._first = first
        self._begins = [begin for begin, _ in pauses]
        self._ends = [end for _, end in pauses]
        self._paused = [0.0]
        for begin, end in pauses:
            self._paused.append(self._paused[-1] + end - begin)

    @property
    def paused_seconds(self) -> int:
        return round(self._paused[-1])

    def is_paused(self, time: float) -> bool:
        """Whether a time lies within a pause; its ends do not."""
        at = bisect_right(self._begins, time)
        return at > 0 and self._begins[at - 1] < time < self._ends[at - 1]

    def second(self, time: float) -> int:
        at = bisect_right(self._ends, time)
        return int(time - self._first - self._paused[at] + 0.5) + 1


def _joined(pauses: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The same pauses in order, those that touch as one."""
    joined: list[tuple[float, float]] = []
    for begin, end in sorted(pauses):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def _has_any(values: Sequence[float]) -> bool:
    return any(not math.isnan(value) for value in values)


def _rounded(slug: str, values: "array[float]") -> "array[float]":
    decimals = DECIMALS.get(slug, 0)
    return array("d", [value if math.isnan(value) else round(value, decimals) for value in values])


def _way(travelled: Sequence[float] | None) -> float | None:
    """How far it went in all: the sum of what was gained, since counters start anew after a break."""
    known = [value for value in travelled or () if not math.isnan(value)]
    return sum(max(after - before, 0.0) for before, after in pairwise(known)) if known else None


def _speeds(seconds: Sequence[int], travelled: Sequence[float]) -> "array[float]":
    """Speed in km/h from metres, over two samples before and behind."""
    speeds = column(len(seconds))
    for at in range(len(seconds)):
        a, b = max(at - _SPEED_REACH, 0), min(at + _SPEED_REACH, len(seconds) - 1)
        way = travelled[b] - travelled[a]
        if b > a and way >= 0:
            speeds[at] = way / (seconds[b] - seconds[a]) * KPH_PER_METER_A_SECOND
    return speeds
