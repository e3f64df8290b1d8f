"""What the tests do: challenges are made, riders join and do things, and everybody looks at the boards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from ctz.challenges.events.v1 import events_pb2
from ctz.challenges.v1 import challenges_pb2 as pb
from ctz.challenges.v1 import challenges_pb2_grpc as pb_grpc
from ctz.peloton_sync.events.v1 import events_pb2 as peloton
from ctz.plans.events.v1 import events_pb2 as plans
from ctz.workouts.events.v1 import events_pb2 as workouts
from google.protobuf.message import Message

from ctz_challenges.app.item_events import ITEM_DECIDED
from ctz_challenges.app.membership import MembershipDesk
from ctz_challenges.app.rescoring import Cause, recount_team_weeks, rescore_member
from ctz_challenges.consumers.workouts import ABSORBED, ANALYZED, DELETED, RECORDED, SESSION_COMPLETED, SESSION_DELETED
from ctz_challenges.domain.challenge import Challenge
from ctz_challenges.domain.facts import Done, DoneKind
from ctz_challenges.domain.membership import Viewer
from ctz_challenges.domain.team import Team
from ctz_challenges.store import tables
from ctz_challenges.store.challenges import Challenges
from ctz_challenges.store.members import Members
from ctz_challenges.store.teams import Teams
from ctz_challenges.store.unit_of_work import Store
from ctz_chassis.consumers import Consumer
from ctz_chassis.db import Database
from ctz_chassis.events import Event, new_event
from ctz_chassis.ids import uuid7
from ctz_chassis.testing import RunningServer, User

PROJECTIONS = {
    "member_week": ("user_id", "week", "points", "reached_at"),
    "member_total": ("user_id", "points", "reached_at", "latest_date", "latest_points"),
    "team_week": ("team_id", "week", "points", "active_count", "reached_at"),
    "team_contribution": ("team_id", "week", "user_id", "points", "reached_at"),
}
"""Columns of projections that facts decide; ids and times of writing they do not."""
DECISION = ("item_id", "user_id", "done_kind", "done_id", "done_date", "points")
"""Of items that are done: whether it was once told that an item is not done depends on what came in between."""
LINE = ("user_id", "week", "local_date", "done_kind", "done_id", "title", "item_id", "reason", "amount", "points")


class SettableClock:
    """A clock that stands on noon of the challenge's ninth day, until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 14, 16, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


def event(kind: str, message: Message) -> Event:
    source = kind.split(".", 1)[0]
    return new_event(kind, source=source, user_id=UUID(message.user_id), message=message)  # type: ignore[attr-defined]


def recorded(user: UUID, done: Done, revision: int = 1) -> Event:
    """A workout as peloton-sync tells it."""
    message = peloton.WorkoutRecorded(
        workout_id=str(done.done_id),
        user_id=str(user),
        revision=revision,
        local_date=done.start_time.date().isoformat(),
        discipline=done.discipline,
        class_id=done.class_id,
        class_type=done.class_type,
        title=done.title,
        duration_seconds=done.duration_seconds,
        total_work_joules=None if done.kilojoules is None else float(done.kilojoules) * 1000,
    )
    message.start_time.FromDatetime(done.start_time)
    return event(RECORDED, message)


def deleted(user: UUID, done: Done, revision: int = 2) -> Event:
    if done.kind is DoneKind.SESSION:
        gone = plans.SessionDeleted(session_id=str(done.done_id), user_id=str(user), revision=revision)
        return event(SESSION_DELETED, gone)
    message = peloton.WorkoutDeleted(workout_id=str(done.done_id), user_id=str(user), revision=revision)
    return event(DELETED, message)


def absorbed(user: UUID, done: Done, into: Done | UUID | None, revision: int = 1) -> Event:
    into_id = into.done_id if isinstance(into, Done) else into
    message = workouts.WorkoutAbsorbed(
        workout_id=str(done.done_id),
        user_id=str(user),
        revision=revision,
        into_workout_id=str(into_id) if into_id is not None else "",
    )
    return event(ABSORBED, message)


