"""What the zone labels of Peloton's CSV mean."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_NUMERIC = re.compile(r"([+-])(\d{1,2})(?::?(\d\d))?")
_FAMILIES = {
    "EST EDT ET": "America/New_York",
    "CST CDT CT": "America/Chicago",
    "MST MDT MT": "America/Denver",
    "PST PDT PT": "America/Los_Angeles",
    "AKST AKDT": "America/Anchorage",
    "HST HDT": "Pacific/Honolulu",
    "AST ADT": "America/Halifax",
    "NST NDT": "America/St_Johns",
    "GMT BST": "Europe/London",
    "WET WEST": "Europe/Lisbon",
    "CET CEST": "Europe/Berlin",
    "EET EEST": "Europe/Helsinki",
    "AEST AEDT": "Australia/Sydney",
    "ACST ACDT": "Australia/Adelaide",
    "AWST": "Australia/Perth",
    "NZST NZDT": "Pacific/Auckland",
    "JST": "Asia/Tokyo",
}
_ZONES = {label: zone for labels, zone in _FAMILIES.items() for label in labels.split()}
_MOST_HOURS = 18


def rider_zone(name: str) -> tzinfo:
    """The zone of that name; UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # unknown names, and texts that are no name at all
        return UTC


def zone_of(label: str, rider: tzinfo, at: datetime) -> tzinfo:
    """The zone that a label stands for.

    A name such as PST stands for its place, not for its offset: Peloton writes the name in force on the day of the
    export beside wall-clock times of the workout's own day (in a recorded export a weekly live class stands at 08:30
    "PST" from August through November). Numbers are what they say.
    """
    number = _NUMERIC.fullmatch(label)
    if number is not None:
        minutes = int(number[2]) * 60 + int(number[3] or 0)
        if minutes <= _MOST_HOURS * 60:
            return timezone(timedelta(minutes=-minutes if number[1] == "-" else minutes))
        return rider
    if label in {"UTC", "Z", "Etc/UTC"}:
        return UTC
    if label in _labels_of(rider, at):
        return rider
    zone = _ZONES.get(label)
    return ZoneInfo(zone) if zone else rider


def _labels_of(zone: tzinfo, at: datetime) -> set[str | None]:
    """What a zone is called in the winter and in the summer of a year."""
    return {zone.tzname(datetime(at.year, month, 1)) for month in (1, 7)}  # noqa: DTZ001 - wall clock
