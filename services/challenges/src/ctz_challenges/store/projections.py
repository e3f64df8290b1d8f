"""Writing the projections that boards are read from; each function leaves rows alone that stay as they are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_challenges.store.bulk import insert_rows
from ctz_challenges.store.tables import POINTS, member_total, member_week, team, team_contribution, team_week

_IDS = pg.ARRAY(pg.UUID(as_uuid=True))

TeamWeek = tuple[UUID, int]
"""A team and a week of its challenge."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Points, and since when there are as many: the start of what last added to them."""

    points: Decimal
    reached_at: datetime


@dataclass(frozen=True, slots=True)
class Total:
    """A member's points in all, and how many of them are of the latest day with any."""

    reached: Reached
    latest_date: date | None
    latest_points: Decimal


class Projections:
    """The projections of one challenge within one transaction."""

    def __init__(self, connection: sa.Connection, challenge_id: UUID) -> None:
        self._connection = connection
        self._challenge_id = challenge_id

    def lock_teams(self, team_ids: Collection[UUID]) -> None:
        """Hold teams until the transaction ends, in the order of their ids, so that sums see every member's part."""
        if team_ids:
            own = sa.select(team.c.team_id).where(team.c.team_id == sa.any_(sa.literal(list(team_ids), _IDS)))
            self._connection.execute(own.order_by(team.c.team_id).with_for_update(key_share=True))

    def save_weeks(self, user_id: UUID, weeks: Mapping[int, Reached]) -> None:
        """Let a member have these weeks and no others."""
        own = self._own(member_week, user_id)
        kept = self._connection.execute(sa.select(member_week).where(own)).all()
        stored = {row.week: Reached(row.points, row.reached_at) for row in kept}
        if gone := stored.keys() - weeks.keys():
            self._connection.execute(sa.delete(member_week).where(own, member_week.c.week.in_(gone)))
        rows = [
            {"user_id": user_id, "week": week, "points": reached.points, "reached_at": reached.reached_at}
            for week, reached in weeks.items()
            if stored.get(week) != reached
        ]
        self._upsert(member_week, rows, ("challenge_id", "user_id", "week"))

    def save_total(self, user_id: UUID, total: Total | None, now: datetime) -> None:
        """Let a member have this total, or none."""
        if total is None:
            self._connection.execute(sa.delete(member_total).where(self._own(member_total, user_id)))
            return
        values = {
            "challenge_id": self._challenge_id,
            "user_id": user_id,
            "points": total.reached.points,
            "reached_at": total.reached.reached_at,
            "latest_date": total.latest_date,
            "latest_points": total.latest_points,
        }
        insert = pg.insert(member_total).values(**values, changed_at=now if total.reached.points else None)
        is_other = member_total.c.points.is_distinct_from(insert.excluded.points)
        changed_at = sa.case((is_other, sa.literal(now)), else_=member_total.c.changed_at)
        changed = {name: insert.excluded[name] for name in values} | {"changed_at": changed_at}
        keys = [member_total.c.challenge_id, member_total.c.user_id]
        self._connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed))

    def contributions(self, user_id: UUID) -> dict[TeamWeek, Reached]:
        """What a member brought to teams, by team and week."""
        query = sa.select(team_contribution).where(self._own(team_contribution, user_id))
        return {(row.team_id, row.week): Reached(row.points, row.reached_at) for row in self._connection.execute(query)}

    def save_contributions(
        self, user_id: UUID, stored: Mapping[TeamWeek, Reached], brought: Mapping[TeamWeek, Reached], start: datetime
    ) -> None:
        """Let a member have brought this in place of what is stored, and teams' points follow by the difference.

        The teams are held by this transaction. `start` stands for when a team without points reached them.
        """
        if gone := stored.keys() - brought.keys():
            place = sa.tuple_(team_contribution.c.team_id, team_contribution.c.week)
            own = self._own(team_contribution, user_id)
            self._connection.execute(sa.delete(team_contribution).where(own, place.in_(sorted(gone))))
        rows = [
            {"team_id": place[0], "week": place[1], "user_id": user_id, **_columns(reached)}
            for place, reached in brought.items()
            if stored.get(place) != reached
        ]
        self._upsert(team_contribution, rows, ("challenge_id", "team_id", "week", "user_id"))
        changed = sorted(place for place in stored.keys() | brought.keys() if stored.get(place) != brought.get(place))
        self._add_to_teams([(place, _points(brought, place) - _points(stored, place)) for place in changed], start)

    def save_active_counts(self, counts: Mapping[TeamWeek, int], start: datetime) -> None:
        """Let teams have this many active members in these weeks."""
        rows = [
            {"team_id": place[0], "week": place[1], "active_count": count, "reached_at": start}
            for place, count in sorted(counts.items())
        ]
        self._upsert(team_week, rows, ("challenge_id", "team_id", "week"), only=("active_count",))

    def remove_team_weeks(self, team_ids: Collection[UUID], *, behind: int) -> None:
        """Forget weeks behind the last one of the challenge."""
        of_teams = team_week.c.team_id == sa.any_(sa.literal(list(team_ids), _IDS))
        own = sa.and_(team_week.c.challenge_id == self._challenge_id, of_teams)
        self._connection.execute(sa.delete(team_week).where(own, team_week.c.week > behind))

    def teams(self) -> list[UUID]:
        """Every team of the challenge."""
        query = sa.select(team.c.team_id).where(team.c.challenge_id == self._challenge_id).order_by(team.c.team_id)
        return list(self._connection.execute(query).scalars())

    def _add_to_teams(self, differences: Sequence[tuple[TeamWeek, Decimal]], start: datetime) -> None:
        if not differences:
            return
        changes = (
            sa.func.unnest(
                sa.literal([place[0] for place, _ in differences], _IDS),
                sa.literal([place[1] for place, _ in differences], pg.ARRAY(sa.SmallInteger)),
                sa.literal([points for _, points in differences], pg.ARRAY(POINTS)),
            )
            .table_valued(
                sa.column("team_id", pg.UUID(as_uuid=True)),
                sa.column("week", sa.SmallInteger),
                sa.column("points", POINTS),
                name="change",
            )
            .render_derived()
        )
        part = team_contribution.c
        latest = sa.select(sa.func.max(part.reached_at)).where(
            part.challenge_id == self._challenge_id, part.team_id == changes.c.team_id, part.week == changes.c.week
        )
        reached_at = sa.func.coalesce(latest.scalar_subquery(), sa.literal(start))
        rows = sa.select(
            sa.literal(self._challenge_id, pg.UUID(as_uuid=True)),
            changes.c.team_id,
            changes.c.week,
            changes.c.points,
            reached_at,
        )
        names = ["challenge_id", "team_id", "week", "points", "reached_at"]
        insert = pg.insert(team_week).from_select(names, rows)
        self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=[team_week.c.challenge_id, team_week.c.team_id, team_week.c.week],
                set_={
                    "points": team_week.c.points + insert.excluded.points,
                    "reached_at": insert.excluded.reached_at,
                },
            )
        )

    def _upsert(
        self, table: sa.Table, rows: Sequence[dict[str, Any]], keys: Sequence[str], *, only: Sequence[str] = ()
    ) -> None:
        if not rows:
            return
        insert = insert_rows(table, [{"challenge_id": self._challenge_id, **row} for row in rows])
        changed = {name: insert.excluded[name] for name in only or set(rows[0]) - set(keys)}
        self._connection.execute(
            insert.on_conflict_do_update(index_elements=[table.c[name] for name in keys], set_=changed)
        )

    def _own(self, table: sa.Table, user_id: UUID) -> sa.ColumnElement[bool]:
        return sa.and_(table.c.challenge_id == self._challenge_id, table.c.user_id == user_id)


def _columns(reached: Reached) -> dict[str, Any]:
    return {"points": reached.points, "reached_at": reached.reached_at}


def _points(parts: Mapping[TeamWeek, Reached], place: TeamWeek) -> Decimal:
    return parts[place].points if place in parts else Decimal(0)
