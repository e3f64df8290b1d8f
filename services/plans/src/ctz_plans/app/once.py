"""Creates that are sent twice have one effect and word for word one answer (AIP-155)."""

from collections.abc import Callable
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis import idempotency
from ctz_plans.app.practice import RequestKey
from ctz_plans.store.tables import request_ids


def answer_once(connection: sa.Connection, user_id: UUID, key: RequestKey, work: Callable[[], bytes]) -> bytes:
    """Do the work and keep its answer, or give the answer that was given to the same request before."""
    known = idempotency.once(
        connection,
        request_ids,
        user_id=user_id,
        request_id=key.request_id,
        method=key.method,
        digest=key.digest,
    )
    if known is not None:
        return known.answer
    answer = work()
    idempotency.store(connection, request_ids, user_id=user_id, request_id=key.request_id, answer=answer)
    return answer
