"""T087 and Peloton's CSV: what we write is harmless in a spreadsheet and comes back; what Peloton writes is read."""

import csv
import io
import math
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.formats.activity import DECIMALS, LONGEST_TITLE, UNITS, Activity, Samples, plain
from ctz_workouts.formats.csv_own import list_rows, read_own_csv, write_csv
from ctz_workouts.formats.csv_peloton import read_peloton_csv
from ctz_workouts.formats.csv_text import neutral, told, written
from ctz_workouts.formats.errors import FileDamaged, FormatError
from ctz_workouts.formats.sniff import FileFormat, format_of
from ctz_workouts.formats.zones_of_time import rider_zone, zone_of

from .activities import NOW, START, equal

HEADER = "Workout Timestamp,Instructor Name,Length (minutes),Fitness Discipline,Type,Title,Total Output,Distance (km)\n"
NEW_YORK = ZoneInfo("America/New_York")

lines = st.text(max_size=60).map(lambda text: plain(text, LONGEST_TITLE))
figures = st.one_of(st.none(), st.floats(0.001, 90_000, allow_nan=False).map(lambda value: round(value, 3)))
rides = st.builds(
    Activity,
    start_time=st.datetimes(datetime(1991, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),
    utc_offset_seconds=st.integers(-18, 18).map(lambda hours: hours * 3600),
    duration_seconds=st.integers(1, 172_800),
    discipline=st.sampled_from(["cycling", "yoga", "=cmd"]),
    title=lines,
    instructor=lines.map(lambda text: plain(text, 100)),
    work_kilojoules=figures,
    mean_power_watts=figures,
    distance_meters=figures,
)


@given(st.lists(rides, max_size=4))
def test_t087_a_list_comes_back_as_it_was(given_rides: list[Activity]) -> None:
    data = b"".join(written(list_rows(given_rides)))
    if given_rides:
        assert FileFormat.CSV is format_of(data)
        found = [one for one in read_own_csv(data, NOW) if isinstance(one, Activity)]
        assert [(one, "") for one in given_rides] == [
            (Activity(**{name: getattr(one, name) for name in one.__slots__} | {"key": ""}), "") for one in found
        ]


@given(st.text())
def test_t087_no_cell_of_ours_is_a_formula(text: str) -> None:
    cell = neutral(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert text == told(cell)


@given(
    st.lists(
        st.tuples(*[st.one_of(st.just(math.nan), st.floats(-50, 900).map(lambda value: value)) for _ in UNITS]),
        max_size=8,
    )
)
def test_t087_samples_come_back_as_they_were(rows: list[tuple[float, ...]]) -> None:
    columns = {
        slug: [round(row[at], DECIMALS.get(slug, 0)) if not math.isnan(row[at]) else math.nan for row in rows]
        for at, slug in enumerate(UNITS)
    }
    seconds = [3 * place + 1 for place in range(len(rows))]
    given_ride = Activity(START, 100, "cycling", samples=Samples(seconds, columns if rows else {}))
    (found,) = read_own_csv(b"".join(write_csv(given_ride)), NOW)
    assert isinstance(found, Activity)
    assert seconds == list(found.samples.seconds)
    assert all(equal(found.samples.values[slug], column) for slug, column in given_ride.samples.values.items())


def peloton(*rows: str, zone: str = "America/New_York") -> list[Activity | FormatError]:
    return list(read_peloton_csv((HEADER + "\n".join(rows)).encode(), NOW, rider_zone(zone)))


@pytest.mark.parametrize(
    ("stamp", "zone", "utc"),
    [
        ("2020-08-12 08:30 (PST)", "UTC", "2020-08-12T15:30:00+00:00"),
        ("2020-11-25 08:30 (PST)", "UTC", "2020-11-25T16:30:00+00:00"),
        ("2026-01-05 06:00 (CDT)", "UTC", "2026-01-05T12:00:00+00:00"),
        ("2026-07-05 06:00 (EST)", "America/New_York", "2026-07-05T10:00:00+00:00"),
        ("2026-07-05 06:00 (-04)", "Europe/Berlin", "2026-07-05T10:00:00+00:00"),
        ("2026-07-05 06:00 (+0530)", "UTC", "2026-07-05T00:30:00+00:00"),
        ("2026-07-05 06:00 (UTC)", "America/New_York", "2026-07-05T06:00:00+00:00"),
        ("2026-07-05 06:00 (MST)", "America/Phoenix", "2026-07-05T13:00:00+00:00"),
        ("2026-07-05 06:00 (BST)", "UTC", "2026-07-05T05:00:00+00:00"),
        ("2026-07-05 06:00 (XYZ)", "Asia/Tokyo", "2026-07-04T21:00:00+00:00"),
        ("2026-07-05 06:00", "Asia/Tokyo", "2026-07-04T21:00:00+00:00"),
        ("2026-07-05 6:00 (-99)", "UTC", "2026-07-05T06:00:00+00:00"),
    ],
)
def test_labels_of_zones_mean_a_place_or_a_number(stamp: str, zone: str, utc: str) -> None:
    (row,) = peloton(f"{stamp},Robin Arzon,30,Cycling,Theme,30 min Pop Ride,300,12.5", zone=zone)
    assert isinstance(row, Activity)
    assert utc == row.start_time.isoformat()


def test_a_row_of_peloton_is_a_workout() -> None:
    ridden, scenic, bare = peloton(
        "2026-05-08 12:00 (EDT),Denis Morton,45,Bike Bootcamp,,45 min Bootcamp,412,12.5",
        "2026-05-08 13:00 (EDT),,20,Cycling,Scenic Ride,20 min Big Sur,,",
        "2026-05-08 14:00 (EDT),,15,Meditation,,15 min Calm,,",
    )
    assert isinstance(ridden, Activity)
    assert isinstance(scenic, Activity)
    assert isinstance(bare, Activity)
    assert (2700, "bike_bootcamp", "Denis Morton", 412, 12_500.0, -14_400, "class") == (
        ridden.duration_seconds,
        ridden.discipline,
        ridden.instructor,
        ridden.work_kilojoules,
        ridden.distance_meters,
        ridden.utc_offset_seconds,
        ridden.workout_type,
    )
    assert ("scenic", "freestyle", None) == (scenic.workout_type, bare.workout_type, bare.work_kilojoules)


@pytest.mark.parametrize(
    ("row", "seconds"),
    [
        ("2022-03-04 06:10 (EST),None,Cycling,5 KM Lake Ride,80,120,17.00,3.10", 656),
        ("2022-03-05 06:10 (EST),0,Cycling,Just Ride,5,150,18.00,0.15", 30),
        ("2022-03-04 06:10 (EST),None,Cycling,5 KM Lake Ride,80,120,,", 667),
    ],
)
def test_a_ride_by_distance_lasted_as_long_as_its_figures_say(row: str, seconds: int) -> None:
    """Peloton tells no length of rides over a distance, and none of what lasted less than a minute."""
    header = (
        "Workout Timestamp,Length (minutes),Fitness Discipline,Title,"
        "Total Output,Avg. Watts,Avg. Speed (mph),Distance (mi)\n"
    )
    (told_ride,) = read_peloton_csv(f"{header}{row}\n".encode(), NOW, NEW_YORK)
    assert isinstance(told_ride, Activity)
    assert seconds == told_ride.duration_seconds


def test_the_same_workout_has_the_same_key_in_a_winters_and_a_summers_export() -> None:
    winter, summer, other = peloton(
        *(f"2026-05-08 12:00 ({label}),A,45,Cycling,,Ride,1,1" for label in ("EST", "EDT")),
        "2026-05-08 12:01 (EST),A,45,Cycling,,Ride,1,1",
    )
    assert isinstance(winter, Activity)
    assert isinstance(summer, Activity)
    assert isinstance(other, Activity)
    assert winter.key == summer.key != other.key
    assert winter.start_time == summer.start_time


@pytest.mark.parametrize(
    "row",
    [
        "yesterday,A,45,Cycling,,Ride,1,1",
        "2026-05-08 12:00 (EST),A,,Cycling,,Ride,1,1",
        "2026-02-31 12:00,A,5,Yoga,,X,,",
        "2026-05-08 12:00 (EST),A,-5,Cycling,,Ride,1,1",
    ],
)
def test_a_row_that_is_none_is_told_by_its_line(row: str) -> None:
    good, bad = peloton("2026-05-08 12:00 (EST),A,45,Cycling,,Ride,1,1", row)
    assert isinstance(good, Activity)
    assert isinstance(bad, FormatError)
    assert ("ROW_UNREADABLE", "line 3") == (bad.reason, bad.place)


@pytest.mark.parametrize("second", ["1", "1.5", "-1", "172801", "nan", "soon", ""])
def test_samples_whose_seconds_are_none_are_damaged(second: str) -> None:
    """What passed here would end the worker that keeps it."""
    ride = Activity(START, 100, "cycling", samples=Samples([1, 2], {"output": [100.0, 200.0]}))
    data = b"".join(write_csv(ride)).replace(b"\r\n2,200", f"\r\n{second},200".encode())
    with pytest.raises(FileDamaged) as refused:
        list(read_own_csv(data, NOW))
    assert "line 5" == refused.value.place


@given(st.binary(max_size=300))
def test_any_bytes_behind_a_header_end_in_workouts_or_in_words(body: bytes) -> None:
    with suppress(FormatError):
        for one in read_peloton_csv(HEADER.encode() + body, NOW, NEW_YORK):
            assert isinstance(one, Activity | FormatError)


def test_every_spreadsheets_reading_of_our_list_is_text() -> None:
    hostile = ["=1+1", "+1", "-1", "@SUM", "\t=1", "'=1", "\uff1d1"]
    data = b"".join(written([[text] for text in hostile])).decode()
    cells = [row[0] for row in csv.reader(io.StringIO(data, newline=""))]
    assert all(cell.startswith("'") for cell in cells)
    assert hostile == [told(cell) for cell in cells]


def test_zones_that_do_not_exist_are_utc() -> None:
    assert [UTC, UTC, UTC] == [rider_zone(name) for name in ("", "../../etc/passwd", "Mars/Base")]
    assert NEW_YORK == zone_of("EST", NEW_YORK, datetime(2026, 7, 1, tzinfo=UTC))
