"""Many rows in one statement: as arrays, so that it is the same statement for any number and no number is too large."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg


def insert_rows(table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> pg.Insert:
    """Return the insert of rows that all have the same columns; there is at least one."""
    columns = [table.c[name] for name in rows[0]]
    arrays = [sa.literal([row[column.name] for row in rows], pg.ARRAY(column.type)) for column in columns]
    given = sa.func.unnest(*arrays).table_valued(*(sa.column(each.name, each.type) for each in columns), name="given")
    return pg.insert(table).from_select([each.name for each in columns], sa.select(given.render_derived()))
