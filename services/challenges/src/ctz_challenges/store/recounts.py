"""Challenges whose members have to be scored anew, and how far that has come."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_challenges.store.tables import recount


@dataclass(frozen=True, slots=True)
class Recount:
    """A challenge to be scored anew behind a member; None: from the first on."""

    challenge_id: UUID
    after_user_id: UUID | None


class Recounts:
    """Recounts inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def ask(self, challenge_id: UUID) -> None:
        """Let every member be scored anew, from the first on."""
        insert = pg.insert(recount).values(challenge_id=challenge_id)
        again = insert.on_conflict_do_update(
            index_elements=[recount.c.challenge_id], set_={"after_user_id": None, "asked_at": sa.func.now()}
        )
        self._connection.execute(again)

    def claim(self) -> Recount | None:
        """Return the one that was asked for first and that nobody works on; it is this transaction's until it ends."""
        query = sa.select(recount).order_by(recount.c.asked_at).limit(1).with_for_update(skip_locked=True)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Recount(row.challenge_id, row.after_user_id)

    def advance(self, challenge_id: UUID, after_user_id: UUID) -> None:
        """Keep how far it has come."""
        own = recount.c.challenge_id == challenge_id
        self._connection.execute(sa.update(recount).where(own).values(after_user_id=after_user_id))

    def finish(self, challenge_id: UUID) -> None:
        """Forget a recount that is done."""
        self._connection.execute(sa.delete(recount).where(recount.c.challenge_id == challenge_id))
