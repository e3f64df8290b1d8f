"""A workout as Training Center XML, version 2, with watts and speed in Garmin's activity extension."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from ctz_workouts.formats.activity import ALTITUDE, CADENCE, HEART_RATE, OUTPUT, SPEED, Activity
from ctz_workouts.formats.fit_writer import distances
from ctz_workouts.formats.recorder import KPH_PER_METER_A_SECOND

_SPORTS = {"cycling": "Biking", "bike_bootcamp": "Biking", "running": "Running", "circuit": "Running"}
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:x="http://www.garmin.com/xmlschemas/ActivityExtension/v2">\n'
)
_MOST_RATE, _MOST_CADENCE, _MOST_WATTS = 255, 254, 65_535


def write_tcx(activity: Activity) -> Iterator[bytes]:
    """The document, piece by piece: one lap with one track."""
    start = _time(activity.start_time)
    sport = _SPORTS.get(activity.discipline, "Other")
    yield f'{_HEAD}<Activities><Activity Sport="{sport}"><Id>{start}</Id><Lap StartTime="{start}">'.encode()
    yield _totals(activity).encode()
    if activity.samples.seconds:
        yield b"<Track>\n"
        yield from _points(activity)
        yield b"</Track>"
    yield _extensions(activity).encode()
    notes = f"<Notes>{_text(activity.title)}</Notes>" if activity.title else ""
    yield f"</Lap>{notes}</Activity></Activities></TrainingCenterDatabase>\n".encode()


def _totals(activity: Activity) -> str:
    seconds = activity.samples.seconds
    timed = max(activity.duration_seconds, seconds[-1] if seconds else 0)
    rates = [rate for rate in activity.samples.values.get(HEART_RATE, ()) if rate > 0]
    mean_rate, highest = activity.mean_heart_rate_bpm, max(rates, default=math.nan)
    calories = min(max(round(activity.calories_kcal or 0), 0), _MOST_WATTS)
    return (
        f"<TotalTimeSeconds>{timed}</TotalTimeSeconds>"
        f"<DistanceMeters>{activity.distance_meters or 0:.2f}</DistanceMeters>"
        f"<Calories>{calories}</Calories>"
        + _rate("AverageHeartRateBpm", mean_rate if mean_rate is not None else math.nan)
        + _rate("MaximumHeartRateBpm", highest)
        + "<Intensity>Active</Intensity><TriggerMethod>Manual</TriggerMethod>"
    )


def _points(activity: Activity) -> Iterator[bytes]:
    values, meters = activity.samples.values, distances(activity)
    for at, second in enumerate(activity.samples.seconds):
        told = {slug: column[at] for slug, column in values.items()}
        yield "".join(
            (
                f"<Trackpoint><Time>{_time(activity.start_time + timedelta(seconds=max(second - 1, 0)))}</Time>",
                f"<AltitudeMeters>{told[ALTITUDE]:.1f}</AltitudeMeters>" if _is_there(told.get(ALTITUDE)) else "",
                f"<DistanceMeters>{meters[at]:.2f}</DistanceMeters>" if meters else "",
                _rate("HeartRateBpm", told.get(HEART_RATE, math.nan)),
                _whole("Cadence", told.get(CADENCE, math.nan), _MOST_CADENCE),
                _extension(told.get(SPEED, math.nan), told.get(OUTPUT, math.nan)),
                "</Trackpoint>\n",
            )
        ).encode()


def _extension(kph: float, watts: float) -> str:
    speed = f"<x:Speed>{kph / KPH_PER_METER_A_SECOND:.4f}</x:Speed>" if _is_there(kph) else ""
    power = _whole("x:Watts", watts, _MOST_WATTS)
    return f"<Extensions><x:TPX>{speed}{power}</x:TPX></Extensions>" if speed or power else ""


def _extensions(activity: Activity) -> str:
    watts = activity.mean_power_watts
    told = _whole("x:AvgWatts", watts if watts is not None else math.nan, _MOST_WATTS)
    return f"<Extensions><x:LX>{told}</x:LX></Extensions>" if told else ""


def _rate(name: str, rate: float) -> str:
    """A heart rate; zero is a strap without contact, which the schema has no word for."""
    return (
        f"<{name}><Value>{round(rate)}</Value></{name}>" if _is_there(rate) and 1 <= round(rate) <= _MOST_RATE else ""
    )


def _whole(name: str, value: float, most: int) -> str:
    return f"<{name}>{round(value)}</{name}>" if _is_there(value) and 0 <= round(value) <= most else ""


def _is_there(value: float | None) -> bool:
    return value is not None and not math.isnan(value)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _text(text: str) -> str:
    """Text of an element: what XML 1.0 cannot hold is left out."""
    return escape(
        "".join(
            letter
            for letter in text
            if letter >= " " and letter not in "\ufffe\uffff" and not "\ud800" <= letter <= "\udfff"
        )
    )
