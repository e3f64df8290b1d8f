"""Request ids (AIP-155): a create that is sent twice has one effect and one answer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.errors import Aborted

TABLE_NAME = "request_id"
KEEP_HOURS = 24
_PRUNE_ROWS = 10_000


class RequestIdReused(Aborted):
    """The same request id came with another method or another body."""

    reason = "REQUEST_ID_REUSED"

    def __init__(self) -> None:
        super().__init__("This request id was used for another request.")


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The serialized answer to the first request under an id."""

    answer: bytes


def request_ids_table(metadata: sa.MetaData, schema: str) -> sa.Table:
    """Return the table of request ids of a schema; `migrations.ops.create_request_ids` creates it."""
    return sa.Table(
        TABLE_NAME,
        metadata,
        sa.Column("user_id", pg.UUID(as_uuid=True), primary_key=True),
        sa.Column("request_id", sa.Text, primary_key=True),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("answer", sa.LargeBinary),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Index("request_id_created", "created_at"),
        schema=schema,
    )


def _oldest_kept() -> sa.ColumnElement[datetime]:
    return sa.func.now() - sa.text(f"interval '{KEEP_HOURS} hours'")


def once(
    connection: sa.Connection, table: sa.Table, *, user_id: UUID, request_id: str, method: str, digest: bytes
) -> StoredAnswer | None:
    """Return the answer given earlier, or None when this transaction is the first and has to `store` one.

    A parallel request under the same id waits here for the first one's transaction. An empty request id asks for no
    protection. Raises `RequestIdReused` when the id stands for another method or body; `digest` tells bodies apart.
    """
    if not request_id:
        return None
    mine = pg.insert(table).values(user_id=user_id, request_id=request_id, method=method, digest=digest)
    claim = mine.on_conflict_do_update(
        index_elements=[table.c.user_id, table.c.request_id],
        set_={
            "method": mine.excluded.method,
            "digest": mine.excluded.digest,
            "answer": None,
            "created_at": sa.func.now(),
        },
        where=table.c.created_at < _oldest_kept(),
    ).returning(table.c.request_id)
    if connection.execute(claim).first() is not None:
        return None
    known = connection.execute(
        sa.select(table.c.method, table.c.digest, table.c.answer).where(
            table.c.user_id == user_id, table.c.request_id == request_id
        )
    ).one()
    if known.answer is None or known.method != method or bytes(known.digest) != digest:
        raise RequestIdReused
    return StoredAnswer(bytes(known.answer))


def store(connection: sa.Connection, table: sa.Table, *, user_id: UUID, request_id: str, answer: bytes) -> None:
    """Keep the answer for 24 hours, in the transaction of the effect."""
    if request_id:
        connection.execute(
            sa.update(table).where(table.c.user_id == user_id, table.c.request_id == request_id).values(answer=answer)
        )


def prune(connection: sa.Connection, table: sa.Table) -> int:
    """Delete request ids older than 24 hours, at most 10,000 in a call; return how many."""
    oldest = (
        sa.select(table.c.user_id, table.c.request_id).where(table.c.created_at < _oldest_kept()).limit(_PRUNE_ROWS)
    )
    key = sa.tuple_(table.c.user_id, table.c.request_id)
    return connection.execute(sa.delete(table).where(key.in_(oldest))).rowcount
