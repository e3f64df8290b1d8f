"""FIT: what we write is what Garmin's decoder reads; what devices write is what we read."""

import math
from datetime import timedelta

import numpy as np
import pytest
from garmin_fit_sdk import Decoder, Stream
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.grid import grid_of
from ctz_workouts.domain.power import normalized_power
from ctz_workouts.domain.series import series_of
from ctz_workouts.formats.activity import (
    ALTITUDE,
    CADENCE,
    HEART_RATE,
    INCLINE,
    OUTPUT,
    RESISTANCE,
    SPEED,
    UNITS,
    Activity,
    Samples,
)
from ctz_workouts.formats.errors import NothingInIt, TimesUnbelievable
from ctz_workouts.formats.fit_reader import read_fit
from ctz_workouts.formats.fit_writer import write_fit

from .activities import FIT_START, NOW, START, FitBytes, equal, known_equal, ride

NAMES = {
    OUTPUT: ("power", 1.0, 0.0),
    HEART_RATE: ("heart_rate", 1.0, 0.0),
    CADENCE: ("cadence", 1.0, 0.0),
    RESISTANCE: ("resistance", 1 / 2.54, 0.2),
    SPEED: ("enhanced_speed", 3.6, 0.002),
    ALTITUDE: ("enhanced_altitude", 1.0, 0.0),
    INCLINE: ("grade", 1.0, 1e-9),
}
RECORD = [(253, 4, 0x86), (7, 2, 0x84), (3, 1, 0x02)]


def test_garmins_decoder_reads_the_same_samples() -> None:
    given_ride = ride(600)
    messages, errors = Decoder(Stream.from_byte_array(bytearray(write_fit(given_ride)))).read()
    assert not errors
    records = messages["record_mesgs"]
    assert [START + timedelta(seconds=at) for at in range(600)] == [each["timestamp"] for each in records]
    for slug, (name, factor, within) in NAMES.items():
        told = [each.get(name, math.nan) * factor for each in records]
        assert equal(told, given_ride.samples.values[slug], within), slug
    (session,) = messages["session_mesgs"]
    assert (600.0, "cycling", "indoor_cycling", 321) == (
        session["total_timer_time"],
        session["sport"],
        session["sub_sport"],
        session["total_calories"],
    )


def test_what_we_write_we_read_again() -> None:
    given_ride = ride(900, seed=2, distance_meters=21_000.0)
    (told,) = read_fit(write_fit(given_ride), NOW)
    assert list(given_ride.samples.seconds) == list(told.samples.seconds)
    for slug in UNITS:
        assert known_equal(told.samples.values[slug], given_ride.samples.values[slug]), slug
    assert (START, -14_400, 900, "cycling", 21_000.0, 321.0) == (
        told.start_time,
        told.utc_offset_seconds,
        told.duration_seconds,
        told.discipline,
        told.distance_meters,
        told.calories_kcal,
    )
    assert given_ride.title == told.title


@given(
    title=st.text(max_size=80),
    watts=st.lists(st.one_of(st.just(math.nan), st.integers(0, 3000).map(float)), max_size=40),
)
def test_any_ride_is_a_file_that_garmins_decoder_takes(title: str, watts: list[float]) -> None:
    seconds = range(1, len(watts) + 1)
    given_ride = Activity(START, max(len(watts), 1), "cycling", title=title, samples=Samples(seconds, {OUTPUT: watts}))
    data = bytearray(write_fit(given_ride))
    assert Decoder(Stream.from_byte_array(data)).check_integrity()
    messages, errors = Decoder(Stream.from_byte_array(data)).read()
    assert not errors
    told = [each.get("power", math.nan) for each in messages.get("record_mesgs", [])]
    assert equal(told, watts)


@pytest.mark.parametrize("discipline", ["cycling", "running", "rowing", "strength", "yoga", "meditation", "unheard_of"])
def test_a_discipline_comes_back(discipline: str) -> None:
    (told,) = read_fit(write_fit(Activity(START, 1800, discipline)), NOW)
    assert ("other" if discipline == "unheard_of" else discipline) == told.discipline


