"""Challenges in memory behind its real contract, first half: what it keeps, and the challenges themselves."""

# ruff: noqa: N802 - methods are named by the contract

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from ctz.challenges.v1 import challenges_pb2 as pb

from ctz_chassis.errors import InvalidArgument, NotFound
from ctz_chassis.grpc_server import person_of
from ctz_chassis.resource_name import parse
from ctz_gateway.clients.times import stamp
from gateway.tests.refusals import Refused

LONGEST_TITLE = 80


@dataclass
class Member:
    """A member of a challenge."""

    user_id: UUID
    team: str = ""
    is_captain: bool = False
    has_left: bool = False
    join_date: str = ""


@dataclass
class Kept:
    """A challenge with its schedule, teams, members and what each of them got."""

    challenge: pb.Challenge
    items: list[pb.ScheduleItem] = field(default_factory=list)
    code: str = "JOIN-ME"
    is_published: bool = True
    teams: dict[str, str] = field(default_factory=dict)
    members: dict[UUID, Member] = field(default_factory=dict)
    lines: dict[UUID, list[pb.PointsLine]] = field(default_factory=lambda: defaultdict(list))
    corrections: dict[UUID, list[pb.PointsCorrection]] = field(default_factory=lambda: defaultdict(list))
    medal: pb.Medal.ValueType = pb.MEDAL_UNSPECIFIED

    def active(self) -> list[Member]:
        """Members that have not left."""
        return [each for each in self.members.values() if not each.has_left]

    def member(self, user_id: UUID) -> Member | None:
        """A member that has not left."""
        found = self.members.get(user_id)
        return None if found is None or found.has_left else found

    def lines_of(self, user_id: UUID) -> list[pb.PointsLine]:
        """What a member got, newest first; asking keeps nothing."""
        return self.lines.get(user_id, [])

    def points(self, user_id: UUID, week: int = 0) -> float:
        """Points of a member in a week, or in all."""
        return sum(line.points for line in self.lines_of(user_id) if not week or line.week == week)

    def today(self) -> date:
        """The day in the challenge's zone."""
        return datetime.now(ZoneInfo(self.challenge.time_zone)).date()

    def shown(self) -> pb.Challenge:
        """The challenge as it stands now."""
        challenge, today = pb.Challenge(), self.today()
        challenge.CopyFrom(self.challenge)
        first, last = date.fromisoformat(challenge.start_date), date.fromisoformat(challenge.end_date)
        challenge.week_count = (last - first).days // 7 + 1
        challenge.member_count, challenge.team_count = len(self.active()), len(self.teams)
        challenge.state = pb.CHALLENGE_STATE_DRAFT
        if self.is_published:
            challenge.state = pb.CHALLENGE_STATE_OPEN if today < first else pb.CHALLENGE_STATE_RUNNING
            challenge.state = pb.CHALLENGE_STATE_ENDED if today > last else challenge.state
        if first <= today <= last:
            challenge.current_week = (today - first).days // 7 + 1
        turn = first if today < first else min(first + timedelta(days=7 * challenge.current_week), last + timedelta(1))
        if today <= last:
            challenge.next_time.CopyFrom(stamp(datetime.combine(turn, time(), ZoneInfo(challenge.time_zone))))
        return challenge


@dataclass
class ChallengeStore:
    """Every challenge by resource name, and what repeated creates were answered."""

    kept: dict[str, Kept] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)

    def seen_by(self, name: str, person: Any) -> Kept:
        """A challenge that the person may see."""
        parse("challenges", name)
        found = self.kept.get(name)
        if found is None:
            raise NotFound
        is_open = found.is_published and found.challenge.is_public
        if person.is_administrator or is_open or found.member(person.user_id):
            return found
        raise NotFound

    def of_team(self, team: str) -> tuple[str, Kept]:
        """The challenge of a team."""
        parse("teams", team, field="team")
        for name, kept in self.kept.items():
            if team in kept.teams:
                return name, kept
        raise NotFound


def membership_of(kept: Kept, member: Member) -> pb.Membership:
    """A member on the wire."""
    return pb.Membership(
        name=f"{kept.challenge.name}/members/{member.user_id}",
        user_id=str(member.user_id),
        team=member.team,
        join_date=member.join_date or kept.challenge.start_date,
        is_captain=member.is_captain,
        has_left=member.has_left,
    )


