"""FIT as devices write it: each habit with the seconds, the watts and the NP that it must come to."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.figures import Figure
from ctz_workouts.domain.grid import grid_of
from ctz_workouts.domain.power import normalized_power
from ctz_workouts.domain.series import series_of
from ctz_workouts.formats.activity import CADENCE, HEART_RATE, OUTPUT, Activity
from ctz_workouts.formats.fit_reader import read_fit
from ctz_workouts.formats.recorder import LONGEST_FILLED_SECONDS

from .activities import FIT_START, NOW, START, FitBytes

TIME, POWER, BEATS, CADENCES = (253, 4, 0x86), (7, 2, 0x84), (3, 1, 0x02), (4, 1, 0x02)
RIDE, EVENT = 0, 2
BEGIN, STOP, STOP_ALL, STOP_DISABLE_ALL = 0, 1, 4, 9
NOTHING = 0xFFFF
LONG = [150 + 100 * (second // 40 % 2) + second % 7 for second in range(400)]


class Device(FitBytes):
    """A FIT file of one ride, second by second."""

    def __init__(self) -> None:
        super().__init__()
        self.define(RIDE, 20, [TIME, POWER])
        self.define(EVENT, 21, [TIME, (0, 1, 0), (1, 1, 0)])

    def ride(self, at: int, watts: Sequence[int]) -> None:
        for second, value in enumerate(watts):
            self.message(RIDE, "IH", FIT_START + at + second, value)

    def timer(self, at: int, kind: int) -> None:
        self.message(EVENT, "IBB", FIT_START + at, 0, kind)


@dataclass(frozen=True)
class Habit:
    """What a device writes, and what it must come to. Watts are by second of the timer, none for a hole."""

    write: Callable[[Device], None]
    watts: Sequence[float | None]
    paused: int = 0
    filled: int = 0
    lasted: int = 0
    discipline: str = "cycling"


def read(data: bytes) -> Activity:
    (told,) = read_fit(data, NOW)
    return told


def by_second(told: Activity, slug: str = OUTPUT) -> list[float | None]:
    """A column on the timer's clock, none where there is no second or nothing in it."""
    values = dict(zip(told.samples.seconds, told.samples.values[slug], strict=True))
    last = max(values)
    return [None if math.isnan(values.get(at, math.nan)) else values[at] for at in range(1, last + 1)]


def ours(told: Activity) -> Figure:
    grid = grid_of(series_of(told.samples.seconds, ((OUTPUT, "watts", told.samples.values[OUTPUT]),)), OUTPUT)
    assert grid is not None
    return normalized_power(grid)


def on_the_device(watts: Sequence[float]) -> float:
    """NP as a head unit can work it out: the last thirty watts in a ring, one tick a second of the timer."""
    ring, total, ticks = [0.0] * 30, 0.0, 0
    for at, value in enumerate(watts):
        ring[at % 30] = value
        if at >= 29:
            total, ticks = total + (sum(ring) / 30) ** 4, ticks + 1
    return (total / ticks) ** 0.25


def zeros_and_nothing(device: Device) -> None:
    device.ride(0, [200, 0, 0, NOTHING, NOTHING, NOTHING, NOTHING, 100, *LONG])
    device.session(FIT_START, 408, 408)


def sensor_lost(device: Device) -> None:
    device.ride(0, [*LONG[:100], *[NOTHING] * 20, *LONG])
    device.session(FIT_START, 520, 520)


def sensor_paired_later(device: Device) -> None:
    device.define(RIDE, 20, [TIME, BEATS])
    for second in range(60):
        device.message(RIDE, "IB", FIT_START + second, 110)
    device.define(RIDE, 20, [TIME, POWER])
    device.ride(60, LONG)
    device.session(FIT_START, 460, 460)


def told_twice(device: Device) -> None:
    for second, value in enumerate(LONG):
        device.ride(second, [900 if second % 50 == 3 else value])
        device.ride(second, [value])
    device.session(FIT_START, 400, 400)


def one_second_in_two_records(device: Device) -> None:
    device.define(3, 20, [TIME, BEATS])
    for second, value in enumerate(LONG):
        device.ride(second, [value])
        device.message(3, "IB", FIT_START + second, 120)
    device.session(FIT_START, 400, 400)


def clock_set_back(device: Device) -> None:
    device.ride(0, [*LONG[:200], 700, 700, 700])
    device.ride(200, LONG[200:])
    device.session(FIT_START, 400, 400)


