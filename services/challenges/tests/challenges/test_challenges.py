"""Challenges are made, changed and deleted by administrators (F1, F2, F8)."""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import grpc
import pytest
import sqlalchemy as sa
from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.common.v1 import activity_pb2

from ctz_challenges.api.wishes import wish_of
from ctz_challenges.app import challenges as administration
from ctz_challenges.app.challenges import ChallengeDesk
from ctz_challenges.domain.errors import RevisionStale
from ctz_challenges.domain.membership import Viewer
from ctz_challenges.store import tables
from ctz_challenges.store.unit_of_work import Store
from ctz_chassis.errors import RemoteError
from ctz_chassis.ids import uuid7

from .harness import World, challenge, fields_of, id_of, item, reason_of, ride, schedule, titles, update

pytestmark = pytest.mark.component


def test_a_draft_comes_back_as_it_was_sent(world: World) -> None:
    """Every field of the form, with rules that have decimals, and a schedule in its order."""
    rules = pb.ScoringRules(
        core_points=40.5,
        bonus_points=0,
        weekly_cap=500,
        metric_rules=[
            pb.MetricRule(
                metric=pb.SCORED_METRIC_KILOJOULES,
                points_per_unit=0.1,
                points_per_minute_without=1.25,
                disciplines=["cycling", "running"],
            )
        ],
    )
    fields = {
        "title": "Hügel & Täler",
        "description": "One.\nTwo.",
        "kind": pb.CHALLENGE_KIND_CYCLING,
        "mode": pb.CHALLENGE_MODE_INDIVIDUAL,
        "time_zone": "America/New_York",
        "is_public": False,
        "join_until_date": "2026-03-10",
        "capacity": 40,
        "team_capacity": 8,
        "scoring": rules,
    }
    alternatives = [ride("low_impact", 30), ride("recovery", 20)]
    made = world.draft([item(2, 1, alternatives=alternatives)], **fields)

    assert [made] == [world.view(world.administrator, made).challenge]
    sent = challenge(**fields)
    for name in (*fields, "start_date", "end_date"):
        assert getattr(sent, name) == getattr(made, name)
    (stored,) = world.view(world.administrator, made).items
    assert alternatives == list(stored.alternatives)
    assert (pb.CHALLENGE_STATE_DRAFT, 4, 0, 1) == (made.state, made.week_count, made.current_week, made.revision)


def test_without_rules_a_core_item_gives_50_and_the_bonus_10(world: World) -> None:
    request = pb.CreateChallengeRequest(challenge=challenge(), items=schedule())
    request.challenge.ClearField("scoring")
    made = world.challenges(world.administrator).CreateChallenge(request)

    assert pb.ScoringRules(core_points=50, bonus_points=10) == made.scoring


def test_t075_a_form_sent_five_times_in_parallel_makes_one_draft(world: World) -> None:
    """The same request id gives the same answer, also later; with another body it is refused."""
    request = pb.CreateChallengeRequest(challenge=challenge(), items=schedule(), request_id=str(uuid4()))
    client = world.challenges(world.administrator)
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: client.CreateChallenge(request), range(5)))

    assert 1 == len({answer.name for answer in answers})
    assert ["Spring zones"] == titles(world, world.administrator)
    request.challenge.title = "Another"
    assert "REQUEST_ID_REUSED" == reason_of(lambda: client.CreateChallenge(request))


def test_t091_what_no_form_decides_is_never_taken_from_one(world: World) -> None:
    """Name, state, counts, revision and weeks come from the server alone."""
    forged: dict[str, Any] = {
        "name": "challenges/00000000-0000-7000-8000-000000000000",
        "state": pb.CHALLENGE_STATE_RUNNING,
        "member_count": 9,
        "team_count": 9,
        "revision": 77,
        "week_count": 99,
        "current_week": 3,
    }
    made = world.draft(**forged)
    changed = pb.Challenge(**{**forged, "name": made.name, "revision": made.revision})
    changed.MergeFrom(challenge())
    for answer in (made, update(world, changed)):
        assert (pb.CHALLENGE_STATE_DRAFT, 0, 0, 4, 0) == (
            answer.state,
            answer.member_count,
            answer.team_count,
            answer.week_count,
            answer.current_week,
        )
        assert forged["name"] != answer.name
        assert answer.revision in {1, 2}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": 0}, "challenge.kind"),
        ({"mode": 9}, "challenge.mode"),
        ({"title": ""}, "challenge.title"),
        ({"end_date": "2027-03-01"}, "challenge.end_date"),
        ({"time_zone": "Nowhere"}, "challenge.time_zone"),
    ],
)
def test_a_field_that_does_not_fit_is_named_and_nothing_is_stored(
    world: World, fields: dict[str, Any], field: str
) -> None:
    assert [field] == fields_of(lambda: world.draft(**fields))
    assert [] == titles(world, world.administrator)


