"""TCX and GPX: valid when we write it, read when others do, refused when it wants more than to be read."""

import math
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.formats.activity import (
    ALTITUDE,
    CADENCE,
    HEART_RATE,
    OUTPUT,
    SPEED,
    Activity,
    Samples,
)
from ctz_workouts.formats.errors import FileDamaged, FormatError, NothingInIt, TooMuchInIt, XmlRefused
from ctz_workouts.formats.gpx_reader import read_gpx
from ctz_workouts.formats.tcx_reader import read_tcx
from ctz_workouts.formats.tcx_writer import write_tcx

from .activities import NOW, START, known_equal, ride

HERE = Path(__file__).parent
GPX = (
    '<?xml version="1.0"?><gpx version="1.1" creator="Watch 9" xmlns="http://www.topografix.com/GPX/1/1" '
    'xmlns:t="http://www.garmin.com/xmlschemas/TrackPointExtension/v1"><trk><name>Morning &lt;b&gt; Ride</name>'
    "<type>cycling</type>{}</trk></gpx>"
)


@pytest.fixture(scope="module")
def schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(HERE / "tcx.xsd"))


def written(activity: Activity) -> bytes:
    return b"".join(write_tcx(activity))


def point(second: int, latitude: float, *, power: int = 200) -> str:
    at = (START + timedelta(seconds=second)).isoformat().replace("+00:00", "Z")
    sensors = f"<power>{power}</power><t:TrackPointExtension><t:hr>140</t:hr><t:cad>85</t:cad></t:TrackPointExtension>"
    told = f"<ele>400</ele><time>{at}</time><extensions>{sensors}</extensions>"
    return f'<trkpt lat="{latitude:.6f}" lon="8.5">{told}</trkpt>'


def test_what_we_write_is_valid_and_read_again(schema: xmlschema.XMLSchema) -> None:
    given_ride = ride(200, distance_meters=1_500.0)
    data = written(given_ride)
    schema.validate(data.decode())
    (told,) = read_tcx(data, NOW)
    for slug in (OUTPUT, HEART_RATE, CADENCE, ALTITUDE):
        assert known_equal(told.samples.values[slug], given_ride.samples.values[slug]), slug
    assert known_equal(told.samples.values[SPEED], given_ride.samples.values[SPEED], 0.011)
    assert (START, 200, 1_500.0, given_ride.title) == (
        told.start_time,
        told.duration_seconds,
        told.distance_meters,
        told.title,
    )


@given(
    title=st.text(max_size=60),
    rate=st.one_of(st.none(), st.floats(0, 300)),
    values=st.lists(st.one_of(st.just(math.nan), st.floats(-50, 70_000)), max_size=5),
)
def test_any_ride_is_a_valid_document(
    schema: xmlschema.XMLSchema, title: str, rate: float | None, values: list[float]
) -> None:
    columns = dict.fromkeys((OUTPUT, HEART_RATE, CADENCE, SPEED), values)
    given_ride = Activity(
        START,
        max(len(values), 1),
        "cycling",
        title=title,
        mean_heart_rate_bpm=rate,
        samples=Samples(range(1, len(values) + 1), columns),
    )
    schema.validate(written(given_ride).decode())


@pytest.mark.parametrize("discipline", ["cycling", "running", "yoga"])
def test_without_samples_it_is_a_lap_without_a_track(schema: xmlschema.XMLSchema, discipline: str) -> None:
    data = written(Activity(START, 600, discipline, calories_kcal=80))
    schema.validate(data.decode())
    (told,) = read_tcx(data, NOW)
    assert (600, 80, "other" if discipline == "yoga" else discipline) == (
        told.duration_seconds,
        told.calories_kcal,
        told.discipline,
    )


def test_laps_become_splits_and_a_break_between_tracks_is_a_pause() -> None:
    def trackpoint(second: int) -> str:
        at = (START + timedelta(seconds=second)).isoformat()
        return f"<Trackpoint><Time>{at}</Time><HeartRateBpm><Value>150</Value></HeartRateBpm></Trackpoint>"

    def lap(first: int, meters: int) -> str:
        points = "".join(trackpoint(second) for second in range(first, first + 60))
        totals = f"<TotalTimeSeconds>60</TotalTimeSeconds><DistanceMeters>{meters}</DistanceMeters>"
        return f'<Lap StartTime="{START.isoformat()}">{totals}<Calories>10</Calories><Track>{points}</Track></Lap>'

    laps = lap(0, 200) + lap(360, 250)
    data = (
        '<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities>'
        f'<Activity Sport="Running"><Id>2026-05-08T08:00:00-04:00</Id>{laps}</Activity>'
        "</Activities></TrainingCenterDatabase>"
    )
    (told,) = read_tcx(data.encode(), NOW)
    assert (120, 300, 450.0, 20.0, -14_400) == (
        len(told.samples.seconds),
        told.pause_seconds,
        told.distance_meters,
        told.calories_kcal,
        told.utc_offset_seconds,
    )
    assert [(60.0, 200.0), (60.0, 250.0)] == [(each.seconds, each.meters) for each in told.laps]


