"""Use cases get repositories on one connection; what Postgres refuses is said in the service's words, or as it was."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from ctz_chassis.transactions import Transactions

from .conftest import Store
from .harness import USER

pytestmark = pytest.mark.component

FOREIGN_KEY_VIOLATION = "23503"


class Gone(Exception):
    """What the service says."""


class Things:
    """A service's repositories."""

    def __init__(self, connection: sa.Connection, store: Store) -> None:
        self._connection = connection
        self._store = store

    def add(self, number: int) -> None:
        self._connection.execute(sa.insert(self._store.thing).values(id=number, user_id=USER))

    def note(self, number: int) -> None:
        self._connection.execute(sa.insert(self._store.note).values(user_id=USER, thing_id=number))

    def count(self) -> int:
        return self._connection.execute(sa.select(sa.func.count()).select_from(self._store.thing)).scalar_one()


@pytest.fixture
def transactions(store: Store) -> Transactions[Things]:
    return Transactions(store.database, lambda connection: Things(connection, store), {FOREIGN_KEY_VIOLATION: Gone})


def test_work_is_done_in_one_transaction(transactions: Transactions[Things]) -> None:
    def work(things: Things) -> None:
        things.add(1)
        things.add(1)

    with pytest.raises(IntegrityError):
        transactions.run(work)
    transactions.run(lambda things: things.add(2))

    assert 1 == transactions.read(Things.count)


def test_a_refusal_that_the_service_knows_is_said_in_its_words(transactions: Transactions[Things]) -> None:
    with pytest.raises(Gone) as refused:
        transactions.run(lambda things: things.note(7))

    assert isinstance(refused.value.__cause__, DBAPIError)


def test_reading_does_not_write(transactions: Transactions[Things]) -> None:
    with pytest.raises(DBAPIError, match="read-only"):
        transactions.read(lambda things: things.add(1))
