"""Boards: ranks, pages, teams, weeks, what each viewer sees, and what a page costs."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import grpc
import pytest
import sqlalchemy as sa
from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.challenges.v1 import challenges_pb2_grpc as pb_grpc
from google.protobuf.json_format import MessageToDict

from ctz_challenges.domain.challenge import Challenge, Metric, Mode, Scoring
from ctz_challenges.domain.facts import Done
from ctz_challenges.store import tables
from ctz_chassis.db import count_statements
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import User

from .harness import Arena, day_of, deleted, name_of, ranks, total, with_own_ids
from .making import CLASS, START, a_class, any_of, bonus, challenge, core, per, session, workout

pytestmark = pytest.mark.component

MINUTES = per(Metric.MINUTES, "1")
TODAY = 8
MEMBERS = "BOARD_KIND_MEMBERS"
MOST_STATEMENTS = 4


def a_challenge(*items: Any, **given: Any) -> Challenge:
    return with_own_ids(challenge(*items, **{"rules": (MINUTES,)} | given))


def ride(minutes: float, *, day: float = 0, **given: Any) -> Done:
    return replace(workout(f"{minutes} min", day=day, minutes=minutes, **given), done_id=uuid7())


def riders_with(
    arena: Arena, given: Challenge, *minutes: float, team: UUID | None = None, day: float = 0
) -> list[User]:
    """Riders with so many minutes each, 0: none."""
    riders = [arena.rider() for _ in minutes]
    for rider, each in zip(riders, minutes, strict=True):
        arena.enter(given, rider, team)
        if each:
            arena.do(rider, ride(each, day=day))
    return riders


def code_of(call: Any) -> grpc.StatusCode:
    with pytest.raises(RemoteError) as refused:
        call()
    return refused.value.code


def users(rows: Iterable[pb.BoardRow]) -> list[str]:
    return [row.user_id for row in rows]


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


def test_a_board_of_one_team(arena: Arena) -> None:
    """Ranks are those within the team; who is in another team has no row on it."""
    given = a_challenge()
    red, blue = arena.add(given, "Red", "Blue")
    mine = riders_with(arena, given, 30, 60, team=red)
    other = riders_with(arena, given, 90, team=blue)
    board = arena.board(mine[0], given, kind=MEMBERS, team=f"teams/{red}")

    assert [(1, 60), (2, 30)] == ranks(board)
    assert 2 == board.own_row.rank
    assert 2 == board.total_size
    assert not arena.board(other[0], given, kind=MEMBERS, team=f"teams/{red}").HasField("own_row")


def test_a_board_without_a_word_is_the_one_that_fits(arena: Arena) -> None:
    """Teams where there are any, members else."""
    alone = a_challenge(mode=Mode.INDIVIDUAL)
    arena.add(alone)
    riders = riders_with(arena, alone, 30)

    assert pb.BOARD_KIND_MEMBERS == arena.board(riders[0], alone).kind
    assert grpc.StatusCode.FAILED_PRECONDITION == code_of(
        lambda: arena.board(riders[0], alone, kind="BOARD_KIND_TEAMS")
    )


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({"week": 3}, "INVALID_ARGUMENT"),
        ({"week": -1}, "INVALID_ARGUMENT"),
        ({"page_size": -1}, "INVALID_ARGUMENT"),
        ({"kind": 9}, "INVALID_ARGUMENT"),
        ({"kind": "BOARD_KIND_TEAMS", "team": "teams/{own}"}, "INVALID_ARGUMENT"),
        ({"team": "teams/red"}, "INVALID_ARGUMENT"),
        ({"team": "teams/{other}"}, "NOT_FOUND"),
        ({"page_token": "abc"}, "INVALID_ARGUMENT"),
        ({"team": "teams/{own}", "is_own_team": True}, "INVALID_ARGUMENT"),
        ({"week": 1, "is_latest_week": True}, "INVALID_ARGUMENT"),
    ],
)
def test_a_board_that_cannot_be_says_why(arena: Arena, chosen: dict[str, Any], code: str) -> None:
    given, other = a_challenge(), a_challenge()
    (red,), (elsewhere,) = arena.add(given, "Red"), arena.add(other, "Elsewhere")
    (rider,) = riders_with(arena, given, 0, team=red)
    if "team" in chosen:
        chosen = chosen | {"team": chosen["team"].format(own=red, other=elsewhere)}

    assert grpc.StatusCode[code] == code_of(lambda: arena.board(rider, given, **chosen))


@pytest.mark.parametrize("viewer", ["rider", "former", "stranger", "administrator"])
def test_a_board_has_the_challenge_as_it_is_told_alone(arena: Arena, viewer: str) -> None:
    """Only where it is asked for: points of the person, schedule, progress, and a code for whom it is."""
    given = a_challenge(core(a_class()), core(any_of("running"), week=2))
    (red,) = arena.add(given, "Red")
    rider, former = riders_with(arena, given, 30, 20, team=red)
    arena.do(rider, ride(45, class_id=CLASS))
    arena.leave(given, former)
    users = {"rider": rider, "former": former, "stranger": arena.rider(), "administrator": arena.administrator()}
    alone = arena.server.client(pb_grpc.ChallengeServiceStub, user=users[viewer]).GetChallenge(
        pb.GetChallengeRequest(name=name_of(given))
    )

    assert alone == arena.board(users[viewer], given, with_challenge=True).challenge
    assert (("rider" == viewer) is bool(alone.points)) and 1 == alone.challenge.member_count  # noqa: PT018 - one fact
    assert not arena.board(users[viewer], given).HasField("challenge")


def test_the_own_team_is_the_one_that_a_rider_is_in(arena: Arena) -> None:
    """Who has none gets the board as if nothing were said."""
    given = a_challenge()
    red, blue = arena.add(given, "Red", "Blue")
    rider, _ = riders_with(arena, given, 30, 60, team=red)
    riders_with(arena, given, 90, team=blue)
    (alone,) = riders_with(arena, given, 5)
    own, none, everybody = (
        arena.board(rider, given, is_own_team=True),
        arena.board(alone, given, is_own_team=True),
        arena.board(alone, given, is_own_team=True, kind=MEMBERS),
    )

    assert (f"teams/{red}", [(1, 60), (2, 30)], 2) == (own.team, ranks(own), own.own_row.rank)
    assert ("", pb.BOARD_KIND_TEAMS, 2) == (none.team, none.kind, none.total_size)
    assert ("", 4) == (everybody.team, everybody.total_size)


@pytest.mark.parametrize(("days", "week"), [(-9, 0), (-2, 1), (0, 2), (30, 2)])
def test_the_latest_week_is_the_one_that_runs_or_the_last(arena: Arena, days: int, week: int) -> None:
    given = a_challenge()
    arena.add(given)
    (rider,) = riders_with(arena, given, 30)
    arena.do(rider, ride(5, day=TODAY - 1))
    arena.clock.advance(days=days)
    board = arena.board(rider, given, kind=MEMBERS, is_latest_week=True)

    assert (week, {0: 35, 1: 30, 2: 5}[week]) == (board.week, board.own_row.points)


def test_a_page_token_goes_on_however_the_board_is_asked_for(arena: Arena) -> None:
    given = a_challenge(mode=Mode.INDIVIDUAL)
    arena.add(given)
    riders = riders_with(arena, given, 60, 30, day=TODAY)
    first = arena.board(riders[0], given, page_size=1, is_latest_week=True, is_own_team=True)
    second = arena.board(riders[0], given, kind=MEMBERS, page_size=1, week=2, page_token=first.next_page_token)

    assert (users(first.rows), users(second.rows)) == tuple([str(each.user_id)] for each in riders)


def test_the_own_explanation_has_the_row_of_the_team(arena: Arena) -> None:
    """As the board of the same week has it, without what each member gave; others' do not."""
    given = a_challenge()
    red, _ = arena.add(given, "Red", "Blue")
    rider, mate = riders_with(arena, given, 30, 10, team=red)
    (alone,) = riders_with(arena, given, 5)
    arena.do(mate, ride(60, day=TODAY))
    for week in (0, 1, 2):
        row = arena.board(rider, given, week=week).own_row
        row.ClearField("member_points")
        assert row == arena.explain(rider, given, rider, week=week).team_row
    assert not arena.explain(rider, given, mate).HasField("team_row")
    assert not arena.explain(alone, given, alone).HasField("team_row")
    for week in (-1, 3):
        assert grpc.StatusCode.INVALID_ARGUMENT == code_of(
            lambda week=week: arena.explain(rider, given, rider, week=week)
        )


