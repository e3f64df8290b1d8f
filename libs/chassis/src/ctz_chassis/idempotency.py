"""Request ids (AIP-155): a create that is sent twice has one effect and one answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from google.protobuf.message import Message
from sqlalchemy.dialects import postgresql as pg

from ctz_chassis.errors import Aborted, InvalidArgument

TABLE_NAME = "request_id"
KEEP_HOURS = 24
_PRUNE_ROWS = 10_000
_DIGEST_BYTES = 16


class RequestIdReused(Aborted):
    """The same request id came with another method or another body."""

    reason = "REQUEST_ID_REUSED"

    def __init__(self) -> None:
        super().__init__("This request id was used for another request.")


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What makes a repeated create harmless: its id, the method, and a digest that tells bodies apart.

    An empty request id asks for no protection.
    """

    request_id: str
    method: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the first request under an id left for those that repeat it, and whether this is one of those."""

    body: bytes
    is_repeated: bool


def request_key(request: Any, *, without: tuple[str, ...] = ()) -> RequestKey:
    """Return the key of a request message; `without` names fields that must not decide, such as passwords.

    Raises `InvalidArgument` where its `request_id` is neither empty nor a UUID.
    """
    request_id = request.request_id
    if request_id:
        try:
            request_id = str(UUID(request_id))
        except ValueError:
            raise InvalidArgument("request_id", "must be a UUID") from None
    body: Message = type(request)()
    body.CopyFrom(request)
    for name in ("request_id", *without):
        body.ClearField(name)
    digest = blake2b(body.SerializeToString(deterministic=True), digest_size=_DIGEST_BYTES).digest()
    return RequestKey(request_id, request.DESCRIPTOR.name.removesuffix("Request"), digest)


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
    connection: sa.Connection, table: sa.Table, user_id: UUID, key: RequestKey, effect: Callable[[], bytes]
) -> Answer:
    """Have the effect and keep what it returns for 24 hours, or return what the first request under the key kept.

    A parallel request under the same key waits here for the first one's transaction. Raises `RequestIdReused` when
    the id stands for another method or body.
    """
    if not key.request_id:
        return Answer(effect(), is_repeated=False)
    known = _claimed(connection, table, user_id, key)
    if known is not None:
        return Answer(known, is_repeated=True)
    body = effect()
    mine = (table.c.user_id == user_id, table.c.request_id == key.request_id)
    connection.execute(sa.update(table).where(*mine).values(answer=body))
    return Answer(body, is_repeated=False)


def _claimed(connection: sa.Connection, table: sa.Table, user_id: UUID, key: RequestKey) -> bytes | None:
    """Return what was kept under the key, or None when this transaction is the first with it."""
    mine = pg.insert(table).values(user_id=user_id, request_id=key.request_id, method=key.method, digest=key.digest)
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
            table.c.user_id == user_id, table.c.request_id == key.request_id
        )
    ).one()
    if known.answer is None or known.method != key.method or bytes(known.digest) != key.digest:
        raise RequestIdReused
    return bytes(known.answer)


def prune(connection: sa.Connection, table: sa.Table) -> int:
    """Delete request ids older than 24 hours, at most 10,000 in a call; return how many."""
    oldest = (
        sa.select(table.c.user_id, table.c.request_id).where(table.c.created_at < _oldest_kept()).limit(_PRUNE_ROWS)
    )
    key = sa.tuple_(table.c.user_id, table.c.request_id)
    return connection.execute(sa.delete(table).where(key.in_(oldest))).rowcount
