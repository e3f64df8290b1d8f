"""The stored form of a series is lossless, small and refuses what is not its own."""

import math
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.codec import FORMAT_VERSION, WITHOUT_CHECK, decode_series, encode_series
from ctz_workouts.domain.errors import SeriesCorruptError, SeriesUnreadableError, SeriesVersionUnknownError
from ctz_workouts.domain.series import Series, series_of

HEAD_BYTES = 5
"""Version and checksum."""


def one_metric(*values):
    return series_of(range(1, len(values) + 1), (("output", "watts", list(values)),))


@st.composite
def any_series(draw):
    seconds = sorted(draw(st.sets(st.integers(0, 172_800), max_size=60)))
    number = st.one_of(
        st.integers(-(2**40), 2**40).map(float),
        st.decimals(-5000, 5000, places=2).map(float),
        st.floats(allow_infinity=False, allow_nan=True),
    )
    names = st.text(min_size=1, max_size=15)
    slugs = draw(st.lists(names, unique=True, max_size=4))
    rows = st.lists(number, min_size=len(seconds), max_size=len(seconds))
    return series_of(seconds, tuple((slug, draw(st.text(max_size=15)), draw(rows)) for slug in slugs))


@given(series=any_series())
def test_what_is_stored_is_what_is_read(series):
    """Any seconds, any metrics, nulls, huge and broken numbers: equal to the last bit of each value."""
    assert series == decode_series(encode_series(series))


@pytest.mark.parametrize(
    "values",
    [
        (0, 32_767, -32_768, 32_767),
        (0.0, 2_000_000_000.0, -2_000_000_000.0),
        (1e300, -1e300, 5e-324),
        (18.6, 18.7, math.nan, 15.47, 3.125),
        (math.nan, math.nan),
        (0.1 + 0.2, 0.3),
        (),
    ],
)
def test_values_too_large_or_too_fine_for_small_deltas_lose_nothing(values):
    """Each width of the format is reached."""
    series = one_metric(*values)
    assert series == decode_series(encode_series(series))


def test_decimals_come_back_as_the_float_that_json_gives():
    """18.6 stored at scale 10 is the very float 18.6, so figures from storage equal figures from the payload."""
    values = [n / 10 for n in range(2000)]
    stored = decode_series(encode_series(one_metric(*values)))

    assert values == stored.metrics[0].values.tolist()


def ride(seconds: int) -> Series:
    """Five metrics of a ride with noise, as a bike sends them."""
    rng = np.random.default_rng(7)
    walk = np.cumsum(rng.normal(0, 3, seconds))
    return series_of(
        range(1, seconds + 1),
        (
            ("output", "watts", np.round(np.abs(150 + walk % 90 + rng.normal(0, 8, seconds)))),
            ("cadence", "rpm", np.round(85 + rng.normal(0, 1.5, seconds))),
            ("resistance", "%", np.round(42 + walk % 7)),
            ("speed", "mph", np.round(18 + rng.normal(0, 0.4, seconds), 1)),
            ("heart_rate", "bpm", np.round(140 + np.cumsum(rng.normal(0, 0.2, seconds)))),
        ),
    )


def test_an_hour_of_five_metrics_takes_under_eight_bytes_a_second():
    """The bound of the issue, on a ride noisier than recorded ones."""
    assert len(encode_series(ride(3600))) <= 8 * 3600 / 2


def test_seconds_are_runs_whatever_their_number():
    """An even day of seconds costs no more than a minute of them."""
    day, minute = series_of(range(86_400), ()), series_of(range(60), ())

    assert len(encode_series(day)) <= len(encode_series(minute)) + 4


def test_altered_bytes_are_an_error_of_their_own_and_never_another_series():
    """Any single changed bit, and any cut, is noticed; zlib's own checksum misses one of them in this ride."""
    stored = encode_series(ride(60))
    flipped = [
        bytes([*stored[:at], stored[at] ^ 1 << bit, *stored[at + 1 :]]) for at in range(len(stored)) for bit in range(8)
    ]
    assert [] == [broken for broken in flipped if is_readable(broken)]
    assert [] == [at for at in range(len(stored)) if is_readable(stored[:at])]


def is_readable(stored: bytes) -> bool:
    try:
        decode_series(stored)
    except SeriesUnreadableError:
        return False
    return True


def test_what_an_earlier_version_stored_is_read():
    series = ride(60)
    assert series == decode_series(bytes([WITHOUT_CHECK]) + encode_series(series)[HEAD_BYTES:])


def sealed(packed: bytes) -> bytes:
    """A stream as it is stored."""
    return bytes([FORMAT_VERSION]) + struct.pack("<I", zlib.crc32(packed)) + packed


@given(noise=st.binary(max_size=200), compressed=st.booleans())
def test_noise_is_refused_or_is_a_series(noise, compressed):
    """Whatever the bytes say, nothing but the declared errors comes out."""
    stored = sealed(zlib.compress(noise) if compressed else noise)
    try:
        decode_series(stored)
    except SeriesUnreadableError:
        return


def body(samples=0, runs=0, first=0, metrics=0, rest=b""):
    return sealed(zlib.compress(struct.pack("<IIIB", samples, runs, first, metrics) + rest))


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        body(samples=3),
        body(samples=2, runs=1, rest=struct.pack("<II", 1, 5)),
        body(samples=2, runs=1, rest=struct.pack("<II", 4_000_000_000, 1)),
        body(samples=2, runs=1, rest=struct.pack("<II", 0, 1)),
        body(samples=4_000_000_000),
        body(rest=b"more"),
        body(metrics=1, rest=b"\x01o\x00" + struct.pack("<BH", 9, 1)),
        body(metrics=1, rest=b"\x01o\x00" + struct.pack("<BH", 0, 7)),
        body(metrics=1, rest=b"\x01\xff\x00" + struct.pack("<BH", 0, 1)),
        body(metrics=1, rest=b"\x00\x00" + struct.pack("<BH", 0, 1)),
        body() + b"tail",
        sealed(body()[HEAD_BYTES:] + b"tail"),
        sealed(zlib.compress(b"\0" * 17_000_000)),
    ],
)
def test_bytes_that_contradict_themselves_are_corrupt(stored):
    """Counts that do not add up, unknown kinds, tails, bombs."""
    with pytest.raises(SeriesCorruptError) as refused:
        decode_series(stored)

    assert "DATA_LOSS" == refused.value.code


def test_a_later_version_is_not_guessed_at():
    """The version byte comes first so that it can be told."""
    with pytest.raises(SeriesVersionUnknownError) as refused:
        decode_series(bytes([99]) + encode_series(ride(5))[1:])

    assert 99 == refused.value.version