def test_t093_boards_of_private_challenges_are_for_members_and_administrators(arena: Arena) -> None:
    """Nobody else learns that there is one, and who leaves is out at the very next call."""
    given = a_challenge(is_public=False)
    arena.add(given)
    (rider,) = riders_with(arena, given, 30)
    stranger, administrator = arena.rider(), arena.administrator()
    arena.board(rider, given, kind=MEMBERS)
    arena.board(administrator, given, kind=MEMBERS)

    assert grpc.StatusCode.NOT_FOUND == code_of(lambda: arena.board(stranger, given, kind=MEMBERS))
    arena.leave(given, rider)
    assert grpc.StatusCode.NOT_FOUND == code_of(lambda: arena.board(rider, given, kind=MEMBERS))
    assert grpc.StatusCode.NOT_FOUND == code_of(lambda: arena.board(rider, a_challenge(), kind=MEMBERS))


def test_drafts_have_boards_for_administrators_only(arena: Arena) -> None:
    given = a_challenge(published_at=None)
    arena.add(given)

    assert 0 == arena.board(arena.administrator(), given, kind=MEMBERS).total_size
    assert grpc.StatusCode.NOT_FOUND == code_of(lambda: arena.board(arena.rider(), given, kind=MEMBERS))


def test_t093_points_are_explained_to_members_of_the_same_challenge(arena: Arena) -> None:
    """Also a public challenge: who does not take part learns nobody's workouts."""
    given, other = a_challenge(), a_challenge()
    for each in (given, other):
        arena.add(each)
    rider, mate = riders_with(arena, given, 30, 0)
    (elsewhere,) = riders_with(arena, other, 0)
    viewers = {"self": rider, "mate": mate, "administrator": arena.administrator()}

    assert {name: [30] for name in viewers} == {
        name: [line.points for line in arena.explain(viewer, given, rider).lines] for name, viewer in viewers.items()
    }
    for stranger in (elsewhere, arena.rider()):
        assert grpc.StatusCode.NOT_FOUND == code_of(lambda who=stranger: arena.explain(who, given, rider))
    assert grpc.StatusCode.NOT_FOUND == code_of(lambda: arena.explain(rider, given, elsewhere))
    arena.leave(given, mate)
    assert grpc.StatusCode.NOT_FOUND == code_of(lambda: arena.explain(mate, given, rider))
    assert grpc.StatusCode.NOT_FOUND == code_of(lambda: arena.explain(rider, given, mate))


