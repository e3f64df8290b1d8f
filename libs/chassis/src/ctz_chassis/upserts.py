"""Keeping the newest of what is told out of order and more than once: revisions decide, not arrival."""

from collections.abc import Mapping, Sequence
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
    insert = pg.insert(table).values(**key, **values)
    told = insert.excluded
    is_ours = [table.c[name] == told[name] for name in fixed]
    statement = insert.on_conflict_do_update(
        index_elements=[table.c[name] for name in key],
        set_={name: told[name] for name in values},
        where=sa.and_(table.c[revision] < told[revision], *is_ours),
    )
    return connection.execute(statement.returning(table.c[revision])).first() is not None
