"""Challenges and teams between the contract and the domain."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_challenges.app.challenge_events import activity_message
from ctz_challenges.domain.challenge import Item, Kind, Metric, MetricRule, Mode, Role, Scoring, State
from ctz_challenges.domain.challenge_view import ChallengeView, Listed, Medal, Progress, WeekStanding
from ctz_challenges.domain.errors import InvalidField
from ctz_challenges.domain.facts import DoneKind
from ctz_challenges.domain.membership import Membership, Viewer
from ctz_challenges.domain.team import MemberWeek, Team
from ctz_chassis import resource_name
from ctz_chassis.grpc_server import person_of

CHALLENGES, TEAMS, ITEMS = "challenges", "teams", "challengeItems"
KINDS = {
    Kind.CYCLING: pb.CHALLENGE_KIND_CYCLING,
    Kind.RUNNING: pb.CHALLENGE_KIND_RUNNING,
    Kind.STRENGTH: pb.CHALLENGE_KIND_STRENGTH,
    Kind.YOGA: pb.CHALLENGE_KIND_YOGA,
    Kind.MIXED: pb.CHALLENGE_KIND_MIXED,
}
MODES = {Mode.INDIVIDUAL: pb.CHALLENGE_MODE_INDIVIDUAL, Mode.TEAM: pb.CHALLENGE_MODE_TEAM}
STATES = {
    State.DRAFT: pb.CHALLENGE_STATE_DRAFT,
    State.OPEN: pb.CHALLENGE_STATE_OPEN,
    State.RUNNING: pb.CHALLENGE_STATE_RUNNING,
    State.ENDED: pb.CHALLENGE_STATE_ENDED,
}
ROLES = {Role.CORE: pb.ITEM_ROLE_CORE, Role.BONUS: pb.ITEM_ROLE_BONUS}
METRICS = {
    Metric.MINUTES: pb.SCORED_METRIC_MINUTES,
    Metric.KILOJOULES: pb.SCORED_METRIC_KILOJOULES,
    Metric.KILOMETRES: pb.SCORED_METRIC_KILOMETRES,
    Metric.TSS: pb.SCORED_METRIC_TSS,
}
_MEDALS = {
    Medal.NONE: pb.MEDAL_UNSPECIFIED,
    Medal.SILVER: pb.MEDAL_SILVER,
    Medal.GOLD: pb.MEDAL_GOLD,
    Medal.PLATINUM: pb.MEDAL_PLATINUM,
}
FORGED = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What reading the place in a page token raises, where no list of ours wrote it."""
_DONE = {DoneKind.WORKOUT: "workouts", DoneKind.SESSION: "sessions"}


def viewer_of(context: Any) -> Viewer:
    """Return who asks."""
    person = person_of(context)
    return Viewer(person.user_id, person.is_administrator)


def member_ids(name: str) -> tuple[UUID, UUID]:
    """Return challenge and user of a member's name, `challenges/{challenge}/members/{user}`."""
    challenge, separator, user = name.partition("/members/")
    if not separator:
        raise InvalidField("member", "must look like challenges/{id}/members/{id}")
    return (
        resource_name.parse(CHALLENGES, challenge, field="member"),
        resource_name.parse("members", f"members/{user}", field="member"),
    )


def view_message(view: ChallengeView, instant: datetime) -> pb.ChallengeView:
    """Return a challenge as one person sees it."""
    membership = view.listed.membership
    return pb.ChallengeView(
        challenge=challenge_message(view.listed, instant),
        items=[item_message(item) for item in view.items],
        membership=None if membership is None else membership_message(membership),
        progress=[_progress(each) for each in view.progress],
        weeks=[_week(each) for each in view.weeks],
        points=float(view.points),
        medal=_MEDALS[view.medal],
        join_code=view.join_code,
    )


