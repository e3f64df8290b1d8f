"""The heart rate of another recording, brought to the clock of the workout that lacks it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.analysis import Circumstances, analyse
from ctz_workouts.domain.discipline import discipline_of
from ctz_workouts.domain.figures import Absent
from ctz_workouts.domain.heart_rate import HeartRateZones, MaximumHeartRate
from ctz_workouts.domain.lending import (
    LONGEST_UNPLACED_SECONDS,
    ClassClock,
    Lent,
    PlacedPause,
    best_of,
    lacks_heart_rate,
    lend,
    with_lent,
)
from ctz_workouts.domain.load import HeartRateThresholds
from ctz_workouts.domain.series import HEART_RATE, OUTPUT, Series, series_of

START = datetime(2026, 3, 29, 6, 41, tzinfo=UTC)
LENGTH = 600


def ride(seconds: int = LENGTH, step: int = 1) -> Series:
    at = range(1, seconds + 1, step)
    return series_of(at, ((OUTPUT, "watts", [150.0] * len(at)),))


def watch(seconds: int = LENGTH, first_bpm: int = 60) -> Series:
    """Beats that count up by one in ten seconds, so that every value tells when it was."""
    return series_of(range(1, seconds + 1), ((HEART_RATE, "bpm", [first_bpm + at // 10 for at in range(seconds)]),))


def beats_at(lent: Lent | None, second: int) -> float:
    assert lent is not None
    (value,) = lent.series.metrics[0].values[lent.series.seconds == second]
    return float(value)


@pytest.mark.parametrize("late", [0, 1, 37, -20])
def test_a_whole_second_shift_is_taken_out(late: int) -> None:
    """Second 200 of the ride is second `200 - late` of a watch that was started `late` seconds after it."""
    lent = lend(ClassClock(START), ride(), None, ClassClock(START + timedelta(seconds=late)), watch(700))
    assert 60 + (199 - late) // 10 == beats_at(lent, 200)
    assert lent is not None
    assert (max(late, 0) + 1, LENGTH) == (lent.series.seconds[0], lent.series.seconds[-1])
    assert 0 == lent.uncertain_seconds


def test_a_pause_of_the_ride_whose_place_is_known_is_cut_out_of_the_watch() -> None:
    paused = ClassClock(START, (PlacedPause(100, 45),))
    lent = lend(paused, ride(), None, ClassClock(START), watch(645))
    assert 60 + 99 // 10 == beats_at(lent, 100)
    assert 60 + 145 // 10 == beats_at(lent, 101)
    assert 60 + 344 // 10 == beats_at(lent, 300)


def test_a_pause_of_the_watch_whose_place_is_known_leaves_a_hole() -> None:
    paused = ClassClock(START, (PlacedPause(100, 45),))
    lent = lend(ClassClock(START), ride(), None, paused, watch(555))
    assert lent is not None
    assert [] == [second for second in lent.series.seconds if 100 < second <= 145]
    assert 60 + 100 // 10 == beats_at(lent, 146)


def test_both_paused_at_once_as_riders_do() -> None:
    """The watch was stopped two seconds after the bike, and started with it."""
    bike, wrist = ClassClock(START, (PlacedPause(100, 60),)), ClassClock(START, (PlacedPause(102, 58),))
    lent = lend(bike, ride(), None, wrist, watch(602))
    assert 60 + 102 // 10 == beats_at(lent, 101)
    assert 60 + 301 // 10 == beats_at(lent, 300)


def test_a_pause_at_an_unknown_place_is_told_and_a_long_one_lends_nothing() -> None:
    lent = lend(ClassClock(START, unplaced_seconds=60), ride(), None, ClassClock(START, unplaced_seconds=40), watch())
    assert lent is not None
    assert 100 == lent.uncertain_seconds
    long = ClassClock(START, unplaced_seconds=LONGEST_UNPLACED_SECONDS + 1)
    assert lend(long, ride(), None, ClassClock(START), watch()) is None


def test_a_recording_that_covers_too_little_lends_nothing() -> None:
    late = ClassClock(START + timedelta(seconds=LENGTH // 2 + 1))
    assert lend(ClassClock(START), ride(), None, late, watch()) is None
    assert lend(ClassClock(START), ride(), None, ClassClock(START + timedelta(days=1)), watch()) is None
    assert lend(ClassClock(START), ride(), None, ClassClock(START), ride()) is None
    assert lend(ClassClock(START), None, None, ClassClock(START), watch()) is None


def test_a_workout_without_samples_borrows_for_its_length() -> None:
    lent = lend(ClassClock(START), None, 500, ClassClock(START), watch())
    assert lent is not None
    assert (1, 500, 1.0) == (lent.series.seconds[0], lent.series.seconds[-1], lent.covered)
    assert with_lent(None, lent.series) == lent.series


def test_only_what_has_next_to_no_heart_rate_borrows() -> None:
    few = [120.0 if second < LENGTH // 20 else np.nan for second in range(LENGTH)]
    some = [120.0 if second < LENGTH // 5 else np.nan for second in range(LENGTH)]
    for beats, lacks in (([0.0] * LENGTH, True), (few, True), (some, False)):
        assert lacks == lacks_heart_rate(series_of(range(1, LENGTH + 1), ((HEART_RATE, "bpm", beats),)))
    assert lacks_heart_rate(None)
    assert lacks_heart_rate(ride())


def test_the_recording_that_covers_most_lends() -> None:
    wide, narrow = (
        lend(ClassClock(START), ride(), None, ClassClock(START), watch(length)) for length in (LENGTH, LENGTH - 100)
    )
    assert ("wide", wide) == best_of({"none": None, "narrow": narrow, "wide": wide})
    assert best_of({"none": None}) is None


def test_a_coarse_ride_shows_the_watch_at_its_own_samples_and_has_its_figures_by_the_second() -> None:
    coarse = ride(step=5)
    lent = lend(ClassClock(START), coarse, None, ClassClock(START), watch())
    assert lent is not None
    shown = with_lent(coarse, lent.series)
    assert coarse.seconds.tolist() == shown.seconds.tolist()
    assert not np.isnan(shown.metrics[-1].values).any()
    zones = HeartRateZones.of_maximum(MaximumHeartRate(180))
    found = analyse(coarse, Circumstances(discipline_of("cycling"), heart_rate_zones=zones), lent.series)
    assert not isinstance(found.heart_rate.zone_seconds, Absent)
    assert int(coarse.seconds[-1]) == sum(found.heart_rate.zone_seconds)
    assert isinstance(found.power.mean_watts, Absent)


def test_lent_beats_make_the_load_of_a_workout_without_power() -> None:
    hour = watch(3600, first_bpm=160)
    steady = series_of(hour.seconds, ((HEART_RATE, "bpm", [160.0] * 3600),))
    found = analyse(
        None,
        Circumstances(discipline_of("strength"), heart_rate_thresholds=HeartRateThresholds(50, 160, 185)),
        steady,
    )
    assert 100 == pytest.approx(found.heart_rate.load)
    assert (160, 160) == (found.heart_rate.mean_bpm, found.heart_rate.maximum_bpm)
    assert found.recording.ridden_seconds is None


PAUSES = st.lists(st.tuples(st.integers(1, 300), st.integers(1, 40)), max_size=3, unique_by=lambda one: one[0]).map(
    lambda pauses: tuple(PlacedPause(second, length) for second, length in sorted(pauses))
)


@given(PAUSES)
def test_a_clock_is_undone_by_its_inverse(pauses: tuple[PlacedPause, ...]) -> None:
    clock, seconds = ClassClock(START, pauses), np.arange(1, 400, dtype=np.int32)
    elapsed = clock.elapsed(seconds)
    assert seconds.tolist() == clock.seconds_at(elapsed).tolist()
    paused = set(range(int(elapsed[-1]))) - set(elapsed.astype(int).tolist())
    within = np.array(sorted(paused), dtype=np.float64)
    assert np.isnan(clock.seconds_at(within)).all()


@given(PAUSES, PAUSES, st.integers(-50, 50))
def test_what_is_lent_was_measured_at_that_instant(
    own: tuple[PlacedPause, ...], others: tuple[PlacedPause, ...], late: int
) -> None:
    clock, lender = ClassClock(START, own), ClassClock(START + timedelta(seconds=late), others)
    recorded = watch(700)
    lent = lend(clock, ride(400), None, lender, recorded)
    if lent is None:
        return
    instants = dict(zip(lender.elapsed(recorded.seconds) + late, recorded.metrics[0].values, strict=True))
    told = zip(clock.elapsed(lent.series.seconds), lent.series.metrics[0].values, strict=True)
    assert all(instants[instant] == value for instant, value in told)
