"""The ledger of points, and what was decided of items. Lines are written and withdrawn, and never changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_challenges.domain.challenge import Challenge
from ctz_challenges.domain.scoring_lines import Decision, Line, Member, Stay
from ctz_challenges.store.bulk import insert_rows
from ctz_challenges.store.tables import challenge, item_decision, ledger_line, member, team_stay
from ctz_chassis.ids import uuid7

_IDS = pg.ARRAY(pg.UUID(as_uuid=True))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line as the ledger keeps it, without its id and times."""

    week: int
    local_date: date
    done_kind: str
    done_id: UUID | None
    title: str
    item_id: UUID | None
    reason: str
    amount: float | None
    points_per_unit: float | None
    points: Decimal
    team_id: UUID | None


_ENTRY = Entry.__slots__


@dataclass(frozen=True, slots=True)
class Entrant:
    """A member as scoring needs it; who left has no points."""

    user_id: UUID
    has_left: bool
    member: Member


@dataclass(frozen=True, slots=True)
class Told:
    """What was last published of an item."""

    revision: int
    is_done: bool
    done_kind: str
    done_id: UUID | None
    done_date: date | None
    points: Decimal


class Ledger:
    """Lines and decisions of a challenge within one transaction."""

    def __init__(self, connection: sa.Connection, challenge_id: UUID) -> None:
        self._connection = connection
        self._challenge_id = challenge_id

    def lock_entrants(self, user_ids: Collection[UUID]) -> list[Entrant]:
        """Return members in the order of their ids, each held until the transaction ends."""
        query = (
            sa.select(member)
            .where(member.c.challenge_id == self._challenge_id, member.c.user_id == sa.any_(_ids(user_ids)))
            .order_by(member.c.user_id)
            .with_for_update(key_share=True)
        )
        rows = self._connection.execute(query).all()
        stays = self._stays([row.user_id for row in rows])
        return [
            Entrant(row.user_id, row.left_at is not None, Member(row.join_date, tuple(stays.get(row.user_id, ()))))
            for row in rows
        ]

    def in_force(self, user_id: UUID) -> list[tuple[UUID, Entry]]:
        """Lines of a member that hold, with their ids."""
        query = sa.select(ledger_line.c.line_id, *(ledger_line.c[name] for name in _ENTRY)).where(
            self._own(ledger_line, user_id), ledger_line.c.withdrawn_at.is_(None)
        )
        return [(row[0], Entry(*row[1:])) for row in self._connection.execute(query)]

    def withdraw(self, line_ids: Sequence[UUID], cause: str, now: datetime) -> None:
        """Let lines hold no more, with the cause."""
        if line_ids:
            gone = sa.update(ledger_line).where(ledger_line.c.line_id == sa.any_(_ids(line_ids)))
            self._connection.execute(gone.values(withdrawn_at=now, withdrawn_cause=cause))

    def write(self, user_id: UUID, entries: Sequence[Entry], now: datetime) -> None:
        """Write lines that hold from now on."""
        own = {"challenge_id": self._challenge_id, "user_id": user_id, "created_at": now}
        rows = [{"line_id": uuid7(), **own, **{name: getattr(entry, name) for name in _ENTRY}} for entry in entries]
        if rows:
            self._connection.execute(insert_rows(ledger_line, rows))

    def told(self, user_id: UUID) -> Mapping[UUID, Told]:
        """What was last published of each item for a member."""
        names = Told.__slots__
        query = sa.select(item_decision.c.item_id, *(item_decision.c[name] for name in names)).where(
            self._own(item_decision, user_id)
        )
        return {row[0]: Told(*row[1:]) for row in self._connection.execute(query)}

    def keep_told(self, user_id: UUID, told: Mapping[UUID, Told]) -> None:
        """Keep what is published now of items."""
        if not told:
            return
        own = {"challenge_id": self._challenge_id, "user_id": user_id}
        names = Told.__slots__
        rows = [
            {"item_id": item_id, **own, **{name: getattr(each, name) for name in names}}
            for item_id, each in told.items()
        ]
        insert = insert_rows(item_decision, rows)
        keys = [item_decision.c.item_id, item_decision.c.user_id]
        changed = {name: insert.excluded[name] for name in names}
        self._connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed))

    def _stays(self, user_ids: Collection[UUID]) -> dict[UUID, list[Stay]]:
        query = (
            sa.select(team_stay.c.user_id, team_stay.c.from_date, team_stay.c.team_id)
            .where(team_stay.c.challenge_id == self._challenge_id, team_stay.c.user_id == sa.any_(_ids(user_ids)))
            .order_by(team_stay.c.user_id, team_stay.c.from_date)
        )
        stays: dict[UUID, list[Stay]] = {}
        for row in self._connection.execute(query):
            stays.setdefault(row.user_id, []).append(Stay(row.from_date, row.team_id))
        return stays

    def _own(self, table: sa.Table, user_id: UUID) -> sa.ColumnElement[bool]:
        return sa.and_(table.c.challenge_id == self._challenge_id, table.c.user_id == user_id)


