"""Creates that are sent twice have one effect and one answer (AIP-155)."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from ctz_chassis import idempotency
from ctz_plans.store.tables import request_ids


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What tells one request from another: the rider, the id that came along, the method and a digest of the body."""

    user_id: UUID
    request_id: str
    method: str
    digest: bytes


def answer_once(connection: sa.Connection, key: RequestKey, work: Callable[[], bytes]) -> bytes:
    """Do the work and keep its answer, or give the answer that was given to the same request before."""
    known = idempotency.once(
        connection,
        request_ids,
        user_id=key.user_id,
        request_id=key.request_id,
        method=key.method,
        digest=key.digest,
    )
    if known is not None:
        return known.answer
    answer = work()
    idempotency.store(connection, request_ids, user_id=key.user_id, request_id=key.request_id, answer=answer)
    return answer
