"""What is told out of order: the newest stays, each part by its own revision, and nobody takes a row over."""

from collections.abc import Iterator
from itertools import permutations
from typing import Any

import pytest
import sqlalchemy as sa

from ctz_chassis.db import make_engine
from ctz_chassis.upserts import keep_newer, keep_newest

from .conftest import SCHEMA, Store

pytestmark = pytest.mark.component

kept = sa.Table(
    "kept",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False, server_default="0"),
    sa.Column("text", sa.Text),
    sa.Column("figure_revision", sa.Integer, nullable=False, server_default="0"),
    sa.Column("figure", sa.Integer),
    schema=SCHEMA,
)
KEY = {"id": 1, "place": 2}
A1 = {"owner": "a", "revision": 1, "text": "first"}
A2 = {"owner": "a", "revision": 2, "text": None}
FIGURE = {"owner": "a", "figure_revision": 1, "figure": 7}


@pytest.fixture
def connection(store: Store) -> Iterator[sa.Connection]:
    """A transaction with an empty table."""
    engine = make_engine(store.owner_url, application_name="tests")
    with engine.connect() as connection:
        kept.create(connection)
        yield connection
    engine.dispose()


def keep(connection: sa.Connection, values: dict[str, Any]) -> bool:
    part = {"revision": "figure_revision"} if "figure" in values else {}
    return keep_newer(connection, kept, KEY, values, **part, fixed=["owner"])


def row(connection: sa.Connection) -> tuple[Any, ...]:
    return tuple(connection.execute(sa.select(kept)).one())


def test_the_newest_stays_and_it_is_said_what_was_kept(connection: sa.Connection) -> None:
    assert [True, True, False, False] == [keep(connection, each) for each in (A1, A2, A1, A2)]
    assert (1, 2, "a", 2, None, 0, None) == row(connection)


def test_parts_go_by_their_own_revision_in_any_order(connection: sa.Connection) -> None:
    found = set()
    for order in permutations((A1, A2, FIGURE)):
        connection.execute(sa.delete(kept))
        for each in order:
            keep(connection, each)
        found.add(row(connection))

    assert {(1, 2, "a", 2, None, 1, 7)} == found


def test_a_row_with_another_fixed_value_is_left_alone(connection: sa.Connection) -> None:
    keep(connection, A1)
    taken_over = keep(connection, {"owner": "b", "revision": 9, "text": "taken over"})

    assert (False, (1, 2, "a", 1, "first", 0, None)) == (taken_over, row(connection))


def test_another_key_is_another_row(connection: sa.Connection) -> None:
    keep(connection, A1)

    assert keep_newer(connection, kept, KEY | {"place": 3}, A1)
    assert 2 == len(connection.execute(sa.select(kept)).all())


def test_of_several_told_one_after_the_other_the_newest_stays(connection: sa.Connection) -> None:
    rows = [{"id": number, "place": 2, **values} for number, values in ((1, A2), (1, A1), (2, A1))]
    for _ in range(2):
        keep_newest(connection, kept, list(KEY), rows, fixed=["owner"])

    found = connection.execute(sa.select(kept.c.id, kept.c.revision).order_by(kept.c.id)).all()
    assert [(1, 2), (2, 1)] == [tuple(each) for each in found]
