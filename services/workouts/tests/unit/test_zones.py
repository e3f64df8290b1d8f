"""Power zones and heart-rate zones: edges, sides and refusals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.errors import FTPOutOfRangeError, HeartRateZonesMalformedError
from ctz_workouts.domain.heart_rate import HeartRateZones, MaximumHeartRate, effort_points, estimated_maximum
from ctz_workouts.domain.zones import FTP, PowerZone, round_half_up, zone_of_share

FTPS = st.integers(20, 1000)


@pytest.mark.parametrize(
    ("share", "zone"),
    [(0.55, 1), (0.5501, 2), (0.75, 2), (0.90, 3), (1.05, 4), (1.20, 5), (1.50, 6), (1.5001, 7), (0.0, 1)],
)
def test_an_upper_edge_belongs_to_the_lower_zone(share, zone):
    """The edges of domain.md, on the exact ratio."""
    assert zone == zone_of_share(share)


@given(ftp=FTPS, edge=st.sampled_from([(55, 1), (75, 2), (90, 3), (105, 4), (120, 5), (150, 6)]))
def test_edges_hold_for_every_ftp_however_the_product_rounds(ftp, edge):
    """A power computed as share x FTP lies on its edge, a ten-thousandth more does not."""
    percent, zone = edge
    watts = np.array([percent / 100 * ftp, (percent + 0.01) / 100 * ftp])

    assert [zone, zone + 1] == FTP(ftp).zones_of(watts).tolist()


@given(ftp=FTPS, watts=st.lists(st.floats(0, 3000), max_size=50))
def test_the_vector_and_the_single_zone_agree(ftp, watts):
    """One rule, two spellings."""
    assert [FTP(ftp).zone_of(w) for w in watts] == FTP(ftp).zones_of(np.array(watts, dtype=np.float64)).tolist()


def test_seconds_without_power_have_no_zone():
    """Nothing recorded is neither zone 1 nor zone 7."""
    assert [0, 1] == FTP(200).zones_of(np.array([math.nan, 0.0])).tolist()


def test_edges_in_watts_are_exact_and_shown_rounded_half_up():
    """FTP 304 and FTP 160 of domain.md; 90 % of 215 is 193.5 and is shown as 194."""
    assert (167.2, 228.0, 273.6, 319.2, 364.8, 456.0) == FTP(304).edge_watts()
    assert (167, 228, 274, 319, 365, 456) == FTP(304).display_edges()
    assert 194 == FTP(215).display_edges()[2]
    first = FTP(160).ranges()[0]
    assert (PowerZone.ACTIVE_RECOVERY, 0, 88) == (first.zone, first.lowest_watts, first.highest_watts)


@given(ftp=FTPS)
def test_shown_ranges_have_no_gap_and_no_overlap(ftp):
    """Each zone begins a watt above the one before, and the last is open."""
    ranges = FTP(ftp).ranges()

    assert [r.lowest_watts for r in ranges[1:]] == [r.highest_watts + 1 for r in ranges[:-1]]
    assert ranges[-1].highest_watts is None


def test_zones_carry_their_names_and_target_lines():
    """The table of domain.md."""
    assert ("Tempo", "Sustainable", 0.825) == (
        PowerZone.TEMPO.title,
        PowerZone.TEMPO.peloton_word,
        PowerZone.TEMPO.target_share,
    )
    assert [45, 65, 82.5, 97.5, 112.5, 135, 160] == [round(zone.target_share * 100, 1) for zone in PowerZone]
    assert 270.0 == FTP(200).target_watts(PowerZone.ANAEROBIC_CAPACITY)
    for zone in PowerZone:
        assert zone == zone_of_share(zone.target_share)


@pytest.mark.parametrize("nonsense", [0, -1, 19, 1001, math.nan, math.inf])
def test_an_ftp_that_no_rider_has_is_refused(nonsense):
    """Nothing downstream checks again."""
    with pytest.raises(FTPOutOfRangeError) as refused:
        FTP(nonsense)

    assert ("FTP_OUT_OF_RANGE", "INVALID_ARGUMENT") == (refused.value.reason, refused.value.code)


def test_a_heart_rate_floor_belongs_to_the_upper_zone():
    """The opposite of power: 65, 75, 85, 95 % of a maximum of 200."""
    zones = HeartRateZones.of_maximum(MaximumHeartRate(200))
    rates = [129.9, 130, 149.9, 150, 170, 189.9, 190, 210]

    assert [1, 2, 2, 3, 4, 4, 5, 5] == [zones.zone_of(rate) for rate in rates]
    assert [1, 2, 2, 3, 4, 4, 5, 5, 0] == zones.zones_of(np.array([*rates, math.nan])).tolist()


@given(maximum=st.integers(80, 240))
def test_default_floors_hold_for_every_maximum(maximum):
    """A rate computed as share x maximum lies on its floor."""
    zones = HeartRateZones.of_maximum(MaximumHeartRate(maximum))

    assert [2, 3, 4, 5] == [zones.zone_of(share * maximum) for share in (0.65, 0.75, 0.85, 0.95)]


def test_the_maximum_by_age_is_marked_as_an_estimate():
    """208 - 0.7 x age: 40 years give 180, 45 years 176.5, shown as 177."""
    assert MaximumHeartRate(180, is_estimate=True) == estimated_maximum(1986, 2026)
    assert 177 == estimated_maximum(1981, 2026).bpm
    assert HeartRateZones.of_maximum(estimated_maximum(1986, 2026)).is_estimate


def test_own_floors_must_rise():
    """A rider's own zones are checked once, here."""
    assert 3 == HeartRateZones((120, 140, 160, 175)).zone_of(140)
    with pytest.raises(HeartRateZonesMalformedError):
        HeartRateZones((120, 120, 160, 175))
    with pytest.raises(HeartRateZonesMalformedError):
        MaximumHeartRate(20)


def test_effort_points_follow_minutes_in_zones():
    """A minute in each zone: 0.3 + 0.6 + 1.2 + 2.4 + 2.4."""
    assert 6.9 == pytest.approx(effort_points((60, 60, 60, 60, 60)))


@pytest.mark.parametrize(
    ("value", "whole"), [(0.5, 1), (1.5, 2), (2.5, 3), (2.4999, 2), (0.95 * 190, 181), (167.2, 167)]
)
def test_halves_round_up(value, whole):
    """The one stated rounding; 0.95 x 190 is 180.5, a hair under in binary."""
    assert whole == round_half_up(value)
