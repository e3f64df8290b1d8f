"""Rules of limits, runs and the FTP history."""

import math
import random
from datetime import UTC, datetime, timedelta

import pytest

from ctz_peloton_sync.domain.details import FTPInfo
from ctz_peloton_sync.domain.ftp import Candidate, chain_next, changes, probes, reading_of
from ctz_peloton_sync.domain.limits import Breaker, BreakerPolicy, Gate, Passage, backoff, passage
from ctz_peloton_sync.domain.runs import expected_end
from ctz_peloton_sync.domain.scopes import Scope, pages_after, reconcile_scope

NOW = datetime(2026, 11, 22, tzinfo=UTC)
POLICY = BreakerPolicy(failures=5)


def rides(count, *, days=3):
    start = datetime(2025, 1, 1, tzinfo=UTC)
    times = [start + timedelta(days=days * number) for number in range(count)]
    return [
        Candidate(f"w{number}", at, at + timedelta(minutes=30), f"Ride {number}") for number, at in enumerate(times)
    ]


def ask_all(candidates, in_force):
    """Answer every probe from `in_force(index)`; returns the answers and how many were asked."""
    answers = {}
    while due := probes(candidates, answers):
        answers |= {source_id: in_force(int(source_id[1:])) for source_id in due}
    return answers


def test_the_monthly_search_finds_the_very_ride_at_which_the_ftp_changed():
    candidates = rides(100)
    answers = ask_all(candidates, lambda index: FTPInfo(200 if index < 37 else 230, "ftp_manual_source", ""))

    found = changes([ride for ride in candidates if ride.source_id in answers], answers)

    assert [(candidates[0].start_time, 200), (candidates[37].start_time, 230)] == [
        (change.effective_time, change.watts) for change in found
    ]
    assert len(answers) <= 20  # ten months, the last ride, and a bisection of one month


def test_a_named_test_needs_no_bisection_and_sets_the_time():
    candidates = rides(100)
    test_id = candidates[37].source_id
    answers = ask_all(
        candidates, lambda index: FTPInfo(230, "ftp_workout_source", test_id) if index > 37 else FTPInfo(0, "", "")
    )
    answers.setdefault(test_id, FTPInfo(0, "", ""))

    found = changes([ride for ride in candidates if ride.source_id in answers], answers)

    assert [(candidates[37].end_time, 230, "Ride 37")] == [
        (change.effective_time, change.watts, change.workout_title) for change in found
    ]


def test_a_ride_that_cannot_be_asked_is_passed_over():
    candidates = rides(12)

    assert () == probes(candidates, dict.fromkeys((ride.source_id for ride in candidates), None))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, "a"),
        ({"a": FTPInfo(200, "ftp_workout_source", "b")}, "b"),
        ({"a": FTPInfo(200, "ftp_workout_source", "a")}, ""),
        ({"a": FTPInfo(0, "", "")}, ""),
        ({"a": None}, ""),
        ({"a": FTPInfo(1, "", "b"), "b": FTPInfo(1, "", "a")}, ""),
    ],
)
def test_the_chain_stops_at_null_at_itself_and_at_404(answers, expected):
    assert expected == chain_next("a", answers)


@pytest.mark.parametrize(
    ("watts", "kind", "proposed", "alternative"),
    [
        (243, "ftp_workout_source", 243, None),
        (243, "ftp_estimated_source", 243, None),
        (243, "ftp_manual_source", 231, 243),
        (190, "ftp_manual_source", 181, 190),
    ],
)
def test_readings_of_pelotons_value(watts, kind, proposed, alternative):
    reading = reading_of(watts, kind)

    assert (proposed, alternative) == (reading.proposed_watts, reading.alternative_watts)


