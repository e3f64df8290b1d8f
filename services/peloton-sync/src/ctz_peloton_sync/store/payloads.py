"""What Peloton sent, compressed, so that a better parser can read it again without calling Peloton."""

import hashlib
import zlib
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from ctz_peloton_sync.store.tables import raw_payload as t

# Fast; the next levels cost three times the CPU for a tenth less space on graphs.
LEVEL = 1
HASH_BYTES = 16


def content_hash(data: bytes) -> bytes:
    """Short hash that tells contents apart."""
    return hashlib.blake2b(data, digest_size=HASH_BYTES).digest()


_INSERT = pg.insert(t)
_PUT = _INSERT.on_conflict_do_update(
    index_elements=[t.c.kind, t.c.source_id, t.c.content_hash], set_={"fetched_at": _INSERT.excluded.fetched_at}
)


class PayloadStore:
    """Reads and writes raw payloads."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def put(
        self, *, kind: str, source_id: str, user_id: UUID | None, body: bytes, packed: bytes, now: datetime
    ) -> None:
        """Keep a payload once by its hash."""
        values = {
            "kind": kind,
            "source_id": source_id,
            "user_id": user_id,
            "content_hash": content_hash(body),
            "body": packed,
            "fetched_at": now,
        }
        self._connection.execute(_PUT, values)

    def newest(self, kind: str, source_id: str) -> bytes | None:
        """The newest payload, unpacked."""
        query = (
            sa.select(t.c.body)
            .where(t.c.kind == kind, t.c.source_id == source_id)
            .order_by(t.c.fetched_at.desc())
            .limit(1)
        )
        packed = self._connection.execute(query).scalar_one_or_none()
        return None if packed is None else zlib.decompress(packed)


def prune(connection: sa.Connection, keep: timedelta) -> int:
    """Remove payloads older than the time they are kept, at most 1,000 in a call; return how many."""
    old = sa.select(t.c.kind, t.c.source_id, t.c.content_hash).where(t.c.fetched_at < sa.func.now() - keep).limit(1_000)
    key = sa.tuple_(t.c.kind, t.c.source_id, t.c.content_hash)
    return connection.execute(sa.delete(t).where(key.in_(old))).rowcount
