"""What is known about riders' Peloton connections: the newest revision, and when the rider was last asked to act."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_identity.store.tables import account, peloton_connection


class PelotonConnections:
    """Peloton connections inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def keep(self, user_id: UUID, *, revision: int, needs_sign_in: bool) -> bool:
        """Keep a state of a known person unless a newer one is there; True when it begins to need a sign-in."""
        asked = revision if needs_sign_in else None
        values = (account.c.id, sa.literal(revision), sa.literal(needs_sign_in), sa.literal(asked, sa.BigInteger))
        table, columns = peloton_connection, ("user_id", "revision", "needs_sign_in", "asked_revision")
        insert = pg.insert(table).from_select(columns, sa.select(*values).where(account.c.id == user_id))
        new = insert.excluded
        begins = sa.and_(new.needs_sign_in, sa.not_(table.c.needs_sign_in))
        upsert = insert.on_conflict_do_update(
            index_elements=[table.c.user_id],
            set_={
                "revision": new.revision,
                "needs_sign_in": new.needs_sign_in,
                "asked_revision": sa.case((begins, new.revision), else_=table.c.asked_revision),
            },
            where=table.c.revision < new.revision,
        ).returning(table.c.asked_revision)
        return bool(self._connection.execute(upsert).scalar() == revision)
