"""Streaks of days with a frozen day a week."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.streaks import (
    Streak,
    has_frozen_day,
    is_alive,
    monday_of,
    restitched,
    streaks_of,
    windows_of,
)

MONDAY = date(2026, 5, 4)


def days(*numbers: int) -> set[date]:
    """Days by their distance from a Monday."""
    return {MONDAY + timedelta(days=number) for number in numbers}


def by_hand(active: set[date]) -> list[Streak]:
    """Day by day: the first missed day of a week is frozen, the next one breaks."""
    found: list[Streak] = []
    if not active:
        return found
    frozen: set[date] = set()
    day = monday_of(min(active))
    run: list[date] = []
    while day <= max(active) + timedelta(days=1):
        if day in active:
            run.append(day)
        elif monday_of(day) in frozen:
            found += [Streak(run[0], run[-1], len(run))] if run else []
            run = []
        else:
            frozen.add(monday_of(day))
        day += timedelta(days=1)
    return [*found, Streak(run[0], run[-1], len(run))] if run else found


def test_one_missed_day_a_week_is_frozen():
    """Tuesday is frozen; Thursday then breaks. The next week has a frozen day of its own."""
    active = days(0, 2, 4, 5, 6, 8)

    assert [
        Streak(MONDAY, MONDAY + timedelta(days=2), 2),
        Streak(MONDAY + timedelta(days=4), MONDAY + timedelta(days=8), 4),
    ] == (streaks_of(active))
    assert 1 == streaks_of(active)[0].frozen_days


@given(numbers=st.sets(st.integers(0, 40), max_size=35))
def test_streaks_equal_those_counted_day_by_day(numbers: set[int]) -> None:
    """Over any days."""
    assert by_hand(days(*numbers)) == streaks_of(days(*numbers))


@given(numbers=st.sets(st.integers(0, 60), max_size=58), flipped=st.integers(0, 60))
def test_a_changed_day_changes_only_what_touches_its_window(numbers: set[int], flipped: int) -> None:
    """What is made anew within three weeks, with the parts outside, equals counting everything."""
    before, after = days(*numbers), days(*(numbers ^ {flipped}))
    ((first, last),) = windows_of(days(flipped))
    streaks = streaks_of(before)
    left = next((one for one in streaks if one.first < first <= one.last), None)
    right = next((one for one in streaks if one.first <= last < one.last), None)
    made = restitched(
        (first, last),
        {day for day in after if first <= day <= last},
        left and Streak(left.first, first, sum(left.first <= day < first for day in before)),
        right and Streak(last, right.last, sum(last < day <= right.last for day in before)),
    )

    assert streaks_of(after) == sorted(
        [*(one for one in streaks if one.last < first or one.first > last), *made], key=lambda one: one.first
    )


def test_a_streak_lives_until_a_day_that_is_not_frozen():
    """After Wednesday: Thursday may be missed, Thursday and Friday not; a new week freezes a day again."""
    streak, week = Streak(MONDAY, MONDAY + timedelta(days=2), 3), days(0, 1, 2)

    assert [True, True, False] == [is_alive(streak, MONDAY + timedelta(days=at), week) for at in (3, 4, 5)]
    to_sunday = Streak(MONDAY, MONDAY + timedelta(days=5), 6)
    whole = days(0, 1, 2, 3, 4, 5)
    assert [True, True, False] == [is_alive(to_sunday, MONDAY + timedelta(days=at), whole) for at in (7, 8, 9)]


def test_the_frozen_day_of_a_week_is_there_until_it_is_used():
    """On Wednesday it is there after two days with a workout, and gone after a missed one."""
    wednesday = MONDAY + timedelta(days=2)

    assert has_frozen_day(wednesday, days(0, 1))
    assert not has_frozen_day(wednesday, days(1))