def test_the_clock_stops_in_a_pause_and_a_hole_stays_one() -> None:
    """Two minutes, a pause of five, two minutes with a hole of ten seconds: as the device's own timer counts."""
    fit = FitBytes()
    fit.define(0, 20, RECORD)
    fit.define(2, 21, [(253, 4, 0x86), (0, 1, 0), (1, 1, 0)])
    fit.message(2, "IBB", FIT_START, 0, 0)
    for second in range(120):
        fit.message(0, "IHB", FIT_START + second, 200, 120)
    fit.message(2, "IBB", FIT_START + 119, 0, 4)
    fit.message(2, "IBB", FIT_START + 419, 0, 0)
    for second in range(120):
        if not 50 <= second < 60:
            fit.message(0, "IHB", FIT_START + 420 + second, 100, 140)
    fit.message(2, "IBB", FIT_START + 539, 0, 4)
    fit.session(FIT_START, 540, 240)
    (told,) = read_fit(fit.file(), NOW)
    seconds = list(told.samples.seconds)
    assert (1, 120, 121, 240) == (seconds[0], seconds[119], seconds[120], seconds[-1])
    assert (230, 300, 240) == (len(seconds), told.pause_seconds, told.duration_seconds)
    assert (120 * 200 + 110 * 100) / 1000 == told.work_kilojoules


def test_normalized_power_is_that_of_the_timer_whatever_was_paused() -> None:
    """Auto-pause at every light: a device goes on with its rolling mean, and so do we."""
    fit, watts = FitBytes(), [150 + 100 * (second // 40 % 2) for second in range(1200)]
    fit.define(0, 20, RECORD)
    fit.define(2, 21, [(253, 4, 0x86), (0, 1, 0), (1, 1, 0)])
    clock = FIT_START
    for second, value in enumerate(watts):
        if second % 70 == 69:
            fit.message(2, "IBB", clock - 1, 0, 4)
            clock += 25
            fit.message(2, "IBB", clock - 1, 0, 0)
        fit.message(0, "IHB", clock, value, 130)
        clock += 1
    fit.session(FIT_START, clock - FIT_START, 1200)
    (told,) = read_fit(fit.file(), NOW)
    assert watts == list(told.samples.values[OUTPUT])
    grid = grid_of(series_of(told.samples.seconds, ((OUTPUT, "watts", told.samples.values[OUTPUT]),)), OUTPUT)
    rolling = np.convolve(watts, np.ones(30) / 30, mode="valid")
    assert grid is not None
    assert pytest.approx(float(np.mean(rolling**4) ** 0.25)) == normalized_power(grid)


def test_big_endian_short_headers_compressed_times_and_developer_fields_are_read() -> None:
    big = FitBytes(">")
    big.define(0, 20, RECORD, developer=bytes((0, 2, 0, 1, 1, 0)))
    for second in range(10):
        big.message(0, "IHB3x", FIT_START + second, 200 + second, 255)
    big.define(3, 20, [(7, 2, 0x84)])
    for second in range(10, 40):
        big.compressed(3, (FIT_START + second) & 0x1F, "H", 200 + second)
    big.session(FIT_START, 40, 40)
    for data in (big.file(header=12), big.file(crc=False)):
        (told,) = read_fit(data, NOW)
        assert [float(200 + second) for second in range(40)] == list(told.samples.values[OUTPUT])
        assert HEART_RATE not in told.samples.values


def test_every_session_and_every_chained_file_is_a_workout() -> None:
    both = FitBytes()
    both.define(0, 20, RECORD)
    for second in range(60):
        both.message(0, "IHB", FIT_START + second, 100, 100)
    both.session(FIT_START, 30, 30, sport=2)
    both.session(FIT_START + 30, 30, 30, sport=1)
    told = read_fit(both.file() + both.file(), NOW)
    assert ["cycling", "running"] * 2 == [each.discipline for each in told]
    assert [30] * 4 == [len(each.samples.seconds) for each in told]


def test_files_without_a_workout_and_with_a_wrong_clock_say_so() -> None:
    with pytest.raises(NothingInIt):
        read_fit(FitBytes().file(), NOW)
    for start, elapsed in ((10, 60), (FIT_START + 20_000_000, 60), (FIT_START, 200_000)):
        fit = FitBytes()
        fit.session(start, elapsed, elapsed)
        with pytest.raises(TimesUnbelievable):
            read_fit(fit.file(), NOW)
