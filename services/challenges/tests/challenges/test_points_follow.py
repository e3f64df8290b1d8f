"""Points follow whatever happens to memberships, teams and rules, and equal what a fresh count gives (F3–F6)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.challenges.v1 import challenges_pb2_grpc as pb_grpc
from ctz.peloton_sync.events.v1 import events_pb2 as peloton

from ctz_challenges.app.recounting import Recounter
from ctz_challenges.cli import event_consumer
from ctz_challenges.store import tables
from ctz_challenges.store.unit_of_work import Store
from ctz_chassis.events import new_event
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import User

from .harness import World, id_of, item, schedule, update

pytestmark = pytest.mark.component

RECORDED = "peloton-sync.workout.recorded.v1"


def rides(world: World, user: User, day: int, *, class_type: str = "power_zone") -> None:
    """Let a rider have done a 45-minute class on a day of the challenge, from 0, at noon."""
    start = datetime(2026, 3, 2, 12, tzinfo=UTC) + timedelta(days=day)
    message = peloton.WorkoutRecorded(
        workout_id=str(uuid7()),
        user_id=str(user.user_id),
        revision=1,
        local_date=start.date().isoformat(),
        discipline="cycling",
        class_id="a" * 32,
        class_type=class_type,
        title="45 min",
        duration_seconds=2_700,
    )
    message.start_time.FromDatetime(start)
    event = new_event(RECORDED, source="peloton-sync", user_id=user.user_id, message=message)
    event_consumer(world.database, clock=world.clock).handle(event)


def members(world: World, made: pb.Challenge, week: int = 0) -> dict[str, float]:
    request = pb.GetBoardRequest(challenge=made.name, kind=pb.BOARD_KIND_MEMBERS, week=week)
    board = world.server.client(pb_grpc.BoardServiceStub, user=world.administrator).GetBoard(request)
    return {row.user_id: row.points for row in board.rows}


def teams(world: World, made: pb.Challenge, week: int = 0) -> dict[str, tuple[float, int]]:
    """Mean and active members of each team, by title; of all weeks only the mean."""
    request = pb.GetBoardRequest(challenge=made.name, kind=pb.BOARD_KIND_TEAMS, week=week)
    board = world.server.client(pb_grpc.BoardServiceStub, user=world.administrator).GetBoard(request)
    return {row.team_title: (row.points, row.active_count) for row in board.rows}


def projections(world: World) -> list[Any]:
    """Everything that boards are read from."""
    found: list[Any] = []
    with world.database.read() as connection:
        for table in (tables.member_week, tables.member_total, tables.team_week, tables.item_decision):
            columns = [column for column in table.c if column.name != "revision"]
            found.append(sorted(map(repr, connection.execute(sa.select(*columns)))))
    return found


def equals_a_fresh_count(world: World, made: pb.Challenge) -> bool:
    """Say whether counting everybody anew leaves everything that boards are read from as it is."""
    before = projections(world)
    store = Store(world.database)
    store.run(lambda tx: tx.recounts.ask(UUID(id_of(made))))
    recounter = Recounter(store, clock=world.clock, members_at_once=2)
    while recounter.work_once():
        pass
    return before == projections(world)


def test_what_was_done_since_the_week_began_counts_for_who_joins_late(world: World) -> None:
    made, rider = world.published(), world.rider()
    for day in (3, 7, 8, 9):
        rides(world, rider, day)
    world.clock.advance(days=11)
    view = world.join(rider, made)

    assert [0, 110, 0, 0] == [week.points for week in view.weeks]
    assert 110 == view.points
    assert equals_a_fresh_count(world, made)


def test_points_leave_the_boards_with_a_rider_and_come_back(world: World) -> None:
    made = world.published()
    rider, other = world.member(made), world.member(made)
    world.team(rider, made, "Climbers")
    world.choose(other, made)
    world.clock.advance(days=4)
    rides(world, rider, 0)
    rides(world, other, 1, class_type="recovery")

    assert {"Climbers": (25, 2)} == teams(world, made, week=1)
    world.leave(rider, made)
    assert [0] == list(members(world, made).values())
    assert {"Climbers": (0, 1)} == teams(world, made, week=1)
    assert equals_a_fresh_count(world, made)
    rides(world, rider, 1)
    world.join(rider, made)
    assert 100 == members(world, made)[str(rider.user_id)]
    assert {"Climbers": (50, 2)} == teams(world, made, week=1)
    assert equals_a_fresh_count(world, made)


def test_a_move_takes_the_points_from_its_day_on(world: World) -> None:
    """Monday's ride stays with the first team; in that week the rider was active in both."""
    made = world.published()
    rider = world.member(made)
    world.team(rider, made, "Climbers")
    second = world.team(world.administrator, made, "Sprinters")
    world.clock.advance(days=9)
    for day in (0, 3, 7):
        rides(world, rider, day)
    world.move(rider, made, second.name, "2026-03-04")

    assert {"Climbers": (50, 1), "Sprinters": (50, 1)} == teams(world, made, week=1)
    assert {"Climbers": (0, 0), "Sprinters": (50, 1)} == teams(world, made, week=2)
    assert equals_a_fresh_count(world, made)
    world.move(rider, made, second.name, "2026-03-02")
    assert {"Climbers": (0, 0), "Sprinters": (100, 1)} == teams(world, made, week=1)
    assert equals_a_fresh_count(world, made)


