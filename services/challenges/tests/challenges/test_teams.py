"""Teams: made, chosen, filled by lot, led by captains, and changed by administrators (F4, F7)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_challenges.store import tables
from ctz_chassis.db import count_statements
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import User

from .harness import World, fields_of, id_of, member_name, reason_of, schedule

pytestmark = pytest.mark.component


def stays(world: World, made: pb.Challenge, user: User) -> list[tuple[str, str]]:
    """The teams of a member, each with its first day."""
    stay = tables.team_stay
    query = (
        sa.select(stay.c.from_date, stay.c.team_id)
        .where(stay.c.challenge_id == UUID(id_of(made)), stay.c.user_id == user.user_id)
        .order_by(stay.c.from_date)
    )
    with world.database.read() as connection:
        return [(row.from_date.isoformat(), f"teams/{row.team_id}") for row in connection.execute(query)]


def empty_team(world: World, made: pb.Challenge, title: str) -> pb.Team:
    return world.team(world.administrator, made, title)


def set_captain(world: World, by: User, made: pb.Challenge, user: User, *, is_captain: bool = True) -> pb.Membership:
    return world.teams(by).SetCaptain(pb.SetCaptainRequest(member=member_name(made, user), is_captain=is_captain))


def overview(world: World, user: User, team: pb.Team, week: int = 0) -> pb.TeamOverview:
    return world.teams(user).GetTeamOverview(pb.GetTeamOverviewRequest(team=team.name, week=week))


def test_who_makes_a_team_is_in_it_as_its_captain(world: World) -> None:
    made = world.published()
    rider = world.member(made)
    team = world.team(rider, made, "  Climbers ")

    assert ("Climbers", made.name, 1, [str(rider.user_id)]) == (
        team.title,
        team.challenge,
        team.member_count,
        list(team.captain_ids),
    )
    membership = world.view(rider, made).membership
    assert (team.name, True) == (membership.team, membership.is_captain)
    assert "ALREADY_IN_TEAM" == reason_of(lambda: world.team(rider, made, "Another"))


def test_administrators_make_empty_teams(world: World) -> None:
    team = empty_team(world, world.published(), "Climbers")

    assert (0, []) == (team.member_count, list(team.captain_ids))


@pytest.mark.parametrize("title", ["", "   ", "x" * 61, "two\nlines", "bell\x07"])
def test_a_title_that_does_not_fit_is_refused(world: World, title: str) -> None:
    made = world.published()

    assert ["title"] == fields_of(lambda: empty_team(world, made, title))


def test_titles_are_unique_in_a_challenge_in_any_case(world: World) -> None:
    made, other = world.published(), world.published()
    empty_team(world, made, "Climbers")

    assert "TEAM_TITLE_TAKEN" == reason_of(lambda: empty_team(world, made, "CLIMBERS"))
    assert "Climbers" == empty_team(world, other, "Climbers").title


def test_t075_a_team_sent_five_times_in_parallel_is_one_team(world: World) -> None:
    made = world.published()
    client = world.teams(world.member(made))
    request = pb.CreateTeamRequest(challenge=made.name, title="Climbers", request_id=str(uuid4()))
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: client.CreateTeam(request), range(5)))

    assert 1 == len({answer.name for answer in answers})
    assert 1 == world.rows(tables.team, made)
    request.title = "Sprinters"
    assert "REQUEST_ID_REUSED" == reason_of(lambda: client.CreateTeam(request))


def test_the_pages_of_teams_join_to_the_whole_by_title(world: World) -> None:
    made = world.published()
    for title in ("delta", "Bravo", "charlie", "Alfa", "Echo"):
        empty_team(world, made, title)
    request, titles, statements = pb.ListTeamsRequest(challenge=made.name, page_size=2), list[str](), set[int]()
    while True:
        with count_statements(world.database.engine) as counted:
            page = world.teams(world.administrator).ListTeams(request)
        statements.add(counted.count)
        titles += [team.title for team in page.teams]
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token

    assert ["Alfa", "Bravo", "charlie", "delta", "Echo"] == titles
    assert {2} == statements
    request.challenge = world.published().name
    assert ["page_token"] == fields_of(lambda: world.teams(world.administrator).ListTeams(request))


def test_before_the_start_riders_change_teams_as_they_like(world: World) -> None:
    made = world.published()
    rider = world.member(made)
    first = world.team(rider, made, "Climbers")
    second = empty_team(world, made, "Sprinters")
    membership = world.choose(rider, made, second.name)

    assert (second.name, False) == (membership.team, membership.is_captain)
    assert [("2026-03-02", second.name)] == stays(world, made, rider)
    assert [0, 1] == [team.member_count for team in world.listed_teams(rider, made)]
    assert first.name == world.choose(rider, made, first.name).team


def test_once_it_runs_a_team_stays_chosen(world: World) -> None:
    """Choosing the same team again is nothing; another one is for administrators to decide."""
    made = world.published()
    rider = world.member(made)
    first, second = empty_team(world, made, "Climbers"), empty_team(world, made, "Sprinters")
    world.choose(rider, made, first.name)
    world.clock.advance(days=3)

    assert first.name == world.choose(rider, made, first.name).team
    assert first.name == world.choose(rider, made).team
    assert "TEAM_IS_SETTLED" == reason_of(lambda: world.choose(rider, made, second.name))


def test_a_first_team_counts_from_the_week_that_runs(world: World) -> None:
    made = world.published()
    rider = world.member(made)
    team = empty_team(world, made, "Climbers")
    world.clock.advance(days=12)
    world.choose(rider, made, team.name)

    assert [("2026-03-09", team.name)] == stays(world, made, rider)


def test_t035_fifty_members_and_ten_seats_make_a_team_of_exactly_ten(world: World) -> None:
    made = world.published(team_capacity=10)
    team = empty_team(world, made, "Climbers")
    riders = [world.member(made) for _ in range(50)]
    with ThreadPoolExecutor(50) as pool:
        reasons = list(pool.map(lambda rider: reason_of(lambda: world.choose(rider, made, team.name)), riders))

    assert (10, 40) == (reasons.count(""), reasons.count("TEAM_FULL"))
    assert [10] == [each.member_count for each in world.listed_teams(world.administrator, made)]


def test_t035_the_lot_fills_teams_evenly_also_in_parallel(world: World) -> None:
    """Twenty riders into three teams: seven, seven and six, whoever comes first."""
    made = world.published()
    for title in ("Alfa", "Bravo", "Charlie"):
        empty_team(world, made, title)
    riders = [world.member(made) for _ in range(20)]
    with ThreadPoolExecutor(20) as pool:
        chosen = list(pool.map(lambda rider: world.choose(rider, made).team, riders))

    assert [6, 7, 7] == sorted(Counter(chosen).values())


def test_the_lot_passes_over_full_teams_and_says_when_there_is_no_seat(world: World) -> None:
    made = world.published(team_capacity=1)
    riders = [world.member(made) for _ in range(3)]

    assert "NO_TEAM_WITH_ROOM" == reason_of(lambda: world.choose(riders[0], made))
    first, second = empty_team(world, made, "Climbers"), empty_team(world, made, "Sprinters")
    assert {first.name, second.name} == {world.choose(rider, made).team for rider in riders[:2]}
    assert "NO_TEAM_WITH_ROOM" == reason_of(lambda: world.choose(riders[2], made))


def test_a_team_of_another_challenge_is_not_found(world: World) -> None:
    made, other = world.published(), world.published()
    rider = world.member(made)
    foreign = empty_team(world, other, "Climbers")

    assert "NOT_FOUND" == reason_of(lambda: world.choose(rider, made, foreign.name))
    assert "NOT_FOUND" == reason_of(lambda: world.move(rider, made, foreign.name, "2026-03-02"))


def test_a_challenge_without_teams_has_none(world: World) -> None:
    made = world.published(mode=pb.CHALLENGE_MODE_INDIVIDUAL)
    rider = world.member(made)

    assert "TEAMS_NOT_USED" == reason_of(lambda: world.team(rider, made, "Climbers"))
    assert "TEAMS_NOT_USED" == reason_of(lambda: world.choose(rider, made))


def test_after_the_end_teams_stay_as_they_are(world: World) -> None:
    made = world.published()
    rider, late = world.member(made), world.member(made)
    team = world.team(rider, made, "Climbers")
    world.clock.advance(days=40)

    assert "CHALLENGE_ENDED" == reason_of(lambda: world.choose(late, made, team.name))
    assert "CHALLENGE_ENDED" == reason_of(lambda: world.team(late, made, "Sprinters"))


def test_a_move_leaves_the_days_before_with_the_team_of_that_time(world: World) -> None:
    made = world.published()
    rider = world.member(made)
    first = world.team(rider, made, "Climbers")
    second, third = empty_team(world, made, "Sprinters"), empty_team(world, made, "Grinders")
    world.clock.advance(days=16)
    moved = world.move(rider, made, second.name, "2026-03-12")

    assert (second.name, False) == (moved.team, moved.is_captain)
    assert [("2026-03-02", first.name), ("2026-03-12", second.name)] == stays(world, made, rider)
    world.move(rider, made, third.name, "2026-03-10")
    assert [("2026-03-02", first.name), ("2026-03-10", third.name)] == stays(world, made, rider)
    world.move(rider, made, third.name, "2026-03-10")
    assert [("2026-03-02", first.name), ("2026-03-10", third.name)] == stays(world, made, rider)


def test_a_captain_who_is_moved_within_the_team_stays_one(world: World) -> None:
    made = world.published()
    rider = world.member(made)
    team = world.team(rider, made, "Climbers")
    world.clock.advance(days=5)

    assert world.move(rider, made, team.name, "2026-03-02").is_captain


@pytest.mark.parametrize("day", ["2026-03-01", "2026-03-06", "2026-04-30", "soon", ""])
def test_a_move_starts_on_a_day_that_counts_and_has_come(world: World, day: str) -> None:
    """It is the 5th of March."""
    made = world.published()
    rider = world.member(made)
    team = empty_team(world, made, "Climbers")
    world.clock.advance(days=5)

    assert ["from_date"] == fields_of(lambda: world.move(rider, made, team.name, day))


def test_nobody_is_moved_into_a_full_team(world: World) -> None:
    made = world.published(team_capacity=1)
    first, second = world.member(made), world.member(made)
    team = world.team(first, made, "Climbers")

    assert "TEAM_FULL" == reason_of(lambda: world.move(second, made, team.name, "2026-03-02"))


def test_who_left_cannot_be_moved(world: World) -> None:
    made = world.published()
    rider = world.member(made)
    team = empty_team(world, made, "Climbers")
    world.leave(rider, made)

    assert "NOT_FOUND" == reason_of(lambda: world.move(rider, made, team.name, "2026-03-02"))
    assert "NOT_FOUND" == reason_of(lambda: world.move(world.rider(), made, team.name, "2026-03-02"))


def test_a_team_has_three_captains_at_most_also_in_parallel(world: World) -> None:
    made = world.published()
    captain = world.member(made)
    team = world.team(captain, made, "Climbers")
    riders = [world.member(made) for _ in range(6)]
    for rider in riders:
        world.choose(rider, made, team.name)
    with ThreadPoolExecutor(6) as pool:
        reasons = list(pool.map(lambda rider: reason_of(lambda: set_captain(world, captain, made, rider)), riders))

    assert (2, 4) == (reasons.count(""), reasons.count("TOO_MANY_CAPTAINS"))
    (listed,) = world.listed_teams(captain, made)
    assert 3 == len(listed.captain_ids)


def test_a_captain_may_step_down_and_leave_it_to_another(world: World) -> None:
    made = world.published()
    captain, rider = world.member(made), world.member(made)
    team = world.team(captain, made, "Climbers")
    world.choose(rider, made, team.name)
    assert set_captain(world, captain, made, rider).is_captain
    assert not set_captain(world, captain, made, captain, is_captain=False).is_captain

    assert "CAPTAIN_REQUIRED" == reason_of(lambda: set_captain(world, captain, made, captain))
    assert [str(rider.user_id)] == list(world.listed_teams(rider, made)[0].captain_ids)


def test_a_member_without_a_team_leads_none(world: World) -> None:
    made = world.published()
    rider = world.member(made)

    assert "NOT_IN_TEAM" == reason_of(lambda: set_captain(world, world.administrator, made, rider))


def test_who_leaves_leads_no_more(world: World) -> None:
    made = world.published()
    rider = world.member(made)
    team = world.team(rider, made, "Climbers")
    world.leave(rider, made)

    assert "CAPTAIN_REQUIRED" == reason_of(lambda: overview(world, rider, team))
    assert [(0, [])] == [(each.member_count, list(each.captain_ids)) for each in world.listed_teams(rider, made)]


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
