"""The rider's clock: offset from UTC at the time of a workout."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Offsets in use are quarters of an hour between UTC-12 and UTC+14; the two stamps may differ by a second more.
QUARTER_SECONDS = 900
LOWEST_OFFSET_SECONDS = -12 * 3600
HIGHEST_OFFSET_SECONDS = 14 * 3600

_POSIX_ZONE = re.compile(r"Etc/GMT([+-])(\d{1,2})\Z")


def utc_offset_seconds(created: datetime, device_created: datetime | None, zone: str) -> int:
    """Device time minus server time, else what the zone says, else 0."""
    if device_created is not None:
        quarters = round((device_created - created) / timedelta(seconds=QUARTER_SECONDS))
        if LOWEST_OFFSET_SECONDS <= quarters * QUARTER_SECONDS <= HIGHEST_OFFSET_SECONDS:
            return quarters * QUARTER_SECONDS
    return _offset_of_zone(created, zone)


def _offset_of_zone(at: datetime, zone: str) -> int:
    """`Etc/GMT+4` has the POSIX sign: it is UTC-4 (peloton-api.md, section 4.3)."""
    posix = _POSIX_ZONE.match(zone)
    if posix is not None:
        hours = int(posix[2]) * (-1 if posix[1] == "+" else 1)
        return hours * 3600 if LOWEST_OFFSET_SECONDS <= hours * 3600 <= HIGHEST_OFFSET_SECONDS else 0
    try:
        offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return 0
    return 0 if offset is None else round(offset.total_seconds())
