"""Items of a rider's weeks. Every statement names the rider, so that nobody reaches another's."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_plans.domain.item import Decision, Item, Program
from ctz_plans.store.activities import activity_of, columns_of
from ctz_plans.store.tables import IS_THERE, program
from ctz_plans.store.tables import item as table

KEPT_AFTER_DELETION = timedelta(days=1)
_PRUNE_ROWS = 10_000

_PROGRAM_COLUMNS = [program.c[name].label(f"program_{name}") for name in Program.__dataclass_fields__]
_READ = sa.select(table, *_PROGRAM_COLUMNS).outerjoin(program, program.c.program_id == table.c.program_id)


def take_turn(connection: sa.Connection, user_id: UUID) -> None:
    """Let changes to one rider's weeks follow each other, so that places, limits and words rest on what was read."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"plan:{user_id}", 0))))


class ItemStore:
    """Items of one rider within one transaction; `now` stamps changes."""

    def __init__(self, connection: sa.Connection, user_id: UUID, now: datetime) -> None:
        self._connection = connection
        self._user_id = user_id
        self._now = now
        self._mine = sa.and_(table.c.user_id == user_id, IS_THERE)

    def find(self, item_id: UUID) -> Item | None:
        """The rider's item of that id; its position is told without gaps."""
        before = table.alias()
        place = (
            sa.select(sa.func.count())
            .where(
                before.c.user_id == self._user_id,
                before.c.day == table.c.day,
                before.c.deleted_at.is_(None),
                sa.tuple_(before.c.position, before.c.item_id) < sa.tuple_(table.c.position, table.c.item_id),
            )
            .scalar_subquery()
        )
        return self._one(_READ.add_columns(place.label("place")).where(self._mine, table.c.item_id == item_id))

    def find_deleted(self, item_id: UUID) -> Item | None:
        """The rider's item of that id that was deleted within a day."""
        is_recent = table.c.deleted_at > self._now - KEPT_AFTER_DELETION
        return self._one(_READ.where(table.c.user_id == self._user_id, table.c.item_id == item_id, is_recent))

    def of_days(self, first: date, last: date) -> list[Item]:
        """Items of these days, both inclusive, in order."""
        query = _READ.where(self._mine, table.c.day.between(first, last))
        ordered = query.order_by(table.c.day, table.c.position, table.c.item_id)
        return [_item(row) for row in self._connection.execute(ordered).mappings()]

    def changed_of_days(self, first: date, last: date) -> list[tuple[Item, datetime]]:
        """Items of these days, in order, with the time of their last change."""
        query = _READ.where(self._mine, table.c.day.between(first, last))
        ordered = query.order_by(table.c.day, table.c.position, table.c.item_id)
        return [(_item(row), row["updated_at"]) for row in self._connection.execute(ordered).mappings()]

    def of_program(self, program_id: UUID, from_day: date) -> list[Item]:
        """Items that a start made, from a day on."""
        query = _READ.where(self._mine, table.c.program_id == program_id, table.c.day >= from_day)
        return [_item(row) for row in self._connection.execute(query).mappings()]

    def ends(self, days: Collection[date]) -> dict[date, tuple[int, int]]:
        """How many items each of these days has, and the place behind them; days without any are left out."""
        query = (
            sa.select(table.c.day, sa.func.count(), sa.func.max(table.c.position) + 1)
            .where(self._mine, table.c.day.in_(days))
            .group_by(table.c.day)
        )
        return {day: (count, behind) for day, count, behind in self._connection.execute(query)}

    def add(self, items: Sequence[Item]) -> None:
        """Keep new items, in one statement."""
        rows = [
            {
                "item_id": item.item_id,
                "user_id": self._user_id,
                "program_id": item.program.program_id if item.program else None,
                "created_at": self._now,
                "position": item.position,
                **_values(item, self._now),
            }
            for item in items
        ]
        self._connection.execute(sa.insert(table).values(rows))

    def replace(self, item: Item) -> None:
        """Write an item over the stored one, save its place, which `order_day` gives."""
        self._connection.execute(
            sa.update(table).where(self._mine, table.c.item_id == item.item_id).values(**_values(item, self._now))
        )

    def order_day(self, ids: Sequence[UUID]) -> None:
        """Give items the places of this order, in one statement; the order of neighbours is no change of theirs."""
        places: Mapping[UUID, int] = {item_id: place for place, item_id in enumerate(ids)}
        self._connection.execute(
            sa.update(table)
            .where(self._mine, table.c.item_id.in_(ids))
            .values(position=sa.case(places, value=table.c.item_id))
        )

    def delete(self, ids: Collection[UUID]) -> int:
        """Mark items as deleted; return how many were there."""
        deletion = sa.update(table).where(self._mine, table.c.item_id.in_(ids)).values(deleted_at=self._now)
        return self._connection.execute(deletion).rowcount

    def bring_back(self, item_id: UUID) -> None:
        """Take the mark of a deletion away; a word whose deed counts elsewhere by now is forgotten."""
        other = table.alias()
        is_taken = sa.exists().where(
            other.c.user_id == self._user_id, other.c.decided_done == table.c.decided_done, other.c.deleted_at.is_(None)
        )
        self._connection.execute(
            sa.update(table)
            .where(table.c.user_id == self._user_id, table.c.item_id == item_id)
            .values(
                deleted_at=None,
                revision=table.c.revision + 1,
                updated_at=self._now,
                decision=sa.case((is_taken, ""), else_=table.c.decision),
                decided_done=sa.case((is_taken, None), else_=table.c.decided_done),
            )
        )

    def forget_word_about(self, ref: str, *, save: UUID) -> None:
        """Clear the rider's word on another item for which this was counted."""
        self._connection.execute(
            sa.update(table)
            .where(self._mine, table.c.decided_done == ref, table.c.item_id != save)
            .values(decision="", decided_done=None, revision=table.c.revision + 1, updated_at=self._now)
        )

    def _one(self, query: sa.Select[Any]) -> Item | None:
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _item(row)


