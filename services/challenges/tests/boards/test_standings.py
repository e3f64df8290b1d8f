"""How a rider stands in what runs."""

from datetime import timedelta

import pytest
from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_challenges.domain.challenge import Mode
from ctz_chassis.db import count_statements

from .filling import a_challenge, ride, riders_with
from .harness import Arena, name_of
from .making import START, a_class, any_of, bonus, core

pytestmark = pytest.mark.component

TODAY = 8
MOST_STATEMENTS = 4


def test_standings_tell_how_a_rider_stands_in_what_runs(arena: Arena) -> None:
    """The best rows and the own one, what ends first at the top; neither what is over nor what is to come."""
    long = a_challenge(core(a_class()), core(a_class(), week=2), bonus(any_of("running"), week=2), days=28)
    short = a_challenge(mode=Mode.INDIVIDUAL)
    over, coming = a_challenge(days=3), a_challenge(start=START + timedelta(days=20))
    red, *others = arena.add(long, "Red", *(f"Team {number}" for number in range(6)))
    for each in (short, over, coming):
        arena.add(each)
    (rider,) = riders_with(arena, long, 10, team=red)
    for number, team in enumerate(others):
        riders_with(arena, long, 20 + number, team=team)
    for each in (short, over, coming):
        arena.enter(each, rider)
    riders_with(arena, short, *range(20, 27))
    arena.do(rider, ride(9, day=TODAY))
    with count_statements(arena.database.engine) as counted:
        standings = arena.boards(rider).ListStandings(pb.ListStandingsRequest()).standings

    assert [name_of(short), name_of(long)] == [each.challenge for each in standings]
    assert [[1, 2, 3, 4, 8], [1, 2, 3, 4, 7]] == [[row.rank for row in each.rows] for each in standings]
    assert [8, 7] == [each.total_size for each in standings]
    assert [8, 7] == [each.own_row.rank for each in standings]
    assert standings[0].own_row == standings[0].rows[4]
    assert [19, 19] == [each.own_row.points for each in standings]
    assert [(9, 0), (9, 60)] == [(each.week_points, each.week_possible_points) for each in standings]
    assert counted.count <= MOST_STATEMENTS


@pytest.mark.parametrize("age", range(15))
def test_a_standing_has_the_points_of_the_week_that_runs_on_each_of_its_days(arena: Arena, age: int) -> None:
    given = a_challenge(days=28, start=START + timedelta(days=TODAY - age))
    arena.add(given)
    rider = arena.rider()
    arena.enter(given, rider)
    arena.do(rider, ride(9, day=TODAY))
    (standing,) = arena.boards(rider).ListStandings(pb.ListStandingsRequest()).standings

    assert 9 == standing.week_points


def test_who_takes_part_in_nothing_has_no_standings(arena: Arena) -> None:
    assert not arena.boards(arena.rider()).ListStandings(pb.ListStandingsRequest()).standings
