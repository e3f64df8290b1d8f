"""Points in time become samples: one a second, pauses left out, nothing but what is kept."""

import math
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

from ctz_workouts.formats.activity import DECIMALS, LONGEST_SECONDS, SPEED, UNITS, Samples, column
from ctz_workouts.formats.errors import TimesUnbelievable, TooMuchInIt

DISTANCE = "distance"
"""Metres from the start, as a point tells them: they make the total and the speed, and are not kept."""
MOST_POINTS = 400_000
KPH_PER_METER_A_SECOND = 3.6
LONGEST_FILLED_SECONDS = 8
"""So many seconds without a value are filled: what records on change leaves out up to eight when nothing changes."""
DENSE_STEP_SECONDS = 2
"""A recording whose points are typically farther apart is left as it is: filled, it would tell wrong figures."""
STANDING_METERS_A_SECOND = 1.0
"""Who is slower than this between two points stood: recorders that pause by themselves do so below such a speed."""
MOST_PAUSES = 200
_SPEED_REACH = 2
_LARGEST = 1e7


@dataclass(frozen=True, slots=True)
class Recording:
    """What points came to: their samples, the seconds of pause between them, and how far they went."""

    samples: Samples
    pause_seconds: int
    distance_meters: float | None
    filled_seconds: int = 0
    """Seconds with values that no point told: they lie on the line between their neighbours."""
    pauses: Sequence[tuple[int, int]] = ()
    """The last second before each pause, and how long it was; none of them where they are more than `MOST_PAUSES`."""


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

    def recording(self, first: float, last: float = math.inf, timer_seconds: float | None = None) -> Recording:
        """The points from a time on and up to another, on a clock that starts at 1 and stops in pauses.

        `timer_seconds` is how long the device says that its clock ran: what the pauses do not explain was paused in
        the longest gaps between points. Where it does not say, a gap is a pause if the rider stood meanwhile.
        """
        pauses = [(max(a, first), min(b, last)) for a, b in _joined(self._pauses) if b > first and a < last]
        clock = _Clock(first, pauses)
        order = [
            at
            for at in sorted(range(len(self._times)), key=self._times.__getitem__)
            if first <= self._times[at] <= last and not clock.is_paused(self._times[at])
        ]
        untold = self._standing(order) if timer_seconds is None else self._untimed(order, clock, timer_seconds)
        end = self._times[order[-1]] if order else first
        # What begins behind the last point is no pause: nobody rode on.
        clock = _Clock(first, _joined([*(pause for pause in pauses if pause[0] < end), *untold]))
        seconds, place_of = self._seconds(order, clock)
        columns = {slug: self._spread(kept, place_of, len(seconds)) for slug, kept in self._columns.items()}
        seconds, spread, filled = _filled(seconds, columns)
        travelled = spread.pop(DISTANCE, None)
        if travelled is not None and SPEED not in spread:
            spread[SPEED] = _speeds(seconds, travelled)
        values = {slug: _rounded(slug, spread[slug]) for slug in UNITS if slug in spread and _has_any(spread[slug])}
        return Recording(Samples(seconds, values), clock.paused_seconds, _way(travelled), filled, clock.pauses)

    def _gaps(self, order: Sequence[int]) -> Iterator[tuple[float, int, int]]:
        """Gaps too long to fill: seconds without a point, and the points before and behind."""
        for before, after in pairwise(order):
            length = self._times[after] - self._times[before] - 1
            if length > LONGEST_FILLED_SECONDS:
                yield length, before, after

    def _untimed(self, order: Sequence[int], clock: "_Clock", timer_seconds: float) -> Iterator[tuple[float, float]]:
        """Gaps that the timer leaves no room for, the longest first; the point behind one is not in it."""
        if not order:
            return
        begin, end = self._times[order[0]], self._times[order[-1]]
        left = end - begin - clock.paused_within(begin, end) - timer_seconds
        for length, before, after in sorted(self._gaps(order), reverse=True):
            begin, end = self._times[before], self._times[after]
            untold = length - clock.paused_within(begin, end)
            # Timers count fractions and points do not: half of a gap is enough to know what it was.
            if LONGEST_FILLED_SECONDS < untold <= 2 * left:
                left -= untold
                yield begin, end - 1

    def _standing(self, order: Sequence[int]) -> Iterator[tuple[float, float]]:
        """Gaps in which the rider did not move, as far as points tell, where points are close together otherwise."""
        if not _is_dense([self._times[at] for at in order]):
            return
        way = self._columns.get(DISTANCE, ())
        for length, before, after in self._gaps(order):
            is_told = max(before, after) < len(way)
            if not (is_told and way[after] - way[before] > length * STANDING_METERS_A_SECOND):
                yield self._times[before], self._times[after] - 1

    def _seconds(self, order: Sequence[int], clock: "_Clock") -> tuple["array[int]", "array[int]"]:
        """Seconds that have points, and for each point its number and the place of its second, one behind the other."""
        seconds, place_of = array("l"), array("l")
        for at in order:
            second = clock.second(self._times[at])
            if second > LONGEST_SECONDS:
                raise TimesUnbelievable
            if not seconds or second > seconds[-1]:
                seconds.append(second)
            place_of.extend((at, len(seconds) - 1))
        return seconds, place_of

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

    @property
    def pauses(self) -> Sequence[tuple[int, int]]:
        found = [(self.second(a), round(b - a)) for a, b in zip(self._begins, self._ends, strict=True)]
        return [(second, length) for second, length in found if length > 0] if len(found) <= MOST_PAUSES else []

    def is_paused(self, time: float) -> bool:
        """Whether a time lies within a pause; its ends do not."""
        at = bisect_right(self._begins, time)
        return at > 0 and self._begins[at - 1] < time < self._ends[at - 1]

    def paused_within(self, begin: float, end: float) -> float:
        """How long it stood still between two times that lie in no pause."""
        return self._paused[bisect_right(self._ends, end)] - self._paused[bisect_right(self._ends, begin)]

    def second(self, time: float) -> int:
        at = bisect_right(self._ends, time)
        return int(time - self._first - self._paused[at] + 0.5) + 1


