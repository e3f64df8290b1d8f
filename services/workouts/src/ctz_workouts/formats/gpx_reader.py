"""GPS Exchange. Positions become a length and are gone."""

import math
from datetime import UTC, datetime

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
    checked_start,
    plain,
)
from ctz_workouts.formats.errors import NothingInIt, TimesUnbelievable, TooMuchInIt
from ctz_workouts.formats.recorder import DISTANCE, KPH_PER_METER_A_SECOND, Recorder
from ctz_workouts.formats.tcx_reader import LONGEST_STEP_SECONDS
from ctz_workouts.formats.totals import completed
from ctz_workouts.formats.xml_events import instant, number, read_xml

MOST_TRACKS = 500
EARTH_RADIUS_METERS = 6_371_008.8
"""Mean radius of the earth (IUGG)."""
_QUARTER_DEGREES, _HALF_DEGREES = 90, 180
_DISCIPLINES = {
    "cycling": ("cycl", "bik", "ride"),
    "running": ("run",),
    "walking": ("walk", "hik"),
    "rowing": ("row",),
    "swimming": ("swim",),
}
_SAMPLES = {
    "ele": (ALTITUDE, 1.0),
    "power": (OUTPUT, 1.0),
    "PowerInWatts": (OUTPUT, 1.0),
    "watts": (OUTPUT, 1.0),
    "hr": (HEART_RATE, 1.0),
    "heartrate": (HEART_RATE, 1.0),
    "cad": (CADENCE, 1.0),
    "cadence": (CADENCE, 1.0),
    "speed": (SPEED, KPH_PER_METER_A_SECOND),
}


def read_gpx(data: bytes, now: datetime) -> list[Activity]:
    """A workout for every track with times; `FormatError` where there is none or it cannot be read."""
    told = _Told(now)
    read_xml(data, told.opened, told.closed)
    if not told.activities:
        raise NothingInIt
    return told.activities


class _Told:
    """What the elements told so far; one track is under way at a time."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.activities: list[Activity] = []
        self._device = ""
        self._begin()

    def _begin(self) -> None:
        self._recorder = Recorder()
        self._title = self._kind = ""
        self._point: dict[str, float] = {}
        self._time: float | None = None
        self._last: float | None = None
        self._place: tuple[float, float] | None = None
        self._meters = 0.0
        self._is_new_segment = False

    def opened(self, path: tuple[str, ...], attributes: dict[str, str]) -> None:
        """An element begins."""
        if path[-1] == "trk":
            self._begin()
        elif path[-1] == "trkseg":
            self._is_new_segment = True
        elif path[-1] == "trkpt":
            self._point, self._time = {}, None
            self._go_to(number(attributes.get("lat", "")), number(attributes.get("lon", "")))
        elif len(path) == 1:
            self._device = plain(attributes.get("creator", ""), LONGEST_NAME)

    def closed(self, path: tuple[str, ...], text: str) -> None:
        """An element ends, and its text is whole."""
        name = path[-1]
        if "trkpt" in path:
            if name == "trkpt":
                self._keep_point()
            elif name == "time":
                at = instant(text)
                self._time = at.timestamp() if at is not None else None
            elif name in _SAMPLES:
                slug, factor = _SAMPLES[name]
                self._point[slug] = number(text) * factor
        elif path[-2:] == ("trk", "name"):
            self._title = plain(text, LONGEST_TITLE)
        elif path[-2:] == ("trk", "type"):
            self._kind = text.lower()
        elif name == "trk":
            self._end()

    def _go_to(self, latitude: float, longitude: float) -> None:
        if math.isnan(latitude + longitude) or abs(latitude) > _QUARTER_DEGREES or abs(longitude) > 2 * _HALF_DEGREES:
            return
        if self._place is not None and not self._is_new_segment:
            self._meters += _meters_between(self._place, (latitude, longitude))
        self._place = (latitude, longitude)
        self._point[DISTANCE] = self._meters

    def _keep_point(self) -> None:
        if self._time is None:
            return
        if self._is_new_segment and self._last is not None and self._time - self._last > LONGEST_STEP_SECONDS:
            self._recorder.pause(self._last, self._time - 1)
        self._is_new_segment, self._last = False, self._time
        self._recorder.add(self._time, self._point)

    def _end(self) -> None:
        first, last = self._recorder.first_time, self._recorder.last_time
        if first is None or last is None or last - first < 1:
            return
        if len(self.activities) >= MOST_TRACKS:
            raise TooMuchInIt
        if last - first > LONGEST_SECONDS:
            raise TimesUnbelievable
        start = checked_start(datetime.fromtimestamp(first, UTC), self._now)
        recording = self._recorder.recording(first)
        self.activities.append(
            completed(
                Activity(
                    start_time=start,
                    end_time=datetime.fromtimestamp(last, UTC),
                    duration_seconds=max(round(last - first) + 1 - recording.pause_seconds, 1),
                    discipline=_discipline(self._kind),
                    title=self._title,
                    device=self._device,
                    samples=recording.samples,
                    pause_seconds=recording.pause_seconds,
                    pauses=recording.pauses,
                    filled_seconds=recording.filled_seconds,
                ),
                recording.distance_meters,
            )
        )


def _discipline(kind: str) -> str:
    """By words of the track's type; Strava once wrote numbers, of which 1 is a ride and 9 a run."""
    numbers = {"1": "cycling", "9": "running"}
    found = (name for name, words in _DISCIPLINES.items() if any(word in kind for word in words))
    return numbers.get(kind.strip()) or next(found, "other")


def _meters_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance by the haversine formula."""
    (phi_a, lambda_a), (phi_b, lambda_b) = ((math.radians(x), math.radians(y)) for x, y in (a, b))
    h = (
        math.sin((phi_b - phi_a) / 2) ** 2
        + math.cos(phi_a) * math.cos(phi_b) * math.sin((lambda_b - lambda_a) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_METERS * math.asin(math.sqrt(min(h, 1.0)))