class ProgramStore:
    """Starts of templates of one rider within one transaction."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id

    def add(self, made: Program) -> None:
        """Keep a start."""
        values = {name: getattr(made, name) for name in Program.__dataclass_fields__}
        self._connection.execute(sa.insert(program).values(user_id=self._user_id, **values))

    def find(self, program_id: UUID) -> Program | None:
        """The rider's start of that id."""
        query = sa.select(*_PROGRAM_COLUMNS).where(
            program.c.user_id == self._user_id, program.c.program_id == program_id
        )
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _program(row)


def prune_deleted(connection: sa.Connection) -> int:
    """Take items away that were deleted for longer than a day, at most 10,000 in a call; return how many."""
    old = table.c.deleted_at < sa.func.now() - KEPT_AFTER_DELETION
    ids = sa.select(table.c.item_id).where(old).limit(_PRUNE_ROWS)
    return connection.execute(sa.delete(table).where(table.c.item_id.in_(ids))).rowcount


def _values(item: Item, now: datetime) -> dict[str, Any]:
    return columns_of(item.activity) | {
        "day": item.day,
        "is_changed": item.is_changed,
        "decision": item.decision.value,
        "decided_done": item.decided_ref or None,
        "revision": item.revision,
        "updated_at": now,
    }


def _item(row: Any) -> Item:
    return Item(
        item_id=row["item_id"],
        day=row["day"],
        position=row.get("place", row["position"]),
        activity=activity_of(row),
        decision=Decision(row["decision"]),
        decided_ref=row["decided_done"] or "",
        revision=row["revision"],
        program=_program(row) if row["program_program_id"] is not None else None,
        is_changed=row["is_changed"],
    )


def _program(row: Any) -> Program:
    return Program(**{name: row[f"program_{name}"] for name in Program.__dataclass_fields__})
