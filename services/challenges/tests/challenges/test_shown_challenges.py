"""Challenges are seen by whom they are for, in pages and at a fixed cost (F1, F2)."""

import pytest
from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_chassis.db import count_statements
from ctz_chassis.testing import User

from .harness import World, fields_of, item, reason_of, schedule, titles

pytestmark = pytest.mark.component


def test_drafts_are_for_administrators(world: World) -> None:
    made, rider = world.draft(), world.rider()

    assert [] == titles(world, rider)
    assert "NOT_FOUND" == reason_of(lambda: world.view(rider, made))
    assert "NOT_FOUND" == reason_of(lambda: world.join(rider, made, world.code(made)))
    code = pb.FindByCodeRequest(code=world.code(made))
    assert "NOT_FOUND" == reason_of(lambda: world.challenges(rider).FindByCode(code))
    assert "CHALLENGE_NOT_OPEN" == reason_of(lambda: world.join(world.administrator, made))


def test_the_list_shows_what_is_public_or_ones_own(world: World) -> None:
    world.published(title="public")
    private = world.published(title="private", is_public=False)
    world.draft(title="draft")
    member, outsider = world.member(private), world.rider()

    assert ["draft", "private", "public"] == sorted(titles(world, world.administrator))
    assert ["private", "public"] == sorted(titles(world, member))
    assert ["public"] == titles(world, outsider)
    assert ["private"] == titles(world, member, is_mine=True)
    assert [] == titles(world, outsider, is_mine=True)
    answer = world.challenges(member).ListChallenges(pb.ListChallengesRequest())
    assert [private.name] == list(answer.joined)


def test_the_list_by_state_follows_the_days_of_each_challenge(world: World) -> None:
    """On 2 March at 9:00 UTC the day has begun in Auckland and London, and not in Honolulu."""
    for zone in ("Pacific/Auckland", "Europe/London", "Pacific/Honolulu"):
        world.published(title=zone, time_zone=zone, end_date="2026-03-02", items=[item(1)])
    world.draft(title="draft")
    world.clock.advance(days=1, hours=21)
    states = {
        "open": pb.CHALLENGE_STATE_OPEN,
        "running": pb.CHALLENGE_STATE_RUNNING,
        "ended": pb.CHALLENGE_STATE_ENDED,
        "draft": pb.CHALLENGE_STATE_DRAFT,
    }
    found = {name: sorted(titles(world, world.administrator, states=[state])) for name, state in states.items()}

    assert {
        "open": ["Pacific/Honolulu"],
        "running": ["Europe/London", "Pacific/Auckland"],
        "ended": [],
        "draft": ["draft"],
    } == found
    world.clock.advance(hours=3)
    assert ["Pacific/Auckland"] == titles(world, world.administrator, states=[pb.CHALLENGE_STATE_ENDED])


def test_the_pages_of_a_list_join_to_the_whole_and_cost_one_statement(world: World) -> None:
    """Equal starts are told apart by id; a page is one statement at any size."""
    for number in range(7):
        world.published([item(1)], title=str(number), start_date=f"2026-03-{2 + number // 3:02}")
    rider = world.rider()
    request, seen, statements = pb.ListChallengesRequest(page_size=3), list[str](), set[int]()
    while True:
        with count_statements(world.database.engine) as counted:
            page = world.challenges(rider).ListChallenges(request)
        statements.add(counted.count)
        seen += [each.title for each in page.challenges]
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token

    assert ["6", "5", "4", "3", "2", "1", "0"] == seen
    assert {1} == statements
    request.is_mine = True
    assert ["page_token"] == fields_of(lambda: world.challenges(rider).ListChallenges(request))


def test_weeks_that_have_not_begun_are_only_for_members(world: World) -> None:
    """Weeks unlock with their first day for everybody else."""
    made = world.published()
    member, outsider = world.member(made), world.rider()
    code = world.code(made)

    def weeks(user: User) -> set[int]:
        return {each.week for each in world.view(user, made).items}

    assert ({1, 2, 3, 4}, {1, 2, 3, 4}, set()) == (weeks(member), weeks(world.administrator), weeks(outsider))
    world.clock.advance(days=10)
    assert {1, 2} == weeks(outsider)
    found = world.challenges(outsider).FindByCode(pb.FindByCodeRequest(code=code))
    assert {1, 2} == {each.week for each in found.items}
    world.leave(member, made)
    assert {1, 2} == weeks(member)


def test_a_code_is_for_members_and_administrators_and_cannot_be_guessed(world: World) -> None:
    made = world.published(is_public=False)
    member, invited = world.member(made), world.rider()
    code = world.view(member, made).join_code

    assert 160 == 5 * len(code)
    assert code != world.code(world.published())
    typed = f" {code[:8].lower()}-{code[8:]} "
    found = world.challenges(invited).FindByCode(pb.FindByCodeRequest(code=typed))
    assert (made.name, "", False) == (found.challenge.name, found.join_code, found.HasField("membership"))
    wrong = pb.FindByCodeRequest(code=code[:-1])
    assert "NOT_FOUND" == reason_of(lambda: world.challenges(invited).FindByCode(wrong))


def test_a_challenge_costs_at_most_two_statements_at_any_size(world: World) -> None:
    small, large = world.published([item(1)]), world.published(schedule())
    rider = world.rider()
    for made in (small, large):
        world.join(rider, made)
    for _ in range(5):
        world.member(large)
    counts = []
    for made in (small, large):
        with count_statements(world.database.engine) as counted:
            world.view(rider, made)
        counts.append(counted.count)

    assert counts[0] == counts[1]
    assert counts[0] <= 2