def test_the_explanation_sums_to_the_points_over_all_its_pages(arena: Arena) -> None:
    """A fault of the app that this one replaces: displayed and stored points disagreed."""
    given = a_challenge(core(a_class()), bonus(any_of("running")), cap="150")
    arena.add(given)
    (rider,) = riders_with(arena, given, 45)
    arena.do(
        rider,
        ride(30, day=1, class_id=CLASS),
        ride(20.5, day=2, discipline="running"),
        ride(100, day=3),
        ride(12.25, day=9, discipline="running"),
    )
    row = arena.board(rider, given, kind=MEMBERS).rows[0]
    for week in (0, 1, 2):
        lines: list[pb.PointsLine] = []
        token = ""
        while True:
            page = arena.explain(rider, given, rider, week=week, page_size=2, page_token=token)
            lines += page.lines
            if not (token := page.next_page_token):
                break
        shown = arena.board(rider, given, kind=MEMBERS, week=week).rows[0].points

        assert Decimal(repr(page.points)) == total(lines) == Decimal(repr(shown))
        assert sorted((line.date for line in lines), reverse=True) == [line.date for line in lines]
    assert 162.25 == row.points


def test_what_counted_for_nothing_is_for_the_rider_and_administrators(arena: Arena) -> None:
    """Others see what counts; what else somebody did is not theirs to know."""
    given = a_challenge(core(a_class()), rules=())
    arena.add(given)
    rider, mate = riders_with(arena, given, 0, 0)
    arena.do(rider, ride(45, class_id=CLASS), ride(45, day=1, class_id=CLASS), ride(10, day=2))
    told = {
        viewer: [pb.PointsReason.Name(line.reason)[14:] for line in arena.explain(viewer, given, rider).lines]
        for viewer in (rider, mate)
    }

    assert ["NOT_LISTED", "ALREADY_DONE", "CORE"] == told[rider]
    assert ["CORE"] == told[mate]


def test_corrections_tell_others_nothing_of_sessions(arena: Arena) -> None:
    """A session that was shared once may be private by now."""
    given = a_challenge()
    arena.add(given)
    rider, mate = riders_with(arena, given, 0, 0)
    one = replace(session("Long holds", "kegel"), done_id=uuid7())
    arena.do(rider, one)
    arena.send(deleted(rider.user_id, one))
    told = [arena.explain(viewer, given, rider).corrections[0].line for viewer in (rider, mate)]

    assert [("Long holds", f"sessions/{one.done_id}"), ("", "")] == [(line.title, line.done) for line in told]


def _paths(message: dict[str, Any], prefix: str = "") -> set[str]:
    """Every field that an answer has, without its values."""
    found: set[str] = set()
    for name, value in message.items():
        for each in value if isinstance(value, list) else [value]:
            found |= _paths(each, f"{prefix}{name}.") if isinstance(each, dict) else {f"{prefix}{name}"}
    return found