class ChallengeService:
    """ChallengeService over the store."""

    def __init__(self, store: ChallengeStore) -> None:
        self.store = store

    def ListChallenges(self, _request: Any, context: Any) -> Any:
        person = person_of(context)
        joined = [name for name, kept in self.store.kept.items() if kept.member(person.user_id)]
        seen = [
            kept
            for name, kept in self.store.kept.items()
            if person.is_administrator or name in joined or (kept.is_published and kept.challenge.is_public)
        ]
        shown = sorted((kept.shown() for kept in seen), key=lambda each: each.start_date, reverse=True)
        return pb.ListChallengesResponse(challenges=shown, joined=joined)

    def GetChallenge(self, request: Any, context: Any) -> Any:
        person = person_of(context)
        return view_of(self.store.seen_by(request.name, person), person)

    def FindByCode(self, request: Any, context: Any) -> Any:
        for kept in self.store.kept.values():
            if kept.code == request.code and kept.is_published:
                return view_of(kept, person_of(context))
        raise NotFound

    def CreateChallenge(self, request: Any, _context: Any) -> Any:
        if request.request_id not in self.store.answered:
            _check(request.challenge, request.items)
            kept = Kept(pb.Challenge(), code="NEWCODE1", is_published=False)
            kept.challenge.CopyFrom(request.challenge)
            kept.challenge.name, kept.challenge.revision = f"challenges/{uuid4()}", 1
            kept.items = _named(request.items)
            self.store.kept[kept.challenge.name] = kept
            self.store.answered[request.request_id] = kept.challenge.name
        return self.store.kept[self.store.answered[request.request_id]].shown()

    def UpdateChallenge(self, request: Any, context: Any) -> Any:
        kept = self.store.seen_by(request.challenge.name, person_of(context))
        if request.challenge.revision != kept.challenge.revision:
            raise Refused("ABORTED", "REVISION_STALE")
        _check(request.challenge, request.items)
        kept.challenge.CopyFrom(request.challenge)
        kept.challenge.revision += 1
        kept.items = _named(request.items)
        return kept.shown()

    def PublishChallenge(self, request: Any, context: Any) -> Any:
        kept = self.store.seen_by(request.name, person_of(context))
        kept.is_published = True
        return kept.shown()

    def DeleteChallenge(self, request: Any, context: Any) -> Any:
        self.store.seen_by(request.name, person_of(context))
        del self.store.kept[request.name]
        return pb.DeleteChallengeResponse()

    def JoinChallenge(self, request: Any, context: Any) -> Any:
        person = person_of(context)
        kept = self.store.kept.get(request.name)
        may = kept is not None and (
            kept.member(person.user_id) or kept.code == request.code or (kept.is_published and kept.challenge.is_public)
        )
        if kept is None or not may:
            raise NotFound
        if kept.shown().state == pb.CHALLENGE_STATE_ENDED:
            raise Refused("FAILED_PRECONDITION", "CHALLENGE_ENDED")
        kept.members.setdefault(person.user_id, Member(person.user_id)).has_left = False
        return view_of(kept, person)

    def LeaveChallenge(self, request: Any, context: Any) -> Any:
        person = person_of(context)
        member = self.store.seen_by(request.name, person).member(person.user_id)
        if member is None:
            raise NotFound
        member.has_left = True
        return pb.LeaveChallengeResponse()


def view_of(kept: Kept, person: Any) -> pb.ChallengeView:
    """A challenge as somebody sees it."""
    challenge = kept.shown()
    member = kept.member(person.user_id)
    view = pb.ChallengeView(challenge=challenge)
    sees_all = member is not None or person.is_administrator
    view.items.extend(item for item in kept.items if sees_all or item.week <= max(challenge.current_week, 1))
    if member is None:
        view.join_code = kept.code if person.is_administrator else ""
        return view
    view.membership.CopyFrom(membership_of(kept, member))
    done = {line.item: line for line in kept.lines_of(person.user_id) if line.item}
    for item in kept.items:
        line = done.get(item.name)
        view.progress.add(
            item=item.name,
            is_done=line is not None,
            done=line.done if line else "",
            done_date=line.date if line else "",
            points=line.points if line else 0,
        )
    view.weeks.extend(_progress(kept, person.user_id, week) for week in range(1, challenge.week_count + 1))
    view.points, view.medal, view.join_code = kept.points(person.user_id), kept.medal, kept.code
    return view


def _progress(kept: Kept, user_id: UUID, week: int) -> pb.WeekProgress:
    rules, items = kept.challenge.scoring, [item for item in kept.items if item.week == week]
    core = sum(item.role == pb.ITEM_ROLE_CORE for item in items)
    points, possible = kept.points(user_id, week), core * rules.core_points + (len(items) - core) * rules.bonus_points
    return pb.WeekProgress(week=week, points=points, possible_points=possible, is_complete=points >= core * 40)


def _named(items: Sequence[pb.ScheduleItem]) -> list[pb.ScheduleItem]:
    kept = []
    for item in items:
        copy = pb.ScheduleItem()
        copy.CopyFrom(item)
        copy.name = item.name or f"challengeItems/{uuid4()}"
        kept.append(copy)
    return kept


def _check(challenge: pb.Challenge, items: Sequence[pb.ScheduleItem]) -> None:
    if not challenge.title.strip() or len(challenge.title) > LONGEST_TITLE:
        raise InvalidArgument("challenge.title", "Give a title of at most 80 characters.")
    for position, item in enumerate(items):
        if item.activity.kind == 1 and not item.activity.class_id:
            raise InvalidArgument(f"items[{position}].activity.class_id", "Give the id of the class.")
