"""Stacks: what follows closely is one session; what overlaps is not."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ctz_workouts.domain.stacks import Span, stacks_of

START = datetime(2026, 5, 8, 6, 0, tzinfo=UTC)


def span(number: int, begin: float, end: float) -> Span:
    return Span(UUID(int=number), START + timedelta(minutes=begin), START + timedelta(minutes=end))


def numbers(spans: list[Span]) -> list[list[int]]:
    return [[each.workout_id.int for each in stack] for stack in stacks_of(spans)]


def test_up_to_ten_minutes_apart_is_one_session() -> None:
    spans = [span(3, 60, 65), span(1, 0, 45), span(2, 50, 60), span(4, 75.1, 90), span(5, 100, 110)]
    assert [[1, 2, 3], [4, 5]] == numbers(spans)


def test_what_was_recorded_at_the_same_time_does_not_follow() -> None:
    assert [] == numbers([span(1, 0, 45), span(2, 1, 44)])
    assert [[1, 2]] == numbers([span(1, 0, 45), span(2, 44, 60)])


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 90)), max_size=12))
def test_every_workout_is_in_one_stack_at_most(given_spans: list[tuple[int, int]]) -> None:
    spans = [span(number, begin, begin + length) for number, (begin, length) in enumerate(given_spans)]
    stacks = stacks_of(spans)
    ids = [each.workout_id for stack in stacks for each in stack]
    assert len(ids) == len(set(ids))
    assert all(len(stack) > 1 for stack in stacks)
