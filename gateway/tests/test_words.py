"""Figures as people read them: units, paces, durations, zones, ages."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ctz_gateway import words
from ctz_gateway.present import zones

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 6, 10, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "unit", "is_metric", "shown"),
    [
        (15.2, "mi", True, ("24.46", "km")),
        (15.2, "mi", False, ("15.20", "mi")),
        (10.0, "km", False, ("6.21", "mi")),
        (20.3, "mph", True, ("32.7", "km/h")),
        (32.7, "kph", False, ("20.3", "mph")),
        (8.0, "min/mi", True, ("4:58", "/km")),
        (8.0, "min/mi", False, ("8:00", "/mi")),
        (5.0, "min/km", False, ("8:03", "/mi")),
        (2.25, "min/500m", True, ("2:15", "/500 m")),
        (2000, "m", False, ("2,000", "m")),
        (45, "lb", True, ("20", "kg")),
        (100, "ft", True, ("30", "m")),
        (514.4, "kj", False, ("514", "kJ")),
        (190.4, "watts", True, ("190", "W")),
        (590, "kcal", True, ("590", "kcal")),
        (3, "moons", True, ("3", "moons")),
    ],
)
def test_a_reported_figure_is_shown_in_the_riders_units(
    value: float, unit: str, is_metric: bool, shown: tuple[str, str]
) -> None:
    assert shown == words.measure(value, unit, is_metric=is_metric)


@pytest.mark.parametrize("unit", ["mi", "mph", "min/mi", "lb"])
def test_there_and_back_is_the_same_figure(unit: str) -> None:
    there, other = words.in_units(7.0, unit, is_metric=True)
    back, again = words.in_units(there, other, is_metric=False)

    assert unit == again
    assert abs(back - 7.0) < 1e-9


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0:00"),
        (59.4, "0:59"),
        (59.6, "1:00"),
        (1610, "26:50"),
        (3599.6, "1:00:00"),
        (3900, "1:05:00"),
        (36000, "10:00:00"),
    ],
)
def test_durations(seconds: float, shown: str) -> None:
    assert shown == words.duration(seconds)


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (6000, "1:40"), (3570, "1:00"), (90000, "25:00")])
def test_hours_of_a_week(seconds: float, shown: str) -> None:
    assert shown == words.hours_minutes(seconds)


def test_zones_of_an_ftp_of_160_begin_with_0_to_88_watts() -> None:
    shown = [zones.range_text(zone, 160) for zone in range(1, 8)]

    assert ["0–88 W", "88–120 W", "120–144 W", "144–168 W", "168–192 W", "192–240 W", "over 240 W"] == shown


def test_zone_edges_of_an_ftp_of_304_are_not_rounded() -> None:
    edges = zones.edges(304)

    assert [167.2, 228.0, 273.6, 319.2, 364.8, 456.0] == [round(edge, 9) for edge in edges]
    assert ["0–167 W", "167–228 W", "228–274 W"] == [zones.range_text(zone, 304) for zone in (1, 2, 3)]


@pytest.mark.parametrize(
    ("watts", "shown"), [(0.5, 1), (1.5, 2), (87.99999, 88), (130.9, 131), (214.5, 215), (2.4999, 2)]
)
def test_watts_are_rounded_half_up(watts: float, shown: int) -> None:
    assert shown == zones.rounded(watts)


@pytest.mark.parametrize(
    ("back", "shown"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=4), "4 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=1), "yesterday"),
        (timedelta(days=5), "5 days ago"),
        (timedelta(seconds=-30), "just now"),
    ],
)
def test_how_long_ago(back: timedelta, shown: str) -> None:
    assert shown == words.ago(NOW - back, NOW)


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (datetime(2026, 6, 10, 13, 1, tzinfo=UTC), "today 14:01"),
        (datetime(2026, 6, 9, 23, 30, tzinfo=UTC), "today 00:30"),
        (datetime(2026, 6, 9, 13, 1, tzinfo=UTC), "yesterday 14:01"),
        (datetime(2026, 5, 1, 13, 1, tzinfo=UTC), "1 May, 14:01"),
        (datetime(2025, 12, 24, 13, 1, tzinfo=UTC), "24 December 2025, 13:01"),
    ],
)
def test_moments_are_told_in_the_riders_zone(at: datetime, shown: str) -> None:
    assert shown == words.moment(at, LONDON, NOW)


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (date(2026, 6, 8), date(2026, 6, 14), "8 to 14 June"),
        (date(2026, 5, 25), date(2026, 5, 31), "25 to 31 May"),
        (date(2026, 6, 29), date(2026, 7, 5), "29 June to 5 July"),
        (date(2025, 12, 29), date(2026, 1, 4), "29 December 2025 to 4 January 2026"),
    ],
)
def test_spans_of_days(first: date, last: date, shown: str) -> None:
    assert shown == words.span(first, last)


def test_the_clock_of_a_workout_is_that_of_its_day() -> None:
    assert "08:41" == words.clock_at_offset(datetime(2026, 6, 10, 6, 41, tzinfo=UTC), 7200)


@pytest.mark.parametrize(("name", "shown"), [("Mira Holm", "MH"), ("mira", "M"), ("", ""), ("A b C", "AC")])
def test_initials(name: str, shown: str) -> None:
    assert shown == words.initials(name)


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 workouts"), (1, "1 workout"), (2, "2 workouts"), (4000, "4,000 workouts")]
)
def test_counts(count: int, shown: str) -> None:
    assert shown == words.plural(count, "workout")


@pytest.mark.parametrize(
    ("parts", "shown"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_listings(parts: list[str], shown: str) -> None:
    assert shown == words.listing(parts)