def analyzed(user: UUID, done: Done, revision: int = 1) -> Event:
    """What workouts derives from it."""
    message = workouts.WorkoutAnalyzed(workout_id=str(done.done_id), user_id=str(user), revision=revision)
    if done.training_stress_score is not None:
        message.training_stress_score = float(done.training_stress_score)
    if done.kilometres is not None:
        message.distance_meters = float(done.kilometres * 1000)
    return event(ANALYZED, message)


def completed(user: UUID, done: Done, revision: int = 1, *, is_private: bool = False) -> Event:
    """A guided session as plans tells it."""
    message = plans.SessionCompleted(
        session_id=str(done.done_id),
        user_id=str(user),
        revision=revision,
        local_date=done.start_time.date().isoformat(),
        category=done.discipline,
        practice=done.practice,
        title="" if is_private else done.title,
        done_seconds=done.duration_seconds or 0,
        duration_seconds=done.duration_seconds or 0,
        is_private=is_private,
    )
    message.start_time.FromDatetime(done.start_time)
    return event(SESSION_COMPLETED, message)


def events_of(user: UUID, done: Done, revision: int = 1) -> list[Event]:
    """Everything that is told of something done."""
    if done.kind is DoneKind.SESSION:
        return [completed(user, done, revision)]
    told = [recorded(user, done, revision)]
    if done.training_stress_score is not None or done.kilometres is not None:
        told.append(analyzed(user, done, revision))
    return told


