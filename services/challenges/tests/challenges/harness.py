"""What the tests do with running challenges: administrators make them, riders join them, days go by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from ctz.challenges.events.v1 import events_pb2
from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.challenges.v1 import challenges_pb2_grpc as pb_grpc
from ctz.common.v1 import activity_pb2

from ctz_challenges.app.challenge_events import CHALLENGE_UPDATED, MEMBERSHIP_CHANGED
from ctz_challenges.app.recounting import Recounter
from ctz_challenges.store import tables
from ctz_challenges.store.unit_of_work import Store
from ctz_chassis.db import Database
from ctz_chassis.errors import RemoteError
from ctz_chassis.testing import RunningServer, User

START = "2026-03-02"
"""A Monday; the clock stands on the Saturday before."""


class SettableClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 2, 28, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@dataclass(frozen=True, slots=True)
class World:
    """Running challenges, with an administrator."""

    database: Database
    server: RunningServer
    clock: SettableClock
    administrator: User

    def rider(self) -> User:
        return self.server.keys.user()

    def challenges(self, user: User, *, caller: str = "gateway") -> pb_grpc.ChallengeServiceStub:
        return self.server.client(pb_grpc.ChallengeServiceStub, user=user, caller=caller)

    def teams(self, user: User) -> pb_grpc.TeamServiceStub:
        return self.server.client(pb_grpc.TeamServiceStub, user=user)

    def draft(self, items: Sequence[pb.ScheduleItem] = (), **fields: Any) -> pb.Challenge:
        """Make a draft of four weeks from `START` on."""
        request = pb.CreateChallengeRequest(challenge=challenge(**fields), items=items or schedule())
        return self.challenges(self.administrator).CreateChallenge(request)

    def published(self, items: Sequence[pb.ScheduleItem] = (), **fields: Any) -> pb.Challenge:
        made = self.draft(items, **fields)
        return self.challenges(self.administrator).PublishChallenge(pb.PublishChallengeRequest(name=made.name))

    def view(self, user: User, made: pb.Challenge) -> pb.ChallengeView:
        return self.challenges(user).GetChallenge(pb.GetChallengeRequest(name=made.name))

    def code(self, made: pb.Challenge) -> str:
        return self.view(self.administrator, made).join_code

    def join(self, user: User, made: pb.Challenge, code: str = "") -> pb.ChallengeView:
        return self.challenges(user).JoinChallenge(pb.JoinChallengeRequest(name=made.name, code=code))

    def leave(self, user: User, made: pb.Challenge) -> None:
        self.challenges(user).LeaveChallenge(pb.LeaveChallengeRequest(name=made.name))

    def member(self, made: pb.Challenge) -> User:
        """Return a new rider who has joined, whether the challenge is public or not."""
        rider = self.rider()
        self.join(rider, made, self.code(made))
        return rider

    def team(self, user: User, made: pb.Challenge, title: str) -> pb.Team:
        return self.teams(user).CreateTeam(pb.CreateTeamRequest(challenge=made.name, title=title))

    def choose(self, user: User, made: pb.Challenge, team: str = "") -> pb.Membership:
        return self.teams(user).ChooseTeam(pb.ChooseTeamRequest(challenge=made.name, team=team))

    def move(self, user: User, made: pb.Challenge, team: str, from_date: str) -> pb.Membership:
        request = pb.MoveMemberRequest(member=member_name(made, user), team=team, from_date=from_date)
        return self.teams(self.administrator).MoveMember(request)

    def listed_teams(self, user: User, made: pb.Challenge) -> list[pb.Team]:
        return list(self.teams(user).ListTeams(pb.ListTeamsRequest(challenge=made.name)).teams)

    def recount(self) -> None:
        """Let the background thread's work be done."""
        recounter = Recounter(Store(self.database), clock=self.clock)
        while recounter.work_once():
            pass

    def told_challenges(self, made: pb.Challenge) -> list[events_pb2.ChallengeUpdated]:
        """What was published of a challenge, in the order in which it was told."""
        told = map(events_pb2.ChallengeUpdated.FromString, self._told(CHALLENGE_UPDATED))
        return [each for each in told if each.challenge_id == id_of(made)]

    def told_memberships(self, made: pb.Challenge, user: User) -> list[events_pb2.MembershipChanged]:
        """What was published of a membership, in the order in which it was told."""
        told = map(events_pb2.MembershipChanged.FromString, self._told(MEMBERSHIP_CHANGED))
        return [each for each in told if each.challenge_id == id_of(made) and each.user_id == str(user.user_id)]

    def rows(self, table: sa.Table, made: pb.Challenge) -> int:
        query = sa.select(sa.func.count()).where(table.c.challenge_id == UUID(id_of(made)))
        with self.database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def _told(self, kind: str) -> list[bytes]:
        outbox = tables.outbox
        query = sa.select(outbox.c.data).where(outbox.c.type == kind).order_by(outbox.c.id)
        with self.database.read() as connection:
            return [bytes(data) for data in connection.execute(query).scalars()]


