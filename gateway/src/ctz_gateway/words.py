"""Figures and times as people read them: units, durations, dates, ages. Pure functions."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

KILOMETRES_PER_MILE = 1.609344
POUNDS_PER_KILOGRAM = 2.2046226218
FEET_PER_METRE = 3.280839895
MINUTE, HOUR, DAY = 60, 3600, 86400
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEKDAYS_LONG = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def initials(name: str) -> str:
    """One or two capitals for the round mark beside a name."""
    parts = [part for part in name.split() if part]
    return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()


def decimal(number: float, digits: int, *, is_signed: bool = False) -> str:
    """`−1,284.5`: a comma every three digits, a real minus sign; what rounds to nothing has no sign."""
    text = f"{number:{'+' if is_signed else ''},.{digits}f}"
    return (text if text.strip("+-0.") else text.lstrip("+-")).replace("-", "\N{MINUS SIGN}")


def thousands(number: float) -> str:
    """A whole number."""
    return decimal(number, 0)


def duration(seconds: float) -> str:
    """`26:50`, or `1:05:00` from an hour on."""
    whole = round(seconds)
    hours, rest = divmod(whole, HOUR)
    minutes, left = divmod(rest, MINUTE)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"


def hours_minutes(seconds: float) -> str:
    """`1:40` for totals of days and weeks."""
    minutes = round(seconds / MINUTE)
    return f"{minutes // 60}:{minutes % 60:02d}"


def effort_length(seconds: int) -> str:
    """`5 s`, `20 min`: the length of a best effort."""
    return f"{seconds} s" if seconds < MINUTE else f"{seconds / MINUTE:g} min"


def signed(number: float) -> str:
    """`+12`, `−3`, `0`: a change."""
    return decimal(number, 0, is_signed=True)


def day_month(day: date) -> str:
    """`10 June`."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def day_month_year(day: date) -> str:
    """`10 June 2025`."""
    return f"{day_month(day)} {day.year}"


def full_day(day: date) -> str:
    """`Tuesday 10 June 2025`."""
    return f"{WEEKDAYS_LONG[day.weekday()]} {day_month_year(day)}"


def span(first: date, last: date) -> str:
    """`9 to 15 June`, `26 May to 1 June`; the year only when it is not the last day's."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day_month(last)}"
    if first.year == last.year:
        return f"{day_month(first)} to {day_month(last)}"
    return f"{day_month_year(first)} to {day_month_year(last)}"


def span_with_year(first: date, last: date) -> str:
    """`9 to 15 June 2025`; each with its year where they differ."""
    return span(first, last) if first.year != last.year else f"{span(first, last)} {last.year}"


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """`06:41` in a zone."""
    return instant.astimezone(zone).strftime("%H:%M")


def clock_at_offset(instant: datetime, utc_offset_seconds: int) -> str:
    """`06:41` on the rider's clock of that day."""
    return (instant.astimezone(UTC) + timedelta(seconds=utc_offset_seconds)).strftime("%H:%M")


def moment(instant: datetime, zone: ZoneInfo, now: datetime) -> str:
    """`today 14:01`, `yesterday 14:01`, `10 June, 14:01`, with the year when it is another one."""
    local, today = instant.astimezone(zone), now.astimezone(zone).date()
    time = local.strftime("%H:%M")
    if local.date() == today:
        return f"today {time}"
    if local.date() == today - timedelta(days=1):
        return f"yesterday {time}"
    text = day_month(local.date()) if local.year == today.year else day_month_year(local.date())
    return f"{text}, {time}"


def ago(instant: datetime, now: datetime) -> str:
    """`just now`, `4 min ago`, `3 h ago`, `5 days ago`."""
    seconds = max((now - instant).total_seconds(), 0)
    if seconds < MINUTE:
        return "just now"
    if seconds < HOUR:
        return f"{seconds // MINUTE:.0f} min ago"
    if seconds < DAY:
        return f"{seconds // HOUR:.0f} h ago"
    days = int(seconds // DAY)
    return "yesterday" if days == 1 else f"{days} days ago"


def age(instant: datetime, now: datetime) -> str:
    """`35 days old`, `today`."""
    days = (now - instant).days
    return "from today" if days < 1 else f"{days} day{'s' if days > 1 else ''} old"


def listing(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1] if words else "")))


def plural(count: int, one: str, many: str = "") -> str:
    """`1 workout`, `2 workouts`, `1,284 workouts`."""
    return f"{thousands(count)} {one if count == 1 else many or one + 's'}"


# Units as Peloton reports them, with the factor to the other system and its name there.
_CONVERSIONS = {
    "mi": (KILOMETRES_PER_MILE, "km"),
    "km": (1 / KILOMETRES_PER_MILE, "mi"),
    "mph": (KILOMETRES_PER_MILE, "kph"),
    "kph": (1 / KILOMETRES_PER_MILE, "mph"),
    "min/mi": (1 / KILOMETRES_PER_MILE, "min/km"),
    "min/km": (KILOMETRES_PER_MILE, "min/mi"),
    "ft": (1 / FEET_PER_METRE, "m"),
    "lb": (1 / POUNDS_PER_KILOGRAM, "kg"),
    "kg": (POUNDS_PER_KILOGRAM, "lb"),
}
_METRIC = frozenset({"km", "kph", "min/km", "m", "kg"})
_IMPERIAL = frozenset({"mi", "mph", "min/mi", "ft", "lb"})
_SHOWN = {"kph": "km/h", "min/mi": "/mi", "min/km": "/km", "min/500m": "/500 m", "watts": "W", "kj": "kJ"}


def in_units(value: float, unit: str, *, is_metric: bool) -> tuple[float, str]:
    """A reported figure in the rider's units; metres of a rower and unknown units stay as they are."""
    wanted = _METRIC if is_metric else _IMPERIAL
    if unit in wanted or unit not in _CONVERSIONS:
        return value, unit
    factor, other = _CONVERSIONS[unit]
    return value * factor, other


def unit_word(unit: str) -> str:
    """The unit as it is written beside a figure."""
    return _SHOWN.get(unit, unit)


def pace(minutes: float) -> str:
    """`5:33` from decimal minutes."""
    return duration(minutes * MINUTE)


def measure(value: float, unit: str, *, is_metric: bool) -> tuple[str, str]:
    """A reported figure and its unit as shown: paces as minutes and seconds, distances with two decimals."""
    converted, name = in_units(value, unit, is_metric=is_metric)
    if name.startswith("min/"):
        return pace(converted), unit_word(name)
    if name in {"mi", "km"}:
        return f"{converted:.2f}", name
    if name in {"mph", "kph"}:
        return f"{converted:.1f}", unit_word(name)
    return thousands(converted), unit_word(name)