def test_a_first_team_takes_the_points_of_the_week_that_runs(world: World) -> None:
    """What was done in weeks without a team is nobody's but the rider's."""
    made = world.published()
    rider = world.member(made)
    team = world.team(world.administrator, made, "Climbers")
    world.clock.advance(days=10)
    for day in (0, 7):
        rides(world, rider, day)
    world.choose(rider, made, team.name)

    assert [(0, 0), (50, 1)] == [teams(world, made, week)["Climbers"] for week in (1, 2)]
    assert 100 == members(world, made)[str(rider.user_id)]
    assert equals_a_fresh_count(world, made)


def test_a_change_of_rules_is_followed_by_every_board(world: World) -> None:
    """Points of an item, an item more, another kind of item: who was counted stays counted by what holds now."""
    made = world.published()
    riders = [world.member(made) for _ in range(5)]
    world.team(riders[0], made, "Climbers")
    for rider in riders[1:]:
        world.choose(rider, made)
    world.clock.advance(days=5)
    for rider in riders:
        rides(world, rider, 1)
    form = world.view(world.administrator, made).challenge
    form.scoring.core_points = 70.5
    form = update(world, form)
    world.recount()

    assert [70.5] * 5 == list(members(world, made).values())
    assert {"Climbers": (70.5, 5)} == teams(world, made, week=1)
    recovery = item(1, 2)
    recovery.activity.class_type = "recovery"
    update(world, form, [recovery, *schedule(4)[3:]])
    world.recount()
    assert [0] * 5 == list(members(world, made).values())
    assert equals_a_fresh_count(world, made)


def test_a_new_first_day_moves_what_counts(world: World) -> None:
    """Moved to an earlier Monday before the start: a ride of that week counts."""
    made = world.published(start_date="2026-03-09", end_date="2026-04-05")
    rider = world.member(made)
    world.team(rider, made, "Climbers")
    rides(world, rider, 1)
    form = world.view(world.administrator, made).challenge
    form.start_date, form.end_date, form.join_until_date = "2026-03-02", "2026-03-29", ""
    update(world, form)
    world.recount()

    assert {str(rider.user_id): 50} == members(world, made, week=1)
    assert {"Climbers": (50, 1)} == teams(world, made, week=1)
    assert equals_a_fresh_count(world, made)


def test_an_ended_challenge_takes_late_corrections(world: World) -> None:
    made = world.published()
    rider = world.member(made)
    world.clock.advance(days=60)
    rides(world, rider, 2)

    assert 50 == world.view(rider, made).points
    assert pb.CHALLENGE_STATE_ENDED == world.view(rider, made).challenge.state
