"""Weeks that are complete, points that can be had, and medals."""

import pytest

from ctz_challenges.domain.challenge import Item
from ctz_challenges.domain.scoring_progress import Medal, is_complete, medal_of, possible_points

from .making import any_of, bonus, challenge, core


def week_of(count: int) -> list[Item]:
    return [core(any_of("cycling"), position=position) for position in range(count)]


@pytest.mark.parametrize(
    ("items", "done", "complete"),
    [
        (5, 3, False),
        (5, 4, True),
        (5, 5, True),
        (4, 3, False),
        (4, 4, True),
        (1, 0, False),
        (1, 1, True),
        (0, 0, False),
    ],
)
def test_a_week_is_complete_at_eighty_percent_of_its_core(items: int, done: int, *, complete: bool) -> None:
    week = week_of(items)

    assert complete == is_complete(challenge(*week), 1, {item.item_id for item in week[:done]})


def test_the_bonus_completes_no_week() -> None:
    week, extra = week_of(5), bonus(any_of("running"))
    done = {item.item_id for item in (*week[:3], extra)}

    assert not is_complete(challenge(*week, extra), 1, done)


@pytest.mark.parametrize(
    ("done", "with_bonus", "medal"),
    [
        (7, False, None),
        (8, False, Medal.SILVER),
        (9, False, Medal.GOLD),
        (10, False, Medal.GOLD),
        (10, True, Medal.PLATINUM),
        (7, True, None),
    ],
)
def test_medals_at_80_90_and_above_100_percent(done: int, *, with_bonus: bool, medal: Medal | None) -> None:
    week, extra = week_of(10), bonus(any_of("running"))
    chosen = {item.item_id for item in week[:done]} | ({extra.item_id} if with_bonus else set())

    assert medal == medal_of(challenge(*week, extra), chosen)


def test_no_medal_where_nothing_is_asked() -> None:
    assert medal_of(challenge(), set()) is None


def test_points_that_a_week_can_give() -> None:
    asked = challenge(*week_of(3), bonus(any_of("running")), core(any_of("yoga"), week=2))

    assert [160, 50] == [possible_points(asked, week) for week in (1, 2)]