def recorded_while_stopped(device: Device) -> None:
    device.timer(0, BEGIN)
    device.ride(0, LONG[:200])
    device.timer(199, STOP_ALL)
    device.ride(200, [0] * 59)
    device.timer(259, BEGIN)
    device.ride(260, LONG[200:])
    device.timer(459, STOP_DISABLE_ALL)
    device.session(FIT_START, 460, 400)


def told_at_both_edges(device: Device) -> None:
    """The record of the stop and that of the start stand for one second of the timer."""
    device.ride(0, [*LONG[:200], 0])
    device.timer(200, STOP)
    device.timer(200, STOP_ALL)
    device.timer(300, BEGIN)
    device.ride(300, LONG[200:])
    device.session(FIT_START, 500, 400)


def paused_without_a_word(device: Device) -> None:
    device.ride(0, LONG[:150])
    device.ride(180, LONG[150:300])
    device.ride(900, LONG[300:])
    device.session(FIT_START, 1000, 400)


def lost_while_it_ran(device: Device) -> None:
    device.ride(0, LONG[:150])
    device.ride(180, LONG[150:])
    device.session(FIT_START, 430, 430)


def partly_paused(device: Device) -> None:
    """Of two gaps the timer explains one: the longer."""
    device.ride(0, LONG[:150])
    device.ride(162, LONG[150:300])
    device.ride(412, LONG[300:])
    device.session(FIT_START, 512, 412)


def one_record_from_nowhere(device: Device) -> None:
    """A device whose clock ran wild for a moment, before its start and behind its end."""
    device.ride(-800_000_000, [900])
    device.ride(0, LONG)
    device.timer(400, STOP_ALL)
    device.timer(1_999_999_999, BEGIN)
    device.ride(2_000_000_000, [900])
    device.session(FIT_START, 400, 400)


def on_change(device: Device) -> None:
    """Nine seconds of coasting are two records."""
    device.ride(0, LONG[:200])
    device.ride(200, [0])
    device.ride(209, [0, *LONG[200:]])
    device.session(FIT_START, 410, 410)


def every_other_second(device: Device) -> None:
    for second in range(0, 400, 2):
        device.ride(second, [100 + second])
    device.session(FIT_START, 400, 400)


def died(device: Device) -> None:
    """No session, no activity, no lap: what is not there was not ridden."""
    device.timer(0, BEGIN)
    device.ride(0, LONG[:150])
    device.timer(149, STOP_ALL)
    device.timer(249, BEGIN)
    device.ride(250, LONG[150:300])
    device.ride(450, LONG[300:])


def died_on_a_run(device: Device) -> None:
    device.define(4, 12, [(0, 1, 0), (1, 1, 0)])
    device.message(4, "BB", 1, 0)
    device.ride(0, LONG)


def died_after_a_lap(device: Device) -> None:
    device.define(4, 19, [(2, 4, 0x86), (7, 4, 0x86), (25, 1, 0)])
    device.message(4, "IIB", FIT_START, 200_000, 15)
    device.ride(0, LONG)


def session_of_words_only(device: Device) -> None:
    device.ride(0, LONG)
    device.define(1, 18, [(5, 1, 0), (6, 1, 0)])
    device.message(1, "BB", 2, 58)


def session_in_local_time(device: Device, hours: int = 5) -> None:
    device.ride(0, LONG)
    device.session(FIT_START + hours * 3600, 400, 400)


def no_sport(device: Device) -> None:
    device.ride(0, LONG)
    device.session(FIT_START, 400, 400, sport=0)


def byte_order_forgotten(device: Device) -> None:
    device.define(RIDE, 20, [(253, 4, 0x06), (7, 2, 0x04)])
    device.ride(0, [NOTHING, *LONG])
    device.session(FIT_START, 401, 401)