@dataclass(frozen=True, slots=True)
class Arena:
    """Challenges with their consumer and their server."""

    database: Database
    server: RunningServer
    clock: SettableClock
    consumer: Consumer
    sent: list[Event] = field(default_factory=list)

    def rider(self) -> User:
        return self.server.keys.user()

    def administrator(self) -> User:
        return self.server.keys.user(is_administrator=True)

    def boards(self, user: User) -> pb_grpc.BoardServiceStub:
        return self.server.client(pb_grpc.BoardServiceStub, user=user)

    def add(self, given: Challenge, *titles: str) -> list[UUID]:
        """Store a challenge, each item under an id of its own, and teams; return the teams' ids."""
        with self.database.begin() as connection:
            Challenges(connection).add(given, created_by=uuid7())
            teams = [Team(uuid7(), given.challenge_id, title) for title in titles]
            for team in teams:
                Teams(connection).add(team)
        return [team.team_id for team in teams]

    def enter(self, given: Challenge, user: User | UUID, team_id: UUID | None = None, *, day: int = 0) -> None:
        """Let a rider take part, in a team, from a day of the challenge on."""
        user_id = user if isinstance(user, UUID) else user.user_id
        join_date = given.start_date + timedelta(days=day)
        with self.database.begin() as connection:
            members = Members(connection)
            members.add(given.challenge_id, user_id, join_date)
            if team_id is not None:
                members.put_into_team(given.challenge_id, user_id, team_id, join_date, is_captain=False)
            self._follow(connection, given, user_id, Cause.CHANGED)

    def move(self, given: Challenge, user: User, team_id: UUID, *, day: int) -> None:
        """Put a member into another team from a day of the challenge on."""
        with self.database.begin() as connection:
            from_date = given.start_date + timedelta(days=day)
            Members(connection).put_into_team(given.challenge_id, user.user_id, team_id, from_date, is_captain=False)
            self._follow(connection, given, user.user_id, Cause.TEAM)

    def leave(self, given: Challenge, user: User) -> None:
        self._memberships().leave(Viewer(user.user_id, is_administrator=False), given.challenge_id)

    def join(self, given: Challenge, user: User) -> None:
        viewer = Viewer(user.user_id, is_administrator=False)
        self._memberships().join(viewer, given.challenge_id, given.join_code)

    def change(self, given: Challenge) -> None:
        """Replace a challenge, and score everybody anew."""
        with self.database.begin() as connection:
            Challenges(connection).replace(given)
            for user_id in Members(connection).behind(given.challenge_id, None, 1_000):
                rescore_member(connection, given.challenge_id, user_id, Cause.RULES, self.clock)
            recount_team_weeks(connection, given.challenge_id)

    def send(self, *events: Event) -> None:
        """Deliver events, and remember them."""
        for each in events:
            self.consumer.handle(each)
            self.sent.append(each)

    def do(self, user: User | UUID, *done: Done) -> None:
        """Let a rider do things, and everything be told of them."""
        user_id = user if isinstance(user, UUID) else user.user_id
        for one in done:
            self.send(*events_of(user_id, one))

    def board(self, user: User, given: Challenge, **chosen: Any) -> pb.Board:
        return self.boards(user).GetBoard(pb.GetBoardRequest(challenge=name_of(given), **chosen))

    def explain(self, viewer: User, given: Challenge, user: User, **chosen: Any) -> pb.PointsExplanation:
        request = pb.ExplainPointsRequest(member=f"{name_of(given)}/members/{user.user_id}", **chosen)
        return self.boards(viewer).ExplainPoints(request)

    def told(self, user: User) -> list[events_pb2.ItemDecided]:
        """What was published of a rider's items, in the order in which it was told."""
        query = sa.select(tables.outbox.c.data).where(
            tables.outbox.c.type == ITEM_DECIDED, tables.outbox.c.subject == str(user.user_id)
        )
        with self.database.read() as connection:
            found = connection.execute(query.order_by(tables.outbox.c.id)).scalars()
            return [events_pb2.ItemDecided.FromString(bytes(data)) for data in found]

    def stored(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything that follows from facts: projections, decisions and the lines that hold."""
        with self.database.read() as connection:
            found = {name: _rows(connection, name, columns) for name, columns in PROJECTIONS.items()}
            done, holds = tables.item_decision.c.is_done, tables.ledger_line.c.withdrawn_at.is_(None)
            found["item_decision"] = _rows(connection, "item_decision", DECISION, done)
            return found | {"ledger_line": _rows(connection, "ledger_line", (*LINE, "team_id"), holds)}

    def forget_facts(self) -> None:
        """Take back everything that events told, as if none had ever come; members and teams stay."""
        with self.database.begin() as connection:
            for table in (tables.inbox, tables.recorded_workout, tables.recorded_session, tables.ledger_line):
                connection.execute(sa.delete(table))
            for name in ("item_decision", "member_week", "member_total", "team_contribution", "team_week", "outbox"):
                connection.execute(sa.delete(tables.metadata.tables[f"{tables.SCHEMA}.{name}"]))
            for row in connection.execute(sa.select(tables.member)).all():
                rescore_member(connection, row.challenge_id, row.user_id, Cause.CHANGED, self.clock)
            for challenge_id in connection.execute(sa.select(tables.challenge.c.challenge_id)).scalars().all():
                recount_team_weeks(connection, challenge_id)

    def _memberships(self) -> MembershipDesk:
        return MembershipDesk(Store(self.database), clock=self.clock)

    def _follow(self, connection: sa.Connection, given: Challenge, user_id: UUID, cause: Cause) -> None:
        rescore_member(connection, given.challenge_id, user_id, cause, self.clock)
        recount_team_weeks(connection, given.challenge_id)


def name_of(given: Challenge) -> str:
    return f"challenges/{given.challenge_id}"


def with_own_ids(given: Challenge, **changes: Any) -> Challenge:
    """The challenge under ids that no other test has."""
    items = tuple(replace(item, item_id=uuid7()) for item in given.items)
    identity = uuid7()
    return replace(given, challenge_id=identity, join_code=identity.hex.upper(), items=items, **changes)


def ranks(board: pb.Board) -> list[tuple[int, float]]:
    return [(row.rank, row.points) for row in board.rows]


def day_of(given: Challenge, text: str) -> int:
    return (date.fromisoformat(text) - given.start_date).days


def total(rows: Iterable[pb.PointsLine]) -> Decimal:
    return sum((Decimal(repr(row.points)) for row in rows), Decimal(0))


def _rows(connection: sa.Connection, name: str, columns: Sequence[str], *conditions: Any) -> list[tuple[object, ...]]:
    table = tables.metadata.tables[f"{tables.SCHEMA}.{name}"]
    found = connection.execute(sa.select(*(table.c[each] for each in columns)).where(*conditions))
    return sorted((tuple(row) for row in found), key=repr)


def own(done: Done) -> Done:
    return replace(done, done_id=uuid7())


def facts(arena: Arena) -> list[tuple[object, ...]]:
    """The projection of recorded workouts, whole."""
    with arena.database.read() as connection:
        return [tuple(row) for row in connection.execute(sa.select(tables.recorded_workout))]
