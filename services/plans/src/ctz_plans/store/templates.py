"""A rider's own templates. Every statement names the rider, so that nobody reaches another's."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ctz_plans.domain.template import Template
from ctz_plans.store.activities import read_weeks, weeks_document
from ctz_plans.store.tables import template as table

Place = tuple[str, UUID]
"""Where a page ends: title and id of its last template."""


class TemplateStore:
    """Templates of one rider within one transaction."""

    def __init__(self, connection: sa.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._mine = table.c.user_id == user_id
        self._user_id = user_id

    def page(self, *, after: Place | None, limit: int) -> Sequence[Template]:
        """Templates by title, behind a place."""
        query = sa.select(table).where(self._mine).order_by(table.c.title, table.c.template_id).limit(limit)
        if after is not None:
            query = query.where(sa.tuple_(table.c.title, table.c.template_id) > sa.tuple_(*map(sa.literal, after)))
        return [_template(row) for row in self._connection.execute(query).mappings()]

    def find(self, template_id: UUID) -> Template | None:
        """The rider's template of that id."""
        query = sa.select(table).where(self._mine, table.c.template_id == template_id)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _template(row)

    def count(self) -> int:
        """How many the rider has."""
        return self._connection.execute(sa.select(sa.func.count()).select_from(table).where(self._mine)).scalar_one()

    def add(self, template: Template) -> None:
        """Keep a new template."""
        self._connection.execute(
            sa.insert(table).values(template_id=template.template_id, user_id=self._user_id, **_values(template))
        )

    def replace(self, template: Template) -> None:
        """Write a template over the stored one."""
        self._connection.execute(
            sa.update(table).where(self._mine, table.c.template_id == template.template_id).values(**_values(template))
        )

    def delete(self, template_id: UUID) -> bool:
        """Delete the rider's template of that id; False when there is none."""
        deletion = sa.delete(table).where(self._mine, table.c.template_id == template_id)
        return self._connection.execute(deletion).rowcount == 1


def _values(template: Template) -> dict[str, Any]:
    return {
        "title": template.title,
        "description": template.description,
        "weeks": weeks_document(template.weeks),
        "revision": template.revision,
    }


def _template(row: Any) -> Template:
    return Template(
        template_id=row["template_id"],
        title=row["title"],
        description=row["description"],
        weeks=read_weeks(row["weeks"]),
        revision=row["revision"],
    )