COASTED: Sequence[float] = [*LONG[:200], *[0] * 10, *LONG[200:]]
HABITS = {
    "zeros count, and four seconds of nothing lie on the line": Habit(
        zeros_and_nothing, [200, 0, 0, 20, 40, 60, 80, 100, *LONG], filled=4
    ),
    "twenty seconds without a sensor are a hole": Habit(sensor_lost, [*LONG[:100], *[None] * 20, *LONG], lasted=520),
    "a sensor that was paired later": Habit(sensor_paired_later, [*[None] * 60, *LONG]),
    "of two records of a second the later counts": Habit(told_twice, LONG),
    "values of a second in two records are both there": Habit(one_second_in_two_records, LONG),
    "a clock that was set back tells its seconds anew": Habit(clock_set_back, LONG),
    "what is recorded while the timer stands is left out": Habit(recorded_while_stopped, LONG, paused=60),
    "a stop told twice, with records at both its edges": Habit(
        told_at_both_edges, [*LONG[:200], *LONG[200:]], paused=100
    ),
    "pauses that only the timer tells": Habit(paused_without_a_word, LONG, paused=600),
    "records lost while the timer ran": Habit(lost_while_it_ran, [*LONG[:150], *[None] * 30, *LONG[150:]]),
    "the longer of two gaps was a pause": Habit(partly_paused, [*LONG[:150], *[None] * 12, *LONG[150:]], paused=100),
    "a record from another decade": Habit(one_record_from_nowhere, LONG),
    "recorded on change": Habit(on_change, COASTED, filled=8),
    "every other second": Habit(every_other_second, range(100, 499), filled=199, lasted=400),
    "a device that died": Habit(died, LONG, paused=150),
    "a device that died on a run": Habit(died_on_a_run, LONG, discipline="running"),
    "a device that died behind a lap": Habit(died_after_a_lap, LONG, discipline="rowing"),
    "a session that tells its sport alone": Habit(session_of_words_only, LONG),
    "a session in the rider's own time, ahead": Habit(session_in_local_time, LONG),
    "a session in the rider's own time, behind": Habit(lambda device: session_in_local_time(device, -5), LONG),
    "power without a sport is a ride": Habit(no_sport, LONG),
    "base types without the mark of byte order": Habit(byte_order_forgotten, [None, *LONG]),
}


@pytest.mark.parametrize("habit", HABITS.values(), ids=HABITS)
def test_what_a_device_writes_comes_to_what_it_counted(habit: Habit) -> None:
    device = Device()
    habit.write(device)
    told = read(device.file())
    assert list(habit.watts) == by_second(told)
    assert (habit.paused, habit.filled) == (told.pause_seconds, told.filled_seconds)
    assert (habit.lasted or len(habit.watts), habit.discipline) == (told.duration_seconds, told.discipline)
    assert START == told.start_time
    if None not in habit.watts:
        assert pytest.approx(on_the_device([watts or 0 for watts in habit.watts])) == ours(told)


def test_a_watch_that_records_every_five_seconds_stays_coarse() -> None:
    """Filled, it would tell an NP that is off by watts."""
    device = Device()
    for second in range(0, 400, 5):
        device.ride(second, [200])
    device.session(FIT_START, 400, 400)
    told = read(device.file())
    assert list(range(1, 400, 5)) == list(told.samples.seconds)
    assert (0, 0) == (told.filled_seconds, told.pause_seconds)
    assert series_of(told.samples.seconds, ()).is_coarse


def test_values_of_one_second_do_not_push_each_other_out() -> None:
    device = Device()
    one_second_in_two_records(device)
    assert [120.0] * 400 == by_second(read(device.file()), HEART_RATE)


def test_each_session_of_a_triathlon_has_its_own_timer_and_sport() -> None:
    device = Device()
    device.ride(0, LONG)
    device.ride(500, LONG[:100])
    device.ride(700, LONG[100:])
    device.session(FIT_START, 400, 400, sport=2)
    device.session(FIT_START + 500, 500, 400, sport=1)
    ride, run = read_fit(device.file(), NOW)
    assert (LONG, "cycling", 0) == (by_second(ride), ride.discipline, ride.pause_seconds)
    assert (LONG, "running", 100) == (by_second(run), run.discipline, run.pause_seconds)


def test_laps_belong_to_the_session_that_they_begin_in() -> None:
    """The next leg begins within the last second of the one before."""
    device = Device()
    device.ride(0, LONG)
    device.define(4, 19, [(2, 4, 0x86), (7, 4, 0x86), (9, 4, 0x86)])
    for at, seconds in ((0, 200), (200, 200), (400, 150), (550, 150)):
        device.message(4, "III", FIT_START + at, seconds * 1000, seconds * 500)
    device.define(1, 18, [(2, 4, 0x86), (5, 1, 0), (7, 4, 0x86), (8, 4, 0x86)])
    device.message(1, "IBII", FIT_START, 2, 400_600, 400_600)
    device.message(1, "IBII", FIT_START + 400, 1, 300_000, 300_000)
    ride, run = read_fit(device.file(), NOW)
    assert [200, 200] == [lap.seconds for lap in ride.laps]
    assert [150, 150] == [lap.seconds for lap in run.laps]