def challenge(**fields: Any) -> pb.Challenge:
    """A public team challenge of four weeks, in UTC, as a form would send it."""
    given: dict[str, Any] = {
        "title": "Spring zones",
        "kind": pb.CHALLENGE_KIND_MIXED,
        "mode": pb.CHALLENGE_MODE_TEAM,
        "start_date": START,
        "end_date": "2026-03-29",
        "time_zone": "Etc/UTC",
        "is_public": True,
        "scoring": pb.ScoringRules(core_points=50, bonus_points=10),
    }
    return pb.Challenge(**(given | fields))


def ride(class_type: str = "power_zone", minutes: int = 45) -> activity_pb2.Activity:
    return activity_pb2.Activity(
        kind=activity_pb2.ACTIVITY_KIND_CLASS_TYPE,
        title=f"{minutes} min {class_type}",
        discipline="cycling",
        class_type=class_type,
        duration_seconds=60 * minutes,
    )


def item(week: int, day: int = 0, *, is_bonus: bool = False, **fields: Any) -> pb.ScheduleItem:
    role = pb.ITEM_ROLE_BONUS if is_bonus else pb.ITEM_ROLE_CORE
    given: dict[str, Any] = {"week": week, "day": day, "role": role, "activity": ride()}
    return pb.ScheduleItem(**(given | fields))


def schedule(weeks: int = 4) -> list[pb.ScheduleItem]:
    """Two core items and a bonus every week."""
    return [
        each for week in range(1, weeks + 1) for each in (item(week, 5, is_bonus=True), item(week, 3), item(week, 1))
    ]


def id_of(made: Any) -> str:
    name: str = made.name
    return name.rpartition("/")[2]


def member_name(made: pb.Challenge, user: User) -> str:
    return f"{made.name}/members/{user.user_id}"


def reason_of(call: Callable[[], object]) -> str:
    """The reason for which a call is refused; empty when it is not."""
    try:
        call()
    except RemoteError as error:
        return error.reason
    return ""


def fields_of(call: Callable[[], object]) -> list[str]:
    """The fields for which a call is refused."""
    try:
        call()
    except RemoteError as error:
        return [field for field, _ in error.field_violations]
    return []


def update(world: World, changed: pb.Challenge, items: Any = None) -> pb.Challenge:
    """Send a form with these values, and the schedule as it stands unless another one is given."""
    sent = world.view(world.administrator, changed).items if items is None else items
    request = pb.UpdateChallengeRequest(challenge=changed, items=sent)
    return world.challenges(world.administrator).UpdateChallenge(request)


def titles(world: World, user: User, **fields: Any) -> list[str]:
    return [each.title for each in world.challenges(user).ListChallenges(pb.ListChallengesRequest(**fields)).challenges]


def overview(world: World, user: User, team: pb.Team, week: int = 0) -> pb.TeamOverview:
    return world.teams(user).GetTeamOverview(pb.GetTeamOverviewRequest(team=team.name, week=week))
