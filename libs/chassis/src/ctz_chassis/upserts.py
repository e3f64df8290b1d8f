"""Keeping the newest of what is told out of order and more than once: revisions decide, not arrival."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg


def keep_newer(
    connection: sa.Connection,
    table: sa.Table,
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    revision: str = "revision",
    fixed: Sequence[str] = (),
) -> bool:
    """Insert a row, or write `values` over the one under `key` while its revision is lower; say whether it was kept.

    `revision` names the column among `values` that decides: a row that is told in parts has one for each part. A row
    whose `fixed` columns say something else is left alone, whatever the revision.
    """
    statement = _upsert(table, tuple(key), tuple(values), revision, tuple(fixed))
    returning = statement.returning(table.c[revision])
    return connection.execute(returning, {**key, **values}).first() is not None


def keep_newest(
    connection: sa.Connection,
    table: sa.Table,
    key: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    *,
    revision: str = "revision",
    fixed: Sequence[str] = (),
) -> None:
    """The same for several rows with the same columns, those of the key among them, told one after the other."""
    names = tuple(name for name in rows[0] if name not in key)
    statement = _upsert(table, tuple(key), names, revision, tuple(fixed))
    connection.execute(statement, list(rows) if len(rows) > 1 else rows[0])


@cache
def _upsert(
    table: sa.Table, key: tuple[str, ...], names: tuple[str, ...], revision: str, fixed: tuple[str, ...]
) -> pg.Insert:
    """Return the statement once: building it costs more than running it."""
    insert = pg.insert(table).values({name: sa.bindparam(name) for name in (*key, *names)})
    told = insert.excluded
    is_ours = [table.c[name] == told[name] for name in fixed]
    return insert.on_conflict_do_update(
        index_elements=[table.c[name] for name in key],
        set_={name: told[name] for name in names},
        where=sa.and_(table.c[revision] < told[revision], *is_ours),
    )
