"""Fitness from months and days equals fitness from the whole history."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.amounts import REMEMBERED_MONTHS, Span, carries, end_of_month, form_after
from ctz_workouts.domain.load import KEEP_FITNESS, load_curve

FIRST = date(2026, 1, 20)


@given(loads=st.lists(st.floats(0, 500), min_size=60, max_size=200))
def test_form_at_the_end_of_a_month_follows_from_what_months_left(loads: list[float]) -> None:
    """Whatever order the loads were told in: what a month leaves is a sum."""
    by_day = {FIRST + timedelta(days=at): load for at, load in enumerate(loads)}
    months: dict[date, tuple[int, int]] = {}
    for day, load in reversed(by_day.items()):
        start, (fitness, fatigue) = Span.MONTH.start(day), carries(load, day)
        before = months.get(start, (0, 0))
        months[start] = (before[0] + fitness, before[1] + fatigue)
    last = end_of_month(max(by_day))
    whole = load_curve([by_day.get(FIRST + timedelta(days=at), 0) for at in range((last - FIRST).days + 1)])[-1]

    form = form_after(months, last)
    assert (whole.fitness, whole.fatigue) == (
        pytest.approx(form.fitness, abs=1e-6),
        pytest.approx(form.fatigue, abs=1e-6),
    )


def test_days_behind_a_month_go_on_from_its_end():
    """A span may begin on any day of any month: its fitness is that of the whole history."""
    loads = [float(at * 37 % 150) for at in range(100)]
    whole, at = load_curve(loads), 69
    days = [FIRST + timedelta(days=number) for number in range(len(loads))]
    months: dict[date, tuple[int, int]] = {}
    for day, load in zip(days[: at + 1], loads, strict=False):
        start, told = Span.MONTH.start(day), carries(load, day)
        before = months.get(start, (0, 0))
        months[start] = (before[0] + told[0], before[1] + told[1])
    assert days[at] == date(2026, 3, 30)
    start = form_after({month: told for month, told in months.items() if month < date(2026, 3, 1)}, date(2026, 2, 28))

    rest = load_curve(loads[40:], start)
    assert [pytest.approx(day.fitness, abs=1e-6) for day in rest] == [day.fitness for day in whole[40:]]


def test_what_is_forgotten_is_nothing():
    """Of a fitness of 200 three years ago less than a billionth is left."""
    assert 200 * KEEP_FITNESS ** (REMEMBERED_MONTHS * 30) < 1e-8