def test_the_way_from_one_leg_to_the_next_is_no_workout() -> None:
    """Sport 3 is the transition of a triathlon."""
    device = Device()
    device.ride(0, LONG)
    device.session(FIT_START, 200, 200, sport=2)
    device.session(FIT_START + 200, 60, 60, sport=3)
    device.session(FIT_START + 260, 140, 140, sport=1)
    assert ["cycling", "running"] == [told.discipline for told in read_fit(device.file(), NOW)]


def test_what_the_device_worked_out_is_kept_beside() -> None:
    device = Device()
    device.define(5, 7, [(3, 2, 0x84)])
    device.message(5, "H", 214)
    device.ride(0, LONG)
    figures = [(34, 2, 0x84), (35, 2, 0x84), (36, 2, 0x84), (45, 2, 0x84)]
    device.define(1, 18, [(2, 4, 0x86), (5, 1, 0), (7, 4, 0x86), (8, 4, 0x86), *figures])
    device.message(1, "IBIIHHHH", FIT_START, 2, 400_000, 400_000, 186, 3216, 870, NOTHING)
    told = read(device.file())
    assert (186.0, 321.6, 0.87, 214.0) == (
        told.device_normalized_watts,
        told.device_training_stress,
        told.device_intensity_factor,
        told.device_ftp_watts,
    )


@st.composite
def rides(draw: st.DrawFn) -> tuple[list[int], list[tuple[int, int, bool]], list[int]]:
    """Watts by second of the timer; pauses (at, seconds, whether events tell them); seconds that are not recorded."""
    parts = draw(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 40)), min_size=3, max_size=12))
    watts = [value for value, length in parts for _ in range(length)]
    places = draw(st.lists(st.integers(1, len(watts) - 1), unique=True, max_size=4))
    pauses = [(at, draw(st.integers(10, 500)), draw(st.booleans())) for at in sorted(places)]
    return watts, pauses, [at for at in range(len(watts)) if is_plain(watts, places, at)]


def is_plain(watts: Sequence[int], pauses: Sequence[int], at: int) -> bool:
    """Whether nothing happens at a second, so that a device that records on change may leave it out."""
    within = range(max(at - 1, 0), at + 2)
    return 0 < at < len(watts) - 1 and not {*within} & {*pauses} and len({watts[each] for each in within}) == 1


def recorded(watts: Sequence[int], left_out: Sequence[int]) -> Iterator[int]:
    """Seconds that are recorded on change: every fourth at the least, and most of them, as where power is measured."""
    plain = set(left_out)
    budget = len(watts) // 3
    for at in range(len(watts)):
        if at in plain and at % 4 and budget:
            budget -= 1
        else:
            yield at


@given(rides())
def test_however_it_was_paused_and_thinned_the_timer_is_what_counts(
    ride: tuple[list[int], list[tuple[int, int, bool]], list[int]],
) -> None:
    watts, pauses, left_out = ride
    device, clock, kept = Device(), 0, set(recorded(watts, left_out))
    stops = {at: (length, is_told) for at, length, is_told in pauses}
    for at, value in enumerate(watts):
        length, is_told = stops.get(at, (0, False))
        if is_told:
            device.timer(clock - 1, STOP_ALL)
            device.timer(clock - 1 + length, BEGIN)
        clock += length
        if at in kept:
            device.ride(clock, [value])
        clock += 1
    device.session(FIT_START, clock, len(watts))
    told = read(device.file())
    assert watts == by_second(told)
    assert (clock - len(watts), len(watts) - len(kept)) == (told.pause_seconds, told.filled_seconds)


@given(st.lists(st.one_of(st.none(), st.integers(0, 250)), min_size=2, max_size=120))
def test_what_was_told_is_never_changed_and_long_holes_stay(beats: list[int | None]) -> None:
    device = Device()
    device.define(RIDE, 20, [TIME, CADENCES])
    for second, value in enumerate(beats):
        device.message(RIDE, "IB", FIT_START + second, 255 if value is None else value)
    device.session(FIT_START, len(beats), len(beats))
    told = read(device.file()).samples.values.get(CADENCE, [math.nan] * len(beats))
    known = [at for at, value in enumerate(beats) if value is not None]
    assert [beats[at] for at in known] == [told[at] for at in known]
    short = {at for a, b in pairwise(known) if b - a <= LONGEST_FILLED_SECONDS + 1 for at in range(a + 1, b)}
    assert {*known, *short} == {at for at, value in enumerate(told) if not math.isnan(value)}
    for at in short:
        before, after = max(each for each in known if each < at), min(each for each in known if each > at)
        assert min(told[before], told[after]) <= told[at] <= max(told[before], told[after])