@pytest.mark.parametrize("kind", [activity_pb2.ACTIVITY_KIND_NOTE, activity_pb2.ACTIVITY_KIND_REST, 0])
def test_notes_and_rest_are_no_items_of_a_challenge(world: World, kind: Any) -> None:
    asked = activity_pb2.Activity(kind=kind, title="rest")

    assert ["items[0].activity.kind"] == fields_of(lambda: world.draft([item(1, activity=asked)]))


def test_t090_an_item_of_another_challenge_is_refused(world: World) -> None:
    """An id inside the body is looked up within the challenge that it is sent for."""
    other, made = world.draft(), world.draft()
    foreign = world.view(world.administrator, other).items[0]

    assert ["items[0].name"] == fields_of(lambda: update(world, made, [foreign]))
    assert ["items[0].name"] == fields_of(lambda: world.draft([foreign]))


def test_a_schedule_that_no_event_could_carry_is_refused(world: World) -> None:
    """26 weeks, 14 items each, with long titles of four bytes a letter everywhere."""
    long = activity_pb2.Activity(
        kind=activity_pb2.ACTIVITY_KIND_CLASS_TYPE, title="🚴" * 200, class_type="power_zone", discipline="cycling"
    )
    items = [item(week, activity=long, alternatives=[long] * 5) for week in range(1, 27) for _ in range(14)]

    assert ["items"] == fields_of(lambda: world.draft(items, end_date="2026-08-30"))


def test_publishing_opens_a_draft_once(world: World) -> None:
    made = world.draft()
    client = world.challenges(world.administrator)
    first = client.PublishChallenge(pb.PublishChallengeRequest(name=made.name))
    again = client.PublishChallenge(pb.PublishChallengeRequest(name=made.name))

    assert (pb.CHALLENGE_STATE_OPEN, 2) == (first.state, first.revision)
    assert first == again
    assert [2] == [told.revision for told in world.told_challenges(made)]


def test_what_gives_no_points_is_not_published(world: World) -> None:
    made = world.challenges(world.administrator).CreateChallenge(pb.CreateChallengeRequest(challenge=challenge()))

    publish = pb.PublishChallengeRequest(name=made.name)
    assert ["items"] == fields_of(lambda: world.challenges(world.administrator).PublishChallenge(publish))


def test_the_published_schedule_is_told_with_days(world: World) -> None:
    """Ten days: the last week is shorter, and so is the time in which its items count."""
    made = world.published([item(2, 1, is_bonus=True), item(2, 2), item(1, 6)], end_date="2026-03-11")
    (told,) = world.told_challenges(made)

    assert [
        ("2026-03-08", "2026-03-08", False),
        ("2026-03-10", "2026-03-11", True),
        ("2026-03-11", "2026-03-11", False),
    ] == [(each.date, each.last_date, each.is_bonus) for each in told.items]
    assert {each.name.split("/")[1] for each in world.view(world.administrator, made).items} == {
        each.item_id for each in told.items
    }
    assert ("Spring zones", "2026-03-02", "2026-03-11") == (told.title, told.start_date, told.end_date)


def test_a_change_keeps_items_by_name_and_tells_the_whole_schedule(world: World) -> None:
    made = world.published()
    kept, *_ = world.view(world.administrator, made).items
    made.title = "Renamed"
    changed = update(world, made, [kept, item(3)])

    assert ("Renamed", 3) == (changed.title, changed.revision)
    items = world.view(world.administrator, made).items
    assert kept == items[0]
    assert 2 == len(items)
    assert [(2, "Spring zones", 12), (3, "Renamed", 2)] == [
        (told.revision, told.title, len(told.items)) for told in world.told_challenges(made)
    ]


def test_a_draft_tells_nothing(world: World) -> None:
    made = world.draft()
    update(world, made)
    world.challenges(world.administrator).DeleteChallenge(pb.DeleteChallengeRequest(name=made.name))

    assert [] == world.told_challenges(made)


def test_t076_a_form_that_somebody_overtook_is_refused_with_the_stored_revision(world: World) -> None:
    made = world.draft()
    first, second = pb.Challenge(), pb.Challenge()
    first.CopyFrom(made)
    second.CopyFrom(made)
    first.title, second.title = "First", "Second"
    update(world, first)
    with pytest.raises(RemoteError) as refused:
        update(world, second)

    assert (grpc.StatusCode.ABORTED, "REVISION_STALE", "2") == (
        refused.value.code,
        refused.value.reason,
        refused.value.metadata["revision"],
    )
    assert "First" == world.view(world.administrator, made).challenge.title


def test_t076_of_parallel_changes_of_one_revision_exactly_one_is_taken(world: World) -> None:
    made = world.draft()

    def change(number: int) -> str:
        form = pb.Challenge()
        form.CopyFrom(made)
        form.title = f"Title {number}"
        return reason_of(lambda: update(world, form, schedule()))

    with ThreadPoolExecutor(8) as pool:
        reasons = sorted(pool.map(change, range(8)))

    assert ["", *["REVISION_STALE"] * 7] == reasons
    assert 2 == world.view(world.administrator, made).challenge.revision


