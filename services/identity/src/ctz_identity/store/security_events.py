"""The log of security events: added to and read, never changed."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis.ids import uuid7
from ctz_identity.domain.security_events import Client, EventType, SecurityEvent
from ctz_identity.store.tables import account, security_event


class SecurityEvents:
    """Security events inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(
        self,
        event_type: EventType,
        *,
        user_id: UUID | None,
        client: Client,
        now: datetime,
        actor_user_id: UUID | None = None,
    ) -> None:
        """Record what happened to whose account; the actor is the person themselves when not said otherwise.

        An account that was erased meanwhile is not named; one that is here waits with its erasing for this to be done.
        """
        values: dict[str, Any] = {
            "id": uuid7(),
            "user_id": _known(user_id),
            "actor_user_id": _known(actor_user_id or user_id),
            "type": event_type.value,
            "created_at": now,
            "client_address": client.address,
            "user_agent": client.user_agent,
            "request_id": client.request_id,
        }
        self._connection.execute(sa.insert(security_event).values(values))

    def forget(self, user_id: UUID) -> None:
        """Take a deleted person out of the log: what happened and when stays, who and from where goes.

        Only for somebody who has a tombstone already; the database refuses every other change of the log.
        """
        self._connection.execute(sa.select(sa.func.identity.forget_in_the_log(user_id)))

    def page_owned(self, user_id: UUID, *, before: UUID | None, limit: int) -> list[SecurityEvent]:
        """Return a person's events, newest first, those before one of them."""
        query = (
            sa.select(security_event)
            .where(security_event.c.user_id == user_id)
            .order_by(security_event.c.id.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(security_event.c.id < before)
        return [
            SecurityEvent(row.id, row.type, row.created_at, row.client_address, row.user_agent)
            for row in self._connection.execute(query)
        ]


def _known(user_id: UUID | None) -> sa.ScalarSelect[UUID]:
    person = sa.select(account.c.id).where(account.c.id == sa.literal(user_id, account.c.id.type))
    return person.with_for_update(read=True, key_share=True).scalar_subquery()
