"""Queries on challenges and their schedules. Whoever asks as a person sees only what `visible_to` lets through."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from ctz_challenges.domain.challenge import Challenge, Item, Kind, Mode
from ctz_challenges.domain.membership import Viewer
from ctz_challenges.store.schedule import item_of, item_values, scoring_json, scoring_of
from ctz_challenges.store.tables import (
    challenge,
    challenge_item,
    item_decision,
    ledger_line,
    member,
    member_total,
    member_week,
    team,
    team_contribution,
    team_stay,
    team_week,
)

PLAIN_COLUMNS = (
    "title",
    "description",
    "start_date",
    "end_date",
    "is_public",
    "join_until_date",
    "capacity",
    "team_capacity",
    "join_code",
    "published_at",
    "revision",
)
"""Columns that are fields of the same name and type."""

_HANGING = (
    ledger_line,
    item_decision,
    member_week,
    member_total,
    team_contribution,
    team_week,
    team_stay,
    member,
    team,
)
"""What there may be much of in a challenge, in the order in which it goes."""


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """The condition on `challenge` under which a person may know of it."""
    if viewer.is_administrator:
        return sa.true()
    return sa.and_(challenge.c.published_at.is_not(None), sa.or_(challenge.c.is_public, is_joined_by(viewer)))


def is_joined_by(viewer: Viewer) -> sa.ColumnElement[bool]:
    """The condition on `challenge` under which a person takes part."""
    own = sa.select(sa.literal(1)).where(
        member.c.challenge_id == challenge.c.challenge_id,
        member.c.user_id == viewer.user_id,
        member.c.left_at.is_(None),
    )
    return own.exists()


class Challenges:
    """Challenges inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def find(self, challenge_id: UUID) -> Challenge | None:
        """Return a challenge with its schedule, whoever asks."""
        found = self._one(challenge.c.challenge_id == challenge_id)
        return None if found is None else challenge_of(found, self.items(challenge_id))

    def find_visible(self, challenge_id: UUID, viewer: Viewer) -> Challenge | None:
        """Return a challenge, without its schedule, that the person may know of."""
        found = self._one(challenge.c.challenge_id == challenge_id, visible_to(viewer))
        return None if found is None else challenge_of(found)

    def lock(self, challenge_id: UUID) -> Challenge | None:
        """Return a challenge, without its schedule, and let no other change of it or of its members in between.

        The lock is the one that lets events go on writing points: their references only share the row's key.
        """
        query = sa.select(challenge).where(challenge.c.challenge_id == challenge_id).with_for_update(key_share=True)
        found = self._connection.execute(query).one_or_none()
        return None if found is None else challenge_of(found)

    def items(self, challenge_id: UUID) -> tuple[Item, ...]:
        """Return a schedule, by week, core before bonus."""
        query = (
            sa.select(challenge_item)
            .where(challenge_item.c.challenge_id == challenge_id)
            .order_by(challenge_item.c.week, challenge_item.c.position)
        )
        return tuple(item_of(row) for row in self._connection.execute(query))

    def knows_zone(self, name: str) -> bool:
        """Say whether the database knows a zone, as it has to tell the day there too."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(sa.select(sa.func.timezone(name, sa.func.now())))
        except sa.exc.DataError:
            return False
        return True

    def add(self, new: Challenge, *, created_by: UUID) -> None:
        """Store a challenge with its schedule."""
        values = {**_values(new), "challenge_id": new.challenge_id, "created_by": created_by}
        self._connection.execute(sa.insert(challenge).values(values))
        self._add_items(new.challenge_id, new.items)

    def forget_maker(self, user_id: UUID) -> None:
        """Let the challenges that somebody made be nobody's."""
        self._connection.execute(sa.update(challenge).where(challenge.c.created_by == user_id).values(created_by=None))

    def replace(self, changed: Challenge) -> None:
        """Store a changed challenge and its whole schedule; decisions on items that are gone go too."""
        own = challenge.c.challenge_id == changed.challenge_id
        self._connection.execute(sa.update(challenge).where(own).values(_values(changed)))
        self._connection.execute(sa.delete(challenge_item).where(challenge_item.c.challenge_id == changed.challenge_id))
        self._connection.execute(
            sa.delete(item_decision).where(
                item_decision.c.challenge_id == changed.challenge_id,
                item_decision.c.item_id.not_in([item.item_id for item in changed.items]),
            )
        )
        self._add_items(changed.challenge_id, changed.items)

    def publish(self, challenge_id: UUID, *, published_at: datetime | None, revision: int) -> None:
        """Open a draft from an instant on, or take it back with None."""
        own = challenge.c.challenge_id == challenge_id
        self._connection.execute(sa.update(challenge).where(own).values(published_at=published_at, revision=revision))

    def remove_some(self, challenge_id: UUID, limit: int) -> bool:
        """Delete some of what hangs on a challenge, members and teams last; say whether there was any."""
        for table in _HANGING:
            # Rows by their place: the tables have different keys.
            place: sa.ColumnElement[str] = sa.literal_column("ctid")
            some = sa.select(place).select_from(table).where(table.c.challenge_id == challenge_id).limit(limit)
            if self._connection.execute(sa.delete(table).where(place.in_(some))).rowcount:
                return True
        return False

    def remove(self, challenge_id: UUID) -> None:
        """Delete a challenge, once nothing much hangs on it."""
        self._connection.execute(sa.delete(challenge).where(challenge.c.challenge_id == challenge_id))

    def _one(self, *conditions: sa.ColumnElement[bool]) -> Any:
        return self._connection.execute(sa.select(challenge).where(*conditions)).one_or_none()

    def _add_items(self, challenge_id: UUID, items: Sequence[Item]) -> None:
        if items:
            rows = [{**item_values(item), "challenge_id": challenge_id} for item in items]
            self._connection.execute(sa.insert(challenge_item), rows)


def challenge_of(row: Any, items: tuple[Item, ...] = ()) -> Challenge:
    """Return a challenge from its row."""
    return Challenge(
        challenge_id=row.challenge_id,
        kind=Kind(row.kind),
        mode=Mode(row.mode),
        time_zone=ZoneInfo(row.time_zone),
        scoring=scoring_of(row.scoring),
        items=items,
        **{name: getattr(row, name) for name in PLAIN_COLUMNS},
    )


def _values(stored: Challenge) -> dict[str, Any]:
    return {
        "kind": stored.kind.value,
        "mode": stored.mode.value,
        "time_zone": stored.time_zone.key,
        "scoring": scoring_json(stored.scoring),
        **{name: getattr(stored, name) for name in PLAIN_COLUMNS},
    }