def test_a_gpx_track_has_its_length_and_no_positions() -> None:
    """A millionth of a degree of latitude is eleven centimetres; a segment of its own begins behind a pause."""
    points = "".join(point(second, 47 + second * 0.00005) for second in range(120))
    rest = "".join(point(second, 47.1 + second * 0.00005) for second in range(300, 360))
    data = GPX.format(f"<trkseg>{points}</trkseg><trkseg>{rest}</trkseg>").encode()
    (told,) = read_gpx(data, NOW)
    assert (180, 180, 180, "cycling", "Watch 9", "Morning <b> Ride") == (
        len(told.samples.seconds),
        told.duration_seconds,
        told.pause_seconds,
        told.discipline,
        told.device,
        told.title,
    )
    assert pytest.approx((119 + 59) * 0.00005 * 111_194.9, rel=1e-3) == told.distance_meters
    assert {OUTPUT, HEART_RATE, CADENCE, ALTITUDE, SPEED} == set(told.samples.values)
    assert pytest.approx(5.5597 * 3.6, abs=0.05) == told.samples.values[SPEED][60]
    assert "8.5" not in re.sub(r"[\d.]{4,}", "", repr(told))


@pytest.mark.parametrize(
    ("degrees", "last_second", "paused"),
    [(0.0001, 220, 100), (0.01, 320, 0)],
    ids=["who stood at a light paused", "who drove through a tunnel did not"],
)
def test_a_gap_within_a_segment_is_a_pause_where_the_rider_stood(degrees: float, last_second: int, paused: int) -> None:
    before = [point(second, 47 + second * 0.00005) for second in range(120)]
    behind = [point(220 + second, 47 + 119 * 0.00005 + degrees + second * 0.00005) for second in range(100)]
    (told,) = read_gpx(GPX.format(f"<trkseg>{''.join(before + behind)}</trkseg>").encode(), NOW)
    assert (220, last_second, paused, last_second) == (
        len(told.samples.seconds),
        told.samples.seconds[-1],
        told.pause_seconds,
        told.duration_seconds,
    )


@pytest.mark.parametrize(("timed", "last_second"), [(120, 120), (220, 220)])
def test_a_gap_within_a_track_is_a_pause_where_the_lap_does_not_count_it(timed: int, last_second: int) -> None:
    def trackpoint(second: int) -> str:
        at = (START + timedelta(seconds=second)).isoformat()
        return f"<Trackpoint><Time>{at}</Time><HeartRateBpm><Value>150</Value></HeartRateBpm></Trackpoint>"

    points = "".join(trackpoint(second) for second in (*range(60), *range(160, 220)))
    lap = f"<Lap><TotalTimeSeconds>{timed}</TotalTimeSeconds><Track>{points}</Track></Lap>"
    (told,) = read_tcx(f"<a><Activity><Id>{START.isoformat()}</Id>{lap}</Activity></a>".encode(), NOW)
    assert (120, last_second, timed) == (
        len(told.samples.seconds),
        told.samples.seconds[-1],
        told.duration_seconds,
    )


@pytest.mark.parametrize(
    "document",
    [
        '<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a SYSTEM "file:///etc/passwd">]><gpx>&a;</gpx>',
        '<?xml version="1.0"?><!DOCTYPE gpx SYSTEM "http://127.0.0.1:9/x.dtd"><gpx/>',
        "<!DOCTYPE gpx [<!ENTITY a 'ha'>"
        + "".join(f"<!ENTITY b{n} '&a;&a;&a;'>" for n in range(9))
        + "]><gpx>&b8;</gpx>",
        '<!DOCTYPE gpx [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]><gpx/>',
    ],
)
def test_t084_entities_and_document_types_are_refused_before_they_expand(document: str) -> None:
    for read in (read_gpx, read_tcx):
        with pytest.raises(XmlRefused):
            read(document.encode(), NOW)


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ("<gpx>", FileDamaged),
        ("<gpx></TrainingCenterDatabase>", FileDamaged),
        ("<gpx/>", NothingInIt),
        ("<a>" * 5_000, TooMuchInIt),
        ('<?xml version="1.0" encoding="klingon"?><gpx/>', FileDamaged),
        (GPX.format("<trkseg><trkpt lat='nan' lon='inf'><time>yesterday</time></trkpt></trkseg>"), NothingInIt),
        (GPX.format("<trkseg>" + point(0, 47) + point(400_000, 47) + "</trkseg>"), FormatError),
        ("<gpx>\x00</gpx>", FileDamaged),
    ],
)
def test_t084_broken_documents_are_told_in_words(document: str, error: type[FormatError]) -> None:
    with pytest.raises(error):
        read_gpx(document.encode(), NOW)


@given(st.text(max_size=400))
def test_t084_any_text_within_a_document_ends_in_a_workout_or_in_words(text: str) -> None:
    for read, document in ((read_gpx, GPX.format(f"<trkseg>{text}</trkseg>")), (read_tcx, f"<a><Lap>{text}</Lap></a>")):
        with suppress(FormatError):
            assert read(document.encode(errors="replace"), NOW)


def test_numbers_that_are_none_are_not_there() -> None:
    points = "".join(
        point(second, 47, power=0).replace(">0</power>", f">{value}</power>")
        for second, value in enumerate(("nan", "1e400", "-", "250"))
    )
    (told,) = read_gpx(GPX.format(f"<trkseg>{points}</trkseg>").encode(), NOW)
    values = told.samples.values[OUTPUT]
    assert [True, True, True, False] == [math.isnan(value) for value in values]
    assert datetime(2026, 5, 8, 12, 0, tzinfo=UTC) == told.start_time
