"""Bytes of files that nobody will read any more: counted no longer at once, and deleted piece by piece.

Gigabytes in one statement would run into the statement time-out. A piece that is let go gets the size 0, which none
has that came: marking costs no byte of the pieces themselves, deleting them does.
"""

import sqlalchemy as sa

from ctz_workouts.store.transfer_tables import export_chunk, import_chunk, import_file

CHUNKS_AT_ONCE = 8
"""Pieces that one statement reads or deletes: at most 8 MB."""
READ = 3
"""From this state on a file has been read."""
_SWEPT_ROWS = 1_000
_IS_LET_GO = import_chunk.c.size_bytes == sa.text("0")


def let_go(connection: sa.Connection, *which: sa.ColumnElement[bool]) -> None:
    """Count pieces of imports no more, and leave them to `drop_let_go`."""
    connection.execute(sa.update(import_chunk).where(*which).values(size_bytes=0))


def drop_let_go(connection: sa.Connection) -> int:
    """Delete some pieces of imports that were let go; how many."""
    return _drop_some(connection, import_chunk.c.file_id, import_chunk.c.place, _IS_LET_GO)


def drop_of_exports(connection: sa.Connection, which: sa.ColumnElement[bool]) -> int:
    """Delete some pieces of exports; how many."""
    return _drop_some(connection, export_chunk.c.export_id, export_chunk.c.place, which)


def _drop_some(
    connection: sa.Connection, file: sa.Column[object], place: sa.Column[int], which: sa.ColumnElement[bool]
) -> int:
    key = sa.tuple_(file, place)
    some = sa.select(file, place).where(which).limit(CHUNKS_AT_ONCE).with_for_update(skip_locked=True)
    return connection.execute(sa.delete(file.table).where(key.in_(some))).rowcount


def sweep_chunks(connection: sa.Connection) -> int:
    """Let go what nobody will read, such as pieces of uploads that broke off; at most 1,000 of them in a call."""
    broken = sa.and_(
        import_chunk.c.created_at < sa.func.now() - sa.text("interval '1 hour'"),
        sa.not_(_IS_LET_GO),
        ~sa.exists().where(import_file.c.file_id == import_chunk.c.file_id, import_file.c.state < READ),
    )
    key = (import_chunk.c.file_id, import_chunk.c.place)
    some = sa.select(*key).where(broken).limit(_SWEPT_ROWS)
    return connection.execute(sa.update(import_chunk).where(sa.tuple_(*key).in_(some)).values(size_bytes=0)).rowcount
