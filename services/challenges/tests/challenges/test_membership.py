"""Who may join, leave and come back, and that exactly as many as there are seats get in (F3)."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_challenges.app.membership import MembershipDesk
from ctz_challenges.domain.errors import ChallengeBusy
from ctz_challenges.domain.membership import Viewer
from ctz_challenges.store import tables
from ctz_challenges.store.challenges import Challenges
from ctz_challenges.store.unit_of_work import Store
from ctz_chassis.db import Database, make_engine
from ctz_local.testing import ServiceDatabase

from .harness import World, id_of, reason_of

pytestmark = pytest.mark.component


def test_joining_a_public_challenge_needs_no_code(world: World) -> None:
    made, rider = world.published(), world.rider()
    view = world.join(rider, made)

    assert (str(rider.user_id), "2026-03-02", "", False, False) == (
        view.membership.user_id,
        view.membership.join_date,
        view.membership.team,
        view.membership.is_captain,
        view.membership.has_left,
    )
    assert view == world.view(rider, made)
    assert 1 == view.challenge.member_count
    assert 12 == len(view.items)
    assert [110, 110, 110, 110] == [week.possible_points for week in view.weeks]


def test_joining_twice_is_joining_once(world: World) -> None:
    made, rider = world.published(), world.rider()
    world.join(rider, made)
    world.join(rider, made)

    assert [(1, True)] == [(told.revision, told.is_member) for told in world.told_memberships(made, rider)]


def test_t035_fifty_riders_and_ten_seats_make_exactly_ten_members(world: World) -> None:
    """All at once, over gRPC; everybody else is told that it is full."""
    made = world.published(capacity=10)
    riders = [world.rider() for _ in range(50)]
    with ThreadPoolExecutor(50) as pool:
        reasons = list(pool.map(lambda rider: reason_of(lambda: world.join(rider, made)), riders))

    assert (10, 40) == (reasons.count(""), reasons.count("CHALLENGE_FULL"))
    assert 10 == world.rows(tables.member, made)
    assert 10 == world.view(world.administrator, made).challenge.member_count


def test_t035_the_same_rider_fifty_times_takes_one_seat(world: World) -> None:
    made, rider = world.published(capacity=2), world.rider()
    with ThreadPoolExecutor(50) as pool:
        reasons = list(pool.map(lambda _: reason_of(lambda: world.join(rider, made)), range(50)))

    assert [""] * 50 == reasons
    assert 1 == world.rows(tables.member, made)


def test_a_turn_that_does_not_come_is_worth_another_try(world: World, migrated: ServiceDatabase) -> None:
    """While a transaction holds the challenge, a join waits as long as locks may take, and changes nothing."""
    made, rider = world.published(), world.rider()
    impatient = Database(make_engine(migrated.app_url("challenges"), application_name="test", lock_timeout_ms=50))
    desk = MembershipDesk(Store(impatient), clock=world.clock)
    viewer = Viewer(rider.user_id, is_administrator=False)
    with world.database.begin() as connection:
        Challenges(connection).lock(UUID(id_of(made)))
        with pytest.raises(ChallengeBusy):
            desk.join(viewer, UUID(id_of(made)), "")

    assert not world.view(rider, made).HasField("membership")
    assert desk.join(viewer, UUID(id_of(made)), "").listed.is_joined
    impatient.close()


def test_a_seat_that_somebody_leaves_is_free(world: World) -> None:
    made = world.published(capacity=1)
    first, second = world.member(made), world.rider()
    assert "CHALLENGE_FULL" == reason_of(lambda: world.join(second, made))
    world.leave(first, made)
    world.join(second, made)

    assert "CHALLENGE_FULL" == reason_of(lambda: world.join(first, made))


def test_who_joins_late_counts_from_the_week_that_runs(world: World) -> None:
    """Teams' means are made by the week: on Thursday of the second week, since its Monday."""
    made = world.published()
    world.clock.advance(days=12)

    assert "2026-03-09" == world.join(world.rider(), made).membership.join_date


def test_joining_ends_with_its_last_day_in_the_zone_of_the_challenge(world: World) -> None:
    """The 3rd of March in Honolulu ends ten hours after that in UTC."""
    made = world.published(join_until_date="2026-03-03", time_zone="Pacific/Honolulu")
    world.clock.advance(days=3, hours=21)
    world.member(made)
    world.clock.advance(hours=2)

    assert "JOINING_CLOSED" == reason_of(lambda: world.member(made))


def test_nobody_joins_or_comes_back_after_the_end(world: World) -> None:
    made = world.published()
    member = world.member(made)
    world.leave(member, made)
    world.clock.advance(days=40)

    assert "CHALLENGE_ENDED" == reason_of(lambda: world.join(member, made))
    assert "CHALLENGE_ENDED" == reason_of(lambda: world.join(world.rider(), made))


def test_leaving_and_coming_back_keeps_the_days_and_the_team(world: World) -> None:
    """Also behind the last day for joining; each step is told, one revision later."""
    made = world.published(join_until_date="2026-03-03")
    rider = world.member(made)
    team = world.team(rider, made, "Climbers")
    world.clock.advance(days=10)
    world.leave(rider, made)
    world.leave(rider, made)
    gone = world.view(rider, made)
    world.join(rider, made)
    back = world.view(rider, made).membership

    assert (True, [], [], 0) == (gone.membership.has_left, list(gone.progress), list(gone.weeks), gone.points)
    assert ("2026-03-02", team.name, False, False) == (back.join_date, back.team, back.is_captain, back.has_left)
    told = world.told_memberships(made, rider)
    assert [True, False, True] == [each.is_member for each in told]
    assert sorted({each.revision for each in told}) == [each.revision for each in told]


def test_who_comes_back_to_a_full_team_is_without_one(world: World) -> None:
    made = world.published(team_capacity=1)
    first, second = world.member(made), world.member(made)
    team = world.team(first, made, "Climbers")
    world.leave(first, made)
    world.choose(second, made, team.name)
    world.join(first, made)

    assert "" == world.view(first, made).membership.team
    assert [1] == [each.member_count for each in world.listed_teams(second, made)]


def test_a_private_challenge_is_joined_with_its_code_only(world: World) -> None:
    made, rider = world.published(is_public=False), world.rider()
    code = world.code(made)

    assert "NOT_FOUND" == reason_of(lambda: world.join(rider, made))
    assert "NOT_FOUND" == reason_of(lambda: world.join(rider, made, code[:-1] + ("A" if code[-1] != "A" else "B")))
    assert not world.join(rider, made, code.lower()).membership.has_left


def test_t092_a_random_id_and_a_private_challenge_answer_alike(world: World) -> None:
    """Nothing tells whether the challenge exists."""
    made, rider = world.published(is_public=False), world.rider()
    other = pb.Challenge(name="challenges/00000000-0000-7000-8000-000000000000")
    for act in (world.view, world.join, world.leave, world.listed_teams, world.choose):
        assert "NOT_FOUND" == reason_of(lambda act=act: act(rider, made))  # type: ignore[misc]
        assert "NOT_FOUND" == reason_of(lambda act=act: act(rider, other))  # type: ignore[misc]