def test_t094_answers_have_these_fields_and_no_others(arena: Arena) -> None:
    """Whoever looks: ids, points and titles of what counted; no name, address, weight or other figure of anybody."""
    given = a_challenge(core(a_class()))
    (red,) = arena.add(given, "Red")
    rider, mate = riders_with(arena, given, 30, 10, team=red)
    arena.do(rider, ride(45, class_id=CLASS, kilojoules="400", training_stress_score="50"))
    arena.do(rider, gone := ride(5, day=1))
    arena.send(deleted(rider.user_id, gone))
    row = {"rank", "userId", "team", "teamTitle", "points", "yesterdayRank"}
    teams = {
        "rank",
        "team",
        "teamTitle",
        "points",
        "yesterdayRank",
        "activeCount",
        "memberCount",
        "memberPoints",
        "memberSum",
    }
    line = {"week", "date", "done", "title", "item", "reason", "amount", "pointsPerUnit", "points", "team"}
    board = {"kind", "totalSize", "updateTime", "nextPageToken"}
    for viewer in (rider, mate, arena.administrator()):
        members = MessageToDict(arena.board(viewer, given, kind=MEMBERS, page_size=1))
        of_teams = MessageToDict(arena.board(viewer, given))
        lines = MessageToDict(arena.explain(viewer, given, rider))
        standings = MessageToDict(arena.boards(viewer).ListStandings(pb.ListStandingsRequest()))

        own = set() if viewer not in {rider, mate} else {"ownRow"}
        assert _paths(members) == board | {f"{part}.{name}" for part in {"rows"} | own for name in row}
        assert _paths(of_teams) == board - {"nextPageToken"} | {
            f"{part}.{name}" for part in {"rows"} | own for name in teams
        }
        of_team = {f"teamRow.{name}" for name in teams - {"memberPoints"}} if viewer is rider else set()
        assert _paths(lines) == {"points", "corrections.cause", "corrections.correctTime"} | of_team | {
            f"lines.{name}" for name in line
        } | {f"corrections.line.{name}" for name in line - {"item"}}
        assert "userId" not in {path.rpartition(".")[2] for path in _paths(standings)}


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


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"is_latest_week": True},
        {"kind": MEMBERS},
        {"kind": MEMBERS, "week": 1},
        {"kind": MEMBERS, "team": ""},
        {"is_own_team": True},
    ],
)
def test_a_board_with_its_challenge_costs_at_most_four_statements_at_any_size(
    arena: Arena, chosen: dict[str, Any]
) -> None:
    """The same count with three members and with forty: session and names are the two others of a page's six."""
    given = a_challenge()
    red, blue = arena.add(given, "Red", "Blue")
    (rider,) = riders_with(arena, given, 10, team=red)
    if "team" in chosen:
        chosen = chosen | {"team": f"teams/{red}"}
    counts = []
    for more in (2, 37):
        riders_with(arena, given, *([0] * more), team=blue)
        with count_statements(arena.database.engine) as counted:
            arena.board(rider, given, page_size=2, with_challenge=True, **chosen)
        counts.append(counted.count)

    assert counts[0] == counts[1]
    assert counts[0] <= MOST_STATEMENTS


@pytest.mark.parametrize("of_team", [False, True])
def test_an_explanation_costs_at_most_four_statements(arena: Arena, of_team: bool) -> None:
    given = a_challenge()
    (red,) = arena.add(given, "Red")
    (rider,) = riders_with(arena, given, 10, team=red if of_team else None)
    with count_statements(arena.database.engine) as counted:
        told = arena.explain(rider, given, rider)

    assert of_team is told.HasField("team_row")
    assert counted.count <= MOST_STATEMENTS


def test_t079_the_board_is_equal_for_all_viewers(arena: Arena) -> None:
    """Whoever looks, and however late: days are the challenge's, and points do not change with the clock."""
    given = a_challenge(zone="Pacific/Kiritimati", start=START - timedelta(days=1))
    (red,) = arena.add(given, "Red")
    riders = riders_with(arena, given, 30, 60, team=red, day=0.5)
    seen = []
    for hours in (0, 7, 24, 24 * 30):
        arena.clock.advance(hours=hours)
        for viewer in (*riders, arena.rider(), arena.administrator()):
            boards = [arena.board(viewer, given, kind=MEMBERS), arena.board(viewer, given)]
            seen.append([[(row.rank, row.points, row.user_id) for row in board.rows] for board in boards])

    assert all(each == seen[0] for each in seen)
