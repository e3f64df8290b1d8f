"""Points explained: to whom, with what, and what a page of it costs."""

from dataclasses import replace
from decimal import Decimal

import grpc
import pytest
from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_chassis.db import count_statements
from ctz_chassis.ids import uuid7

from .filling import a_challenge, code_of, ride, riders_with
from .harness import Arena, deleted, total
from .making import CLASS, a_class, any_of, bonus, core, session

pytestmark = pytest.mark.component

TODAY = 8
MEMBERS = "BOARD_KIND_MEMBERS"
MOST_STATEMENTS = 4


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


@pytest.mark.parametrize("of_team", [False, True])
def test_an_explanation_costs_at_most_four_statements(arena: Arena, of_team: bool) -> None:
    given = a_challenge()
    (red,) = arena.add(given, "Red")
    (rider,) = riders_with(arena, given, 10, team=red if of_team else None)
    with count_statements(arena.database.engine) as counted:
        told = arena.explain(rider, given, rider)

    assert of_team is told.HasField("team_row")
    assert counted.count <= MOST_STATEMENTS