def _is_dense(times: Sequence[float]) -> bool:
    """Whether times are typically so close that what lies between two is known."""
    return len(times) > 1 and median_low(b - a for a, b in pairwise(times)) <= DENSE_STEP_SECONDS


def _filled(
    seconds: "array[int]", columns: Mapping[str, "array[float]"]
) -> tuple["array[int]", dict[str, "array[float]"], int]:
    """The same with short holes filled, be it of a second or of one value in it; and in how many seconds."""
    if not _is_dense(seconds):
        return seconds, dict(columns), 0
    every, places = array("l"), array("l")
    for second, following in pairwise((*seconds, seconds[-1] + 1)):
        places.append(len(every))
        is_short = following - second <= LONGEST_FILLED_SECONDS + 1
        every.extend(range(second, following if is_short else second + 1))
    is_filled, spread = bytearray(len(every)), {}
    for slug, kept in columns.items():
        spread[slug] = column(len(every))
        for place, value in zip(places, kept, strict=True):
            spread[slug][place] = value
        _bridge(every, spread[slug], is_filled)
    return every, spread, sum(is_filled)


def _bridge(seconds: Sequence[int], values: "array[float]", is_filled: bytearray) -> None:
    """Put missing values on the line between those before and behind, where these are close."""
    before = len(values)
    for after, value in enumerate(values):
        if math.isnan(value):
            continue
        length = seconds[after] - seconds[before] if before < after else 0
        if 1 < length <= LONGEST_FILLED_SECONDS + 1:
            rise = (value - values[before]) / length
            for at in range(before + 1, after):
                values[at] = values[before] + rise * (seconds[at] - seconds[before])
                is_filled[at] = 1
        before = after


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
