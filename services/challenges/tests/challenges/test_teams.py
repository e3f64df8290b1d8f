"""Teams: made, chosen, filled by lot, led by captains, and changed by administrators (F4, F7)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_challenges.store import tables
from ctz_chassis.db import count_statements
from ctz_chassis.testing import User

from .harness import World, fields_of, id_of, member_name, overview, reason_of

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
