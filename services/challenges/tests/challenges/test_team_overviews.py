"""What members see of their team: who did what in a week, and how far it is (F4)."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_challenges.store import tables
from ctz_chassis.db import count_statements
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import User

from .harness import World, fields_of, id_of, overview, schedule

pytestmark = pytest.mark.component


def give(world: World, made: pb.Challenge, user: User, points: dict[int, int], done: list[str], day: str) -> None:
    """Write what the ledger's projections would tell of a member."""
    challenge_id = UUID(id_of(made))
    own = {"challenge_id": challenge_id, "user_id": user.user_id}
    with world.database.begin() as connection:
        for table in (tables.member_week, tables.member_total):
            connection.execute(sa.delete(table).where(table.c.user_id == user.user_id))
        for week, gained in points.items():
            values: dict[str, Any] = {**own, "week": week, "points": gained, "reached_at": world.clock()}
            connection.execute(sa.insert(tables.member_week).values(values))
        total = {**own, "points": sum(points.values()), "reached_at": world.clock(), "latest_date": day}
        connection.execute(sa.insert(tables.member_total).values(total))
        for name in done:
            decision = {
                **own,
                "item_id": UUID(name.rpartition("/")[2]),
                "revision": 1,
                "is_done": True,
                "done_kind": "workout",
                "done_id": uuid7(),
                "done_date": date.fromisoformat(day),
                "points": 50,
            }
            connection.execute(sa.insert(tables.item_decision).values(decision))


def test_the_overview_tells_who_did_what_in_a_week_and_who_did_nothing(world: World) -> None:
    """The one who did least first; what was done in another week is no part of it."""
    made = world.published()
    captain, idle, gone = (world.member(made) for _ in range(3))
    team = world.team(captain, made, "Climbers")
    for rider in (idle, gone):
        world.choose(rider, made, team.name)
    world.leave(gone, made)
    world.clock.advance(days=10)
    items = world.view(captain, made).items
    done = [each.name for each in items if each.week == 2 and each.role == pb.ITEM_ROLE_CORE]
    other = [each.name for each in items if each.week == 1][:1]
    give(world, made, captain, {1: 50, 2: 100}, [*done, *other], "2026-03-10")
    told = overview(world, captain, team)

    assert (team.name, 2, 3) == (told.team.name, told.week, len(told.items))
    assert [
        (str(idle.user_id), 0, 0, [], ""),
        (str(captain.user_id), 100, 150, done, "2026-03-10"),
    ] == [
        (each.membership.user_id, each.points, each.total_points, list(each.done_items), each.last_date)
        for each in told.members
    ]
    first = overview(world, captain, team, week=1)
    assert [other] == [list(each.done_items) for each in first.members if each.points]


def test_the_overview_shows_the_first_week_before_the_start_and_the_last_after_the_end(world: World) -> None:
    made = world.published()
    captain = world.member(made)
    team = world.team(captain, made, "Climbers")

    assert 1 == overview(world, captain, team).week
    world.clock.advance(days=60)
    assert 4 == overview(world, captain, team).week
    assert ["week"] == fields_of(lambda: overview(world, captain, team, week=5))
    assert ["week"] == fields_of(lambda: overview(world, captain, team, week=-1))


def test_an_overview_costs_at_most_four_statements_at_any_size(world: World) -> None:
    made = world.published(schedule())
    captain = world.member(made)
    team = world.team(captain, made, "Climbers")
    counts = []
    for size in (1, 6):
        for _ in range(size):
            world.choose(world.member(made), made, team.name)
        with count_statements(world.database.engine) as counted:
            overview(world, captain, team)
        counts.append(counted.count)

    assert counts[0] == counts[1]
    assert counts[0] <= 4


def test_the_view_tells_progress_weeks_points_and_medal(world: World) -> None:
    """Week 1 whole, week 2 half: silver begins at 80 % of all core points."""
    made = world.published(schedule(2), end_date="2026-03-15")
    rider = world.member(made)
    items = world.view(rider, made).items
    core = [each.name for each in items if each.role == pb.ITEM_ROLE_CORE]
    give(world, made, rider, {1: 100, 2: 50}, core[:3], "2026-03-10")
    view = world.view(rider, made)

    assert sorted(core[:3]) == sorted(each.item for each in view.progress if each.is_done)
    assert {("2026-03-10", 50.0)} == {(each.done_date, each.points) for each in view.progress}
    assert all(each.done.startswith("workouts/") for each in view.progress)
    assert [(1, "2026-03-02", 100, 110, True), (2, "2026-03-09", 50, 110, False)] == [
        (week.week, week.start_date, week.points, week.possible_points, week.is_complete) for week in view.weeks
    ]
    assert (150, pb.MEDAL_UNSPECIFIED) == (view.points, view.medal)
    give(world, made, rider, {1: 100, 2: 100}, core[3:], "2026-03-11")
    assert pb.MEDAL_GOLD == world.view(rider, made).medal