def challenge_message(listed: Listed, instant: datetime) -> pb.Challenge:
    """Return a challenge with where it stands at an instant."""
    challenge = listed.challenge
    message = pb.Challenge(
        name=resource_name.format(CHALLENGES, challenge.challenge_id),
        title=challenge.title,
        description=challenge.description,
        kind=KINDS[challenge.kind],
        mode=MODES[challenge.mode],
        state=STATES[challenge.state_at(instant)],
        start_date=challenge.start_date.isoformat(),
        end_date=challenge.end_date.isoformat(),
        time_zone=challenge.time_zone.key,
        is_public=challenge.is_public,
        join_until_date=challenge.join_until_date.isoformat(),
        capacity=challenge.capacity,
        team_capacity=challenge.team_capacity,
        scoring=_scoring(challenge.scoring),
        member_count=listed.member_count,
        team_count=listed.team_count,
        revision=challenge.revision,
        week_count=challenge.week_count,
        current_week=challenge.week_of(challenge.day_at(instant)) or 0,
    )
    next_time = challenge.next_time(instant)
    if next_time is not None:
        message.next_time.FromDatetime(next_time.astimezone(UTC))
    return message


def item_message(item: Item) -> pb.ScheduleItem:
    """Return an item of the schedule."""
    return pb.ScheduleItem(
        name=resource_name.format(ITEMS, item.item_id),
        week=item.week,
        day=item.day,
        role=ROLES[item.role],
        activity=activity_message(item.activity),
        alternatives=[activity_message(each) for each in item.alternatives],
    )


def membership_message(membership: Membership) -> pb.Membership:
    """Return a membership."""
    return pb.Membership(
        name=f"{CHALLENGES}/{membership.challenge_id}/members/{membership.user_id}",
        user_id=str(membership.user_id),
        team="" if membership.team_id is None else resource_name.format(TEAMS, membership.team_id),
        join_date=membership.join_date.isoformat(),
        is_captain=membership.is_captain,
        has_left=membership.has_left,
    )


def team_message(team: Team) -> pb.Team:
    """Return a team."""
    return pb.Team(
        name=resource_name.format(TEAMS, team.team_id),
        challenge=resource_name.format(CHALLENGES, team.challenge_id),
        title=team.title,
        member_count=team.member_count,
        captain_ids=[str(each) for each in team.captain_ids],
    )


def member_week_message(week: MemberWeek) -> pb.MemberWeek:
    """Return what a member did in a week."""
    return pb.MemberWeek(
        membership=membership_message(week.membership),
        points=float(week.points),
        total_points=float(week.total_points),
        done_items=[resource_name.format(ITEMS, each) for each in week.done_items],
        last_date="" if week.last_date is None else week.last_date.isoformat(),
    )


def _scoring(scoring: Scoring) -> pb.ScoringRules:
    return pb.ScoringRules(
        core_points=float(scoring.core_points),
        bonus_points=float(scoring.bonus_points),
        metric_rules=[_rule(each) for each in scoring.metric_rules],
        weekly_cap=None if scoring.weekly_cap is None else float(scoring.weekly_cap),
    )


def _rule(rule: MetricRule) -> pb.MetricRule:
    return pb.MetricRule(
        metric=METRICS[rule.metric],
        points_per_unit=float(rule.points_per_unit),
        points_per_minute_without=float(rule.points_per_minute_without),
        disciplines=sorted(rule.disciplines),
    )


def _progress(progress: Progress) -> pb.ItemProgress:
    message = pb.ItemProgress(
        item=resource_name.format(ITEMS, progress.item_id), is_done=progress.is_done, points=float(progress.points)
    )
    if progress.done_kind is not None and progress.done_id is not None and progress.done_date is not None:
        message.done = resource_name.format(_DONE[progress.done_kind], progress.done_id)
        message.done_date = progress.done_date.isoformat()
    return message


def _week(week: WeekStanding) -> pb.WeekProgress:
    return pb.WeekProgress(
        week=week.week,
        start_date=week.start_date.isoformat(),
        points=float(week.points),
        possible_points=float(week.possible_points),
        is_complete=week.is_complete,
    )