def test_t041_the_breaker_opens_after_a_burst_and_probes_once_a_minute():
    breaker = Breaker()
    for _ in range(5):
        breaker = breaker.failed(NOW, POLICY)
    gate = Gate(breaker, is_killed=False, kill_reason="")

    assert Passage.SHUT == passage(gate, NOW + timedelta(seconds=59))
    assert Passage.PROBE == passage(gate, NOW + timedelta(seconds=60))
    probing = Gate(breaker.probing(NOW + timedelta(seconds=60), timedelta(seconds=60)), is_killed=False, kill_reason="")
    assert Passage.SHUT == passage(probing, NOW + timedelta(seconds=119))
    assert Passage.FREE == passage(Gate(probing.breaker.succeeded(NOW), is_killed=False, kill_reason=""), NOW)


def test_failures_far_apart_open_nothing():
    breaker = Breaker()
    for minute in range(20):
        breaker = breaker.failed(NOW + timedelta(minutes=2 * minute), POLICY)

    assert not breaker.is_open()


def test_the_kill_switch_shuts_everything():
    assert Passage.SHUT == passage(Gate(Breaker(), is_killed=True, kill_reason="x"), NOW)


def test_t041_backoff_is_a_uniform_share_of_a_doubling_ceiling():
    assert [timedelta(seconds=4), timedelta(seconds=8), timedelta(seconds=16)] == [
        backoff(attempt, lambda: 1.0) for attempt in (1, 2, 3)
    ]
    assert timedelta(0) == backoff(3, lambda: 0.0)
    assert timedelta(minutes=10) == backoff(60, lambda: 1.0)


def test_a_whole_pass_asks_all_other_pages_at_once_and_what_grew_later():
    assert range(1, 40) == pages_after(Scope(), page=0, total=4_000, known=0, is_covered=False)
    assert range(40, 41) == pages_after(Scope(), page=7, total=4_001, known=40, is_covered=False)
    assert 0 == len(pages_after(Scope(), page=7, total=3_000, known=40, is_covered=False))


def test_a_recent_pass_goes_on_until_it_meets_what_is_known():
    assert range(1, 2) == pages_after(Scope(is_recent=True), page=0, total=400, known=1, is_covered=False)
    assert 0 == len(pages_after(Scope(is_recent=True), page=0, total=400, known=1, is_covered=True))


@pytest.mark.parametrize(
    ("theirs", "ours", "expected"),
    [
        ({"2026-11": 50, "2026-10": 50, "2020-01": 400}, {"2026-11": 50, "2026-10": 50, "2020-01": 401}, "0-4"),
        ({"2026-11": 350, "2026-10": 49, "2020-01": 101}, {"2026-11": 350, "2026-10": 50, "2020-01": 101}, "2-4"),
        ({"2026-11": 500}, {"2026-11": 500}, "whole"),
        ({}, {"2026-11": 500}, "whole"),
    ],
)
def test_months_that_differ_say_which_pages_to_read(theirs, ours, expected):
    assert expected == str(reconcile_scope(theirs, ours, 500))


def test_scopes_are_written_and_read():
    assert [Scope(), Scope(is_recent=True), Scope(2, 5)] == [Scope.parse(text) for text in ("whole", "recent", "2-5")]


def test_expected_end_needs_a_pace():
    assert expected_end(open_calls=10, calls_done=1, started=NOW, now=NOW + timedelta(seconds=5)) is None
    assert NOW + timedelta(seconds=20) == expected_end(
        open_calls=10, calls_done=10, started=NOW, now=NOW + timedelta(seconds=10)
    )


def test_one_bad_item_does_not_speak_against_peloton_while_others_arrive():
    breaker = Breaker().succeeded(NOW)

    assert breaker.blames_upstream(NOW, is_first_attempt=True)
    assert not breaker.blames_upstream(NOW + timedelta(seconds=90), is_first_attempt=False)
    assert breaker.blames_upstream(NOW + timedelta(seconds=150), is_first_attempt=False)


def test_t041_pauses_are_spread_evenly_over_their_ceiling():
    """Kolmogorov-Smirnov against the uniform distribution, at the 0.1 % level."""
    dice = random.Random(1)
    shares = sorted(backoff(3, dice.random) / timedelta(seconds=16) for _ in range(500))
    distance = max(max((index + 1) / 500 - share, share - index / 500) for index, share in enumerate(shares))

    assert distance < 1.95 / math.sqrt(500)