def test_t076_a_thousand_saves_of_two_browsers_lose_none(world: World) -> None:
    """Two administrators read and save in a random order: a save is taken exactly when nobody saved since the read."""
    made = world.draft([item(1)])
    desk = ChallengeDesk(Store(world.database), clock=world.clock)
    viewer = Viewer(world.administrator.user_id, is_administrator=True)
    draw = random.Random(20260302)
    seen, stored, taken = {"one": 1, "two": 1}, 1, 0
    for number in range(1_000):
        browser = draw.choice(["one", "two"])
        if draw.random() < 0.5:
            seen[browser] = stored
            continue
        form = pb.UpdateChallengeRequest(challenge=challenge(title=f"{browser} {number}"), items=[item(1)])
        try:
            listed = desk.update(viewer, UUID(id_of(made)), wish_of(form), revision=seen[browser])
        except RevisionStale:
            assert seen[browser] < stored
        else:
            assert (seen[browser], f"{browser} {number}") == (stored, listed.challenge.title)
            stored, taken = listed.challenge.revision, taken + 1

    assert 1 + taken == world.view(world.administrator, made).challenge.revision
    assert 50 < taken < 450


def test_before_the_start_the_first_day_can_move_and_members_with_it(world: World) -> None:
    made = world.published()
    rider = world.member(made)
    team = world.team(rider, made, "Climbers")
    made = world.view(world.administrator, made).challenge
    made.start_date, made.join_until_date = "2026-03-09", ""
    update(world, made, [item(1)])

    membership = world.view(rider, made).membership
    assert ("2026-03-09", team.name) == (membership.join_date, membership.team)
    assert ["2026-03-02", "2026-03-09"] == [told.join_date for told in world.told_memberships(made, rider)]


def test_once_it_runs_the_first_day_stays(world: World) -> None:
    made = world.published()
    world.clock.advance(days=3)
    made.start_date = "2026-03-09"

    assert ["challenge.start_date"] == fields_of(lambda: update(world, made, [item(1)]))


def test_deleting_takes_everything_with_it_and_tells(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where points are deleted in many small transactions."""
    monkeypatch.setattr(administration, "DELETED_AT_ONCE", 2)
    made = world.published()
    rider = world.member(made)
    world.team(rider, made, "Climbers")
    with world.database.begin() as connection:
        for number in range(5):
            connection.execute(
                sa.insert(tables.ledger_line).values(
                    line_id=uuid7(),
                    challenge_id=UUID(id_of(made)),
                    user_id=rider.user_id,
                    week=1,
                    local_date="2026-03-02",
                    reason="core",
                    points=number,
                )
            )
    delete = pb.DeleteChallengeRequest(name=made.name)
    world.challenges(world.administrator).DeleteChallenge(delete)

    assert "NOT_FOUND" == reason_of(lambda: world.view(world.administrator, made))
    assert "NOT_FOUND" == reason_of(lambda: world.challenges(world.administrator).DeleteChallenge(delete))
    of_challenge = [table for table in tables.metadata.sorted_tables if "challenge_id" in table.c]
    assert 10 <= len(of_challenge)
    assert [0] * len(of_challenge) == [world.rows(table, made) for table in of_challenge]
    assert [(2, False), (3, True)] == [(told.revision, told.is_deleted) for told in world.told_challenges(made)]


@pytest.mark.parametrize("act", ["CreateChallenge", "UpdateChallenge", "PublishChallenge", "DeleteChallenge"])
def test_t089_only_administrators_build(world: World, act: str) -> None:
    """The contract says so, and the server holds it before it looks at anything."""
    made = world.draft()
    requests: dict[str, Any] = {
        "CreateChallenge": pb.CreateChallengeRequest(challenge=challenge()),
        "UpdateChallenge": pb.UpdateChallengeRequest(challenge=made),
        "PublishChallenge": pb.PublishChallengeRequest(name=made.name),
        "DeleteChallenge": pb.DeleteChallengeRequest(name=made.name),
    }
    client = world.challenges(world.rider())

    assert "ADMINISTRATOR_REQUIRED" == reason_of(lambda: getattr(client, act)(requests[act]))
    assert made == world.view(world.administrator, made).challenge


def test_a_change_of_rules_reaches_every_member_and_goes_on_after_a_crash(world: World) -> None:
    """The recount is a row of the change's transaction; it is gone when everybody was scored anew."""
    made = world.published()
    for _ in range(3):
        world.member(made)
    made = world.view(world.administrator, made).challenge
    made.title = "Only the title"
    made = update(world, made)
    assert 0 == world.rows(tables.recount, made)
    made.scoring.core_points = 70
    update(world, made)

    assert 1 == world.rows(tables.recount, made)
    world.recount()
    assert 0 == world.rows(tables.recount, made)
