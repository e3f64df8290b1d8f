"""Training Center XML. Positions are passed over."""

import math
from datetime import UTC, datetime, timedelta

from ctz_workouts.formats.activity import (
    ALTITUDE,
    CADENCE,
    HEART_RATE,
    LONGEST_NAME,
    LONGEST_SECONDS,
    LONGEST_TITLE,
    OUTPUT,
    SPEED,
    Activity,
    Lap,
    checked_start,
    plain,
)
from ctz_workouts.formats.errors import NothingInIt, TimesUnbelievable, TooMuchInIt
from ctz_workouts.formats.recorder import DISTANCE, KPH_PER_METER_A_SECOND, Recorder
from ctz_workouts.formats.totals import completed
from ctz_workouts.formats.xml_events import instant, number, offset_of, read_xml

MOST_ACTIVITIES = 500
MOST_LAPS = 2_000
LONGEST_STEP_SECONDS = 3
"""A longer way between two tracks is a pause; within one it is a hole."""
_SPORTS = {"biking": "cycling", "running": "running", "walking": "walking", "rowing": "rowing"}
_POINT = {
    ("AltitudeMeters",): (ALTITUDE, 1.0),
    ("DistanceMeters",): (DISTANCE, 1.0),
    ("HeartRateBpm", "Value"): (HEART_RATE, 1.0),
    ("Cadence",): (CADENCE, 1.0),
    ("Extensions", "TPX", "Watts"): (OUTPUT, 1.0),
    ("Extensions", "TPX", "RunCadence"): (CADENCE, 1.0),
    ("Extensions", "TPX", "Speed"): (SPEED, KPH_PER_METER_A_SECOND),
}


def read_tcx(data: bytes, now: datetime) -> list[Activity]:
    """Every workout of a document; `FormatError` where there is none or it cannot be read."""
    told = _Told(now)
    read_xml(data, told.opened, told.closed)
    if not told.activities:
        raise NothingInIt
    return told.activities


class _Lap:
    """What one lap told."""

    def __init__(self) -> None:
        self.seconds = self.meters = self.kilocalories = self.mean_rate = math.nan


class _Told:
    """What the elements told so far; one activity is under way at a time."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.activities: list[Activity] = []
        self._begin({})

    def _begin(self, attributes: dict[str, str]) -> None:
        self._sport = attributes.get("Sport", "")
        self._recorder = Recorder()
        self._laps: list[_Lap] = []
        self._title = self._device = ""
        self._start: datetime | None = None
        self._offset: int | None = None
        self._last: float | None = None
        self._point: dict[str, float] = {}
        self._time: float | None = None
        self._is_new_track = False

    def opened(self, path: tuple[str, ...], attributes: dict[str, str]) -> None:
        """An element begins."""
        name, within = path[-1], path[-2] if len(path) > 1 else ""
        if name == "Activity":
            self._begin(attributes)
        elif name == "Lap" and within == "Activity":
            if len(self._laps) >= MOST_LAPS:
                raise TooMuchInIt
            self._laps.append(_Lap())
            self._start = self._start or instant(attributes.get("StartTime", ""))
        elif name == "Track":
            self._is_new_track = True
        elif name == "Trackpoint":
            self._point, self._time = {}, None

    def closed(self, path: tuple[str, ...], text: str) -> None:
        """An element ends, and its text is whole."""
        if "Trackpoint" in path:
            self._close_in_point(path[path.index("Trackpoint") + 1 :], text)
        elif "Lap" in path and self._laps:
            self._close_in_lap(path[path.index("Lap") + 1 :], text)
        elif path[-2:] == ("Activity", "Id"):
            self._start, self._offset = instant(text) or self._start, offset_of(text)
        elif path[-2:] == ("Activity", "Notes"):
            self._title = plain(text, LONGEST_TITLE)
        elif path[-2:] == ("Creator", "Name"):
            self._device = plain(text, LONGEST_NAME)
        elif path[-1] == "Activity":
            self._end()

    def _close_in_lap(self, path: tuple[str, ...], text: str) -> None:
        lap = self._laps[-1]
        if path == ("TotalTimeSeconds",):
            lap.seconds = number(text)
        elif path == ("DistanceMeters",):
            lap.meters = number(text)
        elif path == ("Calories",):
            lap.kilocalories = number(text)
        elif path == ("AverageHeartRateBpm", "Value"):
            lap.mean_rate = number(text)

    def _close_in_point(self, path: tuple[str, ...], text: str) -> None:
        if not path:
            self._keep_point()
        elif path == ("Time",):
            at = instant(text)
            self._time = at.timestamp() if at is not None else None
        elif path in _POINT:
            slug, factor = _POINT[path]
            self._point[slug] = number(text) * factor

    def _keep_point(self) -> None:
        if self._time is None:
            return
        if self._is_new_track and self._last is not None and self._time - self._last > LONGEST_STEP_SECONDS:
            self._recorder.pause(self._last, self._time - 1)
        self._is_new_track, self._last = False, self._time
        self._recorder.add(self._time, self._point)

    def _end(self) -> None:
        first, last = self._recorder.first_time, self._recorder.last_time
        start = self._start or (datetime.fromtimestamp(first, UTC) if first is not None else None)
        if start is None:
            return
        if len(self.activities) >= MOST_ACTIVITIES:
            raise TooMuchInIt
        started = checked_start(start, self._now)
        begin = min(started.timestamp(), first) if first is not None else started.timestamp()
        if last is not None and last - begin > LONGEST_SECONDS:
            raise TimesUnbelievable
        timed = _sum([lap.seconds for lap in self._laps])
        recording = self._recorder.recording(begin, timer_seconds=timed or None)
        seconds = timed or (last - begin + 1 - recording.pause_seconds if last is not None else 0)
        if not 1 <= seconds <= LONGEST_SECONDS:
            return
        end = datetime.fromtimestamp(last, UTC) if last is not None else started + timedelta(seconds=seconds)
        self.activities.append(
            completed(
                Activity(
                    start_time=datetime.fromtimestamp(begin, UTC),
                    end_time=end,
                    duration_seconds=round(seconds),
                    utc_offset_seconds=self._offset,
                    discipline=_SPORTS.get(self._sport.lower(), "other"),
                    title=self._title,
                    device=self._device,
                    distance_meters=_sum([lap.meters for lap in self._laps]) or None,
                    calories_kcal=_sum([lap.kilocalories for lap in self._laps]) or None,
                    mean_heart_rate_bpm=_mean_rate(self._laps),
                    samples=recording.samples,
                    laps=[Lap(lap.seconds, lap.meters) for lap in self._laps if lap.seconds > 0 and lap.meters > 0],
                    pause_seconds=recording.pause_seconds,
                    pauses=recording.pauses,
                    filled_seconds=recording.filled_seconds,
                ),
                recording.distance_meters,
            )
        )


def _sum(values: list[float]) -> float:
    return sum(value for value in values if value > 0)


def _mean_rate(laps: list[_Lap]) -> float | None:
    weighed = [(lap.mean_rate, lap.seconds) for lap in laps if lap.mean_rate > 0 and lap.seconds > 0]
    whole = sum(seconds for _, seconds in weighed)
    return sum(rate * seconds for rate, seconds in weighed) / whole if whole else None
