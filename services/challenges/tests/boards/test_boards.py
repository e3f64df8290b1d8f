"""Boards: ranks, pages, teams and weeks."""

from dataclasses import replace

import grpc
import pytest
import sqlalchemy as sa
from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_challenges.domain.challenge import Metric, Scoring
from ctz_challenges.domain.facts import Done
from ctz_challenges.store import tables
from ctz_chassis.testing import User

from .filling import a_challenge, code_of, ride, riders_with, users
from .harness import Arena, day_of, deleted, ranks
from .making import CLASS, START, a_class, core, per, workout

pytestmark = pytest.mark.component

TODAY = 8
MEMBERS = "BOARD_KIND_MEMBERS"


def test_equals_share_a_rank(arena: Arena) -> None:
    """1, 1, 3, 3, 5; equals stand by when they got there."""
    given = a_challenge()
    arena.add(given)
    riders_with(arena, given, 30, 60, 60, 30, 0)
    early = riders_with(arena, given, 60, day=-0.25)
    board = arena.board(early[0], given, kind=MEMBERS)

    assert [(1, 60), (1, 60), (1, 60), (4, 30), (4, 30), (6, 0)] == ranks(board)
    assert str(early[0].user_id) == board.rows[0].user_id
    assert board.rows[0] == board.own_row
    assert 6 == board.total_size


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("week", [0, 1])
def test_pages_join_to_the_whole_board(arena: Arena, size: int, week: int) -> None:
    """Ranks go on over pages, also where equals are parted by the end of a page."""
    given = a_challenge()
    arena.add(given)
    riders = riders_with(arena, given, 60, 30, 30, 30, 10, 0, 0)
    whole = arena.board(riders[0], given, kind=MEMBERS, week=week)
    rows: list[pb.BoardRow] = []
    token = ""
    while True:
        page = arena.board(riders[0], given, kind=MEMBERS, week=week, page_size=size, page_token=token)
        rows += page.rows
        assert whole.own_row == page.own_row
        if not (token := page.next_page_token):
            break

    assert list(whole.rows) == rows
    assert [1, 2, 2, 2, 5, 6, 6] == [row.rank for row in rows]


def test_a_page_token_is_bound_to_its_board(arena: Arena) -> None:
    given = a_challenge()
    arena.add(given)
    riders = riders_with(arena, given, 60, 30)
    token = arena.board(riders[0], given, kind=MEMBERS, page_size=1).next_page_token

    assert grpc.StatusCode.INVALID_ARGUMENT == code_of(
        lambda: arena.board(riders[0], given, kind=MEMBERS, week=1, page_token=token)
    )


def test_a_team_scores_the_mean_over_its_active_members(arena: Arena) -> None:
    """Fair to teams of unequal size; who did nothing is active all the same, and shown with 0."""
    given = a_challenge()
    red, blue, _ = arena.add(given, "Red", "Blue", "Nobody")
    riders = riders_with(arena, given, 90, 0, 0, team=red)
    riders_with(arena, given, 40, 30, team=blue)
    board = arena.board(riders[0], given)

    assert pb.BOARD_KIND_TEAMS == board.kind
    assert [(1, "Blue", 35, 70, 2), (2, "Red", 30, 90, 3), (3, "Nobody", 0, 0, 0)] == [
        (row.rank, row.team_title, row.points, row.member_sum, row.active_count) for row in board.rows
    ]
    assert [[40, 30], [90, 0, 0], []] == [list(row.member_points) for row in board.rows]
    assert [2, 3, 0] == [row.member_count for row in board.rows]
    assert board.rows[1] == board.own_row


def test_means_that_do_not_divide_are_equal_where_they_are(arena: Arena) -> None:
    """A third of 100 is a third of 100 in every team: shared ranks, to six decimals."""
    given = a_challenge()
    red, blue = arena.add(given, "Red", "Blue")
    riders = riders_with(arena, given, 100, 0, 0, team=red)
    riders_with(arena, given, 50, 50, 0, team=blue)
    board = arena.board(riders[0], given)

    assert [(1, 33.333333), (1, 33.333333)] == ranks(board)


def test_a_total_of_teams_is_the_sum_of_their_weeks(arena: Arena) -> None:
    """Who joins in week 2 makes the team no worse in week 1."""
    given = a_challenge()
    (red,) = arena.add(given, "Red")
    (rider,) = riders_with(arena, given, 60, team=red)
    late = arena.rider()
    arena.enter(given, late, red, day=7)
    arena.do(rider, ride(60, day=7))
    boards = [arena.board(rider, given, week=week).rows[0] for week in (0, 1, 2)]

    assert [90, 60, 30] == [row.points for row in boards]
    assert [2, 1, 2] == [row.active_count for row in boards]


