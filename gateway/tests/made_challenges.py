"""Challenges for tests: a cycling challenge in its second week, and what a member did in it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.common.v1 import activity_pb2

from gateway.tests.fake_challenges import ChallengeStore, Kept, Member


def add_challenge(
    store: ChallengeStore,
    title: str,
    *,
    first: date | None = None,
    weeks: int = 4,
    mode: pb.ChallengeMode.ValueType = pb.CHALLENGE_MODE_TEAM,
    is_public: bool = True,
) -> Kept:
    """A cycling challenge in its second week, with four core items and a bonus in each."""
    start = first or datetime.now(UTC).date() - timedelta(days=9)
    name = f"challenges/{uuid4()}"
    challenge = pb.Challenge(
        name=name,
        title=title,
        description="Ride it in any order.",
        kind=pb.CHALLENGE_KIND_CYCLING,
        mode=mode,
        start_date=start.isoformat(),
        end_date=(start + timedelta(days=7 * weeks - 1)).isoformat(),
        time_zone="Europe/Stockholm",
        is_public=is_public,
        join_until_date=(start + timedelta(days=7 * weeks - 1)).isoformat(),
        team_capacity=7,
        scoring=pb.ScoringRules(core_points=50, bonus_points=10),
        revision=1,
    )
    store.kept[name] = Kept(challenge, [item for week in range(1, weeks + 1) for item in _week(week)], code=title[:8])
    return store.kept[name]


def _week(week: int) -> list[pb.ScheduleItem]:
    asked = [("power_zone_endurance", 45), ("power_zone", 45), ("power_zone_endurance", 60), ("power_zone_max", 45)]
    made = [_item(week, day, pb.ITEM_ROLE_CORE, *each) for day, each in enumerate(asked)]
    made[2].alternatives.add(
        kind=activity_pb2.ACTIVITY_KIND_CLASS_TYPE,
        discipline="cycling",
        class_type="power_zone_endurance",
        duration_seconds=2700,
    )
    return [*made, _item(week, 6, pb.ITEM_ROLE_BONUS, "power_zone_endurance", 75)]


def _item(
    week: int, day: int, role: pb.ItemRole.ValueType, class_type: str, minutes: int, discipline: str = "cycling"
) -> pb.ScheduleItem:
    item = pb.ScheduleItem(name=f"challengeItems/{uuid4()}", week=week, day=day, role=role)
    item.activity.kind = activity_pb2.ACTIVITY_KIND_CLASS_TYPE
    item.activity.discipline, item.activity.class_type = discipline, class_type
    item.activity.duration_seconds = minutes * 60
    return item


def give(kept: Kept, user_id: UUID, number: int, title: str, *, week: int = 1) -> pb.PointsLine:
    """Let a member have done the n-th item of a week."""
    item = [each for each in kept.items if each.week == week][number]
    day = date.fromisoformat(kept.challenge.start_date) + timedelta(days=7 * (week - 1) + number)
    is_bonus = item.role == pb.ITEM_ROLE_BONUS
    line = pb.PointsLine(
        week=week,
        date=day.isoformat(),
        done=f"workouts/{uuid4()}",
        title=title,
        item=item.name,
        reason=pb.POINTS_REASON_BONUS if is_bonus else pb.POINTS_REASON_CORE,
        points=kept.challenge.scoring.bonus_points if is_bonus else kept.challenge.scoring.core_points,
        team=kept.members[user_id].team,
    )
    kept.lines[user_id].insert(0, line)
    return line


def june(town: Any, **given: object) -> Kept:
    """A public challenge with two teams; rider A is captain of one, rider B of none."""
    kept = add_challenge(town.challenges, "June Build", **given)  # type: ignore[arg-type]
    kept.code = "JUNE1234"
    first, second = (f"teams/00000000-0000-4000-8000-00000000000{number}" for number in (1, 2))
    kept.teams.update({first: "Late Cadence", second: "Sunday Watts"})
    kept.members[town.a.user_id] = Member(town.a.user_id, first, is_captain=True)
    return kept


def path_of(kept: Kept) -> str:
    return f"/{kept.challenge.name}"
