"""One transaction with everything that a use case reads and writes in it."""

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from ctz_challenges.domain.errors import ChallengeBusy
from ctz_challenges.store import tables
from ctz_challenges.store.challenge_lists import ChallengeLists
from ctz_challenges.store.challenges import Challenges
from ctz_challenges.store.members import Members
from ctz_challenges.store.recounts import Recounts
from ctz_challenges.store.teams import Teams
from ctz_chassis import outbox
from ctz_chassis.db import Database, sqlstate_of
from ctz_chassis.events import Event

T = TypeVar("T")

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_LOCK_NOT_AVAILABLE = "55P03"


class Transaction:
    """The repositories on one connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.challenges = Challenges(connection)
        self.lists = ChallengeLists(connection)
        self.members = Members(connection)
        self.teams = Teams(connection)
        self.recounts = Recounts(connection)

    def publish(self, *events: Event) -> None:
        """Store events that are published when this transaction commits."""
        outbox.add_all(self.connection, tables.outbox, events)


class Store:
    """Opens transactions on the service's database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def run(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one transaction, a second time when it loses against another transaction."""
        try:
            return self.database.run(lambda connection: work(Transaction(connection)))
        except DBAPIError as error:
            if sqlstate_of(error) == _LOCK_NOT_AVAILABLE:
                raise ChallengeBusy from error
            raise

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one transaction in which Postgres refuses to write."""
        with self.database.read() as connection:
            return work(Transaction(connection))
