"""Which board is shown for what was asked, with what, to whom, and what a page of it costs."""

from datetime import timedelta
from typing import Any

import grpc
import pytest
from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.challenges.v1 import challenges_pb2_grpc as pb_grpc
from google.protobuf.json_format import MessageToDict

from ctz_challenges.domain.challenge import Mode
from ctz_chassis.db import count_statements

from .filling import a_challenge, code_of, ride, riders_with, users
from .harness import Arena, deleted, name_of, ranks
from .making import CLASS, START, a_class, any_of, core

pytestmark = pytest.mark.component

TODAY = 8
MEMBERS = "BOARD_KIND_MEMBERS"
MOST_STATEMENTS = 4


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