def test_a_member_who_moves_leaves_points_behind(arena: Arena) -> None:
    """Points of days before stay with the team of that time, and both teams count the member in that week."""
    given = a_challenge()
    red, blue = arena.add(given, "Red", "Blue")
    (rider,) = riders_with(arena, given, 60, team=red)
    riders_with(arena, given, 30, team=blue)
    arena.do(rider, ride(20, day=4))
    arena.move(given, rider, blue, day=3)
    board = arena.board(rider, given)

    assert [("Red", 60, 0), ("Blue", 25, 2)] == [(row.team_title, row.points, row.member_count) for row in board.rows]
    assert [1, 2] == [row.active_count for row in arena.board(rider, given, week=1).rows]
    assert [0, 2] == [row.active_count for row in board.rows]
    assert "Blue" == board.own_row.team_title
    assert {0: str(red), 4: str(blue)} == {
        day_of(given, line.date): line.team.split("/")[1] for line in arena.explain(rider, given, rider).lines
    }
    assert [(1, 80), (2, 30)] == ranks(arena.board(rider, given, kind=MEMBERS))


def test_who_leaves_is_off_the_boards_and_comes_back_whole(arena: Arena) -> None:
    """Points leave with the rider, also those of the team, and return with the rider."""
    given = a_challenge(core(a_class()))
    (red,) = arena.add(given, "Red")
    rider, mate = riders_with(arena, given, 60, 30, team=red)
    arena.do(rider, ride(45, day=1, class_id=CLASS))
    before = arena.stored()
    arena.leave(given, rider)

    assert [(1, 30)] == ranks(arena.board(mate, given, kind=MEMBERS))
    assert [(1, 30)] == ranks(arena.board(mate, given))
    assert {str(mate.user_id)} == set(users(arena.board(mate, given, kind=MEMBERS).rows))
    assert not arena.board(rider, given, kind=MEMBERS).HasField("own_row")
    arena.do(rider, ride(10, day=2))
    assert [(1, 30)] == ranks(arena.board(mate, given, kind=MEMBERS))
    arena.join(given, rider)
    assert [(1, 165), (2, 30)] == ranks(arena.board(mate, given, kind=MEMBERS))
    arena.send(deleted(rider.user_id, _latest(arena, rider)))
    assert before == arena.stored()
    assert {"left", "deleted"} == {each.cause for each in arena.explain(rider, given, rider).corrections}


def _latest(arena: Arena, rider: User) -> Done:
    table = tables.recorded_workout
    with arena.database.read() as connection:
        query = sa.select(table.c.workout_id).where(table.c.user_id == rider.user_id).order_by(table.c.start_time)
        return replace(workout(), done_id=connection.execute(query).scalars().all()[-1])


def test_new_rules_score_everybody_anew(arena: Arena) -> None:
    """The ledger tells why points changed."""
    given = a_challenge(core(a_class()))
    (red,) = arena.add(given, "Red")
    (rider,) = riders_with(arena, given, 60, team=red)
    arena.change(replace(given, scoring=Scoring(metric_rules=(per(Metric.MINUTES, "2"),)), end_date=START, revision=2))

    assert [(1, 120)] == ranks(arena.board(rider, given))
    assert ["rules"] == [each.cause for each in arena.explain(rider, given, rider).corrections]
    assert grpc.StatusCode.INVALID_ARGUMENT == code_of(lambda: arena.board(rider, given, week=2))


def test_ranks_of_yesterday(arena: Arena) -> None:
    """By the points up to yesterday; who had none then had no rank."""
    given = a_challenge()
    red, blue = arena.add(given, "Red", "Blue")
    riders = [
        *riders_with(arena, given, 30, 20, team=red),
        *riders_with(arena, given, 25, 0, team=blue),
    ]
    arena.do(riders[1], ride(100, day=TODAY))
    arena.do(riders[3], ride(1, day=TODAY))
    everybody = arena.board(riders[3], given, kind=MEMBERS)
    this_week, first_week = (arena.board(riders[3], given, kind=MEMBERS, week=week) for week in (2, 1))
    page = arena.board(riders[3], given, kind=MEMBERS, page_size=1)

    assert [(1, 3), (2, 1), (3, 2), (4, 0)] == [(row.rank, row.yesterday_rank) for row in everybody.rows]
    assert [True, True, True, False] == [row.HasField("yesterday_rank") for row in everybody.rows]
    assert everybody.rows[0] == page.rows[0]
    assert everybody.rows[3] == page.own_row
    assert not any(row.HasField("yesterday_rank") for row in this_week.rows)
    assert [1, 2, 3, 0] == [row.yesterday_rank for row in first_week.rows]
    teams = arena.board(riders[0], given)
    assert [("Red", 1, 1), ("Blue", 2, 2)] == [(row.team_title, row.rank, row.yesterday_rank) for row in teams.rows]


def test_a_team_that_rose_today_tells_its_rank_of_yesterday(arena: Arena) -> None:
    given = a_challenge()
    red, blue = arena.add(given, "Red", "Blue")
    riders = [*riders_with(arena, given, 30, 20, team=red), *riders_with(arena, given, 40, 30, team=blue)]
    arena.do(riders[0], ride(100, day=TODAY))
    board = arena.board(riders[0], given)

    assert [("Red", 1, 2), ("Blue", 2, 1)] == [(row.team_title, row.rank, row.yesterday_rank) for row in board.rows]