def entry_of(line: Line) -> Entry:
    """A line as the ledger keeps it."""
    return Entry(
        week=line.week,
        local_date=line.day,
        done_kind=line.done.kind.value if line.done else "",
        done_id=line.done.done_id if line.done else None,
        title=line.done.title if line.done else "",
        item_id=line.item_id,
        reason=line.reason.value,
        amount=None if line.amount is None else float(line.amount),
        points_per_unit=None if line.points_per_unit is None else float(line.points_per_unit),
        points=line.points,
        team_id=line.team_id,
    )


def told_of(decision: Decision, revision: int) -> Told:
    """A decision as it is published with a revision."""
    done = decision.done
    if done is None:
        return Told(revision, is_done=False, done_kind="", done_id=None, done_date=None, points=decision.points)
    return Told(
        revision,
        is_done=True,
        done_kind=done.kind.value,
        done_id=done.done_id,
        done_date=decision.day,
        points=decision.points,
    )


def challenges_of_days(connection: sa.Connection, user_id: UUID, instants: Collection[datetime]) -> list[UUID]:
    """Challenges of a rider with one of these instants in them, by their own zones, in the order of their ids."""
    values = {"user_id": user_id, "instants": list(instants)}
    return list(connection.execute(_OF_DAYS, values).scalars())


def _of_days() -> sa.Select[Any]:
    times = pg.ARRAY(sa.DateTime(timezone=True))
    given = sa.func.unnest(sa.bindparam("instants", type_=times))
    done = given.table_valued(sa.column("instant", times.item_type), name="done").render_derived()
    day = sa.cast(sa.func.timezone(challenge.c.time_zone, done.c.instant), sa.Date)
    return (
        sa.select(challenge.c.challenge_id)
        .join(member, member.c.challenge_id == challenge.c.challenge_id)
        .where(
            member.c.user_id == sa.bindparam("user_id", type_=pg.UUID(as_uuid=True)),
            member.c.left_at.is_(None),
            sa.exists().where(day.between(challenge.c.start_date, challenge.c.end_date)),
        )
        .order_by(challenge.c.challenge_id)
    )


_OF_DAYS = _of_days()


def entrants_of_teams(connection: sa.Connection, counted: Challenge, team_ids: Collection[UUID]) -> list[Member]:
    """Members that ever were in one of these teams and have not left, with all their stays."""
    ever = sa.select(team_stay.c.user_id).where(team_stay.c.team_id == sa.any_(_ids(team_ids)))
    query = (
        sa.select(member.c.user_id, member.c.join_date, team_stay.c.from_date, team_stay.c.team_id)
        .join(
            team_stay,
            sa.and_(team_stay.c.challenge_id == member.c.challenge_id, team_stay.c.user_id == member.c.user_id),
        )
        .where(member.c.challenge_id == counted.challenge_id, member.c.left_at.is_(None), member.c.user_id.in_(ever))
    )
    found: dict[UUID, tuple[date, list[Stay]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.user_id, (row.join_date, []))[1].append(Stay(row.from_date, row.team_id))
    return [Member(join_date, tuple(stays)) for join_date, stays in found.values()]


def _ids(ids: Collection[UUID]) -> sa.ColumnElement[Any]:
    return sa.literal(list(ids), _IDS)
